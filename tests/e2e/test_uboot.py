# SPDX-License-Identifier: Apache-2.0
"""boot_uboot against those who do it for real: libubootenv's fw_printenv and
fw_setenv, byte for byte, and U-Boot itself."""

import pathlib
import subprocess
import tempfile
import unittest
import zlib

import uboot
from device import BUILD

TOOL = BUILD / "tests/port/uboot_main"
NO_TOOLS = uboot.missing("fw_setenv")
NO_BOARD = uboot.missing(*uboot.NEEDS)


class Case(unittest.TestCase):
    words = "mender"

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rota-uboot-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def rota(self, config, *args, code=0):
        done = subprocess.run([TOOL, config, self.words, *args], text=True,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout.strip()


@unittest.skipIf(NO_TOOLS, NO_TOOLS)
class Tools(Case):
    """Two environments: rota changes one, fw_setenv the other."""
    size = 0x400

    def make(self, name, copies):
        file = self.folder / name
        file.write_bytes(bytes(copies * self.size))
        config = self.folder / f"{name}.config"
        config.write_text("".join(f"{file} {i * self.size:#x} {self.size:#x}\n"
                                  for i in range(copies)))
        start = self.folder / "start"
        start.write_text("zeta=1\nmender_boot_part=2\nbootdelay=2\na1=x\n")
        for text in ("c", "d", "e"):  # both copies are written, or more
            self.fw("setenv", config, "-f", start, "alpha", text)
        return file, config

    def tidy(self, file):
        """fw_setenv may leave the end of a longer list behind the list, which
        counts for nothing. We write zeros: put them there."""
        data = file.read_bytes()
        if len(data) > self.size:
            return data
        list_ = data[4:].split(b"\0\0")[0].ljust(self.size - 4, b"\0")
        self.assertEqual(zlib.crc32(data[4:]).to_bytes(4, "little"), data[:4])
        return zlib.crc32(list_).to_bytes(4, "little") + list_

    def fw(self, tool, config, *args):
        done = subprocess.run(["fw_" + tool, "-c", config, *args], text=True,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def script(self, config, **variables):
        """What one step of rota changes, in one write of fw_setenv."""
        script = self.folder / "script"
        script.write_text("".join(f"{name}={value}\n"
                                  for name, value in variables.items()))
        self.fw("setenv", config, "-s", script)

    def test_each_change_leaves_the_bytes_that_fw_setenv_leaves(self):
        changes = [("foo", "bar"), ("a", "y"), ("alpha", "longer than before"),
                   ("alpha", "s"), ("zz", "last"), ("a1",), ("foo",),
                   ("nothing",), ("BOOT_ORDER", "A B"), ("_", "under score"),
                   ("alpha2", "=="), ("umlaut", "\u00e4")]
        for copies in (1, 2):
            ours, config = self.make("ours", copies)
            theirs, their_config = self.make("theirs", copies)
            for change in changes:
                with self.subTest(copies=copies, change=change):
                    self.rota(config, "set", *change)
                    before = theirs.read_bytes()
                    self.fw("setenv", their_config, *change)
                    # We do not write what does not change.
                    if change != ("nothing",):
                        self.assertNotEqual(theirs.read_bytes(), before)
                    else:
                        theirs.write_bytes(before)
                    self.assertEqual(ours.read_bytes(), self.tidy(theirs))

    def test_the_flag_wraps_as_that_of_fw_setenv(self):
        ours, config = self.make("ours", 2)
        theirs, their_config = self.make("theirs", 2)
        flags = set()
        for n in range(260):
            self.rota(config, "set", "n", str(n))
            self.fw("setenv", their_config, "n", str(n))
            self.assertEqual(ours.read_bytes(), self.tidy(theirs))
            flags |= {ours.read_bytes()[4], ours.read_bytes()[self.size + 4]}
        self.assertEqual(flags, set(range(256)))

    def test_both_choose_the_same_copy_whatever_the_flags(self):
        file, config = self.make("env", 2)
        self.rota(config, "set", "copy", "one")
        self.rota(config, "set", "copy", "other")
        whole = bytearray(file.read_bytes())
        for flags in ((0, 0), (0, 255), (255, 0), (254, 0), (1, 255), (7, 8),
                      (8, 7), (127, 128), (128, 127)):
            whole[4], whole[self.size + 4] = flags
            file.write_bytes(whole)
            with self.subTest(flags=flags):
                theirs = self.fw("printenv", config, "-n", "copy").strip()
                self.assertEqual(self.rota(config, "get", "copy"), theirs)

    def test_both_take_the_other_copy_when_one_is_damaged(self):
        for which in (0, 1):
            file, config = self.make("env", 2)
            whole = bytearray(file.read_bytes())
            whole[which * self.size + 100] ^= 0x10
            file.write_bytes(whole)
            self.assertEqual(self.rota(config, "get", "alpha"),
                             self.fw("printenv", config, "-n", "alpha").strip())
            self.rota(config, "set", "alpha", "new")
            self.assertEqual(
                self.fw("printenv", config, "-n", "alpha").strip(), "new")

    def test_menders_trial_is_what_fw_setenv_would_write(self):
        for copies in (1, 2):
            ours, config = self.make("ours", copies)
            theirs, their_config = self.make("theirs", copies)
            self.rota(config, "try_next")
            self.script(their_config, bootcount=0, bootlimit=3,
                        mender_boot_part=3, mender_boot_part_hex=3,
                        rota_slot=3, rota_trial="on", upgrade_available=1)
            self.assertEqual(ours.read_bytes(), self.tidy(theirs))
            self.fw("setenv", config, "bootcount", "1")
            self.fw("setenv", their_config, "bootcount", "1")
            self.assertEqual(self.rota(config, "state"),
                             "trial 3 1/3 previous")
            self.rota(config, "confirm")
            self.script(their_config, bootcount=0, rota_trial="kept",
                        upgrade_available=0)
            self.assertEqual(ours.read_bytes(), self.tidy(theirs))

    def test_random_bytes_are_refused_and_kept(self):
        file, config = self.make("env", 2)
        noise = bytes(n * n % 251 for n in range(2 * self.size))
        file.write_bytes(noise)
        for verb in ("state", "try_next", "confirm", "rollback"):
            self.assertEqual(
                self.rota(config, verb, code=1),
                "ECORRUPT: no copy of the environment is valid")
        self.assertEqual(file.read_bytes(), noise)


@unittest.skipIf(NO_BOARD, NO_BOARD)
class Mender(Case):
    slots = "2", "3"
    script = uboot.MENDER
    factory = {"mender_boot_part": "2", "mender_boot_part_hex": "2"}
    limit = 0  # there is no bootlimit before the first trial

    def setUp(self):
        super().setUp()
        self.board = uboot.Board(self.folder, self.script, self.slots)
        self.board.factory(marker="kept all the time", **self.factory)

    def act(self, verb):
        return self.rota(self.board.config, verb)

    def expect(self, state):
        self.assertEqual(self.act("state"), state)

    def boot(self, image):
        self.assertEqual(self.board.boot(), image)

    def test_uboot_boots_what_was_chosen_counts_and_falls_back(self):
        old, new = self.slots
        self.boot(old)
        self.expect(f"confirmed {old} 0/{self.limit}")
        self.act("try_next")
        for n in (1, 2, 3):
            self.boot(new)
            self.expect(f"trial {new} {n}/3 previous")
        for _ in range(2):
            self.boot(old)
            self.assertRegex(self.act("state"), f"^rolled back {old} ")
        self.assertEqual(self.board.get("marker"), "kept all the time")

    def test_a_confirmed_image_stays(self):
        old, new = self.slots
        self.act("try_next")
        self.boot(new)
        self.act("confirm")
        for _ in range(4):
            self.boot(new)
            self.assertRegex(self.act("state"), f"^confirmed {new} .*previous")
            self.act("confirm")
        self.act("rollback")
        self.boot(old)
        self.assertRegex(self.act("state"), f"^rolled back {old} ")
        self.act("confirm")
        self.assertRegex(self.act("state"), f"^confirmed {old} ")


class Rauc(Mender):
    words = "rauc"
    slots = "A", "B"
    script = uboot.RAUC
    factory = {"BOOT_ORDER": "A B", "BOOT_A_LEFT": "3", "BOOT_B_LEFT": "3"}
    limit = 3


if __name__ == "__main__":
    unittest.main()
