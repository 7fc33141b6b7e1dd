# SPDX-License-Identifier: Apache-2.0
"""JSON bodies, with the keys that the service sends, in its order."""

import base64
import json
import mimetypes
import time
from urllib.parse import quote

DOCS = "https://docs.github.com/rest"
CONTENT_TYPES = {".bin": "application/octet-stream",
                 ".ota": "application/octet-stream",
                 ".txt": "text/plain"}


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def node_id(kind, *numbers):
    raw = b"\x93\x00" + b"".join(n.to_bytes(5, "big") for n in numbers)
    return kind + "_" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def content_type(name):
    for end, kind in CONTENT_TYPES.items():
        if name.endswith(end):
            return kind
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def text_of(value, pretty=False):
    """Compact as the API does it, or as it shows it to curl."""
    if pretty:
        return (json.dumps(value, indent=2, ensure_ascii=False)
                + "\n").encode()
    return json.dumps(value, separators=(",", ":"),
                      ensure_ascii=False).encode()


class Bodies:
    """Builds bodies for one server, whose URLs they hold.

    urls.api, urls.web, urls.upload: without a slash at the end.
    counts: asset id -> how often it was downloaded.
    """

    def __init__(self, urls, flavour, counts):
        self.urls = urls
        self.flavour = flavour
        self.counts = counts

    def user(self, login):
        api = "%s/users/%s" % (self.urls.api, login)
        return {
            "login": login,
            "id": 70123456,
            "node_id": node_id("U", 70123456),
            "avatar_url": self.urls.web + "/avatars/u/70123456?v=4",
            "gravatar_id": "",
            "url": api,
            "html_url": "%s/%s" % (self.urls.web, login),
            "followers_url": api + "/followers",
            "following_url": api + "/following{/other_user}",
            "gists_url": api + "/gists{/gist_id}",
            "starred_url": api + "/starred{/owner}{/repo}",
            "subscriptions_url": api + "/subscriptions",
            "organizations_url": api + "/orgs",
            "repos_url": api + "/repos",
            "events_url": api + "/events{/privacy}",
            "received_events_url": api + "/received_events",
            "type": "User",
            "site_admin": False,
        }

    def browser_url(self, asset):
        return "%s/%s/releases/download/%s/%s" % (
            self.urls.web, asset.release.repo.full_name,
            quote(asset.release.tag, safe=""), quote(asset.name, safe=""))

    def asset(self, asset):
        if self.flavour == "gitea":
            return self.gitea_asset(asset)
        repo = asset.release.repo
        body = {
            "url": "%s/repos/%s/releases/assets/%d" % (
                self.urls.api, repo.full_name, asset.id),
            "id": asset.id,
            "node_id": node_id("RA", repo.id, asset.id),
            "name": asset.name,
            "label": "",
            "uploader": self.user(repo.owner + "-bot"),
            "content_type": content_type(asset.name),
            "state": "uploaded",
            "size": asset.size,
            "digest": "sha256:" + asset.digest,
            "download_count": self.counts.get(asset.id, 0),
            "created_at": iso(asset.updated),
            "updated_at": iso(asset.updated),
            "browser_download_url": self.browser_url(asset),
        }
        body.update(asset.meta)
        return body

    def gitea_asset(self, asset):
        body = {
            "id": asset.id,
            "name": asset.name,
            "size": asset.size,
            "download_count": self.counts.get(asset.id, 0),
            "created_at": iso(asset.updated),
            "uuid": asset.uuid,
            "browser_download_url": self.browser_url(asset),
        }
        body.update(asset.meta)
        return body

    def release(self, release):
        if self.flavour == "gitea":
            return self.gitea_release(release)
        repo, meta = release.repo, release.meta
        base = "%s/repos/%s" % (self.urls.api, repo.full_name)
        here = "%s/releases/%d" % (base, release.id)
        tag = quote(release.tag, safe="")
        body = {
            "url": here,
            "assets_url": here + "/assets",
            "upload_url": "%s/repos/%s/releases/%d/assets{?name,label}" % (
                self.urls.upload, repo.full_name, release.id),
            "html_url": self.html_url(release),
            "id": release.id,
            "author": self.user(repo.owner + "-bot"),
            "node_id": node_id("RE", repo.id, release.id),
            "tag_name": release.tag,
            "target_commitish": meta.get("target_commitish", "main"),
            "name": meta.get("name", "Release " + release.tag),
            "draft": release.draft,
            "immutable": meta.get("immutable", False),
            "prerelease": release.prerelease,
            "created_at": meta.get("created_at", iso(release.created)),
            "updated_at": iso(release.updated),
            "published_at": self.published(release),
            "assets": [self.asset(a) for a in release.assets],
            "tarball_url": "%s/tarball/%s" % (base, tag),
            "zipball_url": "%s/zipball/%s" % (base, tag),
            "body": meta.get("body", "What is new in %s" % release.tag),
        }
        return body

    def gitea_release(self, release):
        repo, meta = release.repo, release.meta
        base = "%s/repos/%s/releases/%d" % (self.urls.api, repo.full_name,
                                            release.id)
        archive = "%s/%s/archive/%s" % (self.urls.web, repo.full_name,
                                        quote(release.tag, safe=""))
        return {
            "id": release.id,
            "tag_name": release.tag,
            "target_commitish": meta.get("target_commitish", "main"),
            "name": meta.get("name", "Release " + release.tag),
            "body": meta.get("body", "What is new in %s" % release.tag),
            "url": base,
            "html_url": self.html_url(release),
            "tarball_url": archive + ".tar.gz",
            "zipball_url": archive + ".zip",
            "upload_url": base + "/assets",
            "draft": release.draft,
            "prerelease": release.prerelease,
            "created_at": meta.get("created_at", iso(release.created)),
            "published_at": self.published(release),
            "author": self.user(repo.owner + "-bot"),
            "assets": [self.asset(a) for a in release.assets],
        }

    def html_url(self, release):
        tag = quote(release.tag, safe="")
        if release.path.name.startswith("untagged-"):
            tag = release.path.name
        return "%s/%s/releases/tag/%s" % (self.urls.web,
                                          release.repo.full_name, tag)

    @staticmethod
    def published(release):
        if release.draft:
            return None
        return release.meta.get("published_at", iso(release.created))


def error(message, status=None, docs=DOCS, **more):
    """The service's error object; STATUS is a string there."""
    body = {"message": message, **more}
    if docs:
        body["documentation_url"] = docs
    if status:
        body["status"] = str(status)
    return body


NOT_FOUND_DOCS = DOCS + "/releases/releases#get-the-latest-release"
LIMIT_DOCS = DOCS + "/using-the-rest-api/rate-limits-for-the-rest-api"
PRIMARY_LIMIT = (
    "API rate limit exceeded for 127.0.0.1. (But here's the good news: "
    "Authenticated requests get a higher rate limit. Check out the "
    "documentation for more details.)")
SECONDARY_LIMIT = (
    "You have exceeded a secondary rate limit. Please wait a few minutes "
    "before you try again. If you reach out to GitHub Support for help, "
    "please include the request ID %s.")
TIMEOUT = (
    "We couldn't respond to your request in time. Sorry about that. Please "
    "try resubmitting your request and contact us if the problem persists.")
NO_AGENT = (
    "\r\nRequest forbidden by administrative rules. Please make sure your "
    "request has a User-Agent header (https://docs.github.com/en/rest/"
    "overview/resources-in-the-rest-api#user-agent-required). Check "
    "https://developer.github.com for other possible causes.\r\n")


def blocked(reason):
    return {"message": "Repository access blocked",
            "block": {"reason": reason,
                      "created_at": "2026-01-02T03:04:05Z",
                      "html_url": "https://github.com/" + reason}}


def azure_error(code, message, detail=None):
    """What the asset host says when it says no."""
    more = ("<AuthenticationErrorDetail>%s</AuthenticationErrorDetail>"
            % detail if detail else "")
    return ('<?xml version="1.0" encoding="utf-8"?><Error><Code>%s</Code>'
            "<Message>%s\nRequestId:00000000-0000-0000-0000-000000000000\n"
            "Time:%s</Message>%s</Error>"
            % (code, message, iso(time.time()), more)).encode()
