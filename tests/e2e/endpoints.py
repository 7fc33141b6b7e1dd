#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Thirteen endpoints, on github.com's shape and on Enterprise's: a table.

The publisher's own client calls each, see tests/publish/endpoints_main.c; what is
held against it is the local GitHub, and the log of what it was asked.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from github import LocalGitHub  # noqa: E402

BUILD = Path(os.environ.get("ROTA_BUILD", TESTS.parent / "build/host"))
TOKEN = "good-token"
FLAVOURS = {"github.com": "github", "Enterprise": "ghes"}

# name, method, what the request line must be below the base
ENDPOINTS = [
    ("list-releases", "GET", r"/repos/R/releases\?per_page=\d+"),
    ("get-latest-release", "GET", "/repos/R/releases/latest"),
    ("get-release-by-tag", "GET", "/repos/R/releases/tags/fw%2Fv1.0.0%2Ba"),
    ("get-release", "GET", r"/repos/R/releases/\d+"),
    ("create-release", "POST", "/repos/R/releases"),
    ("update-release", "PATCH", r"/repos/R/releases/\d+"),
    ("delete-release", "DELETE", r"/repos/R/releases/\d+"),
    ("generate-notes", "POST", "/repos/R/releases/generate-notes"),
    ("list-assets", "GET", r"/repos/R/releases/\d+/assets\?per_page=\d+"),
    ("get-asset", "GET", r"/repos/R/releases/assets/\d+"),
    ("upload-asset", "POST", r"/repos/R/releases/\d+/assets\?name=first.bin"
     "&label=The%20first"),
    ("update-asset", "PATCH", r"/repos/R/releases/assets/\d+"),
    ("delete-asset", "DELETE", r"/repos/R/releases/assets/\d+"),
]


def call(gh):
    """{name: "ok" or why not} of one server."""
    gh.make_repo()
    run = subprocess.run(
        [BUILD / "tests/publish/endpoints_main", gh.api_url, gh.repo, gh.ca_file,
         gh.asset_hosts], env=dict(os.environ, GITHUB_TOKEN=TOKEN),
        capture_output=True, text=True, timeout=60)
    rows = dict(line.split(" ", 1) for line in run.stdout.splitlines())
    if run.stderr:
        rows["stderr"] = run.stderr.strip()
    return {name: rows.get(name, "was not called")
            for name, _, _ in ENDPOINTS}


def headers_of(request):
    return {n.lower(): v for n, v in request["headers"]}


# Headers of recorded requests to the service, by the kind of request; the
# service's client sends the version in its newer releases alone.
BARE = ["accept", "authorization", "host"]
WITH_BODY = BARE + ["content-type", "content-length"]
RECORDED = {"GET": BARE, "DELETE": BARE, "POST": WITH_BODY,
            "PATCH": WITH_BODY}
VALUES = {"authorization": "Bearer " + TOKEN,
          "x-github-api-version": "2022-11-28"}


def fault_of(request, method):
    """What a request lacks of the recorded ones, or has beside them."""
    head = headers_of(request)
    missing = [n for n in RECORDED[method] if not head.get(n)]
    more = set(head) - set(RECORDED[method]) - {
        "user-agent", "accept-encoding", "x-github-api-version"}
    wrong = [n for n, value in VALUES.items() if head.get(n) != value]
    if missing or more or wrong:
        return "headers: %s" % ", ".join([*missing, *more, *wrong])
    if not head.get("user-agent", "").startswith("rota-publish/"):
        return "User-Agent is %s" % head.get("user-agent")
    kind = "application/octet-stream" if request["role"] == "upload" \
        else "application/json"
    if method in ("POST", "PATCH") and head["content-type"] != kind:
        return "Content-Type is %s" % head["content-type"]
    if head["accept"] != "application/vnd.github+json":
        return "Accept is %s" % head["accept"]
    return None


def check_log(gh, rows):
    """What was asked must be what the table says."""
    for name, method, path in ENDPOINTS:
        base = "/api/uploads" if name == "upload-asset" and gh.base \
            else gh.base
        form = re.compile(re.escape(base) + path.replace("R", gh.repo, 1))
        asked = [r for r in gh.log if r["method"] == method
                 and form.fullmatch(r["target"])]
        role = "upload" if name == "upload-asset" else "api"
        if rows[name] != "ok":
            continue
        if not asked or asked[0]["role"] != role:
            rows[name] = "was not asked for as it should be"
        else:
            rows[name] = fault_of(asked[0], method) or "ok"
    leaks = [r for r in gh.log if r["role"] == "asset"
             and "authorization" in headers_of(r)]
    if leaks:
        rows["get-asset"] = "the token went to the asset host"


def results():
    table = {}
    for column, flavour in FLAVOURS.items():
        with LocalGitHub(flavour=flavour) as gh:
            table[column] = call(gh)
            gh.settle()
            check_log(gh, table[column])
    return table


def main():
    table = results()
    columns = list(table)
    print("%-20s %-12s %s" % ("endpoint", *columns))
    failed = 0
    for name, _, _ in ENDPOINTS:
        cells = [table[c][name] for c in columns]
        failed += sum(cell != "ok" for cell in cells)
        print("%-20s %-12s %s" % (name, *cells))
    print("%d passed, %d failed" % (
        len(ENDPOINTS) * len(columns) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
