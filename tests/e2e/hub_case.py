# SPDX-License-Identifier: Apache-2.0
"""What the tests of the publisher's network part have in common."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from github import LocalGitHub

from device import BUILD, Result

PUBLISH = BUILD / "rota-publish"
TOKEN = "good-token"
TIMEOUT_S = 120


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Publisher:
    """Runs rota-publish in a folder of its own against a local GitHub."""

    def __init__(self, gh):
        self.gh = gh
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rota-publish-"))
        self.options = ["--api", gh.api_url, "--repo", gh.repo, "--ca-file",
                        gh.ca_file, "--asset-hosts", gh.asset_hosts,
                        "--write-pause", "1", "--stall-timeout", "3"]

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def file(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return name

    def environment(self, token):
        env = {k: v for k, v in os.environ.items()
               if not k.startswith("GITHUB_")}
        return {**env, **({"GITHUB_TOKEN": token} if token else {})}

    def command(self, *args):
        return [PUBLISH, *map(str, args), *self.options]

    def start(self, *args, token=TOKEN, wrap=()):
        return subprocess.Popen(
            [*wrap, *self.command(*args)], cwd=self.folder,
            env=self.environment(token), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *args, **how):
        process = self.start(*args, **how)
        out, err = process.communicate(timeout=TIMEOUT_S)
        return Result(process.returncode, out, err)

    def keygen(self):
        subprocess.run([PUBLISH, "keygen", "-o", "key", "--no-passphrase"],
                       cwd=self.folder, check=True, capture_output=True)
        return "key"


class HubCase(unittest.TestCase):
    """A local GitHub with an empty repository, and a publisher, for each
    test."""

    options = {}

    def setUp(self):
        self.gh = LocalGitHub(**self.options).start()
        self.addCleanup(self.gh.stop)
        self.gh.make_repo()
        self.publisher = Publisher(self.gh)
        self.addCleanup(self.publisher.remove)
        self.folder = self.publisher.folder

    def file(self, name, data):
        return self.publisher.file(name, data)

    def files(self, count, size=1000):
        return [self.file(f"file-{n}.bin", os.urandom(size + n))
                for n in range(count)]

    def expect(self, code, *args, **how):
        """Run it; its exit code must be this, and the token nowhere."""
        result = self.publisher.run(*args, **how)
        self.assertEqual(result.code, code, result.out + result.err)
        self.assertNotIn(TOKEN, result.out + result.err)
        if code:
            self.assertEqual(len(result.err.strip().splitlines()), 1,
                             result.err)
        return result

    def asked(self, method=None, role=None):
        """(method, path, status) of the requests so far."""
        self.gh.settle()
        return [(r["method"], r["target"].split("?")[0], r["status"])
                for r in self.gh.log
                if method in (None, r["method"]) and role in (None, r["role"])]

    def release(self, tag):
        """Whatever it is, by its tag."""
        repo = self.gh.store.repo(*self.gh.repo.split("/"))
        return next((r for r in repo.releases if r.tag == tag), None)

    def assert_release(self, tag, names, draft=False):
        """It has exactly these files, as they are here."""
        release = self.release(tag)
        self.assertEqual(release.draft, draft)
        self.assertEqual(sorted(a.name for a in release.assets),
                         sorted(names))
        for asset in release.assets:
            self.assertNotIn("state", asset.meta)
            path = self.folder / asset.name
            if path.exists():
                self.assertEqual(asset.path.read_bytes(), path.read_bytes())
        return release

    def events(self, result, name):
        return [e for e in map(json.loads, result.out.splitlines())
                if e["event"] == name]
