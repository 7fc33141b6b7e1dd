#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills "release" at random moments and runs it again.

Each round makes a release of 20 files: the command is killed after a random
time, again and again, and then left to finish. In the end there must be
exactly the right assets, none twice, one release of that tag, and it must
have been published once. Prints its seed, which gives the same moments again:
publishkill.py KILLS [SEED].
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from github import LocalGitHub  # noqa: E402

from hub_case import Publisher  # noqa: E402

FILES = 20
PER_ROUND = 5
SIZE = 20_000


class Wrong(Exception):
    pass


def fill(publisher, rng):
    return [publisher.file("file-%02d.bin" % n,
                           rng.randbytes(SIZE + 3000 * n))
            for n in range(FILES)]


def duration(publisher, tag, names):
    begin = time.monotonic()
    result = publisher.run("release", tag, *names)
    if result.code:
        raise Wrong(result.err)
    return time.monotonic() - begin


def kill_one(publisher, tag, names, after_s):
    """True when it was killed, False when it had ended by then."""
    process = publisher.start("release", tag, *names)
    try:
        process.wait(timeout=after_s)
        killed = False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        killed = True
    out, err = process.communicate()
    if not killed and process.returncode:
        raise Wrong("ended with %d: %s" % (process.returncode, err))
    return killed


def check(gh, publisher, tag, names):
    repo = gh.store.repo(*gh.repo.split("/"))
    releases = [r for r in repo.releases if r.tag == tag]
    if len(releases) != 1 or releases[0].draft:
        raise Wrong("%d releases of %s" % (len(releases), tag))
    release = releases[0]
    if sorted(a.name for a in release.assets) != sorted(names):
        raise Wrong("assets: %s" % [a.name for a in release.assets])
    for asset in release.assets:
        if "state" in asset.meta or asset.path.read_bytes() \
                != (publisher.folder / asset.name).read_bytes():
            raise Wrong("%s is not what was sent" % asset.name)


def watch(gh):
    """Count how often a draft of a tag becomes public."""
    counts, make_public = {}, gh.store.make_public

    def counted(release, *more):
        counts[release.tag] = counts.get(release.tag, 0) + 1
        return make_public(release, *more)
    gh.store.make_public = counted
    return counts


def uploads(gh):
    return sum(r["role"] == "upload" and r["status"] == 201 for r in gh.log)


def one_round(gh, publisher, published, tag, names, rng, kills, whole_s):
    """Returns how many were killed, and how many files were sent in vain."""
    gh.forget()
    killed = 0
    for _ in range(kills):
        killed += kill_one(publisher, tag, names,
                           rng.uniform(0, whole_s))
    result = publisher.run("release", tag, *names)
    if result.code:
        raise Wrong(result.err)
    check(gh, publisher, tag, names)
    if published.get(tag) != 1:
        raise Wrong("published %s times" % published.get(tag))
    return killed, uploads(gh) - FILES


def run(kills, seed, show=print):
    rng = random.Random(seed)
    with LocalGitHub() as gh:
        gh.make_repo()
        publisher = Publisher(gh)
        try:
            names = fill(publisher, rng)
            whole_s = duration(publisher, "v0.0.1", names)
            show("seed %d, %d files, %.2f s without a kill"
                 % (seed, FILES, whole_s))
            return rounds(gh, publisher, names, rng, kills, whole_s, show)
        finally:
            publisher.remove()


def rounds(gh, publisher, names, rng, kills, whole_s, show):
    killed = again = count = 0
    published = watch(gh)
    while killed < kills:
        count += 1
        k, a = one_round(gh, publisher, published, "v1.%d.0" % count, names,
                         rng, min(PER_ROUND, kills - killed), whole_s)
        killed += k
        again += a
    show("%d kills in %d releases of %d files: each has all of them once, is "
         "published once; %d uploads were done again"
         % (killed, count, FILES, again))
    return killed, count, again


def main():
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    seed = int(sys.argv[2]) if len(sys.argv) > 2 \
        else int.from_bytes(os.urandom(4), "big")
    try:
        run(kills, seed)
    except Wrong as problem:
        print("seed %d: %s" % (seed, problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
