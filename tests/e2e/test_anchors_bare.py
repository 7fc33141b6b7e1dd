# SPDX-License-Identifier: Apache-2.0
"""port/anchors.py --bare: what is left of a root, and of which one nothing may
be left out. tests/tls/test_tls_bare.c shakes hands with them."""

import os
import subprocess
import unittest

import test_anchors
from test_anchors import CA, REPO, anchors
import anchors_der

LIMITS = {
    "names": ([CA, "nameConstraints=critical,permitted;DNS:.test"],
              "name constraints"),
    "softly": ([CA, "nameConstraints=permitted;DNS:.test"],
               "name constraints"),
    "short": (["basicConstraints=critical,CA:TRUE,pathlen:0"], "path length"),
    "purpose": ([CA, "extendedKeyUsage=critical,serverAuth"],
                "extended key usage"),
    "policies": ([CA, "policyConstraints=critical,inhibitPolicyMapping:0"],
                 "policy constraints"),
    "strange": ([CA, "1.2.3.4=critical,DER:0500"], "extension, OID 2a0304"),
}


class Bare(test_anchors.AnchorsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, (extensions, _) in LIMITS.items():
            cls.pki.root(name, name.title(), extensions)
        cls.pki.openssl("genpkey", "-algorithm", "RSA", "-pkeyopt",
                        "rsa_keygen_bits:2048", "-out", "keyrsa")
        cls.pki.root("rsa", "Rsa", [CA], key="keyrsa")
        cls.pki.openssl("genpkey", "-algorithm", "ED25519", "-out", "keyed")
        cls.pki.root("edwards", "Edwards", [CA], key="keyed")

    def bare(self, name):
        """In DER."""
        self.make("--bare", "--bundle", "out", *self.pem(name))
        return (self.out / "out").read_bytes()[12:-4]

    def says(self, der, *what):
        """What openssl finds in a certificate."""
        return subprocess.run(
            ["openssl", "x509", "-inform", "DER", "-noout", *what],
            input=der, capture_output=True, check=True).stdout.decode()

    def test_name_key_and_dates_are_the_root_s(self):
        for name in ("one", "rsa", "evil", "large"):
            whole, bare = self.pki.der(name), self.bare(name)
            for what in ("-subject", "-dates", "-pubkey", "-subject_hash"):
                self.assertEqual(self.says(bare, what),
                                 self.says(whole, what))
            for part in anchors.Certificate(whole, name)._fields[1:]:
                self.assertEqual(bare.count(part), 1)

    def test_and_nothing_else(self):
        for name, signed in (("one", "ecdsa-with-SHA256"),
                             ("rsa", "sha256WithRSAEncryption")):
            text = self.says(self.bare(name), "-text")
            self.assertIn("Version: 1 (0x0)", text)
            self.assertIn("Serial Number: 1 (0x1)", text)
            self.assertEqual(text.count(f"Signature Algorithm: {signed}"), 2)
            self.assertRegex(text, r"Signature Value:\s*$")
            self.assertNotIn("X509v3", text)

    def test_what_is_left_out_is_most_of_it(self):
        for name in ("one", "rsa"):
            key = len(anchors.Certificate(self.pki.der(name), name)._fields[3])
            self.assertLess(len(self.bare(name)), key + 150)

    def test_it_is_der_to_the_last_byte(self):
        """Each element's length is in its shortest form: written again, every
        one is as it was."""
        def again(data):
            tag, contents, rest = anchors_der.element(data)
            self.assertEqual(rest, b"")
            parts = [contents]
            if tag & 0x20:
                parts = [again(p) for p in anchors_der.pieces(contents)]
            return anchors_der.encoded(tag, *parts)

        for name in ("one", "rsa", "evil"):
            self.assertEqual(again(self.bare(name)), self.bare(name))

    def test_lengths_are_encoded_as_openssl_does_it(self):
        for size in (0, 1, 127, 128, 255, 256, 65535, 65536):
            (self.out / "in").write_bytes(anchors_der.encoded(4, b"x" * size))
            done = subprocess.run(
                ["openssl", "asn1parse", "-inform", "DER", "-in",
                 self.out / "in"], capture_output=True, check=True)
            head = {0: 2, 1: 2, 127: 2, 128: 3, 255: 3, 256: 4, 65535: 4,
                    65536: 5}[size]
            self.assertRegex(done.stdout.decode(),
                             rf"hl={head} l= *{size} prim: OCTET STRING")

    def test_the_c_arrays_say_so_and_name_the_root(self):
        self.make("--bare", "--c", "roots.c", *self.pem("one"))
        text = (self.out / "roots.c").read_text()
        self.assertRegex(text, r"P-256, until \d{4}-\d\d-\d\d, bare, SHA-256")
        self.assertIn(self.pki.sha256("one"), text)

    def test_a_list_names_the_root_not_what_is_left_of_it(self):
        self.make("--bare", "--sha256", self.pki.sha256("two"), "--bundle",
                  "out", *self.pem("one", "two"))
        self.assertIn(b"Two", (self.out / "out").read_bytes())

    def test_a_root_with_limits_is_refused_and_says_which(self):
        for name, (_, what) in LIMITS.items():
            said = self.refuse("--bare", *self.pem("one", name))
            self.assertIn(f"anchors.py: {name.title()} (", said)
            self.assertIn(f"cannot be bare, or its {what} would be lost",
                          said)
            self.make("--bundle", "out", *self.pem("one", name))
            (self.out / "out").unlink()

    def test_a_key_of_another_kind_is_refused(self):
        self.assertIn("cannot be bare: unknown key",
                      self.refuse("--bare", *self.pem("edwards")))

    def test_what_is_no_ca_does_not_become_one(self):
        for name in ("leaf", "none", "signer"):
            self.assertIn("not a CA",
                          self.refuse("--bare", *self.pem(name)))

    def test_all_of_github_s_roots_can_be_bare(self):
        which = ("--list", REPO / "port/anchors_github.txt",
                 os.environ.get("CA_BUNDLE", anchors.SYSTEM[0]))
        self.make("--bare", "--bundle", "bare", *which)
        self.make("--bundle", "whole", *which)
        bare, whole = ((self.out / name).stat().st_size
                       for name in ("bare", "whole"))
        self.assertLess(bare, whole * 0.6)


if __name__ == "__main__":
    unittest.main()
