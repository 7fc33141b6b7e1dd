# SPDX-License-Identifier: Apache-2.0
"""Faults in what is said: in the JSON, and in whole replies.

The wire faults, in how it is sent, are in wire.py.
"""

import gzip
import json
import random
import re
import time

from . import bodies, heads
from .wire import Reply

BIG_ID = 1 << 53               # what a double cannot count on from
RAW = "@raw@"                   # marks text that goes into JSON as it is


def literal(arg):
    """ARG as a JSON value if it is one, else as a string."""
    if arg is None:
        return None
    try:
        json.loads(str(arg))
    except ValueError:
        return str(arg)
    return RAW + str(arg).replace('"', "@quote@") + RAW


def put(body, key, arg):
    if arg == "absent":
        body.pop(key, None)
    elif key in body:
        body[key] = literal(arg)


def spoil_asset(body, faults):
    if "size" in faults:
        put(body, "size", faults["size"])
    if "state" in faults:
        put(body, "state", faults["state"])
    if "digest" in faults:
        wrong = "sha256:" + "5a" * 32
        arg = faults["digest"]
        put(body, "digest", wrong if arg == "wrong" else arg)
    if "big-ids" in faults:
        body["id"] += BIG_ID
    return body


def spoil_release(body, faults):
    assets = [spoil_asset(a, faults) for a in body["assets"]]
    if "twin-asset" in faults:
        assets += [{**a, "id": a["id"] + 1} for a in assets]
    if "many-assets" in faults and assets:
        count = faults["many-assets"] - len(assets)
        assets = [filler(assets[0], n) for n in range(count)] + assets
    body["assets"] = assets
    if "tag" in faults:
        body["tag_name"] = faults["tag"]
    if "big-ids" in faults:
        body["id"] += BIG_ID
    if "hostile-body" in faults:
        body["body"] = hostile_text(faults["hostile-body"])
    return body


def filler(asset, n):
    name = "other-board-%04d.img" % n
    return {**asset, "name": name, "id": asset["id"] + 1 + n,
            "browser_download_url":
                asset["browser_download_url"].rsplit("/", 1)[0] + "/" + name}


def hostile_text(size):
    """Text that a parser which does not know where it is would believe."""
    part = ('"tag_name":"v99.0.0","assets":[{"name":"evil.bin","id":1,'
            '"size":1,"state":"uploaded"}],"draft":true}]}\\"\\\\"\n\t'
            '\u00e9\u20ac\U0001f600 \\u0022tag_name\\u0022: {"id": 666,')
    return (part * (size // len(part) + 1))[:size]


def each_dict(value):
    if isinstance(value, dict):
        yield value
    items = value.values() if isinstance(value, dict) else value
    if isinstance(value, (dict, list)):
        for item in items:
            yield from each_dict(item)


def reorder(value, order):
    """VALUE with the keys of all its objects in another order."""
    if isinstance(value, list):
        return [reorder(v, order) for v in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    if order == "body-first":
        keys.sort(key=lambda k: k != "body")
    elif order == "sorted":
        keys.sort()
    elif order == "reversed":
        keys.reverse()
    else:
        random.Random(order).shuffle(keys)
    return {k: reorder(value[k], order) for k in keys}


def json_bytes(value, faults, pretty=False):
    """The text of a JSON body, with the faults that act on any JSON."""
    for body in each_dict(value):
        if "drop" in faults:
            body.pop(faults["drop"], None)
        if faults.get("null") in body:
            body[faults["null"]] = None
    if "key-order" in faults:
        value = reorder(value, faults["key-order"])
    text = bodies.text_of(value, pretty or "pretty" in faults)
    if RAW.encode() in text:
        text = re.sub(rb'"@raw@(.*?)@raw@"',
                      lambda m: m[1].replace(b"@quote@", b'"'), text)
    if "truncated-json" in faults:
        text = text[:len(text) // 2]
    if "deep-json" in faults:
        text = b'{"x":' + b"[" * faults["deep-json"]
    return str(faults["json-text"]).encode() if "json-text" in faults \
        else text


def endless(first, part, total):
    yield first
    sent = 0
    while sent < total:
        yield part
        sent += len(part)


def replace_body(reply, body, content_type):
    reply.body = body
    reply.set("Content-Type", content_type)
    reply.set("Content-Range", None)
    reply.set("Transfer-Encoding", None)
    if isinstance(body, bytes):
        reply.set("Content-Length", str(len(body)))
    else:
        reply.set("Content-Length", None)
        reply.set("Transfer-Encoding", "chunked")


PAGES = {
    "html": ("text/html; charset=utf-8",
             b"<!DOCTYPE html>\n<html><body>Sign in to the guest network"
             b"</body></html>\n"),
    "xml": ("application/xml",
            bodies.azure_error("ServerBusy", "The server is busy.")),
    "json": ("application/json; charset=utf-8",
             b'{"message":"Not Found","status":"404"}'),
}


def spoil_reply(reply, request):
    """Faults in a reply that is otherwise complete."""
    faults = request.faults
    for kind, (content_type, page) in PAGES.items():
        if kind in faults and reply.status in (200, 206):
            if faults[kind] == "fit":
                page = page.ljust(len(reply.body))[:len(reply.body)]
            reply.status = 200
            replace_body(reply, page, content_type)
    if "endless-json" in faults:
        first = b'{"url":"https://x.localhost/","junk":["'
        replace_body(reply, endless(first, b"a" * 65536 + b'","',
                                    faults["endless-json"]), heads.JSON)
    if "endless-body" in faults:
        reply.status = 200
        replace_body(reply, endless(b"", b"\0" * 65536,
                                    faults["endless-body"]),
                     "application/octet-stream")
    if "gzip" in faults and isinstance(reply.body, bytes):
        reply.body = gzip.compress(reply.body)
        reply.set("Content-Length", str(len(reply.body)))
        reply.set("Content-Encoding", "gzip")
    spoil_head(reply, faults)
    return reply


def spoil_head(reply, faults):
    if "no-rate" in faults:
        reply.head = [(n, v) for n, v in reply.head
                      if not n.lower().startswith("x-ratelimit")]
    if "no-last-modified" in faults:
        reply.set("Last-Modified", None)
    if "no-etag" in faults:
        reply.set("ETag", None)
    if "weak-etag" in faults and reply.get("etag"):
        reply.set("ETag", "W/" + reply.get("etag").removeprefix("W/"))
    if "no-accept-ranges" in faults:
        reply.set("Accept-Ranges", None)
    if "no-content-range" in faults:
        reply.set("Content-Range", None)
    if "dup-headers" in faults:
        reply.head[1:1] = [("X-Empty", ""), ("x-long", "l" * 4096),
                           ("VARY", "Accept"), ("vary", "Accept"),
                           ("X-Empty", "")]


# Replies that come instead of the right one

def plain_error(status, retry_after=None):
    """A status without knowing why: JSON for 4xx, the edge's page else."""
    if status < 500:
        value = bodies.error("Error %d" % status, status)
        body, kind = bodies.text_of(value), heads.JSON
    else:
        body = (b"<html>\r\n<head><title>%d</title></head>\r\n<body>\r\n"
                b"<center><h1>%d</h1></center>\r\n</body>\r\n</html>\r\n"
                % (status, status))
        kind = "text/html"
    head = [("Server", "GitHub.com"), ("Date", heads.date()),
            ("Content-Type", kind), ("Content-Length", str(len(body)))]
    if retry_after is not None:
        head.append(("Retry-After", str(retry_after)))
    return Reply(status, head, body)


def split_pair(arg):
    """"503,30" -> (503, 30); the second may be missing."""
    first, _, second = str(arg).partition(",")
    return int(first), int(second) if second else None


def limit_reached(request, rate, status=403):
    """The primary limit; RATE says what is left and until when."""
    body = bodies.text_of(bodies.error(bodies.PRIMARY_LIMIT,
                                       docs=bodies.LIMIT_DOCS))
    return Reply(status, heads.api_head(request, rate, length=len(body),
                                        cache=False), body)


def limited(request, rate, arg):
    status, seconds = split_pair(arg)
    reset = int(time.time()) + (3600 if seconds is None else seconds)
    told = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset),
            "X-RateLimit-Used": dict(rate).get("X-RateLimit-Limit", "60")}
    return limit_reached(request, [(n, told.get(n, v)) for n, v in rate],
                         status)


def secondary(request, rate, arg):
    status, wait = split_pair(arg)
    message = bodies.SECONDARY_LIMIT % heads.request_id()
    body = bodies.text_of(bodies.error(message, docs=bodies.LIMIT_DOCS))
    extra = [("Retry-After", str(wait))] if wait is not None else []
    return Reply(status, heads.api_head(
        request, rate, length=len(body), cache=False, extra=extra), body)


def blocked(request, rate, arg):
    status = int(arg)
    body = bodies.text_of(bodies.blocked("dmca" if status == 451 else "tos"))
    return Reply(status, heads.api_head(request, rate, length=len(body),
                                        cache=False), body)


def redirected(request, urls, faults):
    """The Location of a redirect fault, None without one."""
    host = urls.asset.split("//")[1]
    places = {
        "login": urls.web + "/login?return_to=%2F",
        "redirect-http": "http://%s/x" % host,
        "redirect-foreign": "https://evil.localhost:%s/x" % urls.port,
        "redirect-userinfo": "https://user:pass@%s/x" % host,
        "redirect-loop": request.origin + request.target,
        "location": faults.get("location"),
    }
    found = next((k for k in places if k in faults), None)
    if found:
        return places[found]
    if "redirect-chain" in faults:
        return hop(request, faults["redirect-chain"])
    return None


def hop(request, count):
    """One hop of a chain; the count travels in the query."""
    left = int(request.query.get("hop", count))
    if left <= 0:
        return None
    return "%s%s?hop=%d" % (request.origin, request.path, left - 1)


def instead(request, server):
    """The reply that a fault puts in the place of the right one."""
    faults, rate = request.faults, server.limits.pairs(request)
    if "status" in faults:
        return plain_error(*split_pair(faults["status"]))
    if "rate-limited" in faults:
        return limited(request, rate, faults["rate-limited"])
    if "secondary" in faults:
        return secondary(request, rate, faults["secondary"])
    if "blocked" in faults:
        return blocked(request, rate, faults["blocked"])
    if "always-304" in faults:
        return Reply(304, heads.not_modified_head(
            request, rate, heads.etag(request, b""), time.time()))
    if "no-location" in faults:
        return Reply(302, heads.asset_redirect_head(rate, "x")[:5])
    place = redirected(request, server.urls, faults)
    if place is not None:
        return Reply(302, heads.asset_redirect_head(rate, place))
    return None
