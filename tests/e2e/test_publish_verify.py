# SPDX-License-Identifier: Apache-2.0
"""rota-publish: what a device would say, and how to use the program."""

import base64
import hashlib
import pathlib
import random
import re
import shutil
import subprocess
import unittest

from publish_case import PUBLISH, SANITIZED, TIMEOUT_S, PublishCase


class Verify(PublishCase):
    def verify(self, code, *args, key="key.pem.pub", saying=""):
        result = self.expect(code, "verify", "--key", key, "m3.ota", *args)
        self.assertIn(saying, result.out + result.err)
        return result

    def test_a_device_takes_what_was_signed(self):
        self.release()
        result = self.verify(0, self.image, saying="ok: ")
        self.assertEqual(result.err, "")
        self.assertIn(self.key_id() + ", key.pem.pub: has signed", result.out)
        self.assertIn("1.3.0", result.out)

    def test_a_change_anywhere_is_refused(self):
        ota = self.release()
        good = ota.read_bytes()
        rng = random.Random(7)
        for at in range(0, len(good), 13 if SANITIZED else 2):
            bad = bytearray(good)
            bad[at] ^= 1 << rng.randrange(8)
            ota.write_bytes(bad)
            result = self.run_publish("verify", "--key", "key.pem.pub",
                                      "m3.ota")
            self.assertEqual(result.code, 30, f"byte {at}: {result.out}")
            self.assertEqual(result.out, "")

    def test_a_cut_or_an_addition_anywhere_is_refused(self):
        ota = self.release()
        good = ota.read_bytes()
        bad = [good[:n] for n in range(0, len(good), 7)]
        bad += [good + b"\n", good + b"\0", b"\n" + good, good * 2]
        for content in bad:
            ota.write_bytes(content)
            self.verify(30)

    def test_another_key_has_not_signed(self):
        self.release()
        self.keygen("other.pem")
        self.verify(30, key="other.pem.pub", saying="no trusted key")
        self.verify(0, "--key", "other.pem.pub")
        self.verify(30, "--key", "other.pem.pub", "--threshold", "2",
                    saying="too few")

    def test_a_manifest_that_nobody_signed_is_refused(self):
        self.release()
        shutil.copy(self.path("m.json"), self.path("m3.ota"))
        self.verify(30, saying="rota1")

    def test_a_signature_of_another_manifest_is_refused(self):
        ota = self.release()
        [(key_id, der)], _ = self.split()
        other = self.manifest("--notes", "other", out="other.json")
        ota.write_bytes(b"rota1\nsig %s %s\n\n%s" % (
            key_id.encode(), base64.b64encode(der), other))
        self.verify(30, saying="no trusted key")

    def test_the_device_decides(self):
        self.release("--hw", "2-4", "--security", "7", "--min-version",
                     "1.0.0", "--issued", "2026-01-01", "--expires",
                     "2026-06-01")
        now = ["--now", "2026-05-31T23:59:59Z"]
        good = now + ["--project", "acme/thermostat", "--board", "m3", "--hw",
                      "2", "--running", "1.0.0", "--seq", "42", "--security",
                      "7", "--slot-size", "3000"]
        self.verify(0, *good)
        for option, value, saying in (
                ("--project", "acme/other", "another project"),
                ("--board", "m4", "another board"),
                ("--hw", "1", "hardware"), ("--hw", "5", "hardware"),
                ("--running", "0.9.9", "min_version"),
                ("--seq", "43", "seq"), ("--security", "8", "security"),
                ("--now", "2026-06-01", "expired"),
                ("--slot-size", "2999", "slot"),
                ("--revoked", self.key_id(), "no trusted key")):
            with self.subTest(option, value=value):
                self.verify(30 if option != "--slot-size" else 24, *good,
                            option, value, saying=saying)
        self.verify(30, saying="expired")  # by the clock of today

    def test_images_are_compared(self):
        self.release()
        self.verify(0, self.image)
        good = self.image.read_bytes()
        self.image.write_bytes(bytes([good[0] ^ 1]) + good[1:])
        self.verify(26, self.image, saying="another SHA-256")
        self.image.write_bytes(good + b"\0")
        self.verify(26, self.image, saying="another size")
        self.path("new.bin").write_bytes(good)
        self.verify(26, "new.bin", saying="no image")
        self.verify(27, "none.bin")

    def test_each_field_is_explained(self):
        self.release("--hw", "2-4", "--security", "7", "--min-version",
                     "1.0.0", "--expires", "90d", "--rollout", "10",
                     "--revoke", "0123456789abcdef", "--notes", "hello")
        out = self.verify(0).out
        for line in ("acme/thermostat", "revisions 2 to 4", "1.0.0 and newer",
                     '10% of the devices, chosen by "1.3.0"',
                     "revokes     key 0123456789abcdef", "3000 bytes",
                     hashlib.sha256(self.image.read_bytes()).hexdigest(),
                     "notes       hello"):
            self.assertIn(line, out)

    def test_the_rollout_is_told_for_a_device(self):
        self.release("--rollout", "50")
        told = {i: self.verify(0, "--device-id", f"d{i}", "--json")
                .event("accepted")["elected"] for i in range(24)}
        self.assertEqual(set(told.values()), {True, False})
        for i, elected in told.items():
            digest = hashlib.sha256(b"1.3.0\0" + f"d{i}".encode()).digest()
            self.assertEqual(int.from_bytes(digest[:4], "big") % 100 < 50,
                             elected)

    def test_json_has_it_all(self):
        self.release("--security", "7")
        result = self.verify(0, "--json")
        self.assertEqual([e["event"] for e in result.events],
                         ["signature", "verify", "image", "accepted"])
        fields = result.event("verify")
        self.assertIs(fields["verified"], True)
        self.assertEqual((fields["seq"], fields["security"]), (42, 7))
        self.assertEqual(result.event("image")["size"], 3000)
        failed = self.verify(30, "--json", "--board", "x").events[-1]
        self.assertEqual((failed["event"], failed["exit"]), ("failed", 30))

    def test_what_is_missing_is_said(self):
        self.release()
        for saying, args in {
                "FILE": ["--key", "key.pem.pub"], "--key": ["m3.ota"],
                "--threshold": ["--key", "key.pem.pub", "--threshold", "2",
                                "m3.ota"],
                "the same key": ["--key", "key.pem.pub", "--key", "key.pem",
                                 "m3.ota"],
                "--revoked": ["--key", "key.pem", "--revoked", "x", "m3.ota"],
        }.items():
            self.refused(2, "verify", *args, saying=saying)
        self.refused(27, "verify", "--key", "none", "m3.ota")
        self.refused(27, "verify", "--key", "key.pem", "none.ota")


class Inspect(PublishCase):
    def test_it_says_that_it_trusts_nothing(self):
        ota = self.release()
        ota.write_bytes(ota.read_bytes().replace(b'"seq":42', b'"seq":43'))
        self.expect(30, "verify", "--key", "key.pem.pub", "m3.ota")
        out = self.expect(0, "inspect", "m3.ota").out
        self.assertTrue(out.startswith("NOT VERIFIED"))
        self.assertIn("said to be of key " + self.key_id(), out)
        self.assertNotIn("ok:", out)
        result = self.expect(0, "inspect", "m3.ota", "--json")
        self.assertIs(result.event("inspect")["verified"], False)
        self.assertEqual(result.event("inspect")["seq"], 43)
        self.assertIs(result.event("signature")["verified"], False)

    def test_a_manifest_without_signatures_too(self):
        self.manifest()
        self.assertIn("none", self.expect(0, "inspect", "m.json").out)

    def test_a_terminal_is_safe_from_it(self):
        self.manifest("--notes", "\u202e\u009b31m\x1b]0;title\x07")
        out = self.expect(0, "inspect", "m.json").out
        self.assertTrue(out.isascii())
        self.assertNotRegex(out, "[^ -~\n]")

    def test_any_damage_ends_in_one_line(self):
        ota = self.release("--hw", "1-2", "--rollout", "5", "--notes", "é")
        good = ota.read_bytes()
        rng = random.Random(11)
        seen = set()
        for _ in range(60 if SANITIZED else 400):
            bad = bytearray(good)
            for _ in range(rng.randint(1, 4)):
                at = rng.randrange(len(bad))
                kind = rng.randrange(3)
                if kind == 0:
                    bad[at] = rng.choice(b'\0\n"{}[],:\\ u9-\xff')
                elif kind == 1:
                    del bad[at:at + rng.randrange(40)]
                else:
                    bad[at:at] = bad[at:at + rng.randrange(60)]
            ota.write_bytes(bad)
            result = self.run_publish("inspect", "m3.ota")
            seen.add(result.code)
            self.assertIn(result.code, (0, 25), bytes(bad))
            if result.code:
                self.assertRegex(result.err, r"\Arota-publish: [^\n]+\n\Z")
        self.assertEqual(seen, {0, 25})


class Usage(PublishCase):
    def test_every_command_has_help(self):
        listed = re.findall(r"^  (\w+) ", self.expect(0, "help").out, re.M)
        self.assertLessEqual({"keygen", "key", "manifest", "sign", "verify",
                              "inspect"}, set(listed))
        for command in listed:
            if command in ("help", "version"):
                continue
            out = self.expect(0, command, "--help").out
            self.assertIn("usage: rota-publish " + command, out)
            self.assertEqual(self.expect(0, "help", command).out, out)
            self.assertLess(max(map(len, out.splitlines())), 90)

    def test_wrong_usage_is_said_in_one_line(self):
        for args in ((), ("frob",), ("help", "frob"), ("key",),
                     ("key", "a", "b"), ("keygen", "word"), ("inspect",),
                     ("inspect", "--frob"), ("key", "--json=yes", "x")):
            with self.subTest(args=args):
                self.refused(2, *args)

    def test_errors_are_json_too(self):
        result = self.expect(2, "sign", "--json")
        self.assertEqual(result.events[0]["exit"], 2)
        self.expect(27, "key", "--json", "none")

    def test_words_after_two_dashes_are_no_options(self):
        self.path("-o").write_bytes(b"x")
        self.manifest()
        self.expect(0, "inspect", "--", "m.json")
        self.refused(25, "inspect", "--", "-o")

    def test_the_version_is_told(self):
        self.assertRegex(self.expect(0, "version").out,
                         r"\Arota-publish \d+\.\d+\.\d+\n\Z")


class Readme(PublishCase):
    """What examples/publish/README.md says to type, typed in its order."""

    file = (pathlib.Path(__file__).parents[2] / "examples/publish/README.md")

    def commands(self):
        text = self.file.read_text().replace("\\\n", "")
        for line in re.findall(r"^    (?:\$ )?(\S.*)", text, re.M):
            if re.match("(rota-publish|openssl|sed|sha256sum) ", line):
                if "kms" not in line:  # needs an account
                    yield line

    def test_its_commands_work(self):
        self.image.rename(self.path("thermostat-m3.bin"))
        commands = list(self.commands())
        self.assertGreaterEqual(len(commands), 13, commands)
        script = ["set -e", "rota-publish() {", "  case $1 in keygen) set -- "
                  '"$@" --no-passphrase ;; esac', f'  "{PUBLISH}" "$@"', "}"]
        done = subprocess.run(
            ["bash", "-x", "-c", "\n".join(script + commands)],
            cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("Verified OK", done.stdout)
        self.assertEqual(len(self.split("thermostat-m3.ota")[0]), 2)


if __name__ == "__main__":
    unittest.main()
