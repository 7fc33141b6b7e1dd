# SPDX-License-Identifier: Apache-2.0
"""A device on which the agent runs, in a folder of its own."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass

BUILD = pathlib.Path(os.environ.get(
    "ROTA_BUILD", pathlib.Path(__file__).parents[2] / "build/host"))
ROTA = BUILD / "rota"
TIMEOUT_S = 90


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def events(self):
        """The objects that --json has written."""
        return [json.loads(line) for line in self.out.splitlines()]

    def event(self, name):
        return next(e for e in self.events if e["event"] == name)


class Device:
    """Folders a and b with version 1.0.0 in a, or slots; configured for the
    local GitHub gh. Keys of the configuration: device.conf."""

    def __init__(self, gh, slots=False, slot_size=0):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rota-device-"))
        self.state = self.folder / "state"
        self.root = self.folder / "root"
        self.conf = {
            "repo": "acme/thermostat", "board": "thermostat-rpi",
            "keys": "none",
            "asset": "{board}-*.bin", "version": "1.0.0",
            "state": self.state, "stall-timeout": "2s"}
        if gh:
            self.conf.update({
                "api": gh.api_url, "ca-file": gh.ca_file,
                "asset-hosts": gh.asset_hosts})
        self.make_slots(slot_size) if slots else self.make_folders()

    def make_folders(self):
        (self.root / "a").mkdir(parents=True)
        (self.root / "a/thermostat").write_bytes(b"old")
        (self.root / "current").symlink_to("a")
        self.conf.update({"root": self.root, "install-as": "thermostat"})

    def make_slots(self, size):
        for letter in "ab":
            slot = self.folder / f"slot-{letter}"
            slot.write_bytes(b"\0" * size)
            self.conf["slot-" + letter] = slot

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def write_conf(self):
        path = self.folder / "rota.conf"
        lines = [f"{key} = {value}\n" for key, value in self.conf.items()]
        path.write_text("".join(lines))
        return path

    def command(self, *args):
        return [ROTA, "-c", self.write_conf(), *args]

    @staticmethod
    def environment(extra):
        env = {k: v for k, v in os.environ.items() if k != "GITHUB_TOKEN"}
        return {**env, **(extra or {})}

    def rota(self, *args, env=None, wrap=()):
        done = subprocess.run(
            [*wrap, *self.command(*args)], env=self.environment(env),
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", timeout=TIMEOUT_S)
        return Result(done.returncode, done.stdout, done.stderr)

    def rota_on_terminal(self, *args):
        """With standard error on a terminal: (exit code, what it shows)."""
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            self.command(*args), env=self.environment(None),
            stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
        os.close(theirs)
        text = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end is closed
                piece = b""
            if not piece:
                break
            text += piece
        os.close(ours)
        return process.wait(timeout=TIMEOUT_S), text.decode()

    def start(self, *args, env=None):
        return Daemon(self.command(*args), self.environment(env),
                      self.folder)

    @property
    def active(self):
        return os.path.basename(os.readlink(self.root / "current"))

    def image(self, letter):
        return (self.root / letter / "thermostat").read_bytes()


class Daemon:
    """A process that stays, ended by its id."""

    def __init__(self, command, env, folder):
        self.out = open(folder / "daemon.out", "w+")
        self.err = open(folder / "daemon.err", "w+")
        self.process = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=self.out,
            stderr=self.err, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.out.close()
        self.err.close()

    @property
    def pid(self):
        return self.process.pid

    def read(self):
        return (pathlib.Path(self.out.name).read_text()
                + pathlib.Path(self.err.name).read_text())

    def peak_kb(self):
        """The most memory it has had, watched until it ends."""
        peak = 0
        while self.process.poll() is None:
            try:
                status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
            except OSError:
                break
            found = re.search(r"VmHWM:\s+(\d+) kB", status)
            peak = int(found[1]) if found else peak
        return peak

    def stop(self, how=signal.SIGTERM):
        """Ask it to end: exit code and the seconds that it took."""
        begin = time.monotonic()
        self.process.send_signal(how)
        return self.process.wait(timeout=20), time.monotonic() - begin


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
