# SPDX-License-Identifier: Apache-2.0
"""The agent with images of data: all of a release is switched, or nothing."""

import hashlib
import os
import signal
import unittest
from pathlib import Path

from agent_case import IMAGE, NAME
from device import wait_for
from github.sign import sign
from signed_case import OTA, SignedCase

MAPS, VOICE = os.urandom(150_000), os.urandom(40_001)


def named(files):
    """What tells files apart, short enough for a message of a failure."""
    return {name: (len(data), hashlib.sha256(data).hexdigest()[:16])
            for name, data in files.items()}


class DataCase(SignedCase):
    def setUp(self):
        super().setUp()
        self.device.conf["more-images"] = "maps.db, voice.bin"
        (self.device.root / "a/maps.db").write_bytes(b"old maps")
        (self.device.root / "a/voice.bin").write_bytes(b"old voice")

    @staticmethod
    def images(version="1.1.0", maps=MAPS, voice=VOICE):
        return {0: (NAME.format(version), IMAGE),
                1: (f"maps-{version}.db", maps),
                2: (f"voice-{version}.bin", voice)}

    def publish_data(self, version="1.1.0", **more):
        images = self.images(version, **{k: more.pop(k) for k in
                                         ("maps", "voice") if k in more})
        self.publish_signed(version, images=images, **more)

    def files(self, letter):
        folder = self.device.root / letter
        return named({p.name: p.read_bytes() for p in folder.iterdir()})

    def assert_installed(self, letter, maps=MAPS, voice=VOICE):
        self.assertEqual(self.device.active, letter)
        self.assertEqual(self.files(letter), named({
            "thermostat": IMAGE, "maps.db": maps, "voice.bin": voice}))

    def assert_old(self):
        self.assert_untouched()
        self.assertEqual(self.files("a"), named({
            "thermostat": b"old", "maps.db": b"old maps",
            "voice.bin": b"old voice"}))


class Data(DataCase):
    def test_three_images_come_together(self):
        self.publish_data()
        self.expect(0, "update")
        self.assert_installed("b")
        self.assertEqual((self.device.root / "b/maps.db").stat().st_mode
                         & 0o777, 0o644)
        self.device.rota("boot")
        self.expect(0, "confirm")
        self.publish_data("1.2.0", seq=6, maps=MAPS[:777], voice=b"v")
        self.expect(0, "update")
        self.assert_installed("a", MAPS[:777], b"v")

    def test_a_rollback_brings_the_old_data_back(self):
        self.publish_data()
        self.expect(0, "update")
        self.device.rota("boot")
        self.expect(0, "rollback")
        self.assert_old()

    def test_one_that_is_missing_stops_all(self):
        ota = sign(self.text(images=self.images()), self.alice)
        self.gh.publish("v1.1.0", {
            OTA: ota, NAME.format("1.1.0"): IMAGE, "maps-1.1.0.db": MAPS})
        self.assertIn("no asset of the release matches",
                      self.expect(24, "update").err)
        self.assert_old()

    def test_one_wrong_byte_stops_all(self):
        self.publish_data()
        self.gh.replace("v1.1.0", "voice-1.1.0.bin",
                        VOICE[:-1] + bytes([VOICE[-1] ^ 1]))
        self.expect(26, "update")
        self.assert_old()

    def test_a_release_with_fewer_images_is_refused(self):
        self.publish_signed()
        self.assertIn("a slot of this device gets no image",
                      self.expect(30, "update").err)
        self.assert_old()

    def test_an_update_that_was_killed_goes_on_with_the_image_it_was_at(self):
        self.publish_data()
        part = self.device.root / "b/.maps.db.part"
        self.gh.fault("drip", 50_000)
        with self.device.start("update") as daemon:
            self.assertTrue(wait_for(
                lambda: part.exists() and part.stat().st_size > 60_000, 60))
            daemon.stop(signal.SIGKILL)
        self.gh.clear_faults()
        self.assert_old()
        self.gh.forget()
        self.expect(0, "update")
        self.assert_installed("b")
        self.assertFalse([r for r in self.asked("asset")
                          if NAME.format("1.1.0") in r["target"]])

    def test_a_switch_that_fails_is_made_good_by_the_next_update(self):
        """The data has its names by then; the link must not lead there."""
        self.publish_data()
        in_the_way = self.device.root / "current.new"
        (in_the_way / "x").mkdir(parents=True)
        self.assertIn("the link cannot be changed",
                      self.expect(27, "update").err)
        self.assert_old()
        self.expect(29, "rollback")
        (in_the_way / "x").rmdir()
        in_the_way.rmdir()
        self.expect(0, "update")
        self.assert_installed("b")

    def test_there_is_no_way_back_to_a_mixture(self):
        self.publish_data()
        self.expect(0, "update")
        self.device.rota("boot")
        self.expect(0, "confirm")
        in_the_way = self.device.root / "a/voice.bin"
        in_the_way.unlink()
        (in_the_way / "x").mkdir(parents=True)
        self.publish_data("1.2.0", seq=6, maps=b"new maps")
        self.expect(27, "update")
        self.assertEqual((self.device.root / "a/maps.db").read_bytes(),
                         b"new maps")
        self.expect(29, "rollback")
        self.assert_installed("b")

    def test_what_a_longer_file_left_behind_is_cut_off(self):
        (self.device.root / "b").mkdir()
        for name in (".maps.db.part", ".voice.bin.part", ".thermostat.part"):
            (self.device.root / "b" / name).write_bytes(b"x" * 500_000)
        self.publish_data()
        self.expect(0, "update")
        self.assert_installed("b")

    def test_what_is_in_the_way_of_a_download_is_not_written_through(self):
        (self.device.root / "b").mkdir()
        old = self.device.root / "a/maps.db"
        os.link(old, self.device.root / "b/.maps.db.part")
        (self.device.root / "b/.voice.bin.part").symlink_to("../a/voice.bin")
        self.publish_data()
        self.expect(0, "update")
        self.assert_installed("b")
        self.assertEqual(old.read_bytes(), b"old maps")
        self.assertEqual((self.device.root / "a/voice.bin").read_bytes(),
                         b"old voice")

    def test_verify_wants_an_image_for_each(self):
        path = self.write_ota()
        self.assertIn("a slot of this device gets no image",
                      self.expect(30, "verify", path).err)
        path = self.write_ota(images=self.images())
        out = self.expect(0, "verify", path).out
        self.assertIn("image 1      maps-1.1.0.db, 150.0 kB\n", out)
        self.assertIn("image 2      voice-1.1.0.bin, 40.0 kB\n", out)

    def test_names_are_judged(self):
        for value in ("a,a", "a,", ",a", "a/b", "..", "a,b,c,d", "thermostat"):
            self.device.conf["more-images"] = value
            self.assertIn("more-images: ", self.expect(2, "status").err)


class Roots(DataCase):
    """The roots of TLS may come with a release."""

    def setUp(self):
        super().setUp()
        self.device.conf["ca-image"] = "maps.db"
        self.good = Path(self.gh.ca_file).read_bytes()

    def test_roots_that_came_with_a_release_are_used(self):
        (self.device.root / "a/maps.db").write_bytes(self.good)
        self.device.conf["ca-file"] = "/nonexistent"
        self.publish_data(maps=self.good)
        self.assertEqual(self.expect(0, "update").err, "")
        self.assert_installed("b", maps=self.good)
        self.device.rota("boot")
        self.expect(0, "confirm")
        (self.device.root / "a/maps.db").unlink()
        self.assertEqual(self.expect(0, "check").err, "")

    def test_damaged_ones_are_noted_and_the_others_used(self):
        self.publish_data()
        result = self.expect(10, "check")
        self.assertEqual(result.err, "rota: note: ca-image: maps.db: there is "
                         "no certificate in it; ca-file it is\n")
        (self.device.root / "a/maps.db").unlink()
        self.assertIn("note: ca-image: maps.db: No such file",
                      self.expect(10, "check").err)

    def test_it_must_be_one_of_more_images(self):
        self.device.conf["ca-image"] = "roots.pem"
        self.assertIn("ca-image: roots.pem: is none of more-images",
                      self.expect(2, "check").err)


if __name__ == "__main__":
    unittest.main()
