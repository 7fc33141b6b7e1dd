#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""rota against curl, jq and sha256sum, on the same nginx, in the same run.

    bench.py [--rounds N] [--quick] [--dir DIR]

What is compared with one "rota update" is what a careful shell script does:
curl for the release, jq for URL and digest, curl for the asset, sha256sum.
A check is compared with curl alone.

rota waits until its journal and what it installs survive a power loss; the
script does not. To compare programs and not disks, all files are in memory
(/dev/shm) where there is room; what the disk adds to a check is shown apart.

Rounds are interleaved, and figures are medians, for a shared machine is never
quiet; where there are two processors, the server has one and the client the
other. Each figure stands beside its goal. Times are shown and not judged;
the exit code is 1 when memory or connections miss their goal, or when a run
did not do what it should.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[1]
BUILD = Path(os.environ.get("ROTA_BUILD", REPO / "build/host"))
sys.path.insert(0, str(REPO / "tests"))
sys.dont_write_bytecode = True

from github import LocalGitHub  # noqa: E402
from github.nginx import available  # noqa: E402

MIB = 1 << 20
ASSETS = 40             # in a release, as large projects have
MANY = 1000
RSS_GOAL_KIB = 4096
RSS_SAME_KIB = 256      # page cache and alignment move it by so much
ARENA_GOAL = 60 << 10   # mbedTLS's memory, 64 bits, records of 16 KiB
ROOTS_SAME = 2048
AVAILABLE = 10          # exit code of "rota check"
MEMORY = "/dev/shm"
ROOM = 1 << 30

PEER = r"""
set -e
cd "$1"; api=$2; ca=$3; name=$4
curl -sS --fail --cacert "$ca" -o release.json "$api"
jq -r --arg name "$name" '.assets[] | select(.name == $name)
    | .url, .digest' release.json >wanted
{ read -r url; read -r digest; } <wanted
curl -sS --fail -L --cacert "$ca" -H 'Accept: application/octet-stream' \
    -o image "$url"
echo "${digest#sha256:}  image" | sha256sum -c --quiet
"""


class Wrong(Exception):
    """A run did not do what it should: then its time means nothing."""


class Run:
    """What one run of a command took."""

    def __init__(self, wall_us, cpu_us, rss_kib, requests):
        self.wall_ms = wall_us / 1000
        self.cpu_ms = cpu_us / 1000
        self.rss_kib = rss_kib
        self.requests = len(requests)
        self.connections = len({r["conn"] for r in requests})


def median(runs, name):
    return statistics.median(getattr(r, name) for r in runs)


class Bench:
    def __init__(self, folder, github):
        self.folder = folder
        self.github = github
        self.measure = folder / "measure"
        self.missed = []
        self.move(folder)

    def move(self, folder):
        """The device is in this folder from now on."""
        self.root = folder / "opt"
        self.state = folder / "state"
        self.work = folder / "work"

    def prepare(self):
        subprocess.run(["cc", "-O2", "-static", "-o", self.measure,
                        HERE / "measure.c"], check=True)
        (self.folder / "peer.sh").write_text(PEER)
        few = {f"other-{i}.bin": b"%d" % i for i in range(ASSETS - 3)}
        for mib in (1, 16, 256):
            path = self.folder / f"image-{mib}.bin"
            with path.open("wb") as out:
                for _ in range(mib):
                    out.write(os.urandom(MIB))
            few[path.name] = path
        many = {f"other-{i}.bin": b"%d" % i for i in range(MANY - 1)}
        one = {"image-1.bin": self.folder / "image-1.bin"}
        self.github.publish("v1.1.0", few, repo="acme/few")
        self.github.publish("v1.1.0", {**many, **one}, repo="acme/many")
        self.github.publish("v1.1.0", one, repo="acme/one")

    def reset(self):
        """A device as the factory leaves it."""
        for path in (self.root, self.state, self.work):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
        for slot in "ab":
            (self.root / slot).mkdir()
        (self.root / "a" / "image").write_bytes(b"old")
        (self.root / "current").symlink_to("a")

    def measured(self, command, good):
        before = len(self.github.nginx.log())
        read, write = os.pipe()
        # The helper writes to descriptor 3, which "sh" makes of ours.
        with subprocess.Popen(
                ["sh", "-c", f'exec 3>&{write} {write}>&-; exec "$@"', "sh",
                 self.measure, *command], pass_fds=[write],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True) as process:
            os.close(write)
            output, _ = process.communicate()
        with os.fdopen(read) as result:
            line = result.read().split()
        if len(line) != 4 or int(line[3]) != good:
            raise Wrong(f"{' '.join(map(str, command))}\n"
                        f"ended with {line[3:]}, not {good}:\n{output}")
        return Run(*map(int, line[:3]), self.requests(before))

    def requests(self, before):
        """nginx notes a request a moment after its last byte."""
        seen = -1
        while seen != len(log := self.github.nginx.log()):
            seen = len(log)
            time.sleep(0.03)
        return log[before:]

    def rota(self, command, repo, name, good=0, fresh=True):
        if fresh:
            self.reset()
        run = self.measured(
            [BUILD / "rota", command, "-c", "/dev/null",
             "--repo", f"acme/{repo}", "--api", self.github.api_url,
             "--ca-file", self.github.ca_file,
             "--asset-hosts", self.github.asset_hosts,
             "--root", self.root, "--state", self.state, "--version", "1.0.0",
             "--asset", name, "--install-as", "image"], good)
        if command == "update" and not good:
            self.compare(self.root / "current" / "image", name)
        return run

    def latest(self, repo):
        return f"{self.github.api_url}/repos/acme/{repo}/releases/latest"

    def curl(self, repo):
        self.reset()
        return self.measured(
            ["curl", "-sS", "--fail", "--cacert", self.github.ca_file, "-o",
             self.work / "release.json", self.latest(repo)], 0)

    def pipeline(self, repo, name):
        self.reset()
        run = self.measured(
            ["sh", self.folder / "peer.sh", self.work, self.latest(repo),
             self.github.ca_file, name], 0)
        self.compare(self.work / "image", name)
        return run

    def compare(self, path, name):
        if subprocess.run(["cmp", "-s", path, self.folder / name]).returncode:
            raise Wrong(f"{path} is not {name}")

    # What is told

    def judge(self, what, value, goal, gate):
        if goal is None:
            return ""
        good = value <= goal
        if not good and gate:
            self.missed.append(what)
        return f"{'ok' if good else 'MISSED'}, goal {goal:g}"

    def row(self, title, unit, ours, theirs, goal=None):
        ratio = ours / theirs
        print(f"{title:<24}{ours:>10.1f}{theirs:>10.1f} {unit:<4}"
              f"{ratio:>6.2f} x  {self.judge(title, ratio, goal, False)}",
              flush=True)

    def table(self, title, ours, theirs, goal):
        self.row(title + ", wall", "ms", median(ours, "wall_ms"),
                 median(theirs, "wall_ms"), goal)
        self.row("  CPU", "ms", median(ours, "cpu_ms"),
                 median(theirs, "cpu_ms"))
        self.row("  max RSS", "KiB", median(ours, "rss_kib"),
                 median(theirs, "rss_kib"))
        for name in ("connections", "requests"):
            print(f"{'  ' + name:<24}{median(ours, name):>10g}"
                  f"{median(theirs, name):>10g}")

    def single(self, title, unit, value, goal):
        print(f"{title:<38}{value:>6g} {unit:<4} "
              f"{self.judge(title, value, goal, True)}", flush=True)

    # What is done

    def pairs(self, title, rounds, ours, theirs, goal):
        """Interleaved: each round, the other one begins."""
        runs = [], []
        order = [(0, ours), (1, theirs)]
        for step in range(rounds + 1):
            for index, command in order[::1 if step % 2 else -1]:
                run = command()
                if step:            # the first one only warms up
                    runs[index].append(run)
        self.table(f"{title}, {rounds} rounds", *runs, goal)
        return runs[0]

    def speed(self, rounds):
        print(f"{'':<24}{'rota':>10}{'curl...':>10}")
        small, large = max(2, rounds // 2), max(2, rounds // 3)
        self.pairs("check", rounds,
                   lambda: self.rota("check", "few", "image-1.bin",
                                     AVAILABLE),
                   lambda: self.curl("few"), 0.75)
        self.pairs("16 MiB", small,
                   lambda: self.rota("update", "few", "image-16.bin"),
                   lambda: self.pipeline("few", "image-16.bin"), 1.1)
        return self.pairs("256 MiB", large,
                          lambda: self.rota("update", "few", "image-256.bin"),
                          lambda: self.pipeline("few", "image-256.bin"),
                          1.45)

    def disk(self, rounds):
        """What durable writes add to a check, on the disk that is here."""
        with tempfile.TemporaryDirectory(prefix="rota-bench-") as folder:
            self.move(Path(folder))
            runs = [self.rota("check", "few", "image-1.bin", AVAILABLE)
                    for _ in range(rounds)]
            self.move(self.folder)
        print(f"{'check, state on disk':<24}"
              f"{median(runs, 'wall_ms'):>10.1f}{'':<10} ms")

    def memory(self, large):
        print()
        one, many, small = [], [], []
        for _ in range(3):
            one.append(self.rota("check", "one", "image-1.bin", AVAILABLE))
            many.append(self.rota("check", "many", "image-1.bin", AVAILABLE))
            small.append(self.rota("update", "few", "image-1.bin"))
        rss = [median(runs, "rss_kib") for runs in (one, many, small, large)]
        for title, value in zip(
                ("check, 1 asset", "check, 1,000 assets", "update, 1 MiB",
                 "update, 256 MiB"), rss):
            self.single(f"max RSS, {title}", "KiB", value, RSS_GOAL_KIB)
        self.single("  1 or 1,000 assets, difference", "KiB",
                    abs(rss[0] - rss[1]), RSS_SAME_KIB)
        self.single("  1 or 256 MiB, difference", "KiB",
                    abs(rss[2] - rss[3]), RSS_SAME_KIB)
        for name, goal in (("connections", 2), ("requests", 3)):
            self.single(f"{name} of an update", "",
                        max(getattr(r, name) for r in small), goal)

    def roots(self):
        """What many roots add to mbedTLS's memory in a handshake."""
        done = subprocess.run([BUILD / "tests/tls/test_tls_roots"], cwd=REPO,
                              capture_output=True, text=True)
        peaks = re.findall(r"^tls: peak (\d+) bytes with 10 roots, (\d+) with"
                           r" 145 \((.*)\)$", done.stdout, re.MULTILINE)
        if done.returncode or not peaks:
            raise Wrong(f"test_tls_roots failed:\n{done.stdout}")
        for few, many, version in peaks:
            self.single(f"peak of {version}, 10 roots", "B", int(few),
                        ARENA_GOAL)
            self.single("  10 or 145 roots, difference", "B",
                        int(many) - int(few), ROOTS_SAME)


def roomy():
    """A folder in memory with room for all this, or None: the usual one."""
    try:
        return MEMORY if shutil.disk_usage(MEMORY).free > ROOM else None
    except OSError:
        return None


def processors():
    return sorted(os.sched_getaffinity(0))


def compare(folder, rounds):
    cpus = processors()
    os.sched_setaffinity(0, cpus[:1])       # nginx inherits this
    github = LocalGitHub(nginx=True, nginx_api=True)
    bench = Bench(folder, github)
    with github:
        bench.prepare()
        github.nginx.refresh()
        time.sleep(0.5)
        os.sched_setaffinity(0, cpus[1:2] or cpus)
        large = bench.speed(rounds)
        bench.disk(rounds)
        bench.memory(large)
        bench.roots()
    return bench.missed


def versions():
    """What is compared with, as it calls itself."""
    for command in (["curl", "--version"], [available(), "-v"],
                    ["jq", "--version"], ["sha256sum", "--version"]):
        done = subprocess.run(command, capture_output=True, text=True)
        yield " ".join((done.stdout + done.stderr).splitlines()[0]
                       .split()[:4])


def main():
    parser = argparse.ArgumentParser(description="measure rota")
    parser.add_argument("--rounds", type=int, default=15,
                        help="of checks; half for 16 MiB, a third for 256")
    parser.add_argument("--quick", action="store_true",
                        help="three rounds: wrong runs show, times do not")
    parser.add_argument("--dir", default=roomy(), help="where to work")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="rota-bench-", dir=options.dir))
    print("; ".join(versions()))
    print(f"all files in {folder.parent}")
    try:
        missed = compare(folder, 3 if options.quick else options.rounds)
    except Wrong as wrong:
        print(wrong)
        return 1
    finally:
        shutil.rmtree(folder)
    if missed:
        print("missed:", ", ".join(m.strip() for m in missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
