# SPDX-License-Identifier: Apache-2.0
"""The write side: releases made, edited and deleted, assets uploaded."""

import json
import ssl
import threading
import time
import unittest

from github import case
from github.case import TOKEN
from github.rawclient import Client, Short, fetch, link, releases_url


class Case(case.Case):
    def setUp(self):
        super().setUp()
        self.gh.make_repo()

    def send(self, method, url, value=None, headers=TOKEN):
        body = b"" if value is None else json.dumps(value).encode()
        return fetch(self.gh, url, headers, method, body)

    def create(self, tag="v1.0.0", **value):
        return self.send("POST", releases_url(self.gh),
                         {"tag_name": tag, **value})

    def draft(self, tag="v1.0.0", **value):
        return self.create(tag, draft=True, **value).json()

    def publish(self, release, **value):
        return self.send("PATCH", release["url"], {"draft": False, **value})

    def upload(self, release, name, data, more="", headers=TOKEN):
        url = release["upload_url"].split("{")[0] + "?name=" + name + more
        return fetch(self.gh, url, headers, "POST", data)

    def errors(self, answer):
        self.assertEqual(answer.status, 422)
        return [(e.get("field"), e["code"], e.get("message"))
                for e in answer.json()["errors"]]


class Releases(Case):
    def test_a_draft_is_filled_and_then_published(self):
        release = self.draft()
        self.assertEqual(self.upload(release, "a.bin", b"12345").status, 201)
        self.assertEqual(self.get("/latest").status, 404)
        self.assertTrue(self.publish(release).json()["published_at"])
        asset = self.get("/latest").json()["assets"][0]
        self.assertEqual((asset["name"], asset["size"]), ("a.bin", 5))

    def test_a_draft_is_seen_with_a_token_alone_and_never_by_its_tag(self):
        release = self.draft()
        self.upload(release, "a.bin", b"x")
        path = "/%d" % release["id"]
        self.assertEqual(self.get(path).status, 404)
        self.assertEqual(self.get(path, TOKEN).status, 200)
        self.assertEqual(self.get("/tags/v1.0.0", TOKEN).status, 404)
        self.assertEqual(self.get("").json(), [])
        self.assertEqual(len(self.get("", TOKEN).json()), 1)
        asset = self.get(path + "/assets", TOKEN).json()[0]
        self.assertEqual(fetch(self.gh, asset["url"]).status, 404)
        self.assertIn("/untagged-", release["html_url"])
        self.assertEqual(fetch(self.gh, self.gh.web_url + "/acme/thermostat/"
                               "releases/download/v1.0.0/a.bin").status, 404)

    def test_several_drafts_may_have_one_tag_but_one_release_alone(self):
        first, second = self.draft(), self.draft()
        self.assertNotEqual(first["id"], second["id"])
        self.assertEqual(self.publish(first).status, 200)
        self.assertEqual(self.errors(self.publish(second)),
                         [("tag_name", "already_exists", None)])
        self.assertEqual(self.errors(self.create()),
                         [("tag_name", "already_exists", None)])

    def test_what_is_published_becomes_the_latest(self):
        for tag in ("v2.0.0", "v1.0.0"):
            self.assertEqual(self.create(tag).status, 201)
        self.assertEqual(self.latest_tag(), "v1.0.0")

    def test_make_latest_false_leaves_the_latest_as_it_is(self):
        self.create("v1.0.0")
        self.create("v2.0.0", make_latest="false")
        self.assertEqual(self.latest_tag(), "v1.0.0")
        release = self.get("/tags/v2.0.0").json()
        self.send("PATCH", release["url"], {"make_latest": "true"})
        self.assertEqual(self.latest_tag(), "v2.0.0")
        self.send("PATCH", release["url"], {"make_latest": "false"})
        self.assertEqual(self.latest_tag(), "v1.0.0")

    def test_nor_does_it_become_the_latest_by_its_date(self):
        self.gh.publish("v1.0.0")           # the latest by its date alone
        self.create("v2.0.0", make_latest="false")
        self.assertEqual(self.latest_tag(), "v1.0.0")

    def test_legacy_goes_by_the_date_of_commits(self):
        self.gh.commits.update({"new": 1700000000, "old": 1600000000})
        self.create("v1.0.0", target_commitish="new", make_latest="legacy")
        self.create("v2.0.0", target_commitish="old", make_latest="legacy")
        self.assertEqual(self.latest_tag(), "v1.0.0")
        made = self.get("/tags/v2.0.0").json()
        self.assertEqual(made["created_at"], "2020-09-13T12:26:40Z")
        self.assertGreater(made["published_at"], "2026")

    def test_a_prerelease_is_never_the_latest(self):
        self.create("v1.0.0")
        self.create("v2.0.0-rc.1", prerelease=True)
        self.assertEqual(self.latest_tag(), "v1.0.0")
        found = self.errors(self.create("v3.0.0", prerelease=True,
                                        make_latest="true"))
        self.assertEqual(found[0][:2], ("make_latest", "custom"))

    def test_a_latest_that_becomes_a_prerelease_gives_way(self):
        self.create("v1.0.0")
        release = self.create("v2.0.0").json()
        self.send("PATCH", release["url"], {"prerelease": True})
        self.assertEqual(self.latest_tag(), "v1.0.0")

    def test_a_release_can_become_a_draft_again(self):
        release = self.create().json()
        self.send("PATCH", release["url"], {"draft": True})
        self.assertEqual(self.get("/tags/v1.0.0").status, 404)
        self.assertEqual(self.publish(release).status, 200)
        self.assertEqual(self.get("/tags/v1.0.0").status, 200)

    def test_the_tag_the_name_and_the_body_can_be_changed(self):
        release = self.create("v1.0.0", name="One", body="text").json()
        answer = self.send("PATCH", release["url"], {
            "tag_name": "v1.0.1", "name": "Two", "body": "more"}).json()
        self.assertEqual([answer[k] for k in ("tag_name", "name", "body")],
                         ["v1.0.1", "Two", "more"])
        self.assertEqual(self.get("/tags/v1.0.1").json()["id"],
                         release["id"])

    def test_what_is_not_given_is_null(self):
        release = self.create().json()
        self.assertEqual((release["name"], release["body"]), (None, None))

    def test_members_are_checked(self):
        long = "x" * 125001
        for value, field, code in (
                ({"body": long}, "body", "custom"),
                ({"draft": "yes"}, "draft", "invalid"),
                ({"name": 5}, "name", "invalid"),
                ({"make_latest": True}, "make_latest", "invalid")):
            with self.subTest(field=field):
                found = self.errors(self.create("v1.0.0", **value))[0]
                self.assertEqual(found[:2], (field, code))
        self.assertEqual(self.errors(self.send(
            "POST", releases_url(self.gh), {}))[0][:2],
            ("tag_name", "missing_field"))
        self.assertEqual(self.create(body="é" * 125000).status, 201)

    def test_what_is_no_json_is_400(self):
        answer = fetch(self.gh, releases_url(self.gh), TOKEN, "POST", b"{")
        self.assertEqual(answer.status, 400)

    def test_a_deleted_release_is_gone_with_its_assets(self):
        release = self.create().json()
        asset = self.upload(release, "a.bin", b"x").json()
        self.assertEqual(self.send("DELETE", release["url"]).status, 204)
        for url in (release["url"], asset["url"]):
            self.assertEqual(fetch(self.gh, url, TOKEN).status, 404)
        self.assertNotEqual(self.create().json()["id"], release["id"])

    def test_notes_are_generated(self):
        self.create("v1.0.0")
        answer = self.send("POST", releases_url(self.gh, "/generate-notes"),
                           {"tag_name": "v2.0.0"})
        self.assertEqual(list(answer.json()), ["name", "body"])
        self.assertIn("v1.0.0...v2.0.0", answer.json()["body"])
        made = self.create("v2.0.0", body="By hand.",
                           generate_release_notes=True).json()
        self.assertTrue(made["body"].startswith("By hand.\n\n## What"))

    def test_who_may_not_write_is_told(self):
        for token, status in ((None, 404), ("bad", 401), ("read-only", 403)):
            head = {"Authorization": "Bearer " + token} if token else {}
            answer = self.send("POST", releases_url(self.gh),
                               {"tag_name": "v1.0.0"}, head)
            self.assertEqual(answer.status, status)

    def test_a_renamed_repository_answers_307_to_writes(self):
        self.gh.rename("acme/old", self.gh.repo)
        url = releases_url(self.gh).replace(self.gh.repo, "acme/old")
        answer = self.send("POST", url, {"tag_name": "v1.0.0"})
        self.assertEqual(answer.status, 307)
        self.assertEqual(answer.json()["message"], "Moved Permanently")
        there = self.send("POST", answer.get("location"),
                          {"tag_name": "v1.0.0"})
        self.assertEqual(there.status, 201)
        url = there.json()["upload_url"].split("{")[0].replace(
            self.gh.repo, "acme/old") + "?name=a%2Bb.bin"
        answer = fetch(self.gh, url, TOKEN, "POST", b"x")
        self.assertEqual(answer.status, 307)
        answer = fetch(self.gh, answer.get("location"), TOKEN, "POST", b"x")
        self.assertEqual((answer.status, answer.json()["name"]),
                         (201, "a+b.bin"))


class Uploads(Case):
    def test_names_are_cleaned_quietly(self):
        release = self.draft()
        for sent, name in (("a%20b~(1).bin", "a.b.1.bin"),
                           ("%C3%A6-%C3%A9.bin", "ae-e.bin"),
                           ("..a+b..", "a.b"), ("a%2Bb", "a+b")):
            with self.subTest(sent=sent):
                answer = self.upload(release, sent, b"x")
                self.assertEqual(answer.json()["name"], name)
                fetch(self.gh, answer.json()["url"], TOKEN, "DELETE")

    def test_label_and_type_are_kept(self):
        asset = self.upload(self.draft(), "a.bin", b"x", "&label=The%20A",
                            {**TOKEN, "Content-Type": "text/x"}).json()
        self.assertEqual((asset["label"], asset["content_type"]),
                         ("The A", "text/x"))

    def test_a_502_leaves_a_starter_that_must_be_deleted(self):
        release = self.create().json()
        self.gh.fault("starter", times=1)
        self.assertEqual(self.upload(release, "a.bin", b"x").status, 502)
        asset = self.get("/latest").json()["assets"][0]
        self.assertEqual((asset["state"], asset["size"], asset["digest"]),
                         ("starter", 0, None))
        self.assertEqual(self.errors(self.upload(release, "a.bin", b"x")),
                         [("name", "already_exists", None)])
        fetch(self.gh, asset["url"], TOKEN, "DELETE")
        self.assertEqual(self.upload(release, "a.bin", b"x").status, 201)

    def states(self, release):
        return [a["state"] for a in self.get(
            "/%d/assets" % release["id"], TOKEN).json()]

    def test_an_upload_that_breaks_leaves_a_starter(self):
        for fault in ("reset-upload", "stall-upload"):
            with self.subTest(fault=fault):
                release = self.draft()
                self.gh.fault(fault, 1000, times=1)
                with self.assertRaises((OSError, Short, ssl.SSLError)):
                    self.upload_slowly(release)
                self.assertEqual(self.states(release), ["starter"])

    def upload_slowly(self, release):
        url = release["upload_url"].split("{")[0]
        with Client(self.gh, url, timeout=1) as client:
            client.send(url.split(client.host)[1] + "?name=a.bin",
                        {**TOKEN, "Content-Length": "3000000"}, "POST")
            for _ in range(300):
                client.sock.sendall(b"x" * 10000)
            client.answer()

    def test_a_client_that_leaves_leaves_a_starter(self):
        release = self.draft()
        url = release["upload_url"].split("{")[0]
        with Client(self.gh, url) as client:
            client.send(url.split(client.host)[1] + "?name=a.bin",
                        {**TOKEN, "Content-Length": "5"}, "POST")
            client.sock.sendall(b"1234")
            self.wait_for_asset(release)
        self.gh.settle()
        self.assertEqual(self.states(release), ["starter"])

    def wait_for_asset(self, release):
        """What has been sent may not have been read yet."""
        end = time.monotonic() + 20
        while not self.states(release) and time.monotonic() < end:
            time.sleep(0.01)

    def refused(self, release, then):
        """A refusal before the body has come; THEN asks for more."""
        url = release["upload_url"].split("{")[0]
        target = url.split(self.gh.api_url.split(":")[2], 1)[1]
        with Client(self.gh, url, timeout=0.5) as client:
            client.send(target + "?name=a.bin",
                        {**TOKEN, "Content-Length": "1000"}, "POST")
            self.assertEqual(client.answer().status, 422)
            client.sock.sendall(b"x" * 1000)
            client.send(target, TOKEN)
            then(client)

    def test_a_refusal_comes_before_the_body(self):
        release = self.draft()
        self.upload(release, "a.bin", b"x")
        self.refused(release, lambda client: self.assertEqual(
            client.answer().status, 404))

    def test_after_immutable_the_connection_is_silent(self):
        self.gh.publish("v2.0.0", immutable=True)

        def silent(client):
            with self.assertRaises(OSError):
                client.answer()
        self.refused(self.get("/latest").json(), silent)

    def test_there_are_limits(self):
        self.gh.max_assets, self.gh.max_size = 2, 10
        release = self.draft()
        self.assertEqual(
            self.errors(self.upload(release, "a.bin", b"x" * 11)),
            [("size", "custom", "size must be less than or equal to 10")])
        self.assertEqual(self.errors(self.upload(release, "a.bin", b""))[0][0],
                         "size")
        for name in "ab":
            self.assertEqual(self.upload(release, name, b"x").status, 201)
        self.assertEqual(
            self.errors(self.upload(release, "c", b"x")),
            [("file_count", "custom",
              "file_count limited to 2 assets per release")])

    def test_a_chunked_upload_too_large_is_refused_at_its_end(self):
        self.gh.max_size = 3
        release = self.draft()
        url = release["upload_url"].split("{")[0]
        with Client(self.gh, url) as client:
            client.send(url.split(client.host)[1] + "?name=a.bin",
                        {**TOKEN, "Transfer-Encoding": "chunked"}, "POST")
            client.sock.sendall(b"4\r\nabcd\r\n0\r\n\r\n")
            self.assertEqual(client.answer().status, 422)
        self.assertEqual(self.states(release), [])

    def test_two_at_a_time_of_one_name_make_one_asset(self):
        release = self.draft()
        seen = []
        threads = [threading.Thread(target=lambda: seen.append(self.upload(
            release, "a.bin", b"x" * 100000).status)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(seen), [201, 422, 422, 422])
        self.assertEqual(self.states(release), ["uploaded"])

    def test_an_asset_can_be_renamed_and_labelled(self):
        release = self.draft()
        asset = self.upload(release, "a.bin", b"x").json()
        self.upload(release, "b.bin", b"y")
        answer = self.send("PATCH", asset["url"],
                           {"name": "c d", "label": "C"}).json()
        self.assertEqual((answer["name"], answer["label"], answer["id"]),
                         ("c.d", "C", asset["id"]))
        self.assertEqual(self.errors(self.send(
            "PATCH", asset["url"], {"name": "b.bin"}))[0][:2],
            ("name", "already_exists"))

    def test_what_was_uploaded_is_what_comes_back(self):
        release = self.create().json()
        data = bytes(range(256)) * 5000
        sent = self.upload(release, "app.bin", data).json()
        self.assertEqual(sent["size"], len(data))
        self.assertEqual(fetch(self.gh, link(self.gh)).body, data)


class Immutable(Case):
    options = {"immutable_releases": True}

    def setUp(self):
        super().setUp()
        self.release = self.draft()
        self.asset = self.upload(self.release, "a.bin", b"x").json()
        self.assertTrue(self.publish(self.release).json()["immutable"])

    def test_no_asset_can_be_added_changed_or_deleted(self):
        for answer in (self.upload(self.release, "b.bin", b"x"),
                       self.send("PATCH", self.asset["url"], {"label": "x"}),
                       self.send("DELETE", self.asset["url"])):
            self.assertEqual(answer.status, 422)
            self.assertIn("immutable release", answer.json()["message"])

    def test_title_and_notes_can_be_changed_the_tag_cannot(self):
        url = self.release["url"]
        answer = self.send("PATCH", url, {"name": "N", "body": "B"})
        self.assertEqual(answer.json()["name"], "N")
        self.assertEqual(
            self.send("PATCH", url, {"tag_name": "v2.0.0"}).status, 422)
        self.assertEqual(self.send("PATCH", url, {"draft": True}).status, 422)

    def test_its_tag_is_used_up_even_when_it_is_deleted(self):
        self.assertEqual(self.send("DELETE", self.release["url"]).status, 204)
        found = self.errors(self.create())
        self.assertEqual(found[0][2],
                         "tag_name was used by an immutable release")
        self.assertEqual(found[1][2],
                         "Published releases must have a valid tag")


class Enterprise(Case):
    options = {"flavour": "ghes"}

    def test_uploads_go_to_the_same_host_below_api_uploads(self):
        release = self.draft()
        self.assertIn("/api/uploads/repos/acme/", release["upload_url"])
        self.assertEqual(self.upload(release, "a.bin", b"x").status, 201)
        self.assertEqual(self.publish(release).status, 200)
        self.assertEqual(self.latest_tag(), "v1.0.0")
        self.assertEqual(self.send("DELETE", release["url"]).status, 204)


if __name__ == "__main__":
    unittest.main()
