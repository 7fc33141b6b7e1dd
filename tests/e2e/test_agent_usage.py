# SPDX-License-Identifier: Apache-2.0
"""What is said wrongly ends with 2, before any connection."""

import os
import subprocess
import unittest

from agent_case import AgentCase
from device import ROTA

COMMANDS = ("check", "update", "run", "status", "boot", "confirm",
            "rollback")


def run(*args):
    return subprocess.run([ROTA, *args], capture_output=True, text=True,
                          timeout=30, stdin=subprocess.DEVNULL)


class Help(unittest.TestCase):
    def test_help_is_on_stdout_and_names_every_command_and_key(self):
        for args in (["--help"], ["-h"], ["help"]):
            done = run(*args)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            for word in (*COMMANDS, "--repo", "--trial-starts", "--json"):
                self.assertIn(word, done.stdout)

    def test_each_command_has_a_help_of_its_own(self):
        texts = set()
        for command in COMMANDS:
            done = run(command, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(f"rota {command} ", done.stdout)
            self.assertEqual(run("help", command).stdout, done.stdout)
            texts.add(done.stdout)
        self.assertEqual(len(texts), len(COMMANDS))

    def test_no_line_of_the_help_is_wider_than_80(self):
        for line in run("--help").stdout.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_version_is_the_programs_own(self):
        done = run("version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"\Arota \d+\.\d+\.\d+\n\Z")

    def test_no_command_and_unknown_commands_are_2(self):
        for args in ([], ["updaet"], ["help", "updaet"],
                     ["updaet", "--help"], ["check", "twice"]):
            done = run(*args)
            self.assertEqual(done.returncode, 2, args)
            self.assertRegex(done.stderr, r"\Arota: usage: [^\n]+\n\Z")

    def test_the_manual_names_every_key_and_exit_code(self):
        folder = os.path.join(os.path.dirname(__file__),
                              "../../examples/agent")
        with open(os.path.join(folder, "rota.conf.5")) as file:
            keys = file.read()
        for line in run("--help").stdout.splitlines():
            if line.startswith("  --") and not line.startswith("  --json"):
                self.assertIn(line.split()[0][2:], keys)
        with open(os.path.join(folder, "rota.1")) as file:
            text = file.read()
        for code in (0, 2, 10, *range(20, 30)):
            self.assertIn(f"\n.It {code}\n", text)


class Wrong(AgentCase):
    def refused(self, words, command="check", *args, **how):
        result = self.expect(2, command, *args, **how)
        self.assertRegex(result.err, r"\Arota: [^\n]+\n\Z")
        self.assertIn(words, result.err)
        self.gh.settle()
        self.assertEqual((self.gh.log, self.gh.connections), ([], []))

    def test_values_that_are_bad(self):
        for key, value in (("repo", "acme/../x"), ("repo", "acme/x/y"),
                           ("install-as", "../x"), ("install-as", "a/b"),
                           ("api", "http://api.github.com"),
                           ("interval", "1s"), ("stall-timeout", "soon"),
                           ("allow-downgrade", "maybe"),
                           ("channel", "tag:"), ("asset-hosts", "x.com"),
                           ("api-version", "yes"), ("trial-starts", "0")):
            self.refused(key, "check", "--" + key, value)

    def test_a_version_that_is_none(self):
        for version in ("1.0", "v1.0.0", "one", "1.0.0 x", "01.0.0"):
            self.refused("version", "check", "--version", version)

    def test_a_version_file_that_is_no_good(self):
        file = self.device.folder / "version"
        self.refused("No such file", "check", "--version-file", file)
        file.write_text("")
        self.refused("is empty", "check", "--version-file", file)
        file.write_text("1.0.0\n1.1.0\n")
        self.refused("one line", "check", "--version-file", file)
        file.write_text("unknown\n")
        self.refused("version", "check", "--version-file", file)

    def test_a_token_file_that_is_no_good(self):
        file = self.device.folder / "token"
        self.refused("No such file", "check", "--token-file", file)
        file.touch(0o600)
        self.refused("is empty", "check", "--token-file", file)
        file.write_text("ghp_secret x\n")
        self.refused("holds no token", "check", "--token-file", file)
        file.write_text("ghp_secret\nghp_secret2\n")
        self.refused("one line", "check", "--token-file", file)

    def test_a_token_in_the_environment_that_is_no_good(self):
        self.refused("GITHUB_TOKEN", "check",
                     env={"GITHUB_TOKEN": "a\r\nX-Evil: 1"})

    def test_a_ca_file_that_is_no_good(self):
        file = self.device.folder / "ca.pem"
        self.refused("ca.pem", "check", "--ca-file", file)
        file.write_text("no certificate\n")
        self.refused("ca.pem", "check", "--ca-file", file)

    def test_unknown_keys_of_the_file(self):
        self.device.conf["bored"] = "x"
        self.refused("rota.conf:", "check")
        self.refused("unknown key 'bored'", "status")

    def test_keys_that_are_missing(self):
        for key in ("repo", "asset", "version", "root"):
            value = self.device.conf.pop(key)
            self.refused(f"{key} is not set", "check")
            self.device.conf[key] = value

    def test_root_and_slots_together(self):
        self.refused("one of them", "check", "--slot-a", "/a", "--slot-b",
                     "/b")

    def test_a_file_that_is_not_there(self):
        done = run("check", "-c", "/nonexistent/rota.conf")
        self.assertEqual(done.returncode, 2)
        self.assertIn("No such file", done.stderr)

    def test_all_may_come_by_options_alone(self):
        conf, self.device.conf = self.device.conf, {}
        args = [f"--{key}={value}" for key, value in conf.items()]
        done = run(*args, "check")
        self.assertEqual(done.returncode, 23, done.stderr)

    def test_what_starts_the_program_does_not_mind_the_rest(self):
        for key in ("repo", "asset", "version", "api", "ca-file"):
            self.device.conf.pop(key)
        self.device.conf["token-file"] = "/nonexistent"
        self.expect(0, "boot")
        self.expect(29, "confirm")
        self.expect(29, "rollback")


if __name__ == "__main__":
    unittest.main()
