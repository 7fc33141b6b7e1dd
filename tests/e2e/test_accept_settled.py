# SPDX-License-Identifier: Apache-2.0
"""Exit codes, limits, decisions and patience, as promised to scripts."""

import hashlib
import time
import unittest

from accept_case import IMAGE, NAME, Scene, together, within
from device import wait_for

DIGEST = hashlib.sha256(IMAGE).hexdigest()


class ExitCodes(unittest.TestCase):
    def test_on_the_way_to_the_asset_they_are_the_same(self):
        with Scene() as s:
            s.publish()
            for code, fault, on in ((22, "429", "link"), (22, "429", "asset"),
                                    (22, "403,9", "link"),
                                    (22, "403,9", "asset"),
                                    (23, "401", "link"), (23, "403", "link"),
                                    (23, "404", "link"),
                                    (23, "451", "link"), (25, "418", "link")):
                s.gh.fault("status", fault, on=on)
                s.refused(code, f"HTTP {fault[:3]}", "update")
                s.gh.clear_faults()
            s.gh.fault("rate-limited", "403,60", on="link")
            s.refused(22, "rate limit", "update")

    def test_statuses_that_nobody_expects_are_25_or_20(self):
        with Scene() as s:
            s.publish()
            for code, status in ((25, 402), (25, 418), (25, 204), (25, 206),
                                 (25, 300), (20, 501), (20, 599)):
                s.gh.fault("status", status, on="api")
                s.refused(code, "status|5xx", "check")
                s.gh.clear_faults()

    def test_an_unknown_api_version_is_named_as_the_cause(self):
        with Scene(api_versions=("2099-01-01",)) as s:
            s.publish()
            s.refused(25, "api-version", "check")

    def test_tags_that_are_no_version_are_25(self):
        with Scene() as s:
            s.publish()
            for tag in ("v1.1", "v1.1.0.0", "v01.1.0", "1.1.0x", "vv1.1.0",
                        "v1.1.0-", "v1.1.0-01", "", "v1.1.0\n", "v 1.1.0",
                        "v1.1.0-" + "x" * 200):
                s.gh.fault("tag", tag)
                s.refused(25, "check: ", "check")
                s.gh.clear_faults()
            s.refused(25, "tag-prefix", "check", "--tag-prefix", "fw-")

    def test_sizes_that_are_no_positive_31_bit_integer_are_25(self):
        with Scene() as s:
            s.publish()
            for size in ("0", "-0", "-1", "1.0", "1e3", "007", "true", "null",
                         "\"200000\"", "[1]", "2147483648", "4294967301",
                         "18446744073709551621"):
                s.gh.fault("size", size)
                s.refused(25, "check: ", "check")
                s.gh.clear_faults()

    def test_digests_that_are_none_are_25(self):
        with Scene() as s:
            s.publish()
            for digest in (DIGEST, "sha256", "sha256:", "sha256:" + DIGEST[1:],
                           f"sha256:{DIGEST}0", f"sha256: {DIGEST}",
                           f"sha256:{DIGEST[1:]}g", "true", "7", "{}", "[]"):
                s.gh.fault("digest", digest)
                s.refused(25, "check: ", "check")
                s.gh.clear_faults()

    def test_upper_case_digits_are_digits(self):
        with Scene() as s:
            s.publish()
            s.gh.fault("digest", "sha256:" + DIGEST.upper())
            self.assertIn("SHA-256 are right", s.installs().out)

    def test_an_unknown_algorithm_is_reported_and_not_used(self):
        for digest in ("sha512:" + 2 * DIGEST, "sha512-256:" + DIGEST,
                       "sha3-256:" + DIGEST, "md5:x"):
            with Scene() as s:
                s.publish()
                s.gh.fault("digest", digest)
                result = s.installs()
                self.assertIn("digest of an unknown kind", result.err)
                self.assertNotIn("SHA-256 are right", result.out)

    def test_a_page_of_the_right_size_is_25_all_the_same(self):
        with Scene() as s:
            s.publish()
            for kind in ("html", "xml", "json"):
                s.gh.fault(kind, "fit", on="asset")
                s.refused(25, "in place of the asset", "update")
                s.gh.clear_faults()

    def test_a_longer_body_is_25_however_it_is_framed(self):
        with Scene() as s:
            s.publish()
            for fault in ("long-body", "endless-body"):
                for framing in (None, "chunked", "no-length"):
                    s.forget()  # what came is good: it would go on there
                    s.gh.fault(fault)
                    if framing:
                        s.gh.fault(framing, "plain", on="asset")
                    s.refused(25, "longer than announced", "update")
                    s.gh.clear_faults()


class Limits(unittest.TestCase):
    def test_check_and_update_ask_at_once_though_a_limit_is_on(self):
        with Scene() as s:
            s.publish()
            s.gh.fault("secondary", "429,120", times=3)
            for command in ("check", "check", "update"):
                within(5, lambda: s.refused(22, "next check in 2 min",
                                            command))
            s.ends(10, "check")
            self.assertEqual(len(s.asked("api")), 4)

    def test_run_obeys_a_limit_that_was_met_before_it_began(self):
        with Scene() as s:
            s.publish()
            s.gh.fault("secondary", "403,120", times=1)
            s.refused(22, "rate limit", "check")
            with s.device.start("run", "--interval", "2s") as daemon:
                time.sleep(3)
                self.assertEqual(len(s.asked("api")), 1)
                self.assertEqual(daemon.stop()[0], 0)

    def test_run_asks_at_its_start_though_it_has_just_been_asked(self):
        with Scene() as s:
            s.publish("1.0.0")
            s.ends(0, "check")
            with s.device.start("run", "--interval", "1h") as daemon:
                self.assertTrue(wait_for(lambda: len(s.gh.log) == 2, 5))
                self.assertEqual(daemon.stop()[0], 0)


class Decisions(unittest.TestCase):
    def test_a_304_is_judged_by_what_is_configured_now(self):
        with Scene() as s:
            s.publish()
            s.ends(10, "check")
            s.ends(0, "check", "--version", "1.1.0")
            s.ends(0, "check", "--version", "2.0.0")
            s.ends(10, "check", "--version", "2.0.0", "--allow-downgrade",
                   "yes")
            self.assertEqual([r["status"] for r in s.asked("api")],
                             [200, 304, 304, 304])

    def test_a_304_does_not_bring_back_an_asset_that_is_gone(self):
        with Scene() as s:
            s.publish()
            s.ends(10, "check")
            image = IMAGE[::-1]
            s.gh.replace("v1.1.0", NAME.format("1.1.0"), image, new_id=True)
            s.gh.fault("always-304", times=1)
            s.refused(23, "HTTP 404", "update")
            s.gh.modified = lambda *_: 0  # and the date stays the same
            s.installs(image=image)

    def test_tags_are_encoded_in_the_path(self):
        with Scene() as s:
            for tag, path in (("../../x", "..%2F..%2Fx"), ("a%2Fb", "a%252Fb"),
                              ("v1+2?3#4", "v1%2B2%3F3%234")):
                s.gh.forget()
                s.refused(23, "not found", "check", "--channel", "tag:" + tag)
                self.assertTrue(s.asked("api")[0]["target"].endswith(
                    "/releases/tags/" + path))

    def test_prerelease_takes_the_highest_of_all_pages_but_no_draft(self):
        with Scene() as s:
            for n in range(65):
                s.publish(f"1.{n}.0-rc.1" if n % 2 else f"1.{n}.0", b"x" * 9,
                          prerelease=n % 2 == 1, draft=n > 62,
                          created_at=1_700_000_000 + n * 37 % 65)
            result = s.ends(10, "check", "--channel", "prerelease")
            self.assertIn("thermostat 1.62.0 is available", result.out)
            self.assertEqual(len(s.asked("api")), 3)
            self.assertEqual(len(s.gh.connections), 1)

    def test_pages_on_another_origin_are_25_and_not_asked_for(self):
        with Scene() as s:
            s.publish(prerelease=True)
            port = s.gh.urls.port
            for url in (f"https://evil.localhost:{port}/x",
                        f"http://api.github.localhost:{port}/x",
                        "https://api.github.localhost:1/x"):
                s.revise(lambda _, reply, url=url: reply.set(
                    "Link", f'<{url}>; rel="next"'))
                s.refused(25, "redirect", "check", "--channel", "prerelease")
            self.assertEqual({c["sni"] for c in s.gh.connections},
                             {"api.github.localhost"})

    def test_at_most_100_pages_are_read(self):
        with Scene() as s:
            s.publish("1.2.0-rc.1", prerelease=True)
            s.revise(lambda request, reply: reply.set(
                "Link", f'<{s.gh.api_url}{request.target}>; rel="next"'))
            s.ends(10, "check", "--channel", "prerelease")
            self.assertEqual(len(s.asked("api")), 100)


class Connections(unittest.TestCase):
    def test_a_connection_that_was_closed_silently_is_opened_once_more(self):
        for fault in ("silent-close", "late-close"):
            with Scene() as s:
                s.publish()
                s.gh.fault(fault)
                s.installs()
                answered = [r for r in s.asked("link") if r["status"]]
                self.assertEqual(len(answered), 1)
                self.assertLessEqual(len(s.asked("link")), 2)

    def test_bodies_delimited_by_close_are_accepted(self):
        with Scene() as s:
            s.publish()
            s.gh.fault("no-length", on="any")
            s.installs()

    def test_chunked_bodies_are_accepted_in_every_style(self):
        with Scene() as s:
            s.publish(image=IMAGE[:9000])
            for style in ("plain", "ext", "trailers", "bytes", "all"):
                s.forget()
                s.gh.fault("chunked", style, on="any")
                s.installs(image=IMAGE[:9000])
                s.gh.clear_faults()


class Patience(unittest.TestCase):
    """All at the same time, since each of these waits."""

    def test_attempts_and_rates(self):
        together(five_attempts, gains_do_not_count, no_ranges_no_progress,
                 always_replaced, a_4xx_resolves_again, a_4xx_for_ever,
                 slow_heads, slow_bodies, steady_heads)


def five_attempts(s):
    s.publish()
    s.gh.fault("reset", 0)
    within(50, lambda: s.refused(20, "ended early", "update"))
    assert len(s.asked("asset")) == 5


def gains_do_not_count(s):
    s.publish()
    s.gh.fault("reset", 25_000)
    within(50, s.installs)
    assert len(s.asked("asset")) == 8


def no_ranges_no_progress(s):
    s.publish()
    s.gh.fault("reset", 100_000)
    s.gh.fault("ignore-range")
    within(50, lambda: s.refused(20, "ended early", "update"))


def always_replaced(s):
    s.publish()
    s.gh.fault("reset", 100_000)
    s.gh.fault("replaced", 0)
    within(50, lambda: s.refused(20, "ended early", "update"))


def a_4xx_resolves_again(s):
    s.publish()
    for status in (400, 401, 403, 404):
        s.gh.forget()
        s.gh.fault("expired", status, times=1)
        s.installs()
        links = s.asked("link")
        assert len(links) == 2
        assert links[1]["time"] - s.asked("asset")[0]["time"] >= 0.99
        s.gh.clear_faults()


def a_4xx_for_ever(s):
    s.publish()
    s.gh.fault("expired", 403)
    within(50, lambda: s.refused(23, "HTTP 403", "update"))
    assert len(s.asked("link")) == len(s.asked("asset")) == 5


def slow_heads(s):
    s.publish()
    s.gh.fault("drip", 20, on="api")
    within(50, lambda: s.refused(20, "too slow", "check"))
    s.gh.clear_faults()
    s.gh.fault("drip", 20, on="link")
    within(50, lambda: s.refused(20, "too slow", "update"))


def slow_bodies(s):
    s.publish()
    s.gh.fault("drip-body", 50)
    within(50, lambda: s.refused(20, "too slow", "update",
                                 "--stall-timeout", "2s"))


def steady_heads(s):
    s.publish()
    s.gh.fault("drip", 400, on="link")
    s.installs()


if __name__ == "__main__":
    unittest.main()
