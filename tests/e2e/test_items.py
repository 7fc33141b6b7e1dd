# SPDX-License-Identifier: Apache-2.0
"""Each item_NN in the name of a test is a point of tests/GITHUB.md, and a
number without one is noticed (tests/tools/items.py)."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import items  # noqa: E402

PAGE = "# Points\n\n1. One.\n2. Two,\n   more of it.\n\n## More\n\n3. Three.\n"


class Items(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rota-items-")
        self.addCleanup(folder.cleanup)
        self.tests = pathlib.Path(folder.name)
        (self.tests / "core").mkdir()

    def check(self, test, page=PAGE, name="core/test_x.c"):
        (self.tests / "GITHUB.md").write_text(page)
        (self.tests / name).write_text(test)
        return list(items.check(self.tests))

    def test_each_item_has_its_point(self):
        self.assertEqual(list(items.check()), [])

    def test_they_are_many(self):
        self.assertGreater(len(items.used(items.TESTS)), 50)

    def test_points_may_have_many_tests_or_none(self):
        self.assertEqual(self.check("item_01_a(); item_01_304(); item_3;"), [])

    def test_a_number_without_a_point_is_noticed(self):
        self.assertEqual(
            self.check("static void item_04_x(void)"),
            ["core/test_x.c: item_04 is no point of GITHUB.md"])

    def test_each_number_of_a_name_counts(self):
        for name in ("item_01_and_04_x", "item_01_04_x", "item_01_02_04_x"):
            self.assertEqual(len(self.check(name)), 1, name)

    def test_tests_in_python_count(self):
        self.assertEqual(len(self.check("def test_item_09_x(self):",
                                        name="core/test_x.py")), 1)

    def test_a_point_that_is_missing_is_noticed(self):
        self.assertEqual(
            self.check("item_03_x", PAGE.replace("2. Two", "Two")),
            ["GITHUB.md: the points are not numbered 1, 2, 3 ..."])


if __name__ == "__main__":
    unittest.main()
