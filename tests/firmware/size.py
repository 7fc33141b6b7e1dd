#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the firmware takes, by part, against the budgets in size.txt.

    size.py PROFILE=PROGRAM.elf ...

A budget is a line "PROFILE WHAT BYTES", where WHAT is flash, ram (all that the
linker placed: data, bss, stack and arena), core (its share of flash), stack
and arena (the most that was used in an update under QEMU), step (millions of
instructions in the longest rota_step), refused (requests for memory that
mbedTLS was refused) or heap (functions of a heap that are linked). The parts come from the symbols of the
program, which was optimized as a whole: a function that was taken into one of
another part counts there. The last line is "N passed, N failed".
"""

import collections
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from github import LocalGitHub  # noqa: E402
from github.sign import manifest, sign  # noqa: E402

import emulator  # noqa: E402
from device import BUILD, Device  # noqa: E402
from dns import Dns  # noqa: E402
from key import ReleaseKey  # noqa: E402

RAM = 0x20000000
INSTRUCTIONS = 20       # in a cycle of 50 MHz at 1 ns each: see measure()
PARTS = [("core", r"/core/[a-z_]+\.c"), ("port", r"/port/"),
         ("mbedtls", r"/mbedtls/"), ("lwip", r"/lwip/"),
         ("llhttp", r"llhttp"), ("app", r"/cortexm/|/include/"),
         ("roots", r"roots\.c"), ("libc", r"newlib|libgcc")]
LINE = re.compile(r"([0-9a-f]+) ([0-9a-f]+) (\w) (\S+)(?:\t(.*))?")


def run(*command):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def part_of(name, where):
    for part, pattern in PARTS:
        if re.search(pattern, where):
            return part
    for part, pattern in (("arena", "arena_bytes"), ("roots", "root_"),
                          ("lwip", "memp_|ram_heap|dns_|tcp_|netif"),
                          ("rota", "^rota$|^work$"),
                          ("llhttp", "lookup_table|llhttp")):
        if re.search(pattern, name.split(".")[0]):
            return part
    return "rest"


def parts(elf):
    """{part: [flash, ram]} of the symbols, and of what has none."""
    found = collections.defaultdict(lambda: [0, 0])
    for line in run("arm-none-eabi-nm", "-S", "-l", elf).splitlines():
        if match := LINE.match(line):
            at, size = int(match[1], 16), int(match[2], 16)
            part = part_of(match[4], match[5] or "")
            found[part][1 if at >= RAM else 0] += size
            if match[3] in "dD":
                found[part][0] += size
    return found


def heap(elf):
    """How many functions of the C library's heap are in the program."""
    return len(re.findall(r" _?(?:malloc|calloc|realloc|free|sbrk)(?:_r)?$",
                          run("arm-none-eabi-nm", elf), re.MULTILINE))


def sections(elf):
    """(flash, ram, stack)"""
    flash = ram = stack = 0
    for line in run("arm-none-eabi-size", "-A", elf).splitlines():
        words = line.split()
        if len(words) != 3 or not words[0].startswith("."):
            continue
        name, size, at = words[0], int(words[1]), int(words[2])
        if name in (".text", ".ARM.exidx", ".data"):
            flash += size
        if at >= RAM:
            ram += size
        if name == ".stack":
            stack = size
    return flash, ram, stack


def numbers(line):
    return {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", line)}


def measure(profile):
    """What one update took. Each instruction takes one nanosecond of the
    emulator's time, whatever the host does, so cycles are instructions."""
    with LocalGitHub() as gh, Dns() as dns:
        slot = "b"
        if profile == "private":
            gh.certificate("asset", "p256")
        else:
            slot = "single"
        name, data = f"thermostat-m3-1.1.0-{slot}.bin", image(profile)
        text = manifest("acme/thermostat", "thermostat-m3", 1, "1.1.0",
                        {0: (name, data)})
        gh.publish("v1.1.0", {name: data, f"thermostat-m3-{slot}.ota":
                              sign(text, ReleaseKey(BUILD / "firmware"))})
        device = Device(profile, gh, dns,
                        options=["-icount", "shift=0,sleep=off"])
        with device:
            device.start()
            if not device.wait_for("rota: verified"):
                sys.exit(device.story())
            return {**numbers(device.wait_for("memory:")),
                    **numbers(device.wait_for("cycles:"))}


def image(profile):
    if profile == "private":
        return (BUILD / "firmware" / profile
                / "thermostat-m3-1.1.0-b.bin").read_bytes()
    return os.urandom(100000)


def report(profile, elf):
    found, (flash, ram, stack) = parts(elf), sections(elf)
    used = measure(profile)
    known = [sum(p[i] for p in found.values()) for i in (0, 1)]
    found["rest"][0] += flash - known[0]
    found["stack"][1] = stack
    found["rest"][1] += ram - known[1] - stack
    print(f"\n{profile:<10}{'flash':>8}{'RAM':>8}")
    for part, (a, b) in sorted(found.items(), key=lambda p: -sum(p[1])):
        print(f"{part:<10}{a:>8}{b:>8}")
    print(f"{'all':<10}{flash:>8}{ram:>8}")
    step = used["longest"] * INSTRUCTIONS / 1e6
    print(f"stack used {used['stack']}, arena used {used['arena']}, refused "
          f"{used['refused']}; an update takes "
          f"{used['thousands'] * INSTRUCTIONS / 1000:.0f} million "
          f"instructions, the longest step {step:.1f}")
    return {"flash": flash, "ram": ram, "core": found["core"][0],
            "stack": used["stack"], "arena": used["arena"], "step": step,
            "refused": used["refused"], "heap": heap(elf)}


def budgets():
    for line in (HERE / "size.txt").read_text().splitlines():
        words = line.split("#")[0].split()
        if words:
            yield words[0], words[1], int(words[2])


def main():
    emulator.LIMIT_S = 120
    found = {}
    for argument in sys.argv[1:]:
        profile, elf = argument.split("=")
        found[profile] = report(profile, elf)
    passed = failed = 0
    for profile, what, limit in budgets():
        now = found.get(profile, {}).get(what)
        if now is not None and now <= limit:
            passed += 1
            continue
        failed += 1
        print(f"{profile} {what}: {now}, and its budget is {limit}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
