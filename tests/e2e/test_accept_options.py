# SPDX-License-Identifier: Apache-2.0
"""Options, the configuration file, where the token may go and where images
are put, as promised to scripts."""

import json
import os
import time
import unittest

from accept_case import NAME, TOKEN, Scene, header


class Options(unittest.TestCase):
    def test_options_stand_before_or_after_the_command(self):
        with Scene() as s:
            s.publish("0.9.0")
            for args in (("check", "--allow-downgrade", "yes"),
                         ("--allow-downgrade", "yes", "check"),
                         ("--allow-downgrade=yes", "check", "--json"),
                         ("--json", "check", "--allow-downgrade", "yes")):
                s.ends(10, *args)

    def test_json_and_help_take_no_value_and_all_others_take_one(self):
        with Scene() as s:
            for args in (("check", "--json=1"), ("check", "--json", "yes"),
                         ("check", "--help=1"), ("check", "--repo"),
                         ("check", "--allow-downgrade"),
                         ("check", "--allow-downgrade", "--json"),
                         ("check", "-c"), ("check", "--version"),
                         ("--version",)):
                s.refused(2, "usage", *args)
            self.assertIn("rota check", s.ends(0, "check", "--help").out)
            self.assertEqual(s.gh.connections, [])

    def test_version_with_a_value_is_the_key(self):
        with Scene() as s:
            s.publish()
            s.ends(10, "check", "--version", "1.0.9")
            s.ends(0, "check", "--version", "1.1.0")
            self.assertRegex(s.ends(0, "version").out, r"\Arota \d")

    def configured(self, s, more):
        file = s.device.folder / "more.conf"
        file.write_text(s.device.write_conf().read_text() + more)
        return file

    def test_comments_begin_a_line_or_follow_white_space(self):
        with Scene() as s:
            s.publish()
            for code, more in (
                    (10, "; board = x\n # board = x\n\n"),
                    (10, "board = thermostat-rpi ; as printed on it\n"),
                    (10, "board = thermostat-rpi\t# as printed on it\r\n"),
                    (24, "board = thermostat-rpi;2\n"),
                    (24, "board = thermostat#rpi\n"),
                    (10, "board=thermostat-rpi"),
                    (10, "board = x\nboard = thermostat-rpi\n")):
                s.ends(code, "check", "-c", self.configured(s, more))

    def test_lines_that_make_no_sense_are_2_and_name_file_and_line(self):
        with Scene() as s:
            lines = len(s.device.conf) + 1
            for more in ("bored = x\n", "board\n", "= x\n", "[rota]\n",
                         "json = yes\n", "Board = x\n",
                         "interval = soon\n"):
                file = self.configured(s, more)
                s.refused(2, f"more.conf:{lines}: ", "check", "-c", file)
            for more in ("board = a\0b\n", "#" * 20000):
                s.refused(2, "more.conf: ", "check", "-c",
                          self.configured(s, more))
            self.assertEqual(s.gh.connections, [])

    def test_stray_slashes_and_dots_are_2_before_any_connection(self):
        bad = {"repo": ("acme", "acme/", "/thermostat", "acme//thermostat",
                        "acme/thermostat/", "../thermostat", "acme/..",
                        "acme/.", "acme/x y", "acme/x?y", "acme/x%2fy"),
               "install-as": ("", "/", "x/", "/x", "..", ".", "a/../b",
                              ".hidden", "a\nb"),
               "api": ("http://api.github.com", "api.github.com",
                       "https://", "https://u@h", "https://h:0",
                       "https://h:99999", "https://h/?x", "https://h/../x"),
               "asset-hosts": ("githubusercontent.com", "*.x.com", ".",
                               "..x", ".x y", ".x/y", ".x:443")}
        with Scene() as s:
            for key, values in bad.items():
                for value in values:
                    s.refused(2, key, "check", "--" + key, value)
            self.assertEqual(s.gh.connections, [])


class Origins(unittest.TestCase):
    """asset-hosts, and where the token goes."""

    def test_suffixes_match_at_a_label_boundary_only(self):
        with Scene() as s:
            s.publish()
            port = s.gh.urls.port
            for host in ("evilgithubusercontent.localhost",
                         "githubusercontent.localhost",
                         "x.githubusercontent.localhost.evil.localhost",
                         "127.0.0.1", "[::1]"):
                s.gh.fault("location", f"https://{host}:{port}/x")
                s.refused(25, "asset-hosts", "update")
                s.gh.clear_faults()
            names = {c["sni"] for c in s.gh.connections}
            self.assertEqual(names, {"api.github.localhost"})

    def test_several_suffixes_are_separated_by_commas(self):
        with Scene() as s:
            s.publish()
            s.installs("--asset-hosts", ".example.com,.localhost")
            s.installs("--asset-hosts",
                       ".example.com , .GitHubUserContent.localhost")
            s.refused(25, "asset-hosts", "update", "--asset-hosts",
                      ".example.com,.content.localhost")

    def test_the_host_of_the_api_is_always_allowed_on_any_port(self):
        with Scene(names="ports") as s:
            s.publish()
            s.installs("--asset-hosts", "", env={"GITHUB_TOKEN": TOKEN})
            tokens = [header(r, "Authorization") for r in s.gh.log]
            self.assertEqual(tokens, [f"Bearer {TOKEN}"] * 2 + [None])

    def test_a_release_may_not_name_another_host_either(self):
        with Scene(flavour="gitea") as s:
            for url in (f"https://evil.localhost:{s.gh.urls.port}/x",
                        f"http://github.localhost:{s.gh.urls.port}/x", "/x",
                        f"https://u@github.localhost:{s.gh.urls.port}/x"):
                s.publish()
                s.gh.fault("json-text", json.dumps(
                    {"id": 1, "tag_name": "v1.1.0", "assets": [
                        {"id": 2, "name": NAME.format("1.1.0"), "size": 9,
                         "browser_download_url": url}]}))
                s.refused(25, "asset-hosts", "update",
                          env={"GITHUB_TOKEN": TOKEN})
                s.gh.clear_faults()
            self.assertEqual({c["sni"] for c in s.gh.connections},
                             {"github.localhost"})

    def test_api_version_is_sent_unless_it_is_none(self):
        with Scene() as s:
            s.publish()
            for value in ("2022-11-28", "none"):
                s.ends(10, "check", "--api-version", value)
            sent = [header(r, "X-GitHub-Api-Version") for r in s.asked("api")]
            self.assertEqual(sent, ["2022-11-28", None])


class Places(unittest.TestCase):
    def test_update_starts_nothing(self):
        with Scene() as s:
            mark = s.device.folder / "started"
            script = f"#!/bin/sh\ntouch {mark}\n".encode()
            s.publish(image=script)
            s.installs(image=script)
            time.sleep(0.2)
            self.assertFalse(mark.exists())

    def test_two_names_of_one_slot_are_27_and_nothing_is_written(self):
        with Scene(slots=1 << 20) as s:
            s.publish()
            first = s.device.conf["slot-a"]
            os.link(first, s.device.folder / "hard")
            os.symlink(first, s.device.folder / "soft")
            for name in ("./slot-a", "hard", "soft"):
                s.device.conf["slot-b"] = f"{s.device.folder}/{name}"
                s.refused(27, "one and the same", "update")

    def test_a_folder_b_that_is_a_link_to_a_is_27(self):
        with Scene() as s:
            s.publish()
            os.symlink("a", s.device.root / "b")
            s.refused(27, "one and the same", "update")

    def test_leftovers_that_lead_to_the_active_image_do_no_harm(self):
        for make in (os.link, os.symlink):
            with Scene() as s:
                s.publish()
                (s.device.root / "b").mkdir()
                make(s.device.root / "a/thermostat",
                     s.device.root / "b/.thermostat.part")
                s.installs()

    def test_the_link_may_name_the_folder_by_another_path(self):
        with Scene() as s:
            s.publish()
            alias = s.device.folder / "alias"
            alias.symlink_to(s.device.root)
            for text in (alias / "a", "./a", "a/", "../root/a"):
                link = s.device.root / "current"
                link.unlink()
                link.symlink_to(text)
                s.installs()

    def test_with_closed_standard_files_nothing_is_written_amiss(self):
        for closed in (">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
            with Scene() as s:
                s.publish()
                s.ends(0, "update", wrap=["sh", "-c",
                                          f'exec "$@" {closed}', "sh"])
                s.installed()
                status = s.ends(0, "status", "--json").event("status")
                self.assertEqual(status["installed"], "1.1.0", closed)


if __name__ == "__main__":
    unittest.main()
