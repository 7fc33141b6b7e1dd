# SPDX-License-Identifier: Apache-2.0
"""The write side of the API: create, edit and delete releases, edit and
delete assets, generated notes. The upload host is in uploads.py."""

import json
import re
import unicodedata

from . import api, heads
from .wire import Reply

MAX_BODY = 125000
EDITABLE = ("name", "body", "draft", "prerelease", "target_commitish")
FLAGS = ("draft", "prerelease", "generate_release_notes")
LATEST = ("true", "false", "legacy")
LIGATURES = str.maketrans({"æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O",
                           "ß": "ss", "œ": "oe", "Œ": "OE"})


def handle(server, request, repo, rest):
    """A request that is not GET, to the API host."""
    early = forbidden(server, request)
    if early:
        return early
    if rest[:1] != ["releases"]:
        return api.not_found(server, request)
    with server.store.lock:
        return write(server, request, repo, rest[1:])


def write(server, request, repo, rest):
    if request.method == "POST" and not rest:
        return create(server, request, repo)
    if request.method == "POST" and rest == ["generate-notes"]:
        return generate(server, request, repo)
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


def forbidden(server, request):
    """Nobody without a token, and no token that may only read."""
    if not request.known:
        return api.not_found(server, request)
    if "read-only" in request.header("authorization"):
        return api.error(server, request, 403, "Resource not accessible by "
                         "personal access token")
    return None


# What was sent

def sent_json(request):
    try:
        value = json.loads(request.body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def no_json(server, request):
    return api.error(server, request, 400, "Problems parsing JSON")


def invalid(server, request, *errors):
    return api.error(server, request, 422, "Validation Failed",
                     errors=list(errors))


def fault(code, field=None, message=None, resource="Release"):
    about = {"resource": resource, "code": code}
    if field:
        about["field"] = field
    if message:
        about["message"] = message
    return about


def problem_with(value):
    """The first thing that is wrong with a release's members, or None."""
    if len(value.get("body") or "") > MAX_BODY:
        return fault("custom", "body",
                     "body is too long (maximum is 125000 characters)")
    for name in FLAGS:
        if not isinstance(value.get(name, False), bool):
            return fault("invalid", name)
    for name in ("tag_name", "name", "body", "target_commitish"):
        if not isinstance(value.get(name) or "", str):
            return fault("invalid", name)
    latest = value.get("make_latest", "true")
    if latest not in LATEST:
        return fault("invalid", "make_latest")
    if latest == "true" and "make_latest" in value \
            and (value.get("draft") or value.get("prerelease")):
        return fault("custom", "make_latest", "Latest release cannot be "
                     "draft or prerelease")
    return None


# Releases

def tag_problem(repo, tag, ident=None):
    """What forbids publishing TAG: another release's, or a locked one."""
    if any(r.tag == tag and not r.draft and r.id != ident
           for r in repo.releases):
        return [fault("already_exists", "tag_name")]
    if tag in repo.locked_tags():
        return [fault("custom", "tag_name",
                      "tag_name was used by an immutable release"),
                fault("custom", None,
                      "Published releases must have a valid tag")]
    return None


def create(server, request, repo):
    value = sent_json(request)
    if value is None:
        return no_json(server, request)
    tag = value.get("tag_name")
    if not tag:
        return invalid(server, request, fault("missing_field", "tag_name"))
    wrong = problem_with(value)
    if wrong:
        return invalid(server, request, wrong)
    wrong = None if value.get("draft") else tag_problem(repo, tag)
    if wrong:
        return invalid(server, request, *wrong)
    release = server.store.draft(repo.full_name, members(value, repo, tag),
                                 server.commits)
    if not value.get("draft"):
        release = go_public(server, release, value)
    body = server.bodies.release(release)
    return api.answer(server, request, body, None, status=201,
                      location=body["url"])


def members(value, repo, tag):
    meta = {k: value[k] for k in EDITABLE if value.get(k) is not None}
    meta = {"name": None, "body": None, **meta, "tag_name": tag,
            "draft": True}
    if value.get("generate_release_notes"):
        made = notes(repo, tag, value)
        meta["name"] = meta["name"] or made["name"]
        meta["body"] = "\n\n".join(
            t for t in (meta["body"], made["body"]) if t)
    return meta


def go_public(server, release, value):
    """A draft becomes what everybody sees, and maybe the latest."""
    store, name = server.store, release.repo.full_name
    before = release.repo.latest()
    release = store.make_public(
        release, server.immutable_releases, server.commits)
    latest = value.get("make_latest", "true")
    if release.prerelease:
        return release
    if latest == "true":
        store.pin_latest(name, release.tag)
    elif latest == "legacy":
        store.pin_latest(name, None)
    elif before:
        store.pin_latest(name, before.tag)
    return release


def edit(server, request, release):
    value = sent_json(request)
    if value is None:
        return no_json(server, request)
    draft = value.get("draft", release.draft)
    wrong = problem_with({**value, "draft": draft})
    wrong = [wrong] if wrong else edit_problem(release, value, draft)
    if wrong:
        return invalid(server, request, *wrong)
    meta = {k: value[k] for k in EDITABLE if k in value and k != "draft"}
    if value.get("tag_name"):
        meta["tag_name"] = value["tag_name"]
    release = server.store.edit(release, **meta)
    if release.draft and not draft:
        release = go_public(server, release, value)
    elif draft and not release.draft:
        release = server.store.hide(release)
    elif "make_latest" in value and not release.draft:
        pin(server, release, value["make_latest"])
    return api.answer(server, request, server.bodies.release(release),
                      release.updated)


def edit_problem(release, value, draft):
    tag = value.get("tag_name") or release.tag
    if release.locked and (tag != release.tag or draft):
        return [fault("custom", "tag_name",
                      "Cannot change an immutable release")]
    if draft:
        return None
    if not release.draft and tag == release.tag:
        return None
    return tag_problem(release.repo, tag, release.id)


def pin(server, release, how):
    """make_latest of a release that is published already."""
    repo = release.repo
    if how == "true":
        server.store.pin_latest(repo.full_name, release.tag)
    elif how == "legacy":
        server.store.pin_latest(repo.full_name, None)
    elif repo.latest() and repo.latest().id == release.id:
        others = [r for r in repo.full() if r.id != release.id]
        server.store.pin_latest(repo.full_name,
                                others[0].tag if others else None)


def no_content(server, request):
    head = heads.api_head(request, server.limits.pairs(request),
                          content_type=None, cache=False, version=None)
    return Reply(204, head)


def delete(server, request, release):
    server.store.remove(release)
    return no_content(server, request)


# Generated notes

def notes(repo, tag, value):
    previous = value.get("previous_tag_name") or next(
        (r.tag for r in repo.full() if r.tag != tag), None)
    lines = ["## What's Changed", "* Changes up to %s" % tag, ""]
    if previous:
        lines.append("**Full Changelog**: https://github.localhost/%s/compare"
                     "/%s...%s" % (repo.full_name, previous, tag))
    else:
        lines.append("**Full Changelog**: https://github.localhost/%s/commits"
                     "/%s" % (repo.full_name, tag))
    return {"name": value.get("name") or tag, "body": "\n".join(lines)}


def generate(server, request, repo):
    value = sent_json(request)
    if value is None:
        return no_json(server, request)
    if not value.get("tag_name"):
        return invalid(server, request, fault("missing_field", "tag_name"))
    return api.answer(server, request, notes(repo, value["tag_name"], value),
                      None)


# Assets

def locked(server, request, release):
    if not release.locked:
        return None
    return api.error(server, request, 422, "Cannot upload assets to an "
                     "immutable release.", request_id=heads.request_id())


def edit_asset(server, request, asset):
    value = sent_json(request)
    if value is None:
        return no_json(server, request)
    early = locked(server, request, asset.release)
    if early:
        return early
    new = clean_name(value.get("name") or asset.name)
    if not new:
        return invalid(server, request, fault("missing_field", "name",
                                              resource="ReleaseAsset"))
    if new != asset.name and any(a.name == new
                                 for a in asset.release.assets):
        return invalid(server, request, fault("already_exists", "name",
                                              resource="ReleaseAsset"))
    about = asset.release.meta.get("assets", {})
    mine = about.setdefault(asset.name, {})
    mine.update({k: value[k] for k in ("label", "state") if k in value})
    mine["id"] = asset.id
    if new != asset.name:
        asset.path.rename(asset.path.with_name(new))
        about[new] = about.pop(asset.name)
    release = server.store.edit(asset.release, assets=about)
    asset = release.repo.asset_by_id(asset.id)
    return api.answer(server, request, server.bodies.asset(asset),
                      asset.updated)


def clean_name(name):
    """What the service makes of a name: quietly, other characters."""
    name = unicodedata.normalize("NFKD", name.translate(LIGATURES))
    name = "".join(c for c in name if not unicodedata.combining(c))
    name = re.sub(r"[^A-Za-z0-9._+-]+", ".", name)
    return re.sub(r"\.\.+", ".", name).strip(".")


def delete_asset(server, request, asset):
    early = locked(server, request, asset.release)
    if early:
        return early
    server.store.drop_asset(asset)
    return no_content(server, request)
