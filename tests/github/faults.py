# SPDX-License-Identifier: Apache-2.0
"""The switches: which faults there are, and which of them a request gets.

A fault says on what it acts:

    api     JSON of the API             link    302 that leads to an asset
    web     the web host's pages        asset   bytes of an asset
    upload  the upload host             any     all of these

On the command line: NAME[=ARG][@ON][/SKIP][*TIMES], for example
"reset=4096@asset*2" (the first two times) or "status=503@api/1*1" (only
the second).
"""

import re
import threading
from dataclasses import dataclass

ON = ("api", "web", "link", "asset", "upload", "any")


@dataclass
class Spec:
    on: str
    default: object
    text: str


TABLE = {
    # bytes on their way
    "one-byte": Spec("any", True, "every byte is a write of its own"),
    "chunked": Spec("any", "all", "chunked coding; ARG plain, ext, "
                    "trailers, bytes or all"),
    "no-length": Spec("any", True, "no length, the end of the connection "
                      "ends the body"),
    "truncate": Spec("asset", 1000, "orderly end after N bytes of the body "
                     "(N < 0: before its end)"),
    "reset": Spec("asset", 1000, "RST after N bytes of the body"),
    "stall": Spec("asset", 1000, "silence after N bytes of the body"),
    "drip": Spec("asset", 100, "N bytes a second, head too"),
    "drip-body": Spec("asset", 100, "N bytes a second, head at once"),
    "excess": Spec("asset", 100, "N bytes more than Content-Length says"),
    "spelling": Spec("any", "lower", "header names: lower, upper (no space "
                     "after the colon) or mixed"),
    "dup-headers": Spec("any", True, "headers twice, empty and unknown "
                        "ones, a 4 KB one"),
    "endless-head": Spec("any", 1000000, "a head of N more KB, then close"),
    # connections
    "silent-close": Spec("any", True, "closes after the reply, unannounced"),
    "late-close": Spec("any", True, "takes the next request on a kept "
                       "connection, closes unanswered"),
    "hang-up": Spec("any", True, "closes instead of answering"),
    "mute": Spec("any", True, "takes the request, never answers"),
    "mute-tls": Spec("any", True, "accepts, never shakes hands (all hosts)"),
    # instead of the answer
    "status": Spec("any", 500, "answers with status ARG[,RETRY-AFTER]"),
    "rate-limited": Spec("api", "403", "primary limit: STATUS[,SECONDS to "
                         "the reset]"),
    "secondary": Spec("api", "403", "secondary limit: STATUS"
                      "[,RETRY-AFTER]"),
    "blocked": Spec("api", "451", "451 dmca, or 403 tos"),
    "html": Spec("asset", True, "an HTML page; ARG fit: of the right size"),
    "xml": Spec("asset", True, "an XML error with status 200; or fit"),
    "json": Spec("asset", True, "a JSON error with status 200; or fit"),
    "always-304": Spec("api", True, "304 whatever was asked"),
    # redirects
    "login": Spec("link", True, "302 to a login page"),
    "redirect-http": Spec("link", True, "302 to http:"),
    "redirect-foreign": Spec("link", True, "302 to another site"),
    "redirect-userinfo": Spec("link", True, "302 to user@host"),
    "redirect-loop": Spec("link", True, "302 to itself"),
    "redirect-chain": Spec("link", 3, "N more hops on the same origin"),
    "no-location": Spec("link", True, "302 without Location"),
    "location": Spec("link", "/", "302 to ARG"),
    "long-location": Spec("link", 3000, "Location of N bytes"),
    # ranges and contents of assets
    "ignore-range": Spec("asset", True, "200 for a range request"),
    "wrong-range-start": Spec("asset", 1, "Content-Range begins N later"),
    "wrong-range-total": Spec("asset", 1, "Content-Range total is N more"),
    "no-content-range": Spec("asset", True, "206 without Content-Range"),
    "unasked-206": Spec("asset", True, "206 though no range was asked"),
    "always-416": Spec("asset", True, "416 to every range request"),
    "no-accept-ranges": Spec("asset", True, "no Accept-Ranges line"),
    "no-etag": Spec("any", True, "no ETag line"),
    "weak-etag": Spec("any", True, "W/ before the ETag"),
    "replaced": Spec("asset", 0, "after this reply the asset is another, N "
                     "bytes longer"),
    "corrupt": Spec("asset", 0, "byte N of the file is wrong"),
    "long-body": Spec("asset", 100, "N bytes more than the JSON says"),
    "short-body": Spec("asset", 100, "N bytes less than the JSON says"),
    "endless-body": Spec("asset", 1 << 30, "N bytes, chunked, whatever was "
                         "asked"),
    "expired": Spec("asset", 403, "the URL has expired, says status ARG"),
    # JSON
    "truncated-json": Spec("api", True, "half of the JSON, in a whole body"),
    "endless-json": Spec("api", 1 << 30, "JSON that goes on for N bytes"),
    "deep-json": Spec("api", 10000, "N arrays in each other"),
    "json-text": Spec("api", "{}", "ARG instead of the JSON"),
    "size": Spec("api", 0, "size of assets: a JSON value"),
    "digest": Spec("api", "wrong", "digest: wrong, absent, a JSON value or "
                   "text"),
    "state": Spec("api", "starter", "state: absent or text"),
    "drop": Spec("api", "digest", "this key is nowhere"),
    "null": Spec("api", "name", "this key is null everywhere"),
    "tag": Spec("api", "not-a-version", "tag_name"),
    "twin-asset": Spec("api", True, "every asset twice, with another id"),
    "many-assets": Spec("api", 1000, "N assets, the real ones last"),
    "hostile-body": Spec("api", 125000, "N characters that look like keys"),
    "key-order": Spec("api", "body-first", "body-first, sorted, reversed or "
                      "random"),
    "big-ids": Spec("api", True, "ids above 2^53"),
    "pretty": Spec("api", True, "pretty-printed for everybody"),
    "gzip": Spec("any", True, "Content-Encoding: gzip, not asked for"),
    "no-rate": Spec("api", True, "no X-RateLimit lines"),
    "no-last-modified": Spec("api", True, "no Last-Modified line"),
    # the upload host
    "starter": Spec("upload", True, "502, and leaves a starter asset"),
    "stall-upload": Spec("upload", 100000, "reads N bytes of an upload, then "
                         "is silent"),
    "reset-upload": Spec("upload", 100000, "RST after N bytes of an upload"),
}

# These only count requests on which they can show.
RANGED = {"ignore-range", "wrong-range-start", "wrong-range-total",
          "no-content-range", "always-416"}

SWITCH = re.compile(r"(?P<name>[a-z0-9-]+)(?:=(?P<arg>.*?))?"
                    r"(?:@(?P<on>[a-z]+))?(?:/(?P<skip>\d+))?"
                    r"(?:\*(?P<times>\d+))?")


@dataclass
class Fault:
    name: str
    arg: object
    on: str
    times: object
    skip: int
    path: object
    hits: int = 0

    def fits(self, request):
        if self.on not in ("any", request.kind):
            return False
        ranged = request.header("range") is not None
        if self.name in RANGED and not ranged \
                or self.name == "unasked-206" and ranged \
                or self.name == "late-close" and request.first:
            return False
        return not self.path or re.search(self.path, request.target)

    def fire(self):
        """Counts a request; is it one that gets the fault?"""
        self.hits += 1
        turn = self.hits - self.skip
        return turn > 0 and (self.times is None or turn <= self.times)


class Faults:
    """The faults that are switched on."""

    def __init__(self):
        self.list = []
        self.lock = threading.Lock()

    def add(self, name, arg=None, on=None, times=None, skip=0, path=None):
        name = name.replace("_", "-")
        if name not in TABLE:
            raise ValueError("no such fault: %s" % name)
        if on is not None and on not in ON:
            raise ValueError("a fault acts on %s, not %s"
                             % (", ".join(ON), on))
        spec = TABLE[name]
        arg = spec.default if arg is None else arg
        if type(spec.default) is int and name != "size" \
                and name != "status":
            arg = int(arg)
        fault = Fault(name, arg, on or spec.on, times, skip, path)
        with self.lock:
            self.list.append(fault)
        return fault

    def add_switch(self, text):
        """Adds a fault as the command line writes it."""
        found = SWITCH.fullmatch(text)
        if not found:
            raise ValueError("not a fault: %s" % text)
        times = found["times"]
        return self.add(found["name"], found["arg"], found["on"],
                        int(times) if times else None,
                        int(found["skip"] or 0))

    def clear(self, name=None):
        with self.lock:
            self.list = [f for f in self.list if name and f.name != name]

    def take(self, request):
        """The faults of one request, {name: argument}; each is counted."""
        with self.lock:
            return {f.name: f.arg for f in self.list
                    if f.name != "mute-tls" and f.fits(request) and f.fire()}

    def take_connection(self):
        with self.lock:
            return any(f.name == "mute-tls" and f.fire() for f in self.list)


def help_text():
    return "\n".join("  %-18s on %-6s  %s" % (name, spec.on, spec.text)
                     for name, spec in TABLE.items())
