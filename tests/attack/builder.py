# SPDX-License-Identifier: Apache-2.0
"""Programs without one defence: the changed files compiled and linked in front
of the archives that make has built, in a folder of their own. How to compile
and link comes from make, in the environment."""

import os
import pathlib
import shlex
import subprocess
import tempfile
import threading

from mutants_table import MUTANTS

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ROTA_BUILD", ROOT / "build/host"))
COMPILE = shlex.split(os.environ.get("ROTA_COMPILE", ""))
LINK = shlex.split(os.environ.get("ROTA_LINK", ""))
OUT = BUILD / "attack"

AGENT = sorted(path.stem for path in ROOT.glob("examples/agent/*.c"))
PARTS = {  # what a program is linked from: its own objects, then archives
    "agent": ([BUILD / "examples/agent" / f"{name}.o" for name in AGENT],
              ["libcommon.a", "librota.a"]),
    "device_main": ([BUILD / "tests/attack/device_main.o"], ["librota.a"]),
    "test_tamper": ([BUILD / "tests/core/test_tamper.o"],
                    ["libtests.a", "libagent.a", "libcommon.a",
                     "librota_faketls.a"]),
}
WHOLE = {"agent": BUILD / "rota",
         "device_main": BUILD / "tests/attack/device_main",
         "test_tamper": BUILD / "tests/core/test_tamper"}


def run(command):
    done = subprocess.run([str(w) for w in command], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or done.stdout.strip())


def replacement(defence):
    """(file, old, new) of a mutant's name, or as it is."""
    if not isinstance(defence, str):
        return defence
    found = [m for m in MUTANTS if m.name == defence]
    if len(found) != 1:
        raise RuntimeError(f"no mutant is called {defence}")
    return found[0].file, found[0].old, found[0].new


def sources(defences):
    """{file: its text without the defences}."""
    texts = {}
    for file, old, new in map(replacement, defences):
        text = texts.get(file) or (ROOT / file).read_text()
        if text.count(old) != 1:
            raise RuntimeError(f"{text.count(old)} times in {file}: {old!r}")
        texts[file] = text.replace(old, new)
    return texts


def compile_changed(file, text, folder):
    source = folder / pathlib.Path(file).name
    source.write_text(text)
    run([*COMPILE, "-O1", "-w", "-Iinclude", "-Icore", "-Iport",
         f"-I{pathlib.Path(file).parent}",
         "-c", source, "-o", source.with_suffix(".o")])
    return source.with_suffix(".o")


def once(function):
    """The same function, which does its work once for the same arguments,
    whichever thread comes first."""
    results, locks, lock = {}, {}, threading.Lock()

    def call(*args):
        with lock:
            mine = locks.setdefault(args, threading.Lock())
        with mine:
            if args not in results:
                results[args] = function(*args)
            return results[args]
    return call


@once
def build(name, defences):
    """The program of this name without the defences."""
    OUT.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(dir=OUT))
    changed = [compile_changed(file, text, folder)
               for file, text in sources(defences).items()]
    objects, archives = PARTS[name]
    run([*LINK, "-o", folder / name, *objects, *changed,
         *(BUILD / a for a in archives)])
    return folder / name
