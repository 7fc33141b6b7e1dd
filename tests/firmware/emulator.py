# SPDX-License-Identifier: Apache-2.0
"""A board in QEMU: two flash chips in files, and power that can be cut.

The chips' layout is that of examples/cortexm/flash_map.h."""

import os
import subprocess
import tempfile
import threading
from pathlib import Path

FLASH, DATA = 0x40000, 0x2000
RECORD, RECORD_SIZE, BLOCK = 0x1800, 0x800, 0x400
SLOT = {"A": 0x2000, "B": 0x21000}
SLOT_SIZE = 0x1f000

# What a run ends with, as in examples/cortexm/semihost.h.
RESTART = 42        # the program wants a restart
FAULT = 70          # it crashed
WATCHDOG = 0        # a reset: -no-reboot makes it the end of the emulator,
                    # since only a new one has what was written to flash


class Run:
    """One time of power on: until the program ends it, kill, or limit_s."""

    def __init__(self, folder, limit_s, argument, options):
        command = ["qemu-system-arm", "-M", "lm3s6965evb", "-display", "none",
                   "-monitor", "none", "-serial", "stdio",
                   "-semihosting-config",
                   f"enable=on,target=native,arg={argument}",
                   "-kernel", "flash.bin", "-no-reboot", *options]
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            encoding="latin-1")
        self.timer = threading.Timer(limit_s, self.process.kill)
        self.timer.start()

    def line(self):
        """The next line from the UART; "" when there are no more."""
        return self.process.stdout.readline().strip()

    def end(self):
        """(exit status, lines so far unread, what the emulator said)."""
        out, err = self.process.communicate()
        self.timer.cancel()
        lines = [l.strip() for l in out.splitlines() if l.strip()]
        # Harmless: a timer that nobody has set.
        err = "\n".join(l for l in err.splitlines() if "Timer" not in l)
        return self.process.returncode, lines, err

    def kill(self):
        """Cut the power; lines so far unread."""
        self.process.kill()
        return self.end()[1]


class Board:
    """with Board(boot, A=image, B=image) as board: ...; images are bytes.
    limit_s: what a run may take."""

    def __init__(self, boot, limit_s=20, **images):
        self.limit_s = limit_s
        self.temporary = tempfile.TemporaryDirectory(prefix="rota-board-")
        self.folder = Path(self.temporary.name)
        flash = bytearray(b"\xff" * FLASH)
        flash[:len(boot)] = boot
        (self.folder / "flash.bin").write_bytes(flash)
        (self.folder / "data.bin").write_bytes(b"\xff" * DATA)
        for slot, image in images.items():
            self.write_slot(slot, image)
        self.at_first = self.read(0, FLASH)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.temporary.cleanup()

    def read(self, at, size):
        return (self.folder / "flash.bin").read_bytes()[at:at + size]

    def write(self, at, data):
        """As a programmer with a probe does: any bytes, whatever was there."""
        fd = os.open(self.folder / "flash.bin", os.O_WRONLY)
        try:
            os.pwrite(fd, data, at)
        finally:
            os.close(fd)

    def write_slot(self, slot, image):
        self.write(SLOT[slot], image.ljust(SLOT_SIZE, b"\xff"))

    def start(self, argument="", options=()):
        return Run(self.folder, self.limit_s, argument, options)

    def run(self, argument="", options=()):
        return self.start(argument, options).end()
