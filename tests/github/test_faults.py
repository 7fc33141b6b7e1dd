# SPDX-License-Identifier: Apache-2.0
"""Each fault does what its line in the table says."""

import gzip
import json
import os
import pathlib
import socket
import time
import unittest

from github import case
from github.faults import TABLE
from github.rawclient import (BYTES, Client, Short, asset_url, fetch, link,
                              releases_url)

DATA = bytes(range(256)) * 20
SIZE = len(DATA)


class Case(case.Case):
    def setUp(self):
        super().setUp()
        self.gh.publish("v1.0.0", {"app.bin": DATA})
        self.url = releases_url(self.gh, "/latest")

    def fault(self, name, arg=None, **how):
        self.gh.clear_faults()
        return self.gh.fault(name, arg, **how)

    def latest(self, name, arg=None, headers=(), **how):
        """What "latest" answers under a fault."""
        self.fault(name, arg, **how)
        return fetch(self.gh, self.url, headers)

    def asset(self, name, arg=None, headers=(), **how):
        """What the asset host answers under a fault."""
        self.fault(name, arg, **how)
        return fetch(self.gh, link(self.gh), headers)

    def first_asset(self, name, arg=None):
        return self.latest(name, arg).json()["assets"][0]

    def redirect(self, name, arg=None):
        self.fault(name, arg)
        return fetch(self.gh, asset_url(self.gh, "v1.0.0", "app.bin"), BYTES)

    def cut_after(self, name, arg):
        with self.assertRaises(Short) as caught:
            self.asset(name, arg)
        return caught.exception


class Wire(Case):
    def test_one_byte_writes_arrive_one_by_one(self):
        self.fault("one-byte", on="api")
        with Client(self.gh, self.url) as client:
            client.send("/repos/%s/releases/latest" % self.gh.repo)
            self.assertEqual([len(client.sock.recv(9999))
                              for _ in range(50)], [1] * 50)
        self.assertEqual(self.latest("one-byte").json()["tag_name"],
                         "v1.0.0")

    def test_chunked_in_every_style_carries_the_same_body(self):
        for style in ("plain", "ext", "trailers", "bytes", "all"):
            answer = self.asset("chunked", style, on="asset")
            self.assertEqual(answer.body, DATA, style)
            self.assertIsNone(answer.get("content-length"))
            self.assertEqual(b";flag" in answer.wire, style in ("ext", "all"))
            self.assertEqual(answer.wire.endswith(b'ETag: "3"\r\n\r\n'),
                             style in ("trailers", "all"))
            self.assertEqual(len(answer.wire) > 5 * SIZE,
                             style in ("bytes", "all"), style)

    def test_no_length_ends_with_the_connection(self):
        answer = self.asset("no-length", on="asset")
        self.assertIsNone(answer.get("content-length"))
        self.assertEqual(answer.body, DATA)

    def test_truncate_ends_in_good_order_but_early(self):
        self.assertEqual(self.cut_after("truncate", 1000).data, DATA[:1000])
        self.assertEqual(self.cut_after("truncate", -1).data, DATA[:-1])
        self.assertEqual(self.cut_after("truncate", 0).data, b"")

    def test_reset_is_an_rst(self):
        self.fault("reset", 1000)
        url = link(self.gh)
        with Client(self.gh, url) as client:
            client.send(url.split(client.host)[1])
            # below TLS, which tells an RST and an end apart badly
            raw = socket.socket(fileno=os.dup(client.sock.fileno()))
            raw.settimeout(5)
            with raw, self.assertRaises(ConnectionResetError):
                while raw.recv(65536):
                    pass

    def test_stall_says_nothing_more(self):
        self.fault("stall", 1000)
        with self.assertRaises(TimeoutError):
            fetch(self.gh, link(self.gh), timeout=0.5)

    def test_drip_sends_so_many_bytes_a_second(self):
        for name in ("drip", "drip-body"):
            start = time.monotonic()
            self.assertEqual(self.asset(name, 10000).body, DATA)
            took = time.monotonic() - start
            self.assertTrue(0.4 < took < 2, "%s %f" % (name, took))

    def test_excess_follows_the_body(self):
        self.fault("excess", 50)
        url = link(self.gh)
        with Client(self.gh, url) as client:
            answer = client.get(url.split(client.host)[1])
            self.assertEqual(answer.body, DATA)
            self.assertEqual(client.exactly(50), b"x" * 50)

    def test_spelling_changes_every_name(self):
        answer = self.latest("spelling", "lower")
        self.assertEqual(answer.names, [n.lower() for n in answer.names])
        answer = self.latest("spelling", "upper")
        self.assertFalse([li for li in answer.lines if ": " in li.split(
            ":", 1)[0] + li.split(":", 1)[1][:1]])
        self.assertIn("SERVER:GitHub.com", answer.lines)
        answer = self.latest("spelling", "mixed")
        self.assertIn("sErVeR: \tGitHub.com  ", answer.lines)

    def test_dup_headers_are_there_twice_and_empty(self):
        answer = self.latest("dup-headers")
        self.assertEqual(answer.names.count("X-Empty"), 2)
        self.assertGreater(len(answer.get("x-long")), 4000)

    def test_endless_head_never_comes_to_a_body(self):
        with self.assertRaises(Short) as caught:
            self.latest("endless-head", 300)
        self.assertLess(len(caught.exception.data), 2000)
        self.assertEqual(self.gh.log[-1]["status"], 200)


class Connections(Case):
    path = "/repos/acme/thermostat/releases/latest"

    def test_silent_close_answers_and_is_gone(self):
        self.fault("silent-close")
        with Client(self.gh, self.url) as client:
            answer = client.get(self.path)
            self.assertIsNone(answer.get("connection"))
            with self.assertRaises((Short, OSError)):
                client.get(self.path)

    def test_late_close_takes_the_second_request_unanswered(self):
        self.fault("late-close", times=1)
        with Client(self.gh, self.url) as client:
            self.assertEqual(client.get(self.path).status, 200)
            with self.assertRaises((Short, OSError)):
                client.get(self.path)
        self.gh.settle()
        self.assertEqual([r["status"] for r in self.gh.log], [200, None])
        with Client(self.gh, self.url) as client:
            self.assertEqual([client.get(self.path).status
                              for _ in range(3)], [200] * 3)

    def test_hang_up_never_answers_and_closes(self):
        with self.assertRaises((Short, OSError)):
            self.latest("hang-up")

    def test_mute_never_answers_and_stays(self):
        self.fault("mute")
        with self.assertRaises(TimeoutError):
            fetch(self.gh, self.url, timeout=0.3)
        self.assertEqual(len(self.gh.log), 1)

    def test_mute_tls_never_shakes_hands(self):
        self.fault("mute-tls", times=1)
        with self.assertRaises(TimeoutError):
            fetch(self.gh, self.url, timeout=0.3)
        self.assertEqual(fetch(self.gh, self.url).status, 200)


class Instead(Case):
    def test_status_answers_that_status(self):
        for status in (429, 500, 502, 503, 504, 401, 403, 404, 451):
            answer = self.latest("status", status)
            self.assertEqual(answer.status, status)
            self.assertEqual(answer.get("content-type") == "text/html",
                             status >= 500)
        self.assertEqual(self.latest("status", "503,7").get("retry-after"),
                         "7")
        self.assertEqual(self.asset("status", 404, on="asset").status, 404)

    def test_rate_limited_has_nothing_left(self):
        answer = self.latest("rate-limited", "403,100")
        self.assertEqual((answer.status, answer.get("x-ratelimit-remaining")),
                         (403, "0"))
        left = int(answer.get("x-ratelimit-reset")) - time.time()
        self.assertTrue(97 < left <= 100)
        self.assertEqual(self.latest("rate-limited", 429).status, 429)

    def test_secondary_may_say_how_long(self):
        answer = self.latest("secondary", "429,60")
        self.assertEqual((answer.status, answer.get("retry-after")),
                         (429, "60"))
        answer = self.latest("secondary")
        self.assertEqual((answer.status, answer.get("retry-after")),
                         (403, None))
        self.assertNotEqual(answer.get("x-ratelimit-remaining"), "0")

    def test_blocked_says_why(self):
        answer = self.latest("blocked")
        self.assertEqual(answer.status, 451)
        self.assertEqual(list(answer.json()["block"]),
                         ["reason", "created_at", "html_url"])
        self.assertEqual(self.latest("blocked", 403).status, 403)

    def test_a_page_comes_in_place_of_the_asset(self):
        for name, kind in (("html", "text/html; charset=utf-8"),
                           ("xml", "application/xml"),
                           ("json", "application/json; charset=utf-8")):
            answer = self.asset(name)
            self.assertEqual((answer.status, answer.get("content-type")),
                             (200, kind))
            self.assertNotEqual(len(answer.body), SIZE)
            self.assertEqual(len(self.asset(name, "fit").body), SIZE)
        self.assertIn(b"<html>", self.latest("html", on="api").body)

    def test_always_304_says_so_to_the_first_request(self):
        self.assertEqual(self.latest("always-304").status, 304)

    def test_redirects_lead_astray(self):
        for name, start in (
                ("login", self.gh.web_url + "/login?"),
                ("redirect-http", "http://"),
                ("redirect-foreign", "https://evil.localhost:"),
                ("redirect-userinfo", "https://user:pass@"),
                ("redirect-loop", asset_url(self.gh, "v1.0.0", "app.bin"))):
            answer = self.redirect(name)
            self.assertEqual(answer.status, 302)
            self.assertTrue(answer.get("location").startswith(start), name)
        self.assertIsNone(self.redirect("no-location").get("location"))
        self.assertEqual(self.redirect("location", "x:y").get("location"),
                         "x:y")
        self.assertEqual(len(self.redirect("long-location", 3000)
                             .get("location")), 3000)

    def test_a_chain_has_so_many_hops(self):
        answer = self.redirect("redirect-chain", 3)
        hops = 0
        while self.gh.api_url in answer.get("location"):
            hops += 1
            answer = fetch(self.gh, answer.get("location"), BYTES)
        self.assertEqual(hops, 3)
        self.assertEqual(fetch(self.gh, answer.get("location")).body, DATA)


class Bytes(Case):
    part = {"Range": "bytes=100-"}

    def test_ignore_range_gives_the_whole(self):
        answer = self.asset("ignore-range", None, self.part)
        self.assertEqual((answer.status, answer.body), (200, DATA))

    def test_content_range_can_lie(self):
        self.assertEqual(
            self.asset("wrong-range-start", 5, self.part).get(
                "content-range"), "bytes 105-%d/%d" % (SIZE + 4, SIZE))
        self.assertEqual(
            self.asset("wrong-range-total", 7, self.part).get(
                "content-range"), "bytes 100-%d/%d" % (SIZE - 1, SIZE + 7))
        answer = self.asset("no-content-range", None, self.part)
        self.assertEqual((answer.status, answer.get("content-range")),
                         (206, None))

    def test_206_comes_unasked_and_416_always(self):
        answer = self.asset("unasked-206")
        self.assertEqual((answer.status, answer.body), (206, DATA))
        answer = self.asset("always-416", None, self.part)
        self.assertEqual(answer.status, 416)

    def test_lines_are_left_out(self):
        self.assertIsNone(self.asset("no-accept-ranges").get(
            "accept-ranges"))
        self.assertIsNone(self.asset("no-etag").get("etag"))
        self.assertTrue(self.asset("weak-etag").get("etag").startswith(
            'W/"0x8D'))

    def test_replaced_is_another_file_after_the_cut(self):
        for more in (0, 10, -10):
            self.gh.publish("v1.0.0", {"app.bin": DATA})
            self.gh.clear_faults()
            self.gh.fault("replaced", more, times=1)
            self.gh.fault("truncate", 1000, times=1)
            url = link(self.gh)
            before = fetch(self.gh, self.url).json()["assets"][0]
            with self.assertRaises(Short):
                fetch(self.gh, url)
            self.gh.settle()
            answer = fetch(self.gh, url)
            self.assertEqual(len(answer.body), SIZE + more)
            self.assertNotEqual(answer.body[:1000], DATA[:1000])
            after = fetch(self.gh, self.url).json()["assets"][0]
            self.assertNotEqual(before["digest"], after["digest"])

    def test_corrupt_changes_one_byte_wherever_it_is_asked_for(self):
        answer = self.asset("corrupt", 150)
        self.assertEqual([i for i in range(SIZE)
                          if answer.body[i] != DATA[i]], [150])
        self.assertNotEqual(self.asset("corrupt", 150, self.part).body,
                            DATA[100:])

    def test_a_body_is_longer_or_shorter_than_the_json_says(self):
        answer = self.asset("long-body", 30)
        self.assertEqual(len(answer.body), SIZE + 30)
        self.assertEqual(answer.body[:SIZE], DATA)
        self.assertEqual(self.asset("short-body", 30).body, DATA[:-30])

    def test_an_endless_body_goes_on(self):
        answer = self.asset("endless-body", 1 << 20)
        self.assertGreaterEqual(len(answer.body), 1 << 20)

    def test_expired_says_the_status(self):
        for status in (403, 400, 404):
            self.assertEqual(self.asset("expired", status).status, status)


class Json(Case):
    def test_the_text_can_be_no_json_at_all(self):
        for name, arg in (("truncated-json", None), ("deep-json", 5000),
                          ("json-text", "{,}")):
            with self.assertRaises((ValueError, RecursionError)):
                self.latest(name, arg).json()
        answer = self.latest("endless-json", 1 << 20)
        self.assertGreaterEqual(len(answer.body), 1 << 20)

    def test_size_is_any_json_value(self):
        for arg, text in ((0, b"0"), (-1, b"-1"), (1 << 31, b"2147483648"),
                          ("1e6", b"1e6"), ('"123"', b'"123"'),
                          ("null", b"null"), ("1.0", b"1.0")):
            answer = self.latest("size", arg)
            self.assertIn(b'"size":%s,' % text, answer.body)
            json.loads(answer.body)
        self.assertNotIn("size", self.first_asset("size", "absent"))

    def test_digest_is_wrong_null_absent_or_odd(self):
        right = fetch(self.gh, self.url).json()["assets"][0]["digest"]
        wrong = self.first_asset("digest")["digest"]
        self.assertRegex(wrong, "^sha256:[0-9a-f]{64}$")
        self.assertNotEqual(wrong, right)
        self.assertIsNone(self.first_asset("digest", "null")["digest"])
        self.assertNotIn("digest", self.first_asset("digest", "absent"))
        for odd in ("md5:00", "sha256:xyz", "sha3-256:" + "0" * 64):
            self.assertEqual(self.first_asset("digest", odd)["digest"], odd)

    def test_state_is_starter_new_or_absent(self):
        self.assertEqual(self.first_asset("state")["state"], "starter")
        self.assertEqual(self.first_asset("state", "new")["state"], "new")
        self.assertNotIn("state", self.first_asset("state", "absent"))

    def test_keys_are_dropped_or_null_everywhere(self):
        self.assertNotIn("url", self.first_asset("drop", "url"))
        self.assertIsNone(self.first_asset("null", "label")["label"])

    def test_the_tag_can_be_anything(self):
        self.assertEqual(self.latest("tag", "nightly").json()["tag_name"],
                         "nightly")

    def test_twins_have_one_name_and_two_ids(self):
        twins = self.latest("twin-asset").json()["assets"]
        self.assertEqual(len({a["name"] for a in twins}), 1)
        self.assertEqual(len({a["id"] for a in twins}), 2)

    def test_a_thousand_assets_end_with_the_real_one(self):
        answer = self.latest("many-assets")
        found = answer.json()["assets"]
        self.assertEqual((len(found), found[-1]["name"]), (1000, "app.bin"))
        self.assertEqual(len({a["name"] for a in found}), 1000)
        self.assertGreater(len(answer.body), 1300000)

    def test_a_hostile_body_is_valid_json(self):
        answer = self.latest("hostile-body")
        value = answer.json()
        self.assertEqual(len(value["body"]), 125000)
        self.assertIn('"tag_name":"v99.0.0"', value["body"])
        self.assertEqual(value["tag_name"], "v1.0.0")

    def test_keys_come_in_another_order(self):
        plain = fetch(self.gh, self.url).json()
        for order in ("body-first", "sorted", "reversed", "random", "r2"):
            value = self.latest("key-order", order).json()
            self.assertEqual(value, plain)
            self.assertNotEqual(list(value), list(plain), order)
        first = self.latest("key-order", "body-first").json()
        self.assertEqual(list(first)[0], "body")

    def test_ids_can_be_bigger_than_a_double(self):
        value = self.latest("big-ids").json()
        self.assertGreater(value["id"], 1 << 53)
        ident = value["assets"][0]["id"]
        self.assertGreater(ident, 1 << 53)
        self.assertEqual(fetch(self.gh, releases_url(
            self.gh, "/assets/%d" % ident), BYTES).status, 302)

    def test_pretty_is_for_everybody(self):
        self.assertIn(b"\n  ", self.latest("pretty").body)

    def test_gzip_comes_unasked(self):
        answer = self.latest("gzip")
        self.assertEqual(answer.get("content-encoding"), "gzip")
        self.assertEqual(json.loads(gzip.decompress(answer.body))[
            "tag_name"], "v1.0.0")

    def test_rate_lines_and_dates_are_left_out(self):
        names = [n.lower() for n in self.latest("no-rate").names]
        self.assertNotIn("x-ratelimit-limit", names)
        self.assertIsNone(self.latest("no-last-modified").get(
            "last-modified"))


class Switches(Case):
    def test_a_fault_acts_so_many_times_after_so_many_requests(self):
        fault = self.fault("status", 500, on="api", times=2, skip=1)
        seen = [fetch(self.gh, self.url).status for _ in range(5)]
        self.assertEqual(seen, [200, 500, 500, 200, 200])
        self.assertEqual(fault.hits, 5)

    def test_a_fault_acts_on_what_it_says(self):
        self.fault("status", 500, on="link")
        self.assertEqual(fetch(self.gh, self.url).status, 200)
        url = asset_url(self.gh, "v1.0.0", "app.bin")
        self.assertEqual(fetch(self.gh, url).status, 200)
        self.assertEqual(fetch(self.gh, url, BYTES).status, 500)
        self.fault("status", 500, on="any", path="/latest$")
        self.assertEqual(fetch(self.gh, url).status, 200)
        self.assertEqual(fetch(self.gh, self.url).status, 500)

    def test_the_command_line_writes_all_of_it(self):
        fault = self.gh.faults.add_switch("status=503,7@api/1*2")
        self.assertEqual((fault.name, fault.arg, fault.on, fault.skip,
                          fault.times), ("status", "503,7", "api", 1, 2))
        fault = self.gh.faults.add_switch("reset=4096")
        self.assertEqual((fault.arg, fault.on, fault.times),
                         (4096, "asset", None))
        for bad in ("no-such", "reset=x", "status@nowhere", "Reset!"):
            with self.assertRaises(ValueError):
                self.gh.faults.add_switch(bad)

    def test_a_fault_counts_only_requests_on_which_it_shows(self):
        self.fault("ignore-range", times=1)
        url, part = link(self.gh), {"Range": "bytes=1-"}
        self.assertEqual([fetch(self.gh, url, h).status
                          for h in ({}, part, part)], [200, 200, 206])

    def test_the_log_tells_what_was_done(self):
        self.fault("truncate", 1000)
        with self.assertRaises(Short):
            fetch(self.gh, link(self.gh), {"Range": "bytes=5-"})
        self.gh.settle()
        last = self.gh.log[-1]
        self.assertEqual(
            (last["status"], last["sent"], last["range"], last["faults"],
             last["kind"], last["method"]),
            (206, 1000, "bytes=5-", ["truncate"], "asset", "GET"))


class Table(unittest.TestCase):
    def test_every_fault_of_the_table_has_a_test(self):
        text = pathlib.Path(__file__).read_text(encoding="utf-8")
        text += pathlib.Path(__file__).with_name(
            "test_writes.py").read_text(encoding="utf-8")
        missing = [n for n in TABLE if '"%s"' % n not in text]
        self.assertEqual(missing, [])

    def test_every_fault_is_in_the_readme(self):
        text = pathlib.Path(__file__).with_name("README.md").read_text()
        self.assertEqual([n for n in TABLE if "| `%s` |" % n not in text], [])


if __name__ == "__main__":
    unittest.main()
