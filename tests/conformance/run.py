# SPDX-License-Identifier: Apache-2.0
"""Holds the local GitHub against things that nobody here wrote.

GitHub's published schema judges its bodies, and GitHub's own client talks
to it as to the real service. Both come from npm, into build/conformance;
without node and npm this says so and passes.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
WORK = HERE.parents[1] / "build" / "conformance"
PACKAGES = ["@octokit/openapi@^23", "@octokit/rest@^22", "ajv@^8",
            "ajv-formats@^3"]
OLDEST_NODE = 20

sys.path[:0] = [str(HERE.parent), str(HERE.parent / "e2e")]
from github import LocalGitHub  # noqa: E402
from device import Device  # noqa: E402
from hub_case import Publisher  # noqa: E402

ASSET = bytes(range(256)) * 300


def missing():
    """What is not there to run this with, in words; None when all is."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "node and npm are not installed"
    version = subprocess.run(["node", "--version"], capture_output=True,
                             text=True).stdout.strip()
    major = version.lstrip("v").split(".")[0]
    if not major.isdigit() or int(major) < OLDEST_NODE:
        return "node %s is older than %d" % (version, OLDEST_NODE)
    return None


def fetch_packages():
    """npm install, unless the same was installed before."""
    mark = WORK / "installed"
    if mark.is_file() and mark.read_text() == " ".join(PACKAGES):
        return
    WORK.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "install", "--prefix", str(WORK), "--no-audit",
                    "--no-fund", "--loglevel", "error"] + PACKAGES,
                   cwd=WORK, check=True)
    mark.write_text(" ".join(PACKAGES))


def fill(gh):
    for n in range(7):
        gh.publish("v1.%d.0" % n, {"app.bin": ASSET, "notes.txt": b"text"})
    gh.publish("fw/v2.0.0+b1", {"app.bin": b"", "odd.zip": b"PK"},
               prerelease=True, assets={"app.bin": {"label": None,
                                                    "digest": None}})
    gh.publish("v3.0.0", draft=True, body=None, name=None)
    gh.publish("v1.0.0", {"n-%03d.bin" % n: b"%d" % n for n in range(120)},
               repo="acme/many")
    gh.rename("acme/old-name", gh.repo)


def drive(gh, script, schema):
    """Runs a script of node against a server; (passed, failed)."""
    shutil.copy(HERE / script, WORK)
    facts = {"api": gh.api_url, "web": gh.web_url, "repo": gh.repo,
             "schema": schema, "asset": str(WORK / "asset.bin")}
    (WORK / "asset.bin").write_bytes(ASSET)
    run = subprocess.run(
        ["node", script], cwd=WORK, text=True, stdout=subprocess.PIPE,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": gh.ca_file,
             "GITHUB_FACTS": json.dumps(facts)})
    lines = run.stdout.splitlines()
    print("\n".join(lines))
    passed = sum(line.startswith("ok ") for line in lines)
    failed = sum(line.startswith("FAILED ") for line in lines)
    if run.returncode and not failed:
        print("FAILED %s ended with %d" % (script, run.returncode))
        failed = 1
    return passed, failed


def told(good, what):
    print("%s %s" % ("ok" if good else "FAILED", what))
    return (1, 0) if good else (0, 1)


def release_ours(gh):
    """A release by rota-publish, for octokit to read."""
    publisher = Publisher(gh)
    try:
        publisher.file("thermostat-rpi-3.9.0.bin", ASSET)
        result = publisher.run("release", "v3.9.0", "--title", "By rota",
                               "thermostat-rpi-3.9.0.bin")
        print(result.err, end="")
        return told(result.code == 0, "rota-publish makes a release")
    finally:
        publisher.remove()


def install(gh):
    """What octokit has published is what a device runs next."""
    device = Device(gh)
    try:
        result = device.rota("update")
        print(result.err if result.code else "", end="")
        return told(result.code == 0 and device.active == "b"
                    and device.image("b") == ASSET,
                    "a device installs what octokit has published")
    finally:
        device.remove()


def check_logs(gh):
    """What the client did must have been what we think we tested."""
    kinds = {r["kind"] for r in gh.log}
    agents = {v for r in gh.log for n, v in r["headers"]
              if n.lower() == "user-agent" and "octokit" in v}
    token_leaks = [r for r in gh.log if r["role"] == "asset" and any(
        n.lower() == "authorization" for n, _ in r["headers"])]
    good = {"api", "link", "asset", "upload"} <= kinds and agents \
        and not token_leaks
    return told(good, "the requests were octokit's, to all hosts")


def main():
    reason = missing()
    if reason:
        print("conformance: skipped, %s" % reason)
        print("0 passed, 0 failed, 1 skipped")
        return 0
    fetch_packages()
    results = []
    with LocalGitHub() as gh:
        fill(gh)
        results.append(drive(gh, "schema.mjs", "api.github.com"))
        results.append(drive(gh, "client.mjs", None))
        results.append(check_logs(gh))
    with LocalGitHub() as gh:
        gh.make_repo()
        results.append(release_ours(gh))
        results.append(drive(gh, "publish.mjs", None))
        results.append(install(gh))
    with LocalGitHub(flavour="ghes") as gh:
        fill(gh)
        results.append(drive(gh, "schema.mjs", "ghes-3.19"))
    passed, failed = (sum(n) for n in zip(*results))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
