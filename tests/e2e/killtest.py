#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The agent, killed over and over.

    killtest.py [--kills N] [--moments N] [--size MIB] [--rate KB] [--seed N]

First one update of SIZE MiB: the agent is killed (SIGKILL) at KILLS random
moments, started again each time, and left alone in the end. nginx, slowed
down to RATE kB/s, says in its own log how many bytes it has served for that.

Then MOMENTS short updates, each killed once: before the check, in it, in the
download, while the image is verified, while it is switched to; in folders and
in slots, by turns.

How much is fetched twice depends on how long a disk takes to sync, for the
agent spends a twentieth of its time on that: where there is room, the device
of the long update is in memory.

After each kill what the device would start must be the old image or the whole
new one, and "rota status" must make sense. The seed is printed; the same seed
gives the same images and the same moments, as far as a clock can.
"""

import argparse
import os
import random
import signal
import subprocess
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
sys.dont_write_bytecode = True

from device import Device  # noqa: E402
from github import LocalGitHub  # noqa: E402
from github.nginx import available  # noqa: E402

NAME = "thermostat-rpi-1.1.0.bin"
OLD = b"old"
GOAL = 1.10             # bytes served for each byte of the file
EARLIEST_S, LATEST_S = 0.02, 0.4
SHORT_MIB = 2
# Killed so long after this is said, in seconds at most; None: after the start.
MOMENTS = (("checking", 0.02), ("available", 0.04), ("verified", 0.01),
           (None, 0.12))
QUIET_S = 0.3
MEMORY = "/dev/shm"
ROOM = 256 << 20


class Wrong(Exception):
    """Something that must hold does not."""


def must(condition, what):
    if not condition:
        raise Wrong(what)


class Victim(Device):
    """A device of which is known what it may start."""

    def __init__(self, gh, new, slots=False):
        super().__init__(gh, slots=slots, slot_size=(len(new) | 0xffff) + 1)
        self.conf["stall-timeout"] = "20s"
        self.slots = slots
        self.new = new
        if slots:
            (self.folder / "slot-a").write_bytes(OLD)

    def image_at(self, letter):
        return (self.folder / f"slot-{letter}" if self.slots
                else self.root / letter / "thermostat")

    def active_letter(self):
        link = (self.state if self.slots else self.root) / "current"
        if self.slots and not link.is_symlink():
            return "a"          # as the device was made
        return os.readlink(link)[-1]

    def begin(self, **how):
        return subprocess.Popen(self.command("update", "--json"),
                                env=self.environment(None),
                                stdin=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, **how)

    def kill_after(self, seconds):
        """True if the agent had to be killed."""
        with self.begin(stdout=subprocess.DEVNULL) as agent:
            return end(agent, seconds)

    def kill_after_event(self, event, seconds):
        """So long after the agent has said this."""
        mark = f'"event":"{event}"'.encode()
        with self.begin(stdout=subprocess.PIPE) as agent:
            if event:
                must(any(mark in line for line in agent.stdout),
                     f"{event} was never said")
            return end(agent, seconds)

    def check(self):
        """Old or new, never neither."""
        letter = self.active_letter()
        must(letter in "ab", f"what would start is {letter!r}")
        want = OLD if letter == "a" else self.new
        path = self.image_at(letter)
        must(path.exists() and path.read_bytes()[:len(want)] == want,
             f"what would start is {letter}, but not the image that was put "
             "there")
        status = self.rota("status")
        must(status.code == 0, f"status: {status.out}{status.err}")
        return letter

    def finish(self):
        """Nobody kills any more: everything must become good."""
        done = self.rota("update")
        must(done.code == 0, f"update: {done.code} {done.out}{done.err}")
        must(self.check() == "b", "the new image was not switched to")
        for command in ("boot", "confirm"):
            done = self.rota(command)
            must(done.code == 0, f"{command}: {done.out}{done.err}")
        must(self.check() == "b", "the new image did not stay")


@contextmanager
def victim(*args, **how):
    device = Victim(*args, **how)
    try:
        yield device
    finally:
        device.remove()


@contextmanager
def in_memory():
    """Temporary folders are in memory meanwhile."""
    before = tempfile.tempdir
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        tempfile.tempdir = MEMORY
    try:
        yield
    finally:
        tempfile.tempdir = before


def end(agent, seconds):
    """True if the process had to be killed; it may have ended in peace."""
    try:
        code = agent.wait(seconds)
    except subprocess.TimeoutExpired:
        agent.kill()
        code = agent.wait()
    must(code in (0, -signal.SIGKILL), f"the agent ended with {code}")
    return code != 0


def served(nginx):
    """Bytes, when nginx has noticed the end of every connection."""
    seen = None
    while seen != (log := nginx.log()):
        seen = log
        time.sleep(QUIET_S)
    return sum(line["sent"] for line in log), len(log)


def long_update(rng, kills, size, rate, slots=False):
    """Bytes served for each byte of the file."""
    image = rng.randbytes(size)
    with in_memory(), \
            LocalGitHub(nginx=True, nginx_rate=rate) as gh, \
            victim(gh, image, slots) as device:
        gh.publish("v1.1.0", {NAME: image})
        for n in range(kills):
            killed = device.kill_after(rng.uniform(EARLIEST_S, LATEST_S))
            must(killed, f"ready after {n} kills: the rate is too high")
            device.check()
        device.finish()
        sent, requests = served(gh.nginx)
    must(sent >= size, "nginx's log is not complete")
    print(f"bytes served: {sent} of a file of {size}, in {requests} replies")
    print(f"kills: {kills}, served/file: {sent / size:.2f}", flush=True)
    return sent / size


def within_goal(*args):
    ratio = long_update(*args)
    must(ratio <= GOAL, f"the goal is {GOAL}")


def one_moment(gh, image, slots, event, seconds):
    """The letter of what would have started then."""
    with victim(gh, image, slots) as device:
        device.kill_after_event(event, seconds)
        letter = device.check()
        device.finish()
        return letter


def short_updates(rng, count):
    """Each killed once, and then left alone."""
    image = rng.randbytes(SHORT_MIB << 20)
    found = []
    with LocalGitHub(nginx=True) as gh:
        gh.publish("v1.1.0", {NAME: image})
        for n in range(count):
            event, span = MOMENTS[n // 2 % len(MOMENTS)]
            seconds = rng.uniform(0, span)
            try:
                found.append(one_moment(gh, image, n % 2 == 1, event, seconds))
            except Wrong as wrong:
                raise Wrong(f"moment {n}, {seconds * 1000:.1f} ms after "
                            f"{event or 'the start'}: {wrong}") from wrong
    print(f"moments: {count}, old image: {found.count('a')}, "
          f"new image: {found.count('b')}", flush=True)


def run(name, test, *args):
    begin = time.monotonic()
    try:
        test(*args)
        good = True
    except Wrong as wrong:
        print(wrong)
        good = False
    print(f"{'ok  ' if good else 'FAIL'} {name}  "
          f"{time.monotonic() - begin:.0f} s", flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description="kill the agent")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--moments", type=int, default=32)
    parser.add_argument("--size", type=int, default=16, help="MiB")
    parser.add_argument("--rate", type=int, default=400, help="kB/s")
    parser.add_argument("--seed", type=int,
                        default=random.SystemRandom().randrange(1 << 32))
    o = parser.parse_args()
    if not available():
        print("nginx is not installed (nginx-light)")
        return 1
    print(f"seed: {o.seed}; again: make killtest "
          f"KILL=\"--seed {o.seed} --kills {o.kills} --moments {o.moments} "
          f"--size {o.size} --rate {o.rate}\"", flush=True)
    results = [
        run("an update goes on after every kill", within_goal,
            random.Random(o.seed), o.kills, o.size << 20, o.rate * 1000),
        run("a kill at any moment leaves the old image or the new one",
            short_updates, random.Random(o.seed + 1), o.moments)]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
