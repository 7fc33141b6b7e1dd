# SPDX-License-Identifier: Apache-2.0
"""Looks at a ClientHello before TLS does.

The certificate and the TLS versions of a connection depend on the name that
the client asks for, and OpenSSL settles the version before it tells the
name.
"""

import socket
import time

HANDSHAKE, CLIENT_HELLO, SERVER_NAME = 22, 1, 0
PATIENCE_S = 30


def peek(sock):
    """The ClientHello's bytes, left in the socket; b"" if there is none."""
    end = time.monotonic() + PATIENCE_S
    seen = -1
    while time.monotonic() < end:
        data = sock.recv(65536, socket.MSG_PEEK)
        if not data or data[0] != HANDSHAKE:
            return b""
        whole = unwrap(data)
        if whole is not None:
            return whole
        if len(data) == seen:           # in pieces; a peek does not wait
            time.sleep(0.001)
        seen = len(data)
    return b""


def unwrap(data):
    """The handshake message inside the records, None while incomplete."""
    message = b""
    while len(data) >= 5:
        length = int.from_bytes(data[3:5], "big")
        if len(data) < 5 + length:
            return None
        message += data[5:5 + length]
        data = data[5 + length:]
        if len(message) >= 4 and len(message) >= 4 + int.from_bytes(
                message[1:4], "big"):
            return message
    return None


def extensions(message):
    """{type: content} of a ClientHello."""
    at = 4 + 2 + 32
    at += 1 + message[at]                                   # session id
    at += 2 + int.from_bytes(message[at:at + 2], "big")     # suites
    at += 1 + message[at]                                   # compression
    end = at + 2 + int.from_bytes(message[at:at + 2], "big")
    at += 2
    found = {}
    while at + 4 <= end:
        kind = int.from_bytes(message[at:at + 2], "big")
        length = int.from_bytes(message[at + 2:at + 4], "big")
        found[kind] = message[at + 4:at + 4 + length]
        at += 4 + length
    return found


def server_name(message):
    """The name in a ClientHello, None when it names nobody."""
    try:
        content = extensions(message)[SERVER_NAME]
    except (KeyError, IndexError):
        return None
    length = int.from_bytes(content[3:5], "big")
    return content[5:5 + length].decode("ascii", errors="replace") or None
