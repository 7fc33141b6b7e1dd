#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole firmware under QEMU updates itself from the local GitHub.

    test_update.py [PROFILE]

PROFILE is one of two, by default both: "private", where all certificates are
P-256, or "public", with the mix that GitHub has. The public one is too large
for two slots: it downloads and verifies. KILLS and SEED of the environment
choose how often and when the power is cut. The last line is "N passed, N
failed"."""

import os
import random
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from github import LocalGitHub  # noqa: E402
from github.sign import Signer, manifest, sign  # noqa: E402

from device import BUILD, Device, image, image_name  # noqa: E402
from dns import Dns  # noqa: E402
from emulator import SLOT  # noqa: E402
from key import ReleaseKey  # noqa: E402
from link import Link  # noqa: E402

KILLS = int(os.environ.get("KILLS", "50"))
SEED = int(os.environ.get("SEED", time.time_ns() % 1000000))
PROFILE = "private"
MANIFEST_MAX = 2048


class UpdateCase(unittest.TestCase):
    def setUp(self):
        self.seq = 0
        self.gh = LocalGitHub()
        self.gh.start()
        self.addCleanup(self.gh.stop)
        if PROFILE == "private":
            self.gh.certificate("asset", "p256")
        self.dns = Dns()
        self.dns.__enter__()
        self.addCleanup(self.dns.__exit__)

    def device(self, nic=None, **settings):
        device = Device(PROFILE, self.gh, self.dns, nic, **settings)
        self.addCleanup(device.__exit__)
        return device

    def publish(self, version, images=None, key=None, **changes):
        """A release with the images {slot: bytes} and their manifests, signed
        with the key that the firmware trusts, or another."""
        self.seq += 1
        images = images or {s: image(PROFILE, version, s) for s in "ab"}
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
        self.assertIn(f"thermostat {version} {PROFILE}", device.line())

    def assert_updated(self, device):
        """1.1.0 in slot B, for good, and 1.0.0 as it was."""
        self.assertTrue(device.holds("A", image(PROFILE, "1.0.0", "a")))
        self.assertTrue(device.holds("B", image(PROFILE, "1.1.0", "b")))
        self.assert_runs(device, "1.1.0", "B")


class Public(UpdateCase):
    SINGLE = 0x23000        # as in examples/cortexm/flash_map.h

    def downloads(self, size, **settings):
        data = random.Random(size).randbytes(size)
        self.publish("1.1.0", {"single": data})
        device = self.device(**settings)
        device.run_until("rota: verified 1.1.0")
        self.assertEqual(device.board.read(self.SINGLE, size), data)
        return device

    def test_it_downloads_over_rsa_4096(self):
        self.downloads(100000)
        self.assertIn(302, self.requests("link"))

    def test_it_downloads_over_p384(self):
        self.gh.certificate("api", "p384")
        self.gh.certificate("asset", "p384")
        self.downloads(50001)

    def test_a_small_arena_is_no_lack_of_trust(self):
        """Such as one that a fifth certificate is too much for."""
        self.gh.certificate("asset", "deep")
        self.publish("1.1.0", {"single": b"x" * 999})
        device = self.device()
        line = device.run_until("rota: failed", "rota: verified")
        if "failed" in line:
            self.assertIn("ENOMEM", line)


class Update(UpdateCase):
    def test_it_updates_itself(self):
        self.publish("1.1.0")
        device = self.device()
        device.run_until("rota: confirmed 1.1.0")
        self.assertEqual(self.dns.asked.count("api.github.localhost"), 2)
        self.assertIn("release-assets.githubusercontent.localhost",
                      self.dns.asked)
        self.assertEqual(device.log.count("rota: available 1.1.0"), 1)
        self.assertIn(302, self.requests("link"))
        self.assert_updated(device)

    def test_no_update_is_known_by_304(self):
        self.publish("1.0.0")
        device = self.device(interval=2)
        device.run_until("rota: up to date 1.0.0")
        device.run_until("rota: up to date")
        self.assertEqual(self.requests("api"), [200, 304])

    def test_a_bad_release_is_rolled_back_and_never_tried_again(self):
        self.publish("1.2.0")
        device = self.device(interval=2)
        device.run_until("rota: rolled back 1.2.0", crashes=3)
        self.assertEqual(sum("boot: slot B 1.2.0" in x for x in device.log), 3)
        images = self.images_sent()
        device.run_until("rota: quarantined 1.2.0")
        device.run_until("rota: quarantined")
        self.assertEqual(self.images_sent(), images)
        self.assert_runs(device, "1.0.0", "A")

    def test_and_the_next_release_is_taken(self):
        self.publish("1.2.0")
        device = self.device(interval=2)
        device.run_until("rota: quarantined 1.2.0", crashes=3)
        self.gh.remove("v1.2.0")
        self.publish("1.1.0")
        device.run_until("rota: confirmed 1.1.0")
        self.assert_updated(device)


class Trouble(UpdateCase):
    def updates_in_spite_of(self, name, arg, **how):
        self.publish("1.1.0")
        self.gh.fault(name, arg, **how)
        device = self.device(interval=2)
        device.run_until("rota: confirmed 1.1.0")
        self.assert_updated(device)
        return device

    def test_connections_that_break(self):
        self.updates_in_spite_of("reset", 30000, times=4)

    def test_bytes_that_come_one_by_one(self):
        self.updates_in_spite_of("one-byte", None, on="api", times=2)

    def test_a_bad_cable(self):
        self.publish("1.1.0")
        with Link(SEED, lost=0.01, doubled=0.02, late=0.02) as link:
            device = self.device(link.options, interval=2)
            device.run_until("rota: confirmed 1.1.0")
            device.kill()
        self.assertGreater(link.hurt, 5)
        print(f"frames: {link.frames}, lost, doubled or late: {link.hurt} "
              f"(SEED={SEED})")
        self.assert_updated(device)

    def test_a_file_that_is_cut_short(self):
        self.updates_in_spite_of("truncate", 50000, times=2)

    def test_a_wrong_byte_is_never_started(self):
        self.publish("1.1.0")
        self.gh.fault("corrupt", 70000)
        device = self.device(interval=2)
        line = device.run_until("rota: failed")
        self.assertIn("EDIGEST", line)
        self.assert_runs(device, "1.0.0", "A")


class Trust(UpdateCase):
    def test_a_forged_manifest(self):
        folder = tempfile.TemporaryDirectory(prefix="rota-mallory-")
        self.addCleanup(folder.cleanup)
        slot, at = ("single", Public.SINGLE) if PROFILE == "public" else \
            ("b", SLOT["B"])
        self.publish("1.1.0", {slot: b"evil" * 1000},
                     Signer(Path(folder.name), "mallory"))
        device = self.device()
        self.assertIn("ESIGNATURE", device.run_until("rota: failed"))
        self.assertEqual(device.board.read(at, 1024), b"\xff" * 1024)

    def test_a_manifest_for_another_board(self):
        slot = "single" if PROFILE == "public" else "b"
        self.publish("1.1.0", {slot: b"other" * 1000}, board="thermostat-m4")
        device = self.device()
        self.assertIn("EFOREIGN", device.run_until("rota: failed"))

    def refused(self, variant, name):
        self.gh.certificate("api", variant)
        device = self.device()
        self.assertIn(name, device.run_until("rota: failed"))
        self.assertEqual(self.requests("api"), [])

    def test_a_stranger(self):
        self.refused("unknown-ca", "ECERT")

    def test_a_wrong_name(self):
        self.refused("wrong-host", "EHOSTNAME")

    def test_a_certificate_that_signs_itself(self):
        self.refused("self-signed", "ECERT")


class PowerLoss(UpdateCase):
    def test_killed_at_any_moment_it_gets_there(self):
        self.publish("1.1.0")
        source, device, booted = random.Random(SEED), self.device(), 0
        for _ in range(KILLS):
            device.start()
            time.sleep(source.uniform(0.05, 0.7))
            device.kill()
        for line in device.log:
            booted += line.startswith("thermostat")
            self.assertNotIn("no image", line)
            self.assertNotIn("fault", line)
        device.run_until("rota: confirmed 1.1.0", "rota: up to date 1.1.0")
        self.assert_updated(device)
        print(f"kills: {KILLS}, starts that came to main: {booted}, "
              f"bricked: 0 (SEED={SEED})")


def main():
    global PROFILE
    ran = bad = 0
    for PROFILE in sys.argv[1:] or CASES:
        print(f"{PROFILE}:", file=sys.stderr)
        run = unittest.TextTestRunner().run(unittest.TestSuite(
            unittest.defaultTestLoader.loadTestsFromTestCase(case)
            for case in CASES[PROFILE]))
        ran += run.testsRun
        bad += len(run.failures) + len(run.errors)
    print(f"{ran - bad} passed, {bad} failed")
    return 1 if bad or not ran else 0


CASES = {"private": [Update, Trouble, Trust, PowerLoss],
         "public": [Public, Trust]}

if __name__ == "__main__":
    sys.exit(main())
