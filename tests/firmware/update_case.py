# SPDX-License-Identifier: Apache-2.0
"""What tests of the whole firmware share: the local GitHub, its releases, and
what is true of a board afterwards."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from github import LocalGitHub  # noqa: E402
from github.sign import manifest, sign  # noqa: E402

from device import BUILD, Device, image, image_name  # noqa: E402
from dns import Dns  # noqa: E402
from key import ReleaseKey  # noqa: E402

MANIFEST_MAX = 2048
ONLY_B = ("1.3.0",)     # versions that are not built for slot a


class UpdateCase(unittest.TestCase):
    profile = "private"

    def setUp(self):
        self.seq = 0
        self.gh = LocalGitHub()
        self.gh.start()
        self.addCleanup(self.gh.stop)
        if self.profile == "private":
            self.gh.certificate("asset", "p256")
        self.dns = Dns()
        self.dns.__enter__()
        self.addCleanup(self.dns.__exit__)

    def device(self, nic=None, **settings):
        device = Device(self.profile, self.gh, self.dns, nic, **settings)
        self.addCleanup(device.__exit__)
        return device

    def publish(self, version, images=None, key=None, **changes):
        """A release with the images {slot: bytes} and their manifests, signed
        with the key that the firmware trusts, or another."""
        self.seq += 1
        images = images or {s: image(self.profile, version, s)
                            for s in ("b" if version in ONLY_B else "ab")}
        files = {}
        for slot, data in images.items():
            name = image_name(version, slot)
            text = manifest(**{
                "project": "acme/thermostat", "board": "thermostat-m3",
                "seq": self.seq, "version": version,
                "images": {0: (name, data)}, **changes})
            files[name] = data
            files[f"thermostat-m3-{slot}.ota"] = sign(
                text, key or ReleaseKey(BUILD / "firmware"))
        self.gh.publish("v" + version, files)

    def requests(self, kind):
        self.gh.settle()
        return [r["status"] for r in self.gh.log if r["kind"] == kind]

    def images_sent(self):
        """Replies with more than a manifest has."""
        self.gh.settle()
        return sum(r["kind"] == "asset" and r["sent"] > MANIFEST_MAX
                   for r in self.gh.log)

    def assert_runs(self, device, version, slot):
        """From the start on, as a user sees it."""
        device.kill()
        device.start()
        self.assertIn(f"boot: slot {slot} {version}", device.line())
        self.assertIn(f"thermostat {version} {self.profile}", device.line())

    def assert_updated(self, device):
        """1.1.0 in slot B, for good, and 1.0.0 as it was."""
        self.assertTrue(device.holds("A", device.first))
        self.assertTrue(device.holds("B", image(self.profile, "1.1.0", "b")))
        self.assert_runs(device, "1.1.0", "B")
