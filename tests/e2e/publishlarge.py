#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One large asset up and down again, and the most memory that took.

publishlarge.py [MiB]. The file is sparse but for a random start and end, so
that it costs little disk on this side; the service's copy is whole.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from github import LocalGitHub  # noqa: E402

from hub_case import Publisher  # noqa: E402

LIMIT_KB = 8 * 1024
NAME = "large.bin"
MIB = 1 << 20


def make(path, size):
    with open(path, "wb") as out:
        out.write(os.urandom(min(size, MIB)))
        out.truncate(size)
        out.seek(max(0, size - MIB))
        out.write(os.urandom(min(size, MIB)))


def peak_kb(process):
    """The most memory it has had since it was started, as the kernel counts
    it for the program alone; watched until it ends."""
    peak = 0
    while process.poll() is None:
        try:
            status = Path("/proc/%d/status" % process.pid).read_text()
        except OSError:
            break
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        peak = int(found[1]) if found else peak
        time.sleep(0.01)
    return peak


def measured(publisher, *args):
    """(seconds, peak KiB) of a command, which must end well."""
    begin = time.monotonic()
    with open(publisher.folder / "said", "w+") as said:
        process = subprocess.Popen(
            publisher.command(*args), cwd=publisher.folder,
            env=publisher.environment("good-token"),
            stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        peak = peak_kb(process)
        said.seek(0)
        if process.wait():
            raise SystemExit(said.read())
    return time.monotonic() - begin, peak


def same(a, b):
    return subprocess.run(["cmp", "-s", a, b]).returncode == 0


def run(mib, show=print):
    """The peaks of up and down, in KiB."""
    peaks = []
    with LocalGitHub() as gh:
        gh.make_repo()
        publisher = Publisher(gh)
        try:
            source = publisher.folder / NAME
            make(source, mib * MIB)
            for args in (("release", "v1.0.0", NAME, "--stall-timeout", "60"),
                         ("download", "v1.0.0", NAME, "-o", "back.bin")):
                seconds, peak = measured(publisher, *args)
                peaks.append(peak)
                show("%-9s %5d MiB  %6.1f s  %6.1f MiB/s  max RSS %5d KiB"
                     % (args[0], mib, seconds, mib / seconds, peak))
            if not same(source, publisher.folder / "back.bin"):
                raise SystemExit("what came back is not what was sent")
        finally:
            publisher.remove()
    return peaks


def main():
    peaks = run(int(sys.argv[1]) if len(sys.argv) > 1 else 1024)
    if max(peaks) > LIMIT_KB:
        print("more than %d KiB" % LIMIT_KB)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
