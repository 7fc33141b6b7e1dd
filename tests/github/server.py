# SPDX-License-Identifier: Apache-2.0
"""Sockets: listeners, TLS by name, one thread per connection, the log."""

import json
import socket
import ssl
import threading
import time

from . import hello, wire
from .pki import VARIANTS

VERSIONS = {"tls1.2": ssl.TLSVersion.TLSv1_2,
            "tls1.3": ssl.TLSVersion.TLSv1_3}
HANDSHAKE_S = 30


class Log:
    """Dictionaries for tests in the same process, JSON lines for others."""

    def __init__(self, path=None):
        self.requests = []
        self.connections = []
        self.lock = threading.Lock()
        self.file = open(path, "a", encoding="utf-8") if path else None
        self.last = 0

    def number(self):
        """The next connection's."""
        with self.lock:
            self.last += 1
            return self.last

    def write(self, event, record):
        if self.file:
            line = json.dumps({"event": event, **record})
            with self.lock:
                self.file.write(line + "\n")
                self.file.flush()

    def close(self):
        if self.file:
            self.file.close()


class Tls:
    """A context per family of hosts; its certificate can be changed."""

    def __init__(self, pki):
        self.pki = pki
        self.variants = {}
        self.versions = {}
        self.cache = {}

    def set(self, family, variant):
        if family not in ("api", "asset"):
            raise ValueError("no such family of hosts: %s" % family)
        if variant in VERSIONS:
            self.versions[family] = variant
        elif variant in VARIANTS:
            self.variants[family] = variant
        else:
            raise ValueError("no such certificate: %s" % variant)

    def context(self, family):
        key = (family, self.variants.get(family, "good"),
               self.versions.get(family))
        if key not in self.cache:
            self.cache[key] = self.make(*key)
        return self.cache[key]

    def make(self, family, variant, version):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.pki.files(family, variant))
        context.set_alpn_protocols(["http/1.1"])
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if version:
            context.minimum_version = VERSIONS[version]
            context.maximum_version = VERSIONS[version]
        return context

    def nobody(self):
        """A context that knows no name: answers unrecognized_name."""
        context = self.make("api", "good", None)
        context.sni_callback = lambda *_: \
            ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        return context


class Listener:
    """A port on loopback; role is what it is when names do not tell."""

    def __init__(self, server, port=0, role=None, tls=True,
                 address="127.0.0.1"):
        self.server = server
        self.role = role
        self.tls = tls
        self.sock = socket.create_server((address, port), backlog=128)
        self.port = self.sock.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)

    def accept(self):
        while True:
            try:
                sock, _ = self.sock.accept()
            except OSError:
                return
            if self.server.stopping.is_set():
                sock.close()
                return
            connection = Connection(self.server, self, sock)
            threading.Thread(target=connection.run, daemon=True).start()

    def close(self):
        # a thread in accept() does not notice close(); shutdown wakes it
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()


class Connection:
    def __init__(self, server, listener, sock):
        self.server = server
        self.listener = listener
        self.sock = sock
        self.fresh = True
        self.info = {"time": time.time(), "conn": server.logbook.number(),
                     "sni": None, "tls": None, "error": None}

    def run(self):
        self.server.open_connections.add(self)
        try:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.server.faults.take_connection():
                self.server.stopping.wait(600)
            elif self.shake_hands():
                self.serve()
        except (wire.Closed, OSError, ValueError):
            pass
        finally:
            self.server.open_connections.discard(self)
            self.sock.close()

    def shake_hands(self):
        log, info = self.server.logbook, self.info
        log.connections.append(info)
        try:
            if self.listener.tls:
                self.wrap()
            return True
        except (OSError, ValueError) as problem:
            info["error"] = str(problem)
            return False
        finally:
            log.write("connection", info)

    def wrap(self):
        self.sock.settimeout(HANDSHAKE_S)
        name = self.info["sni"] = hello.server_name(hello.peek(self.sock))
        family = self.server.family(self.listener, name)
        tls = self.server.tls
        context = tls.context(family) if family else tls.nobody()
        self.sock = context.wrap_socket(self.sock, server_side=True,
                                        do_handshake_on_connect=False)
        self.sock.do_handshake()
        self.sock.settimeout(None)
        self.info["tls"] = self.sock.version()
        self.info["resumed"] = self.sock.session_reused
        self.info["alpn"] = self.sock.selected_alpn_protocol()

    def serve(self):
        reader = wire.Reader(self.sock)
        while not self.server.stopping.is_set():
            request = reader.request()
            self.answer(request, reader)
            if (request.header("connection") or "").lower() == "close" \
                    or request.version != "HTTP/1.1":
                return

    def answer(self, request, reader):
        server = self.server
        host = request.header("host") or ""
        server.classify(request, self.listener, self.info["sni"], host)
        request.first, self.fresh = self.fresh, False
        request.faults = faults = server.faults.take(request)
        record = {"time": time.time(), "conn": self.info["conn"],
                  "sni": self.info["sni"], "tls": self.info["tls"],
                  "host": host, "role": request.role, "kind": request.kind,
                  "method": request.method, "target": request.target,
                  "headers": [list(p) for p in request.headers],
                  "range": request.header("range"), "status": None,
                  "sent": 0, "faults": sorted(faults), "whole": False,
                  "done": False}
        server.logbook.requests.append(record)
        try:
            self.reply(request, record, reader)
        finally:
            record["done"] = True
            server.logbook.write("request", record)

    def reply(self, request, record, reader):
        faults, server = request.faults, self.server
        if request.kind != "upload":
            reader.load(request)
        if "mute" in faults:
            server.stopping.wait(600)
            raise wire.Closed
        if "hang-up" in faults or "late-close" in faults:
            raise wire.Closed
        reply = server.reply(request)
        record["status"] = reply.status
        bodyless = request.method == "HEAD" or reply.status in (204, 304)
        try:
            wire.Writer(self.sock, reply, faults, record,
                        server.stopping).send(bodyless)
        finally:
            if reply.after:
                reply.after()
        if "silent-close" in faults:
            raise wire.Closed
        if reply.silent:
            reader.ignore_all()
        if request.reader:          # answered before all of it had come
            reader.skip(request)
        record["whole"] = True

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
