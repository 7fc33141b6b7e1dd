#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does the code compile, without a warning, for processors that differ from
the one it is written on, and do its tests pass on one with the bytes of a
word the other way round?

Compiles core, the ports that need no operating system, and each header by
itself, for each of TARGETS. Then builds the tests for PowerPC, 32 bits,
big-endian, and runs them under qemu-ppc, but for those of SKIP. What make
knows comes in the environment. The last line is "N passed, N failed"."""

import concurrent.futures
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("ROTA_BUILD", ROOT / "build/host")) / "ppc"
WARN = shlex.split(os.environ["ROTA_WARN"])
INCLUDE = ["-Iport", *shlex.split(os.environ["ARM_INCLUDE"])]
JOBS = os.cpu_count() or 1
TIMEOUT_S = 600

ARM = ["arm-none-eabi-gcc", "-mthumb"]
TARGETS = {
    "Cortex-M0+": [*ARM, "-mcpu=cortex-m0plus"],
    "Cortex-M3": [*ARM, "-mcpu=cortex-m3"],
    "Cortex-M4": [*ARM, "-mcpu=cortex-m4"],
    "Cortex-M33": [*ARM, "-mcpu=cortex-m33"],
    "RV32IMC": ["riscv64-unknown-elf-gcc", "-march=rv32imc", "-mabi=ilp32",
                "--specs=picolibc.specs"],
    "PowerPC": ["powerpc-linux-gnu-gcc"],
}

# Ports that need nothing but C; the others have a platform in their name.
PORTS = ["ab_image", "ab_record", "ab_start", "anchors_bundle", "anchors_text",
         "boot_ab", "boot_mcuboot", "flash_cortexm", "flash_ram", "flash_sink",
         "mem_arena"]

# Tests of what only Linux has, with servers or threads; of the publisher, whose
# libcrypto is this machine's; and those that take minutes where each
# instruction is emulated.
SKIP = ["agent_*", "anchors_pem", "boot_symlink", "boot_symlink_cuts", "epoll",
        "flash_file", "net_bsd*", "ports", "publish_*", "sha256_x86", "tls_*",
        "uboot_*", "journal_cuts", "llhttp_states"]


class Results:
    def __init__(self):
        self.passed = self.failed = 0

    def add(self, good, what, output=""):
        self.passed += good
        self.failed += not good
        if not good:
            print(f"FAIL {what}\n{output}".rstrip())


def run(command, **options):
    done = subprocess.run([str(word) for word in command], cwd=ROOT,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False, **options)
    return done.returncode, done.stdout


def sources():
    """Every file to compile: sources, and headers as if they were."""
    ports = [ROOT / "port" / name for name in PORTS]
    files = [*ROOT.glob("core/*/*.[ch]"), *ROOT.glob("include/*.h"),
             *(p.with_suffix(".c") for p in ports),
             *(p.with_suffix(".h") for p in ports
               if p.with_suffix(".h").exists())]
    return sorted(p.relative_to(ROOT) for p in files)


def compile_file(compiler, path, folder):
    out = Path(folder) / (str(path).replace("/", "-") + ".o")
    command = [*compiler, "-std=c11", "-Os", *WARN, *INCLUDE, "-o", out]
    if path.suffix == ".c":
        return run([*command, "-c", path])
    twice = Path(folder) / (str(path).replace("/", "-") + ".c")
    twice.write_text(f'#include "{path}"\n#include "{path}"\n'
                     "extern const int rota_no_empty_unit;\n")
    return run([*command, "-I.", "-c", twice])


def compile_all(results, workers):
    for target, compiler in TARGETS.items():
        before = results.failed
        with tempfile.TemporaryDirectory(prefix="rota-portability-") as folder:
            files = sources()
            done = workers.map(
                lambda p: compile_file(compiler, p, folder), files)
            for path, (status, output) in zip(files, done):
                results.add(status == 0, f"{path} for {target}", output)
        print(f"{target}: {len(files)} files,"
              f" {results.failed - before} with warnings or errors",
              flush=True)


def build_tests(names):
    """Returns whether all are there."""
    status, output = run(
        ["make", f"-j{JOBS}", "CC=powerpc-linux-gnu-gcc", f"BUILD={BUILD}",
         "CFLAGS=-O2 -g -D_FILE_OFFSET_BITS=64",
         *(f"{BUILD}/tests/{name}" for name in names)])
    if status:
        print(output[-4000:])
    return status == 0


def run_test(name):
    try:
        return run(["qemu-ppc", "-L", "/usr/powerpc-linux-gnu",
                    BUILD / "tests" / name], timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return 1, f"not done after {TIMEOUT_S} s"


def big_endian(results, workers):
    names = sorted(f"{p.parent.name}/{p.stem}"
                   for p in ROOT.glob("tests/*/test_*.c")
                   if not any(p.match(f"test_{s}.c") for s in SKIP))
    if not build_tests(names):
        results.add(False, "building for PowerPC")
        return
    for name, (status, output) in zip(names, workers.map(run_test, names)):
        results.add(status == 0, f"{name} on PowerPC", output[-2000:])
    print(f"big-endian: {len(names)} test programs run")


def main():
    results = Results()
    with concurrent.futures.ThreadPoolExecutor(JOBS) as workers:
        compile_all(results, workers)
        big_endian(results, workers)
    print(f"{results.passed} passed, {results.failed} failed")
    sys.exit(results.failed != 0)


if __name__ == "__main__":
    main()
