# SPDX-License-Identifier: Apache-2.0
"""A DNS server on loopback for the emulated board: names below .localhost are
where the emulator shows it this machine, no other name exists."""

import socket
import struct
import threading

HOST_SEEN_BY_GUEST = "10.0.2.2"
TYPE_A, CLASS_IN = 1, 1
NAME_ERROR = 3
TTL_S = 86400


def question(packet):
    """(name, type, class, end of the question) of a query (RFC 1035, 4.1.2)."""
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("ascii"))
        at += 1 + packet[at]
    kind, group = struct.unpack_from(">HH", packet, at + 1)
    return ".".join(labels).lower(), kind, group, at + 5


class Dns:
    """A server in a thread, from entering to leaving. asked: the names.
    elsewhere: {name: address} of those that are not where all others are."""

    def __init__(self):
        self.asked = []
        self.elsewhere = {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(b"", ("127.0.0.1", self.port))     # ends the thread
        self.thread.join()
        self.socket.close()

    def serve(self):
        while True:
            packet, sender = self.socket.recvfrom(512)
            if not packet:
                return
            try:
                reply = self.reply(packet)
            except (IndexError, UnicodeDecodeError, struct.error):
                continue
            self.socket.sendto(reply, sender)

    def reply(self, packet):
        name, kind, group, end = question(packet)
        self.asked.append(name)
        known = name.endswith(".localhost")
        answer = b""
        if known and (kind, group) == (TYPE_A, CLASS_IN):
            answer = struct.pack(">HHHIH", 0xc00c, TYPE_A, CLASS_IN, TTL_S, 4) \
                + socket.inet_aton(self.elsewhere.get(name, HOST_SEEN_BY_GUEST))
        head = packet[:2] + struct.pack(
            ">HHHHH", 0x8180 | (0 if known else NAME_ERROR), 1,
            1 if answer else 0, 0, 0)
        return head + packet[12:end] + answer
