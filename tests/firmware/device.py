# SPDX-License-Identifier: Apache-2.0
"""A thermostat under QEMU, with the network: its life over restarts."""

import os
import time
from pathlib import Path

from emulator import FAULT, RESTART, SLOT, SLOT_SIZE, WATCHDOG, Board

BUILD = Path(os.environ.get("ROTA_BUILD", "build/host"))
PATIENCE_S = 150


def image_name(version, slot):
    return f"thermostat-m3-{version}-{slot}.bin"


def image(profile, version, slot):
    """The bytes of an image as it is released; slot is a or b."""
    return (BUILD / "firmware" / profile / image_name(version, slot)) \
        .read_bytes()


class Device:
    """Version 1.0.0 in slot A. log: every line that it has written; ends: what
    its runs ended with.

    gh is the local GitHub, dns the server of names, settings what else the
    program is started with. nic: the emulator's options for the network.
    first: another image for slot A."""

    NIC = ["-nic", "user,model=stellaris,ipv6=off"]
    UNPLUGGED = ["-nic", "hubport,model=stellaris,hubid=0"]

    def __init__(self, profile, gh, dns, nic=None, options=(), first=None,
                 **settings):
        boot = (BUILD / "boot/boot.bin").read_bytes()
        self.first = first or image(profile, "1.0.0", "a")
        self.board = Board(boot, PATIENCE_S, A=self.first)
        settings = {"api": gh.api_url, "dns": "10.0.2.2",
                    "dns_port": dns.port, **settings}
        self.argument = " ".join(f"{k}={v}" for k, v in settings.items())
        self.nic = nic or self.NIC
        self.options = options
        self.log = []
        self.ends = []
        self.run = None

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.kill()
        self.board.temporary.cleanup()

    def holds(self, slot, data):
        """Has slot A or B data, and nothing but data?"""
        return self.board.read(SLOT[slot], SLOT_SIZE) \
            == data.ljust(SLOT_SIZE, b"\xff")

    # One run

    def start(self):
        self.run = self.board.start(self.argument, [*self.nic, *self.options])

    def line(self):
        """The next line; None when the run has ended."""
        while raw := self.run.process.stdout.readline():
            if raw.strip():
                self.log.append(raw.strip())
                return self.log[-1]
        return None

    def wait_for(self, *texts):
        """The next line that has one of texts; None: the run has ended."""
        while (line := self.line()) is not None:
            if any(text in line for text in texts):
                return line
        return None

    def end(self):
        """What the run ended with, and no more can come of it."""
        status, lines, err = self.run.end()
        self.log += lines + err.splitlines()
        self.ends.append(status)
        self.run = None
        return status

    def kill(self):
        """Cut the power."""
        if self.run:
            self.run.process.kill()
            self.end()

    # A life

    def run_until(self, *texts, timeout_s=PATIENCE_S, crashes=0):
        """Run, and start again when it restarts or, so many times, when it
        crashes or is reset by the watchdog, until a line has one of texts. It
        goes on running."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if not self.run:
                self.start()
            line = self.wait_for(*texts)
            if line is not None:
                return line
            status = self.end()
            if status in (FAULT, WATCHDOG) and crashes:
                crashes -= 1
            elif status != RESTART:
                raise RuntimeError(f"exit status {status}: {self.story()}")
        raise TimeoutError(self.story())

    def story(self, lines=25):
        return "\n".join(self.log[-lines:])
