# SPDX-License-Identifier: Apache-2.0
"""What rota-publish refuses or is refused, and how it says so."""

import os
import unittest

from hub_case import HubCase


class Wrong(HubCase):
    """Every no is one line that says what to do."""

    def release_one(self, code, *more, **how):
        return self.expect(code, "release", "v1.0.0", self.file("a", b"data"),
                           *more, **how).err

    def test_tokens(self):
        for token, code, hint in (
                (None, 23, "GITHUB_TOKEN"), ("bad", 23, "expired"),
                ("read-only", 23, "Contents: write")):
            with self.subTest(token=token):
                self.assertIn(hint, self.release_one(code, token=token))

    def test_a_token_from_a_file(self):
        path = self.folder / "token"
        path.write_text("other-good\n")
        path.chmod(0o600)
        self.release_one(0, "--token-file", "token", token=None)
        self.gh.settle()
        head = dict(self.gh.log[0]["headers"])
        self.assertEqual(head["Authorization"], "Bearer other-good")
        path.write_text("two words\n")
        self.assertIn("token", self.release_one(2, "--token-file", "token"))

    def test_limits_of_the_service(self):
        self.gh.max_assets = 1
        self.expect(32, "release", "v1.0.0", *self.files(2))
        self.gh.max_size = 3
        err = self.expect(32, "release", "v1.1.0", *self.files(1)).err
        self.assertIn("less than or equal to 3", err)

    def test_a_refusal_is_heard_before_the_whole_file_is_sent(self):
        self.gh.max_size = 3
        begin = len(self.gh.log)
        self.expect(32, "release", "v1.0.0",
                    self.file("a", os.urandom(60_000_000)))
        self.gh.settle()
        [upload] = [r for r in self.gh.log[begin:] if r["role"] == "upload"]
        self.assertFalse(upload["whole"])

    def test_notes_that_are_too_long_or_no_text(self):
        self.file("long.md", b"x" * 125001)
        self.file("bad.md", b"\xff\xfe")
        for name in ("long.md", "bad.md", "none.md"):
            self.release_one(27 if name == "none.md" else 25, "--notes",
                             name)
        self.assertEqual(self.asked("POST"), [])
        self.file("fits.md", "é".encode() * 125000)
        self.release_one(0, "--notes", "fits.md")

    def test_names_are_refused_before_anything_is_asked(self):
        for name in ("a b", "ä", ".hidden", "a..b", "end.", "a+b"):
            self.expect(2, "release", "v1.0.0", self.file(name, b"x"))
        os.mkdir(self.folder / "d")
        self.expect(2, "release", "v1.0.0", self.file("a", b"x"),
                    self.file("d/a", b"y"))
        self.assertEqual(self.gh.log, [])

    def test_files_that_cannot_be_released(self):
        self.expect(25, "release", "v1.0.0", self.file("empty", b""))
        self.expect(27, "release", "v1.0.0", "missing")
        with open(self.folder / "huge", "wb") as out:
            out.truncate((1 << 31) + 1)
        self.assertIn("2 GiB", self.expect(25, "release", "v1.0.0",
                                           "huge").err)
        self.assertEqual(self.asked("POST"), [])

    def test_options_that_contradict(self):
        for more in (["--latest", "maybe"], ["--prerelease", "--latest",
                                             "yes"],
                     ["--board", "b"], ["--key", "k", "--manifest", "m"]):
            self.release_one(2, *more)

    def test_servers_that_are_none(self):
        for api in ("http://localhost", "https://localhost/", "nonsense"):
            self.publisher.options[1] = api
            self.release_one(2)
        self.publisher.options[1] = "https://127.0.0.1:1"
        self.assertIn("Connection refused", self.expect(20, "list").err)

    def test_github_itself_is_never_hurried(self):
        self.publisher.options[1] = "https://api.github.com"
        self.assertIn("1000", self.release_one(2))

    def test_an_old_server_does_not_know_the_version(self):
        self.gh.api_versions = ()
        err = self.expect(25, "list").err
        self.assertIn("--api-version none", err)
        self.expect(0, "list", "--api-version", "none")

    def test_blocked_and_limited(self):
        for fault, arg, code in (("blocked", "451", 23),
                                 ("rate-limited", "429,3000", 22),
                                 ("secondary", "403,3000", 22)):
            with self.subTest(fault=fault):
                self.gh.fault(fault, arg)
                self.expect(code, "list", "--limit-wait", "1")
                self.gh.clear_faults()

    def test_a_limit_that_gives_no_time_is_not_taken_for_a_right(self):
        self.gh.fault("secondary", "403")
        self.assertIn("in a few minutes", self.expect(23, "list").err)

    def test_certificates(self):
        for variant in ("expired", "wrong-host", "unknown-ca"):
            with self.subTest(variant=variant):
                self.gh.certificate("api", variant)
                self.expect(21, "list")

    def test_faults_are_objects_with_json(self):
        result = self.expect(23, "list", "--json", token="bad")
        failed = self.events(result, "failed")[0]
        self.assertEqual(failed["exit"], 23)
        self.assertIn("401", failed["text"])


if __name__ == "__main__":
    unittest.main()
