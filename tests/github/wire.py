# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 on a socket: requests in, replies out, and the ways to spoil
the bytes of a reply on their way."""

import socket
import struct
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

from . import heads

HEAD_LIMIT = 65536
BODY_LIMIT = 1 << 24            # of JSON; uploads are never held
PIECE = 1 << 18
DRIP_TICK_S = 0.05


@dataclass
class Request:
    method: str
    target: str
    version: str
    headers: list
    body: bytes = b""
    role: str = "api"           # api, web, upload or asset: who is asked
    kind: str = "api"           # api, web, upload, link or asset: for what
    origin: str = ""
    known: bool = False         # came with a good token
    first: bool = True          # of its connection
    reader: object = None       # gives the body, as long as it is unread
    faults: dict = field(default_factory=dict)

    def __post_init__(self):
        parts = urlsplit(self.target)
        self.path = parts.path
        self.parts = [unquote(p) for p in parts.path.split("/")[1:]]
        self.query = {k: v[-1] for k, v in parse_qs(
            parts.query, keep_blank_values=True).items()}

    def header(self, name):
        """The value of a header, None when it was not sent."""
        return next((v for n, v in self.headers if n.lower() == name), None)

    def length(self):
        """Of the body; None: chunked. Closed when it is not a number."""
        if "chunked" in (self.header("transfer-encoding") or ""):
            return None
        length = self.header("content-length") or "0"
        if not length.isdigit():
            raise Closed
        return int(length)

    def wants_bytes(self):
        return "application/octet-stream" in (self.header("accept") or "")


@dataclass
class FileBody:
    """LENGTH bytes of a file from START."""
    path: object
    start: int
    length: int

    def __len__(self):
        return self.length

    def pieces(self):
        with open(self.path, "rb") as data:
            data.seek(self.start)
            left = self.length
            while left > 0:
                piece = data.read(min(PIECE, left))
                if not piece:
                    return
                left -= len(piece)
                yield piece


@dataclass
class Reply:
    status: int
    head: list
    body: object = b""          # bytes, FileBody or an endless iterator
    version: str = "HTTP/1.1"
    close: bool = False
    silent: bool = False        # nothing more is said on the connection
    after: object = None        # called when the reply has gone out

    def pieces(self):
        if isinstance(self.body, FileBody):
            return self.body.pieces()
        if isinstance(self.body, (bytes, bytearray)):
            view = memoryview(self.body)
            return (view[i:i + PIECE] for i in range(0, len(view), PIECE))
        return self.body

    def set(self, name, value):
        """Changes a header where it stands, adds it at the end, or (None)
        takes it away."""
        old = [i for i, (n, _) in enumerate(self.head)
               if n.lower() == name.lower()]
        if value is None:
            self.head = [p for i, p in enumerate(self.head) if i not in old]
        elif old:
            self.head[old[0]] = (self.head[old[0]][0], value)
        else:
            self.head.append((name, value))

    def get(self, name):
        return next((v for n, v in self.head if n.lower() == name), None)


class Closed(Exception):
    """The connection ends here, one way or another."""


class Reader:
    """Takes requests off a connection."""

    def __init__(self, sock):
        self.sock = sock
        self.held = b""

    def more(self, most=65536):
        data = self.sock.recv(most)
        if not data:
            raise Closed
        self.held += data

    def until(self, mark):
        while mark not in self.held:
            if len(self.held) > HEAD_LIMIT:
                raise Closed
            self.more()
        part, self.held = self.held.split(mark, 1)
        return part

    def request(self):
        lines = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        while lines and not lines[0]:
            lines.pop(0)
        try:
            method, target, version = lines[0].split(" ")
            headers = [(n, v.strip()) for n, v in
                       (line.split(":", 1) for line in lines[1:])]
        except (IndexError, ValueError):
            raise Closed from None
        request = Request(method, target, version, headers)
        if request.length() != 0:
            request.reader = self
        return request

    def body(self, request):
        """The pieces of a request's body, which is read then."""
        if "100-continue" in (request.header("expect") or ""):
            self.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = request.length()
        yield from self.chunks() if length is None else self.counted(length)
        request.reader = None

    def load(self, request):
        """The whole of it, to request.body."""
        if request.reader:
            if (request.length() or 0) > BODY_LIMIT:
                raise Closed
            request.body = b"".join(self.body(request))

    def counted(self, left):
        while left > 0:
            if not self.held:
                self.more(PIECE)
            piece, self.held = self.held[:left], self.held[left:]
            left -= len(piece)
            yield piece

    def chunks(self):
        while True:
            size = int(self.until(b"\r\n").split(b";")[0], 16)
            if size == 0:
                while self.until(b"\r\n"):
                    pass
                return
            yield from self.counted(size)
            self.until(b"\r\n")

    def skip(self, request):
        """What is left of a body that was answered before it had come."""
        for _ in self.body(request):
            pass

    def ignore_all(self):
        """Never answers again, as the upload host was seen to do."""
        while True:
            self.held = b""
            self.more(PIECE)


class Writer:
    """Sends one reply, as the request's wire faults will have it."""

    def __init__(self, sock, reply, faults, record, stopping):
        self.sock = sock
        self.reply = reply
        self.faults = faults
        self.record = record
        self.stopping = stopping
        self.chunked = False

    def send(self, bodyless):
        reply = self.reply
        self.frame()
        stream = self.stream(bodyless)
        if "one-byte" in self.faults:
            for piece in stream:
                for i in range(len(piece)):
                    self.sock.sendall(piece[i:i + 1])
        elif "drip" in self.faults:
            self.drip(stream, self.faults["drip"])
        else:
            for piece in stream:
                self.sock.sendall(piece)
        if reply.close:
            raise Closed

    def frame(self):
        reply = self.reply
        if "chunked" in self.faults and reply.status not in (204, 304):
            reply.set("Content-Length", None)
            reply.set("Transfer-Encoding", "chunked")
        if "no-length" in self.faults and reply.status not in (204, 304):
            reply.set("Content-Length", None)
            reply.close = True
        self.chunked = reply.get("transfer-encoding") == "chunked"
        if reply.close and reply.version == "HTTP/1.1":
            reply.set("Connection", "close")

    def head(self):
        reply = self.reply
        lines = heads.spelled(reply.head,
                              self.faults.get("spelling", "recorded"))
        try:
            reason = HTTPStatus(reply.status).phrase
        except ValueError:
            reason = "Unknown"
        first = "%s %d %s" % (reply.version, reply.status, reason)
        return "\r\n".join([first] + lines + ["", ""]).encode("latin-1")

    def stream(self, bodyless):
        """Everything that goes out, in pieces."""
        head = self.head()
        if "endless-head" in self.faults:
            yield head[:-2]
            yield from self.endless_head()
        body = () if bodyless else self.cut(self.counted())
        if "drip-body" in self.faults:
            self.sock.sendall(head)
            head = b""
            pieces = self.framed(body) if self.chunked else body
            self.drip(pieces, self.faults["drip-body"])
            return
        if self.chunked and not bodyless:
            yield head
            yield from self.framed(body)
            return
        for piece in body:
            # a short body leaves in the same record as the head
            if head and len(head) + len(piece) <= 16384:
                piece, head = head + bytes(piece), b""
            if head:
                yield head
                head = b""
            yield piece
        if head:
            yield head
        if "excess" in self.faults and not bodyless:
            yield b"x" * self.faults["excess"]

    def endless_head(self):
        for n in range(self.faults["endless-head"]):
            if self.stopping.is_set():
                raise Closed
            yield b"X-Filler-%d: %s\r\n" % (n, b"f" * 1000)
        raise Closed

    def counted(self):
        for piece in self.reply.pieces():
            if self.stopping.is_set():
                raise Closed
            yield piece
            self.record["sent"] += len(piece)

    def cut(self, pieces):
        """Ends the body early: truncate, reset, stall at byte N."""
        kind = next((k for k in ("truncate", "reset", "stall")
                     if k in self.faults), None)
        if not kind:
            yield from pieces
            return
        left = self.faults[kind]
        if left < 0:                    # from the end
            left = max(0, len(self.reply.body) + left)
        for piece in pieces:
            if len(piece) > left:
                yield piece[:left]
                self.record["sent"] += left
                self.end(kind)
            yield piece
            left -= len(piece)
        if left == 0:
            self.end(kind)

    def end(self, kind):
        if kind == "stall":
            self.stopping.wait(600)
        if kind == "reset":
            reset(self.sock)
        raise Closed

    def framed(self, pieces):
        """Chunked coding, with all that the standard lets a sender do."""
        style = self.faults.get("chunked", "plain")
        wild = style in ("ext", "all")
        for piece in pieces:
            step = 1 if style in ("bytes", "all") else len(piece) or 1
            for i in range(0, len(piece), step):
                part = bytes(piece[i:i + step])
                size = (b"%04X" if wild else b"%x") % len(part)
                ext = b';name="a \\" ;b";flag' if wild else b""
                yield size + ext + b"\r\n" + part + b"\r\n"
        yield b"0;last\r\n" if wild else b"0\r\n"
        if style in ("trailers", "all"):
            yield b"X-Trailer: one\r\nETag: \"3\"\r\n"
        yield b"\r\n"

    def drip(self, stream, rate):
        """RATE bytes per second, evenly."""
        due = time.monotonic()
        step = max(1, int(rate * DRIP_TICK_S))
        for piece in stream:
            for i in range(0, len(piece), step):
                part = piece[i:i + step]
                due += len(part) / rate
                if self.stopping.wait(max(0, due - time.monotonic())):
                    raise Closed
                self.sock.sendall(part)


def reset(sock):
    """Ends a connection with RST instead of FIN."""
    linger = struct.pack("ii", 1, 0)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
