#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What core takes on microcontrollers, against the budgets in size.txt.

Compiles each core/ROOM/*.c for each processor and prints bytes of code and of
variables and the largest stack frame per module, then three clients as a
firmware links them, which name more and more in their configuration, and then
the sizes of core's structures. A budget is a line "PROCESSOR WHAT BYTES", where
WHAT is

    MODULE.text MODULE.frame    of one module
    core.data core.bss core.frame
                                of all modules: the sum, or the largest frame
    CLIENT.text                 of a linked client, without TLS: see CLIENTS
    tls.text                    of the modules TLS, without mbedTLS
    STRUCT.size                 sizeof(struct STRUCT)

text is code and constants, neither mbedTLS nor llhttp among them. The last
line is "N passed, N failed".
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("ROTA_BUILD", ROOT / "build/host")) / "size"
CC = os.environ.get("ARM_CC", "arm-none-eabi-gcc")
INCLUDE = shlex.split(os.environ.get("ARM_INCLUDE", "-Iinclude -Icore"))
CPUS = {"m0plus": "cortex-m0plus", "m3": "cortex-m3"}
TLS = {"session", "tls", "trust"}
ROOTS = ["rota_init", "rota_step", "rota_wait_ms", "rota_busy", "rota_confirm",
         "rota_check_now", "rota_stop"]
# What each client names besides, and so links.
STORE = ["rota_journal_store"]
TRUST = ["rota_manifest_ops", "rota_newest"]
CLIENTS = {
    "minimal": ([], "unsigned, the latest release, no store"),
    "unsigned": (STORE, "and a journal: trial, quarantine, resume"),
    "whole": (STORE + TRUST, "and keys, several images, the list of releases"),
}
SMALLEST_STRUCT = 24  # bytes; smaller ones are not worth a line


def run(command):
    return subprocess.run(command, cwd=ROOT, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def compile_for(cpu, source, out):
    run([CC, f"-mcpu={CPUS[cpu]}", "-mthumb", "-Os", "-std=c11", "-w",
         "-ffunction-sections", "-fdata-sections", "-fstack-usage",
         *INCLUDE, "-c", source, "-o", out])


def largest_frame(usage):
    """(bytes, function) of the lines "file:line:col:function bytes kind"."""
    frames = [(int(n), where.split(":")[-1])
              for where, n, _ in (line.split("\t") for line in usage)]
    return max(frames, default=(0, "-"))


def measure_module(cpu, source):
    """text, data, bss, and the frame with its function, of one file."""
    out = BUILD / cpu / f"{source.stem}.o"
    compile_for(cpu, source, out)
    size = run([CC.replace("gcc", "size"), out]).splitlines()[1].split()
    usage = out.with_suffix(".su").read_text().splitlines()
    return [int(n) for n in size[:3]], largest_frame(usage)


def measure_client(cpu, sources, names):
    """text that is left of these modules when they are linked for ROOTS and
    these names."""
    out = BUILD / cpu / "linked.o"
    objects = [BUILD / cpu / f"{s.stem}.o" for s in sources
               if s.stem not in TLS]
    run([CC.replace("gcc", "ld"), "-r", "--gc-sections",
         *(f"-u{name}" for name in ROOTS + names), "-o", out, *objects])
    return int(run([CC.replace("gcc", "size"), out]).splitlines()[1].split()[0])


def measure_clients(cpu, sources, found):
    print(f"\n{CPUS[cpu]:<14}{'linked':>7}  without TLS and llhttp")
    for client, (names, words) in CLIENTS.items():
        found[f"{client}.text"] = measure_client(cpu, sources, names)
        print(f"{client:<14}{found[f'{client}.text']:>7}  {words}")


def measure_structs(cpu):
    """sizeof every struct of the headers: that of an array in an object."""
    headers = sorted([*ROOT.glob("include/*.h"), *ROOT.glob("core/*/*.h")])
    names = [name for h in headers for name in
             re.findall(r"^struct (\w+) \{", h.read_text(), re.MULTILINE)]
    probe = BUILD / cpu / "probe.c"
    probe.write_text("".join(
        [f'#include "{h}"\n' for h in headers] +
        [f"char probe_{name}[sizeof(struct {name})];\n" for name in names]))
    out = probe.with_suffix(".o")
    compile_for(cpu, probe, out)
    lines = run([CC.replace("gcc", "nm"), "-S", out]).splitlines()
    return {name.removeprefix("probe_"): int(size, 16)
            for _, size, _, name in map(str.split, lines)}


def measure(cpu, sources):
    """Print the table of one processor; return what budgets may name."""
    found, total, worst = {}, [0, 0, 0], (0, "-")
    print(f"\n{CPUS[cpu]:<14}{'text':>7}{'data':>6}{'bss':>6}  largest frame")
    for source in sources:
        sizes, frame = measure_module(cpu, source)
        total = [a + b for a, b in zip(total, sizes)]
        worst = max(worst, frame)
        found[f"{source.stem}.text"] = sizes[0]
        found[f"{source.stem}.frame"] = frame[0]
        print(row(source.stem, sizes, frame))
    tls = sum(found[f"{name}.text"] for name in TLS)
    print(row("all", total, worst))
    found.update({"tls.text": tls, "core.data": total[1],
                  "core.bss": total[2], "core.frame": worst[0]})
    measure_clients(cpu, sources, found)

    structs = measure_structs(cpu)
    print(f"\n{CPUS[cpu]:<22}{'sizeof':>7}")
    for name, size in sorted(structs.items(), key=lambda s: -s[1]):
        found[f"{name}.size"] = size
        if size >= SMALLEST_STRUCT:
            print(f"struct {name:<15}{size:>7}")
    return found


def row(name, sizes, frame):
    text, data, bss = sizes
    return (f"{name:<14}{text:>7}{data:>6}{bss:>6}{frame[0]:>6}"
            f"  {frame[1]}")


def budgets():
    for line in (ROOT / "tests/size.txt").read_text().splitlines():
        words = line.split("#")[0].split()
        if words:
            cpu, what, limit = words
            yield cpu, what, int(limit)


def main():
    sources = sorted(ROOT.glob("core/*/*.c"))
    found = {}
    for cpu in CPUS:
        (BUILD / cpu).mkdir(parents=True, exist_ok=True)
        found[cpu] = measure(cpu, sources)

    print()
    passed = failed = 0
    for cpu, what, limit in budgets():
        is_now = found.get(cpu, {}).get(what)
        if is_now is not None and is_now <= limit:
            passed += 1
            continue
        failed += 1
        print(f"{cpu} {what}: " +
              (f"{is_now} bytes, {is_now - limit} above its budget of {limit}"
               if is_now is not None else "in size.txt, but there is none"))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(f"failed: {shlex.join(map(str, error.cmd))}")
        print("0 passed, 1 failed")
        sys.exit(1)
