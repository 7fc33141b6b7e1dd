# SPDX-License-Identifier: Apache-2.0
"""rota run: the daemon."""

import json
import os
import signal
import time
import unittest

from agent_case import IMAGE, AgentCase
from device import wait_for


class Run(AgentCase):
    def polls(self):
        return [r for r in self.gh.log if r["kind"] == "api"]

    def test_it_polls_at_once_installs_and_polls_again(self):
        self.publish()
        with self.device.start("run", "--interval", "2s") as daemon:
            self.assertTrue(wait_for(lambda: self.device.active == "b"))
            self.assertEqual(self.device.image("b"), IMAGE)
            self.assertTrue(wait_for(lambda: len(self.polls()) > 2))
            self.assertEqual(daemon.stop()[0], 0)
            self.assertIn("is installed in", daemon.read())
        times = [r["time"] for r in self.polls()]
        for earlier, later in zip(times, times[1:]):
            self.assertGreater(later - earlier, 1.9)

    def test_it_ends_at_once_and_with_0_wherever_it_is(self):
        self.publish(image=os.urandom(500_000))
        for how in (signal.SIGTERM, signal.SIGINT):
            for fault, on in ((None, None), ("mute", "api"),
                              ("stall", "asset"), ("mute-tls", None)):
                if fault:
                    self.gh.fault(fault, on=on)
                self.gh.forget()
                with self.device.start("run", "--interval", "1h") as daemon:
                    wait_for(lambda: self.gh.log or self.gh.connections, 3)
                    time.sleep(0.2)
                    code, seconds = daemon.stop(how)
                    self.assertEqual(code, 0, daemon.read())
                    self.assertLess(seconds, 5)
                self.gh.clear_faults()
                self.device.remove()
                self.device = self.make_device()

    def test_it_follows_a_restart_and_a_confirm_of_the_program(self):
        self.publish()
        with self.device.start("run", "--interval", "2s"):
            self.assertTrue(wait_for(lambda: self.device.active == "b"))
            self.expect(0, "boot")
            self.expect(0, "confirm")
            image = IMAGE[::-1]
            self.publish("1.2.0", image)
            self.assertTrue(wait_for(lambda: self.device.active == "a"))
            self.assertEqual(self.device.image("a"), image)
            self.assertEqual(self.device.image("b"), IMAGE)

    def test_with_slots_it_never_writes_the_one_in_use(self):
        self.device = self.make_device(slots=True, slot_size=1 << 20)
        current = self.device.state / "current"
        self.publish()
        with self.device.start("run", "--interval", "2s"):
            image = IMAGE
            for version, letter in (("1.2.0", "b"), ("1.3.0", "a"),
                                    ("1.4.0", "b")):
                slot = self.device.conf["slot-" + letter]
                self.assertTrue(wait_for(
                    lambda: os.path.lexists(current)
                    and os.readlink(current) == str(slot)))
                self.assertEqual(slot.read_bytes()[:len(image)], image)
                self.expect(0, "boot")
                self.expect(0, "confirm")
                image = os.urandom(100_000)
                self.publish(version, image)

    def test_it_does_not_install_what_was_rolled_back(self):
        self.publish()
        with self.device.start("run", "--interval", "2s") as daemon:
            self.assertTrue(wait_for(lambda: self.device.active == "b"))
            for _ in range(4):
                self.expect(0, "boot")
            self.assertTrue(wait_for(
                lambda: "failed its trial before" in daemon.read()))
            self.assertEqual(self.device.active, "a")
        self.assertEqual(len(self.asked("asset")), 1)

    def test_it_outlives_a_server_that_fails(self):
        self.gh.fault("status", 500, on="api", times=1)
        with self.device.start("run", "--interval", "2s") as daemon:
            self.assertTrue(wait_for(lambda: "HTTP 500" in daemon.read()))
            self.assertIn("next check in", daemon.read())
            self.assertIsNone(daemon.process.poll())

    def test_it_obeys_a_limit(self):
        self.publish()
        self.gh.fault("secondary", "429,4", on="api", times=1)
        with self.device.start("run", "--interval", "2s"):
            self.assertTrue(wait_for(lambda: len(self.polls()) > 1, 40))
        times = [r["time"] for r in self.polls()]
        self.assertGreaterEqual(times[1] - times[0], 4)

    def test_after_a_bare_429_it_waits_a_minute(self):
        self.publish()
        self.gh.fault("status", 429, on="api")
        with self.device.start("run", "--interval", "2s", "--json") as daemon:
            self.assertTrue(wait_for(lambda: '"failed"' in daemon.read()))
            time.sleep(5)
            failed = next(e for e in map(json.loads, daemon.read(
                ).splitlines()[:2]) if e["event"] == "failed")
        self.assertEqual(len(self.polls()), 1)
        self.assertGreaterEqual(failed["wait_s"], 59)

    def test_the_version_file_is_read_again(self):
        self.publish("1.0.0")
        file = self.device.folder / "version"
        file.write_text("1.0.0\n")
        self.device.conf.pop("version")
        self.device.conf["version-file"] = file
        with self.device.start("run", "--interval", "2s") as daemon:
            self.assertTrue(wait_for(
                lambda: "thermostat 1.0.0 is up to date" in daemon.read()))
            file.write_text("1.0.1\n")
            self.assertTrue(wait_for(
                lambda: "thermostat 1.0.1 is up to date" in daemon.read()))


if __name__ == "__main__":
    unittest.main()
