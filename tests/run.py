#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run every test and add up: the last line is "N passed, N failed".

Test programs in C end with that line themselves. Python tests are the files
tests/github/test_*.py and tests/e2e/test_*.py, each run by unittest in a
process of its own, so that none can leave anything behind for the next. Twice
as many run at once as there are processors, since most of them wait, for a
server or a timeout; under sanitizers, which make them slow, as many.
A program that crashes, hangs or says nothing counts as one failure, and so
does a run in which nothing was tested.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PYTHON_DIRS = ["github", "e2e"]
TIMEOUT_S = 1800


class Result:
    """What one test program reported."""

    def __init__(self, passed=0, failed=0, skipped=0, note=""):
        self.passed = passed
        self.failed = failed
        self.skipped = skipped
        self.note = note


def run(command, env=None):
    """Run in a process group of its own; return (exit code, output)."""
    process = subprocess.Popen(
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace",
        start_new_session=True)
    try:
        output, _ = process.communicate(timeout=TIMEOUT_S)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return -signal.SIGKILL, f"{output}\nno end after {TIMEOUT_S} s\n"


def read_program(code, output):
    """A C program, or any that ends with the same line."""
    lines = output.strip().splitlines()
    match = re.fullmatch(r"(\d+) passed, (\d+) failed", lines[-1]) \
        if lines else None
    if not match:
        return Result(failed=1, note=f"ended with {code}, no result")
    passed, failed = int(match[1]), int(match[2])
    if code and not failed:
        return Result(passed, 1, note=f"ended with {code}")
    return Result(passed, failed)


def read_unittest(code, output):
    """unittest's "Ran 5 tests in 0.1s", "FAILED (failures=1, skipped=2)"."""
    ran = re.findall(r"^Ran (\d+) tests? in ", output, re.MULTILINE)
    if not ran:
        return Result(failed=1, note=f"ended with {code}, no result")
    last = output.strip().splitlines()[-1]
    count = {key: int(n) for key, n in re.findall(r"([a-z ]+)=(\d+)", last)}
    skipped = count.get("skipped", 0)
    failed = sum(n for key, n in count.items() if key.strip() in
                 ("failures", "errors", "unexpected successes"))
    if code and not failed:
        # Exit code 5 of newer versions: nothing ran. Skipping all is fine.
        failed = 0 if skipped and code == 5 else 1
    passed = max(0, int(ran[-1]) - failed - skipped)
    reasons = sorted(set(re.findall(r"skipped ['\"](.*)['\"]$", output,
                                    re.MULTILINE)))
    return Result(passed, failed, skipped, "; ".join(reasons))


def jobs(programs, symbols):
    """All there is to run: (name, command, environment, reader)."""
    if symbols:
        objects = sorted(str(o) for o in build().glob("core/*/*.o"))
        yield ("check_symbols", [TESTS / "check_symbols.sh", *objects],
               None, read_program)
    yield ("house", [sys.executable, "-B", TESTS / "tools/house.py"],
           None, read_program)
    for program in programs:
        name, variant = Path(program).name, Path(program).parents[2].name
        yield (f"{name} in steps" if variant == "steps" else name, [program],
               None, read_program)
    for folder in PYTHON_DIRS:
        for file in sorted((TESTS / folder).glob("test_*.py")):
            module = f"{folder}.{file.stem}"
            yield (module, [sys.executable, "-m", "unittest", "-v", module],
                   python_env(file.parent), read_unittest)
    yield ("attack", [sys.executable, "-B", TESTS / "attack/attack.py"],
           None, read_program)


def python_env(folder):
    """Tests may import packages of tests/ and what lies beside them."""
    return dict(os.environ, PYTHONPATH=f"{TESTS}:{folder}",
                PYTHONPYCACHEPREFIX=str(build() / "pycache"))


def build():
    return Path(os.environ.get("ROTA_BUILD", TESTS.parent / "build/host"))


def try_job(name, command, env, reader):
    begin = time.monotonic()
    code, output = run(command, env)
    return name, reader(code, output), output, time.monotonic() - begin


def at_once():
    busy = os.environ.get("ROTA_SANITIZE")
    return (1 if busy else 2) * (os.cpu_count() or 1)


def report(name, result, seconds):
    mark = "ok  " if not result.failed else "FAIL"
    skipped = f", {result.skipped} skipped" if result.skipped else ""
    note = f" ({result.note})" if result.note else ""
    print(f"{mark} {name:<28} {result.passed:>5} passed, "
          f"{result.failed} failed{skipped}{note}  {seconds:.1f} s",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description="run the tests")
    parser.add_argument("-k", metavar="PATTERN", default="",
                        help="only tests whose name matches")
    parser.add_argument("-j", metavar="N", type=int,
                        default=at_once(),
                        help="how many at once (default: %(default)s)")
    parser.add_argument("--symbols", action="store_true",
                        help="check the symbols of core's objects as well")
    parser.add_argument("programs", nargs="*")
    options = parser.parse_args()

    total, bad, begin = Result(), [], time.monotonic()
    wanted = [job for job in jobs(options.programs, options.symbols)
              if re.search(options.k, job[0])]
    with ThreadPoolExecutor(options.j) as pool:
        started = [pool.submit(try_job, *job) for job in wanted]
        for done in as_completed(started):
            name, result, output, seconds = done.result()
            if result.failed:
                bad.append(name)
                print(output, end="" if output.endswith("\n") else "\n")
            report(name, result, seconds)
            total.passed += result.passed
            total.failed += result.failed
            total.skipped += result.skipped
    if not total.passed and not total.failed:
        print("nothing was tested")
        total.failed = 1
    if bad:
        print("failed in:", " ".join(bad))
    print(f"{time.monotonic() - begin:.0f} s, {total.skipped} skipped")
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
