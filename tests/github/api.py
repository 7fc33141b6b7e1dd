# SPDX-License-Identifier: Apache-2.0
"""The releases API, read side: latest, by tag, by id, lists, assets."""

import gzip
from urllib.parse import urlencode

from . import assets, bodies, heads, publish, spoil
from .wire import Reply

PER_PAGE, MAX_PER_PAGE = 30, 100
GZIP_MIN = 256                  # shorter bodies are not worth packing


def handle(server, request):
    """The reply to a request to the API host."""
    if not request.header("user-agent"):
        return no_agent()
    early = refuse(server, request)
    if early:
        return early
    parts = request.parts[server.base.count("/"):]
    if parts[:1] == ["rate_limit"]:
        return rate_limit(server, request)
    if not server.limits.spend(request):
        return spoil.limit_reached(request, server.limits.pairs(request))
    early = spoil.instead(request, server)
    if early:
        return early
    repo, rest, moved = find_repo(server, parts)
    if moved:
        return moved_reply(server, request, moved, rest)
    if not repo or not server.may_read(request, repo):
        return not_found(server, request)
    if request.method not in ("GET", "HEAD"):
        return publish.handle(server, request, repo, rest)
    return read(server, request, repo, rest)


def no_agent():
    """The edge's own answer: HTTP/1.0, text, and the connection ends."""
    return Reply(403, [("Connection", "close"), ("Content-Type",
                                                 "text/html")],
                 bodies.NO_AGENT.encode(), "HTTP/1.0", close=True)


def refuse(server, request):
    """Wrong version or wrong token; both before anything is looked up."""
    version = request.header("x-github-api-version")
    if version and server.api_versions is not None \
            and version not in server.api_versions:
        message = ("Unsupported 'X-GitHub-Api-Version' header: '%s' is not "
                   "a supported version." % version)
        return error(server, request, 400, message)
    if request.header("authorization") and not request.known:
        server.limits.spend(request)
        return error(server, request, 401, "Bad credentials")
    return None


def find_repo(server, parts):
    """(repository, rest of the path, new id when it was renamed)."""
    if parts[0] == "repositories" and len(parts) > 1 and parts[1].isdigit():
        return server.store.repo_by_id(int(parts[1])), parts[2:], None
    if parts[0] != "repos" or len(parts) < 3:
        return None, [], None
    name = "/".join(parts[1:3])
    if name in server.renamed:
        new = server.store.repo(*server.renamed[name].split("/"))
        return None, parts[3:], new and new.id
    return server.store.repo(*parts[1:3]), parts[3:], None


def read(server, request, repo, rest):
    """rest: the path below the repository."""
    builder = server.bodies
    if rest[:1] != ["releases"]:
        return not_found(server, request)
    rest = rest[1:]
    if not rest:
        return releases(server, request, repo)
    if rest[0] == "assets" and len(rest) == 2 and rest[1].isdigit():
        return one_asset(server, request, repo,
                         int(rest[1]) % spoil.BIG_ID)
    if rest == ["latest"]:
        release = repo.latest()
    elif rest[0] == "tags" and len(rest) == 2:
        release = repo.by_tag(rest[1])
    elif rest[0].isdigit():
        release = repo.by_id(int(rest[0]))
        if release and release.draft and not request.known:
            release = None
        if release and rest[1:] == ["assets"]:
            return paged(server, request, repo, [
                spoil.spoil_asset(builder.asset(a), request.faults)
                for a in release.assets])
        if rest[1:]:
            release = None
    else:
        release = None
    if not release:
        return not_found(server, request)
    server.looked_at(release)
    body = spoil.spoil_release(builder.release(release), request.faults)
    modified = server.modified(request.path, release)
    return answer(server, request, body, modified)


def releases(server, request, repo):
    """Everybody sees the published ones, writers the drafts as well."""
    seen = [r for r in repo.releases
            if not r.draft or request.known]
    return paged(server, request, repo, [
        spoil.spoil_release(server.bodies.release(r), request.faults)
        for r in seen])


def one_asset(server, request, repo, ident):
    asset = repo.asset_by_id(ident)
    if not asset or asset.release.draft and not request.known:
        return not_found(server, request)
    if request.wants_bytes() and server.flavour != "gitea":
        if request.kind == "asset":
            return assets.serve(server, request, asset)
        return to_asset_host(server, request, asset)
    body = spoil.spoil_asset(server.bodies.asset(asset), request.faults)
    return answer(server, request, body, asset.updated)


def to_asset_host(server, request, asset):
    location = assets.sign(server, asset,
                           request.faults.get("long-location", 0))
    return Reply(302, heads.asset_redirect_head(
        server.limits.pairs(request), location, server.version(request)))


def number_of(request, name, default, most):
    text = request.query.get(name, "")
    value = int(text) if text.isdigit() and len(text) < 9 else default
    return max(1, min(value, most))


def paged(server, request, repo, items):
    """One page of a list; lists have no Last-Modified."""
    size = number_of(request, "per_page", PER_PAGE, MAX_PER_PAGE)
    page = number_of(request, "page", 1, 10 ** 8)
    last = max(1, -(-len(items) // size))
    base = server.base.count("/")
    below = [p for p in request.path.split("/")[1:]][base:]
    below = below[2:] if below[0] == "repositories" else below[3:]
    url = "%s/repositories/%d/%s" % (server.urls.api, repo.id,
                                     "/".join(below))
    link = link_line(url, request.query, page, last)
    return answer(server, request, items[(page - 1) * size:page * size],
                  None, link)


def link_line(url, query, page, last):
    """prev, next, last, first: those that lead elsewhere."""
    pages = []
    if page > 1:
        pages.append(("prev", min(page - 1, last)))
    if page < last:
        pages += [("next", page + 1), ("last", last)]
    if page > 1:
        pages.append(("first", 1))
    return ", ".join('<%s?%s>; rel="%s"' % (
        url, urlencode({**query, "page": n}), rel) for rel, n in pages)


def answer(server, request, value, modified, link=None, status=200,
           location=None):
    """JSON with validators, or 304 when the client has it already."""
    compact = spoil.json_bytes(value, request.faults)
    tag = heads.etag(request, compact)
    pairs = server.limits.pairs
    if status == 200 and fresh(request, tag, modified):
        server.limits.give_back(request)
        return Reply(304, heads.not_modified_head(
            request, pairs(request), tag, modified))
    body = compact
    if pretty(request):
        body = spoil.json_bytes(value, request.faults, True)
    packed = server.gzip and len(body) > GZIP_MIN and "gzip" in (
        request.header("accept-encoding") or "")
    if packed:
        body, tag = gzip.compress(body, 1), "W/" + tag
    head = heads.api_head(request, pairs(request), length=len(body), tag=tag,
                          modified=modified, link=link, location=location,
                          version=server.version(request))
    reply = Reply(status, head, body)
    if packed:
        reply.set("Content-Length", None)
        reply.set("Content-Encoding", "gzip")
        reply.set("Transfer-Encoding", "chunked")
    return reply


def fresh(request, tag, modified):
    """The tag decides when both validators are there."""
    if request.header("if-none-match") is not None:
        return heads.same_etag(tag, request.header("if-none-match"))
    since = heads.parse_date(request.header("if-modified-since") or "")
    return since is not None and modified is not None and since >= modified


def pretty(request):
    agent = request.header("user-agent") or ""
    return any(w in agent for w in ("curl", "Wget", "Safari", "Firefox"))


def error(server, request, status, message, docs=bodies.DOCS, **more):
    told = None if status == 422 else status    # there it has none
    body = bodies.text_of(bodies.error(message, told, docs, **more),
                          pretty(request))
    return Reply(status, heads.api_head(
        request, server.limits.pairs(request), length=len(body),
        cache=False, version=server.version(request)), body)


def not_found(server, request):
    docs = bodies.NOT_FOUND_DOCS if request.path.endswith("/latest") \
        else bodies.DOCS
    return error(server, request, 404, "Not Found", docs)


def moved_reply(server, request, ident, rest):
    """301 for reading, 307 for writing; the text is the same."""
    place = "/".join(["%s/repositories/%d" % (server.urls.api, ident)] + rest)
    body = bodies.text_of({
        "message": "Moved Permanently", "url": place,
        "documentation_url": "https://docs.github.com/v3/#http-redirects"})
    status = 301 if request.method in ("GET", "HEAD") else 307
    return Reply(status, heads.api_head(
        request, server.limits.pairs(request), length=len(body),
        cache=False, location=place, version=server.version(request)), body)


def rate_limit(server, request):
    """Asking for the budget is free."""
    pairs = server.limits.pairs(request)
    if not pairs:
        return not_found(server, request)
    named = {n.split("-")[-1].lower(): v for n, v in pairs}
    core = {n: int(named[n]) for n in ("limit", "used", "remaining",
                                       "reset")}
    return answer(server, request, {"resources": {"core": core},
                                    "rate": core}, None)
