# SPDX-License-Identifier: Apache-2.0
"""What a row of the attack suite consists of.

A row is a function that mounts an attack on a target and tells whether its
aim was reached. It names the error that a device must say, and the defence
without which the aim is reached: mutants of mutants_table.py by their names,
or replacements (file, old, new) of its own. Where there is more than one, the
defence is doubled: all of them have to go before the attack succeeds.
"""

import collections

Attack = collections.namedtuple("Attack", [
    "name", "mount", "error", "without", "program", "accepts", "downloads",
    "installs"])

ROWS = []


def attack(error, *without, program="agent", accepts=False, downloads=False,
           installs=False):
    """error: what is said, None when nothing goes wrong; or the test of
    test_tamper that must not fail.
    accepts: the manifest itself is good, and noted as accepted.
    downloads: images are fetched, too, and may lie in slots that do not
    run.
    installs: what was signed is installed in spite of the attack."""
    def add(mount):
        ROWS.append(Attack(mount.__name__, mount, error, without, program,
                           accepts, downloads, installs))
        return mount
    return add
