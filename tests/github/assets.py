# SPDX-License-Identifier: Apache-2.0
"""The asset host: signed links of five minutes, ranges, blob store heads."""

import base64
import hashlib
import hmac
import json
import re
import time
import uuid
from urllib.parse import quote, quote_plus

from . import bodies, heads, spoil
from .wire import FileBody, Reply

PATH = "/github-production-release-asset"
SIGNATURE_LEN = 50              # 44, of which three are escaped
SIGNATURE = re.compile(r"&sig=([^&]*)")


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def token(server, now):
    """The inner ticket, a JWT of the usual fields."""
    head = b64url(compact({"typ": "JWT", "alg": "HS256"}))
    claims = b64url(compact({
        "iss": "github.com", "aud": "release-assets.githubusercontent.com",
        "key": "key1", "exp": int(now + server.url_ttl_s), "nbf": int(now),
        "path": "releaseassetproduction.blob.core.windows.net"}))
    mac = hmac.new(server.secret, (head + "." + claims).encode(),
                   hashlib.sha256)
    return "%s.%s.%s" % (head, claims, b64url(mac.digest()))


def signature(server, target):
    """Base64 over the target, escaped; its own value left out."""
    bare = SIGNATURE.sub("&sig=", target, count=1)
    mac = hmac.new(server.secret, bare.encode(), hashlib.sha256).digest()
    return quote(base64.b64encode(mac).decode(), safe="")


def sign(server, asset, length=0):
    """A link to an asset, about 930 bytes, or LENGTH if that is more.

    Its escapes are mixed on purpose ("+" and "%20" for a space, upper and
    lower case): a client must send it back byte for byte.
    """
    path = "%s/%d/%s" % (PATH, asset.release.repo.id, asset.uuid)
    server.linked(asset, path)
    room = length - len(server.urls.asset + path + "?") - SIGNATURE_LEN
    while True:
        # drawn again until the signature has all the awkward characters
        target = path + "?" + query(server, asset, time.time(), room)
        value = signature(server, target)
        if "%2B" in value and "%2F" in value and (
                not length or len(value) == SIGNATURE_LEN):
            return server.urls.asset + target.replace("&sig=",
                                                      "&sig=" + value, 1)


def query(server, asset, now, room):
    name = asset.name
    end = bodies.iso(now + 3300).replace(":", "%3A")
    kind = bodies.content_type(name)
    pairs = [
        ("sp", "r"), ("sv", "2018-11-09"), ("sr", "b"), ("spr", "https"),
        ("se", end),
        ("rscd", "attachment%3B+filename%3D" + quote_plus(name)),
        ("rsct", quote(kind, safe="")),
        ("skoid", str(uuid.uuid4())),
        ("sktid", "398a0000-0000-4000-8000-00000000b4de"),
        ("skt", bodies.iso(now - 300).replace(":", "%3A")),
        ("ske", end), ("sks", "b"), ("skv", "2018-11-09"), ("sig", ""),
        ("jwt", token(server, now)),
        ("response-content-disposition",
         "attachment%3B%20filename%3D" + quote(name, safe="")),
        ("response-content-type", quote(kind, safe="").replace(
            "%2F", "%2f")),
    ]
    text = "&".join("%s=%s" % pair for pair in pairs)
    room -= len(text + "&x=")
    return text + "&x=" + "l" * room if room > 0 else text


def claims_of(target):
    """exp and nbf of a link's ticket."""
    found = re.search(r"&jwt=[^.&]*\.([^.&]*)\.", target)
    part = found[1] + "=" * (-len(found[1]) % 4)
    return json.loads(base64.urlsafe_b64decode(part))


def refused(server, request):
    """Why this link is not good, as a reply; None when it is."""
    if request.header("authorization"):
        return error(400, "InvalidAuthenticationInfo",
                     "Authentication information is not given in the "
                     "correct format. Check the value of Authorization "
                     "header.")
    given = SIGNATURE.search(request.target)
    if not given or given[1] != signature(server, request.target):
        return error(server.altered_status, "AuthenticationFailed",
                     "Server failed to authenticate the request. Make sure "
                     "the value of Authorization header is formed correctly "
                     "including the signature.",
                     "Signature did not match.")
    claims = claims_of(request.target)
    if "expired" in request.faults or time.time() >= claims["exp"]:
        status = int(request.faults.get("expired", server.expired_status))
        return error(status, "AuthenticationFailed",
                     "Server failed to authenticate the request. Make sure "
                     "the value of Authorization header is formed correctly "
                     "including the signature.",
                     "Signature not valid in the specified time frame")
    if server.nbf and request.target not in server.too_early:
        server.too_early.add(request.target)
        return error(400, "InvalidAuthenticationInfo",
                     "The token is not valid yet.")
    return None


def error(status, code, message, detail=None):
    body = bodies.azure_error(code, message, detail)
    return Reply(status, [
        ("Connection", "keep-alive"), ("Content-Length", str(len(body))),
        ("content-type", "application/xml"),
        ("server", "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0"),
        ("x-ms-error-code", code), ("date", heads.date())], body)


def handle(server, request):
    """The reply to a request to the asset host."""
    early = spoil.instead(request, server)
    if early:
        return early
    if request.path == "/avatars/x" or request.method not in ("GET", "HEAD"):
        return error(405, "UnsupportedHttpVerb", "Not this way.")
    parts = request.parts
    if len(parts) != 3 or "/" + parts[0] != PATH or not parts[1].isdigit():
        return error(404, "ResourceNotFound", "There is no such thing.")
    early = refused(server, request)
    if early:
        return early
    asset = server.store.asset_by_uuid(int(parts[1]), parts[2])
    if not asset:
        return error(404, "BlobNotFound", "The blob does not exist.")
    return serve(server, request, asset)


def byte_range(text, size):
    """(start, end) inclusive; () when it cannot be met, None when it is no
    single range and is to be passed over."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", text.strip())
    if not found or found[0].endswith("=-"):
        return None
    first, last = found.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) else ()
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    return (start, end) if start < size else ()


def condition_holds(request, etag, modified):
    """If-Range: a strong tag or the exact date; true without one."""
    given = request.header("if-range")
    if given is None:
        return True
    if given.startswith(('"', "W/")):
        return given == etag
    return heads.parse_date(given) == modified


def serve(server, request, asset):
    """Bytes of an asset: 200, 206 or 416, and what faults make of it."""
    faults = request.faults
    size = asset.size + faults.get("long-body", 0) - faults.get(
        "short-body", 0)
    etag = '"%s"' % asset.uuid if server.flavour == "gitea" else asset.etag
    asked = request.header("range")
    wanted = None
    if asked and "ignore-range" not in faults and condition_holds(
            request, etag, asset.updated):
        wanted = byte_range(asked, size)
    if asked and "always-416" in faults:
        wanted = ()
    if "unasked-206" in faults and not asked:
        wanted = (0, size - 1)
    if wanted == ():
        return unsatisfiable(size)
    start, end = wanted or (0, size - 1)
    content_range = None
    if wanted:
        shift = faults.get("wrong-range-start", 0)
        content_range = "bytes %d-%d/%d" % (
            start + shift, end + shift,
            size + faults.get("wrong-range-total", 0))
    head = heads.asset_head(
        etag, asset.updated, bodies.content_type(asset.name),
        "attachment; filename=" + asset.name, end - start + 1, content_range)
    reply = Reply(206 if wanted else 200, head,
                  contents(asset, start, end - start + 1, faults))
    if request.method == "GET" and not wanted:
        server.counts[asset.id] = server.counts.get(asset.id, 0) + 1
    if "replaced" in faults:
        reply.after = lambda: server.swap(asset, faults["replaced"])
    return reply


def unsatisfiable(size):
    reply = error(416, "InvalidRange", "The range specified is invalid for "
                  "the current size of the resource.")
    reply.set("content-range", "bytes */%d" % size)
    return reply


def contents(asset, start, length, faults):
    beyond = max(0, start + length - asset.size)
    body = FileBody(asset.path, start, length - beyond)
    if "corrupt" not in faults and not beyond:
        return body
    data = bytearray(b"".join(body.pieces())) + b"+" * beyond
    at = faults.get("corrupt", -1) - start
    if 0 <= at < len(data):
        data[at] ^= 0xff
    return bytes(data)
