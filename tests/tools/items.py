#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does tests/GITHUB.md have each point that the name of a test refers to?

item_49_... is about point 49, item_29_and_30_... and item_57_58_... about two.
"""

import re
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
SOURCES = ("*.c", "*.h", "*.py", "*.mjs")

NAME = re.compile(r"item_(\d+(?:_(?:and_)?\d\d)*)(?!\d)")
POINT = re.compile(r"^(\d+)\. ", re.MULTILINE)


def used(tests):
    """{number: the file that says it first}."""
    found = {}
    for path in sorted(p for kind in SOURCES for p in tests.rglob(kind)):
        for name in NAME.findall(path.read_text()):
            for number in re.findall(r"\d+", name):
                found.setdefault(int(number), path.relative_to(tests))
    return found


def check(tests=TESTS):
    """What is wrong, a line each."""
    points = [int(n) for n in POINT.findall((tests / "GITHUB.md").read_text())]
    if points != list(range(1, len(points) + 1)):
        yield "GITHUB.md: the points are not numbered 1, 2, 3 ..."
    for number, path in sorted(used(tests).items()):
        if number not in points:
            yield f"{path}: item_{number:02} is no point of GITHUB.md"


if __name__ == "__main__":
    wrong = list(check())
    print("\n".join(wrong) or "each item has its point")
    sys.exit(bool(wrong))
