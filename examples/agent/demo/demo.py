#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A device updates itself, survives a bad release and a forged one, and goes
on: a story.

A GitHub on loopback, a maker who signs releases with a key of his own, a
folder that plays the device, and the loop below that plays systemd: "rota
boot", then the program, again and again. Each step is told when it was really
observed; else the story breaks off with exit code 1.
"""

import hashlib
import json
import os
import re
import secrets
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
MANIFEST = "thermostat.ota"
QUIET_CHECKS = 2    # without a download that prove a release is left alone


class Broken(Exception):
    """Something that the story tells did not happen."""


def program(version):
    return BUILD / "demo" / f"thermostat-{version}"


class Maker:
    """Somebody with a key, who makes signed releases of the thermostat."""

    def __init__(self, folder, name, github):
        self.folder = folder / name
        self.folder.mkdir(mode=0o700)
        self.github = github
        self.key = self.folder / "key.pem"
        self.passphrase = self.folder / "passphrase"
        self.passphrase.touch(0o600)
        self.passphrase.write_text(secrets.token_hex(16) + "\n")
        self.seq = 0
        self.publisher("keygen", "-o", self.key,
                       "--passphrase-file", self.passphrase)

    def publisher(self, *args):
        env = {**os.environ, "GITHUB_TOKEN": "of-" + self.folder.name}
        done = subprocess.run([BUILD / "rota-publish", *args], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=PATIENCE_S, env=env)
        if done.returncode:
            raise Broken(f"rota-publish {args[0]}: {done.stderr.strip()}")

    def publish(self, version, image):
        """One command makes the release; returns its signed manifest."""
        self.seq += 1
        self.publisher(
            "release", "v" + version, image, "--board", "thermostat",
            "--key", self.key, "--passphrase-file", self.passphrase,
            "--seq", str(self.seq), "--repo", self.github.repo,
            "--api", self.github.api_url, "--ca-file", self.github.ca_file,
            "--asset-hosts", self.github.asset_hosts, "--write-pause", "1")
        return self.github.asset("v" + version, MANIFEST).path.read_bytes()


class Device:
    """A folder with two slots, and what starts the program in it."""

    def __init__(self, folder, github):
        self.root = folder / "opt"
        self.state = folder / "state"
        self.keys = folder / "keys.d"
        self.command = [
            self.root / "current" / "thermostat", "--root", self.root,
            "--state", self.state, "--repo", github.repo,
            "--api", github.api_url, "--ca-file", github.ca_file,
            "--asset-hosts", github.asset_hosts, "--keys", self.keys,
            "--interval", str(INTERVAL_S)]
        self.lines = []
        self.starts = []        # one list per start: version, exit code
        self.process = None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.keep_alive)

    def install(self, version, key):
        (self.root / "a").mkdir(parents=True)
        self.state.mkdir()
        self.keys.mkdir(mode=0o755)
        shutil.copy(key, self.keys / "maker.pem")
        (self.keys / "maker.pem").chmod(0o644)
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
    def __init__(self, github, device, maker, thief):
        self.github = github
        self.device = device
        self.maker = maker
        self.thief = thief
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
        return self.maker.publish(version, program(version))

    def requests(self, kind, version=""):
        return [r for r in list(self.github.log)
                if r["kind"] == kind and version in r["target"]]


def digest(version):
    return hashlib.sha256(program(version).read_bytes()).hexdigest()


def downloads(story, version=""):
    """Requests for the bytes of images; those of manifests do not count."""
    return len(story.requests("asset", f"thermostat-{version}"))


def first_day(story):
    story.tell("thermostat 1.0.0 was installed in the factory. "
               "It runs, and asks for updates.")
    manifest = story.publish("1.0.0")
    story.device.install("1.0.0", f"{story.maker.key}.pub")
    story.device.start()
    story.see("1.0.0 measures", story.said("1.0.0: 2"))
    story.see("1.0.0 has asked and is up to date",
              story.said("1.0.0: up to date"))
    story.see("no image was downloaded", lambda: downloads(story) == 0)
    story.see("the device knows its maker's key, and the release it signed",
              lambda: knows(story, 1))
    return manifest


def status(story):
    done = story.device.rota(
        "status", "--json", "--repo", story.github.repo, "--board",
        "thermostat", "--version", "0.0.0", "--keys", story.device.keys)
    return json.loads(done.stdout) if done.returncode == 0 else {}


def knows(story, seq):
    said = status(story)
    return len(said.get("keys", ())) == 1 and said["seq"] == seq


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
              lambda: downloads(story) == before + 1)


def is_confirmed(story):
    return status(story).get("boot") == "confirmed"


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
    story.see("the server was asked for no image",
              lambda: downloads(story) == before)
    story.see(f"{bad} was not started again",
              lambda: len(story.device.exits(bad)) == 3)


def forged_release(story, old, forged, old_manifest):
    story.tell(f"A thief has the GitHub account now, and a key of his own. He "
               f"publishes {forged}.")
    image = story.thief.folder / f"thermostat-{forged}"
    shutil.copy(program("1.2.0"), image)
    story.thief.publish(forged, image)
    story.see(f"{old} does not take it", story.said(
        f"{old}: no update: not signed by a key that this device trusts"))
    story.see("and says why",
              story.said(f"{old}: because: no trusted key has signed"))
    story.tell("So he puts a manifest there that the maker has really signed: "
               "the first one.")
    story.github.replace("v" + forged, MANIFEST, old_manifest, new_id=True)
    story.see(f"{old} does not go back", story.said(
        f"{old}: no update: older than what this device has accepted before"))
    story.see("of the forged image not a byte was fetched",
              lambda: downloads(story, forged) == 0)
    story.see(f"{old} runs on, and measures",
              lambda: story.device.installed() == digest(old)
              and story.said(f"{old}: 2")())
    story.github.remove("v" + forged)


def tell_all(story):
    first_manifest = first_day(story)
    good_release(story, "1.0.0", "1.1.0")
    bad_release(story, "1.1.0", "1.2.0")
    left_alone(story, "1.1.0", "1.2.0")
    forged_release(story, "1.1.0", "1.9.0", first_manifest)
    good_release(story, "1.1.0", "1.2.1")


def main():
    begin = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="rota-demo-"))
    try:
        with LocalGitHub() as github:
            github.make_repo()
            device = Device(folder, github)
            maker, thief = (Maker(folder, name, github)
                            for name in ("maker", "thief"))
            story = Story(github, device, maker, thief)
            print(f"A GitHub on loopback: {github.api_url}\n"
                  f"A maker with a key: {maker.key}\n"
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
