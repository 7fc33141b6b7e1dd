# SPDX-License-Identifier: Apache-2.0
"""What the tests of the agent have in common."""

import os
import unittest

from github import LocalGitHub

from device import Device

NAME = "thermostat-rpi-{}.bin"
IMAGE = os.urandom(200_000)


class AgentCase(unittest.TestCase):
    """One local GitHub for a class, an empty one and a fresh device for each
    test."""

    github_options = {}

    @classmethod
    def setUpClass(cls):
        cls.gh = LocalGitHub(**cls.github_options).start()
        cls.addClassCleanup(cls.gh.stop)

    def setUp(self):
        self.device = self.make_device()

    def make_device(self, **options):
        device = Device(self.gh, **options)
        self.addCleanup(device.remove)
        return device

    def tearDown(self):
        self.gh.clear_faults()
        self.gh.certificate("api", "good")
        self.gh.certificate("asset", "good")
        repo = self.gh.store.repo("acme", "thermostat")
        for release in list(repo.releases) if repo else ():
            self.gh.store.remove(release)
        self.gh.settle()
        self.gh.forget()

    def publish(self, version="1.1.0", image=IMAGE, **more):
        self.gh.publish("v" + version, {NAME.format(version): image}, **more)

    def rota(self, *args, **how):
        return self.device.rota(*args, **how)

    def expect(self, code, *args, **how):
        """Run the agent; its exit code must be this."""
        result = self.rota(*args, **how)
        self.assertEqual(result.code, code, result.out + result.err)
        return result

    def asked(self, kind):
        """Requests of this kind: api, link or asset."""
        self.gh.settle()
        return [r for r in self.gh.log if r["kind"] == kind]

    def assert_untouched(self):
        """The old program is what starts, and what it was."""
        self.assertEqual(self.device.active, "a")
        self.assertEqual(self.device.image("a"), b"old")
