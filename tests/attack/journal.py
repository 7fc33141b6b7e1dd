# SPDX-License-Identifier: Apache-2.0
"""What a device remembers, read from the file of its journal as core/SPEC.md
has it, by nothing that rota is made of."""

import struct
import zlib

SEAL = struct.Struct("<4sIII")
HEAD = struct.Struct("<HHI")
PAST = 6
FIELDS = struct.Struct("<xIIIQQQB32s32s")
NAMES = ("seq", "security", "security_next", "issued", "accepted",
         "asset_id", "held", "revoked", "revoked_next")


def epoch(half):
    """Of the first valid seal; None: this half does not count."""
    for at in range(0, 64, 16):
        magic, number, _, crc = SEAL.unpack_from(half, at)
        if magic == b"rtj1" and zlib.crc32(half[at:at + 12]) == crc:
            return number
    return None


def records(half):
    """(type, body) of all that count, oldest first."""
    at = 64
    while at + HEAD.size <= len(half):
        kind, size, crc = HEAD.unpack_from(half, at)
        if not kind or not size or zlib.crc32(half[at:at + 4]) != crc:
            return
        end = at + HEAD.size + size
        if half[end:end + 4] == struct.pack("<I", zlib.crc32(half[at:end])):
            yield kind, half[at + HEAD.size:end]
        at = end + 4


def past(path, size):
    """What was accepted of manifests; zeros when that is nothing yet."""
    data = path.read_bytes() if path.exists() else b""
    data = data.ljust(size, b"\0")
    halves = [data[:size // 2], data[size // 2:]]
    halves = [h for h in halves if epoch(h) is not None]
    bodies = [body for kind, body in records(max(halves, key=epoch))
              if kind == PAST] if halves else []
    body = bodies[-1] if bodies else bytes(FIELDS.size)
    return dict(zip(NAMES, FIELDS.unpack_from(body)))


def key_ids(packed):
    """The keys in revoked or revoked_next."""
    ids = [packed[i:i + 8].hex() for i in range(0, len(packed), 8)]
    return [i for i in ids if i != "0" * 16]
