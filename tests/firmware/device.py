# SPDX-License-Identifier: Apache-2.0
"""A board with the firmware, under QEMU, in a folder of its own."""

import os
import pathlib
import queue
import shutil
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ROTA_BUILD", ROOT / "build/host")) \
    / "firmware"
QEMU = os.environ.get("ROTA_QEMU", "qemu-system-arm")

# As in examples/cortexm/flash_map.h.
FLASH_SIZE = 0x40000
SLOTS = {"a": 0x2000, "b": 0x21000}
SLOT_SIZE = 0x1f000
DATA_SIZE = 0x2000

RESTART = 42        # exit codes, as in examples/cortexm/semihost.h
FAULT = 70


def image(profile, version, slot):
    """The bytes of an image as it is released."""
    name = f"thermostat-m3-{version}-{slot}.bin"
    return (BUILD / profile / name).read_bytes()


class Board:
    """Version 1.0.0 in slot A. log: every line it has written."""

    def __init__(self, profile, settings, version="1.0.0"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rota-board-"))
        self.settings = settings
        self.log = []
        self.process = None
        self.starts = 0
        self.make_flash(profile, version)

    def make_flash(self, profile, version):
        flash = bytearray(b"\xff" * FLASH_SIZE)
        boot = (BUILD / "bootloader.bin").read_bytes()
        flash[:len(boot)] = boot
        first = image(profile, version, "a")
        flash[SLOTS["a"]:SLOTS["a"] + len(first)] = first
        (self.folder / "flash.bin").write_bytes(flash)
        (self.folder / "data.bin").write_bytes(b"\xff" * DATA_SIZE)

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def slot(self, letter, length=SLOT_SIZE):
        flash = (self.folder / "flash.bin").read_bytes()
        return flash[SLOTS[letter]:SLOTS[letter] + length]

    # One run of the emulator

    def start(self, *extra):
        words = ["thermostat"] + [f"{k}={v}" for k, v in self.settings.items()]
        self.process = subprocess.Popen(
            [QEMU, "-M", "lm3s6965evb", "-display", "none", "-monitor", "none",
             "-nic", "user,model=stellaris,ipv6=off", "-serial", "stdio",
             "-semihosting-config", "enable=on,target=native," +
             ",".join("arg=" + w for w in words),
             "-device", "loader,file=flash.bin,addr=0,force-raw=on", *extra],
            cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", errors="replace")
        self.starts += 1
        self.lines = queue.Queue()
        threading.Thread(target=self.read, args=(self.process, self.lines),
                         daemon=True).start()

    @staticmethod
    def read(process, lines):
        for line in process.stdout:
            lines.put(line.rstrip("\r\n"))
        lines.put(None)

    def line(self, deadline):
        """The next line; None when the emulator has ended."""
        try:
            line = self.lines.get(timeout=max(0, deadline - time.monotonic()))
        except queue.Empty:
            raise TimeoutError("\n".join(self.log[-20:])) from None
        if line is not None:
            self.log.append(line)
        return line

    def wait_for(self, text, timeout_s=30):
        """The next line that has text in it; None: it ended before."""
        deadline = time.monotonic() + timeout_s
        while (line := self.line(deadline)) is not None:
            if text in line:
                return line
        return None

    def wait_end(self, timeout_s=60):
        """The emulator's exit status, after all it had to say."""
        deadline = time.monotonic() + timeout_s
        while self.line(deadline) is not None:
            pass
        return self.process.wait(timeout=5)

    def kill(self):
        """Cut the power."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    # Its life: restarts are new runs

    def run_until(self, text, timeout_s=60, starts=10):
        """Run, and restart when it asks for it, until a line has text."""
        deadline = time.monotonic() + timeout_s
        for _ in range(starts):
            if not self.process or self.process.poll() is not None:
                self.start()
            line = self.wait_for(text, deadline - time.monotonic())
            if line is not None:
                return line
            status = self.process.wait()
            if status != RESTART:
                raise RuntimeError("exit status %d:\n%s" % (
                    status, "\n".join(self.log[-20:])))
        raise RuntimeError("too many restarts")
