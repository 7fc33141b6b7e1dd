# SPDX-License-Identifier: Apache-2.0
"""rota check and rota update, when all is well."""

import os
import re
import stat
import unittest

from agent_case import IMAGE, AgentCase
from device import wait_for


class Check(AgentCase):
    def test_an_update_is_told_with_10_and_nothing_is_downloaded(self):
        self.publish(image=bytes(12_400_000))
        result = self.expect(10, "check")
        self.assertEqual(
            result.out, "thermostat 1.1.0 is available (12.4 MB, "
            "thermostat-rpi-1.1.0.bin)\n")
        self.assertEqual(result.err, "")
        self.assertEqual(self.asked("link") + self.asked("asset"), [])
        self.assert_untouched()

    def test_the_same_release_is_up_to_date(self):
        self.publish("1.0.0")
        result = self.expect(0, "check")
        self.assertEqual(result.out, "thermostat 1.0.0 is up to date\n")

    def test_an_older_release_is_up_to_date(self):
        self.publish("0.9.0")
        result = self.expect(0, "check")
        self.assertIn("thermostat 1.0.0 is up to date", result.out)
        self.assertIn("0.9.0", result.out)

    def test_an_older_release_counts_when_downgrades_are_allowed(self):
        self.publish("0.9.0")
        self.expect(10, "check", "--allow-downgrade", "yes")
        self.expect(0, "check", "--allow-downgrade", "no")

    def test_a_304_repeats_the_decision_and_update_still_installs(self):
        self.publish()
        self.expect(10, "check")
        self.expect(10, "check")
        self.assertEqual([r["status"] for r in self.asked("api")],
                         [200, 304])
        self.expect(0, "update")
        self.assertEqual(self.device.image("b"), IMAGE)

    def test_the_channel_prerelease_sees_prereleases(self):
        self.publish("1.0.0")
        self.publish("1.2.0-rc.1", prerelease=True)
        self.expect(0, "check")
        result = self.expect(10, "check", "--channel", "prerelease")
        self.assertIn("1.2.0-rc.1", result.out)

    def test_a_tag_can_be_asked_for(self):
        self.publish("1.1.0")
        self.publish("1.2.0")
        result = self.expect(10, "check", "--channel", "tag:v1.1.0")
        self.assertIn("thermostat 1.1.0 is available", result.out)

    def test_a_tag_with_a_slash_and_a_plus_is_found(self):
        self.gh.publish("fw/v1.1.0+7", {"thermostat-rpi-x.bin": IMAGE})
        result = self.expect(10, "check", "--channel", "tag:fw/v1.1.0+7",
                             "--tag-prefix", "fw/v")
        self.assertIn("1.1.0+7", result.out)

    def test_json_has_one_object_per_line(self):
        self.publish()
        result = self.expect(10, "check", "--json")
        self.assertEqual([e["event"] for e in result.events],
                         ["checking", "available"])
        found = result.event("available")
        self.assertEqual(found["version"], "1.1.0")
        self.assertEqual(found["tag"], "v1.1.0")
        self.assertEqual(found["asset"], "thermostat-rpi-1.1.0.bin")
        self.assertEqual(found["size"], len(IMAGE))
        self.assertTrue(found["digest"].startswith("sha256:"))

    def test_the_version_may_come_from_a_file(self):
        self.publish()
        file = self.device.folder / "version"
        file.write_text("1.1.0\n")
        self.device.conf["version-file"] = file
        self.expect(0, "check")
        file.write_text("1.0.9\n")
        self.expect(10, "check")


class Update(AgentCase):
    def test_the_image_is_installed_and_the_link_leads_to_it(self):
        self.publish()
        result = self.expect(0, "update")
        self.assertEqual(self.device.active, "b")
        self.assertEqual(self.device.image("b"), IMAGE)
        self.assertEqual(self.device.image("a"), b"old")
        self.assertIn("thermostat 1.1.0 is installed in "
                      f"{self.device.root}/b: restart to run it", result.out)
        self.assertEqual(result.err, "")

    def test_the_image_may_be_executed_and_no_part_is_left(self):
        self.publish()
        self.expect(0, "update")
        mode = (self.device.root / "b/thermostat").stat().st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o755)
        self.assertEqual(os.listdir(self.device.root / "b"), ["thermostat"])

    def test_an_update_takes_two_connections_and_three_requests(self):
        self.publish()
        self.expect(0, "update")
        self.gh.settle()
        self.assertEqual([r["kind"] for r in self.gh.log],
                         ["api", "link", "asset"])
        self.assertEqual(len(self.gh.connections), 2)

    def test_progress_is_at_most_a_line_for_each_tenth(self):
        self.publish(image=os.urandom(3_000_000))
        lines = self.expect(0, "update").out.splitlines()
        lines = [line for line in lines if "%" in line]
        self.assertTrue(1 <= len(lines) <= 10, lines)
        self.assertTrue(lines[-1].startswith("100%: 3.0 MB of 3.0 MB"))

    def test_progress_on_a_terminal_is_a_bar(self):
        self.publish(image=os.urandom(3_000_000))
        code, text = self.device.rota_on_terminal("update")
        self.assertEqual(code, 0, text)
        self.assertIn("100% [########################] 3.0 MB of 3.0 MB",
                      text)
        self.assertIn("\r\x1b[K", text)

    def test_json_tells_the_whole_story(self):
        self.publish()
        names = [e["event"] for e in self.expect(0, "update",
                                                 "--json").events]
        self.assertEqual([n for n in names if n != "progress"],
                         ["checking", "available", "verified", "ready"])

    def test_a_second_update_finds_it_installed(self):
        self.publish()
        self.expect(0, "update")
        result = self.expect(0, "update")
        self.assertIn(f"is installed in {self.device.root}/b: restart",
                      result.out)
        self.assertEqual(len(self.asked("asset")), 1)
        self.assertEqual(self.device.active, "b")
        self.expect(0, "boot")
        self.assertIn("thermostat 1.1.0 runs: confirm it if it works",
                      self.expect(0, "update").out)

    def test_while_one_is_on_trial_check_answers_and_update_refuses(self):
        self.publish()
        self.expect(0, "update")
        self.publish("1.2.0", IMAGE[::-1])
        result = self.expect(10, "check")
        self.assertIn("thermostat 1.2.0 is available", result.out)
        self.assertEqual(result.err, "")
        result = self.expect(27, "update")
        self.assertIn("an image is on trial: confirm it or roll back first",
                      result.err)
        self.assertEqual(self.device.image("b"), IMAGE)
        self.assertEqual(self.device.image("a"), b"old")
        self.expect(0, "boot")
        self.expect(0, "confirm")
        self.expect(0, "update")
        self.assertEqual(self.device.image("a"), IMAGE[::-1])

    def test_after_confirm_the_installed_version_runs(self):
        self.publish()
        self.expect(0, "update")
        self.expect(0, "boot")
        self.expect(0, "confirm")
        result = self.expect(0, "update")
        self.assertIn("thermostat 1.1.0 is up to date", result.out)
        self.assertEqual(len(self.asked("asset")), 1)
        self.publish("1.2.0", IMAGE[::-1])
        self.expect(0, "update")
        self.assertEqual(self.device.active, "a")
        self.assertEqual(self.device.image("a"), IMAGE[::-1])
        self.assertEqual(self.device.image("b"), IMAGE)

    def test_an_older_file_in_the_way_is_replaced_not_overwritten(self):
        (self.device.root / "b").mkdir()
        path = self.device.root / "b/thermostat"
        path.write_bytes(b"older")
        with open(path, "rb") as running:
            self.publish()
            self.expect(0, "update")
            self.assertEqual(running.read(), b"older")
        self.assertEqual(self.device.image("b"), IMAGE)

    def test_what_a_longer_download_left_behind_is_cut_off(self):
        (self.device.root / "b").mkdir()
        part = self.device.root / "b/.thermostat.part"
        part.write_bytes(b"\xee" * (len(IMAGE) + 5000))
        self.publish()
        self.expect(0, "update")
        self.assertEqual(self.device.image("b"), IMAGE)

    def test_the_link_may_be_absolute(self):
        link = self.device.root / "current"
        link.unlink()
        link.symlink_to(self.device.root / "a")
        self.publish()
        self.expect(0, "update")
        self.assertEqual(self.device.active, "b")
        self.assertTrue((link / "thermostat").exists())

    def test_a_broken_connection_is_taken_up_where_it_ended(self):
        image = os.urandom(1_000_000)
        self.publish(image=image)
        self.gh.fault("reset", 400_000, times=1)
        result = self.expect(0, "update")
        self.assertIn("going on at", result.out)
        self.assertEqual(self.device.image("b"), image)
        self.assertEqual([r["status"] for r in self.asked("asset")],
                         [200, 206])

    def test_a_killed_update_is_taken_up_by_the_next_one(self):
        image = os.urandom(4_000_000)
        self.publish(image=image)
        self.gh.fault("stall", 3_000_000)
        with self.device.start("update") as process:
            self.assertTrue(wait_for(
                lambda: re.search(r"^7\d%", process.read(), re.M)))
        self.assertEqual(self.device.active, "a")
        self.gh.clear_faults()
        self.gh.forget()
        self.expect(0, "update")
        self.assertEqual(self.device.image("b"), image)
        self.assertRegex(self.asked("asset")[0]["range"], r"bytes=[1-9]\d*-")

    def test_a_token_goes_to_the_api_alone_and_is_never_shown(self):
        token = self.device.folder / "token"
        token.write_text("ghp_secretsecret\n")
        token.chmod(0o600)
        self.publish()
        result = self.expect(0, "update", "--token-file", token, "--json")
        self.assertNotIn("secret", result.out + result.err)
        self.assertEqual(result.err, "")
        for request in self.gh.log:
            wanted = request["kind"] != "asset"
            self.assertEqual("Bearer ghp_secretsecret"
                             in str(request["headers"]), wanted)

    def test_the_environment_may_hold_the_token(self):
        self.publish()
        self.expect(10, "check", env={"GITHUB_TOKEN": "ghp_x"})
        self.assertIn("ghp_x", str(self.asked("api")[0]["headers"]))

    def test_a_token_file_that_others_may_read_is_remarked_on(self):
        token = self.device.folder / "token"
        token.write_text("ghp_x\n")
        token.chmod(0o644)
        self.publish()
        result = self.expect(10, "check", "--token-file", token)
        self.assertIn("note: token-file", result.err)
        self.assertNotIn("ghp_x", result.err)

    def test_memory_stays_below_4_megabytes(self):
        if os.environ.get("ROTA_SANITIZE"):
            self.skipTest("sanitizers need memory of their own")
        self.publish(image=os.urandom(8_000_000))
        with self.device.start("update") as process:
            self.assertLessEqual(process.peak_kb(), 4096)
            self.assertEqual(process.process.wait(), 0)


class Enterprise(AgentCase):
    github_options = {"flavour": "ghes"}

    def test_an_enterprise_server_streams_the_bytes_itself(self):
        self.publish()
        self.expect(0, "update")
        self.assertEqual(self.device.image("b"), IMAGE)


class Gitea(AgentCase):
    github_options = {"flavour": "gitea"}

    def test_a_server_of_the_same_shape_works(self):
        self.publish()
        self.expect(0, "update", "--api-version", "none")
        self.assertEqual(self.device.image("b"), IMAGE)


if __name__ == "__main__":
    unittest.main()
