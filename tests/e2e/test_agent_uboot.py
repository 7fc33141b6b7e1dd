# SPDX-License-Identifier: Apache-2.0
"""The agent on boards on which U-Boot says which slot starts."""

import unittest

import fakeuboot
import uboot
from agent_case import IMAGE, AgentCase

OTHER = IMAGE[::-1]
NO_BOARD = uboot.missing(*uboot.NEEDS)


class Uboot:
    """What holds for both vocabularies and any number of copies."""

    def setUp(self):
        self.device = self.make_device(slots=True)
        folder = self.device.folder
        self.env = fakeuboot.Environment(folder / "uboot.env", self.copies)
        self.env.write(marker="stays", **self.factory)
        self.config = folder / "fw_env.config"
        self.config.write_text(self.env.config())
        self.device.conf.update({"boot": self.boot, "uboot-env": self.config})
        self.device.conf.update(self.keys)

    def restart(self):
        """The slot that U-Boot starts."""
        return "ab"[self.names.index(self.start(self.env))]

    def slot(self, letter):
        return (self.device.folder / f"slot-{letter}").read_bytes()

    def status(self):
        return self.expect(0, "status", "--json").event("status")

    def update(self, version="1.1.0", image=IMAGE):
        self.publish(version, image)
        return self.expect(0, "update")

    def running(self, letter, more=""):
        path = self.device.folder / f"slot-{letter}"
        self.assertEqual(self.expect(0, "boot").out,
                         f"running {letter} ({path}){more}\n")

    def test_an_update_is_started_confirmed_and_stays(self):
        self.assertEqual(self.restart(), "a")
        self.running("a")
        self.assertIn("slot-b: restart to run it", self.update().out)
        self.assertEqual(self.slot("b"), IMAGE)
        self.assertEqual(self.restart(), "b")
        self.running("b", ", trial start 1 of 3")
        self.assertIn("confirmed b", self.expect(0, "confirm").out)
        for _ in range(5):
            self.assertEqual(self.restart(), "b")
            self.running("b")
            self.expect(29, "confirm")
        self.assertEqual(self.env.read()["marker"], "stays")
        self.update("1.2.0", OTHER)
        self.assertEqual((self.slot("a"), self.slot("b")), (OTHER, IMAGE))
        self.assertEqual(self.restart(), "a")

    def test_without_confirm_uboot_goes_back_and_the_image_is_remembered(self):
        self.restart()
        self.update()
        for n in (1, 2, 3):
            self.assertEqual(self.restart(), "b")
            self.running("b", f", trial start {n} of 3")
        self.assertEqual(self.restart(), "a")
        self.running("a")
        self.assertEqual(self.status()["boot"], "rolled back")
        result = self.expect(0, "update")
        self.assertIn("1.1.0 failed its trial and was rolled back", result.out)
        self.assertIn("failed its trial before: not installed", result.out)
        self.assertEqual(len(self.asked("asset")), 1)
        self.assertEqual(self.restart(), "a")

    def test_history_says_no_more_than_uboot_does(self):
        self.restart()
        self.update()
        for _ in range(4):
            self.restart()
        self.assertIn("history      1.1.0 did not confirm, or was rolled back "
                      "by hand; returned to 1.0.0; 1.1.0 is quarantined\n",
                      self.expect(0, "status").out)

    def test_what_was_not_started_is_not_confirmed(self):
        self.update()
        result = self.expect(29, "confirm")
        self.assertIn("the image on trial was not started yet", result.err)
        self.assertEqual(self.restart(), "b")
        self.expect(0, "confirm")

    def test_while_it_is_on_trial_nothing_else_is_installed(self):
        self.update()
        self.restart()
        self.publish("1.2.0", OTHER)
        self.expect(27, "update")
        self.assertEqual((self.slot("a"), self.slot("b")), (b"", IMAGE))

    def test_rollback_leads_back_from_a_trial_and_from_what_was_kept(self):
        self.update()
        self.expect(0, "rollback")
        self.assertEqual(self.restart(), "a")
        self.expect(10, "check")
        self.expect(0, "update")
        self.restart()
        self.expect(0, "confirm")
        self.assertIn("the next start runs a", self.expect(0, "rollback").out)
        self.assertEqual(self.restart(), "a")
        self.assertIn("there is no image to go back to",
                      self.expect(29, "rollback").err)

    def test_nothing_leads_to_a_slot_that_is_spoilt(self):
        self.update()
        self.restart()
        self.expect(0, "confirm")
        self.gh.fault("corrupt", 100_000)
        self.publish("1.2.0", OTHER)
        self.expect(26, "update")
        self.assertTrue(self.slot("a").startswith(OTHER[:100_000]))
        self.expect(29, "rollback")
        for _ in range(3):
            self.assertEqual(self.restart(), "b")

    def test_status_changes_nothing(self):
        self.update()
        self.restart()
        before = self.env.file.read_bytes()
        status = self.status()
        self.assertEqual(
            (status["active"], status["boots"], status["boot"],
             status["starts"], status["limit"]),
            ("b", str(self.device.folder / "slot-b"), "trial", 1, 3))
        self.assertEqual(self.env.file.read_bytes(), before)

    def test_trial_starts_are_uboots_limit(self):
        self.device.conf["trial-starts"] = 1
        self.update()
        self.assertEqual([self.restart(), self.restart()], ["b", "a"])

    def test_without_a_valid_environment_nothing_is_written(self):
        whole = bytearray(self.env.file.read_bytes())
        for i in range(self.copies):
            whole[i * fakeuboot.SIZE + 10] ^= 1
        self.env.file.write_bytes(whole)
        self.publish()
        for command in ("update", "boot", "confirm", "rollback", "status"):
            self.assertIn("no copy of the environment is valid",
                          self.expect(27, command).err)
        self.assertEqual(self.env.file.read_bytes(), bytes(whole))
        self.assertEqual(self.slot("b"), b"")

    def test_a_configuration_that_cannot_be_is_named(self):
        for config, why in (
                ("", "names no environment"),
                (f"{self.env.file} 0\n", "not DEVICE OFFSET SIZE"),
                (f"{self.env.file} -4096 4096\n", "not DEVICE OFFSET SIZE")):
            self.config.write_text(config)
            self.assertRegex(self.expect(2, "boot").err,
                             f"uboot-env: {self.config}: .*{why}")
        self.config.unlink()
        self.assertIn("No such file", self.expect(2, "update").err)


class Mender(Uboot, AgentCase):
    boot, copies, names = "uboot-mender", 2, ("2", "3")
    keys = {"uboot-slots": "2, 3"}
    factory = {"mender_boot_part": 2, "mender_boot_part_hex": 2}
    start = staticmethod(fakeuboot.start_mender)


class MenderInOneFile(Mender):
    copies = 1


class Rauc(Uboot, AgentCase):
    boot, copies, names = "uboot-rauc", 2, ("A", "B")
    keys = {}
    factory = {"BOOT_ORDER": "A B", "BOOT_A_LEFT": 3, "BOOT_B_LEFT": 3}
    start = staticmethod(fakeuboot.start_rauc)

    def test_confirm_gives_the_starts_back_each_time(self):
        self.restart()
        self.restart()
        self.assertEqual(self.env.read()["BOOT_A_LEFT"], "1")
        self.expect(29, "confirm")
        self.assertEqual(self.env.read()["BOOT_A_LEFT"], "3")

    def test_starts_that_are_used_up_do_not_lead_to_a_spoilt_slot(self):
        self.gh.fault("corrupt", 100_000)
        self.publish()
        self.expect(26, "update")
        self.assertEqual([self.restart() for _ in range(3)], ["a"] * 3)
        with self.assertRaises(AssertionError):
            self.restart()

    def test_other_names_of_slots(self):
        self.env.write(BOOT_ORDER="old new", BOOT_old_LEFT=3, BOOT_new_LEFT=3)
        self.names = ("old", "new")
        self.device.conf["uboot-slots"] = "old,new"
        self.update()
        self.assertEqual(self.restart(), "b")


@unittest.skipIf(NO_BOARD, NO_BOARD)
class Real(AgentCase):
    """A story with a U-Boot that nobody here wrote, in QEMU."""

    def story(self, boot, script, names, **factory):
        folder = self.device.folder
        board = uboot.Board(folder, script, names)
        board.factory(marker="stays", **factory)
        self.device.conf.update({"boot": boot, "uboot-env": board.config,
                                 "uboot-slots": ", ".join(names)})
        self.starts(board, names[0], f"running a ({folder}/slot-a)\n")
        self.publish()
        self.expect(0, "update")
        self.starts(board, names[1], f"running b ({folder}/slot-b), "
                    "trial start 1 of 3\n")
        self.expect(0, "confirm")
        self.publish("1.2.0", OTHER)
        self.expect(0, "update")
        for n in (1, 2, 3):
            self.starts(board, names[0], f"running a ({folder}/slot-a), "
                        f"trial start {n} of 3\n")
        self.starts(board, names[1], f"running b ({folder}/slot-b)\n")
        self.assertIn("1.2.0 failed its trial and was rolled back",
                      self.expect(0, "update").out)
        self.starts(board, names[1], f"running b ({folder}/slot-b)\n")
        self.assertEqual(board.get("marker"), "stays")

    def starts(self, board, name, says):
        self.assertEqual(board.boot(), name)
        self.assertEqual(self.expect(0, "boot").out, says)

    def setUp(self):
        self.device = self.make_device(slots=True)

    def test_mender(self):
        self.story("uboot-mender", uboot.MENDER, ("2", "3"),
                   mender_boot_part="2", mender_boot_part_hex="2")

    def test_rauc(self):
        self.story("uboot-rauc", uboot.RAUC, ("A", "B"), BOOT_ORDER="A B",
                   BOOT_A_LEFT="3", BOOT_B_LEFT="3")


if __name__ == "__main__":
    unittest.main()
