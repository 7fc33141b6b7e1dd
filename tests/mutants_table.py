# SPDX-License-Identifier: Apache-2.0
"""The faults that mutants.py puts into the safety code, one at a time.

They are rows of the files in mutations/. Each: a name, the file, a text that
stands there once, what takes its place, and the test that must fail; one with
spaces in its name is a story of powercut.c.
"""

import collections

from mutations import boot, flash, network, release, signed

Mutant = collections.namedtuple("Mutant", "name file old new test")

MUTANTS = [Mutant(*row) for part in (flash, network, release, signed, boot)
           for row in part.ROWS]
