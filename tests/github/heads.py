# SPDX-License-Identifier: Apache-2.0
"""Reply heads: the names, the order and the spelling that were recorded."""

import hashlib
import itertools
import os
import time
from email.utils import formatdate, parsedate_to_datetime

JSON = "application/json; charset=utf-8"
API_VERSION = "2022-11-28"
SCOPES = ("admin:gpg_key, admin:org, admin:public_key, admin:repo_hook, "
          "delete_repo, gist, notifications, repo, user, workflow")
EXPOSE = ("ETag, Link, Location, Retry-After, X-GitHub-OTP, "
          "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, "
          "X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, "
          "X-Accepted-OAuth-Scopes, X-Poll-Interval, X-GitHub-Media-Type, "
          "X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset")
VARY_TOKEN = "Accept, Authorization, Cookie, X-GitHub-OTP"
VARY_PUBLIC = "Accept,Accept-Encoding, Accept, X-Requested-With"
VARY_TAIL = "Accept-Encoding, Accept, X-Requested-With"
VARY_WEB = ("X-PJAX, X-PJAX-Container, Turbo-Visit, Turbo-Frame, "
            "Accept-Encoding, Accept, X-Requested-With")
CSP_LINE = 3585

_serial = itertools.count(1)


def date(seconds=None):
    return formatdate(time.time() if seconds is None else seconds,
                      usegmt=True)


def parse_date(text):
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None


def request_id():
    return "%04X:%04X:%06X:%07X:%08X" % (
        os.getpid() & 0xffff, 0x2f00 + next(_serial) % 0xff,
        next(_serial), next(_serial) * 17, int(time.time()))


def etag(request, body):
    """As it is made there: over the request's Accept, token and the body.

    The token and the cookie count only when Vary names them.
    """
    names = ["accept"]
    if request.header("authorization"):
        names += ["authorization", "cookie"]
    text = "".join(request.header(n) + ":" for n in names
                   if request.header(n) is not None)
    return '"%s"' % hashlib.sha256(text.encode() + body).hexdigest()


def same_etag(ours, theirs):
    """Weak comparison with a list of tags; quotes are required."""
    plain = ours.removeprefix("W/")
    return any(t.strip() == "*" or t.strip().removeprefix("W/") == plain
               for t in theirs.split(","))


def tail():
    return [
        ("Access-Control-Expose-Headers", EXPOSE),
        ("Access-Control-Allow-Origin", "*"),
        ("Strict-Transport-Security",
         "max-age=31536000; includeSubdomains; preload"),
        ("X-Frame-Options", "deny"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-XSS-Protection", "0"),
        ("Referrer-Policy", "origin-when-cross-origin, "
                            "strict-origin-when-cross-origin"),
        ("Content-Security-Policy", "default-src 'none'"),
    ]


def api_head(request, rate, content_type=JSON, length=None, cache=True,
             tag=None, modified=None, location=None, link=None, extra=(),
             version=API_VERSION, accepted="repo"):
    """The head of every JSON answer of the API.

    RATE: the X-RateLimit pairs, or nothing. Without CACHE there are neither
    Cache-Control nor the first Vary (errors and redirects). The order
    differs a little without a token: recorded rate lines come last then,
    and in lower case.
    """
    token = request.header("authorization") is not None
    head = [("Server", "GitHub.com"), ("Date", date())]
    if content_type:
        head.append(("Content-Type", content_type))
    if length is not None:
        head.append(("Content-Length", str(length)))
    if cache:
        scope = "private" if token else "public"
        head += [("Cache-Control", scope + ", max-age=60, s-maxage=60"),
                 ("Vary", VARY_TOKEN if token else VARY_PUBLIC)]
    if tag:
        head.append(("ETag", tag))
    if modified is not None:
        head.append(("Last-Modified", date(modified)))
    if token:
        head += [("X-OAuth-Scopes", SCOPES),
                 ("X-Accepted-OAuth-Scopes", accepted)]
    if location:
        head.append(("Location", location))
    head.append(("X-GitHub-Media-Type", "github.v3; format=json"))
    if link:
        head.append(("Link", link))
    if version:
        head.append(("x-github-api-version-selected", version))
    head += extra
    if token:
        head += rate
    head += tail()
    if token or not cache:
        head.append(("Vary", VARY_TAIL))
    if not token:
        head += [(name.lower(), value) for name, value in rate]
    head.append(("X-GitHub-Request-Id", request_id()))
    return head


def not_modified_head(request, rate, tag, modified):
    token = request.header("authorization") is not None
    scope = "private" if token else "public"
    head = [("Date", date()),
            ("Cache-Control", scope + ", max-age=60, s-maxage=60"),
            ("Vary", VARY_TOKEN if token else VARY_PUBLIC),
            ("ETag", tag)]
    if modified is not None:
        head.append(("Last-Modified", date(modified)))
    head += rate + tail()
    head += [("Vary", VARY_TAIL), ("X-GitHub-Request-Id", request_id())]
    return head


def asset_redirect_head(rate, location, version=API_VERSION):
    """302 to the asset host; "text/html;charset" has no space there."""
    head = [("Server", "GitHub.com"), ("Date", date()),
            ("Content-Type", "text/html;charset=utf-8"),
            ("Content-Length", "0"),
            ("Cache-Control", "public, must-revalidate, max-age=0"),
            ("expires", date()),
            ("Location", location)]
    if version:
        head.append(("x-github-api-version-selected", version))
    head += rate + tail()
    head += [("Vary", VARY_TAIL), ("X-GitHub-Request-Id", request_id())]
    return head


def content_security_policy():
    """One line of exactly the size that the web host sends."""
    text = ("default-src 'none'; base-uri 'self'; child-src github.localhost"
            "/webpack/; font-src assets.localhost; connect-src 'self'")
    n = 0
    room = CSP_LINE - len("Content-Security-Policy: ")
    while len(text) < room:
        text += " files-%d.githubusercontent.localhost" % n
        n += 1
    return text[:room]


def web_head(location=None, content_type="text/html; charset=utf-8",
             length=0):
    """The web host's: 5 to 6 KB, most of it a policy and cookies."""
    head = [("Server", "GitHub.com"), ("Date", date()),
            ("Content-Type", content_type),
            ("Vary", VARY_WEB)]
    if location:
        head.append(("Location", location))
    head += [
        ("Cache-Control", "no-cache"),
        ("Strict-Transport-Security",
         "max-age=31536000; includeSubdomains; preload"),
        ("X-Frame-Options", "deny"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-XSS-Protection", "0"),
        ("Referrer-Policy", "no-referrer-when-downgrade"),
        ("Content-Security-Policy", content_security_policy()),
        ("content-length", str(length)),
        ("Set-Cookie", "_gh_sess=%s; path=/; secure; HttpOnly; "
                       "SameSite=Lax" % ("s3ss1on%2B" * 38)),
        ("Set-Cookie", "_octo=GH1.1.1234567890.1700000000; path=/; "
                       "secure; SameSite=Lax"),
        ("Set-Cookie", "logged_in=no; path=/; secure; HttpOnly; "
                       "SameSite=Lax"),
        ("X-GitHub-Request-Id", request_id()),
    ]
    return head


def asset_head(asset_etag, modified, content_type, disposition, length,
               content_range=None, ranges=True):
    """The asset host's, lower case as behind its cache."""
    head = [("Connection", "keep-alive"),
            ("Content-Length", str(length)),
            ("content-type", content_type),
            ("last-modified", date(modified)),
            ("etag", asset_etag),
            ("server", "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0"),
            ("x-ms-request-id", "5b1e7d00-001e-0042-1122-334455000000"),
            ("x-ms-version", "2025-05-05"),
            ("x-ms-creation-time", date(modified)),
            ("x-ms-lease-status", "unlocked"),
            ("x-ms-lease-state", "available"),
            ("x-ms-blob-type", "BlockBlob"),
            ("content-disposition", disposition),
            ("x-ms-server-encrypted", "true"),
            ("via", "1.1 varnish, 1.1 varnish"),
            ("fastly-restarts", "1")]
    if ranges:
        head.append(("accept-ranges", "bytes"))
    if content_range:
        head.append(("content-range", content_range))
    head += [("age", "0"), ("date", date()),
             ("x-served-by", "cache-local-1, cache-local-2"),
             ("x-cache", "HIT, MISS")]
    return head


def spelled(head, mode):
    """The lines of a head in one of the spellings that were met."""
    if mode == "lower":
        return ["%s: %s" % (n.lower(), v) for n, v in head]
    if mode == "upper":
        return ["%s:%s" % (n.upper(), v) for n, v in head]
    if mode == "mixed":
        return ["%s: \t%s  " % (mixed(n), v) for n, v in head]
    return ["%s: %s" % (n, v) for n, v in head]


def mixed(name):
    return "".join(c.upper() if i % 2 else c.lower()
                   for i, c in enumerate(name))
