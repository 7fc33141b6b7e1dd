# SPDX-License-Identifier: Apache-2.0
"""What the API answers: which release, pages, validators, limits, tokens."""

import email.utils
import gzip
import hashlib
import json
import re
import time
import unittest

from github.case import TOKEN, Case
from github.rawclient import BYTES, Client, asset_url, fetch, releases_url


class Endpoints(Case):
    def test_latest_passes_over_drafts_and_prereleases(self):
        self.gh.publish("v1.0.0")
        self.gh.publish("v3.0.0", draft=True)
        self.gh.publish("v2.0.0-rc.1", prerelease=True)
        self.assertEqual(self.latest_tag(), "v1.0.0")

    def test_latest_is_404_with_only_drafts_and_prereleases(self):
        self.assertEqual(self.get("/latest").status, 404)
        self.gh.publish("v3.0.0", draft=True)
        self.gh.publish("v2.0.0-rc.1", prerelease=True)
        self.assertEqual(self.get("/latest").status, 404)

    def test_latest_goes_backwards_when_it_is_pinned(self):
        self.gh.publish("v1.0.0")
        self.gh.publish("v2.0.0")
        self.assertEqual(self.latest_tag(), "v2.0.0")
        self.gh.pin_latest("v1.0.0")
        self.assertEqual(self.latest_tag(), "v1.0.0")

    def test_releases_of_one_second_have_dates_of_their_own(self):
        for n in range(4):
            self.gh.publish("v1.%d.0" % n)
        dates = [r["created_at"] for r in self.get().json()]
        self.assertEqual(len(set(dates)), 4)
        self.assertEqual(dates, sorted(dates, reverse=True))

    def test_a_tag_with_a_slash_and_a_plus_is_found_when_encoded(self):
        self.gh.publish("fw/v1.0.0+b1", {"a.bin": b"x"})
        answer = self.get("/tags/fw%2Fv1.0.0%2Bb1")
        self.assertEqual(answer.json()["tag_name"], "fw/v1.0.0+b1")
        self.assertEqual(self.get("/tags/fw/v1.0.0+b1").status, 404)
        place = answer.json()["assets"][0]["browser_download_url"]
        self.assertIn("/download/fw%2Fv1.0.0%2Bb1/a.bin", place)
        self.assertEqual(fetch(self.gh, place).status, 302)

    def test_a_draft_is_not_found_by_tag_but_by_id_with_a_token(self):
        ident = self.gh.publish("v1.0.0", draft=True).id
        self.assertEqual(self.get("/tags/v1.0.0", TOKEN).status, 404)
        self.assertEqual(self.get("/%d" % ident).status, 404)
        self.assertEqual(self.get("/%d" % ident, TOKEN).status, 200)

    def test_a_trailing_slash_is_404(self):
        self.gh.publish("v1.0.0")
        self.assertEqual(self.get("/latest/").status, 404)

    def test_head_answers_without_a_body(self):
        self.gh.publish("v1.0.0")
        with Client(self.gh, self.gh.api_url) as client:
            path = "/repos/%s/releases/latest" % self.gh.repo
            answer = client.get(path, method="HEAD")
            self.assertGreater(int(answer.get("content-length")), 1000)
            self.assertEqual(client.get(path).status, 200)

    def test_an_unknown_api_version_is_400(self):
        self.gh.publish("v1.0.0")
        good = self.get("/latest", {"X-GitHub-Api-Version": "2022-11-28"})
        self.assertEqual(good.get("x-github-api-version-selected"),
                         "2022-11-28")
        bad = self.get("/latest", {"X-GitHub-Api-Version": "2001-01-01"})
        self.assertEqual(bad.status, 400)

    def test_an_asset_url_gives_json_or_a_link_by_accept(self):
        self.gh.publish("v1.0.0", {"a.bin": b"x"})
        url = asset_url(self.gh, "v1.0.0", "a.bin")
        self.assertEqual(fetch(self.gh, url).json()["name"], "a.bin")
        self.assertEqual(fetch(self.gh, url, BYTES).status, 302)

    def test_a_release_from_a_renamed_folder_is_seen_at_once(self):
        self.gh.publish("v1.0.0")
        home = self.gh.store.folder / self.gh.repo
        new = home / ".incoming"
        new.mkdir()
        (new / "a.bin").write_bytes(b"12345")
        self.assertEqual(self.latest_tag(), "v1.0.0")
        new.rename(home / "v2.0.0")
        found = self.get("/latest").json()
        self.assertEqual((found["tag_name"], found["assets"][0]["size"]),
                         ("v2.0.0", 5))

    def test_the_digest_is_of_the_bytes(self):
        self.gh.publish("v1.0.0", {"a.bin": b"abc"})
        found = self.get("/latest").json()["assets"][0]["digest"]
        self.assertEqual(found, "sha256:" + hashlib.sha256(b"abc").hexdigest())


class Paging(Case):
    def pages(self, path):
        """Follows rel=next; the items of each page."""
        found, url = [], releases_url(self.gh, path)
        while url:
            answer = fetch(self.gh, url)
            found.append(answer.json())
            link = answer.get("link") or ""
            url = next((u for u, rel in re.findall(
                r'<([^>]*)>; rel="(\w+)"', link) if rel == "next"), None)
        return found

    def rels(self, path):
        return re.findall(r'rel="(\w+)"', self.get(path).get("link") or "")

    def test_pages_lead_through_the_whole_list(self):
        for n in range(7):
            self.gh.publish("v1.%d.0" % n)
        pages = self.pages("?per_page=3")
        self.assertEqual([len(p) for p in pages], [3, 3, 1])
        tags = [r["tag_name"] for p in pages for r in p]
        self.assertEqual(tags, ["v1.%d.0" % n for n in range(6, -1, -1)])

    def test_links_are_absolute_and_name_the_repository_by_id(self):
        for n in range(3):
            self.gh.publish("v1.%d.0" % n)
        link = self.get("?per_page=1").get("link")
        self.assertRegex(link, r'^<%s/repositories/\d+/releases\?per_page=1'
                         r'&page=2>; rel="next", <' % self.gh.api_url)

    def test_the_rels_are_those_that_lead_elsewhere(self):
        for n in range(3):
            self.gh.publish("v1.%d.0" % n)
        self.assertEqual(self.rels("?per_page=1"), ["next", "last"])
        self.assertEqual(self.rels("?per_page=1&page=2"),
                         ["prev", "next", "last", "first"])
        self.assertEqual(self.rels("?per_page=1&page=3"), ["prev", "first"])
        self.assertEqual(self.rels("?per_page=3"), [])

    def test_a_page_has_30_items_and_never_more_than_100(self):
        self.gh.publish("v1.0.0", {"a-%03d.bin" % n: b"" for n in range(130)})
        path = "/%d/assets" % self.gh.release("v1.0.0").id
        self.assertEqual([len(p) for p in self.pages(path)],
                         [30, 30, 30, 30, 10])
        self.assertEqual([len(p) for p in self.pages(path + "?per_page=999")],
                         [100, 30])
        self.assertEqual(len(self.get("/latest").json()["assets"]), 130)


class Conditional(Case):
    def setUp(self):
        super().setUp()
        self.gh.publish("v1.0.0", {"a.bin": b"x"})
        first = self.get("/latest")
        self.tag, self.date = first.get("etag"), first.get("last-modified")

    def status(self, tag=None, date=None, path="/latest", **more):
        return self.get(path, {"If-None-Match": tag,
                               "If-Modified-Since": date, **more}).status

    def earlier(self):
        when = email.utils.parsedate_to_datetime(self.date).timestamp() - 1
        return email.utils.formatdate(when, usegmt=True)

    def test_the_truth_table_of_a_repository_nobody_loads_from(self):
        self.assertEqual(self.status(self.tag), 304)
        self.assertEqual(self.status("W/" + self.tag), 304)
        self.assertEqual(self.status(self.tag.strip('"')), 200)
        self.assertEqual(self.status(None, self.date), 304)
        self.assertEqual(self.status(None, self.earlier()), 200)
        self.assertEqual(self.status('"old"', self.date), 200)
        self.assertEqual(self.status(self.tag, self.earlier()), 304)

    def test_the_truth_table_of_a_popular_repository(self):
        self.gh.popular = True
        self.assertEqual(self.status(self.tag), 200)
        self.assertEqual(self.status(None, self.date), 304)
        self.assertEqual(self.status(self.tag, self.date), 200)
        self.assertEqual(self.status(None, self.earlier()), 200)

    def test_a_list_pays_no_heed_to_dates(self):
        self.assertEqual(self.status(None, self.date, path=""), 200)

    def test_the_tag_depends_on_accept_and_token(self):
        tags = {self.get("/latest", h).get("etag") for h in (
            {}, {"Accept": "application/json"}, TOKEN,
            {"Authorization": "Bearer other"})}
        self.assertEqual(len(tags), 4)

    def test_without_accept_the_tag_is_the_hash_of_the_body(self):
        answer = self.get("/latest")
        self.assertEqual(answer.get("etag"), '"%s"' % hashlib.sha256(
            answer.body).hexdigest())

    def test_the_date_moves_with_a_new_release_of_the_same_second(self):
        dates = [self.date]
        for n in range(1, 4):
            self.gh.publish("v1.%d.0" % n, {"a.bin": b"x"})
            dates.append(self.get("/latest").get("last-modified"))
        self.gh.replace("v1.3.0", "a.bin", b"y")
        dates.append(self.get("/latest").get("last-modified"))
        self.gh.pin_latest("v1.0.0")
        dates.append(self.get("/latest").get("last-modified"))
        self.assertEqual(len(set(dates)), 6)
        self.assertEqual(self.status(None, dates[-2]), 200)
        self.assertEqual(self.status(None, dates[-1]), 304)

    def test_the_date_stays_while_downloads_are_counted(self):
        url = asset_url(self.gh, "v1.0.0", "a.bin")
        fetch(self.gh, fetch(self.gh, url, BYTES).get("location"))
        answer = self.get("/latest")
        self.assertEqual(answer.json()["assets"][0]["download_count"], 1)
        self.assertEqual(answer.get("last-modified"), self.date)
        self.assertNotEqual(answer.get("etag"), self.tag)

    def test_packed_json_is_chunked_and_its_tag_weak(self):
        answer = self.get("/latest", {"Accept-Encoding": "gzip"})
        self.assertEqual(answer.get("transfer-encoding"), "chunked")
        self.assertEqual(answer.get("etag"), "W/" + self.tag)
        self.assertEqual(json.loads(gzip.decompress(answer.body))["tag_name"],
                         "v1.0.0")


class Budget(Case):
    def left(self, headers=()):
        return int(self.get("/latest", headers).get("x-ratelimit-remaining"))

    def setUp(self):
        super().setUp()
        self.gh.publish("v1.0.0")

    def test_each_request_is_counted_per_token_and_per_address(self):
        self.assertEqual([self.left(), self.left()], [59, 58])
        self.assertEqual([self.left(TOKEN), self.left(TOKEN)], [4999, 4998])

    def test_304_is_free_with_a_token_only(self):
        for headers, spent in (({}, 1), (TOKEN, 0)):
            first = self.get("/latest", headers)
            again = self.get("/latest", {**dict(headers), "If-None-Match":
                                         first.get("etag")})
            self.assertEqual(again.status, 304)
            self.assertEqual(
                int(first.get("x-ratelimit-remaining"))
                - int(again.get("x-ratelimit-remaining")), spent)

    def test_when_it_is_gone_403_names_the_reset(self):
        self.gh.limits.enforced, self.gh.limits.public = True, 2
        self.gh.limits.window_s = 2
        self.assertEqual([self.left(), self.left()], [1, 0])
        gone = self.get("/latest")
        self.assertEqual((gone.status, gone.get("x-ratelimit-remaining")),
                         (403, "0"))
        reset = int(gone.get("x-ratelimit-reset"))
        self.assertTrue(0 <= reset - time.time() <= 2)
        time.sleep(max(0, reset - time.time()))
        self.assertEqual(self.get("/latest").status, 200)

    def test_a_bad_token_costs_budget_even_for_a_public_repository(self):
        self.left()
        answer = self.get("/latest", {"Authorization": "token bad"})
        self.assertEqual((answer.status, answer.get("x-ratelimit-limit"),
                          answer.get("x-ratelimit-remaining")),
                         (401, "60", "58"))

    def test_asking_for_the_budget_is_free(self):
        url = self.gh.api_url + "/rate_limit"
        core = [fetch(self.gh, url).json()["rate"] for _ in range(2)]
        self.assertEqual(core[0]["remaining"], core[1]["remaining"])


class Access(Case):
    options = {"tokens": ["s3cret"], "private": ["acme/thermostat"]}

    def test_a_private_repository_is_404_without_and_200_with_a_token(self):
        self.gh.publish("v1.0.0")
        good = {"Authorization": "Bearer s3cret"}
        wrong = {"Authorization": "Bearer other"}
        self.assertEqual(self.get("/latest").status, 404)
        self.assertEqual(self.get("/latest", good).status, 200)
        self.assertEqual(self.get("/latest", wrong).status, 401)

    def test_a_renamed_repository_leads_through_its_id(self):
        self.gh.private = ()
        self.gh.publish("v1.0.0")
        self.gh.rename("acme/old", "acme/thermostat")
        url = self.gh.api_url + "/repos/acme/old/releases/latest"
        answer = fetch(self.gh, url)
        self.assertEqual(answer.status, 301)
        place = answer.get("location")
        self.assertRegex(place, r"^%s/repositories/\d+/releases/latest$"
                         % self.gh.api_url)
        self.assertEqual(fetch(self.gh, place).json()["tag_name"], "v1.0.0")


class Enterprise(Case):
    options = {"flavour": "ghes"}

    def test_base_path_bytes_at_once_login_page_and_no_rate_lines(self):
        self.gh.publish("v1.0.0", {"a.bin": b"12345"})
        self.assertTrue(self.gh.api_url.endswith("/api/v3"))
        answer = self.get("/latest")
        self.assertFalse([n for n in answer.names if "RateLimit" in n])
        asset = answer.json()["assets"][0]
        self.assertIn("/api/v3/repos/", asset["url"])
        got = fetch(self.gh, asset["url"], BYTES)
        self.assertEqual((got.status, got.body), (200, b"12345"))
        page = fetch(self.gh, asset["browser_download_url"])
        self.assertIn("/login?", page.get("location"))


class Gitea(Case):
    options = {"flavour": "gitea"}

    def test_bytes_come_from_the_browser_url(self):
        self.gh.publish("v1.0.0", {"a.bin": b"12345"})
        self.assertTrue(self.gh.api_url.endswith("/api/v1"))
        asset = self.get("/latest").json()["assets"][0]
        got = fetch(self.gh, asset["browser_download_url"])
        self.assertEqual((got.status, got.body), (200, b"12345"))
        self.assertEqual(got.get("etag"), '"%s"' % asset["uuid"])


class GiteaWithBucket(Case):
    options = {"flavour": "gitea", "serve_direct": True}

    def test_the_browser_url_leads_to_another_host(self):
        self.gh.publish("v1.0.0", {"a.bin": b"12345"})
        asset = self.get("/latest").json()["assets"][0]
        place = fetch(self.gh, asset["browser_download_url"]).get("location")
        self.assertTrue(place.startswith(self.gh.urls.asset))
        self.assertEqual(fetch(self.gh, place).body, b"12345")


class Streaming(Case):
    options = {"stream": True}

    def test_the_asset_url_may_answer_with_the_bytes_at_once(self):
        self.gh.publish("v1.0.0", {"a.bin": b"12345"})
        got = fetch(self.gh, asset_url(self.gh, "v1.0.0", "a.bin"), BYTES)
        self.assertEqual((got.status, got.body), (200, b"12345"))
        self.assertEqual(self.gh.log[-1]["kind"], "asset")


if __name__ == "__main__":
    unittest.main()
