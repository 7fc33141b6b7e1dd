# SPDX-License-Identifier: Apache-2.0
"""Heads and bodies against tables of what was recorded from the service:
names, order, spelling, types. The values are our own."""

import re
import unittest

from github import LocalGitHub
from github.rawclient import (BYTES, asset_url, fetch, link, releases_url)

TOKEN = {"Authorization": "token good", "Accept": "application/json"}
DATE = r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"

TAIL = ["Access-Control-Expose-Headers", "Access-Control-Allow-Origin",
        "Strict-Transport-Security", "X-Frame-Options",
        "X-Content-Type-Options", "X-XSS-Protection", "Referrer-Policy",
        "Content-Security-Policy"]
RATE = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
        "X-RateLimit-Used", "X-RateLimit-Resource"]
SCOPES = ["X-OAuth-Scopes", "X-Accepted-OAuth-Scopes"]
FIRST = ["Server", "Date", "Content-Type", "Content-Length"]
MEDIA = ["X-GitHub-Media-Type"]
VERSION = ["x-github-api-version-selected"]
LAST = ["Vary", "X-GitHub-Request-Id"]
CACHE = ["Cache-Control", "Vary", "ETag"]

RELEASE_200 = (FIRST + CACHE + ["Last-Modified"] + SCOPES + MEDIA + VERSION
               + RATE + TAIL + LAST)
LIST_200 = (FIRST + CACHE + SCOPES + MEDIA + ["Link"] + VERSION + RATE
            + TAIL + LAST)
MOVED_301 = (FIRST + SCOPES + ["Location"] + MEDIA + VERSION + RATE + TAIL
             + LAST)
CREATED_201 = (FIRST + CACHE + SCOPES + ["Location"] + MEDIA + VERSION
               + RATE + TAIL + LAST)
INVALID_422 = FIRST + SCOPES + MEDIA + VERSION + RATE + TAIL + LAST
DELETED_204 = ["Server", "Date"] + SCOPES + MEDIA + RATE + TAIL + LAST
PUBLIC_200 = (FIRST + CACHE + ["Last-Modified"] + MEDIA + VERSION + TAIL
              + [n.lower() for n in RATE] + ["X-GitHub-Request-Id"])
ASSET_302 = (FIRST + ["Cache-Control", "expires", "Location"] + VERSION
             + RATE + TAIL + LAST)
NOT_MODIFIED_304 = (["Date", "Cache-Control", "Vary", "ETag",
                     "Last-Modified"] + RATE + TAIL + LAST)
UPLOADED_201 = [
    "Cache-Control", "Content-Security-Policy", "Content-Type", "ETag",
    "Last-Modified", "Strict-Transport-Security", "Vary",
    "X-Accepted-OAuth-Scopes", "X-Content-Type-Options", "X-Frame-Options",
    "X-GitHub-Media-Type", "X-OAuth-Scopes", "X-XSS-Protection", "Date",
    "Transfer-Encoding", "X-GitHub-Request-Id"]
CONFLICT_422 = [
    "Cache-Control", "Content-Length", "Content-Security-Policy",
    "Content-Type", "Strict-Transport-Security", "Vary",
    "X-Content-Type-Options", "X-Frame-Options", "X-GitHub-Media-Type",
    "X-OAuth-Scopes", "X-XSS-Protection", "Date", "X-GitHub-Request-Id"]
WEB_302 = [
    "Server", "Date", "Content-Type", "Vary", "Location", "Cache-Control",
    "Strict-Transport-Security", "X-Frame-Options", "X-Content-Type-Options",
    "X-XSS-Protection", "Referrer-Policy", "Content-Security-Policy",
    "content-length", "Set-Cookie", "Set-Cookie", "Set-Cookie",
    "X-GitHub-Request-Id"]
BLOB_200 = [
    "Connection", "Content-Length", "content-type", "last-modified", "etag",
    "server", "x-ms-request-id", "x-ms-version", "x-ms-creation-time",
    "x-ms-lease-status", "x-ms-lease-state", "x-ms-blob-type",
    "content-disposition", "x-ms-server-encrypted", "via", "fastly-restarts",
    "accept-ranges", "age", "date", "x-served-by", "x-cache"]

URL, TIME = "url", "time"
USER = [
    ("login", str), ("id", int), ("node_id", str), ("avatar_url", URL),
    ("gravatar_id", str), ("url", URL), ("html_url", URL),
    ("followers_url", URL), ("following_url", URL), ("gists_url", URL),
    ("starred_url", URL), ("subscriptions_url", URL),
    ("organizations_url", URL), ("repos_url", URL), ("events_url", URL),
    ("received_events_url", URL), ("type", str), ("site_admin", bool)]
ASSET = [
    ("url", URL), ("id", int), ("node_id", str), ("name", str),
    ("label", str), ("uploader", USER), ("content_type", str),
    ("state", str), ("size", int), ("digest", str),
    ("download_count", int), ("created_at", TIME), ("updated_at", TIME),
    ("browser_download_url", URL)]
RELEASE = [
    ("url", URL), ("assets_url", URL), ("upload_url", URL),
    ("html_url", URL), ("id", int), ("author", USER), ("node_id", str),
    ("tag_name", str), ("target_commitish", str), ("name", str),
    ("draft", bool), ("immutable", bool), ("prerelease", bool),
    ("created_at", TIME), ("updated_at", TIME), ("published_at", TIME),
    ("assets", [ASSET]), ("tarball_url", URL), ("zipball_url", URL),
    ("body", str)]
GITEA_ASSET = [
    ("id", int), ("name", str), ("size", int), ("download_count", int),
    ("created_at", TIME), ("uuid", str), ("browser_download_url", URL)]
GITEA_RELEASE = [
    ("id", int), ("tag_name", str), ("target_commitish", str),
    ("name", str), ("body", str), ("url", URL), ("html_url", URL),
    ("tarball_url", URL), ("zipball_url", URL), ("upload_url", URL),
    ("draft", bool), ("prerelease", bool), ("created_at", TIME),
    ("published_at", TIME), ("author", USER), ("assets", [GITEA_ASSET])]


def check(test, value, shape, where=""):
    """VALUE has the keys of SHAPE in its order, with values of its types."""
    test.assertEqual(list(value), [k for k, _ in shape], where)
    for key, kind in shape:
        check_value(test, value[key], kind, where + "." + key)


def check_value(test, value, kind, where):
    if kind == URL:
        test.assertRegex(value, r"^https://[^/]+/", where)
    elif kind == TIME:
        test.assertRegex(value, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", where)
    elif isinstance(kind, type):
        test.assertIs(type(value), kind, where)
    elif len(kind) == 1 and isinstance(kind[0], list):
        for item in value:
            check(test, item, kind[0], where)
    else:
        check(test, value, kind, where)


class Shape(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gh = gh = LocalGitHub(renamed={"acme/old": "acme/thermostat"})
        gh.start()
        for n in range(5):
            gh.publish("v1.%d.0" % n, {"app.bin": b"firmware",
                                       "notes.txt": b"text"})
        cls.url = releases_url(gh)

    @classmethod
    def tearDownClass(cls):
        cls.gh.stop()

    def test_a_release_has_the_recorded_head_with_a_token(self):
        answer = fetch(self.gh, self.url + "/latest", TOKEN)
        self.assertEqual(answer.names, RELEASE_200)
        vary = [v for n, v in answer.head if n == "Vary"]
        self.assertEqual(vary, [
            "Accept, Authorization, Cookie, X-GitHub-OTP",
            "Accept-Encoding, Accept, X-Requested-With"])
        for name, form in (
                ("Server", r"GitHub\.com"), ("Date", DATE),
                ("Content-Type", "application/json; charset=utf-8"),
                ("Content-Length", str(len(answer.body))),
                ("Cache-Control", "private, max-age=60, s-maxage=60"),
                ("ETag", '"[0-9a-f]{64}"'), ("Last-Modified", DATE),
                ("X-GitHub-Media-Type", r"github\.v3; format=json"),
                ("X-RateLimit-Limit", "5000"),
                ("X-RateLimit-Reset", r"\d{10}"),
                ("X-GitHub-Request-Id",
                 "[0-9A-F]{4}:[0-9A-F]{4}:[0-9A-F]+:[0-9A-F]+:[0-9A-F]+")):
            self.assertTrue(re.fullmatch(form, answer.get(name)),
                            "%s: %s" % (name, answer.get(name)))
        size = sum(len(line) + 2 for line in answer.lines)
        self.assertTrue(1300 < size < 1900, size)

    def test_a_release_has_the_other_head_without_a_token(self):
        answer = fetch(self.gh, self.url + "/latest")
        self.assertEqual(answer.names, PUBLIC_200)
        self.assertEqual(answer.get("vary"), "Accept,Accept-Encoding, "
                         "Accept, X-Requested-With")
        self.assertEqual(answer.get("cache-control"),
                         "public, max-age=60, s-maxage=60")

    def test_a_list_has_a_link_line_and_no_last_modified(self):
        answer = fetch(self.gh, self.url + "?per_page=2", TOKEN)
        self.assertEqual(answer.names, LIST_200)

    def test_a_renamed_repository_has_the_recorded_head(self):
        url = self.gh.api_url + "/repos/acme/old/releases/latest"
        answer = fetch(self.gh, url, TOKEN)
        self.assertEqual((answer.status, answer.names), (301, MOVED_301))
        self.assertEqual(list(answer.json()),
                         ["message", "url", "documentation_url"])
        answer = fetch(self.gh, url, TOKEN, "PATCH", b"{}")
        self.assertEqual((answer.status, answer.names), (307, MOVED_301))
        self.assertEqual(answer.json()["message"], "Moved Permanently")

    def test_not_modified_has_no_body_and_no_length(self):
        first = fetch(self.gh, self.url + "/latest", TOKEN)
        answer = fetch(self.gh, self.url + "/latest",
                       {**TOKEN, "If-None-Match": first.get("etag")})
        self.assertEqual((answer.status, answer.names),
                         (304, NOT_MODIFIED_304))

    def test_the_302_to_an_asset_has_the_recorded_head(self):
        answer = fetch(self.gh, asset_url(self.gh, "v1.0.0", "app.bin"),
                       {**TOKEN, **BYTES})
        self.assertEqual((answer.status, answer.names), (302, ASSET_302))
        self.assertEqual(answer.get("content-type"),
                         "text/html;charset=utf-8")

    def test_the_write_side_has_the_recorded_heads(self):
        made = fetch(self.gh, self.url, TOKEN, "POST",
                     b'{"tag_name":"v9.0.0","draft":true}')
        self.assertEqual((made.status, made.names), (201, CREATED_201))
        upload = made.json()["upload_url"].split("{")[0] + "?name=a.bin"
        sent = fetch(self.gh, upload, TOKEN, "POST", b"bytes")
        self.assertEqual((sent.status, sent.names), (201, UPLOADED_201))
        self.assertRegex(sent.get("etag"), '^W/"[0-9a-f]{64}"$')
        check(self, sent.json(), ASSET)
        again = fetch(self.gh, upload, TOKEN, "POST", b"bytes")
        self.assertEqual((again.status, again.names), (422, CONFLICT_422))
        self.assertEqual(list(again.json()), ["message", "request_id",
                                              "documentation_url", "errors"])
        bad = fetch(self.gh, self.url, TOKEN, "POST", b"{}")
        self.assertEqual((bad.status, bad.names), (422, INVALID_422))
        self.assertEqual(list(bad.json()), ["message", "errors",
                                            "documentation_url"])
        gone = fetch(self.gh, made.json()["url"], TOKEN, "DELETE")
        self.assertEqual((gone.status, gone.names), (204, DELETED_204))

    def test_the_web_host_sends_a_policy_of_3585_bytes_and_cookies(self):
        answer = fetch(self.gh, "%s/%s/releases/latest" % (
            self.gh.web_url, self.gh.repo))
        self.assertEqual((answer.status, answer.names), (302, WEB_302))
        policy = [line for line in answer.lines
                  if line.startswith("Content-Security-Policy")]
        self.assertEqual([len(line) for line in policy], [3585])
        size = sum(len(line) + 2 for line in answer.lines)
        self.assertTrue(4500 < size < 6000, size)

    def test_the_asset_host_sends_the_heads_of_a_blob_store(self):
        url = link(self.gh)
        answer = fetch(self.gh, url)
        self.assertEqual((answer.status, answer.names), (200, BLOB_200))
        self.assertRegex(answer.get("etag"), '^"0x8D[0-9A-F]{13}"$')
        part = fetch(self.gh, url, {"Range": "bytes=2-"})
        at = BLOB_200.index("accept-ranges") + 1
        self.assertEqual((part.status, part.names), (
            206, BLOB_200[:at] + ["content-range"] + BLOB_200[at:]))

    def test_without_an_agent_the_edge_answers_text_in_http_1_0(self):
        answer = fetch(self.gh, self.url + "/latest", {"User-Agent": None})
        self.assertEqual((answer.version, answer.status), ("HTTP/1.0", 403))
        self.assertEqual(answer.lines, ["Connection: close",
                                        "Content-Type: text/html"])
        self.assertTrue(answer.body.startswith(b"\r\nRequest forbidden"))

    def test_a_release_has_the_recorded_keys_in_their_order(self):
        check(self, fetch(self.gh, self.url + "/latest").json(), RELEASE)

    def test_an_asset_has_the_recorded_keys_in_their_order(self):
        check(self, fetch(self.gh, asset_url(
            self.gh, "v1.0.0", "app.bin")).json(), ASSET)

    def test_lists_hold_releases_and_assets(self):
        for value in fetch(self.gh, self.url).json():
            check(self, value, RELEASE)
        ident = self.gh.release("v1.0.0").id
        for value in fetch(self.gh, "%s/%d/assets" % (self.url,
                                                      ident)).json():
            check(self, value, ASSET)

    def test_a_release_of_gitea_has_giteas_keys(self):
        with LocalGitHub(flavour="gitea") as gh:
            gh.publish("v1.0.0", {"app.bin": b"firmware"})
            answer = fetch(gh, releases_url(gh, "/latest"))
            check(self, answer.json(), GITEA_RELEASE)

    def test_json_is_compact_but_pretty_for_curl(self):
        plain = fetch(self.gh, self.url + "/latest")
        self.assertNotIn(b"\n", plain.body)
        self.assertIn(b'{"url":"', plain.body)
        for agent in ("curl/8.1", "Wget/1.2", "x Safari/6", "y Firefox/9"):
            pretty = fetch(self.gh, self.url + "/latest",
                           {"User-Agent": agent})
            self.assertTrue(pretty.body.startswith(b'{\n  "url": "'), agent)
            self.assertEqual(pretty.json(), plain.json())
            self.assertEqual(pretty.get("etag"), plain.get("etag"))

    def test_errors_have_the_recorded_keys(self):
        answer = fetch(self.gh, self.gh.api_url + "/repos/a/b/releases/latest")
        self.assertEqual(answer.status, 404)
        self.assertEqual(answer.json(), {
            "message": "Not Found", "status": "404", "documentation_url":
            "https://docs.github.com/rest/releases/releases"
            "#get-the-latest-release"})
        answer = fetch(self.gh, self.url, {"Authorization": "token bad"})
        self.assertEqual((answer.status, answer.json()["message"]),
                         (401, "Bad credentials"))


if __name__ == "__main__":
    unittest.main()
