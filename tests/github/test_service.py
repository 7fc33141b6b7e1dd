# SPDX-License-Identifier: Apache-2.0
"""Certificates, names, the program by itself."""

import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

from github import LocalGitHub, case
from github.rawclient import (BYTES, Client, asset_url, fetch, link,
                              releases_url, trusting)

TESTS = pathlib.Path(__file__).resolve().parents[1]


class Certificates(case.Case):
    def setUp(self):
        super().setUp()
        self.gh.publish("v1.0.0", {"app.bin": b"x"})

    def connect(self, url, **limits):
        context = trusting(self.gh)
        for name, value in limits.items():
            setattr(context, name, value)
        with Client(self.gh, url, context) as client:
            return client.sock.version(), client.sock.getpeercert()

    def refused(self, family, variant):
        self.gh.certificate(family, variant)
        url = self.gh.api_url if family == "api" else self.gh.urls.asset
        with self.assertRaises(ssl.SSLError) as caught:
            self.connect(url)
        return caught.exception

    def test_bad_certificates_are_refused_for_their_reason(self):
        for family in ("api", "asset"):
            for variant, why in (("expired", "expired"),
                                 ("not-yet", "not yet valid"),
                                 ("wrong-host", "mismatch"),
                                 ("self-signed", "self-signed"),
                                 ("unknown-ca", "verify failed"),
                                 ("no-chain", "local issuer")):
                self.assertIn(why, str(self.refused(family, variant)).lower())

    def test_good_ones_are_accepted(self):
        for family in ("api", "asset"):
            for variant in ("good", "p384", "deep"):
                self.gh.certificate(family, variant)
                self.connect(self.gh.api_url)
                self.connect(self.gh.urls.asset)

    def test_only_one_tls_version_is_spoken_if_wished(self):
        for family, url in (("api", self.gh.api_url),
                            ("asset", self.gh.urls.asset)):
            self.gh.certificate(family, "tls1.2")
            self.assertEqual(self.connect(url)[0], "TLSv1.2")
            with self.assertRaises(ssl.SSLError):
                self.connect(url, minimum_version=ssl.TLSVersion.TLSv1_3)
            self.gh.certificate(family, "tls1.3")
            self.assertEqual(self.connect(url)[0], "TLSv1.3")
            with self.assertRaises(ssl.SSLError):
                self.connect(url, maximum_version=ssl.TLSVersion.TLSv1_2)

    def test_the_asset_host_sends_four_certificates_with_a_cross(self):
        url = self.gh.urls.asset
        host, port = url.split("//")[1].split(":")
        shown = subprocess.run(
            ["openssl", "s_client", "-connect", "127.0.0.1:" + port,
             "-servername", host, "-CAfile", self.gh.ca_file, "-showcerts",
             "-verify_return_error"], input=b"", capture_output=True)
        text = shown.stdout.decode()
        self.assertEqual(text.count("BEGIN CERTIFICATE"), 4)
        self.assertIn("CN = Local Root B\n   i:O = Local GitHub, "
                      "CN = Local Root A", text)
        self.assertIn("Verify return code: 0", text)
        trusted = pathlib.Path(self.gh.ca_file).read_text()
        own = (self.gh.pki.folder / "root-b.pem").read_text()
        self.assertNotIn(own, trusted)

    def test_an_unknown_name_or_none_is_refused(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        for name in ("www.localhost", "localhost", ""):
            with self.assertRaises(ssl.SSLError):
                Client(self.gh, self.gh.api_url, context, name or
                       "127.0.0.1")

    def test_names_and_versions_are_logged(self):
        fetch(self.gh, link(self.gh))
        fetch(self.gh, self.gh.web_url + "/x/y/releases/latest")
        self.assertEqual(
            [(r["sni"], r["role"], r["tls"]) for r in self.gh.log],
            [("api.github.localhost", "api", "TLSv1.3"),
             ("release-assets.githubusercontent.localhost", "asset",
              "TLSv1.3"), ("github.localhost", "web", "TLSv1.3")])
        self.refused("api", "expired")
        self.gh.settle()
        time.sleep(0.1)
        self.assertIsNotNone(self.gh.connections[-1]["error"])

    def test_records_are_full_16_kib(self):
        self.gh.publish("v2.0.0", {"app.bin": b"x" * 200000})
        url = link(self.gh, "v2.0.0")
        with Client(self.gh, url) as client:
            client.send(url.split(client.host)[1])
            sizes = [len(client.sock.recv(65536)) for _ in range(5)]
        self.assertIn(16384, sizes)

    def test_there_is_a_port_without_tls(self):
        url = self.gh.http_url + "/repos/acme/thermostat/releases/latest"
        self.assertEqual(fetch(self.gh, url).json()["tag_name"], "v1.0.0")

    def test_a_session_is_resumed(self):
        context = trusting(self.gh)
        with Client(self.gh, self.gh.api_url, context) as client:
            client.get("/rate_limit")
            session = client.sock.session
        port = int(self.gh.api_url.rsplit(":", 1)[1])
        sock = context.wrap_socket(
            socket.create_connection(("127.0.0.1", port)),
            server_hostname="api.github.localhost", session=session)
        self.assertTrue(sock.session_reused)
        sock.close()


class Ports(unittest.TestCase):
    def test_hosts_can_be_told_apart_by_port_alone(self):
        with LocalGitHub(names="ports") as gh:
            gh.publish("v1.0.0", {"app.bin": b"12345"})
            url = link(gh)
            self.assertEqual(fetch(gh, url).body, b"12345")
            urls = {gh.urls.api, gh.urls.web, gh.urls.asset, gh.urls.upload}
            self.assertEqual(len(urls), 4)
            for one in urls:
                self.assertTrue(one.startswith("https://localhost:"))
            gh.certificate("asset", "expired")
            self.assertEqual(fetch(gh, releases_url(gh)).status, 200)
            with self.assertRaises(ssl.SSLError):
                fetch(gh, url)


class Alone(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.TemporaryDirectory()
        self.addCleanup(self.work.cleanup)
        self.dir = pathlib.Path(self.work.name)

    def start(self, *args):
        ready = self.dir / "ready"
        process = subprocess.Popen(
            [sys.executable, "-m", "github", "--dir", str(self.dir / "rel"),
             "--ready-file", str(ready), "--log", str(self.dir / "log"),
             "--ca-out", str(self.dir / "ca"), *args], cwd=TESTS,
            stdout=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        end = time.monotonic() + 30
        while not ready.exists() and time.monotonic() < end:
            time.sleep(0.02)
        return process, json.loads(ready.read_text())

    def test_it_serves_a_folder_logs_lines_and_ends_on_sigterm(self):
        process, facts = self.start("--fault", "status=503@api*1")
        new = self.dir / "rel" / "acme" / "thermostat" / ".new"
        new.mkdir(parents=True)
        (new / "app.bin").write_bytes(b"12345")
        (new / "release.json").write_text('{"body": "hello"}')
        new.rename(new.with_name("v1.0.0"))

        class Facts:
            ca_file = facts["ca"]
        self.assertEqual(facts["ca"], str(self.dir / "ca" / "ca.pem"))
        url = facts["api"] + "/repos/acme/thermostat/releases/latest"
        self.assertEqual(fetch(Facts, url).status, 503)
        value = fetch(Facts, url).json()
        self.assertEqual((value["tag_name"], value["body"]),
                         ("v1.0.0", "hello"))
        self.assertEqual(facts["pid"], process.pid)
        os.kill(process.pid, signal.SIGTERM)
        self.assertEqual(process.wait(10), 0)
        lines = [json.loads(li) for li
                 in (self.dir / "log").read_text().splitlines()]
        self.assertEqual([(li["status"], li["faults"]) for li in lines
                          if li["event"] == "request"],
                         [(503, ["status"]), (200, [])])
        self.assertEqual(sum(li["event"] == "connection" for li in lines), 2)

    def test_an_unknown_fault_is_a_usage_error(self):
        done = subprocess.run([sys.executable, "-m", "github", "--fault",
                               "nonsense"], cwd=TESTS, capture_output=True)
        self.assertEqual(done.returncode, 2)

    def test_help_lists_every_fault(self):
        done = subprocess.run([sys.executable, "-m", "github", "--help"],
                              cwd=TESTS, capture_output=True, text=True)
        self.assertIn("redirect-foreign", done.stdout)

    def test_links_and_ids_outlive_the_process_but_not_the_key(self):
        ids = []
        folder = self.dir / "rel"
        for _ in range(2):
            with LocalGitHub(folder) as gh:
                if not ids:
                    gh.publish("v1.0.0", {"app.bin": b"1"})
                ids.append(asset_url(gh, "v1.0.0", "app.bin").rsplit("/")[-1])
                self.assertEqual(fetch(gh, asset_url(
                    gh, "v1.0.0", "app.bin"), BYTES).status, 302)
        self.assertEqual(ids[0], ids[1])


if __name__ == "__main__":
    unittest.main()
