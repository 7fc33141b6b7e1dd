#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bootloader under QEMU: it starts one of two slots, counts trials, rolls
back, refuses what is damaged, and survives power loss. Run by make
firmware-boot-test; the last line is "N passed, N failed"."""

import hashlib
import os
import random
import sys
import time
import unittest
from pathlib import Path

from emulator import (BLOCK, FAULT, RECORD, RECORD_SIZE, SLOT, SLOT_SIZE,
                      WATCHDOG, Board)

BUILD = Path(os.environ["ROTA_BUILD"]) / "boot"
KILLS = int(os.environ.get("KILLS", "20"))
SEED = int(os.environ.get("SEED", time.time_ns() % 1000000))


def image(name):
    return (BUILD / f"app-{name}.img").read_bytes()


def stuck(data, slot):
    """The image, but its first instruction jumps to itself."""
    program = bytearray(data[:-32])
    at = int.from_bytes(program[4:8], "little") - 1 - SLOT[slot]
    program[at:at + 2] = b"\xfe\xe7"
    return bytes(program) + hashlib.sha256(program).digest()


class BootCase(unittest.TestCase):
    def setUp(self):
        boot = (BUILD / "boot.bin").read_bytes()
        self.board = Board(boot, A=image("1.0.0-a"), B=image("1.1.0-b"))
        self.addCleanup(self.board.temporary.cleanup)

    def starts(self, line, *states, argument=""):
        """One start: the bootloader's line, then the program's states."""
        status, lines, err = self.board.run(argument)
        self.assertEqual(err, "")
        self.assertEqual(lines, [f"boot: slot {line}", *(
            f"app: slot {line[0]}, {s}" for s in states)])
        self.assertEqual(status, 0)

    def try_b(self):
        self.starts("A 1.0.0", "confirmed", "trial", argument="try")

    def confirm_b(self):
        self.starts("B 1.1.0, start 1 of its trial", "trial", "confirmed",
                    argument="confirm")


class Boot(BootCase):
    def test_a_new_board_starts_slot_a(self):
        self.starts("A 1.0.0", "confirmed", "confirmed")
        self.assertEqual(self.board.read(RECORD, RECORD_SIZE),
                         b"\xff" * RECORD_SIZE)

    def test_an_image_that_is_not_confirmed_gets_three_starts(self):
        self.try_b()
        for n in (1, 2, 3):
            self.starts(f"B 1.1.0, start {n} of its trial", "trial", "trial")
        for _ in range(3):
            self.starts("A 1.0.0, rolled back", "rolled back", "rolled back")

    def test_an_image_that_crashes_is_rolled_back(self):
        self.try_b()
        for n in (1, 2, 3):
            status, lines, err = self.board.run("crash")
            self.assertEqual((status, err), (FAULT, "fault"))
            self.assertEqual(lines[0],
                             f"boot: slot B 1.1.0, start {n} of its trial")
        self.starts("A 1.0.0, rolled back", "rolled back", "confirmed",
                    argument="confirm")
        self.starts("A 1.0.0", "confirmed", "confirmed")

    def test_an_image_that_hangs_is_rolled_back(self):
        self.try_b()
        for n in (1, 2, 3):
            run = self.board.start("hang")
            self.assertIn(f"start {n} of", run.line())
            self.assertEqual(run.line(), "app: slot B, trial")
            self.assertEqual(run.kill(), [])
        self.starts("A 1.0.0, rolled back", "rolled back", "rolled back")

    def test_one_that_hangs_at_once_is_reset_by_the_watchdog(self):
        self.board.write_slot("B", stuck(image("1.1.0-b"), "B"))
        self.try_b()
        self.assertEqual(self.board.run(), (
            WATCHDOG, ["boot: slot B 1.1.0, start 1 of its trial"], ""))
        for n in (2, 3):
            run = self.board.start()
            self.assertIn(f"start {n} of", run.line())
            run.kill()
        self.starts("A 1.0.0, rolled back", "rolled back", "rolled back")

    def test_a_confirmed_image_stays(self):
        self.try_b()
        self.confirm_b()
        for _ in range(5):
            self.starts("B 1.1.0", "confirmed", "confirmed")

    def test_and_from_b_the_way_leads_back_to_a(self):
        self.try_b()
        self.confirm_b()
        self.board.write_slot("A", image("1.1.0-a"))
        self.starts("B 1.1.0", "confirmed", "trial", argument="try")
        self.starts("A 1.1.0, start 1 of its trial", "trial", "confirmed",
                    argument="confirm")
        self.starts("A 1.1.0", "confirmed", "confirmed")

    def test_the_image_of_the_other_slot_is_not_tried(self):
        self.board.write_slot("B", image("1.1.0-a"))
        status, lines, _ = self.board.run("try")
        self.assertEqual((status, lines[-1]),
                         (1, "the image is for another slot"))
        self.starts("A 1.0.0", "confirmed", "confirmed")

    def test_the_program_and_its_ports_work_in_a_slot(self):
        status, lines, err = self.board.run("check")
        self.assertEqual((status, err), (0, ""))
        self.assertEqual([l for l in lines if l.startswith("BAD")], [])
        self.assertGreater(len([l for l in lines if l.startswith("ok")]), 24)


    def test_flash_is_as_strict_as_the_real_thing(self):
        before = self.board.read(0, SLOT["B"])
        status, _, err = self.board.run("rules")
        self.assertEqual((status, err.splitlines()), (0, [
            "flash: a word was programmed twice",
            "flash: programmed less than a word",
            "flash: programmed less than a word",
            "flash: programmed outside",
            "flash: programmed the bootloader",
            "flash: erased no block",
            "flash: erased no block",
            "flash: erased the bootloader"]))
        self.assertEqual(self.board.read(0, SLOT["B"]), before)
        self.assertEqual(self.board.read(SLOT["B"], BLOCK),
                         (b"\0" * 4).ljust(BLOCK, b"\xff"))


class Damage(BootCase):
    def flip(self, slot, off):
        at = SLOT[slot] + off
        self.board.write(at, bytes([self.board.read(at, 1)[0] ^ 0x10]))

    def test_one_wrong_bit_anywhere_and_the_other_image_starts(self):
        size = len(image("1.1.0-b"))
        self.try_b()
        self.confirm_b()
        for off in (0, 4, 0x100, 0x104, 0x108, 0x10c, 0x110, 0x130,
                    size // 2, size - 33, size - 32, size - 1):
            with self.subTest(off=off):
                before = self.board.read(RECORD, RECORD_SIZE)
                self.flip("B", off)
                self.starts("A 1.0.0", "confirmed", "confirmed")
                self.flip("B", off)
                self.board.write(RECORD, before)
                self.starts("B 1.1.0", "confirmed", "confirmed")

    def test_an_image_damaged_before_its_trial_counts_as_failed(self):
        self.try_b()
        self.flip("B", 0x200)
        self.starts("A 1.0.0, rolled back", "rolled back", "rolled back")

    def test_an_image_damaged_in_its_trial_is_rolled_back(self):
        self.try_b()
        self.starts("B 1.1.0, start 1 of its trial", "trial", "trial")
        self.flip("B", 0x200)
        self.starts("A 1.0.0, rolled back", "rolled back", "rolled back")

    def test_after_the_last_start_it_goes_on_when_the_old_one_is_gone(self):
        self.try_b()
        self.board.write_slot("A", b"")
        for n in (1, 2, 3, 3, 3):
            self.starts(f"B 1.1.0, start {n} of its trial", "trial", "trial")

    def test_an_image_linked_for_the_other_slot_is_not_started(self):
        self.board.write_slot("A", image("1.0.0-b"))
        self.starts("B 1.1.0", "confirmed", "confirmed")

    def test_with_no_image_nothing_is_started(self):
        self.board.write_slot("A", b"")
        self.board.write_slot("B", image("1.1.0-b")[:-1])
        status, lines, err = self.board.run()
        self.assertEqual(lines, ["boot: no image to start"])
        self.assertEqual((status, err), (70, "fault"))

    def test_sizes_in_the_header_are_held_against_the_slot(self):
        for size in (0, 0x100, 0x12c, 0x131, SLOT_SIZE - 31, SLOT_SIZE,
                     0x7fffffff, 0xffffffe0, 0xffffffff):
            self.board.write(SLOT["A"] + 0x104, size.to_bytes(4, "little"))
            with self.subTest(size=size):
                self.starts("B 1.1.0", "confirmed", "confirmed")

    def test_without_a_chip_it_starts_all_the_same(self):
        (self.board.folder / "data.bin").unlink()
        status, lines, err = self.board.run()
        self.assertEqual(lines, ["boot: a flash chip does not answer",
                                 "boot: slot A 1.0.0"])
        self.assertIn("flash: a file is missing", err)
        self.assertEqual(status, 70)

    def test_rubbish_in_the_record_is_no_record(self):
        source = random.Random(SEED)
        for _ in range(5):
            self.board.write(RECORD, source.randbytes(RECORD_SIZE))
            self.starts("A 1.0.0", "confirmed", "trial", argument="try")
            self.starts("B 1.1.0, start 1 of its trial", "trial", "trial")


class PowerLoss(BootCase):
    def starts_any(self):
        """One whole start of either image."""
        status, lines, err = self.board.run()
        self.assertEqual((status, err, len(lines)), (0, "", 3))
        self.assertRegex(lines[0], "^boot: slot (A 1.0.0|B 1.1.0)")
        self.assertRegex(lines[1], f"^app: slot {lines[0][11]}, ")

    def test_killed_while_the_record_changes_it_starts(self):
        """Most kills fall into a write or an erase, which is what the program
        does all the time."""
        source, blocks = random.Random(SEED), set()
        for n in range(KILLS):
            with self.subTest(kill=n, seed=SEED):
                run = self.board.start("churn")
                while "churning" not in run.line():
                    self.assertIsNone(run.process.poll())
                time.sleep(source.uniform(0, 0.05))
                run.kill()
                blocks.add(self.board.read(RECORD, RECORD_SIZE))
                self.starts_any()
        self.assertGreater(len(blocks), KILLS // 2)
        print(f"kills while writing: {KILLS}, bricked: 0")

    def test_killed_in_the_bootloader_it_starts(self):
        source = random.Random(SEED + 1)
        for n in range(KILLS):
            with self.subTest(kill=n, seed=SEED):
                run = self.board.start("try")
                time.sleep(source.uniform(0, 0.25))
                run.kill()
                self.starts_any()
        print(f"kills at any moment: {KILLS}, bricked: 0")

    def test_torn_anywhere_in_the_record_it_starts(self):
        """As if flash stopped in the middle of the newest cell, at each byte,
        or in the middle of erasing a block."""
        self.try_b()
        whole = self.board.read(RECORD, RECORD_SIZE)
        for cut in (*range(0, 17), *range(64, BLOCK, 240)):
            self.board.write(RECORD, whole[:cut].ljust(RECORD_SIZE, b"\xff"))
            with self.subTest(cut=cut):
                self.starts_any()


def main():
    print(f"seed {SEED}")
    program = unittest.main(exit=False, argv=sys.argv, verbosity=1)
    result = program.result
    bad = len(result.failures) + len(result.errors)
    print(f"{max(result.testsRun - bad, 0)} passed, {bad} failed")
    sys.exit(bad != 0)


if __name__ == "__main__":
    main()
