# SPDX-License-Identifier: Apache-2.0
"""Whatever comes: no hang, no crash, no harm, a code and a line of its own.
What test_agent_errors.py has is not repeated here."""

import json
import random
import signal
import socket
import time
import unittest

from accept_case import (NAME, TOKEN, Scene, in_namespace, namespaces,
                         together, within)

BIG = random.Random(7).randbytes(3_000_000)


class Server(unittest.TestCase):
    """The other side, as bad as can be; together, for some of it waits."""

    def test_what_takes_its_time(self):
        together(endless_json, one_byte_a_second, stops_in_the_middle,
                 stops_in_the_middle_for_ever, hangs_up, hangs_up_on_the_way,
                 no_handshake, no_name_server)

    def test_json_that_is_none_or_no_release_is_25(self):
        asset = {"id": 1, "name": NAME.format("1.1.0"), "size": 9, "url": "x"}
        release = {"id": 7, "tag_name": "v1.1.0", "assets": [asset]}
        good = json.dumps(release)

        def but(**keys):
            return json.dumps({**release, **keys})
        with Scene() as s:
            s.publish()
            s.gh.fault("json-text", good)
            s.ends(10, "check")
            s.gh.clear_faults()
            for text in ("", " ", "null", "true", "1", '"x"', "{", "}", good[
                    :-1], good + "x", good + good, "/**/" + good,
                    good.replace(",", ",,"), good.replace("7", "07"),
                    good.replace('"', "'"), good.replace("7", "NaN"),
                    "\0" + good, good.replace("v1", "v1\0"),
                    but(tag_name=None), but(tag_name=1), but(id="7"),
                    but(assets={}), but(assets="x"), but(draft="no"),
                    but(assets=[{**asset, "id": -1}]),
                    but(assets=[{**asset, "id": 2**64}]),
                    "[" * 10000, '{"a":' * 10000):
                s.forget()
                s.gh.fault("json-text", text)
                s.refused(25, "check: ", "check")
                s.gh.clear_faults()

    def test_no_usable_asset_is_24(self):
        with Scene() as s:
            s.publish()
            for assets in ([], None, [{"id": 1, "name": 5, "size": 9}],
                           [{"id": 1, "name": NAME.format("1").upper(),
                             "size": 9}]):
                s.forget()
                s.gh.fault("json-text", json.dumps(
                    {"id": 7, "tag_name": "v1.1.0", "assets": assets}))
                s.refused(24, "no asset", "check")
                s.gh.clear_faults()

    def test_two_matching_assets_are_24_among_1000_too(self):
        with Scene() as s:
            s.publish()
            s.gh.fault("many-assets", 996)
            s.gh.fault("twin-asset")
            s.refused(24, "more than one", "update")

    def test_names_with_control_characters_are_shown_without(self):
        name = 'thermostat-rpi-"\\\x1b[31m\x7f\u202e.bin'
        with Scene() as s:
            s.publish()
            s.gh.fault("json-text", json.dumps(
                {"id": 7, "tag_name": "v1.1.0", "assets": [
                    {"id": 1, "name": name, "size": 9, "url": "x"}]}))
            for args in (("check",), ("status",), ("check", "--json"),
                         ("status", "--json")):
                code = 10 if args[0] == "check" else 0
                result = s.ends(code, *args)
                self.assertNotRegex(result.out, "[\x00-\x09\x0b-\x1f\x7f]")
                if "--json" in args:
                    self.assertTrue(result.events)

    def test_a_head_without_end_is_25(self):
        with Scene() as s:
            s.publish()
            for on in ("api", "link", "asset"):
                s.gh.fault("endless-head", on=on)
                within(20, lambda: s.refused(25, "HTTP", "update"))
                s.gh.clear_faults()

    def test_redirects_of_the_api_are_held_to_the_same_rules(self):
        with Scene() as s:
            s.publish()
            for fault in ("redirect-http", "redirect-foreign", "redirect-loop",
                          "redirect-userinfo", "no-location"):
                s.gh.fault(fault, on="api")
                s.refused(25, "redirect", "check")
                s.gh.clear_faults()
            s.gh.fault("login", on="api")
            s.refused(23, "access refused", "check")
            self.assertEqual({c["sni"] for c in s.gh.connections},
                             {"api.github.localhost"})

    def test_locations_that_are_no_https_url_are_25(self):
        with Scene() as s:
            s.publish()
            for url in ("//evil.localhost/x", "https:/x", "https:///x",
                        "ftp://x/", "?x", "x/y", "https://x.y.localhost:0/",
                        "https://x.y.localhost:99999/", "javascript:1"):
                s.gh.fault("location", url)
                s.refused(25, "redirect", "update", "--asset-hosts",
                          ".y.localhost")
                s.gh.clear_faults()


class Ranges(unittest.TestCase):
    """The first reply breaks off in the middle; the next one is wrong."""

    def broken(self, s, fault, arg=None):
        s.publish()
        s.gh.fault("reset", 100_000, times=1)
        s.gh.fault(fault, arg)

    def test_wrong_content_ranges_are_25(self):
        for fault, arg in (("wrong-range-start", 1), ("wrong-range-start", -1),
                           ("wrong-range-total", 1), ("wrong-range-total", -1),
                           ("no-content-range", None)):
            with Scene() as s:
                self.broken(s, fault, arg)
                s.refused(25, "another range", "update")

    def test_200_for_a_range_request_starts_over(self):
        with Scene() as s:
            self.broken(s, "ignore-range")
            s.installs()
            self.assertEqual([r["status"] for r in s.asked("asset")],
                             [200, 200])

    def test_416_starts_over(self):
        with Scene() as s:
            self.broken(s, "always-416")
            s.installs()
            self.assertEqual([r["status"] for r in s.asked("asset")],
                             [200, 416, 200])

    def test_a_file_that_was_replaced_is_never_spliced(self):
        for code, more in ((26, 0), (25, 100), (26, -100)):
            with Scene() as s:
                self.broken(s, "replaced", more)
                s.refused(code, "digest|longer|size", "update")
        with Scene() as s:
            self.broken(s, "replaced")
            s.gh.fault("no-etag")
            s.refused(26, "digest does not match", "update")

    def test_a_body_that_is_shorter_than_said_is_26_or_taken_up(self):
        for framing in (None, "chunked", "no-length"):
            with Scene() as s:
                s.publish()
                s.gh.fault("short-body")
                if framing:
                    s.gh.fault(framing, "plain", on="asset")
                s.refused(26, "size does not match", "update")
                s.gh.clear_faults()
                s.gh.fault("truncate", 1000, times=1)
                s.installs()


class Device(unittest.TestCase):
    def setUp(self):
        if not namespaces():
            self.skipTest("no namespaces to mount things in")

    def test_no_network_is_20(self):
        with Scene() as s:
            s.device.conf["api"] = "https://127.0.0.1"
            s.refused(20, "no connection", "check",
                      wrap=in_namespace(":", "-n"))

    def test_a_name_server_that_is_silent_ends_check_and_run(self):
        with Scene() as s, socket.socket(type=socket.SOCK_DGRAM) as silent:
            try:
                silent.bind(("127.0.0.1", 53))
            except OSError as error:
                self.skipTest(f"port 53: {error}")
            s.device.conf["api"] = "https://device.example.com"
            file = s.device.folder / "resolv.conf"
            file.write_text("nameserver 127.0.0.1\n")
            alone = in_namespace(f"mount --bind {file} /etc/resolv.conf")
            within(30, lambda: s.refused(20, "check: ", "check", wrap=alone))

    def test_an_address_that_leads_nowhere_is_followed_by_the_next(self):
        if not socket.has_ipv6:
            self.skipTest("no IPv6")
        with Scene() as s, socket.socket(socket.AF_INET6) as hole:
            s.publish()
            try:
                hole.bind(("::1", s.gh.urls.port))
            except OSError as error:
                self.skipTest(f"::1: {error}")
            hosts = s.device.folder / "hosts"
            hosts.write_text("::1 localhost\n127.0.0.1 localhost\n")
            alone = in_namespace(f"mount --bind {hosts} /etc/hosts")
            # Item 60. Nobody listens and it refuses; then it is full.
            s.ends(10, "check", wrap=alone)
            hole.listen(0)
            full = [fill(hole) for _ in range(4)]
            s.ends(10, "check", "--stall-timeout", "3s", wrap=alone)
            for connection in full:
                connection.close()

    def test_a_full_disk_is_27(self):
        with Scene() as s:
            s.publish(image=BIG)
            root = s.device.root
            alone = in_namespace(
                f"mount -t tmpfs -o size=1m none {root}/b")
            (root / "b").mkdir()
            s.refused(27, "no room", "update", wrap=alone)
            self.assertEqual(s.asked("asset"), [])

    def test_a_full_disk_under_the_state_is_27(self):
        with Scene() as s:
            s.publish(image=BIG)
            s.device.state.mkdir()
            state = s.device.state
            alone = in_namespace(
                f"mount -t tmpfs -o size=64k none {state}\n"
                f"dd if=/dev/zero of={state}/filler 2>/dev/null || :")
            result = s.ends(27, "update", wrap=alone)
            self.assertIn("journal", result.err)
            self.assertEqual(s.device.active, "a")

    def read_only(self, s, path):
        return in_namespace(f"mount --bind {path} {path}\n"
                            f"mount -o remount,bind,ro {path}")

    def test_a_slot_that_may_only_be_read_is_27(self):
        with Scene() as s:
            s.publish()
            s.refused(27, "cannot be written", "update",
                      wrap=self.read_only(s, s.device.root))
        with Scene(slots=1 << 20) as s:
            s.publish()
            s.refused(27, "cannot be written", "update",
                      wrap=self.read_only(s, s.device.conf["slot-b"]))

    def test_a_state_that_may_only_be_read_is_27_but_for_status(self):
        with Scene() as s:
            s.publish()
            s.ends(10, "check")
            alone = self.read_only(s, s.device.state)
            for command in ("check", "update", "rollback", "boot"):
                s.refused(27, "rota: ", command, wrap=alone)
            s.ends(0, "status", wrap=alone)


class Files(unittest.TestCase):
    def test_a_journal_that_is_damaged_or_no_file(self):
        with Scene() as s:
            s.publish()
            journal = s.device.state / "journal"
            for text in (b"", b"x" * 100, b"\xff" * 40000, bytes(9)):
                s.ends(10, "check")
                journal.write_bytes(text)
                s.ends(0, "status")
                s.ends(10, "check")
            journal.unlink()
            journal.mkdir()
            s.refused(27, "journal", "check")

    def test_killed_at_any_moment_it_boots_one_whole_image(self):
        with Scene() as s:
            s.publish(image=BIG)
            moments = random.Random(3)
            for _ in range(20):
                with s.device.start("update") as update:
                    time.sleep(moments.uniform(0, 0.12))
                    update.stop(signal.SIGKILL)
                self.assertEqual(s.device.image("a"), b"old")
                if s.device.active == "b":
                    self.assertEqual(s.device.image("b"), BIG)
                    s.ends(0, "rollback")
            s.installs(image=BIG)

    def test_ended_by_a_signal_an_update_can_be_made_again(self):
        with Scene() as s:
            s.publish()
            s.gh.fault("stall", 100_000)
            with s.device.start("update") as update:
                time.sleep(0.5)
                self.assertLess(update.stop()[1], 5)
            s.gh.clear_faults()
            s.installs()

    def test_the_token_is_nowhere_to_be_found(self):
        with Scene(private=True) as s:
            s.publish()
            file = s.device.folder / "token"
            file.write_text(TOKEN + "\n")
            file.chmod(0o600)
            s.device.conf["token-file"] = file
            for fault, on in (("status", "api"), ("status", "link"),
                              ("html", "api"), ("redirect-foreign", "link"),
                              ("truncated-json", "api"), ("login", "link")):
                s.gh.fault(fault, on=on) if on != "link" or fault != "status" \
                    else s.gh.fault(fault, 403, on=on)
                for extra in ((), ("--json",)):
                    result = s.device.rota("update", *extra)
                    self.assertNotIn(TOKEN, result.out + result.err)
                s.gh.clear_faults()
            s.installs()
            with s.device.start("run", "--interval", "1h") as daemon:
                time.sleep(0.3)
                with open(f"/proc/{daemon.pid}/cmdline") as words:
                    self.assertNotIn(TOKEN, words.read())
                daemon.stop()
                self.assertNotIn(TOKEN, daemon.read())
            for path in s.device.state.iterdir():
                self.assertNotIn(TOKEN.encode(), path.read_bytes())


def fill(listener):
    """A connection that waits to be accepted, or for room to do so."""
    connection = socket.socket(listener.family)
    connection.setblocking(False)
    connection.connect_ex(listener.getsockname()[:2])
    return connection


def endless_json(s):
    s.publish()
    s.gh.fault("endless-json")
    within(45, lambda: s.refused(25, "JSON", "check"))


def one_byte_a_second(s):
    s.publish()
    for on in ("api", "asset"):
        s.gh.fault("drip", 1, on=on)
        within(50, lambda: s.refused(20, "too slow", "update"))
        s.gh.clear_faults()


def stops_in_the_middle(s):
    s.publish()
    s.gh.fault("stall", 100_000, times=2)
    within(50, s.installs)


def stops_in_the_middle_for_ever(s):
    s.publish()
    s.gh.fault("stall", 100_000)
    s.gh.fault("ignore-range")
    within(50, lambda: s.refused(20, "stopped", "update"))


def hangs_up(s):
    s.publish()
    s.gh.fault("hang-up", on="api")
    within(50, lambda: s.refused(20, "ended early", "check"))


def hangs_up_on_the_way(s):
    s.publish()
    s.gh.fault("hang-up", on="link")
    within(50, lambda: s.refused(20, "ended early", "update"))


def no_handshake(s):
    s.gh.fault("mute-tls")
    within(50, lambda: s.refused(20, "stopped", "check"))


def no_name_server(s):
    s.device.conf["api"] = "https://" + "a" * 63 + ".invalid"
    within(50, lambda: s.refused(20, "name was not found", "check"))


if __name__ == "__main__":
    unittest.main()
