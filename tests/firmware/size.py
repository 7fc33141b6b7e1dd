#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the firmware takes, by part, against the budgets in size.txt.

    size.py [--figures] PROFILE=PROGRAM.elf ...

PROGRAM.elf is what ships; what it uses is measured with the images that the
tests made of the profile, which have other roots. --figures prints a few lines
for each profile and knows no budgets.

A budget is a line "PROFILE WHAT BYTES", where WHAT is flash, ram (all that the
linker placed: data, bss, stack and arena), core (its share of flash), stack
and arena (the most that was used in a check or an update under QEMU), step
(millions of instructions in the longest rota_step), refused (requests for
memory that mbedTLS was refused) or heap (functions of a heap that are linked).
The parts come from the symbols of the program, which was optimized as a whole:
a function that was taken into one of another part counts there. The last line
is "N passed, N failed".
"""

import collections
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from github import LocalGitHub  # noqa: E402
from github.sign import manifest, sign  # noqa: E402

from device import BUILD, Device, image, image_name  # noqa: E402
from dns import Dns  # noqa: E402
from key import ReleaseKey  # noqa: E402

RAM = 0x20000000
INSTRUCTIONS = 20       # in a cycle of 50 MHz at 1 ns each: see measure()
ICOUNT = ["-icount", "shift=0,sleep=off"]
RUNNING = "1.0.0"
PARTS = [("lwip", r"/lwip/"), ("mbedtls", r"/mbedtls/"),   # they have a core/
         ("core", r"/core/\w+/\w+\.c"), ("llhttp", r"llhttp"), ("port", r"/port/"),
         ("app", r"/cortexm/|/include/"),
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
                          ("llhttp", "llhttp")):
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


def publish(gh, profile, version):
    """A release for a device that runs from slot A."""
    name, data = image_name(version, "b"), image(profile, version, "b")
    text = manifest("acme/thermostat", "thermostat-m3", 1, version,
                    {0: (name, data)})
    gh.publish("v" + version, {name: data, "thermostat-m3-b.ota":
                               sign(text, ReleaseKey(BUILD / "firmware"))})


def measure(profile, version, end):
    """What a device that is switched on has used until it says this, when this
    version is the latest. Each instruction takes one nanosecond of the
    emulator's time, whatever the host does, so cycles are instructions."""
    with LocalGitHub() as gh, Dns() as dns:
        if profile == "private":
            gh.certificate("asset", "p256")
        publish(gh, profile, version)
        with Device(profile, gh, dns, options=ICOUNT) as device:
            device.start()
            if not device.wait_for(end):
                sys.exit(device.story())
            used = {**numbers(device.wait_for("memory:")),
                    **numbers(device.wait_for("cycles:"))}
    used["all"] = used["thousands"] * INSTRUCTIONS / 1000   # millions
    used["step"] = used["longest"] * INSTRUCTIONS / 1e6
    return used


def print_parts(profile, elf):
    found, (flash, ram, stack) = parts(elf), sections(elf)
    known = [sum(p[i] for p in found.values()) for i in (0, 1)]
    found["rest"][0] += flash - known[0]
    found["stack"][1] = stack
    found["rest"][1] += ram - known[1] - stack
    print(f"\n{profile:<10}{'flash':>8}{'RAM':>8}")
    for part, (a, b) in sorted(found.items(), key=lambda p: -sum(p[1])):
        print(f"{part:<10}{a:>8}{b:>8}")
    print(f"{'all':<10}{flash:>8}{ram:>8}")


def report(profile, elf):
    flash, ram, stack = sections(elf)
    check = measure(profile, RUNNING, "rota: up")
    update = measure(profile, "1.1.0", "rota: verified")
    most = {k: max(check[k], update[k]) for k in check}
    print(f"{profile}: flash {flash} bytes, RAM {ram}, of which stack used "
          f"{most['stack']} of {stack}, arena used {most['arena']} of "
          f"{most['of']}, refused {most['refused']}\n"
          f"{profile}: million instructions: a check {check['all']:.0f}, an "
          f"update {update['all']:.0f}, the longest step {most['step']:.1f}")
    return {"flash": flash, "ram": ram, "core": parts(elf)["core"][0],
            "heap": heap(elf), **most}


def budgets():
    for line in (HERE / "size.txt").read_text().splitlines():
        words = line.split("#")[0].split()
        if words:
            yield words[0], words[1], int(words[2])


def judge(found):
    """How many budgets are kept, and how many are not."""
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


def main():
    found, programs = {}, [a for a in sys.argv[1:] if a != "--figures"]
    for profile, elf in (a.split("=") for a in programs):
        if programs == sys.argv[1:]:
            print_parts(profile, elf)
        found[profile] = report(profile, elf)
    return judge(found) if programs == sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
