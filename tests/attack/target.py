# SPDX-License-Identifier: Apache-2.0
"""What is attacked: real programs on devices of their own, each with a GitHub
of its own, and what can be seen of them from outside."""

import collections
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

from device import Daemon, Device, Result, wait_for

from attacker import (MANIFEST, EvilGitHub, fields, image_of, random_image,
                      signed)
from journal import past

TIMEOUT_S = 60
TOKEN = "ghp_of_the_device"


# starts_next: a name that changes with what the next start runs.
Seen = collections.namedtuple("Seen", "images starts_next past")


def read(path):
    """A file's bytes; b"" when there is none."""
    return path.read_bytes() if path.exists() else b""


class Target:
    """One device, which trusts two keys, and the server that it asks."""

    def __init__(self, program, people):
        self.program = program
        self.owner, self.backup, self.mallory = (
            people[n] for n in ("owner", "backup", "mallory"))
        self.gh = EvilGitHub().start()
        self.more = []  # further servers
        self.evil = random_image()
        self.good = random_image()
        self.pair = {"application": self.good, "radio": random_image(5000)}
        self.before = self.after = None
        self.errors = []
        self.open([self.owner, self.backup])

    def trust(self, folder, keys):
        """A folder of public keys, as an administrator makes it."""
        home = folder / "keys.d"
        home.mkdir(mode=0o755)
        for i, key in enumerate(keys):
            path = home / f"{i}.pem"
            path.write_bytes(key.public.read_bytes())
            path.chmod(0o644)
        return home

    def close(self):
        for server in [self.gh, *self.more]:
            server.stop()
        self.remove()

    def other_server(self):
        """Another one, with certificates that are good, at other origins."""
        server = EvilGitHub(names="ports").start()
        self.more.append(server)
        return server

    # What the server has

    def name(self, version):
        return f"thermostat-rpi-{version}.bin"

    def manifest(self, version, image, *keys, name=None, **more):
        """As the owners of keys make it; by default the owner's."""
        entry = image_of(name or self.name(version), image)
        members = fields(version, [entry], **more)
        return signed(members, *(keys or (self.owner,)))

    def publish(self, version, image, manifest, name=None, **about):
        """Image and manifest, each as it is, as the latest release."""
        name = name or self.name(version)
        self.gh.publish("v" + version, {MANIFEST: manifest, name: image},
                        **about)

    def publish_signed(self, version, image, *keys, **more):
        self.publish(version, image,
                     self.manifest(version, image, *keys, **more))

    def without_digest(self, version):
        """What the server says of that image of a release is no digest: so
        nothing but the bytes themselves can be compared."""
        return {"assets": {self.name(version): {"digest": None}}}

    def publish_two(self, version, images, manifest=None, **more):
        """Images {name: bytes}, in the order of their ids. Returns the
        manifest, which by default is the owner's."""
        about = more.pop("about", {})
        entries = [image_of(f"{n}.bin", data, i)
                   for i, (n, data) in enumerate(images.items())]
        manifest = manifest or signed(
            fields(version, entries, **more), self.owner)
        self.gh.publish("v" + version, {
            MANIFEST: manifest,
            **{f"{n}.bin": data for n, data in images.items()}}, **about)
        return manifest

    # What can be seen

    def snapshot(self):
        return Seen(self.images(), self.starts_next(), self.past())

    def attack(self, *args):
        """One update, from before to after."""
        self.before = self.snapshot()
        self.run(*args)
        self.gh.settle()
        self.after = self.snapshot()

    @property
    def error(self):
        return self.errors[-1] if self.errors else None

    def change(self, accepts, downloads):
        """What the attack has changed that it must not; None: nothing."""
        was, now = self.before, self.after
        kept = ["security", "revoked"] if accepts else list(was.past)
        if was.starts_next != now.starts_next or self.running(was) != \
                self.running(now):
            return "what starts next has changed"
        if was.images != now.images and not downloads:
            return "something was written"
        if any(was.past[k] != now.past[k] for k in kept):
            return "what was accepted of manifests has changed"
        return None

    def downloads(self):
        """Names of the assets whose bytes were asked for."""
        names = [re.search(r"filename%3D([^&]+)", r["target"])
                 for r in self.gh.log if r["kind"] == "asset"]
        return {n[1] for n in names if n}

    def tokens_at(self, host):
        """Has anybody of that host seen the device's token?"""
        return any(TOKEN in value for r in self.gh.log if host in r["host"]
                   for name, value in r["headers"]
                   if name.lower() == "authorization")


class Agent(Target):
    """The program rota, on folders a and b."""

    JOURNAL = 32 << 10

    def open(self, keys):
        self.device = AgentDevice(self.gh, self.program)
        self.folder = self.device.folder
        self.device.conf["keys"] = self.trust(self.folder, keys)
        self.files = ["thermostat"]
        del self.device.conf["asset"]

    def remove(self):
        self.device.remove()

    def configure(self, **conf):
        self.device.conf.update(
            {k.replace("_", "-"): v for k, v in conf.items()})

    def has_two_images(self):
        """Beside the program there is one of data."""
        self.files.append("radio.bin")
        self.configure(more_images="radio.bin")

    def run(self, *args):
        env = {"GITHUB_TOKEN": TOKEN}
        result = self.device.rota("--json", *(args or ("update",)), env=env)
        self.code = result.code
        events = [json.loads(l) for l in result.out.splitlines()
                  if l.startswith("{")]
        self.errors = [e.get("error") or result.err for e in events
                       if e["event"] == "failed"]
        if result.code == 2 and not self.errors:
            self.errors = [result.err.strip()]
        return result

    def outlasts(self, seconds):
        """Is an update still under way after so many seconds?"""
        self.before = self.snapshot()
        with Daemon(self.device.command("--json", "update"),
                    self.device.environment(None), self.folder) as rota:
            ended = wait_for(lambda: rota.process.poll() is not None, seconds)
            if ended:
                self.errors = re.findall(r'"error":"(\w+)"', rota.read())
        self.after = self.snapshot()
        return not ended

    def do(self, *steps):
        for step in steps:
            result = self.run(step)
            if result.code:
                raise RuntimeError(f"{step}: {result.out}{result.err}")
        self.gh.settle()
        self.gh.forget()

    def genuine(self, version, **more):
        """The device takes this release of the owner, which works."""
        self.publish_signed(version, random_image(), **more)
        self.do("update", "boot", "confirm", "check")

    def failed(self, version, image):
        """The device takes this release of the owner, which does not work."""
        self.publish_signed(version, image)
        self.do("update", "boot", "rollback")
        self.run("check")  # which may offer it again, without a defence

    def accept(self, version, **more):
        """The device reads this manifest of the owner and installs nothing."""
        self.publish_signed(version, random_image(), **more)
        self.run("check")
        if not self.past()["seq"]:
            raise RuntimeError("the owner's manifest was refused")
        self.gh.settle()
        self.gh.forget()

    def images(self):
        return {s: [read(self.device.root / s / name) for name in self.files]
                for s in "ab"}

    def starts_next(self):
        return self.device.active

    def running(self, seen):
        return seen.images[seen.starts_next]

    def past(self):
        return past(self.device.state / "journal", self.JOURNAL)

    def runs(self, *images):
        """Is this what starts next?"""
        return self.running(self.snapshot()) == list(images)


class AgentDevice(Device):
    def __init__(self, gh, program):
        super().__init__(gh)
        self.program = program

    def command(self, *args):
        return [self.program, "-c", self.write_conf(), *args]


class TwoSlots(Target):
    """The program device_main: two images that are switched together."""

    JOURNAL = 16 << 10
    no_clock = False

    def open(self, keys):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rota-attack-"))
        self.keys = self.trust(self.folder, keys)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self):
        return [self.program, f"folder={self.folder}",
                f"api={self.gh.api_url}",
                f"asset-hosts={self.gh.asset_hosts}",
                f"ca-file={self.gh.ca_file}", f"keys={self.keys}",
                *(["clock=0"] if self.no_clock else [])]

    def run(self, *_):
        done = subprocess.run(
            self.command(), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, errors="replace", timeout=TIMEOUT_S, check=False)
        return self.judge(done.returncode, done.stdout, done.stderr)

    def judge(self, code, out, err):
        if code not in (0, 1):
            raise RuntimeError(f"device_main ended with {code}: {err}")
        self.errors = re.findall(r"^failed (\w+)", out, re.MULTILINE)
        return Result(code, out, err)

    def knows_the_time_by_a_manifest(self):
        """It has no clock, and the owner's last manifest is of just now."""
        self.no_clock = True
        issued = int(time.time()) - 60
        self.publish_two("1.0.0", self.pair, issued=issued)
        self.run()
        if self.past()["issued"] != issued:
            raise RuntimeError("the owner's manifest was refused")
        self.gh.settle()
        self.gh.forget()

    def while_it_waits(self, change):
        """The attack is what change does between the last byte that was read
        back and the application's yes."""
        hold = self.folder / "hold"
        hold.touch()
        self.before = self.snapshot()
        with Daemon(self.command(), None, self.folder) as rota:
            if not wait_for((self.folder / "waiting").exists):
                raise RuntimeError("it never asked: " + rota.read())
            change()
            hold.unlink()
            code = rota.process.wait(timeout=TIMEOUT_S)
            self.judge(code, rota.read(), "")
        self.after = self.snapshot()

    def images(self):
        return [read(self.folder / f"slot-{i}") for i in range(2)]

    def starts_next(self):
        return (self.folder / "armed").exists()

    def running(self, seen):
        return seen.images if seen.starts_next else None

    def past(self):
        return past(self.folder / "journal", self.JOURNAL)

    def runs(self, *images):
        return self.starts_next() and self.images() == list(images)


PROGRAMS = {"agent": Agent, "device_main": TwoSlots}
