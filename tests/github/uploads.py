# SPDX-License-Identifier: Apache-2.0
"""The upload host: other heads, no rate lines, and bodies of any length.

What can be refused is refused before the body is read; after "immutable"
nothing more is said on that connection, as was seen there. From its first byte on an upload is an asset of
state "starter"; it becomes "uploaded" with its last.
"""

import os
import re

from . import api, bodies, heads, publish, spoil
from .wire import Closed, Reply, reset

MAX_ASSETS = 1000
MAX_SIZE = 1 << 31
PATH = re.compile(r"(?:/api/uploads)?/(?:repos/([^/]+)/([^/]+)|repositories"
                  r"/(\d+))/releases/(\d+)/assets")


def handle(server, request):
    """A request to the upload host."""
    early = api.refuse(server, request) or spoil.instead(request, server)
    if early:
        return early
    found = PATH.fullmatch(request.path)
    if not found or request.method != "POST":
        return api.not_found(server, request)
    early = publish.forbidden(server, request) \
        or moved(server, request, found)
    if early:
        return early
    repo = find_repo(server, found)
    release = repo.by_id(int(found[4])) if repo else None
    if not release:
        return api.not_found(server, request)
    return add_asset(server, request, release)


def find_repo(server, found):
    if found[3]:
        return server.store.repo_by_id(int(found[3]))
    return server.store.repo(found[1], found[2])


def moved(server, request, found):
    """The repository was renamed: 307, with all of the query."""
    new = server.renamed.get("%s/%s" % (found[1], found[2]))
    repo = new and server.store.repo(*new.split("/"))
    if not repo:
        return None
    place = "%s/repositories/%d/releases/%s/assets" % (
        server.urls.upload, repo.id, found[4])
    if "?" in request.target:
        place += "?" + request.target.split("?", 1)[1]
    reply = refusal(307, {
        "message": "Moved Permanently", "url": place,
        "documentation_url": "https://docs.github.com/v3/#http-redirects"})
    reply.head.append(("Location", place))
    return reply


# Refusing

def problem_with(server, request, release, name):
    """The reply that says why not, or None."""
    if not name:
        return invalid("missing_field", "name")
    if release.locked:
        reply = refusal(422, {
            "message": "Cannot upload assets to an immutable release.",
            "request_id": heads.request_id(),
            "documentation_url": bodies.DOCS})
        reply.silent = True
        return reply
    if any(a.name == name for a in release.assets):
        return invalid("already_exists", "name")
    if len(release.assets) >= server.max_assets:
        return invalid("custom", "file_count", "file_count limited to %d "
                       "assets per release" % server.max_assets)
    return size_problem(server, request.length())


def size_problem(server, size):
    if size is not None and size > server.max_size:
        return invalid("custom", "size", "size must be less than or equal to "
                       "%d" % server.max_size)
    if size == 0:
        return invalid("custom", "size", "size must be greater than or "
                       "equal to 1")
    return None


# Taking

def add_asset(server, request, release):
    name = publish.clean_name(request.query.get("name", ""))
    with server.store.lock:
        release = fresh(server, release)
        early = problem_with(server, request, release, name)
        if early:
            return early
        ident = server.store.begin_asset(
            release, name, request.query.get("label", ""),
            request.header("content-type"))
    work = release.path / (".upload-%d" % ident)
    try:
        receive(server, request, work)
        size = work.stat().st_size
        with server.store.lock:
            return finish(server, request, release, name, work, size)
    finally:
        work.unlink(missing_ok=True)


def fresh(server, release):
    repo = server.store.repo(release.repo.owner, release.repo.name)
    return repo.by_id(release.id)


def receive(server, request, work):
    """The body to a file; or as far as a fault lets it come."""
    stop = min((request.faults[k] for k in ("stall-upload", "reset-upload")
                if k in request.faults), default=None)
    have = 0
    with open(work, "wb") as out:
        for piece in request.reader.body(request):
            out.write(piece)
            have += len(piece)
            if stop is not None and have >= stop:
                break_off(server, request)
            if server.stopping.is_set():
                raise Closed


def break_off(server, request):
    if "reset-upload" in request.faults:
        reset(request.reader.sock)
        raise Closed
    server.stopping.wait(600)
    raise Closed


def finish(server, request, release, name, work, size):
    wrong = size_problem(server, size)
    release = fresh(server, release)
    asset = release and next(
        (a for a in release.assets if a.name == name), None)
    if not asset:
        return api.not_found(server, request)
    if wrong:
        server.store.drop_asset(asset)
        return wrong
    if "starter" in request.faults:
        return refusal(502, {"message": "Error uploading asset",
                             "request_id": heads.request_id()})
    os.replace(work, asset.path)
    asset = server.store.complete_asset(asset)
    return created(server, request, asset)


def created(server, request, asset):
    body = bodies.text_of(server.bodies.asset(asset))
    return Reply(201, [
        ("Cache-Control", "no-cache"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("Content-Type", heads.JSON),
        ("ETag", "W/" + heads.etag(request, body)),
        ("Last-Modified", heads.date(asset.updated)),
        ("Strict-Transport-Security", "max-age=31557600"),
        ("Vary", heads.VARY_TOKEN),
        ("X-Accepted-OAuth-Scopes", "repo"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "deny"),
        ("X-GitHub-Media-Type", "github.v3; format=json"),
        ("X-OAuth-Scopes", heads.SCOPES),
        ("X-XSS-Protection", "1; mode=block"),
        ("Date", heads.date()),
        ("Transfer-Encoding", "chunked"),
        ("X-GitHub-Request-Id", heads.request_id())], body)


def invalid(code, field, message=None):
    about = {"resource": "ReleaseAsset", "code": code, "field": field}
    if message:
        about["message"] = message
    return refusal(422, {
        "message": "Validation Failed", "request_id": heads.request_id(),
        "documentation_url": bodies.DOCS, "errors": [about]})


def refusal(status, value):
    body = bodies.text_of(value)
    head = [
        ("Cache-Control", "no-cache"),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", "default-src 'none'"),
        ("Content-Type", heads.JSON),
        ("Strict-Transport-Security", "max-age=31557600"),
        ("Vary", heads.VARY_TAIL),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "deny"),
        ("X-GitHub-Media-Type", "github.v3; format=json"),
        ("X-OAuth-Scopes", heads.SCOPES),
        ("X-XSS-Protection", "1; mode=block"),
        ("Date", heads.date()),
        ("X-GitHub-Request-Id", heads.request_id())]
    return Reply(status, head, body)
