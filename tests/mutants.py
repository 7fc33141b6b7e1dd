#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Break the safety code in small ways; a test named here must notice each.

mutants.py [PATTERN] applies those of mutants_table.py whose names match. Each
is one replacement in one source file, compiled on its own below build/mutants/
and linked in front of the archives that make has built, so that nothing else
is touched. How to compile and link comes from make, in the environment. The
last lines are "mutants: N applied, N caught" and "N passed, N failed".
"""

import collections
import concurrent.futures
import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from mutants_table import MUTANTS

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
BUILD = Path(os.environ.get("ROTA_BUILD", ROOT / "build/host"))
COMPILE = shlex.split(os.environ.get("ROTA_COMPILE", ""))
LINK = shlex.split(os.environ.get("ROTA_LINK", ""))
OUT = ROOT / "build/mutants"
TIMEOUT_S = 120

# These are stopped when the test that is waited for has failed. Others may
# have files to remove.
LONG = ["test_journal_cuts"]

# A test of test.h, or a story of powercut.
FAILED = re.compile(r'FAIL (\w+)$|violation in "([^"]+)"')

Outcome = collections.namedtuple("Outcome", "caught note")


def start(command):
    return subprocess.Popen(
        [str(word) for word in command], cwd=ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace",
        start_new_session=True)


def stop(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def find_program(test):
    """The only program that has this test: ROOM/NAME."""
    mark = f'{{"{test}",' if " " in test else f"RUN({test});"
    sources = [*sorted(TESTS.glob("*/test_*.c")), TESTS / "device/powercut.c"]
    found = [f"{s.parent.name}/{s.stem}" for s in sources
             if mark in s.read_text()]
    if len(found) != 1:
        raise SystemExit(f"the test {test} is in {found or 'no program'}")
    return found[0]


def arguments(program):
    return ["0", "64"] if program == "powercut" else []


def must(command):
    process = start(command)
    output, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(output.strip() or f"{command[0]} failed")


def run_test(program, until=None):
    """The exit code and the names of the tests that failed, each once.

    A mutant may run for ever, and say so a million times.
    """
    process = start([program, *arguments(program.name)])
    timer = threading.Timer(TIMEOUT_S, stop, [process])
    timer.start()
    failed = {}
    for line in process.stdout:
        match = FAILED.match(line)
        if match:
            failed[match[1] or match[2]] = True
        if until in failed and program.name in LONG:
            stop(process)
            break
    process.stdout.close()
    code = process.wait()
    timer.cancel()
    return code, list(failed)


def objects(program):
    """What a test program is linked from, as in the Makefile."""
    archives = ["libtests.a", "librota.a"] if program.startswith("tls/") else \
        ["libtests.a", "libagent.a", "libcommon.a", "librota_faketls.a"]
    return ([BUILD / "tests" / f"{program}.o"],
            [BUILD / name for name in archives])


def write(mutant, folder):
    """The mutant's source below folder; other files are found by -I."""
    text = (ROOT / mutant.file).read_text()
    count = text.count(mutant.old)
    if count != 1:
        raise RuntimeError(f"{count} times in {mutant.file}: {mutant.old!r}")
    source = folder / Path(mutant.file).name
    source.write_text(text.replace(mutant.old, mutant.new))
    return source


def build(mutant, folder):
    """The test program with the mutant in it."""
    source, name = write(mutant, folder), find_program(mutant.test)
    mutated, program = source.with_suffix(".o"), folder / Path(name).name
    must([*COMPILE, "-w", "-Iinclude", "-Icore", "-Iport",
          f"-I{Path(mutant.file).parent}",
          "-c", source, "-o", mutated])
    first, archives = objects(name)
    must([*LINK, "-o", program, *first, mutated, *archives])
    return program


def judge(mutant, code, failed):
    if mutant.test in failed:
        return Outcome(True, mutant.test)
    how = f"ended by signal {-code}" if code < 0 else "failed"
    others = ", ".join(failed) or "nothing"
    return Outcome(False, f"expected {mutant.test}, {how}: {others}")


def try_mutant(mutant):
    folder = OUT / mutant.name
    try:
        folder.mkdir(parents=True)
        program = build(mutant, folder)
        return judge(mutant, *run_test(program, mutant.test))
    except (RuntimeError, OSError) as error:
        return Outcome(None, str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def try_program(name):
    """A test that fails without any mutant says nothing about one."""
    code, failed = run_test(BUILD / "tests" / name)
    if code == 0 and not failed:
        return None
    return f"{name} fails as it is: {', '.join(failed) or code}"


def report(mutant, outcome):
    mark = "ok  " if outcome.caught else "FAIL"
    print(f"{mark} {mutant.name:<32} {outcome.note}", flush=True)


def main():
    pattern = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = [m for m in MUTANTS if re.search(pattern, m.name)]
    programs = sorted({find_program(m.test) for m in chosen})
    begin = time.monotonic()

    if not COMPILE or not LINK:
        sys.exit("this is called by \"make mutants\"")
    shutil.rmtree(OUT, ignore_errors=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        faults, outcomes = pool.map(try_program, programs), []
        for mutant, outcome in zip(chosen, pool.map(try_mutant, chosen)):
            report(mutant, outcome)
            outcomes.append(outcome)
    broken = [text for text in faults if text]
    for text in broken:
        print("FAIL", text)
    applied = sum(o.caught is not None for o in outcomes)
    caught = sum(o.caught is True for o in outcomes)
    missed = len(chosen) - caught + len(broken) + (not chosen)
    print(f"{time.monotonic() - begin:.0f} s")
    print(f"mutants: {applied} applied, {caught} caught")
    print(f"{caught} passed, {missed} failed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
