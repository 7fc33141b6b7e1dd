# SPDX-License-Identifier: Apache-2.0
"""The agent with keys: only what was signed for this device is installed."""

import os
import time
import unittest
from pathlib import Path

from agent_case import IMAGE, NAME
from github.sign import Signer, sign
from signed_case import BOARD, OTA, SignedCase


class Update(SignedCase):
    def test_a_signed_release_is_installed(self):
        self.publish_signed()
        result = self.expect(0, "update")
        self.assertEqual(result.err, "")
        self.assertIn("1.1.0 is available (200.0 kB, thermostat-rpi-1.1.0.bin)",
                      result.out)
        self.assertIn("size and SHA-256 are right", result.out)
        self.assertEqual(self.device.active, "b")
        self.assertEqual(self.device.image("b"), IMAGE)

    def test_check_finds_it_and_accepts_its_manifest(self):
        self.publish_signed()
        self.expect(10, "check")
        self.assert_untouched()
        self.assertEqual(len(self.asked("asset")), 1)
        status = self.expect(0, "status", "--json").event("status")
        self.assertEqual(status["seq"], 5)

    def test_slots_take_signed_images_as_well(self):
        self.device.remove()
        self.device = self.make_device(slots=True, slot_size=1 << 20)
        del self.device.conf["asset"]
        self.device.conf["keys"] = self.device.folder / "keys.d"
        self.alice.trust(self.device.conf["keys"])
        self.publish_signed()
        self.expect(0, "update")
        slot = (self.device.folder / "slot-b").read_bytes()
        self.assertEqual(slot[:len(IMAGE)], IMAGE)

    def test_the_daemon_installs_it(self):
        self.publish_signed()
        self.device.conf["interval"] = "2s"
        with self.device.start("run") as daemon:
            end = time.monotonic() + 20
            while "is installed" not in daemon.read():
                self.assertLess(time.monotonic(), end, daemon.read())
                time.sleep(0.05)
            self.assertEqual(daemon.stop()[0], 0)
        self.assertEqual(self.device.image("b"), IMAGE)

    @unittest.skipIf(os.path.exists("/etc/rota/keys.d"), "there are keys")
    def test_without_a_key_it_is_said_that_nothing_is_authenticated(self):
        del self.device.conf["keys"]
        self.device.conf["asset"] = "{board}-*.bin"
        self.publish()
        result = self.expect(0, "update")
        self.assertEqual(
            result.err, "rota: note: no key in /etc/rota/keys.d: a release is "
            "checked for damage, not for who made it; see keys in "
            "rota.conf(5)\n")
        self.assertEqual(self.device.active, "b")
        self.device.conf["keys"] = "none"
        self.assertEqual(self.expect(0, "check").err, "")


class Refusal(SignedCase):
    """Each ends with 30, one line that says why, and nothing written."""

    def refuse(self, *words, error, found=None):
        result = self.expect(30, "update")
        self.assertEqual(result.out, "")
        self.assertEqual(result.err.count("\n"), 1, result.err)
        self.assertIn("rota: manifest: ", result.err)
        for word in words:
            self.assertIn(word, result.err)
        self.assert_untouched()
        self.assertFalse((self.device.root / "b").exists())
        event = self.expect(30, "check", "--json").event("failed")
        self.assertEqual((event["error"], event["exit"], event["state"]),
                         (error, 30, "manifest"))
        # Of each run the manifest alone: no byte of an image.
        self.assertTrue(all(OTA in r["target"] for r in self.asked("asset")))
        self.assertLessEqual(len(self.asked("asset")), 2)

    def test_a_release_signed_by_somebody_else(self):
        self.publish_signed(by=[self.mallory])
        self.refuse("not signed by a key that this device trusts",
                    "no trusted key has signed", error="ESIGNATURE")

    def test_a_signature_over_another_text(self):
        text = self.text()
        line = self.alice.line(text.replace(b'"seq":5', b'"seq":4'))
        self.publish_signed(ota=b"rota1\n" + line + b"\n" + text)
        self.refuse("not signed", error="ESIGNATURE")

    def test_a_manifest_without_signatures(self):
        self.publish_signed(ota=b"rota1\n\n" + self.text())
        self.refuse("the manifest is not valid", error="EMANIFEST")

    def test_a_file_that_is_no_manifest(self):
        self.publish_signed(ota=b"\x7fELF" + os.urandom(500))
        self.refuse("the manifest is not valid", "rota1", "asset names",
                    error="EMANIFEST")

    def test_what_is_too_long_for_a_manifest_is_not_even_fetched(self):
        self.device.conf["asset"] = "{board}-*.bin"
        self.publish_signed()
        self.refuse("the manifest is not valid", "asset names a manifest",
                    error="EMANIFEST")
        self.assertEqual(self.asked("asset"), [])

    def test_another_project(self):
        self.publish_signed(project="acme/boiler")
        self.refuse("made for another project", error="EFOREIGN")

    def test_another_board(self):
        self.publish_signed(board="thermostat-x86")
        self.refuse("made for another board", error="EFOREIGN")

    def test_another_revision_of_the_hardware(self):
        self.publish_signed(hw=[1, 2])
        self.refuse("revision of the hardware", error="EFOREIGN")

    def test_an_expired_one(self):
        self.publish_signed(expires=int(time.time()) - 60)
        self.refuse("the manifest has expired", "publish a fresh one",
                    error="ESTALE")

    def test_one_that_needs_an_intermediate_version(self):
        self.publish_signed(min_version="1.0.5")
        self.refuse("an intermediate version must be installed first",
                    error="ESTEP")

    def test_one_that_needs_what_this_agent_does_not_know(self):
        self.publish_signed(**{"!delta": "bsdiff"})
        self.refuse("the manifest is not valid", error="EMANIFEST")

    def test_another_version_than_the_tags(self):
        self.publish_signed("1.1.0", tag="v1.2.0")
        self.refuse("another version than the tag", error="EMANIFEST")

    def test_two_images_for_a_device_of_one_slot(self):
        self.publish_signed(images={0: ("a.bin", IMAGE), 1: ("b.bin", b"x")})
        self.refuse("lacks a slot", error="EFOREIGN")

    def test_fewer_signatures_than_the_threshold(self):
        self.bob.trust(self.keys)
        self.device.conf["key-threshold"] = 2
        self.publish_signed(by=[self.alice])
        self.refuse("too few trusted keys have signed", error="ESIGNATURE")

    def test_one_key_that_has_signed_twice(self):
        self.bob.trust(self.keys)
        self.device.conf["key-threshold"] = 2
        self.publish_signed(by=[self.alice, self.alice])
        self.refuse("too few trusted keys have signed", error="ESIGNATURE")


class History(SignedCase):
    def accept(self, **changes):
        self.publish_signed(**changes)
        self.expect(0, "update")
        self.device.rota("boot")
        self.expect(0, "confirm")
        self.expect(0, "check", "--json")

    def test_an_older_manifest_does_not_come_back(self):
        self.accept(seq=5)
        self.publish_signed("1.2.0", seq=4)
        result = self.expect(30, "update")
        self.assertIn("older than what this device has accepted before: "
                      "seq is below one accepted before", result.err)
        self.assertEqual(self.device.active, "b")
        self.assertEqual(self.device.image("a"), b"old")

    def test_security_does_not_sink_once_it_is_confirmed(self):
        self.accept(seq=5, security=3)
        status = self.expect(0, "status", "--json").event("status")
        self.assertEqual(status["security"], 3)
        self.publish_signed("1.2.0", seq=6, security=2)
        result = self.expect(30, "update")
        self.assertIn("security is below that of the running image",
                      result.err)
        self.assertEqual(self.device.active, "b")

    def test_a_revoked_key_is_shown_and_signs_no_more(self):
        self.bob.trust(self.keys)
        self.accept(seq=5, revoke=[self.bob.id])
        status = self.expect(0, "status", "--json").event("status")
        self.assertEqual(status["keys_revoked"], [self.bob.id])
        self.assertIn(f"{self.bob.id} (revoked)",
                      self.expect(0, "status").out)
        self.publish_signed("1.2.0", seq=6, by=[self.bob])
        self.assertIn("no trusted key has signed",
                      self.expect(30, "update").err)
        self.assertEqual(self.device.active, "b")

    def test_two_of_two_keys_are_enough(self):
        self.bob.trust(self.keys)
        self.device.conf["key-threshold"] = 2
        self.accept(by=[self.alice, self.bob])
        self.assertEqual(self.device.image("b"), IMAGE)
        self.assertIn("2 of 2 must have signed", self.expect(0, "status").out)

    def test_a_key_can_be_exchanged(self):
        self.bob.trust(self.keys)
        self.publish_signed(by=[self.bob])
        self.expect(0, "update")
        self.assertEqual(self.device.active, "b")

    @unittest.skipIf(os.path.exists("/etc/rota/keys.d"), "there are keys")
    def test_keys_that_are_gone_do_not_open_the_door(self):
        self.accept()
        del self.device.conf["keys"]
        self.device.conf["asset"] = "{board}-*.bin"
        self.publish_signed("1.2.0", seq=6)
        result = self.expect(2, "update")
        self.assertIn("has taken signed releases", result.err)
        self.assertIn("warning ", self.expect(0, "status").out)
        self.assertEqual(self.device.active, "b")
        self.device.conf["keys"] = "none"
        self.expect(0, "update")
        self.assertEqual(self.device.active, "a")


class Held(SignedCase):
    def test_a_rollout_leaves_this_device_out_until_it_grows(self):
        self.publish_signed(seq=5, rollout={"percent": 0, "salt": "s"})
        result = self.expect(0, "update")
        self.assertEqual(result.err, "")
        self.assertEqual(
            result.out, "thermostat 1.1.0 goes to 0 percent of the devices, "
            "not to this one yet\n")
        self.assert_untouched()
        self.assertEqual(self.expect(0, "update").out, result.out)
        held = self.expect(0, "update", "--json").event("held")
        self.assertEqual((held["version"], held["to"]), ("1.1.0", "0 percent"))
        status = self.expect(0, "status", "--json").event("status")
        self.assertTrue(status["held"])
        self.assertIn("held         the newest release",
                      self.expect(0, "status").out)
        self.gh.replace("v1.1.0", OTA, sign(self.text(
            seq=5, rollout={"percent": 100, "salt": "s"}), self.alice),
            new_id=True)
        self.expect(0, "update")
        self.assertEqual(self.device.active, "b")
        status = self.expect(0, "status", "--json").event("status")
        self.assertFalse(status["held"])


class Status(SignedCase):
    def test_it_names_keys_and_what_was_accepted(self):
        before = self.expect(0, "status").out
        self.assertIn(f"keys         {self.alice.id}; 1 of 1 must have signed",
                      before)
        self.assertIn("accepted     no manifest yet", before)
        issued = int(time.time()) - 86400
        self.publish_signed(seq=7, security=2, issued=issued)
        self.expect(0, "update")
        after = self.expect(0, "status").out
        self.assertIn("accepted     seq 7, security 0", after)
        self.assertRegex(after, r"manifest     accepted \d+ s ago, issued "
                         + time.strftime("%Y-%m-%d", time.gmtime(issued)))
        status = self.expect(0, "status", "--json").event("status")
        self.assertEqual(status["keys"], [self.alice.id])
        self.assertEqual(status["keys_revoked"], [])
        self.assertEqual((status["key_threshold"], status["seq"],
                          status["security"], status["issued"],
                          status["held"]), (1, 7, 0, issued, False))
        self.assertLess(status["age_s"], 60)
        self.assertLess(abs(status["accepted"] - time.time()), 60)

    def test_without_keys_it_says_so(self):
        self.device.conf.update(keys="none", asset="x")
        out = self.expect(0, "status").out
        self.assertIn("keys         none, by configuration: releases need "
                      "not be signed", out)
        self.assertNotIn("accepted", out)
        status = self.expect(0, "status", "--json").event("status")
        self.assertEqual((status["keys"], status["age_s"]), ([], None))


class Keys(SignedCase):
    def wrong(self, *words):
        for command in ("check", "status"):
            result = self.expect(2, command)
            self.assertEqual(result.out, "")
            self.assertEqual(result.err.count("\n"), 1, result.err)
            for word in words:
                self.assertIn(word, result.err)

    def test_a_file_that_is_no_key_is_named(self):
        (self.keys / "b.pem").write_text("hello")
        self.wrong(f"keys: {self.keys}/b.pem: no public key in it")

    def test_a_private_key_is_refused(self):
        path = self.keys / "b.pem"
        path.write_bytes(self.bob.private.read_bytes())
        path.chmod(0o600)
        self.wrong("b.pem: a private key, which must not be here")

    def test_a_key_of_another_curve_is_refused(self):
        Signer(self.keyring, "p384", "P-384").trust(self.keys)
        self.wrong("p384.pem: not a P-256 public key")

    def test_a_certificate_is_refused(self):
        (self.keys / "c.pem").write_bytes(
            Path(self.gh.ca_file).read_bytes())
        self.wrong("c.pem: a certificate, not a public key")

    def test_what_others_may_write_is_refused(self):
        (self.keys / "alice.pem").chmod(0o666)
        self.wrong("alice.pem: others than its owner may write it")
        (self.keys / "alice.pem").chmod(0o644)
        self.keys.chmod(0o777)
        self.wrong(f"keys: {self.keys}: others than its owner may write it")

    def test_the_same_key_twice_is_refused(self):
        self.alice.trust(self.keys, "again.pem")
        self.wrong("alice.pem: the same key is there twice")

    def test_a_folder_that_is_named_must_have_keys(self):
        (self.keys / "alice.pem").unlink()
        self.wrong(f"keys: {self.keys}: there is no *.pem file in it")
        self.keys.rmdir()
        self.wrong(f"keys: {self.keys}: it cannot be opened: No such file")

    def test_more_signatures_than_keys_cannot_be_asked_for(self):
        self.device.conf["key-threshold"] = 2
        self.wrong("key-threshold: ", "fewer keys than must have signed")

    def test_board_is_required(self):
        del self.device.conf["board"]
        self.wrong("board is not set; with keys, manifests say which board")


class Verify(SignedCase):
    def test_a_good_one_is_explained(self):
        path = self.write_ota(min_version="0.9.0", hw=[0, 3],
                              expires=4102444800, revoke=[self.bob.id])
        result = self.expect(0, "verify", path)
        self.assertEqual(result.err, "")
        for line in (f"key          {self.alice.id} has signed",
                     "project      acme/thermostat",
                     f"board        {BOARD}",
                     "hw           0 to 3; this device is 0",
                     "version      1.1.0; this device runs 1.0.0",
                     "min_version  0.9.0",
                     "seq          5; accepted so far: 0",
                     "security     1; confirmed so far: 0",
                     "expires      2100-01-01 00:00:00 UTC",
                     "rollout      100 percent of the devices, this one too",
                     "image 0      thermostat-rpi-1.1.0.bin, 200.0 kB",
                     f"revokes      key {self.bob.id}",
                     "ok: this device would install 1.1.0"):
            self.assertIn(line + "\n", result.out)

    def test_json_has_each_field(self):
        path = self.write_ota(security=4)
        result = self.expect(0, "verify", path, "--json")
        event = result.event("verify")
        for name, value in {
                "accepted": True, "error": None, "project": "acme/thermostat",
                "board": BOARD, "version": "1.1.0", "seq": 5, "security": 4,
                "signers": [self.alice.id], "revoke": [], "newer": True,
                "elected": True, "percent": 100, "min_version": None}.items():
            self.assertEqual(event[name], value, name)
        image = result.event("image")
        self.assertEqual((image["id"], image["name"], image["size"]),
                         (0, NAME.format("1.1.0"), len(IMAGE)))
        self.assertIn("would install", result.event("accepted")["text"])

    def test_it_looks_at_this_device(self):
        for changes, words in (
                ({"project": "a/b"}, ("project      a/b; this device is acme/t",
                                      "made for another project")),
                ({"board": "x"}, ("board        x; this device is " + BOARD,
                                  "made for another board")),
                ({"hw": [2, 2]}, ("hw           2 to 2; this device is 0",
                                  "revision of the hardware")),
                ({"expires": 1000000000}, ("2001-09-09", "it has expired")),
                ({"min_version": "1.0.1"}, ("min_version  1.0.1",
                                            "below min_version"))):
            result = self.expect(30, "verify", self.write_ota(**changes))
            for word in words:
                self.assertIn(word, result.out + result.err)
            self.assertIn(OTA + ": ", result.err)
            self.assertNotIn("ok", result.out)

    def test_project_and_hw_can_be_configured(self):
        self.device.conf.update({"project": "acme/boiler", "hw": "2"})
        path = self.write_ota(project="acme/boiler", hw=[2, 2])
        self.expect(0, "verify", path)

    def test_nothing_is_told_of_what_is_not_signed(self):
        path = self.write_ota(by=[self.mallory])
        result = self.expect(30, "verify", path)
        self.assertEqual(result.out, "")
        self.assertIn("no trusted key has signed", result.err)
        event = self.expect(30, "verify", path, "--json").event("failed")
        self.assertEqual((event["error"], event["exit"]), ("ESIGNATURE", 30))
        path.write_bytes(b"rota1\n")
        self.assertIn("not valid", self.expect(30, "verify", path).err)
        path.write_bytes(b"x" * 100_000)
        self.assertIn("not valid", self.expect(30, "verify", path).err)

    def test_it_knows_what_was_accepted_and_what_runs(self):
        self.publish_signed(seq=5)
        self.expect(0, "update")
        result = self.expect(30, "verify", self.write_ota(seq=4))
        self.assertIn("seq          4; accepted so far: 5", result.out)
        self.assertIn("seq is below one accepted before", result.err)
        result = self.expect(0, "verify", self.write_ota("1.0.0", seq=5))
        self.assertIn("ok, but 1.0.0 is not newer than 1.0.0", result.out)

    def test_a_rollout_that_leaves_it_out_is_told(self):
        path = self.write_ota(rollout={"percent": 0, "salt": "s"})
        result = self.expect(0, "verify", path)
        self.assertIn("0 percent of the devices, not yet this one", result.out)
        self.assertIn("may have, but not yet, 1.1.0", result.out)

    def test_images_are_compared(self):
        path, image = self.write_ota(), self.device.folder / NAME.format(
            "1.1.0")
        image.write_bytes(IMAGE)
        result = self.expect(0, "verify", path, image)
        self.assertIn(f"{image} is image 0", result.out)
        image.write_bytes(IMAGE[:-1] + bytes([IMAGE[-1] ^ 1]))
        self.assertIn("another SHA-256",
                      self.expect(26, "verify", path, image).err)
        image.write_bytes(IMAGE[:-1])
        self.assertIn("another size",
                      self.expect(26, "verify", path, image).err)
        other = image.with_name("other.bin")
        other.write_bytes(IMAGE)
        self.assertIn("no image of the manifest has this name",
                      self.expect(26, "verify", path, other).err)
        image.unlink()
        self.assertIn("No such file",
                      self.expect(2, "verify", path, image).err)

    def test_it_changes_nothing_and_asks_nobody(self):
        path = self.write_ota()
        before = sorted(self.device.folder.rglob("*"))
        self.expect(0, "verify", path)
        self.assertEqual(
            [p for p in sorted(self.device.folder.rglob("*"))
             if p.name != "rota.conf"],
            [p for p in before if p.name != "rota.conf"])
        self.assertEqual(list(self.gh.log), [])

    def test_usage(self):
        self.assertIn("name of a manifest", self.expect(2, "verify").err)
        self.assertIn("No such file",
                      self.expect(2, "verify", "/nonexistent").err)
        self.device.conf.update(keys="none", asset="x")
        self.assertIn("there is no key",
                      self.expect(2, "verify", self.write_ota()).err)


if __name__ == "__main__":
    unittest.main()
