# SPDX-License-Identifier: Apache-2.0
"""The checklist of the client, by its numbers, where only the whole program
over TLS can show it."""

import re
import subprocess
import unittest
from urllib.parse import urlsplit

from accept_case import TOKEN, Scene, header, together

WITH_TOKEN = {"GITHUB_TOKEN": TOKEN}


class Requests(unittest.TestCase):
    def test_item_01_02_04_what_every_request_says(self):
        with Scene() as s:
            s.publish()
            s.installs()
            s.gh.settle()
            self.assertEqual([r["kind"] for r in s.gh.log],
                             ["api", "link", "asset"])
            for request, sni, accept in zip(
                    s.gh.log, ["api.github.localhost"] * 2
                    + ["release-assets.githubusercontent.localhost"],
                    ["application/vnd.github+json"]
                    + ["application/octet-stream"] * 2):
                self.assertEqual(request["sni"], sni)
                self.assertEqual(header(request, "Host"),
                                 f"{sni}:{s.gh.urls.port}")
                self.assertEqual(header(request, "Accept"), accept)
                self.assertNotRegex(header(request, "User-Agent"),
                                    "(?i)curl|wget|safari|firefox|^$")

    def test_item_03_the_api_version_stays_with_the_api(self):
        with Scene() as s:
            s.publish()
            s.installs()
            sent = [header(r, "X-GitHub-Api-Version") for r in s.gh.log]
            self.assertEqual(sent, ["2022-11-28"] * 2 + [None])

    def test_item_05_06_a_base_path_and_no_slash_at_the_end(self):
        for flavour, base in (("github", ""), ("ghes", "/api/v3"),
                              ("gitea", "/api/v1")):
            for tail in ("", "/"):
                with Scene(flavour=flavour) as s:
                    s.publish()
                    s.ends(10, "check", "--api", s.gh.api_url + tail)
                    self.assertEqual(
                        s.asked("api")[0]["target"],
                        base + "/repos/acme/thermostat/releases/latest")


class Heads(unittest.TestCase):
    def variants(self, *faults):
        """An update succeeds with each of these (fault, argument, on)."""
        with Scene() as s:
            s.publish()
            for fault, arg, on in faults:
                s.forget()
                s.gh.fault(fault, arg, on=on)
                s.installs()
                s.gh.clear_faults()

    def test_item_07_names_in_any_spelling(self):
        self.variants(*[("spelling", how, "any")
                        for how in ("lower", "upper", "mixed")])

    def test_item_08_10_long_lines_and_duplicates(self):
        self.variants(("dup-headers", None, "any"))

    def test_item_11_pieces_of_one_byte(self):
        self.variants(("one-byte", None, "api"), ("one-byte", None, "link"))

    def test_item_37_no_rate_limit_lines(self):
        self.variants(("no-rate", None, "api"))

    def test_item_09_locations_up_to_2048_bytes_and_no_more(self):
        with Scene() as s:
            s.publish()
            for length in (1000, 2047, 2048):
                s.gh.fault("long-location", length)
                s.installs()
                self.assertEqual(
                    len(s.gh.urls.asset + s.asked("asset")[-1]["target"]),
                    length)
                s.gh.clear_faults()
            for length in (2049, 3000, 20000):
                s.gh.fault("long-location", length)
                s.refused(25, "longer than this build", "update")
                s.gh.clear_faults()

    def test_item_12_what_is_compressed_is_25(self):
        with Scene() as s:
            s.publish()
            for kind, command in (("api", "check"), ("asset", "update")):
                s.revise(lambda request, reply, kind=kind: reply.set(
                    "Content-Encoding",
                    "gzip" if request.kind == kind else None))
                s.refused(25, "compressed|encod", command)
            self.assertEqual({header(r, "Accept-Encoding") for r in s.gh.log},
                             {"identity"})


class Json(unittest.TestCase):
    def test_item_16_17_19_21_shapes_of_the_same_release(self):
        with Scene() as s:
            s.publish(body='"tag_name":"v9.9.9","assets":[]')
            for fault, arg in (("key-order", "body-first"),
                               ("key-order", "sorted"),
                               ("key-order", "reversed"),
                               ("key-order", "random"), ("pretty", None),
                               ("hostile-body", 125_000), ("big-ids", None)):
                s.forget()
                s.gh.fault(fault, arg)
                s.installs()
                s.gh.clear_faults()

    def test_item_18_null_or_absent_fields(self):
        with Scene() as s:
            s.publish()
            for key in ("label", "body", "digest", "published_at", "author",
                        "uploader", "node_id", "content_type"):
                for how in ("null", "drop"):
                    s.forget()
                    s.gh.fault(how, key)
                    s.ends(10, "check")
                    s.gh.clear_faults()

    def test_item_22_only_what_is_uploaded(self):
        with Scene() as s:
            s.publish()
            for state in ("starter", "new", "open", "Uploaded"):
                s.forget()
                s.gh.fault("state", state)
                s.refused(24, "no asset", "check")
                s.gh.clear_faults()
            s.gh.fault("state", "absent")
            s.ends(10, "check")

    def test_item_24_names_are_compared_exactly(self):
        with Scene() as s:
            s.gh.publish("v1.1.0", {"Thermostat-rpi-1.bin": b"x",
                                    "thermostat-rpi-1.bin.sig": b"x",
                                    "athermostat-rpi-1.bin": b"x",
                                    "thermostat-rpi2-1.bin": b"x"})
            s.refused(24, "no asset", "check")
            s.gh.publish("v1.2.0", {"thermostat-rpi-1_x+y.bin": b"x"})
            s.ends(10, "check")

    def test_item_24_braces_stand_for_what_was_found(self):
        with Scene() as s:
            s.gh.publish("fw-1.1.0", {
                "thermostat-rpi-1.1.0.bin": b"x",
                "thermostat-rpi-fw-1.1.0.bin": b"x", "other-1.1.0": b"x"})
            for pattern, found in (
                    ("{board}-{version}.bin", "thermostat-rpi-1.1.0.bin"),
                    ("*-{tag}.bin", "thermostat-rpi-fw-1.1.0.bin"),
                    ("?ther-{version}", "other-1.1.0")):
                event = s.ends(10, "check", "--json", "--tag-prefix", "fw-",
                               "--asset", pattern).event("available")
                self.assertEqual((event["asset"], event["version"]),
                                 (found, "1.1.0"))


class Conditional(unittest.TestCase):
    def test_item_29_the_date_alone_else_the_etag(self):
        for fault, sent in ((None, (True, False)),
                            ("no-last-modified", (False, True))):
            with Scene() as s:
                s.publish()
                if fault:
                    s.gh.fault(fault)
                s.ends(10, "check")
                s.ends(10, "check")
                first, second = s.asked("api")
                self.assertEqual(second["status"], 304)
                for request, wanted in ((first, (False, False)),
                                        (second, sent)):
                    self.assertEqual(
                        (bool(header(request, "If-Modified-Since")),
                         bool(header(request, "If-None-Match"))), wanted)

    def test_item_30_a_weak_etag_is_as_good(self):
        with Scene() as s:
            s.publish()
            s.gh.fault("no-last-modified")
            s.gh.fault("weak-etag", on="api")
            s.ends(10, "check")
            s.ends(10, "check")
            self.assertEqual(s.asked("api")[1]["status"], 304)

    def test_item_31_another_token_or_question_asks_plainly(self):
        with Scene() as s:
            s.publish()
            s.publish("1.0.5")
            s.ends(10, "check")
            s.ends(10, "check", env=WITH_TOKEN)
            s.ends(10, "check", "--channel", "tag:v1.0.5")
            s.ends(10, "check", "--asset", "*")
            self.assertEqual([r["status"] for r in s.asked("api")], [200] * 4)

    def test_item_32_a_304_that_was_not_asked_for(self):
        with Scene() as s:
            s.publish()
            s.gh.fault("always-304", times=1)
            s.ends(10, "check")
            s.forget()
            s.gh.fault("always-304")
            s.refused(25, "304", "check")
            self.assertEqual(len(s.asked("api")), 2)

    def test_item_36_38_a_refusal_is_asked_once(self):
        with Scene() as s:
            s.publish()
            s.gh.tokens = ("other",)
            for status, more in ((401, {}), (403, {}), (451, {})):
                s.forget()
                s.gh.fault("status", status, on="api")
                s.refused(23, "access refused", "check", env=WITH_TOKEN)
                self.assertEqual(len(s.asked("api")), 1)
                s.gh.clear_faults()


class Redirects(unittest.TestCase):
    def test_item_40_41_a_renamed_repository_keeps_token_and_accept(self):
        with Scene() as s:
            s.publish()
            s.gh.rename("acme/old", "acme/thermostat")
            s.installs("--repo", "acme/old", env=WITH_TOKEN)
            s.gh.settle()
            self.assertEqual([r["status"] for r in s.gh.log],
                             [200 if i in (1, 4) else 301 if i in (0, 2)
                              else 302 for i in range(5)])
            for request in s.gh.log[:4]:
                self.assertEqual(header(request, "Authorization"),
                                 f"Bearer {TOKEN}")
            self.assertEqual(header(s.gh.log[3], "Accept"),
                             "application/octet-stream")
            self.assertIsNone(header(s.gh.log[4], "Authorization"))

    def test_item_42_a_location_goes_back_byte_for_byte(self):
        sent = []
        with Scene() as s:
            s.publish()
            s.revise(lambda _, reply: sent.append(reply.get("location")))
            s.installs()
            self.assertEqual(
                sent[1], s.gh.urls.asset + s.asked("asset")[0]["target"])

    def test_item_43_five_redirects_and_no_more(self):
        with Scene() as s:
            s.publish()
            s.gh.fault("redirect-chain", 4)
            s.installs()
            s.gh.clear_faults()
            s.gh.fault("redirect-chain", 5)
            s.refused(25, "redirect", "update")

    def test_item_44_bytes_at_once(self):
        with Scene(stream=True) as s:
            s.publish()
            s.installs()
            self.assertEqual(len(s.gh.connections), 1)

    def test_item_46_a_signed_url_is_kept_nowhere(self):
        with Scene() as s:
            s.publish()
            s.gh.fault("reset", 100_000, times=1)
            s.installs()
            for request in s.asked("asset"):
                secret = re.search("sig=([^&]+)", request["target"])[1]
                for path in s.device.state.iterdir():
                    self.assertNotIn(secret.encode(), path.read_bytes())
            first, second = s.asked("asset")
            self.assertNotEqual(first["target"], second["target"])

    def test_item_48_a_login_page_is_no_access(self):
        with Scene(flavour="ghes") as s:
            s.publish()
            for path in ("/login", "/login?return_to=%2F", "/session",
                         "/user/login"):
                s.revise(lambda request, reply, path=path: redirect(
                    reply, urlsplit(s.gh.api_url)._replace(path=path)
                    .geturl().replace("%3F", "?")))
                s.refused(23, "access refused", "check")


def redirect(reply, url):
    reply.status = 302
    reply.body = b""
    reply.set("Content-Length", "0")
    reply.set("Location", url)


class Downloads(unittest.TestCase):
    def test_items_47_to_53(self):
        together(item_47_a_url_that_is_refused_is_made_anew,
                 item_49_a_break_goes_on_with_if_range,
                 item_49_a_weak_etag_is_no_condition,
                 item_50_many_breaks, item_52_no_accept_ranges)

    def test_item_54_nothing_behind_the_announced_size_is_installed(self):
        with Scene() as s:
            s.publish()
            s.gh.fault("long-body", 1)
            s.refused(25, "longer", "update")
            self.assertFalse((s.device.root / "b/thermostat").exists())

    def test_item_55_no_digest_is_no_error(self):
        with Scene() as s:
            s.publish()
            for how in ("null", "absent"):
                s.forget()
                s.gh.fault("digest", how)
                self.assertIn("digest was not given", s.installs().out)
                s.gh.clear_faults()


def item_47_a_url_that_is_refused_is_made_anew(s):
    s.publish()
    s.gh.fault("expired", 403, times=2)
    s.installs()
    links, assets = s.asked("link"), s.asked("asset")
    assert [r["status"] for r in assets] == [403, 403, 200]
    assert len({r["target"] for r in assets}) == len(links) == 3
    for refused, again in zip(assets, links[1:]):
        assert again["time"] - refused["time"] >= 0.99


def item_49_a_break_goes_on_with_if_range(s):
    s.publish()
    s.gh.fault("reset", 100_000, times=1)
    s.installs()
    first, second = s.asked("asset")
    assert (first["status"], second["status"]) == (200, 206)
    assert header(second, "Range") == "bytes=100000-"
    assert re.fullmatch('"[^"]+"', header(second, "If-Range"))


def item_49_a_weak_etag_is_no_condition(s):
    s.publish()
    s.gh.fault("weak-etag", on="asset")
    s.gh.fault("reset", 100_000, times=1)
    s.installs()
    second = s.asked("asset")[1]
    assert header(second, "If-Range") is None and second["status"] == 206


def item_50_many_breaks(s):
    s.publish()
    s.gh.fault("reset", 70_000)
    s.installs()
    ranges = [header(r, "Range") for r in s.asked("asset")]
    assert ranges == [None, "bytes=70000-", "bytes=140000-"]


def item_52_no_accept_ranges(s):
    s.publish()
    s.gh.fault("no-accept-ranges")
    s.gh.fault("reset", 70_000, times=1)
    s.installs()
    assert s.asked("asset")[1]["status"] == 206


class Trust(unittest.TestCase):
    def test_item_57_58_both_versions_of_tls_and_every_good_chain(self):
        with Scene() as s:
            s.publish()
            for variant in ("tls1.2", "tls1.3", "deep"):
                for family in ("api", "asset"):
                    s.gh.certificate(family, variant)
                s.installs()
            versions = {r["tls"] for r in s.gh.log}
            self.assertEqual(versions, {"TLSv1.2", "TLSv1.3"})

    def test_item_59_nothing_is_asked_of_who_is_not_trusted(self):
        with Scene() as s:
            s.publish()
            for variant in ("expired", "not-yet", "wrong-host", "unknown-ca",
                            "self-signed", "no-chain"):
                s.gh.certificate("api", variant)
                s.refused(21, "certificate|host", "check", env=WITH_TOKEN)
            s.gh.certificate("api", "good")
            self.assertEqual(s.gh.log, [])
            s.gh.certificate("asset", "no-chain")
            s.refused(21, "not trusted", "update")
            self.assertEqual(s.asked("asset"), [])

    def test_item_59_trust_goes_by_ca_file_alone(self):
        with Scene() as s:
            s.publish()
            other = s.device.folder / "other.pem"
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=other",
                 "-keyout", s.device.folder / "key", "-out", other],
                check=True, capture_output=True)
            s.refused(21, "not trusted", "check", "--ca-file", other)


if __name__ == "__main__":
    unittest.main()
