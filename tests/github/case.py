# SPDX-License-Identifier: Apache-2.0
"""What the tests of the local GitHub have in common: one for each test."""

import unittest

from github import LocalGitHub
from github.rawclient import fetch, releases_url

TOKEN = {"Authorization": "Bearer good"}


class Case(unittest.TestCase):
    options = {}

    def setUp(self):
        self.gh = LocalGitHub(**self.options)
        self.gh.start()
        self.addCleanup(self.gh.stop)

    def get(self, path="", headers=(), **more):
        return fetch(self.gh, releases_url(self.gh, path), headers, **more)

    def latest_tag(self):
        return self.get("/latest").json()["tag_name"]
