# SPDX-License-Identifier: Apache-2.0
"""The way to the bytes: links, their signatures and lives, ranges."""

import re
import time
import unittest

from github import LocalGitHub, case, nginx
from github.rawclient import BYTES, asset_url, fetch, link

DATA = bytes(range(256)) * 40


class Case(case.Case):
    def setUp(self):
        super().setUp()
        self.gh.publish("v1.0.0", {"app.bin": DATA})


class Links(Case):
    def test_a_link_has_the_recorded_keys_in_their_order(self):
        query = link(self.gh).split("?")[1]
        self.assertEqual([p.split("=")[0] for p in query.split("&")], [
            "sp", "sv", "sr", "spr", "se", "rscd", "rsct", "skoid", "sktid",
            "skt", "ske", "sks", "skv", "sig", "jwt",
            "response-content-disposition", "response-content-type"])

    def test_a_link_is_about_as_long_as_the_real_one(self):
        name = "a-file-name-of-27-chars.bin"
        self.gh.publish("v1.0.0", {name: DATA})
        self.assertAlmostEqual(len(link(self.gh, name=name)), 932, delta=40)

    def test_its_escapes_are_mixed(self):
        found = set(re.findall("%..|[+]", link(self.gh)))
        self.assertTrue({"+", "%20", "%2B", "%2F", "%2f", "%3D"} <= found)

    def test_it_works_byte_for_byte(self):
        answer = fetch(self.gh, link(self.gh))
        self.assertEqual((answer.status, answer.body), (200, DATA))

    def test_any_other_spelling_of_it_is_refused(self):
        url = link(self.gh)
        for old, new in (("%2f", "%2F"), ("+", "%20"), ("%20", "+"),
                         ("%2B", "+"), ("%3D", "="), ("sp=r", "sp=w"),
                         ("sks=b&", "")):
            self.assertIn(old, url)
            answer = fetch(self.gh, url.replace(old, new))
            self.assertEqual(answer.status, 403, old)
            self.assertIn(b"<Error><Code>", answer.body)
        self.assertEqual(fetch(self.gh, url.split("?")[0]).status, 403)

    def test_it_takes_no_authorization(self):
        answer = fetch(self.gh, link(self.gh), {"Authorization": "token x"})
        self.assertEqual(answer.status, 400)
        self.assertIn(b"InvalidAuthenticationInfo", answer.body)

    def test_it_ends_after_its_life(self):
        self.gh.url_ttl_s = 4
        url = link(self.gh)
        self.assertEqual(fetch(self.gh, url).status, 200)
        time.sleep(4.1)
        for status in (403, 400, 401, 404):
            self.gh.expired_status = status
            answer = fetch(self.gh, url)
            self.assertEqual(answer.status, status)
            self.assertEqual(answer.get("content-type"), "application/xml")

    def test_a_very_quick_client_meets_400_once(self):
        self.gh.nbf = True
        url = link(self.gh)
        self.assertEqual([fetch(self.gh, url).status for _ in range(3)],
                         [400, 200, 200])

    def test_it_can_be_of_any_length(self):
        for size in (2000, 3000, 9000):
            self.gh.clear_faults()
            self.gh.fault("long-location", size)
            url = link(self.gh)
            self.assertEqual(len(url), size)
            self.assertEqual(fetch(self.gh, url).body, DATA)

    def test_the_web_host_leads_to_it_in_three_requests(self):
        url = "%s/%s/releases/latest/download/app.bin" % (self.gh.web_url,
                                                          self.gh.repo)
        seen = []
        for _ in range(3):
            answer = fetch(self.gh, url)
            seen.append(answer.status)
            url = answer.get("location")
        self.assertEqual((seen, answer.body), ([302, 302, 200], DATA))

    def test_the_web_host_tells_the_latest_tag(self):
        base = "%s/%s/releases" % (self.gh.web_url, self.gh.repo)
        answer = fetch(self.gh, base + "/latest")
        self.assertEqual(answer.get("location"), base + "/tag/v1.0.0")
        answer = fetch(self.gh, base + "/latest",
                       {"Accept": "application/json"})
        self.assertEqual(answer.json()["tag_name"], "v1.0.0")
        self.gh.remove("v1.0.0")
        answer = fetch(self.gh, base + "/latest")
        self.assertEqual(answer.get("location"), base)


class Ranges(Case):
    def get(self, asked, **more):
        headers = {"Range": asked, **{k.replace("_", "-"): v
                                      for k, v in more.items()}}
        return fetch(self.gh, self.url, headers)

    def setUp(self):
        super().setUp()
        self.url = link(self.gh)
        self.size = len(DATA)

    def test_a_range_is_206_with_its_place(self):
        for asked, start, end in (
                ("bytes=0-", 0, self.size - 1),
                ("bytes=100-199", 100, 199),
                ("bytes=10000-99999", 10000, self.size - 1),
                ("bytes=-5", self.size - 5, self.size - 1)):
            answer = self.get(asked)
            self.assertEqual(answer.status, 206, asked)
            self.assertEqual(answer.get("content-range"), "bytes %d-%d/%d"
                             % (start, end, self.size))
            self.assertEqual(answer.body, DATA[start:end + 1])

    def test_a_range_behind_the_end_is_416(self):
        answer = self.get("bytes=%d-" % self.size)
        self.assertEqual(answer.status, 416)
        self.assertEqual(answer.get("content-range"), "bytes */%d"
                         % self.size)

    def test_what_is_no_single_range_is_passed_over(self):
        for asked in ("bytes=0-1,4-5", "lines=1-2", "bytes=x", "bytes=5-2",
                      "bytes=-"):
            self.assertEqual(self.get(asked).status, 200, asked)

    def test_if_range_wants_the_strong_tag_or_the_exact_date(self):
        first = fetch(self.gh, self.url)
        tag, date = first.get("etag"), first.get("last-modified")
        self.assertEqual(self.get("bytes=9-", If_Range=tag).status, 206)
        self.assertEqual(self.get("bytes=9-", If_Range=date).status, 206)
        self.assertEqual(self.get("bytes=9-", If_Range="W/" + tag).status,
                         200)
        self.gh.replace("v1.0.0", "app.bin", DATA[::-1])
        again = self.get("bytes=9-", If_Range=tag)
        self.assertEqual((again.status, again.body), (200, DATA[::-1]))
        self.assertNotEqual(again.get("etag"), tag)

    def test_big_files_come_through_whole(self):
        data = DATA * 500
        self.gh.publish("v2.0.0", {"app.bin": data})
        url = link(self.gh, "v2.0.0")
        self.assertEqual(fetch(self.gh, url).body, data)
        part = fetch(self.gh, url, {"Range": "bytes=1000000-"})
        self.assertEqual(part.body, data[1000000:])


@unittest.skipUnless(nginx.available(), "nginx is not installed")
class RealNginx(Case):
    options = {"nginx": True}

    def test_it_serves_ranges_and_if_range(self):
        url = link(self.gh)
        first = fetch(self.gh, url)
        self.assertEqual((first.status, first.body), (200, DATA))
        self.assertIn("nginx", first.get("server"))
        asked = {"Range": "bytes=10-", "If-Range": first.get("etag")}
        part = fetch(self.gh, url, asked)
        self.assertEqual((part.status, part.body), (206, DATA[10:]))
        behind = fetch(self.gh, url, {"Range": "bytes=99999-"})
        self.assertEqual(behind.status, 416)
        self.gh.replace("v1.0.0", "app.bin", DATA + b"more")
        again = fetch(self.gh, link(self.gh), asked)
        self.assertEqual((again.status, again.body), (200, DATA + b"more"))

    def test_it_shows_the_chain_of_the_asset_host_and_logs(self):
        fetch(self.gh, link(self.gh), {"Range": "bytes=1-2"})
        fetch(self.gh, link(self.gh), {"Authorization": "token x"})
        lines = self.gh.nginx.log(2)
        self.assertEqual([r["status"] for r in lines], [206, 400])
        self.assertEqual(lines[0]["range"], "bytes=1-2")
        self.assertEqual(lines[0]["sni"],
                         "release-assets.githubusercontent.localhost")


@unittest.skipUnless(nginx.available(), "nginx is not installed")
class NginxApi(unittest.TestCase):
    def test_it_serves_latest_and_redirects_assets(self):
        with LocalGitHub(nginx_api=True) as gh:
            gh.publish("v1.0.0", {"app.bin": DATA})
            gh.nginx.refresh()
            time.sleep(0.3)
            answer = fetch(gh, "%s/repos/%s/releases/latest" % (gh.api_url,
                                                                gh.repo))
            self.assertEqual(answer.json()["tag_name"], "v1.0.0")
            url = answer.json()["assets"][0]["url"]
            self.assertEqual(url, asset_url(gh, "v1.0.0", "app.bin"))
            place = fetch(gh, url, BYTES).get("location")
            self.assertEqual(fetch(gh, place).body, DATA)
            self.assertEqual([r["status"] for r in gh.nginx.log(3)],
                             [200, 302, 200])


if __name__ == "__main__":
    unittest.main()
