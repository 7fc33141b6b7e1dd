#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Attacks, each mounted twice: against what was built, which must refuse it,
and against a build without the defence, which it must get through. The second
shows that the first attacks what it says.

attack.py [PATTERN] takes those whose names match. "make attack" calls it. Its
last lines are "attack: N attacks refused, N mutants that let one through" and
"N passed, N failed".
"""

import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import closing

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "e2e")]

# These add themselves to ROWS.
import attacks_network
import attacks_signer
import attacks_manifest
import attacks_images
import builder
import target
from attacker import MANIFEST, Key
from rows import ROWS

LEAST = 24
AT_ONCE = 4  # most of the time goes to waiting


class Tamper:
    """The test that changes a manifest in every way. part: the one of its
    tests that makes the changes of this row."""

    def __init__(self, program, part):
        self.program, self.part = program, part
        self.said = ""

    def close(self):
        pass

    def run(self):
        """Was a changed manifest accepted?"""
        failed, self.said = tamper(self.program)
        return self.part in failed


@builder.once
def tamper(program):
    """(tests that failed, the line that counts)."""
    done = subprocess.run([program], capture_output=True, text=True,
                          timeout=300, check=False)
    failed = re.findall(r"^FAIL (\w+)$", done.stdout, re.MULTILINE)
    count = re.search(r"^manifest: (\d+ changed .*)$", done.stdout,
                      re.MULTILINE)
    if not count or (done.returncode and not failed):
        raise RuntimeError(f"{program} ended with {done.returncode}")
    return failed, count[1]


def make_target(attack, program, people):
    if attack.program == "test_tamper":
        return Tamper(program, attack.error)
    return target.PROGRAMS[attack.program](program, people)


def fault_of(attack, t):
    """Why a refusal is not what it should be; None when it is."""
    if isinstance(t, Tamper):
        return None
    if t.error != attack.error:
        return f"said {t.error}, not {attack.error}"
    if attack.installs:
        return None if t.before.starts_next != t.after.starts_next \
            else "what was signed was not installed"
    more = t.downloads() - {MANIFEST}
    if more and not attack.downloads:
        return f"fetched {', '.join(sorted(more))}"
    return t.change(attack.accepts, attack.downloads)


def defend(attack, people):
    """Against what was built: (refused, what to say)."""
    t = make_target(attack, builder.WHOLE[attack.program], people)
    with closing(t):
        if attack.mount(t):
            return False, "NOT REFUSED"
        fault = fault_of(attack, t)
        said = t.said if isinstance(t, Tamper) else t.error or "in vain"
        return not fault, fault or said


def get_through(attack, people):
    """Against a build without the defence: (reached its aim, what to say)."""
    with closing(make_target(attack, builder.build(attack.program,
                                                   attack.without),
                             people)) as t:
        through = attack.mount(t)
    names = [w if isinstance(w, str) else f"a check in {w[0]}"
             for w in attack.without]
    if through:
        return True, f"let through by {' + '.join(names)}"
    said = None if isinstance(t, Tamper) else t.error
    return False, f"NOT LET THROUGH by {' + '.join(names)}: {said}"


def attempt(mount, attack, people):
    try:
        return mount(attack, people)
    except (RuntimeError, OSError, ValueError,
            subprocess.TimeoutExpired) as error:
        return False, f"not mounted: {error}"


def report(attack, refused, through):
    mark = "ok  " if refused[0] and through[0] else "FAIL"
    print(f"{mark} {attack.name:<44} {refused[1]}; {through[1]}", flush=True)


def run_all(attacks, people):
    """(attacks refused, mutants that let one through)."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = [(a, [pool.submit(attempt, mount, a, people)
                     for mount in (defend, get_through)]) for a in attacks]
        counts = [0, 0]
        for attack, both in jobs:
            results = [job.result() for job in both]
            report(attack, *results)
            counts = [n + r[0] for n, r in zip(counts, results)]
    return counts


def main():
    pattern = sys.argv[1] if len(sys.argv) > 1 else ""
    attacks = [a for a in ROWS if re.search(pattern, a.name)]
    begin = time.monotonic()

    if not builder.COMPILE or not builder.LINK:
        sys.exit('this is called by "make attack"')
    shutil.rmtree(builder.OUT, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="rota-attack-keys-") as folder:
        people = {n: Key(folder, n) for n in ("owner", "backup", "mallory")}
        refused, through = run_all(attacks, people)
    shutil.rmtree(builder.OUT, ignore_errors=True)
    failed = 2 * len(attacks) - refused - through
    if not pattern and len(attacks) < LEAST or not attacks:
        failed += 1
    print(f"{time.monotonic() - begin:.0f} s")
    print(f"attack: {refused} attacks refused, "
          f"{through} mutants that let one through")
    print(f"{refused + through} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
