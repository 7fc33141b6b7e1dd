# SPDX-License-Identifier: Apache-2.0
"""rota-publish download: an asset comes whole, whatever the way does to it."""

import os
import unittest

from hub_case import HubCase

DATA = os.urandom(300_000)


class Download(HubCase):
    def setUp(self):
        super().setUp()
        self.gh.publish("v1.0.0", {"a.bin": DATA})
        self.got = self.folder / "a.bin"
        self.part = self.folder / "a.bin.part"

    def fetch(self, code=0, *more):
        return self.expect(code, "download", "v1.0.0", "a.bin", *more)

    def assert_whole(self):
        self.assertEqual(self.got.read_bytes(), DATA)
        self.assertFalse(self.part.exists())

    def test_the_bytes_come_and_the_token_stays(self):
        self.fetch()
        self.assert_whole()
        self.gh.settle()
        for request in self.gh.log:
            if request["role"] == "asset":
                self.assertNotIn("authorization", [
                    n.lower() for n, _ in request["headers"]])

    def test_it_goes_on_after_a_break(self):
        for fault in ("reset", "truncate", "stall"):
            with self.subTest(fault=fault):
                self.gh.fault(fault, 100_000, times=1)
                self.gh.forget()
                self.fetch()
                self.assert_whole()
                self.gh.settle()
                self.assertIn("bytes=100000-",
                              [r["range"] for r in self.gh.log])
                self.gh.clear_faults()

    def test_it_goes_on_in_another_run(self):
        self.part.write_bytes(DATA[:120_000])
        self.fetch()
        self.assert_whole()
        sent = [r["sent"] for r in self.gh.log if r["role"] == "asset"]
        self.assertEqual(sent, [len(DATA) - 120_000])

    def test_a_part_of_something_else_is_started_again(self):
        self.part.write_bytes(b"q" * 120_000)
        self.fetch()
        self.assert_whole()

    def test_a_server_that_ignores_ranges_is_taken_from_the_start(self):
        self.part.write_bytes(DATA[:120_000])
        self.gh.fault("ignore-range")
        self.fetch()
        self.assert_whole()

    def test_a_wrong_range_is_not_put_into_the_file(self):
        self.part.write_bytes(DATA[:120_000])
        self.gh.fault("wrong-range-start", 7, times=1)
        self.fetch()
        self.assert_whole()

    def test_wrong_bytes_are_not_kept(self):
        self.gh.fault("corrupt", 1000)
        result = self.fetch(26)
        self.assertIn("SHA-256", result.err)
        self.assertFalse(self.got.exists() or self.part.exists())

    def test_without_a_digest_a_part_of_an_earlier_run_is_not_trusted(self):
        self.part.write_bytes(b"q" * 120_000)
        self.gh.fault("null", "digest")
        self.fetch()
        self.assert_whole()

    def test_an_asset_that_changes_meanwhile_is_never_mixed(self):
        new = bytes(b ^ 0x55 for b in DATA)     # what the fault puts there
        for fault in ("null", "weak-etag"):
            with self.subTest(fault=fault):
                self.gh.replace("v1.0.0", "a.bin", DATA)
                self.gh.fault("null", "digest")
                if fault == "weak-etag":
                    self.gh.fault("weak-etag", on="asset")
                self.gh.fault("reset", 100_000, times=1)
                self.gh.fault("replaced", 0, times=1)
                self.gh.forget()
                self.fetch()
                self.assertEqual(self.got.read_bytes(), new)
                self.gh.clear_faults()
                self.gh.settle()
                asked = [r["range"] for r in self.gh.log
                         if r["role"] == "asset"]
                self.assertEqual(asked, [None, "bytes=100000-"
                                         if fault == "null" else None])

    def test_an_expired_link_is_asked_for_anew(self):
        self.gh.fault("expired", 403, times=1)
        self.fetch()
        self.assert_whole()

    def test_it_goes_nowhere_it_must_not(self):
        for fault, code in (("redirect-foreign", 25), ("redirect-http", 25),
                            ("redirect-userinfo", 25), ("login", 23),
                            ("redirect-loop", 25)):
            with self.subTest(fault=fault):
                self.gh.fault(fault)
                self.fetch(code)
                self.gh.clear_faults()

    def test_a_certificate_that_is_wrong_ends_it(self):
        self.gh.certificate("asset", "wrong-host")
        self.fetch(21)

    def test_an_asset_of_a_draft_can_be_fetched(self):
        self.gh.publish("v2.0.0", {"a.bin": DATA}, draft=True)
        self.expect(0, "download", "v2.0.0", "a.bin")
        self.assert_whole()


if __name__ == "__main__":
    unittest.main()
