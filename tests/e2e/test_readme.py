# SPDX-License-Identifier: Apache-2.0
"""What README.md shows must be true: its example compiles and works."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from agent_case import IMAGE, AgentCase
from device import BUILD, ROTA

REPO = pathlib.Path(__file__).resolve().parents[2]
README = REPO / "README.md"
MINIMAL = REPO / "examples/minimal.c"
FLAGS = ["-std=c11", "-O1", "-Wall", "-Wextra", "-pedantic", "-Wconversion",
         "-Wshadow", "-Wmissing-prototypes", "-Wvla", "-Werror"]
SANITIZE = ["-fsanitize=address,undefined"]


def block(language):
    return re.search(rf"^```{language}\n(.*?)^```$", README.read_text(),
                     re.MULTILINE | re.DOTALL)[1]


class Links(unittest.TestCase):
    def test_every_link_between_documents_leads_somewhere(self):
        pages = [p for p in REPO.rglob("*.md")
                 if "build" not in p.relative_to(REPO).parts]
        self.assertGreater(len(pages), 5)
        for page in pages:
            for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
                self.assertTrue((page.parent / link).exists(),
                                f"{page.relative_to(REPO)}: {link}")


class Readme(AgentCase):
    def compiled(self, text):
        """The program, in a folder of its own."""
        folder = tempfile.TemporaryDirectory(prefix="rota-readme-")
        self.addCleanup(folder.cleanup)
        folder = pathlib.Path(folder.name)
        (folder / "example.c").write_text(text)
        done = subprocess.run(
            [os.environ.get("CC", "gcc"), *FLAGS,
             *(SANITIZE if os.environ.get("ROTA_SANITIZE") else []),
             "-I", REPO / "include", "-I", REPO / "port", "example.c",
             BUILD / "librota.a", "-pthread", "-o", "example"],
            cwd=folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return folder

    def at_this_server(self, text):
        """The example says what a user would say: point it here instead."""
        text = text.replace("/etc/ssl/certs/ca-certificates.crt",
                            str(self.gh.ca_file))
        return text.replace(
            ".repo =", f'.api = "{self.gh.api_url}",\n'
            f'.asset_hosts = "{self.gh.asset_hosts}",\n.repo =')

    def run_example(self):
        folder = self.compiled(self.at_this_server(block("c")))
        done = subprocess.run([folder / "example"], cwd=folder, text=True,
                              capture_output=True, timeout=60)
        return done, folder / "thermostat.new"

    def test_the_example_is_examples_minimal_c(self):
        self.assertIn(block("c"), MINIMAL.read_text())

    def test_the_example_compiles_as_it_stands(self):
        self.compiled(block("c"))

    def test_the_example_downloads_a_newer_release(self):
        self.publish()
        done, file = self.run_example()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("1.1.0 is available\n", done.stdout)
        self.assertEqual(file.read_bytes(), IMAGE)

    def test_the_example_says_what_failed(self):
        self.publish()
        self.gh.fault("corrupt", 100)
        done, _ = self.run_example()
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("verify failed: the digest does not match",
                      done.stdout, done.stderr)

    def test_the_two_commands_are_commands(self):
        for command in re.findall(r"^    \$ rota (\w+)$",
                                  README.read_text(), re.MULTILINE):
            done = subprocess.run([ROTA, "help", command],
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, command)
