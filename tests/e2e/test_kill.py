# SPDX-License-Identifier: Apache-2.0
"""A short "make killtest": some twenty kills, at the same moments each time."""

import random
import unittest

from github.nginx import available

import killtest

# With less to download, one kill while the machine is busy weighs more.
GOAL = 1.25
RATE = 400_000


@unittest.skipUnless(available(), "nginx is not installed (nginx-light)")
class Killed(unittest.TestCase):
    def served(self, kills, size, slots):
        return killtest.long_update(random.Random(1), kills, size, RATE,
                                    slots)

    def test_an_update_in_folders_goes_on_after_each_of_12_kills(self):
        self.assertLessEqual(self.served(12, 1_300_000, False), GOAL)

    def test_an_update_in_slots_goes_on_after_each_of_8_kills(self):
        self.assertLessEqual(self.served(8, 900_000, True), GOAL)

    def test_a_kill_in_any_phase_leaves_the_old_image_or_the_new_one(self):
        killtest.short_updates(random.Random(1), 8)


if __name__ == "__main__":
    unittest.main()
