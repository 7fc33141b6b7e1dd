# SPDX-License-Identifier: Apache-2.0
"""A client for the tests of the local GitHub: sees heads as they were sent,
follows nothing, forgives nothing."""

import json
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

AGENT = ("User-Agent", "test/1")


class Short(Exception):
    """The connection ended before the reply did."""

    def __init__(self, data):
        super().__init__("%d bytes" % len(data))
        self.data = data


@dataclass
class Answer:
    version: str
    status: int
    lines: list                 # of the head, as they came
    body: bytes
    wire: bytes                 # the body with its framing

    @property
    def head(self):
        return [tuple(line.split(": ", 1)) if ": " in line
                else tuple(line.split(":", 1)) for line in self.lines]

    @property
    def names(self):
        return [n for n, _ in self.head]

    def get(self, name):
        return next((v.strip() for n, v in self.head
                     if n.lower() == name.lower()), None)

    def json(self):
        return json.loads(self.body)


def trusting(gh):
    return ssl.create_default_context(cafile=gh.ca_file)


class Client:
    """One connection; several requests if it is kept alive."""

    def __init__(self, gh, url, context=None, name=None, timeout=10):
        parts = urlsplit(url)
        self.host = parts.netloc
        raw = socket.create_connection(("127.0.0.1", parts.port), timeout)
        self.sock = raw
        if parts.scheme == "https":
            self.sock = (context or trusting(gh)).wrap_socket(
                raw, server_hostname=name or parts.hostname)
        self.held = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, target, headers=(), method="GET", body=b""):
        headers = list(headers.items() if isinstance(headers, dict)
                       else headers)
        if not any(n.lower() == "user-agent" for n, _ in headers):
            headers.append(AGENT)
        headers = [h for h in headers if h[1] is not None]
        if body:
            headers.append(("Content-Length", str(len(body))))
        lines = ["%s %s HTTP/1.1" % (method, target), "Host: " + self.host]
        lines += ["%s: %s" % pair for pair in headers]
        self.sock.sendall("\r\n".join(lines + ["", ""]).encode() + body)

    def more(self):
        try:
            data = self.sock.recv(65536)
        except ConnectionResetError:
            raise
        except ssl.SSLError:            # no close_notify: the usual end
            data = b""
        if not data:
            raise Short(self.held)
        self.held += data

    def exactly(self, count):
        while len(self.held) < count:
            self.more()
        part, self.held = self.held[:count], self.held[count:]
        return part

    def line(self):
        while b"\r\n" not in self.held:
            self.more()
        part, self.held = self.held.split(b"\r\n", 1)
        return part

    def answer(self, method="GET"):
        version, status = self.line().decode().split(" ")[:2]
        lines = []
        while line := self.line():
            lines.append(line.decode("latin-1"))
        answer = Answer(version, int(status), lines, b"", b"")
        if method != "HEAD" and answer.status not in (204, 304):
            answer.body, answer.wire = self.body(answer)
        return answer

    def body(self, answer):
        if answer.get("transfer-encoding") == "chunked":
            return self.chunked()
        length = answer.get("content-length")
        if length is not None:
            whole = self.exactly(int(length))
            return whole, whole
        try:
            while True:
                self.more()
        except Short as end:
            self.held = b""
            return end.data, end.data

    def chunked(self):
        whole, wire = b"", b""
        while True:
            line = self.line()
            wire += line + b"\r\n"
            size = int(line.split(b";")[0], 16)
            if size == 0:
                break
            part = self.exactly(size + 2)
            wire += part
            whole += part[:-2]
        while line := self.line():
            wire += line + b"\r\n"
        return whole, wire + b"\r\n"

    def get(self, target, headers=(), method="GET", body=b""):
        self.send(target, headers, method, body)
        return self.answer(method)


def fetch(gh, url, headers=(), method="GET", body=b"", timeout=10):
    """One request on a connection of its own."""
    parts = urlsplit(url)
    target = url.split(parts.netloc, 1)[1] or "/"
    with Client(gh, url, timeout=timeout) as client:
        return client.get(target, headers, method, body)


BYTES = {"Accept": "application/octet-stream"}


def releases_url(gh, path=""):
    return "%s/repos/%s/releases%s" % (gh.api_url, gh.repo, path)


def asset_url(gh, tag, name):
    return releases_url(gh, "/assets/%d" % gh.asset(tag, name).id)


def link(gh, tag="v1.0.0", name="app.bin"):
    """A fresh link to an asset."""
    answer = fetch(gh, asset_url(gh, tag, name), BYTES)
    if answer.status != 302:
        raise AssertionError("%d, not 302" % answer.status)
    return answer.get("location")
