# SPDX-License-Identifier: Apache-2.0
"""port/anchors.py: from PEM to C arrays and bundles, and what it refuses."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

REPO = pathlib.Path(__file__).resolve().parents[2]
TOOL = REPO / "port/anchors.py"
CA = "basicConstraints=critical,CA:TRUE"
FLAGS = ["-std=c11", "-Wall", "-Wextra", "-pedantic", "-Wconversion",
         "-Wshadow", "-Wmissing-prototypes", "-Werror"]
DAY = 86400

# Prints the arrays as hexadecimal digits, a line each.
DUMP = """
#include <stdio.h>
#include "roots.h"

int main(void)
{
    for (size_t i = 0; i < my_roots_count; i++, putchar('\\n'))
        for (size_t k = 0; k < my_roots[i].len; k++)
            printf("%02x", my_roots[i].der[k]);
    return 0;
}
"""

sys.path.insert(0, str(TOOL.parent))
import anchors  # noqa: E402


class Pki:
    """Certificates made for this run, each once: NAME.pem and NAME.der."""

    def __init__(self, folder):
        self.folder = folder
        self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-out", "key")
        for name, extensions in (
                ("one", [CA, "keyUsage=keyCertSign,cRLSign"]),
                ("two", [CA]), ("leaf", ["basicConstraints=CA:FALSE"]),
                ("none", ["nsComment=x"]),
                ("signer", [CA, "keyUsage=digitalSignature"])):
            self.root(name, name.title(), extensions)
        self.root("other", "One", [CA])
        self.crossed("cross", "Two", "one")
        self.root("evil", "*/ int x; /* \\\\ ??/", [CA])
        self.root("old", "Old", [CA], days=10)
        self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                     "ec_paramgen_curve:P-521", "-out", "key521")
        self.root("large", "Large", [CA], key="key521")

    def openssl(self, *args):
        done = subprocess.run(["openssl", *args], cwd=self.folder,
                              capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(done.stderr)

    def root(self, name, common, extensions, days=3650, key="key"):
        config = self.folder / "req.cnf"
        config.write_text("[req]\ndistinguished_name=dn\nprompt=no\n"
                          "x509_extensions=ext\n[dn]\nO=rota test\nCN="
                          f"{common}\n[ext]\n" + "\n".join(extensions) + "\n")
        self.openssl("req", "-x509", "-key", key, "-days", str(days),
                     "-config", "req.cnf", "-out", f"{name}.pem")
        self.openssl("x509", "-in", f"{name}.pem", "-outform", "DER",
                     "-out", f"{name}.der")

    def crossed(self, name, common, issuer):
        """A CA of this name that another has signed."""
        (self.folder / "ext").write_text(CA + "\n")
        self.openssl("req", "-new", "-key", "key", "-subj",
                     f"/O=rota test/CN={common}", "-out", "csr")
        self.openssl("x509", "-req", "-in", "csr", "-CA", f"{issuer}.pem",
                     "-CAkey", "key", "-CAcreateserial", "-days", "3650",
                     "-extfile", "ext", "-out", f"{name}.pem")
        self.openssl("x509", "-in", f"{name}.pem", "-outform", "DER",
                     "-out", f"{name}.der")

    def path(self, name):
        return str(self.folder / f"{name}.pem")

    def der(self, name):
        return (self.folder / f"{name}.der").read_bytes()

    def sha256(self, name):
        return anchors.Certificate(self.der(name), name).sha256


class AnchorsCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="rota-anchors-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.pki = Pki(pathlib.Path(cls.folder.name))

    def setUp(self):
        out = tempfile.TemporaryDirectory(prefix="rota-anchors-out-")
        self.addCleanup(out.cleanup)
        self.out = pathlib.Path(out.name)

    def run_tool(self, *args, date=None):
        env = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
        env.pop("SOURCE_DATE_EPOCH", None)
        if date is not None:
            env["SOURCE_DATE_EPOCH"] = str(int(date))
        return subprocess.run([sys.executable, TOOL, *map(str, args)],
                              cwd=self.out, env=env, capture_output=True,
                              text=True, timeout=60)

    def make(self, *args, **more):
        done = self.run_tool(*args, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done.stderr

    def refuse(self, *args, **more):
        """What it says, and that nothing was written."""
        done = self.run_tool(*args, "--bundle", "out", "--c", "c", **more)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        self.assertEqual(list(self.out.iterdir()), [])
        return done.stderr

    def pem(self, *names):
        return [self.pki.path(name) for name in names]

    def bundled(self, *names):
        self.assertEqual((self.out / "out").read_bytes(),
                         anchors.bundle([self.pki.der(n) for n in names]))


class Written(AnchorsCase):
    def test_the_c_arrays_compile_and_hold_the_certificates(self):
        self.make("--name", "my_roots", "--c", "roots.c", "--header",
                  "roots.h", *self.pem("one", "evil", "two"))
        (self.out / "dump.c").write_text(DUMP)
        cc = os.environ.get("CC", "gcc")
        done = subprocess.run(
            [cc, *FLAGS, "-I", REPO / "include", "dump.c", "roots.c", "-o",
             "dump"], cwd=self.out, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        printed = subprocess.run([self.out / "dump"], capture_output=True,
                                 text=True, check=True).stdout.split()
        self.assertEqual(printed, [self.pki.der(n).hex()
                                   for n in ("one", "evil", "two")])

    def test_names_fingerprints_and_last_days_are_comments(self):
        self.make("--c", "roots.c", *self.pem("one"))
        text = (self.out / "roots.c").read_text()
        until = time.strftime("%Y-%m-%d",
                              time.gmtime(time.time() + 3650 * DAY))
        for part in ("O=rota test, CN=One", "P-256", self.pki.sha256("one")):
            self.assertIn(part, text)
        self.assertRegex(text, r"until \d{4}-\d\d-\d\d")
        self.assertIn(until[:7], text)

    def test_the_same_input_makes_the_same_output(self):
        for number in "12":
            self.make("--c", f"c{number}", "--bundle", f"b{number}",
                      "--header", f"h{number}", *self.pem("two", "one"))
        for kind in "cbh":
            self.assertEqual((self.out / f"{kind}1").read_bytes(),
                             (self.out / f"{kind}2").read_bytes())

    def test_a_bundle_has_the_bytes_of_the_specification(self):
        text = (REPO / "core/SPEC.md").read_text()
        part = text.split("### Bundle of roots: test vector")[1]
        lines = re.findall(r"^    [0-9a-f]{4}: ([0-9a-f ]+?)(?:  ;.*)?$",
                           part.split("\n#")[0], re.MULTILINE)
        ders = [bytes.fromhex("30030201" + n) for n in ("01", "02")]
        self.assertEqual(anchors.bundle(ders),
                         bytes.fromhex("".join(lines)))

    def test_a_bundle_holds_the_certificates_in_their_order(self):
        self.make("--bundle", "out", *self.pem("two", "one"))
        self.bundled("two", "one")
        data = (self.out / "out").read_bytes()
        self.assertIn(self.pki.der("two") + self.pki.der("one"), data)

    def test_several_in_one_file_with_text_between_them(self):
        text = "# roots\n" + "\n\nsome text\n".join(
            pathlib.Path(p).read_text() for p in self.pem("one", "two"))
        (self.out / "all.pem").write_bytes(
            text.replace("\n", "\r\n").encode())
        self.make("--bundle", "out", "all.pem")
        self.bundled("one", "two")


class Chosen(AnchorsCase):
    def test_by_name_by_subject_and_by_fingerprint(self):
        every = self.pem("one", "two", "evil")
        self.make("--subject", "Two", "--bundle", "out", *every)
        self.bundled("two")
        self.make("--subject", "O=rota test, CN=Two", "--bundle", "out",
                  *every)
        self.bundled("two")
        colons = re.sub("(..)(?!$)", r"\1:", self.pki.sha256("one").upper())
        self.make("--sha256", colons, "--bundle", "out", *every)
        self.bundled("one")

    def test_a_list_gives_the_order(self):
        (self.out / "list").write_text(
            "# comment\n\noptional - Nobody\n"
            f"required {self.pki.sha256('two')} Two\n"
            "required - O=rota test, CN=One\n")
        said = self.make("--list", "list", "--bundle", "out",
                         *self.pem("one", "two"))
        self.bundled("two", "one")
        self.assertRegex(said, r"(?m)^anchors.py: warning: Nobody: not there")

    def test_a_required_one_that_is_missing_is_an_error(self):
        for args in (("--subject", "On"), ("--sha256", "00" * 32)):
            self.assertIn(": not there", self.refuse(
                *args, *self.pem("one")))

    def test_one_of_the_same_name_is_not_the_one(self):
        listed = self.pki.folder / "same.txt"
        for word in ("required", "optional"):
            listed.write_text(f"{word} {self.pki.sha256('one')} One\n")
            said = self.refuse("--list", listed, *self.pem("other"))
            self.assertIn("but it is another", said)

    def test_without_a_fingerprint_only_a_root_will_do(self):
        listed = self.pki.folder / "root.txt"
        listed.write_text("required - Two\n")
        self.assertIn("not there", self.refuse(
            "--list", listed, *self.pem("cross", "one")))
        self.make("--list", listed, "--bundle", "out",
                  *self.pem("cross", "two"))
        self.bundled("two")

    def test_a_name_that_two_have_is_no_choice(self):
        said = self.refuse("--subject", "One", *self.pem("one", "other"))
        self.assertIn(self.pki.sha256("other"), said)

    def test_without_an_output_all_are_listed_with_their_faults(self):
        done = self.run_tool(*self.pem("one", "leaf"))
        self.assertEqual(done.returncode, 0)
        one, leaf = done.stdout.splitlines()
        self.assertTrue(one.startswith(self.pki.sha256("one")))
        self.assertTrue(leaf.endswith("CN=Leaf  (not a CA)"))

    def test_another_bundle_lacks_github_s_roots_and_says_which(self):
        said = self.refuse("--list", REPO / "port/anchors_github.txt",
                           *self.pem("one", "two"))
        for name in ("ISRG Root X1", "USERTrust ECC Certification Authority"):
            self.assertIn(f"anchors.py: {name}: not there", said)
        for name in ("Root YE", "Root YR", "DigiCert Global Root CA"):
            self.assertRegex(said, f"warning: .*{name}: not there, left out")

    def test_github_s_list_can_be_read(self):
        wanted = anchors.wanted_list(REPO / "port/anchors_github.txt")
        self.assertEqual(len(wanted), 11)
        self.assertEqual(len({str(w) for w in wanted}), 11)
        self.assertEqual({w.optional for w in wanted if not w.sha256}, {True})


class Refused(AnchorsCase):
    def test_what_is_no_ca(self):
        for name in ("leaf", "none", "signer"):
            said = self.refuse(*self.pem("one", name))
            self.assertIn("not a CA", said)
            self.assertIn(name.title(), said)

    def test_what_has_expired_or_is_not_valid_yet(self):
        now = time.time()
        self.assertIn("expired on", self.refuse(*self.pem("old"),
                                                date=now + 11 * DAY))
        self.assertIn("not valid before", self.refuse(*self.pem("old"),
                                                      date=now - DAY))
        self.assertIn("warning: Old", self.make("--bundle", "out",
                                                *self.pem("old")))

    def test_the_same_twice(self):
        self.assertIn("twice", self.refuse(*self.pem("one", "two", "one")))

    def test_every_fault_is_told_at_once(self):
        said = self.refuse("--subject", "Leaf", "--subject", "Nobody",
                           *self.pem("leaf", "one"))
        self.assertEqual(len(said.splitlines()), 2, said)

    def test_damaged_files_say_where(self):
        good = pathlib.Path(self.pki.path("one")).read_text()
        body = good.splitlines()
        bad = {"cut": good[:-30], "empty": "", "text": "hello\n",
               "short": "\n".join(body[:2] + body[-1:]),
               "letters": good.replace(body[1], "?" * 64),
               "extra": good.replace(body[1], "!" + body[1]),
               "second": good + good[:-30]}
        for name, text in bad.items():
            path = self.pki.folder / f"bad-{name}"
            path.write_text(text)
            self.assertIn(str(path), self.refuse(*self.pem("two"), path))
        self.assertIn("/nonexistent", self.refuse("/nonexistent"))

    def test_a_certificate_cut_or_changed_anywhere_is_no_crash(self):
        der = self.pki.der("one")
        for at in range(len(der)):
            with self.assertRaises(anchors.Unfit):
                anchors.Certificate(der[:at], "cut")
            for flip in (0x01, 0x80, 0xff):
                try:
                    anchors.Certificate(der[:at] + bytes([der[at] ^ flip])
                                        + der[at + 1:], "flipped")
                except anchors.Unfit:
                    pass

    def test_a_key_that_the_library_cannot_use_is_a_warning(self):
        self.assertIn("will not take it", self.make(
            "--bundle", "out", *self.pem("large")))

    def test_wrong_calls_end_with_2(self):
        for args in ((), ("--name", "1x", "a"), ("--sha256", "12", "a"),
                     ("--frob",)):
            done = self.run_tool(*args)
            self.assertEqual(done.returncode, 2)
            self.assertIn("usage:", done.stderr)

    def test_a_list_with_a_wrong_line_says_which(self):
        listed = self.pki.folder / "bad.txt"
        for line in ("wanted - One", "required One", "required 12 One"):
            listed.write_text(f"# x\n{line}\n")
            self.assertIn("bad.txt:2:", self.refuse(
                "--list", listed, *self.pem("one")))

    def test_what_cannot_be_written_leaves_the_old_one(self):
        (self.out / "out").mkdir()
        done = self.run_tool("--bundle", "out", *self.pem("one"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("out", done.stderr)
        self.assertEqual([p.name for p in self.out.iterdir()], ["out"])


if __name__ == "__main__":
    unittest.main()
