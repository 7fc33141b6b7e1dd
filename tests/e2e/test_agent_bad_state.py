# SPDX-License-Identifier: Apache-2.0
"""An update is interrupted, what it left is damaged or another device's, and
the next one must install the right image all the same, or say why not."""

import os
import shutil
import unittest

from agent_case import AgentCase
from device import wait_for

IMAGE = os.urandom(1_600_000)
HALF = 16 << 10  # of the journal


def noise(path):
    path.write_bytes(os.urandom(path.stat().st_size))


def empty(path):
    path.write_bytes(b"")


def cut_short(path):
    path.write_bytes(path.read_bytes()[:path.stat().st_size * 2 // 3])


def prolong(path):
    path.write_bytes(path.read_bytes() + os.urandom(1_000_000))


def erase_some(path):
    data = bytearray(path.read_bytes())
    third = len(data) // 3
    data[third // 4:third] = bytes(third - third // 4)
    path.write_bytes(data)


def of_format(digit):
    def change(path):
        data = path.read_bytes()
        path.write_bytes(data.replace(b"rtj1", b"rtj" + digit))
    return change


def erase_first_half(path):
    data = path.read_bytes()
    path.write_bytes(bytes(HALF) + data[HALF:])


class Interrupted(AgentCase):
    """In the middle of a download, with a checkpoint in the journal."""

    def setUp(self):
        super().setUp()
        self.publish(image=IMAGE)
        self.interrupt()

    def interrupt(self):
        self.gh.fault("stall", 1_200_000)
        with self.device.start("update"):
            self.assertTrue(wait_for(self.parts))
        self.gh.clear_faults()
        self.gh.forget()  # the reply that is never completed

    def keep(self):
        self.kept = self.device.folder.with_suffix(".kept")
        self.addCleanup(shutil.rmtree, self.kept)
        shutil.copytree(self.device.folder, self.kept, symlinks=True)

    def go_back(self):
        """As it was when it was kept."""
        shutil.rmtree(self.device.folder)
        shutil.copytree(self.kept, self.device.folder, symlinks=True)

    @property
    def journal(self):
        return self.device.state / "journal"

    def parts(self):
        """Images of which more came than a checkpoint takes."""
        return [p for p in self.device.root.rglob("*")
                if p.is_file() and p.stat().st_size > 1_000_000]

    def part(self):
        part, = self.parts()
        return part

    def assert_updates(self):
        self.assert_untouched()
        self.expect(0, "update")
        self.assertEqual(self.device.image("b"), IMAGE)
        self.assertEqual(self.device.image("a"), b"old")
        self.assertEqual(self.device.active, "b")

    def test_it_goes_on_when_nothing_is_damaged(self):
        self.assert_updates()
        self.assertRegex(self.asked("asset")[0]["range"], r"bytes=[1-9]")

    def test_a_damaged_journal_starts_over_or_goes_on(self):
        self.keep()
        for change in (noise, empty, cut_short, prolong, erase_some,
                       erase_first_half, of_format(b"0"), of_format(b"2")):
            with self.subTest(change.__name__):
                self.go_back()
                change(self.journal)
                self.assert_updates()

    def test_a_damaged_part_of_an_image_is_never_started(self):
        self.keep()
        for change in (noise, empty, cut_short, prolong, erase_some):
            with self.subTest(change.__name__):
                self.go_back()
                change(self.part())
                self.assert_updates()

    def test_the_journal_of_another_device_splices_nothing(self):
        other = self.make_device()
        journal = self.journal.read_bytes()
        self.assertIn(b"rtj1", journal)
        self.assertEqual(other.rota("check").code, 10)
        (other.state / "journal").write_bytes(journal)
        self.device = other
        self.assert_updates()

    def test_the_part_of_another_image_is_never_spliced(self):
        image = os.urandom(len(IMAGE))
        part = self.part()
        part.write_bytes(image[:part.stat().st_size])
        self.assert_updates()

    def test_a_journal_that_is_no_file_is_27(self):
        self.journal.unlink()
        self.journal.mkdir()
        result = self.expect(27, "update")
        self.assertIn("rota: journal: ", result.err)
        self.assert_untouched()


if __name__ == "__main__":
    unittest.main()
