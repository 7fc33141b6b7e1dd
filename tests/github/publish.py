# SPDX-License-Identifier: Apache-2.0
"""The write side: create, edit and delete releases, upload assets."""

import json
import re

from . import api, bodies, heads, spoil
from .store import write_json
from .wire import Reply

MAX_ASSETS = 1000
MAX_BODY = 125000
EDITABLE = ("name", "body", "draft", "prerelease", "target_commitish")


def handle(server, request, repo, rest):
    """A request that is not GET, to the API host."""
    if not request.known:
        return api.not_found(server, request)
    if rest[:1] != ["releases"]:
        return api.not_found(server, request)
    rest = rest[1:]
    if request.method == "POST" and not rest:
        return create(server, request, repo)
    if len(rest) == 1 and rest[0].isdigit():
        release = repo.by_id(int(rest[0]))
        verbs = {"PATCH": edit, "DELETE": delete}
        if release and request.method in verbs:
            return verbs[request.method](server, request, release)
    if len(rest) == 2 and rest[0] == "assets" and rest[1].isdigit():
        asset = repo.asset_by_id(int(rest[1]))
        verbs = {"PATCH": edit_asset, "DELETE": delete_asset}
        if asset and request.method in verbs:
            return verbs[request.method](server, request, asset)
    return api.not_found(server, request)


def sent_json(request):
    try:
        value = json.loads(request.body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def invalid(server, request, resource, code, field=None, message=None):
    about = {"resource": resource, "code": code}
    if field:
        about["field"] = field
    if message:
        about["message"] = message
    return api.error(server, request, 422, "Validation Failed",
                     errors=[about])


def problem_with(server, request, value):
    if len(value.get("body") or "") > MAX_BODY:
        return invalid(server, request, "Release", "custom", "body",
                       "body is too long (maximum is 125000 characters)")
    return None


def create(server, request, repo):
    value = sent_json(request)
    if value is None:
        return api.error(server, request, 400, "Problems parsing JSON")
    tag = value.get("tag_name")
    if not tag:
        return invalid(server, request, "Release", "missing_field",
                       "tag_name")
    early = problem_with(server, request, value)
    if early:
        return early
    if any(r.tag == tag for r in repo.releases):
        return invalid(server, request, "Release", "already_exists",
                       "tag_name")
    meta = {k: value[k] for k in EDITABLE if value.get(k) is not None}
    release = server.store.publish(repo.full_name, tag, {}, **meta)
    body = server.bodies.release(release)
    return api.answer(server, request, body, None, status=201,
                      location=body["url"])


def edit(server, request, release):
    value = sent_json(request)
    if value is None:
        return api.error(server, request, 400, "Problems parsing JSON")
    early = problem_with(server, request, value)
    if early:
        return early
    meta = {k: value[k] for k in EDITABLE if k in value}
    server.store.edit(release, **meta)
    fresh = server.store.repo(release.repo.owner, release.repo.name)
    release = fresh.by_id(release.id)
    return api.answer(server, request, server.bodies.release(release),
                      release.updated)


def no_content(server, request):
    head = heads.api_head(request, server.limits.pairs(request),
                          content_type=None, cache=False, version=None)
    return Reply(204, head)


def delete(server, request, release):
    server.store.remove(release)
    return no_content(server, request)


def locked(server, request, release):
    if not release.meta.get("immutable") or release.draft:
        return None
    return api.error(server, request, 422, "Cannot upload assets to an "
                     "immutable release.", request_id=heads.request_id())


def edit_asset(server, request, asset):
    value = sent_json(request)
    if value is None:
        return api.error(server, request, 400, "Problems parsing JSON")
    early = locked(server, request, asset.release)
    if early:
        return early
    about = asset.release.meta.get("assets", {})
    mine = about.setdefault(asset.name, {})
    mine.update({k: value[k] for k in ("label", "state") if k in value})
    mine["id"] = asset.id
    new = value.get("name", asset.name)
    if new != asset.name:
        asset.path.rename(asset.path.with_name(new))
        about[new] = about.pop(asset.name)
    server.store.edit(asset.release, assets=about)
    repo = server.store.repo(asset.release.repo.owner,
                             asset.release.repo.name)
    asset = repo.asset_by_id(asset.id)
    return api.answer(server, request, server.bodies.asset(asset),
                      asset.updated)


def delete_asset(server, request, asset):
    early = locked(server, request, asset.release)
    if early:
        return early
    asset.path.unlink()
    about = asset.release.meta.get("assets", {})
    about.pop(asset.name, None)
    server.store.edit(asset.release, assets=about)
    return no_content(server, request)


# The upload host: other heads, no rate lines

def upload(server, request):
    """A request to the upload host."""
    early = api.refuse(server, request) or spoil.instead(request, server)
    if early:
        return early
    found = re.fullmatch(r"(?:/api/uploads)?/repos/([^/]+)/([^/]+)/releases"
                         r"/(\d+)/assets", request.path)
    repo = server.store.repo(found[1], found[2]) if found else None
    release = repo.by_id(int(found[3])) if repo else None
    if not release or request.method != "POST" or not request.known:
        return api.not_found(server, request)
    return add_asset(server, request, release)


def clean_name(name):
    """What the service makes of a name: quietly, other characters."""
    name = re.sub(r"[^A-Za-z0-9._+-]+", ".", name)
    return re.sub(r"\.\.+", ".", name).strip(".")


def add_asset(server, request, release):
    name = clean_name(request.query.get("name", ""))
    if not name:
        return refused(request, "missing_field", "name")
    if release.meta.get("immutable") and not release.draft:
        return upload_error(request, 422, {
            "message": "Cannot upload assets to an immutable release.",
            "request_id": heads.request_id(),
            "documentation_url": bodies.DOCS})
    if any(a.name == name for a in release.assets):
        return refused(request, "already_exists", "name")
    if len(release.assets) >= MAX_ASSETS:
        return refused(request, "custom", "file_count",
                       "file_count limited to 1000 assets per release")
    starter = "starter" in request.faults
    about = release.meta.get("assets", {})
    about[name] = {"label": request.query.get("label", "")}
    if starter:
        about[name].update(state="starter", size=0, digest=None)
    kind = request.header("content-type")
    if kind:
        about[name]["content_type"] = kind
    with server.store.lock:
        write_json(release.path / "release.json",
                   {**release.meta, "assets": about})
        (release.path / name).write_bytes(b"" if starter else request.body)
    if starter:
        return upload_error(request, 502, {
            "message": "Error uploading asset",
            "request_id": heads.request_id()})
    return created(server, request, release, name)


def created(server, request, release, name):
    repo = server.store.repo(release.repo.owner, release.repo.name)
    asset = next(a for a in repo.by_id(release.id).assets if a.name == name)
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


def refused(request, code, field, message=None):
    about = {"resource": "ReleaseAsset", "code": code, "field": field}
    if message:
        about["message"] = message
    return upload_error(request, 422, {
        "message": "Validation Failed", "request_id": heads.request_id(),
        "documentation_url": bodies.DOCS, "errors": [about]})


def upload_error(request, status, value):
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
