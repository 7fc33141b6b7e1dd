# SPDX-License-Identifier: Apache-2.0
"""rota-publish release: from files to what devices take, whatever happens on
the way."""

import os
import re
import subprocess
import threading
import time
import unittest

from device import Device
from hub_case import TOKEN, HubCase, Publisher, sha256


class Release(HubCase):
    def test_a_draft_is_filled_read_back_and_then_published(self):
        names = self.files(3)
        self.expect(0, "release", "v1.0.0", *names)
        self.assert_release("v1.0.0", names)
        steps = [(m, re.sub(r"\d+", "N", p.split("/releases")[1]))
                 for m, p, _ in self.asked()]
        self.assertEqual(steps, [
            ("GET", "/tags/vN.N.N"), ("GET", ""), ("POST", ""),
            ("GET", "/N/assets"), ("POST", "/N/assets"),
            ("POST", "/N/assets"), ("POST", "/N/assets"),
            ("GET", "/N/assets"), ("PATCH", "/N")])

    def test_each_file_and_step_is_told_as_json(self):
        data = os.urandom(5000)
        result = self.expect(0, "release", "v1.0.0", self.file("a", data),
                             "--json")
        uploaded = self.events(result, "uploaded")[0]
        self.assertEqual((uploaded["name"], uploaded["size"],
                          uploaded["sha256"]), ("a", 5000, sha256(data)))
        self.assertIn("/releases/tag/v1.0.0",
                      self.events(result, "published")[0]["url"])

    def test_a_draft_stays_one_when_it_should(self):
        names = self.files(1)
        self.expect(0, "release", "v1.0.0", *names, "--draft")
        self.assert_release("v1.0.0", names, draft=True)
        self.expect(0, "release", "v1.0.0", *names)
        self.assert_release("v1.0.0", names)
        self.assertEqual(len(self.asked("POST")), 2)

    def test_the_options_say_what_is_said_of_it(self):
        self.file("notes.md", "Grüße \"quoted\"\n".encode())
        self.expect(0, "release", "v1.0.0-rc.1", *self.files(1),
                    "--prerelease", "--title", "The first", "--target",
                    "abc", "--notes", "notes.md", "--generate-notes")
        meta = self.release("v1.0.0-rc.1").meta
        self.assertEqual((meta["name"], meta["prerelease"],
                          meta["target_commitish"]),
                         ("The first", True, "abc"))
        self.assertRegex(meta["body"], "^Grüße \"quoted\"\n\n\n## What")

    def test_the_latest_is_as_asked(self):
        for tag, latest, expected in (("v1.0.0", "yes", "v1.0.0"),
                                      ("v2.0.0", "no", "v1.0.0"),
                                      ("v3.0.0", "legacy", "v3.0.0")):
            self.expect(0, "release", tag, *self.files(1), "--latest", latest)
            repo = self.gh.store.repo(*self.gh.repo.split("/"))
            self.assertEqual(repo.latest().tag, expected)

    def test_what_is_there_already_is_kept(self):
        names = self.files(3)
        self.expect(0, "release", "v1.0.0", *names[:2], "--draft")
        self.gh.forget()
        result = self.expect(0, "release", "v1.0.0", *names, "--json")
        self.assertEqual(len(self.events(result, "kept")), 2)
        self.assertEqual(len(self.asked("POST")), 1)
        self.assert_release("v1.0.0", names)

    def test_a_published_release_is_looked_at_and_left_alone(self):
        names = self.files(2)
        self.expect(0, "release", "v1.0.0", *names)
        self.gh.forget()
        self.expect(0, "release", "v1.0.0", *names)
        self.assertEqual({m for m, _, _ in self.asked()}, {"GET"})
        result = self.expect(32, "release", "v1.0.0", *names,
                             self.file("more", b"x"))
        self.assertIn("--replace", result.err)

    def test_another_file_of_the_name_is_replaced_only_if_asked(self):
        self.expect(0, "release", "v1.0.0", self.file("a", b"old"), "--draft")
        self.file("a", b"new")
        result = self.expect(32, "release", "v1.0.0", "a")
        self.assertIn("--replace", result.err)
        self.assertEqual(self.release("v1.0.0").assets[0].path.read_bytes(),
                         b"old")
        self.expect(0, "release", "v1.0.0", "a", "--replace")
        self.assert_release("v1.0.0", ["a"])

    def test_an_asset_that_none_of_the_files_is_is_noted(self):
        names = self.files(2)
        self.expect(0, "release", "v1.0.0", *names, "--draft")
        result = self.expect(0, "release", "v1.0.0", names[0])
        self.assertIn("also has file-1.bin", result.err)

    def test_writes_keep_a_second_between_them(self):
        options = self.publisher.options
        at = options.index("--write-pause")
        del options[at:at + 2]
        self.expect(0, "release", "v1.0.0", *self.files(2))
        self.gh.settle()
        times = [r["time"] for r in self.gh.log if r["method"] != "GET"]
        gaps = [b - a for a, b in zip(times, times[1:])]
        self.assertEqual(len(gaps), 3)
        self.assertGreaterEqual(min(gaps), 0.95)

    def test_the_requests_carry_what_they_must(self):
        self.expect(0, "release", "v1.0.0", *self.files(1))
        self.gh.settle()
        for request in self.gh.log:
            head = {n.lower(): v for n, v in request["headers"]}
            self.assertEqual(head["authorization"], "Bearer " + TOKEN)
            self.assertEqual(head["x-github-api-version"], "2022-11-28")
            self.assertEqual(head["accept"], "application/vnd.github+json")
            self.assertEqual("content-length" in head,
                             request["method"] != "GET")
            if request["role"] == "upload":
                self.assertEqual(head["content-type"],
                                 "application/octet-stream")
                self.assertNotIn("{", request["target"])

    def test_a_renamed_repository_is_followed_with_method_and_body(self):
        self.gh.rename("acme/old", self.gh.repo)
        options = self.publisher.options
        options[options.index("--repo") + 1] = "acme/old"
        names = self.files(2)
        self.expect(0, "release", "v1.0.0", *names)
        self.assert_release("v1.0.0", names)
        self.assertIn(307, [s for _, _, s in self.asked("POST")])
        self.assertIn(307, [s for _, _, s in self.asked("PATCH")])

    def test_a_release_is_found_on_any_page_of_the_list(self):
        names = self.files(1)
        self.expect(0, "release", "v1.0.0", *names, "--draft")
        for n in range(65):
            self.gh.publish("v2.%d.0" % n)
        self.expect(0, "release", "v1.0.0", *names)
        self.assert_release("v1.0.0", names)

    def test_ascii_art_on_a_terminal_and_none_elsewhere(self):
        name = self.file("a", os.urandom(3_000_000))
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            self.publisher.command("release", "v1.0.0", name),
            cwd=self.folder, env=self.publisher.environment(TOKEN),
            stdin=subprocess.DEVNULL, stdout=theirs,
            stderr=theirs)
        os.close(theirs)
        text = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            text += piece
        os.close(ours)
        self.assertEqual(process.wait(timeout=60), 0, text)
        self.assertRegex(text.decode(), r"100% \[#{24}\] 3\.0 MB of 3\.0 MB")


class Broken(HubCase):
    """Whatever the service does on the way, in the end all is there once."""

    def finish(self, names, *more):
        self.expect(0, "release", "v1.0.0", *names, *more)
        self.assert_release("v1.0.0", names)

    def test_a_starter_that_a_502_left_is_deleted_and_sent_again(self):
        names = self.files(3)
        self.gh.fault("starter", times=1, skip=1)
        self.finish(names)
        self.assertEqual(len(self.asked("DELETE")), 1)

    def test_an_upload_that_is_reset_is_sent_again(self):
        names = [self.file("a", os.urandom(1_000_000))]
        self.gh.fault("reset-upload", 200_000, times=2)
        self.finish(names)

    def test_an_upload_that_stalls_is_bounded_and_sent_again(self):
        names = [self.file("a", os.urandom(1_000_000))]
        self.gh.fault("stall-upload", 200_000, times=1)
        begin = time.monotonic()
        self.finish(names)
        self.assertLess(time.monotonic() - begin, 15)

    def test_a_deadline_ends_an_upload_that_only_drips(self):
        names = [self.file("a", os.urandom(300_000))]
        self.gh.fault("drip", 2, on="upload", times=1)
        begin = time.monotonic()
        self.finish(names, "--upload-timeout", "2")
        self.assertLess(time.monotonic() - begin, 15)

    def test_an_answer_that_is_lost_is_not_asked_for_twice(self):
        names = self.files(2)
        self.gh.fault("reset", 0, on="upload", times=1)
        self.gh.fault("reset", 0, on="api", times=1, path="/releases$")
        self.finish(names)
        posts = [p for m, p, _ in self.asked("POST", "api")]
        self.assertEqual(len(posts), 1)

    def test_a_server_that_has_no_digest_is_read_back_by_bytes(self):
        names = self.files(2)
        self.gh.fault("null", "digest")
        self.gh.fault("starter", times=1)
        self.finish(names)
        self.gh.forget()
        self.finish(names)
        self.assertTrue(self.asked("GET", "asset"))

    def test_the_service_having_other_bytes_is_an_error(self):
        self.gh.fault("digest", "wrong", on="any")
        result = self.expect(26, "release", "v1.0.0", *self.files(1))
        self.assertTrue(self.release("v1.0.0").draft, result.err)

    def test_5xx_on_reads_and_edits_is_asked_again(self):
        names = self.files(1)
        self.gh.fault("status", "503", on="api", times=1)
        self.gh.fault("status", "502", on="api", skip=3, times=1)
        self.finish(names)

    def test_a_limit_is_waited_for_as_the_server_says(self):
        names = self.files(1)
        self.gh.fault("secondary", "403,2", times=1)
        begin = time.monotonic()
        self.finish(names)
        self.assertGreaterEqual(time.monotonic() - begin, 2)

    def test_a_limit_that_is_too_far_off_ends_it(self):
        self.gh.fault("rate-limited", "403,3000")
        result = self.expect(22, "release", "v1.0.0", *self.files(1),
                             "--limit-wait", "5")
        self.assertIn("limit", result.err)

    def test_a_file_that_changes_while_it_is_sent_is_noticed(self):
        name = self.file("a", os.urandom(40_000_000))
        path = self.folder / name
        done = threading.Event()

        def meddle():
            while not done.is_set():
                if any(r["role"] == "upload" for r in list(self.gh.log)):
                    with open(path, "r+b") as file:
                        file.seek(39_999_000)
                        file.write(b"changed")
                    return
                time.sleep(0.001)
        thread = threading.Thread(target=meddle)
        thread.start()
        result = self.publisher.run("release", "v1.0.0", name)
        done.set()
        thread.join()
        self.assertEqual(result.code, 25, result.err)
        self.assertIn("has changed while it was sent", result.err)
        self.gh.settle()
        self.assertTrue(self.release("v1.0.0").draft)
        self.assertNotIn("uploaded", [
            a.meta.get("state", "uploaded")
            for a in self.release("v1.0.0").assets])

    def test_the_token_goes_to_no_foreign_upload_host(self):
        self.gh.urls.upload = "https://evil.localhost:%d" % self.gh.urls.port
        result = self.expect(25, "release", "v1.0.0", *self.files(1))
        self.gh.settle()
        self.assertNotIn("evil.localhost",
                         [c["sni"] for c in self.gh.connections])
        self.assertIn("redirect", result.err)


class Enterprise(HubCase):
    options = {"flavour": "ghes", "api_versions": None}

    def test_a_release_is_made_below_api_v3_and_api_uploads(self):
        names = self.files(2)
        self.expect(0, "release", "v1.0.0", *names, "--api-version", "none")
        self.assert_release("v1.0.0", names)
        paths = [p for _, p, _ in self.asked("POST")]
        self.assertTrue(paths[0].startswith("/api/v3/repos/"))
        self.assertTrue(paths[1].startswith("/api/uploads/repos/"))
        self.gh.settle()
        self.assertNotIn("x-github-api-version", [
            n.lower() for r in self.gh.log for n, _ in r["headers"]])


    def test_an_early_answer_spoils_no_later_request(self):
        """All hosts are one there: the connection could be used again."""
        names = [self.file("a", os.urandom(5_000_000))]
        self.gh.fault("status", "503", on="upload", times=1)
        begin = time.monotonic()
        self.expect(0, "release", "v1.0.0", *names, "--stall-timeout", "6")
        self.assertLess(time.monotonic() - begin, 5)
        self.assert_release("v1.0.0", names)


class Immutable(HubCase):
    options = {"immutable_releases": True}

    def test_a_release_is_complete_before_it_becomes_immutable(self):
        names = self.files(3)
        self.expect(0, "release", "v1.0.0", *names)
        self.assert_release("v1.0.0", names)
        self.expect(0, "release", "v1.0.0", *names)
        for more in ((), ("--replace",)):
            self.gh.forget()
            result = self.expect(32, "release", "v1.0.0", *names,
                                 self.file("more", b"x"), *more)
            self.assertIn("immutable", result.err)
            self.assertEqual(self.asked("POST"), [])

    def test_the_tag_of_a_deleted_one_is_used_up(self):
        self.expect(0, "release", "v1.0.0", *self.files(1))
        self.expect(0, "delete", "v1.0.0", "--yes")
        result = self.expect(32, "release", "v1.0.0", *self.files(1))
        self.assertIn("used by an immutable release", result.err)


class Manifest(HubCase):
    def setUp(self):
        super().setUp()
        self.publisher.keygen()
        self.key = ["--key", "key", "--board", "thermostat-rpi"]

    def ota(self, tag):
        return next(a for a in self.release(tag).assets
                    if a.name == "thermostat-rpi.ota").path.read_bytes()

    def test_it_is_signed_and_its_numbers_go_up(self):
        for n in (1, 2):
            self.expect(0, "release", "v1.%d.0" % n, *self.files(1),
                        *self.key)
            text = self.ota("v1.%d.0" % n)
            self.assertTrue(text.startswith(b"rota1\nsig "))
            self.assertIn(b'"seq":%d,"version":"1.%d.0"' % (n, n), text)

    def test_the_same_command_again_keeps_it(self):
        names = self.files(2)
        how = [*names, *self.key, "--image", names[1], "--expires", "90d",
               "--rollout", "10%", "--security", "3"]
        self.expect(0, "release", "v1.0.0", *how, "--draft")
        before = self.ota("v1.0.0")
        self.expect(0, "release", "v1.0.0", *how)
        self.assertEqual(self.ota("v1.0.0"), before)
        self.expect(0, "release", "v1.0.0", *how)
        for part in (b'"security":3', b'"percent":10', b'"expires":'):
            self.assertIn(part, before)

    def test_one_that_is_wrong_in_a_draft_is_made_anew(self):
        names = self.files(1)
        self.expect(0, "release", "v1.0.0", *names, *self.key, "--draft")
        before = self.ota("v1.0.0")
        self.expect(0, "release", "v1.0.0", *names, *self.key, "--security",
                    "9")
        self.assertNotEqual(self.ota("v1.0.0"), before)
        self.assertEqual(len(self.release("v1.0.0").assets), 2)

    def test_one_made_elsewhere_must_name_the_files_as_they_are(self):
        name = self.files(1)[0]
        facts = ["--project", "acme/thermostat", "--board", "rpi",
                 "--version", "1.0.0", "--seq", "1"]
        offline = Publisher(self.gh)
        offline.options = []
        self.addCleanup(offline.remove)
        offline.folder = self.folder
        self.assertEqual(offline.run("manifest", *facts, name, "-o",
                                     "m.json").code, 0)
        self.assertEqual(offline.run("sign", "--key", "key", "m.json", "-o",
                                     "rpi.ota").code, 0)
        self.expect(0, "release", "v1.0.0", name, "rpi.ota")
        self.assert_release("v1.0.0", [name, "rpi.ota"])
        self.expect(0, "release", "v1.0.1", name, "--manifest", "rpi.ota")
        self.file(name, os.urandom((self.folder / name).stat().st_size))
        result = self.expect(25, "release", "v1.0.2", name, "rpi.ota")
        self.assertIn("another size or SHA-256", result.err)
        result = self.expect(25, "release", "v1.0.2", "rpi.ota")
        self.assertIn("none of the files", result.err)

    def test_a_device_updates_from_it(self):
        image = os.urandom(150_000)
        self.file("thermostat-rpi-1.1.0.bin", image)
        self.expect(0, "release", "v1.1.0", "thermostat-rpi-1.1.0.bin",
                    *self.key)
        device = Device(self.gh)
        self.addCleanup(device.remove)
        trusted = self.folder / "keys.d"
        trusted.mkdir()
        (self.folder / "key.pub").rename(trusted / "key.pem")
        device.conf["keys"] = trusted
        del device.conf["asset"]
        result = device.rota("update")
        self.assertEqual(result.code, 0, result.out + result.err)
        self.assertEqual(device.image("b"), image)

    def test_a_device_never_sees_a_draft(self):
        self.file("thermostat-rpi-1.1.0.bin", b"x" * 5000)
        self.expect(0, "release", "v1.1.0", "thermostat-rpi-1.1.0.bin",
                    *self.key, "--draft")
        device = Device(self.gh)
        self.addCleanup(device.remove)
        self.assertEqual(device.rota("update").code, 23)


if __name__ == "__main__":
    unittest.main()
