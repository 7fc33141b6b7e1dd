#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A device updates itself, survives a bad release, and goes on: a story.

A GitHub on loopback, a folder that plays the device, and the loop below that
plays systemd: "rota boot", then the program, again and again. Each step is
told when it was really observed; else the story breaks off with exit code 1.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[3]
BUILD = Path(os.environ.get("ROTA_BUILD", REPO / "build/host"))
sys.path.insert(0, str(REPO / "tests"))
sys.dont_write_bytecode = True

from github import LocalGitHub  # noqa: E402

PATIENCE_S = 30
INTERVAL_S = 2
QUIET_CHECKS = 2    # without a download that prove a release is left alone


class Broken(Exception):
    """Something that the story tells did not happen."""


def program(version):
    return BUILD / "demo" / f"thermostat-{version}"


class Device:
    """A folder with two slots, and what starts the program in it."""

    def __init__(self, folder, github):
        self.root = folder / "opt"
        self.state = folder / "state"
        self.command = [
            self.root / "current" / "thermostat", "--root", self.root,
            "--state", self.state, "--repo", github.repo,
            "--api", github.api_url, "--ca-file", github.ca_file,
            "--asset-hosts", github.asset_hosts,
            "--interval", str(INTERVAL_S)]
        self.lines = []
        self.starts = []        # one list per start: version, exit code
        self.process = None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.keep_alive)

    def install(self, version):
        (self.root / "a").mkdir(parents=True)
        self.state.mkdir()
        shutil.copy(program(version), self.root / "a" / "thermostat")
        (self.root / "current").symlink_to("a")

    def rota(self, command, *options):
        """The agent, told nothing but where the device is."""
        return subprocess.run(
            [BUILD / "rota", command, "-c", "/dev/null", "--root", self.root,
             "--state", self.state, "--install-as", "thermostat", *options],
            capture_output=True, text=True, timeout=PATIENCE_S)

    # The launcher: what ExecStartPre= and Restart=always do under systemd.

    def keep_alive(self):
        while not self.stopping.is_set():
            done = self.rota("boot")
            self.hear(f"rota boot: {(done.stdout + done.stderr).strip()}")
            if done.returncode:
                return
            self.run()
            self.stopping.wait(0.3)

    def run(self):
        self.process = subprocess.Popen(
            self.command, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        start = [None, None]
        self.starts.append(start)
        for line in self.process.stdout:
            start[0] = start[0] or re.search(r"[\d.]+\d", line)[0]
            self.hear(line.strip())
        start[1] = self.process.wait()
        if start[1]:
            self.hear(f"launcher: it ended with {start[1]}")

    def hear(self, line):
        """Keep a line, and show it unless it is one more temperature."""
        line = line.replace(str(self.root), "/opt/thermostat")
        more = "degrees" in line and "degrees" in "".join(self.lines[-1:])
        self.lines.append(line)
        if not more:
            print(f"    {line}", flush=True)

    def start(self):
        self.thread.start()

    def stop(self):
        self.stopping.set()
        while self.thread.is_alive():
            if self.process and self.process.poll() is None:
                self.process.terminate()
            self.thread.join(0.1)

    # What can be seen from outside

    def said(self, text, since=0):
        return any(text in line for line in self.lines[since:])

    def installed(self):
        """Digest of what is started next."""
        data = (self.root / "current" / "thermostat").read_bytes()
        return hashlib.sha256(data).hexdigest()

    def exits(self, version):
        return [code for v, code in self.starts
                if v == version and code is not None]


class Story:
    def __init__(self, github, device):
        self.github = github
        self.device = device
        self.steps = 0
        self.mark = 0

    def tell(self, text):
        print(f"\n{text}", flush=True)
        self.mark = len(self.device.lines)

    def see(self, what, condition):
        """Wait until the condition holds; without it there is no story."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise Broken(what)
            if not self.device.thread.is_alive():
                raise Broken(f"{what}: the launcher gave up")
            time.sleep(0.05)
        self.steps += 1
        print(f"  ok  {what}", flush=True)

    def said(self, text):
        return lambda: self.device.said(text, self.mark)

    def runs(self, version):
        return (self.said(f"thermostat {version}: starts")()
                and self.device.installed() == digest(version))

    def publish(self, version):
        name = f"thermostat-{version}"
        self.github.publish("v" + version, {name: program(version)})

    def requests(self, kind, version=""):
        return [r for r in list(self.github.log)
                if r["kind"] == kind and version in r["target"]]


def digest(version):
    return hashlib.sha256(program(version).read_bytes()).hexdigest()


def downloads(story):
    """Requests for an asset: for its link, or for its bytes."""
    return len(story.requests("link")) + len(story.requests("asset"))


def first_day(story):
    story.tell("thermostat 1.0.0 was installed in the factory. "
               "It runs, and asks for updates.")
    story.publish("1.0.0")
    story.device.install("1.0.0")
    story.device.start()
    story.see("1.0.0 measures", story.said("1.0.0: 2"))
    story.see("1.0.0 has asked and is up to date",
              story.said("1.0.0: up to date"))
    story.see("nothing was downloaded", lambda: downloads(story) == 0)


def good_release(story, old, new):
    story.tell(f"{new} is published. Nobody touches the device.")
    before = downloads(story)
    story.publish(new)
    story.see(f"{old} has downloaded and verified it",
              story.said(f"{old}: has verified {new}"))
    story.see(f"{new} runs, on trial",
              lambda: story.runs(new) and story.said("is on trial")())
    story.see(f"{new} has reached the server, and is confirmed",
              story.said(f"{new}: is confirmed"))
    story.see("the device knows it, too", lambda: is_confirmed(story))
    story.see("one download was enough",
              lambda: downloads(story) == before + 2)


def is_confirmed(story):
    done = story.device.rota(
        "status", "--json", "--repo", story.github.repo, "--asset", "*",
        "--version", "0.0.0")
    return done.returncode == 0 \
        and json.loads(done.stdout)["boot"] == "confirmed"


def bad_release(story, old, bad):
    story.tell(f"{bad} is published. It crashes as soon as it is started.")
    story.publish(bad)
    story.see(f"{old} has installed it, knowing no better",
              story.said(f"{old}: restarts as {bad}"))
    story.see(f"{bad} crashes",
              lambda: any(code < 0 for code in story.device.exits(bad)))
    story.see("rota boot counts the starts, and gives it up",
              story.said("the new image was not confirmed: back to"))
    crashes = story.device.exits(bad)
    story.see(f"it had {len(crashes)} starts, all crashes",
              lambda: len(crashes) == 3 and all(c < 0 for c in crashes))
    story.see(f"{old} runs again, and measures",
              lambda: story.runs(old) and story.said(f"{old}: 2")())
    story.see(f"{old} knows what happened",
              story.said(f"{old}: is back, because of what became of {bad}"))


def left_alone(story, old, bad):
    story.tell(f"{bad} is still the latest release. {old} leaves it alone.")
    checks, before = len(story.requests("api")), downloads(story)
    story.see(f"it has asked {QUIET_CHECKS} times more",
              lambda: len(story.requests("api")) >= checks + QUIET_CHECKS)
    story.see("and says why it stays",
              story.said(f"{old}: has failed before, not taken again: {bad}"))
    story.see("the server was asked for no asset",
              lambda: downloads(story) == before)
    story.see(f"{bad} was not started again",
              lambda: len(story.device.exits(bad)) == 3)


def tell_all(story):
    first_day(story)
    good_release(story, "1.0.0", "1.1.0")
    bad_release(story, "1.1.0", "1.2.0")
    left_alone(story, "1.1.0", "1.2.0")
    good_release(story, "1.1.0", "1.2.1")


def main():
    begin = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="rota-demo-"))
    try:
        with LocalGitHub() as github:
            device = Device(folder, github)
            story = Story(github, device)
            print(f"A GitHub on loopback: {github.api_url}\n"
                  f"A device: {device.root}, called /opt/thermostat below")
            try:
                tell_all(story)
            finally:
                device.stop()
    except Broken as broken:
        print(f"\n  --  this was not seen: {broken}")
        return 1
    finally:
        shutil.rmtree(folder)
    print(f"\nThe device is at 1.2.1. {story.steps} observations, "
          f"{time.monotonic() - begin:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
