# SPDX-License-Identifier: Apache-2.0
"""rota-publish: signatures, against openssl."""

import base64
import json
import os
import resource
import shutil
import subprocess
import unittest

from publish_case import ENV, FACTS, PASSPHRASE, PublishCase, openssl


class Sign(PublishCase):
    def test_openssl_accepts_what_we_sign(self):
        self.keygen()
        lengths = set()
        for seq in range(1, 13):
            self.path("m.json").unlink(missing_ok=True)
            self.expect(0, "manifest", *FACTS, "--seq", seq, self.image, "-o",
                        "m.json")
            self.expect(0, "sign", "--key", "key.pem", "m.json", "-o",
                        "m3.ota")
            [(key_id, der)], text = self.split()
            self.assertEqual(text, self.path("m.json").read_bytes())
            self.assertEqual(key_id, self.key_id())
            self.assertTrue(self.openssl_verifies("key.pem.pub", der, text))
            self.assertFalse(self.openssl_verifies("key.pem.pub", der,
                                                   text + b"\n"))
            lengths.add(len(der))
        self.assertLessEqual(max(lengths), 72)

    def test_a_shell_can_take_it_apart(self):
        self.release()
        done = subprocess.run(
            "sed '1,/^$/d' m3.ota >signed; sed -n '2s/^sig [0-9a-f]* //p' "
            "m3.ota | base64 -d >sig; openssl dgst -sha256 -verify "
            "key.pem.pub -signature sig signed",
            shell=True, cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.stdout, "Verified OK\n")

    def forms(self, der):
        """A signature in every form that tools write."""
        text = base64.b64encode(der)
        r_len = der[3]
        r, s = der[4:4 + r_len], der[6 + r_len:]
        raw = b"".join(n[-32:].rjust(32, b"\0") for n in (r, s))
        wrapped = b"\n".join(text[i:i + 64] for i in range(0, len(text), 64))
        legacy = {"base64Signature": text.decode(), "cert": "LS0t",
                  "rekorBundle": {"SignedEntryTimestamp": "x"}}
        bundle = {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {"publicKey": {"hint": "x"}},
            "messageSignature": {
                "messageDigest": {"algorithm": "SHA2_256", "digest": "AA=="},
                "signature": text.decode()}}
        return {"DER": der, "base64": text, "base64 and a newline":
                text + b"\n", "base64 in lines": wrapped + b"\r\n",
                "r and s": raw, "r and s in base64": base64.b64encode(raw),
                "legacy bundle": json.dumps(legacy).encode(),
                "bundle": json.dumps(bundle).encode(),
                "bundle with space": json.dumps(bundle, indent=2).encode()}

    def test_what_openssl_signs_is_taken_in_every_form(self):
        self.keygen()
        text = self.manifest()
        for form, content in self.forms(self.openssl_signs()).items():
            with self.subTest(form):
                self.path("sig").write_bytes(content)
                self.expect(0, "sign", "--signature", "sig", "--public",
                            "key.pem.pub", "m.json", "-o", "m3.ota")
                [(key_id, der)], signed = self.split()
                self.assertEqual(signed, text)
                self.assertTrue(self.openssl_verifies("key.pem.pub", der,
                                                      text))
                self.expect(0, "verify", "--key", "key.pem.pub", "m3.ota")
                self.path("m3.ota").unlink()

    def test_other_forms_are_no_signature(self):
        self.keygen()
        self.manifest()
        der = self.openssl_signs()
        good = base64.b64encode(der).decode()
        deep = []
        for _ in range(40):
            deep = [deep]
        bad = [b"", b"\n", b"x", der + b"\0", der[:-1], b"\0" * 73,
               good[:-4].encode(), good.replace("M", "*").encode(),
               b"{}", b'{"base64Signature":1}', b'{"messageSignature":{}}',
               b'{"base64Signature":"' + good.encode(),
               b'{"base64Signature":""}', b"[" * 60_000, b"[" * 100_000,
               json.dumps({"base64Signature": good, "x": deep}).encode(),
               json.dumps({"messageSignature": [good]}).encode(),
               json.dumps({"signature": {"signature": good}}).encode(),
               f'{{"base64Signature":"{good}","base64Signature":"{good}"}}'
               .encode()]
        for content in bad:
            with self.subTest(content=content[:60]):
                self.path("sig").write_bytes(content)
                self.refused(25, "sign", "--signature", "sig", "--public",
                             "key.pem.pub", "m.json", "-o", "m3.ota")

    def test_a_signature_that_is_not_right_is_never_written(self):
        self.keygen()
        self.keygen("other.pem")
        self.manifest()
        self.path("other.json").write_bytes(b'{"rota":1,"x":2}')
        others = {"of other bytes": self.openssl_signs(text="other.json"),
                  "of another key": self.openssl_signs("other.pem")}
        for why, der in others.items():
            for form, content in self.forms(der).items():
                with self.subTest(why, form=form):
                    self.path("sig").write_bytes(content)
                    self.refused(31, "sign", "--signature", "sig", "--public",
                                 "key.pem.pub", "m.json", "-o", "m3.ota",
                                 saying="not one of a --public key")

    def test_a_command_can_sign(self):
        self.keygen()
        self.manifest()
        sign = "openssl dgst -sha256 -sign key.pem"
        commands = {
            "file to stdout": sign + ' "$1"',
            "stdin to stdout": sign,
            "to a file": sign + ' -out "$2" "$1"; echo noise',
            "base64": sign + ' "$1" | base64',
        }
        for how, command in commands.items():
            with self.subTest(how):
                self.expect(0, "sign", "--sign-cmd", command, "--public",
                            "key.pem.pub", "m.json", "-o", "m3.ota")
                self.expect(0, "verify", "--key", "key.pem", "m3.ota")
                self.path("m3.ota").unlink()

    def test_a_command_that_fails_signs_nothing(self):
        self.keygen()
        self.manifest()
        for command, code, saying in (
                ("exit 3", 31, "exit code 3"), ("kill -9 $$", 31, "signal 9"),
                ("/nowhere/to/be/found 2>/dev/null", 31, "exit code 127"),
                ("true", 25, "no signature"), ("echo hello", 25, "signature"),
                ("head -c 100000 /dev/zero", 25, "longer")):
            with self.subTest(command):
                result = self.expect(
                    code, "sign", "--sign-cmd", command, "--public",
                    "key.pem.pub", "m.json", "-o", "m3.ota")
                self.assertIn(saying, result.err)
                self.assertFalse(self.path("m3.ota").exists())

    @unittest.skipUnless(shutil.which("cosign"), "no cosign")
    def test_cosign_can_sign(self):
        env = {"COSIGN_PASSWORD": "x"}
        subprocess.run(["cosign", "generate-key-pair"], cwd=self.folder,
                       env=dict(os.environ, **env), check=True)
        self.manifest()
        config = subprocess.run(
            ["cosign", "signing-config", "create", "--out", "no-log.json"],
            cwd=self.folder, capture_output=True)
        no_log = ("--tlog-upload=false" if config.returncode  # cosign 2
                  else "--signing-config no-log.json")
        command = ("cosign sign-blob --yes --key cosign.key " + no_log +
                   ' --bundle "$2" "$1" >&2')
        self.expect(0, "sign", "--sign-cmd", command, "--public",
                    "cosign.pub", "m.json", "-o", "m3.ota", env=env)
        self.expect(0, "verify", "--key", "cosign.pub", "m3.ota")

    def test_two_steps_on_two_machines(self):
        self.keygen()
        self.manifest(out="ci.json")
        self.path("offline").mkdir()
        self.path("ci.json").rename(self.path("offline/ci.json"))
        self.expect(0, "sign", "--key", "key.pem", "offline/ci.json", "-o",
                    "offline/m3.ota")
        self.expect(0, "verify", "--key", "key.pem.pub", "offline/m3.ota",
                    self.image)

    def test_a_second_key_leaves_the_signed_bytes_as_they_are(self):
        self.release("--notes", 'ä "quoted" \\ \t')
        self.keygen("two.pem")
        before, text = self.split()
        self.expect(0, "sign", "--key", "two.pem", "m3.ota", "-o", "m3.ota")
        after, same = self.split()
        self.assertEqual(same, text)
        self.assertEqual(same, self.path("m.json").read_bytes())
        self.assertEqual(after[:1], before)
        self.assertEqual(after[1][0], self.key_id("two.pem.pub"))
        both = ["--key", "key.pem.pub", "--key", "two.pem.pub"]
        self.expect(0, "verify", *both, "--threshold", "2", "m3.ota")

    def test_two_keys_at_once(self):
        self.keygen()
        self.keygen("two.pem")
        self.manifest()
        self.expect(0, "sign", "--key", "key.pem", "--sign-cmd",
                    "openssl dgst -sha256 -sign two.pem", "--public",
                    "two.pem.pub", "m.json", "-o", "m3.ota")
        self.assertEqual([i for i, _ in self.split()[0]],
                         [self.key_id(), self.key_id("two.pem.pub")])
        self.expect(0, "verify", "--key", "key.pem.pub", "--key",
                    "two.pem.pub", "--threshold", "2", "m3.ota")

    def test_the_same_key_signs_once(self):
        self.release()
        before = self.path("m3.ota").read_bytes()
        result = self.expect(0, "sign", "--key", "key.pem", "m3.ota", "-o",
                             "m3.ota")
        self.assertIn("had signed before", result.err)
        self.assertEqual(self.path("m3.ota").read_bytes(), before)

    def test_a_wrong_signature_of_the_key_is_replaced(self):
        ota = self.release()
        [(key_id, _)], text = self.split()
        self.path("other.json").write_bytes(b"other")
        wrong = base64.b64encode(self.openssl_signs(text="other.json"))
        ota.write_bytes(b"rota1\nsig %s %s\n\n%s"
                        % (key_id.encode(), wrong, text))
        self.expect(30, "verify", "--key", "key.pem.pub", "m3.ota")
        self.expect(0, "sign", "--key", "key.pem", "m3.ota", "-o", "m3.ota")
        self.assertEqual(len(self.split()[0]), 1)
        self.expect(0, "verify", "--key", "key.pem.pub", "m3.ota")

    def test_a_fifth_signature_is_refused(self):
        self.release()
        for i in range(1, 4):
            self.keygen(f"{i}.pem")
            self.expect(0, "sign", "--key", f"{i}.pem", "m3.ota", "-o",
                        "m3.ota")
        self.keygen("4.pem")
        self.refused(2, "sign", "--key", "4.pem", "m3.ota", "-o", "m3.ota",
                     saying="no room")

    def test_only_what_a_device_takes_is_signed(self):
        self.keygen()
        good = self.manifest()
        bad = [b"", b"{}", good + b",", good + b"\n{}", b" " + good,
               good.replace(b'"rota":1', b'"rota":2'),
               good.replace(b'"seq":42,', b""),
               good.replace(b'"seq":42', b'"seq":42,"seq":43'),
               good.replace(b'"raw"', b'"zip"'), b"rota1\n\n" + good,
               b"rota1\n" + good, b"rota1\nsig x\n\n" + good,
               good[:-1] + b',"!new":1}', good[:-1], good + b" " * 2000]
        for content in bad:
            with self.subTest(content=content[:90]):
                self.path("bad.json").write_bytes(content)
                self.refused(25, "sign", "--key", "key.pem", "bad.json", "-o",
                             "m3.ota")
                self.refused(25, "sign", "--sign-cmd", "touch asked",
                             "--public", "key.pem.pub", "bad.json", "-o",
                             "m3.ota")

    def test_keys_in_every_pem(self):
        ec = self.path("ec.pem")
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", ec)
        self.assertIn("EC PARAMETERS", ec.read_text())
        password = ["-passout", "pass:" + PASSPHRASE]
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", ec, "-out",
                self.path("pkcs8.pem"))
        openssl("pkcs8", "-topk8", "-in", ec, "-out",
                self.path("encrypted.pem"), *password)
        openssl("pkcs8", "-topk8", "-scrypt", "-in", ec, "-out",
                self.path("scrypt.pem"), *password)
        openssl("ec", "-aes256", "-in", ec, "-out", self.path("old.pem"),
                *password)
        openssl("ec", "-in", ec, "-conv_form", "compressed", "-out",
                self.path("compressed.pem"))
        openssl("pkey", "-in", ec, "-pubout", "-out", self.path("ec.pub"))
        openssl("pkey", "-in", ec, "-pubout", "-outform", "DER", "-out",
                self.path("ec.der"))
        openssl("ec", "-in", ec, "-pubout", "-conv_form", "compressed",
                "-out", self.path("compressed.pub"))
        self.manifest()
        expected = self.key_id("ec.pub")
        for name in ("ec", "pkcs8", "encrypted", "scrypt", "old",
                     "compressed"):
            with self.subTest(name):
                self.expect(0, "sign", "--key", name + ".pem", "m.json", "-o",
                            "m3.ota", env=ENV)
                self.assertEqual(self.split()[0][0][0], expected)
                for public in ("ec.pub", "ec.der", "compressed.pub"):
                    self.expect(0, "verify", "--key", public, "m3.ota")
        self.refused(31, "sign", "--key", "encrypted.pem", "m.json", "-o",
                     "x.ota", env={"ROTA_KEY_PASSPHRASE": "wrong"},
                     saying="passphrase is wrong")
        self.refused(31, "sign", "--key", "old.pem", "m.json", "-o", "x.ota",
                     env={"ROTA_KEY_PASSPHRASE": "wrong"},
                     saying="passphrase is wrong")

    def test_other_keys_are_refused(self):
        self.keygen()
        self.manifest()
        make = {"rsa": ["genrsa", "2048"],
                "p384": ["ecparam", "-name", "secp384r1", "-genkey"],
                "k1": ["ecparam", "-name", "secp256k1", "-genkey"],
                "ed": ["genpkey", "-algorithm", "ed25519"]}
        for name, how in make.items():
            with self.subTest(name):
                self.path("x.pem").write_bytes(openssl(*how))
                self.refused(31, "sign", "--key", "x.pem", "m.json", "-o",
                             "m3.ota", saying="P-256")
                self.refused(31, "key", "x.pem", saying="P-256")
        texts = {"is a public key": self.path("key.pem.pub").read_text(),
                 "cosign": "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n"
                           "AAAA\n"
                           "-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n",
                 "no private key": "hello\n"}
        for saying, text in texts.items():
            with self.subTest(saying):
                self.path("x.pem").write_text(text)
                self.refused(31, "sign", "--key", "x.pem", "m.json", "-o",
                             "m3.ota", saying=saying)
        self.path("x.pem").write_bytes(b"\0" * 40_000)
        self.refused(25, "key", "x.pem", saying="longer")

    def test_what_is_missing_is_said(self):
        self.keygen()
        self.manifest()
        for saying, args in {
                "MANIFEST": ["--key", "key.pem", "-o", "x"],
                "-o": ["--key", "key.pem", "m.json"],
                "--key": ["m.json", "-o", "x"],
                "--public": ["--sign-cmd", "true", "m.json", "-o", "x"],
                "unknown option": ["--frob", "m.json"],
                "needs a value": ["m.json", "--key"]}.items():
            with self.subTest(saying):
                self.refused(2, "sign", *args, saying=saying)

    def test_an_output_that_cannot_be_written_is_left_alone(self):
        ota = self.release()
        before = ota.read_bytes()
        self.keygen("two.pem")

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        self.expect(27, "sign", "--key", "two.pem", "m3.ota", "-o", "m3.ota",
                    limit=limit)
        self.assertEqual(ota.read_bytes(), before)
        self.refused(27, "sign", "--key", "key.pem", "m.json", "-o",
                     "no/such/folder/m3.ota")


if __name__ == "__main__":
    unittest.main()
