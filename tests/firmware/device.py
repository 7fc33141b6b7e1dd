# SPDX-License-Identifier: Apache-2.0
"""A thermostat under QEMU, with the network: its life over restarts."""

import os
import time
from pathlib import Path

import emulator
from emulator import RESTART, SLOT, Board, Run

BUILD = Path(os.environ.get("ROTA_BUILD", "build/host"))
FAULT = 70          # exit status, as in examples/cortexm/semihost.h
PATIENCE_S = 150
emulator.LIMIT_S = PATIENCE_S


def image_name(version, slot):
    return f"thermostat-m3-{version}-{slot}.bin"


def image(profile, version, slot):
    """The bytes of an image as it is released; slot is a or b."""
    return (BUILD / "firmware" / profile / image_name(version, slot)) \
        .read_bytes()


class Device:
    """Version 1.0.0 in slot A. log: every line that it has written.

    gh is the local GitHub, dns the server of names, settings what else the
    program is started with. nic: the emulator's options for the network."""

    NIC = ["-nic", "user,model=stellaris,ipv6=off"]

    def __init__(self, profile, gh, dns, nic=None, options=(), **settings):
        if profile == "public":     # too large for two: no bootloader
            program = BUILD / "firmware/public/1.0.0-single.bin"
            self.board = Board(program.read_bytes())
        else:
            boot = (BUILD / "boot/boot.bin").read_bytes()
            self.board = Board(boot, A=image(profile, "1.0.0", "a"))
        settings = {"api": gh.api_url, "dns": "10.0.2.2",
                    "dns_port": dns.port, **settings}
        self.argument = " ".join(f"{k}={v}" for k, v in settings.items())
        self.options = [*(nic or self.NIC), *options]
        self.log = []
        self.run = None

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.kill()
        self.board.temporary.cleanup()

    def holds(self, slot, data):
        """Does slot A or B begin with data?"""
        return self.board.read(SLOT[slot], len(data)) == data

    # One run

    def start(self):
        self.run = Run(self.board.folder, argument=self.argument,
                       options=self.options)

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
        crashes, until a line has one of texts. It goes on running."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if not self.run:
                self.start()
            line = self.wait_for(*texts)
            if line is not None:
                return line
            status = self.end()
            crashes -= status == FAULT
            if status != RESTART and (status != FAULT or crashes < 0):
                raise RuntimeError(f"exit status {status}: {self.story()}")
        raise TimeoutError(self.story())

    def story(self, lines=25):
        return "\n".join(self.log[-lines:])
