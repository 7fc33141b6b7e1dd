# SPDX-License-Identifier: Apache-2.0
"""Short forms of "make publishkill" and "make publishlarge"."""

import os
import unittest

import publishkill
import publishlarge


class Killed(unittest.TestCase):
    def test_a_release_killed_anywhere_is_finished_by_the_same_command(self):
        killed, releases, _ = publishkill.run(12, 7, show=lambda line: None)
        self.assertEqual(killed, 12)
        self.assertGreaterEqual(releases, 3)


class Large(unittest.TestCase):
    @unittest.skipIf(os.environ.get("ROTA_SANITIZE"),
                     "sanitizers take memory of their own")
    def test_memory_does_not_grow_with_the_file(self):
        peaks = publishlarge.run(48, show=lambda line: None)
        self.assertLess(max(peaks), publishlarge.LIMIT_KB)
        small = publishlarge.run(1, show=lambda line: None)
        self.assertLess(max(peaks) - max(small), 1024)


if __name__ == "__main__":
    unittest.main()
