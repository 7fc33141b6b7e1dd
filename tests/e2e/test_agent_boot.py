# SPDX-License-Identifier: Apache-2.0
"""rota boot, confirm, rollback and status, with folders and with slots."""

import os
import shutil
import subprocess
import unittest

from agent_case import IMAGE, AgentCase


class Boot(AgentCase):
    def updated(self, version="1.1.0", image=IMAGE):
        self.publish(version, image)
        self.expect(0, "update")

    def test_without_a_trial_nothing_is_counted(self):
        for _ in range(5):
            result = self.expect(0, "boot")
            self.assertEqual(result.out,
                             f"running a ({self.device.root}/a)\n")
        self.assertEqual(self.device.active, "a")

    def test_three_starts_without_confirm_lead_back(self):
        self.updated()
        for n in (1, 2, 3):
            result = self.expect(0, "boot")
            self.assertIn(f"running b ({self.device.root}/b), "
                          f"trial start {n} of 3", result.out)
            self.assertEqual(self.device.active, "b")
        result = self.expect(0, "boot")
        self.assertIn("was not confirmed: back to a", result.out)
        self.assertEqual(self.device.active, "a")
        self.assertEqual(self.device.image("a"), b"old")

    def test_an_image_that_failed_is_not_installed_again(self):
        self.updated()
        for _ in range(4):
            self.expect(0, "boot")
        result = self.expect(0, "update")
        self.assertIn("thermostat 1.1.0 failed its trial and was rolled "
                      "back", result.out)
        self.assertIn("has failed its trial before: not installed",
                      result.out)
        self.expect(0, "check")
        self.assertEqual(len(self.asked("asset")), 1)
        self.assertEqual(self.device.active, "a")
        self.updated("1.1.1", IMAGE[::-1])
        self.assertEqual(self.device.active, "b")
        self.assertEqual(self.device.image("b"), IMAGE[::-1])

    def test_trial_starts_can_be_set(self):
        self.device.conf["trial-starts"] = 1
        self.updated()
        self.expect(0, "boot")
        self.assertIn("back to a", self.expect(0, "boot").out)

    def test_a_confirmed_image_stays(self):
        self.updated()
        self.expect(0, "boot")
        result = self.expect(0, "confirm")
        self.assertEqual(result.out, f"confirmed b ({self.device.root}/b)\n")
        for _ in range(5):
            self.expect(0, "boot")
        self.assertEqual(self.device.active, "b")
        self.expect(29, "confirm")

    def test_there_is_nothing_to_confirm_without_a_trial(self):
        result = self.expect(29, "confirm")
        self.assertRegex(result.err, r"\Arota: confirm: nothing to confirm")

    def test_rollback_right_after_update_leads_back(self):
        self.updated()
        result = self.expect(0, "rollback")
        self.assertIn(f"a ({self.device.root}/a)", result.out)
        self.assertEqual(self.device.active, "a")
        self.expect(29, "rollback")

    def test_what_was_taken_back_untried_may_be_installed_again(self):
        self.updated()
        self.expect(0, "rollback")
        self.expect(10, "check")
        self.expect(0, "update")
        self.assertEqual(self.device.active, "b")

    def test_rollback_from_a_trial_and_from_a_confirmed_image(self):
        self.updated()
        self.expect(0, "boot")
        self.expect(0, "rollback")
        self.assertEqual(self.device.active, "a")
        self.expect(0, "check")
        self.updated("1.2.0", IMAGE[::-1])
        self.expect(0, "boot")
        self.expect(0, "confirm")
        self.expect(0, "rollback")
        self.assertEqual(self.device.active, "a")
        self.assertEqual(self.device.image("a"), b"old")

    def test_there_is_nothing_to_roll_back_to_at_first(self):
        result = self.expect(29, "rollback")
        self.assertIn("rota: rollback: nothing to", result.err)

    def test_json_says_what_is_started(self):
        self.updated()
        event = self.expect(0, "boot", "--json").event("boot")
        self.assertEqual(event["active"], "b")
        self.assertEqual(event["boots"], f"{self.device.root}/b")
        self.assertEqual((event["trial"], event["starts"], event["limit"]),
                         (True, 1, 3))
        self.assertEqual(self.expect(0, "confirm", "--json").event(
            "confirm")["trial"], False)
        self.assertEqual(self.expect(0, "rollback", "--json").event(
            "rollback")["active"], "a")


class Status(AgentCase):
    def status(self):
        return self.expect(0, "status", "--json").event("status")

    def test_it_changes_nothing_on_a_fresh_device(self):
        before = sorted(os.listdir(self.device.folder))
        result = self.expect(0, "status")
        self.assertIn("running      1.0.0\n", result.out)
        self.assertIn(f"boots        a ({self.device.root}/a)\n", result.out)
        self.assertIn("state        confirmed\n", result.out)
        self.assertIn("installed    none\n", result.out)
        after = sorted(os.listdir(self.device.folder))
        self.assertEqual(set(after) - set(before), {"rota.conf"})
        self.assertEqual(self.gh.connections, [])

    def test_it_follows_an_update_from_end_to_end(self):
        self.publish()
        self.expect(10, "check")
        status = self.status()
        self.assertEqual((status["found"], status["installed"]),
                         ("1.1.0", None))
        self.assertEqual((status["boot"], status["active"]),
                         ("confirmed", "a"))
        self.assertIsNone(status["last_error"])
        self.expect(0, "update")
        self.expect(0, "boot")
        status = self.status()
        self.assertEqual((status["installed"], status["install_state"]),
                         ("1.1.0", "trial"))
        self.assertEqual((status["boot"], status["starts"], status["limit"]),
                         ("trial", 1, 3))
        self.assertEqual(status["running"], "1.1.0")
        self.expect(0, "confirm")
        status = self.status()
        self.assertEqual((status["running"], status["install_state"]),
                         ("1.1.0", "confirmed"))
        self.assertEqual(status["boot"], "confirmed")

    def test_it_shows_a_roll_back_and_the_quarantine(self):
        self.publish()
        self.expect(0, "update")
        for _ in range(4):
            self.expect(0, "boot")
        status = self.status()
        self.assertEqual((status["boot"], status["install_state"]),
                         ("rolled back", "rolled back"))
        self.assertEqual((status["quarantined"], status["active"]), (1, "a"))
        self.assertIn("history      1.1.0 did not confirm in 3 starts; "
                      "returned to 1.0.0; 1.1.0 is quarantined\n",
                      self.expect(0, "status").out)

    def test_it_tells_a_roll_back_by_hand(self):
        self.publish()
        self.expect(0, "update")
        self.expect(0, "boot")
        self.expect(0, "confirm")
        self.expect(0, "rollback")
        self.assertIn("history      1.1.0 was rolled back by hand; "
                      "returned to 1.0.0; 1.1.0 is quarantined\n",
                      self.expect(0, "status").out)

    def test_it_shows_the_last_error(self):
        self.expect(23, "check")
        self.assertEqual(self.status()["last_error"], "ENORELEASE")
        self.assertIn("last error   ENORELEASE: no release",
                      self.expect(0, "status").out)

    def test_it_leaves_the_journal_as_it_is(self):
        self.publish()
        self.expect(0, "update")
        for _ in range(4):
            self.expect(0, "boot")
        journal = self.device.state / "journal"
        before = journal.read_bytes(), journal.stat().st_mtime_ns
        self.expect(0, "status")
        self.assertEqual((journal.read_bytes(), journal.stat().st_mtime_ns),
                         before)


class Slots(AgentCase):
    SIZE = 1 << 20

    def make_device(self, **options):
        return super().make_device(slots=True, slot_size=self.SIZE)

    def slot(self, letter):
        return self.device.conf["slot-" + letter]

    def boots(self):
        return self.expect(0, "status", "--json").event("status")["boots"]

    def test_a_is_active_until_the_state_says_otherwise(self):
        self.assertEqual(self.boots(), str(self.slot("a")))

    def test_the_image_begins_at_offset_0_and_the_slot_keeps_its_size(self):
        self.publish()
        self.slot("b").write_bytes(b"\xee" * self.SIZE)
        self.expect(0, "update")
        self.assertEqual(self.boots(), str(self.slot("b")))
        data = self.slot("b").read_bytes()
        self.assertEqual(data[:len(IMAGE)], IMAGE)
        self.assertEqual(len(data), self.SIZE)
        self.assertEqual(self.slot("a").read_bytes(), bytes(self.SIZE))
        self.assertEqual(os.readlink(self.device.state / "current"),
                         str(self.slot("b")))

    def test_updates_go_to_and_fro(self):
        self.publish()
        for version, letter in (("1.1.0", "b"), ("1.2.0", "a"),
                                ("1.3.0", "b")):
            image = os.urandom(300_000)
            self.publish(version, image) if version != "1.1.0" else \
                self.gh.replace("v1.1.0", "thermostat-rpi-1.1.0.bin", image)
            self.expect(0, "update")
            self.assertEqual(self.boots(), str(self.slot(letter)))
            self.assertEqual(
                self.slot(letter).read_bytes()[:len(image)], image)
            self.expect(0, "boot")
            self.expect(0, "confirm")

    def test_an_asset_that_is_larger_than_the_slot_is_24(self):
        self.publish(image=bytes(self.SIZE + 1))
        for command in ("check", "update"):
            result = self.expect(24, command)
            self.assertIn("larger than the slot", result.err)
        self.assertEqual(self.asked("asset"), [])
        self.assertEqual(self.boots(), str(self.slot("a")))

    def test_an_asset_that_fills_the_slot_fits(self):
        image = os.urandom(self.SIZE)
        self.publish(image=image)
        self.expect(0, "update")
        self.assertEqual(self.slot("b").read_bytes(), image)

    def test_a_slot_of_an_odd_size_holds_just_that(self):
        self.slot("b").write_bytes(bytes(100_001))
        self.publish(image=bytes(100_002))
        self.expect(24, "update")
        self.assertEqual(self.asked("asset"), [])
        self.publish("1.2.0", bytes(100_001))
        self.expect(0, "update")
        self.assertEqual(self.slot("b").stat().st_size, 100_001)

    def test_a_slot_that_is_missing_or_empty_grows_and_may_again(self):
        self.slot("a").write_bytes(b"")
        self.slot("b").unlink()
        sizes = 300_000, 100_001, 50_000, 400_003
        for n, version in enumerate(("1.1.0", "1.2.0", "1.3.0", "1.4.0")):
            image = os.urandom(sizes[n])
            self.publish(version, image)
            self.expect(0, "update")
            letter = "ba"[n % 2]
            self.assertEqual(self.slot(letter).read_bytes(), image)
            self.expect(0, "boot")
            self.expect(0, "confirm")

    def test_rollback_leads_back_until_the_old_slot_is_written(self):
        self.publish()
        self.expect(0, "update")
        self.expect(0, "boot")
        self.expect(0, "confirm")
        self.gh.fault("reset", 0)
        self.publish("1.2.0", IMAGE[::-1])
        self.expect(20, "update")
        self.expect(29, "rollback")
        self.assertEqual(self.boots(), str(self.slot("b")))
        self.assertEqual(self.slot("b").read_bytes()[:len(IMAGE)], IMAGE)

    def test_three_starts_without_confirm_lead_back(self):
        self.publish()
        self.expect(0, "update")
        for _ in range(4):
            self.expect(0, "boot")
        self.assertEqual(self.boots(), str(self.slot("a")))
        result = self.expect(0, "update")
        self.assertIn("has failed its trial before", result.out)

    def test_a_slot_that_cannot_be_written_is_27(self):
        self.slot("b").unlink()
        self.slot("b").mkdir()
        self.publish()
        self.expect(27, "update")
        self.assertEqual(self.boots(), str(self.slot("a")))


@unittest.skipIf(os.geteuid() or not shutil.which("losetup"),
                 "loop devices are root's")
class InUse(AgentCase):
    """A slot that is a device, and mounted or claimed otherwise."""

    def setUp(self):
        self.device = self.make_device(slots=True, slot_size=1 << 20)
        self.slot = self.device.folder / "slot-b"
        done = subprocess.run(["losetup", "-f", "--show", self.slot],
                              capture_output=True, text=True)
        if done.returncode:
            self.skipTest(f"no loop device: {done.stderr.strip()}")
        self.loop = done.stdout.strip()
        self.addCleanup(subprocess.run, ["losetup", "-d", self.loop])
        self.device.conf["slot-b"] = self.loop

    def test_it_is_not_written_until_it_is_free(self):
        self.publish()
        claim = os.open(self.loop, os.O_RDONLY | os.O_EXCL)
        try:
            self.assertIn("it is in use: is it mounted?",
                          self.expect(27, "update").err)
            self.assertEqual(self.slot.read_bytes(), bytes(1 << 20))
        finally:
            os.close(claim)
        self.expect(0, "update")
        self.assertEqual(self.slot.read_bytes()[:len(IMAGE)], IMAGE)


if __name__ == "__main__":
    unittest.main()
