#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole firmware under QEMU updates itself from the local GitHub.

    test_update.py [PROFILE]

PROFILE is one of two, by default both: "private", where all certificates are
P-256, or "public", with the mix that GitHub has. KILLS and SEED: see
power_loss.py. The last line is "N passed, N failed"."""

import sys
import tempfile
import time
import unittest
from pathlib import Path

from device import BUILD, image, image_name
from emulator import FAULT, FLASH, RESTART, WATCHDOG
from link import Link
from power_loss import SEED, PowerLoss
from update_case import UpdateCase

from github.sign import Signer  # found by update_case

CONNECT_S = 5               # of port/net_lwip.h; a check tries three times
NOBODY = "10.0.2.99"        # an address where nobody answers


def checked():
    """1.0.0 for slot A, with the assertions of lwIP."""
    return (BUILD / "firmware/asserts" / image_name("1.0.0", "a")).read_bytes()


class Public(UpdateCase):
    """Over RSA-4096, which the asset host has, it updates itself in Update."""

    def test_it_updates_itself_over_p384(self):
        self.gh.certificate("api", "p384")
        self.gh.certificate("asset", "p384")
        self.publish("1.1.0")
        device = self.device()
        device.run_until("rota: confirmed 1.1.0")
        self.assert_updated(device)

    def test_a_small_arena_is_no_lack_of_trust(self):
        """Such as one that a fifth certificate is too much for."""
        self.gh.certificate("asset", "deep")
        self.publish("1.1.0", {"b": b"x" * 999})
        device = self.device()
        line = device.run_until("rota: failed", "rota: verified")
        if "failed" in line:
            self.assertIn("ENOMEM", line)


class Update(UpdateCase):
    STORY = ["boot: slot A 1.0.0", "thermostat 1.0.0 PROFILE",
             "address 10.0.2.15", "rota: checking", "rota: available 1.1.0",
             "rota: verified 1.1.0", "rota: ready 1.1.0",
             "boot: slot B 1.1.0, start 1 of its trial",
             "thermostat 1.1.0 PROFILE", "rota: trial 1.1.0",
             "address 10.0.2.15", "rota: checking", "rota: confirmed 1.1.0"]

    def test_it_updates_itself(self):
        self.publish("1.1.0")
        device = self.device()
        device.run_until("rota: confirmed 1.1.0")
        story = [x.replace("PROFILE", self.profile) for x in self.STORY]
        self.assertEqual([x for x in device.log if x in story], story)
        self.assertIn("api.github.localhost", self.dns.asked)
        self.assertIn("release-assets.githubusercontent.localhost",
                      self.dns.asked)
        self.assertIn(302, self.requests("link"))
        self.assert_updated(device)
        self.assertEqual(device.ends, [RESTART, -9])

    def test_no_update_is_known_by_304(self):
        self.publish("1.0.0")
        device = self.device(interval=2)
        device.run_until("rota: up_to_date 1.0.0")
        device.run_until("rota: up_to_date")
        self.assertEqual(self.requests("api"), [200, 304])
        self.assertEqual(device.board.read(0, FLASH), device.board.at_first)


class Bad(UpdateCase):
    def rolls_back(self, device, version):
        device.run_until(f"rota: rolled_back {version}", crashes=3)
        self.assertEqual(
            [x for x in device.log if f"boot: slot B {version}" in x],
            [f"boot: slot B {version}, start {n} of its trial"
             for n in (1, 2, 3)])

    def assert_never_again(self, device, version):
        """The release is there, and not downloaded again."""
        images = self.images_sent()
        device.run_until(f"rota: quarantined {version}")
        device.run_until("rota: quarantined")
        self.assertEqual(self.images_sent(), images)
        self.assertTrue(device.holds("A", device.first))
        self.assertTrue(device.holds("B", image(self.profile, version, "b")))
        self.assert_runs(device, "1.0.0", "A")

    def test_what_crashes_is_rolled_back_and_never_tried_again(self):
        self.publish("1.2.0")
        device = self.device(interval=2)
        self.rolls_back(device, "1.2.0")
        self.assert_never_again(device, "1.2.0")
        self.assertEqual(device.ends[:4], [RESTART, FAULT, FAULT, FAULT])

    def test_what_hangs_is_reset_by_the_watchdog(self):
        self.publish("1.3.0")
        device = self.device(interval=2)
        self.rolls_back(device, "1.3.0")
        self.assert_never_again(device, "1.3.0")
        self.assertEqual(device.ends[:4], [RESTART] + 3 * [WATCHDOG])

    def test_what_never_reaches_its_server_is_rolled_back(self):
        """1.1.0, with a cable that is pulled out for as long as it runs."""
        self.publish("1.1.0")
        device = self.device(interval=2, trial=3)
        device.run_until("rota: ready 1.1.0")
        device.nic = device.UNPLUGGED
        self.rolls_back(device, "1.1.0")
        self.assertEqual(device.log.count("rota: overdue"), 3)
        self.assertEqual(device.ends, 4 * [RESTART])
        self.assertIn("EDNS", device.run_until("rota: failed"))
        device.kill()
        device.nic = device.NIC
        self.assert_never_again(device, "1.1.0")

    def test_the_next_release_is_taken(self):
        self.publish("1.2.0")
        device = self.device(interval=2)
        device.run_until("rota: quarantined 1.2.0", crashes=3)
        self.gh.remove("v1.2.0")
        self.publish("1.1.0")
        device.run_until("rota: confirmed 1.1.0")
        self.assert_updated(device)


class Trouble(UpdateCase):
    """From a 1.0.0 on whose lwIP has its assertions."""

    def device(self, nic=None, **settings):
        return super().device(nic, first=checked(), **settings)

    def updates_in_spite_of(self, name, arg, times, err=None, **how):
        """Its download breaks with err so many times. It comes in pieces of
        16 KiB, after the manifest."""
        self.publish("1.1.0")
        self.gh.fault(name, arg, times=times, **how)
        device = self.device(interval=2)
        device.run_until("rota: confirmed 1.1.0")
        self.assertEqual([x.split()[3] for x in device.log
                          if x.startswith("rota: resuming 1.1.0")],
                         times * [err] if err else [], device.story())
        self.assert_updated(device)

    def test_connections_that_break(self):
        self.updates_in_spite_of("reset", 10000, 4, "ECLOSED", skip=1)

    def test_bytes_that_come_one_by_one(self):
        self.updates_in_spite_of("one-byte", None, 2, on="api")

    def test_an_image_whose_bytes_come_one_by_one(self):
        self.updates_in_spite_of("one-byte", None, 2, on="asset", skip=1)

    def test_a_server_that_falls_silent(self):
        self.updates_in_spite_of("stall", 10000, 1, "ESTALL", skip=1)

    def test_an_address_where_nobody_is(self):
        """The server has moved: the next attempt asks for its name again."""
        self.publish("1.1.0")
        self.dns.elsewhere["api.github.localhost"] = NOBODY
        device = self.device(interval=2)
        device.run_until("rota: checking")
        begin = time.monotonic()
        self.assertIn("ECONNECT", device.run_until("rota: failed"))
        self.assertLess(time.monotonic() - begin, 10 * CONNECT_S)
        del self.dns.elsewhere["api.github.localhost"]
        device.run_until("rota: confirmed 1.1.0")
        self.assert_updated(device)

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
        self.updates_in_spite_of("truncate", 10000, 2, "ECLOSED", skip=1)

    def test_a_wrong_byte_is_never_started(self):
        self.publish("1.1.0")
        self.gh.fault("corrupt", 70000)
        device = self.device(interval=2)
        line = device.run_until("rota: failed")
        self.assertIn("EDIGEST", line)
        self.assertTrue(device.holds("A", device.first))
        self.assert_runs(device, "1.0.0", "A")


class Trust(UpdateCase):
    def test_a_forged_manifest(self):
        folder = tempfile.TemporaryDirectory(prefix="rota-mallory-")
        self.addCleanup(folder.cleanup)
        self.publish("1.1.0", {"b": b"evil" * 1000},
                     Signer(Path(folder.name), "mallory"))
        device = self.device()
        self.assertRegex(device.run_until("rota: failed"),
                         r"ESIGNATURE manifest .*why=\d+")
        self.assertEqual(device.board.read(0, FLASH), device.board.at_first)

    def test_a_manifest_for_another_board(self):
        self.publish("1.1.0", {"b": b"other" * 1000}, board="thermostat-m4")
        device = self.device()
        self.assertIn("EFOREIGN", device.run_until("rota: failed"))
        self.assertEqual(device.board.read(0, FLASH), device.board.at_first)

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


def main():
    ran = bad = 0
    for profile in sys.argv[1:] or CASES:
        print(f"{profile}:", file=sys.stderr)
        UpdateCase.profile = profile
        run = unittest.TextTestRunner().run(unittest.TestSuite(
            unittest.defaultTestLoader.loadTestsFromTestCase(case)
            for case in CASES[profile]))
        ran += run.testsRun
        bad += len(run.failures) + len(run.errors)
    print(f"{ran - bad} passed, {bad} failed")
    return 1 if bad or not ran else 0


CASES = {"private": [Update, Bad, Trouble, Trust, PowerLoss],
         "public": [Update, Public, Trust, PowerLoss]}

if __name__ == "__main__":
    sys.exit(main())
