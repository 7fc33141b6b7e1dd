# SPDX-License-Identifier: Apache-2.0
"""rota-publish beside release: list, show, rollout, withdraw, edit, delete,
api."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import unittest

from device import Device
from hub_case import PUBLISH, TOKEN, HubCase

DATA = os.urandom(300_000)


class Looking(HubCase):
    def setUp(self):
        super().setUp()
        for n in range(3):
            self.gh.publish("v1.%d.0" % n, {"a.bin": DATA, "b.bin": b"b"})
        self.gh.publish("v2.0.0-rc.1", prerelease=True)

    def test_list_tells_all_that_the_token_may_see(self):
        self.gh.publish("v3.0.0", draft=True)
        result = self.expect(0, "list", "--json")
        self.assertEqual(
            [(e["tag"], e["state"]) for e in self.events(result, "release")],
            [("v3.0.0", "draft"), ("v2.0.0-rc.1", "prerelease"),
             ("v1.2.0", "release"), ("v1.1.0", "release"),
             ("v1.0.0", "release")])
        result = self.expect(0, "list", "--json", token=None)
        self.assertEqual(len(self.events(result, "release")), 4)
        result = self.expect(0, "list", "--limit", "2")
        self.assertEqual(len(result.out.splitlines()), 2)

    def test_list_reads_all_pages(self):
        for n in range(70):
            self.gh.publish("v5.%d.0" % n)
        result = self.expect(0, "list", "--json")
        self.assertEqual(len(self.events(result, "release")), 74)
        self.assertEqual(len(self.asked("GET")), 3)

    def test_show_tells_size_and_digest_of_each_asset(self):
        for words in (("v1.2.0",), ()):
            result = self.expect(0, "show", *words, "--json")
            self.assertEqual(
                [(e["name"], e["size"]) for e in
                 self.events(result, "asset")],
                [("a.bin", len(DATA)), ("b.bin", 1)])

    def test_show_reads_all_pages_of_assets(self):
        self.gh.publish("v6.0.0", {"n-%03d" % n: b"x" for n in range(230)})
        result = self.expect(0, "show", "v6.0.0", "--json")
        self.assertEqual(len(self.events(result, "asset")), 230)

    def test_nothing_there_is_told(self):
        result = self.expect(23, "show", "v9")
        self.assertIn("no such release", result.err)
        self.expect(24, "download", "v1.0.0", "none.bin")

    def test_any_shape_of_the_json_is_read(self):
        for fault, arg in (("key-order", "body-first"), ("pretty", None),
                           ("hostile-body", None), ("chunked", "all"),
                           ("spelling", "upper"), ("dup-headers", None),
                           ("null", "label"), ("drop", "digest")):
            with self.subTest(fault=fault):
                self.gh.fault(fault, arg, on="any")
                result = self.expect(0, "show", "v1.2.0", "--json")
                self.assertEqual(len(self.events(result, "asset")), 2)
                self.gh.clear_faults()

    def test_what_is_not_the_json_it_should_be_is_an_error(self):
        for fault, arg in (("truncated-json", None), ("json-text", "[]"),
                           ("deep-json", None), ("json-text", "<html>"),
                           ("size", "-1"), ("size", "99999999999"),
                           ("digest", "sha256:zz")):
            with self.subTest(fault=fault, arg=arg):
                self.gh.fault(fault, arg)
                self.expect(25, "show", "v1.2.0")
                self.gh.clear_faults()


class Changing(HubCase):
    def setUp(self):
        super().setUp()
        for n in range(3):
            self.gh.publish("v1.%d.0" % n, {"a.bin": b"a" * 100})

    def latest(self):
        return self.gh.store.repo(*self.gh.repo.split("/")).latest().tag

    def test_withdraw_makes_the_one_before_the_latest(self):
        self.expect(0, "withdraw", "v1.2.0")
        self.assertEqual(self.latest(), "v1.1.0")
        self.expect(0, "withdraw", "v1.1.0", "--to", "v1.0.0")
        self.assertEqual(self.latest(), "v1.0.0")

    def test_withdraw_can_make_it_a_prerelease(self):
        self.expect(0, "withdraw", "v1.2.0", "--prerelease")
        self.assertEqual(self.latest(), "v1.1.0")
        self.assertTrue(self.release("v1.2.0").prerelease)

    def test_withdraw_says_when_there_is_nothing_to_go_back_to(self):
        result = self.expect(32, "withdraw", "v1.0.0")
        self.assertIn("--prerelease", result.err)

    def test_withdraw_looks_whether_it_is(self):
        self.gh.fault("json-text", "{}", path=r"/releases/\d+$")
        self.gh.pin_latest("v1.2.0")
        pin = self.gh.store.pin_latest
        self.gh.store.pin_latest = lambda *_: None
        self.addCleanup(setattr, self.gh.store, "pin_latest", pin)
        result = self.expect(26, "withdraw", "v1.2.0")
        self.assertIn("still", result.err)

    def test_a_device_does_not_get_what_was_withdrawn(self):
        for tag in ("v1.3.0", "v1.4.0"):
            self.gh.publish(tag, {"thermostat-rpi-%s.bin" % tag[1:]:
                                  tag.encode() * 1000})
        self.expect(0, "withdraw", "v1.4.0")
        device = Device(self.gh)
        self.addCleanup(device.remove)
        self.assertEqual(device.rota("update").code, 0)
        self.assertEqual(device.image("b"), b"v1.3.0" * 1000)

    def test_edit_changes_what_is_given_and_nothing_else(self):
        self.file("n.md", b"notes")
        before = self.release("v1.0.0")
        self.expect(0, "edit", "v1.0.0", "--title", "One", "--notes", "n.md")
        meta = self.release("v1.0.0").meta
        self.assertEqual((meta["name"], meta["body"]), ("One", "notes"))
        self.assertEqual(self.release("v1.0.0").prerelease,
                         before.prerelease)
        self.expect(0, "edit", "v1.0.0", "--latest", "yes")
        self.assertEqual(self.latest(), "v1.0.0")
        self.expect(0, "edit", "v1.0.0", "--draft", "yes")
        self.assertTrue(self.release("v1.0.0").draft)
        self.expect(0, "edit", "v1.0.0", "--tag", "v0.9.0", "--draft", "no")
        self.assertFalse(self.release("v0.9.0").draft)

    def test_edit_renames_and_labels_an_asset(self):
        self.expect(0, "edit", "v1.0.0", "--asset", "a.bin", "--name",
                    "b.bin", "--label", "B")
        asset = self.release("v1.0.0").assets[0]
        self.assertEqual((asset.name, asset.meta["label"]), ("b.bin", "B"))
        self.expect(2, "edit", "v1.0.0", "--asset", "b.bin", "--name", "a b")
        self.expect(2, "edit", "v1.0.0")

    def test_delete_asks(self):
        result = self.expect(2, "delete", "v1.2.0")
        self.assertIn("--yes", result.err)
        for answer, code in ((b"n\n", 2), (b"y\n", 0)):
            self.assertEqual(self.on_terminal(answer), code)
        self.assertIsNone(self.release("v1.2.0"))
        self.expect(23, "delete", "v1.2.0", "--yes")

    def on_terminal(self, answer):
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            self.publisher.command("delete", "v1.2.0"), stdin=theirs,
            stdout=theirs, stderr=theirs,
            env=self.publisher.environment(TOKEN))
        os.close(theirs)
        shown = b""
        while b"[y/N]" not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, answer)
        code = process.wait(timeout=20)
        os.close(ours)
        return code

    def test_delete_can_take_one_asset_alone(self):
        self.expect(0, "delete", "v1.2.0", "--asset", "a.bin", "--yes")
        self.assertEqual(self.release("v1.2.0").assets, [])

    def test_api_sends_anything_and_prints_the_reply(self):
        result = self.expect(0, "api", "GET",
                             "/repos/{repo}/releases/tags/v1.0.0")
        self.assertEqual(json.loads(result.out)["tag_name"], "v1.0.0")
        self.file("j", b'{"tag_name":"v1.9.0","previous_tag_name":"v1.2.0"}')
        result = self.expect(0, "api", "POST", "--input", "j",
                             "/repos/{repo}/releases/generate-notes")
        self.assertIn("v1.2.0...v1.9.0", json.loads(result.out)["body"])
        result = self.expect(23, "api", "GET", "/nothing")
        self.assertEqual(json.loads(result.out)["message"], "Not Found")
        self.expect(2, "api", "GET", "nothing")


class Rollout(HubCase):
    def setUp(self):
        super().setUp()
        self.publisher.keygen()
        self.image = os.urandom(60_000)
        self.file("thermostat-rpi-1.1.0.bin", self.image)
        self.expect(0, "release", "v1.1.0", "thermostat-rpi-1.1.0.bin",
                    "--key", "key", "--board", "thermostat-rpi", "--rollout",
                    "0", "--security", "2")

    def manifest(self):
        asset = next(a for a in self.release("v1.1.0").assets
                     if a.name.endswith(".ota"))
        return json.loads(asset.path.read_bytes().split(b"\n\n", 1)[1])

    def test_percentage_number_and_time_change_and_nothing_else(self):
        before = self.manifest()
        self.expect(0, "rollout", "v1.1.0", "25", "--key", "key")
        after = self.manifest()
        self.assertEqual(after["rollout"]["percent"], 25)
        self.assertEqual(after["seq"], before["seq"] + 1)
        for name in set(before) - {"rollout", "seq", "issued"}:
            self.assertEqual(after[name], before[name])
        self.expect(0, "rollout", "v1.1.0", "100%", "--key", "key")
        self.assertNotIn("rollout", self.manifest())

    def names(self):
        return sorted(a.name for a in self.release("v1.1.0").assets)

    def test_a_rollout_that_broke_anywhere_is_finished_by_the_next(self):
        before = self.names()
        for n, fault in enumerate((
                dict(on="upload"), dict(on="api", path="/assets/", skip=0),
                dict(on="api", path="/assets/", skip=1),
                dict(on="api", path="/assets/", skip=2))):
            with self.subTest(fault=fault):
                self.gh.fault("status", "403", **fault, times=1)
                broken = self.publisher.run("rollout", "v1.1.0", "7", "--key",
                                            "key")
                self.gh.clear_faults()
                self.assertEqual(self.expect(
                    0, "rollout", "v1.1.0", 20 + n, "--key", "key").code, 0,
                    broken.err)
                self.assertEqual(self.manifest()["rollout"]["percent"],
                                 20 + n)
                self.assertEqual(self.names(), before)

    def test_it_is_what_verify_takes(self):
        self.expect(0, "rollout", "v1.1.0", "50", "--key", "key")
        self.expect(0, "download", "v1.1.0", "thermostat-rpi.ota")
        done = subprocess.run(
            [PUBLISH, "verify", "--key", "key.pub", "thermostat-rpi.ota"],
            cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_without_a_manifest_or_a_key_it_says_so(self):
        self.expect(2, "rollout", "v1.1.0", "50")
        self.expect(2, "rollout", "v1.1.0", "101", "--key", "key")
        self.gh.publish("v0.1.0", {"a.bin": b"x"})
        self.expect(24, "rollout", "v0.1.0", "50", "--key", "key")


class Readme(HubCase):
    """What examples/publish/README.md says to type, typed in its order."""

    page = pathlib.Path(__file__).parents[2] / "examples/publish/README.md"

    def test_its_commands_work(self):
        blocks = re.findall(r"^```sh\n(.*?)^```$", self.page.read_text(),
                            re.M | re.S)
        self.assertGreaterEqual(len(blocks), 3)
        self.publisher.keygen()
        (self.folder / "key").rename(self.folder / "acme.pem")
        self.file_and_manifest()
        script = ["set -e", "rota-publish() { %s \"$@\" %s; }" % (
            PUBLISH, shlex.join(self.publisher.options))]
        text = "\n".join(script + blocks).replace("/tmp/m3.bin", "m3.bin")
        done = subprocess.run(
            ["bash", "-x", "-c", text], cwd=self.folder, text=True,
            env=self.publisher.environment(TOKEN), stdin=subprocess.DEVNULL,
            capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual((self.folder / "m3.bin").read_bytes(), DATA)
        self.assertIsNone(self.release("v1.3.1"))
        self.assertEqual(self.release("v1.3.0").meta["name"],
                         "The quiet one")

    def file_and_manifest(self):
        (self.folder / "thermostat-m3.bin").write_bytes(DATA)
        for words in (["manifest", "--project", self.gh.repo, "--board",
                       "thermostat-m3", "--version", "1.3.0", "--seq", "4",
                       "thermostat-m3.bin", "-o", "m3.json"],
                      ["sign", "--key", "acme.pem", "m3.json", "-o",
                       "thermostat-m3.ota"]):
            subprocess.run([PUBLISH, *words], cwd=self.folder, check=True,
                           capture_output=True)


if __name__ == "__main__":
    unittest.main()
