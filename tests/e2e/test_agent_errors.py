# SPDX-License-Identifier: Apache-2.0
"""Each thing that goes wrong: its exit code, its words, and no harm done."""

import os
import socket
import time
import unittest

from agent_case import IMAGE, NAME, AgentCase



class Case(AgentCase):
    def fails(self, code, words, command="update", *args, **how):
        """The agent ends with code, says why in one line, and the old
        program is what it was."""
        result = self.expect(code, command, *args, **how)
        self.assertRegex(result.err, words)
        self.assertRegex(result.err, r"\Arota: [^\n]+\n\Z")
        self.assert_untouched()
        return result


class Network(Case):
    def test_a_name_that_does_not_exist_is_20(self):
        self.device.conf["api"] = "https://api.invalid"
        self.fails(20, "name was not found", "check")

    def test_nobody_listening_is_20_with_the_reason(self):
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
        self.device.conf["api"] = f"https://localhost:{port}"
        self.fails(20, "Connection refused", "check")

    def test_no_tls_on_the_other_side_is_20(self):
        port = self.gh.http_url.rsplit(":", 1)[1]
        self.device.conf["api"] = f"https://localhost:{port}"
        self.device.conf["stall-timeout"] = "1s"
        self.fails(20, "rota: check: ", "check")

    def test_a_fault_of_the_server_is_20(self):
        self.publish()
        for status in (500, 502, 503):
            self.gh.fault("status", status, on="api")
            self.fails(20, f"HTTP {status}", "check")
            self.gh.clear_faults()

    def test_a_server_that_stops_is_given_up_within_50_seconds(self):
        self.publish()
        for name, arg, on in (("mute", None, "api"), ("stall", 0, "asset"),
                              ("drip", 10, "asset")):
            self.gh.fault(name, arg, on=on)
            begin = time.monotonic()
            self.fails(20, "stopped or is too slow", "update",
                       "--stall-timeout", "1s")
            self.assertLess(time.monotonic() - begin, 50)
            self.gh.clear_faults()

    def test_a_slow_but_steady_server_is_waited_for(self):
        image = os.urandom(2000)
        self.publish(image=image)
        self.gh.fault("drip-body", 400)
        self.expect(0, "update", "--stall-timeout", "1s")
        self.assertEqual(self.device.image("b"), image)


class Trust(Case):
    def test_a_certificate_that_is_not_good_is_21(self):
        self.publish()
        for variant, words in (("expired", "expired or not valid yet"),
                               ("not-yet", "expired or not valid yet"),
                               ("wrong-host", "another host"),
                               ("unknown-ca", "not trusted"),
                               ("self-signed", "not trusted")):
            for family in ("api", "asset"):
                self.gh.certificate(family, variant)
                self.fails(21, words)
                self.gh.certificate(family, "good")

    def test_other_good_certificates_are_taken(self):
        self.publish()
        for variant in ("p384", "deep"):
            self.gh.certificate("api", variant)
            self.expect(10, "check")


class Limits(Case):
    def test_a_limit_is_22_at_once_with_the_time_of_the_next_check(self):
        self.publish()
        for fault, arg in (("rate-limited", "403,120"),
                           ("rate-limited", "429,120"),
                           ("secondary", "403,120"),
                           ("secondary", "429,120"), ("status", 429)):
            self.gh.fault(fault, arg, on="api")
            begin = time.monotonic()
            result = self.fails(22, "rate limit", "check")
            self.assertIn("next check in", result.err)
            self.assertLess(time.monotonic() - begin, 5)
            self.gh.clear_faults()


class Access(Case):
    def test_no_release_is_23_with_these_words(self):
        self.fails(23, "no release", "check")
        self.publish(draft=True)
        self.fails(23, "no release", "check")

    def test_a_repository_that_is_not_there_is_23(self):
        self.fails(23, "HTTP 404", "check", "--repo", "acme/nothing")

    def test_a_tag_that_is_not_there_is_23(self):
        self.fails(23, "not found", "check", "--channel", "tag:v9.9.9")

    def test_a_bad_token_is_23(self):
        self.publish()
        self.gh.private = ("acme/thermostat",)
        self.addCleanup(setattr, self.gh, "private", ())
        result = self.fails(23, "HTTP 401", "check",
                            env={"GITHUB_TOKEN": "ghp_bad"})
        self.assertNotIn("ghp_bad", result.err + result.out)

    def test_blocked_and_forbidden_are_23(self):
        self.publish()
        for fault, arg in (("blocked", "451"), ("blocked", "403"),
                           ("status", 403)):
            self.gh.fault(fault, arg, on="api")
            self.fails(23, "access refused", "check")
            self.gh.clear_faults()

    def test_a_login_page_is_23(self):
        self.publish()
        self.gh.fault("login")
        self.fails(23, "access refused")


class Assets(Case):
    def test_no_asset_for_this_board_is_24(self):
        self.gh.publish("v1.1.0", {"other-1.1.0.bin": IMAGE})
        self.fails(24, "no asset", "check")

    def test_two_assets_for_this_board_are_24(self):
        self.gh.publish("v1.1.0", {"thermostat-rpi-a.bin": IMAGE,
                                   "thermostat-rpi-b.bin": IMAGE})
        self.fails(24, "more than one", "check")

    def test_one_among_a_thousand_is_found(self):
        self.publish()
        self.gh.fault("many-assets", 999)
        self.expect(10, "check")


class Data(Case):
    def test_what_is_no_good_json_is_25(self):
        self.publish()
        for fault, arg in (("json-text", "<html>"), ("json-text", "{}"),
                           ("json-text", "[1,,2]"), ("truncated-json", None),
                           ("deep-json", None), ("gzip", None)):
            self.gh.fault(fault, arg, on="api")
            self.fails(25, "rota: check: ", "check")
            self.gh.clear_faults()

    def test_html_in_place_of_json_is_25(self):
        self.publish()
        self.gh.fault("html", on="api")
        self.fails(25, "JSON", "check")

    def test_a_hostile_description_is_passed_over(self):
        self.publish()
        self.gh.fault("hostile-body")
        self.expect(10, "check")

    def test_a_tag_that_is_no_version_is_25(self):
        self.gh.publish("latest-build", {NAME.format("x"): IMAGE})
        self.fails(25, "not a version", "check")

    def test_a_bad_size_is_25(self):
        self.publish()
        for size in ("0", "-1", "2147483648", "1e3", "\"7\"", "null"):
            self.gh.fault("size", size)
            self.fails(25, "rota: check: ", "check")
            self.gh.clear_faults()

    def test_a_bad_digest_is_25_and_an_unknown_algorithm_is_not(self):
        self.publish()
        for digest in ("sha256:abc", "7", "sha256:" + "g" * 64):
            self.gh.fault("digest", digest)
            self.fails(25, "rota: check: ", "check")
            self.gh.clear_faults()
        for digest in ("sha999:abc", "null", "absent"):
            self.gh.fault("digest", digest)
            self.expect(10, "check")
            self.gh.clear_faults()

    def test_a_page_in_place_of_the_asset_is_25(self):
        self.publish()
        for fault in ("html", "xml", "json"):
            self.gh.fault(fault, on="asset")
            self.fails(25, "in place of the asset")
            self.gh.clear_faults()

    def test_redirects_that_must_not_be_followed_are_25(self):
        self.publish()
        for fault in ("redirect-http", "redirect-foreign",
                      "redirect-userinfo", "redirect-loop", "no-location",
                      "long-location"):
            self.gh.fault(fault)
            self.fails(25, "rota: download: ")
            self.assertEqual(self.asked("asset"), [])
            self.gh.clear_faults()

    def test_hosts_that_are_not_allowed_are_25(self):
        self.publish()
        self.fails(25, "asset-hosts", "update", "--asset-hosts",
                   ".example.com")
        self.fails(25, "redirect", "update", "--asset-hosts", "")

    def test_a_body_that_is_longer_than_announced_is_25(self):
        self.publish()
        for fault in ("long-body", "endless-body"):
            self.gh.fault(fault)
            self.fails(25, "longer than announced")
            self.gh.clear_faults()

    def test_wrong_ranges_are_25(self):
        self.publish()
        self.gh.fault("reset", 100_000, times=1)
        for fault in ("wrong-range-start",):
            self.gh.fault(fault)
            self.fails(25, "range")
            self.gh.clear_faults()


class Mismatch(Case):
    def test_a_wrong_digest_is_26(self):
        self.publish()
        self.gh.fault("digest", "wrong")
        self.fails(26, "digest does not match")

    def test_a_damaged_image_is_26(self):
        self.publish()
        self.gh.fault("corrupt", 1234)
        self.fails(26, "digest does not match")

    def test_a_body_that_is_shorter_than_the_size_is_26(self):
        self.publish()
        self.gh.fault("short-body")
        self.fails(26, "size does not match")


class Place(Case):
    def test_no_link_is_27(self):
        self.publish()
        (self.device.root / "current").unlink()
        result = self.expect(27, "update")
        self.assertIn("rota: boot state: ", result.err)
        self.assertEqual(self.gh.log, [])

    def test_no_root_is_27(self):
        self.publish()
        self.expect(27, "update", "--root", self.device.folder / "nowhere")

    def test_a_state_folder_without_a_parent_is_27(self):
        result = self.expect(27, "check", "--state",
                             self.device.folder / "x/y")
        self.assertIn("No such file or directory", result.err)

    def test_the_state_folder_is_made_for_its_owner_alone(self):
        self.publish()
        self.expect(10, "check")
        self.assertEqual(self.device.state.stat().st_mode & 0o777, 0o700)

    def test_a_file_that_may_not_grow_is_27(self):
        self.publish(image=os.urandom(3_000_000))
        result = self.expect(
            27, "update", wrap=["sh", "-c", 'ulimit -f 1000; exec "$@"',
                                "sh"])
        self.assert_untouched()
        self.assertIn("rota: download: ", result.err)

    def test_a_folder_that_cannot_be_made_is_27(self):
        self.publish()
        (self.device.root / "b").write_text("in the way")
        self.fails(27, "rota: download: ")

    def test_a_damaged_journal_is_no_obstacle(self):
        self.publish()
        self.expect(10, "check")
        (self.device.state / "journal").write_bytes(os.urandom(32768))
        self.expect(0, "update")


class Locked(Case):
    def test_a_second_instance_is_28_and_names_the_first(self):
        self.publish(image=os.urandom(100_000))
        self.gh.fault("mute", on="api")
        with self.device.start("run") as first:
            self.assertTrue(self.wait_for_request())
            for command in ("check", "update", "run", "rollback"):
                self.fails(28, f"process {first.pid}", command)
            self.expect(0, "status")
            self.expect(0, "boot")
            self.expect(29, "confirm")

    def wait_for_request(self):
        end = time.monotonic() + 20
        while not self.gh.log and time.monotonic() < end:
            time.sleep(0.02)
        return bool(self.gh.log)


class AsJson(Case):
    def test_a_failure_is_an_object_with_its_exit_code(self):
        result = self.expect(23, "check", "--json")
        event = result.event("failed")
        self.assertEqual(event["exit"], 23)
        self.assertEqual(event["error"], "ENORELEASE")
        self.assertEqual(event["status"], 404)
        self.assertEqual(event["state"], "check")
        self.assertEqual(event["text"], "no release")

    def test_so_is_a_wrong_option(self):
        result = self.expect(2, "check", "--json", "--bored", "x")
        self.assertEqual(result.event("failed")["exit"], 2)


if __name__ == "__main__":
    unittest.main()
