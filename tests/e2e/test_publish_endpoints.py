# SPDX-License-Identifier: Apache-2.0
"""A short "make endpoints": each cell of the table is ok."""

import unittest

import endpoints


class Endpoints(unittest.TestCase):
    def test_each_of_the_thirteen_answers_on_both_kinds_of_server(self):
        for server, rows in endpoints.results().items():
            self.assertEqual(len(rows), 13)
            for name, said in rows.items():
                with self.subTest(server=server, endpoint=name):
                    self.assertEqual(said, "ok")


if __name__ == "__main__":
    unittest.main()
