# SPDX-License-Identifier: Apache-2.0
"""rota-publish: keys and their passphrases, against openssl."""

import hashlib
import json
import os
import re
import resource
import subprocess
import unittest

from publish_case import (ENV, PASSPHRASE, SANITIZED, PublishCase, Terminal,
                          openssl)


# Looks for secrets in the memory of the process in its argument, and for a
# text that is certainly there, to be found by the same way.
SPY = r"""
import json, re, sys
secrets = {k: bytes.fromhex(v) for k, v in
           json.load(open("secrets")).items()}
secrets["the word that must be found"] = b"--sign-" + b"cmd and"
seen, found = 0, []
for line in open(f"/proc/{sys.argv[1]}/maps"):
    start, end, mode = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
    start, end = int(start, 16), int(end, 16)
    try:
        with open(f"/proc/{sys.argv[1]}/mem", "rb") as memory:
            memory.seek(start)
            content = memory.read(end - start)
    except (OSError, ValueError):  # [vvar], [vsyscall]
        continue
    seen += len(content)
    found += [k for k, v in secrets.items() if v in content]
json.dump({"readable": seen > 0, "found": sorted(set(found))},
          open("seen", "w"))
"""


def private_number(path):
    """The private key itself, 32 bytes, from PEM."""
    text = openssl("pkey", "-in", path, "-noout", "-text", "-passin", "stdin",
                   input=PASSPHRASE.encode() + b"\n").decode()
    digits = re.search(r"priv:\n((?: +[0-9a-f:]+\n)+)", text)[1]
    return bytes.fromhex(re.sub("[^0-9a-f]", "", digits))[-32:]


class Keygen(PublishCase):
    def test_a_new_key_is_encrypted_and_its_owners_alone(self):
        self.expect(0, "keygen", "-o", "acme.pem", env=ENV, umask=0)
        self.assertEqual(self.mode("acme.pem"), 0o600)
        self.assertEqual(self.mode("acme.pem.pub"), 0o644)
        pem = self.path("acme.pem").read_text()
        self.assertTrue(pem.startswith("-----BEGIN ENCRYPTED PRIVATE KEY"))
        form = openssl("asn1parse", "-in", self.path("acme.pem")).decode()
        self.assertIn(":aes-256-cbc", form)
        self.assertIn(":hmacWithSHA256", form)
        rounds = re.findall(r"INTEGER +:([0-9A-F]+)\n", form)
        self.assertGreaterEqual(int(rounds[0], 16), 600_000)

    def test_openssl_opens_it_with_the_passphrase_alone(self):
        self.expect(0, "keygen", "-o", "acme.pem", env=ENV)
        how = ["pkey", "-in", self.path("acme.pem"), "-pubout", "-passin",
               "stdin"]
        public = openssl(*how, input=PASSPHRASE.encode() + b"\n")
        self.assertEqual(public, self.path("acme.pem.pub").read_bytes())
        with self.assertRaises(subprocess.CalledProcessError):
            openssl(*how, input=PASSPHRASE[1:].encode() + b"\n")

    def test_the_id_and_the_array_are_those_of_openssls_der(self):
        out = self.expect(0, "keygen", "-o", "acme.pem", env=ENV).out
        der = openssl("pkey", "-pubin", "-in", self.path("acme.pem.pub"),
                      "-outform", "DER")
        self.assertEqual(len(der), 91)
        self.assertIn("key id " + hashlib.sha256(der).hexdigest()[:16], out)
        self.assertIn("static const uint8_t acme_key[91] = {", out)
        array = bytes(int(b, 16) for b in re.findall(r"0x(..),", out))
        self.assertEqual(array, der)

    def test_the_array_compiles(self):
        out = self.expect(0, "keygen", "-o", "2-acme.x.pem", env=ENV).out
        code = "#include <stdint.h>\n" + out[out.index("static const"):]
        self.path("key.c").write_text(code + "int main(void)\n"
                                      "{ return key_2_acme_key[0] - 0x30; }\n")
        subprocess.run(["cc", "-Wall", "-Werror", "key.c", "-o", "key"],
                       cwd=self.folder, check=True)
        self.assertEqual(subprocess.run([self.path("key")]).returncode, 0)

    def test_nothing_is_ever_overwritten(self):
        for name in ("acme.pem", "acme.pem.pub"):
            with self.subTest(name):
                self.path(name).write_text("precious")
                self.refused(27, "keygen", "-o", "acme.pem", env=ENV,
                             saying="never overwritten")
                self.path(name).unlink()

    def test_half_a_pair_is_not_left_behind(self):
        self.path("acme.pem.pub").symlink_to("nowhere")
        self.refused(27, "keygen", "-o", "acme.pem", env=ENV)

    def test_a_full_disk_leaves_no_half_a_key(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        self.refused(27, "keygen", "-o", "acme.pem", env=ENV, limit=limit)

    def test_no_passphrase_must_be_asked_for(self):
        self.refused(31, "keygen", saying="no terminal")
        self.refused(31, "keygen", env={"ROTA_KEY_PASSPHRASE": ""},
                     saying="--no-passphrase")
        self.expect(0, "keygen", "--no-passphrase")
        self.assertEqual(self.mode("rota-key.pem"), 0o600)
        openssl("pkey", "-in", self.path("rota-key.pem"), "-noout")

    def test_a_key_that_cannot_be_opened_is_one_error(self):
        self.expect(0, "keygen", "-o", "a.pem", env=ENV)
        self.refused(31, "key", "a.pem", saying="no terminal")
        self.refused(31, "key", "a.pem", env={"ROTA_KEY_PASSPHRASE": ""},
                     saying="wrong")
        self.refused(27, "key", "a.pem", "--passphrase-file", "none",
                     saying="none: No such file")

    def test_a_file_can_have_the_passphrase(self):
        file = self.path("pass")
        file.write_text(PASSPHRASE + "\r\nsecond line\n")
        file.chmod(0o600)
        quiet = self.expect(0, "keygen", "-o", "a.pem", "--passphrase-file",
                            "pass")
        self.assertEqual(quiet.err, "")
        self.expect(0, "key", "a.pem", env=ENV)
        file.chmod(0o644)
        warned = self.expect(0, "key", "a.pem", "--passphrase-file", "pass")
        self.assertIn("can be read by other users", warned.err)
        self.refused(31, "key", "a.pem",
                     env={"ROTA_KEY_PASSPHRASE": "x" * 2000},
                     saying="too long")

    def test_bad_names_in_c_are_refused(self):
        for name in ("1key", "a-b", "a b", "x" * 64):
            self.refused(2, "keygen", "--no-passphrase", "--name", name)


class OnATerminal(PublishCase):
    def keygen_answering(self, first, second):
        t = Terminal(self.folder, "keygen", "-o", "acme.pem")
        t.answer("New passphrase for acme.pem: ", first)
        if second is not None:
            t.answer("Again, for acme.pem: ", second)
        return t.end()

    def test_the_passphrase_is_asked_twice_and_never_shown(self):
        code, seen = self.keygen_answering(PASSPHRASE, PASSPHRASE)
        self.assertEqual(code, 0, seen)
        self.assertNotIn(PASSPHRASE[:7], seen)
        self.expect(0, "key", "acme.pem", env=ENV)

    def test_two_that_differ_make_no_key(self):
        before = self.snapshot()
        code, seen = self.keygen_answering(PASSPHRASE, PASSPHRASE + "x")
        self.assertEqual(code, 31)
        self.assertIn("differ", seen)
        self.assertEqual(self.snapshot(), before)

    def test_an_empty_one_makes_no_key(self):
        before = self.snapshot()
        code, seen = self.keygen_answering("", None)
        self.assertEqual(code, 31)
        self.assertIn("--no-passphrase", seen)
        self.assertEqual(self.snapshot(), before)

    def test_it_is_asked_once_to_sign(self):
        self.expect(0, "keygen", "-o", "acme.pem", env=ENV)
        self.manifest()
        t = Terminal(self.folder, "sign", "--key", "acme.pem", "m.json", "-o",
                     "m3.ota")
        t.answer("Passphrase of acme.pem: ", PASSPHRASE)
        code, seen = t.end()
        self.assertEqual(code, 0, seen)
        self.expect(0, "verify", "--key", "acme.pem.pub", "m3.ota")

    def test_a_wrong_one_is_an_error_and_not_a_second_question(self):
        self.expect(0, "keygen", "-o", "acme.pem", env=ENV)
        t = Terminal(self.folder, "key", "acme.pem")
        t.answer("Passphrase of acme.pem: ", "wrong")
        code, seen = t.end()
        self.assertEqual(code, 31)
        self.assertIn("wrong", seen)
        self.assertNotIn("Passphrase of", seen)

    def test_an_interrupt_gives_the_echo_back(self):
        t = Terminal(self.folder, "keygen", "-o", "acme.pem")
        t.wait_for("New passphrase for acme.pem: ")
        self.assertFalse(t.echoes())
        t.interrupt()
        t.wait_for("\n")
        self.assertTrue(t.echoes())
        code, _ = t.end()
        self.assertEqual(code, -2)
        self.assertFalse(self.path("acme.pem").exists())

    def test_the_arguments_never_have_it(self):
        t = Terminal(self.folder, "keygen", "-o", "acme.pem")
        t.answer("New passphrase for acme.pem: ", PASSPHRASE)
        t.wait_for("Again")
        for file in ("cmdline", "environ"):
            with open(f"/proc/{t.pid}/{file}", "rb") as f:
                self.assertNotIn(PASSPHRASE.encode(), f.read())
        t.answer("Again, for acme.pem: ", PASSPHRASE)
        self.assertEqual(t.end()[0], 0)


class Secrets(PublishCase):
    def test_a_command_sees_no_passphrase(self):
        self.expect(0, "keygen", "-o", "acme.pem", env=ENV)
        self.keygen("other.pem")
        self.manifest()
        spy = ("env >env; { env; cat /proc/$PPID/environ /proc/$PPID/cmdline; } "
               ">\"$SPY\"; openssl dgst -sha256 -sign other.pem")
        self.expect(0, "sign", "--key", "acme.pem", "--sign-cmd", spy,
                    "--public", "other.pem.pub", "m.json", "-o", "m3.ota",
                    env=dict(ENV, SPY="spy"))
        seen = self.path("spy").read_bytes()
        self.assertIn(b"SPY=spy", seen)
        self.assertIn(b"--sign-cmd", seen)
        self.assertNotIn(PASSPHRASE.encode(), seen)
        self.assertNotIn("ROTA_KEY_PASSPHRASE", self.path("env").read_text())

    def test_no_output_and_no_file_has_it(self):
        result = self.expect(0, "keygen", "-o", "acme.pem", env=ENV)
        self.manifest()
        said = result.out + result.err
        for args in (("sign", "--key", "acme.pem", "m.json", "-o", "m3.ota"),
                     ("key", "acme.pem"),
                     ("sign", "--key", "acme.pem", "m3.ota", "-o", "m3.ota")):
            for more in ((), ("--json",)):
                result = self.expect(0, *args, *more, env=ENV)
                said += result.out + result.err
        self.assertNotIn(PASSPHRASE, said)
        for name, content in self.snapshot().items():
            self.assertNotIn(PASSPHRASE.encode(), content, name)

    def test_what_a_command_is_given_is_tidied_up(self):
        self.keygen()
        self.manifest()
        os.mkdir(self.path("tmp"))
        look = ("stat -c '%a %n' \"$TMPDIR\"/* \"$1\" >looked; "
                "openssl dgst -sha256 -sign key.pem -out \"$2\"")
        self.expect(0, "sign", "--sign-cmd", look, "--public", "key.pem.pub",
                    "m.json", "-o", "m3.ota", env={"TMPDIR": "tmp"})
        self.assertEqual([line.split()[0] for line in
                          self.path("looked").read_text().splitlines()],
                         ["700", "600"])
        self.assertEqual(os.listdir(self.path("tmp")), [])
        self.expect(31, "sign", "--sign-cmd", "exit 3", "--public",
                    "key.pem.pub", "m.json", "-o", "x.ota",
                    env={"TMPDIR": "tmp"})
        self.assertEqual(os.listdir(self.path("tmp")), [])

    @unittest.skipIf(SANITIZED, "sanitizers map too much memory to read")
    def test_memory_has_neither_key_nor_passphrase_after_use(self):
        self.expect(0, "keygen", "-o", "acme.pem", env=ENV)
        self.keygen("plain.pem")
        self.manifest()
        self.path("spy.py").write_text(SPY)
        secrets = {"passphrase": PASSPHRASE.encode(),
                   "PEM": self.path("plain.pem").read_bytes()[40:80],
                   **{key: private_number(self.path(key))
                      for key in ("acme.pem", "plain.pem")}}
        for name, bytes_ in list(secrets.items()):
            secrets[name + " backwards"] = bytes_[::-1]
        self.path("secrets").write_text(json.dumps(
            {k: v.hex() for k, v in secrets.items()}))
        result = self.expect(
            31, "sign", "--key", "acme.pem", "--key", "plain.pem",
            "--sign-cmd", "python3 spy.py $PPID; false", "--public",
            "plain.pem.pub", "m.json", "-o", "m3.ota", env=ENV)
        self.assertTrue(self.path("seen").exists(), result.err)
        seen = json.loads(self.path("seen").read_text())
        if not seen["readable"]:
            self.skipTest("other programs' memory cannot be read here")
        self.assertEqual(seen["found"], ["the word that must be found"])

    def test_no_core_dump_can_have_the_key(self):
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        if hard == 0:
            self.skipTest("core dumps are off for all programs here")

        def limit():
            resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        self.keygen()
        self.manifest()
        self.expect(0, "sign", "--sign-cmd", "ulimit -c >limit; openssl dgst "
                    "-sha256 -sign key.pem", "--public", "key.pem.pub",
                    "m.json", "-o", "m3.ota", limit=limit)
        self.assertEqual(self.path("limit").read_text(), "0\n")


if __name__ == "__main__":
    unittest.main()
