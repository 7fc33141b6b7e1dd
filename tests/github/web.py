# SPDX-License-Identifier: Apache-2.0
"""The web host: the way to a release that costs no API budget."""

from urllib.parse import quote

from . import assets, bodies, heads, spoil
from .wire import Reply

MOVED = b"<html><body>You are being <a href=\"%s\">redirected</a>.</body>" \
        b"</html>"


def handle(server, request):
    """The reply to a request to the web host."""
    early = spoil.instead(request, server)
    if early:
        return early
    parts = request.parts
    if parts[:1] == ["login"]:
        return page(b"<!DOCTYPE html>\n<html><head><title>Sign in</title>"
                    b"</head><body>Sign in</body></html>\n")
    if len(parts) < 3 or request.method not in ("GET", "HEAD"):
        return missing()
    name = "/".join(parts[:2])
    if name in server.renamed:
        return redirect("/".join([server.urls.web, server.renamed[name]]
                                 + request.path.split("/")[3:]), 301)
    repo = server.store.repo(parts[0], parts[1])
    if not repo or parts[2] != "releases" or server.is_private(repo):
        return missing()
    return releases(server, request, repo, parts[3:])


def releases(server, request, repo, rest):
    here = "%s/%s/releases" % (server.urls.web, repo.full_name)
    latest = repo.latest()
    if rest == ["latest"]:
        if "application/json" in (request.header("accept") or "") and latest:
            return as_json(server, latest)
        return redirect(here + "/tag/" + quote(latest.tag, safe="")
                        if latest else here)
    if rest[:2] == ["latest", "download"] and len(rest) == 3 and latest:
        return redirect("%s/download/%s/%s" % (
            here, quote(latest.tag, safe=""), quote(rest[2], safe="")))
    if rest[:1] == ["download"] and len(rest) == 3:
        return download(server, request, repo, rest[1], rest[2])
    if rest[:1] == ["tag"] and len(rest) == 2 and repo.by_tag(rest[1]):
        return page(b"<!DOCTYPE html>\n<html><body>%s</body></html>\n"
                    % rest[1].encode())
    return missing()


def download(server, request, repo, tag, name):
    release = repo.by_tag(tag)
    asset = next((a for a in release.assets if a.name == name), None) \
        if release else None
    if server.flavour == "ghes":
        return redirect(server.urls.web + "/login?return_to="
                        + quote(request.target, safe=""))
    if not asset:
        return missing()
    if request.kind == "asset":
        return assets.serve(server, request, asset)
    return redirect(assets.sign(server, asset,
                                request.faults.get("long-location", 0)))


def redirect(location, status=302):
    body = b"" if status == 302 else MOVED % location.encode()
    return Reply(status, heads.web_head(location, length=len(body)), body)


def page(body, status=200, kind="text/html; charset=utf-8"):
    return Reply(status, heads.web_head(content_type=kind,
                                        length=len(body)), body)


def missing():
    return page(b"Not Found", 404, "text/plain; charset=utf-8")


def as_json(server, release):
    """electron-updater and others ask the web host in this way."""
    return page(bodies.text_of({
        "id": release.id, "tag_name": release.tag,
        "update_url": "/%s/releases/tag/%s" % (
            release.repo.full_name, quote(release.tag, safe="")),
        "update_authenticity_token": "", "delete_url": "",
        "delete_authenticity_token": "", "edit_url": ""}),
        kind=heads.JSON)
