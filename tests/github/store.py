# SPDX-License-Identifier: Apache-2.0
"""Releases as a folder: FOLDER/OWNER/REPO/TAG/asset files.

The folder is the only state, and is read again for every request. A release
appears in one step when its folder is renamed into place. TAG is
percent-encoded ("v1%2F2"). Names that begin with a dot are not seen.

release.json beside the assets may set: tag_name (instead of the folder's
name), draft, prerelease, immutable, name, body, id, created_at, published_at,
committed_ns (the date of its commit), and "assets": {NAME: {...}} with
anything that the JSON of that asset shall say instead. OWNER/REPO/.latest
may hold the tag that "latest" is pinned to.
"""

import hashlib
import json
import os
import pathlib
import secrets
import shutil
import tempfile
import threading
import time
import uuid
from urllib.parse import quote, unquote

# Releases are dated a little back, so that stamps that were moved apart
# (see Store.dated) do not lie in the future.
BACKDATE_S = 60

_digests = {}


def file_digest(path):
    """SHA-256 of a file, remembered while the file stays the same."""
    real = os.path.realpath(path)
    stat = os.stat(real)
    key = (real, stat.st_mtime_ns, stat.st_size, stat.st_ino)
    if key not in _digests:
        with open(real, "rb") as data:
            _digests[key] = hashlib.file_digest(data, "sha256").hexdigest()
    return _digests[key]


def number(text, low, high):
    """A number from LOW to HIGH that depends on TEXT alone."""
    value = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return low + value % (high - low)


class Asset:
    def __init__(self, release, path, meta):
        stat = path.stat()
        self.release = release
        self.path = path
        self.name = path.name
        self.meta = meta
        self.size = stat.st_size
        self.mtime_ns = stat.st_mtime_ns
        key = "/".join((release.repo.full_name, release.tag, self.name))
        self.id = meta.get("id", number("asset" + key, 2 ** 28, 2 ** 31))
        self.uuid = str(uuid.uuid5(uuid.NAMESPACE_URL,
                                   "%s %d" % (key, self.id)))

    @property
    def digest(self):
        return file_digest(self.path)

    @property
    def etag(self):
        """The asset host's: changes with each upload, says no content."""
        seed = "%d %d %d" % (self.id, self.mtime_ns, self.size)
        return '"0x8D%013X"' % number(seed, 0, 16 ** 13)

    @property
    def updated(self):
        return self.mtime_ns // 10 ** 9 - BACKDATE_S


class Release:
    def __init__(self, repo, path, meta):
        self.repo = repo
        self.path = path
        self.tag = meta.get("tag_name") or unquote(path.name)
        self.meta = meta
        self.draft = meta.get("draft", False)
        self.prerelease = meta.get("prerelease", False)
        key = repo.full_name + "/" + self.tag
        self.id = meta.get("id", number("release" + key, 2 ** 26, 2 ** 31))
        self.mtime_ns = meta.get("committed_ns") or meta.get(
            "published_ns", path.stat().st_mtime_ns)
        self.created = self.mtime_ns // 10 ** 9 - BACKDATE_S
        about = meta.get("assets", {})
        self.assets = [
            Asset(self, entry, about.get(entry.name, {}))
            for entry in sorted(path.iterdir())
            if entry.is_file() and entry.name != "release.json"
            and not entry.name.startswith(".")]

    @property
    def locked(self):
        return bool(self.meta.get("immutable")) and not self.draft

    @property
    def updated(self):
        return max([self.created] + [a.updated for a in self.assets])


class Repo:
    """One repository, its releases newest first."""

    def __init__(self, path):
        self.path = path
        self.owner, self.name = path.parent.name, path.name
        self.full_name = self.owner + "/" + self.name
        self.id = number("repo" + self.full_name, 10 ** 8, 10 ** 9)
        self.releases = self.dated([
            Release(self, entry, read_json(entry / "release.json"))
            for entry in path.iterdir()
            if entry.is_dir() and not entry.name.startswith(".")])

    @staticmethod
    def dated(releases):
        """No two releases of the same second: "latest" must be decided."""
        releases.sort(key=lambda r: (r.mtime_ns, r.tag))
        last = 0
        for release in releases:
            release.created = last = max(release.created, last + 1)
        return releases[::-1]

    def full(self):
        """Neither drafts nor prereleases, by the date of their commits."""
        return [r for r in self.releases
                if not r.draft and not r.prerelease]

    def locked_tags(self):
        """Tags of immutable releases, of deleted ones too."""
        return {r.tag for r in self.releases if r.locked} \
            | set(read_json(self.path / ".locked.json") or ())

    def latest(self):
        """The pinned release, else the newest full one; None if none."""
        full = self.full()
        pin = self.path / ".latest"
        if pin.is_file():
            tag = pin.read_text().strip()
            full = [r for r in full if r.tag == tag] or full
        return full[0] if full else None

    def by_tag(self, tag):
        """Drafts have no tag that the world could ask for."""
        return next((r for r in self.releases
                     if r.tag == tag and not r.draft), None)

    def by_id(self, ident):
        return next((r for r in self.releases if r.id == ident), None)

    def asset_by_id(self, ident):
        return next((a for r in self.releases for a in r.assets
                     if a.id == ident), None)


def read_json(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


class Store:
    def __init__(self, folder=None):
        self.temporary = folder is None
        self.folder = pathlib.Path(
            folder or tempfile.mkdtemp(prefix="local-github-")).absolute()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()

    def close(self):
        if self.temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def repo(self, owner, name):
        path = self.folder / owner / name
        if not owner or not name or owner.startswith(".") \
                or name.startswith(".") or not path.is_dir():
            return None
        with self.lock:
            return Repo(path)

    def repos(self):
        for owner in sorted(self.folder.iterdir()):
            if owner.is_dir() and not owner.name.startswith("."):
                for path in sorted(owner.iterdir()):
                    if path.is_dir() and not path.name.startswith("."):
                        with self.lock:
                            yield Repo(path)

    def repo_by_id(self, ident):
        return next((r for r in self.repos() if r.id == ident), None)

    def asset_by_uuid(self, repo_id, ident):
        repo = self.repo_by_id(repo_id)
        return next((a for r in (repo.releases if repo else ())
                     for a in r.assets if a.uuid == ident), None)

    # What tests do to a repository

    def publish(self, full_name, tag, files, **meta):
        """Makes release TAG appear at once, with FILES {name: data}."""
        home = self.folder / full_name
        home.mkdir(parents=True, exist_ok=True)
        work = pathlib.Path(tempfile.mkdtemp(prefix=".new-", dir=home))
        os.chmod(work, 0o755)
        for name, data in files.items():
            place(work / name, data)
        meta.setdefault("published_ns", time.time_ns())
        write_json(work / "release.json", meta)
        target = home / quote(tag, safe="")
        with self.lock:
            if target.exists():
                shutil.rmtree(target)
            work.rename(target)
        return self.repo(*full_name.split("/")).by_id(
            Release(Repo(home), target, meta).id)

    def edit(self, release, **meta):
        """Changes what release.json says. Returns the release anew."""
        with self.lock:
            path = release.path / "release.json"
            write_json(path, {**read_json(path), **meta})
            return self.again(release)

    def again(self, release):
        repo = self.repo(release.repo.owner, release.repo.name)
        return repo.by_id(release.id)

    # What the write side does. A draft lies in a folder without a tag, since
    # there may be several of one tag; its place in the list is that of its
    # commit, or of when it was made.

    def draft(self, full_name, meta, commits):
        home = self.folder / full_name
        ident = fresh_id(2 ** 26)
        when = commits.get(meta.get("target_commitish", "main"))
        meta = {**meta, "id": ident, "published_ns": time.time_ns()}
        if when:
            meta["committed_ns"] = (when + BACKDATE_S) * 10 ** 9
        with self.lock:
            work = pathlib.Path(tempfile.mkdtemp(prefix=".new-", dir=home))
            os.chmod(work, 0o755)
            write_json(work / "release.json", meta)
            work.rename(home / ("untagged-%x" % ident))
            return self.repo(*full_name.split("/")).by_id(ident)

    def make_public(self, release, immutable, commits):
        now = time.time_ns()
        when = commits.get(release.meta.get("target_commitish", "main"))
        more = {"draft": False, "published_ns": now, "published_at":
                time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        if when:
            more["committed_ns"] = (when + BACKDATE_S) * 10 ** 9
        if immutable:
            more["immutable"] = True
        with self.lock:
            release = self.edit(release, id=release.id,
                                tag_name=release.tag, **more)
            target = release.path.with_name(quote(release.tag, safe=""))
            if not target.exists():
                release.path.rename(target)
            return self.again(release)

    def hide(self, release):
        """A published release becomes a draft again."""
        with self.lock:
            release = self.edit(release, id=release.id, draft=True,
                                tag_name=release.tag)
            release.path.rename(
                release.path.with_name("untagged-%x" % release.id))
            return self.again(release)

    def begin_asset(self, release, name, label, kind):
        """An asset that is being uploaded. Returns its id."""
        about = release.meta.get("assets", {})
        ident = fresh_id(2 ** 28)
        about[name] = {"id": ident, "label": label, "state": "starter",
                       "size": 0, "digest": None}
        if kind:
            about[name]["content_type"] = kind
        with self.lock:
            (release.path / name).write_bytes(b"")
            self.edit(release, assets=about)
        return ident

    def complete_asset(self, asset):
        about = asset.release.meta.get("assets", {})
        for key in ("state", "size", "digest"):
            about[asset.name].pop(key, None)
        release = self.edit(asset.release, assets=about)
        return release.repo.asset_by_id(asset.id)

    def drop_asset(self, asset):
        with self.lock:
            asset.path.unlink()
            about = asset.release.meta.get("assets", {})
            about.pop(asset.name, None)
            self.edit(asset.release, assets=about)

    def replace(self, asset, data, new_id=False):
        """Puts other bytes in the place of an asset, as an upload would."""
        with self.lock:
            work = asset.path.with_name("." + asset.name)
            place(work, data)
            now = max(time.time_ns(), asset.mtime_ns + 1)
            os.utime(work, ns=(now, now), follow_symlinks=False)
            work.rename(asset.path)
            if new_id:
                about = asset.release.meta.get("assets", {})
                about.setdefault(asset.name, {})["id"] = asset.id + 1
                self.edit(asset.release, assets=about)

    def remove(self, release):
        with self.lock:
            if release.locked:
                write_json(release.repo.path / ".locked.json",
                           sorted(release.repo.locked_tags()))
            gone = release.path.with_name(".gone-" + release.path.name)
            release.path.rename(gone)
            shutil.rmtree(gone)

    def pin_latest(self, full_name, tag):
        """make_latest: "latest" is TAG from now on; None undoes it."""
        pin = self.folder / full_name / ".latest"
        if tag is None:
            pin.unlink(missing_ok=True)
        else:
            pin.write_text(tag + "\n")


def place(path, data):
    """DATA is bytes, text, or the path of a file (linked, not copied)."""
    if isinstance(data, pathlib.Path):
        path.symlink_to(data.absolute())
    else:
        path.write_bytes(data.encode() if isinstance(data, str) else data)


def fresh_id(low):
    """Never the same twice, unlike those that depend on a name."""
    return low + secrets.randbelow(2 ** 31 - low)


def write_json(path, value):
    work = path.with_name(".new-" + path.name.lstrip("."))
    work.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    work.rename(path)
