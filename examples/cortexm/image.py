#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make an image of a linked program: image.py PROGRAM.bin IMAGE

PROGRAM.bin is what objcopy -O binary wrote; the linker has filled in its
header (port/ab_image.h). IMAGE is the same with its SHA-256 appended, as it is
released and put into a slot."""

import hashlib
import struct
import sys

HEADER_AT = 0x100
SLOT_SIZE = 0x1f000


def image(program):
    magic, size, base, zero, version = struct.unpack_from(
        "<4sIII32s", program, HEADER_AT)
    if magic != b"rti1" or zero:
        sys.exit("image.py: the program has no header")
    if size != len(program) or size + 32 > SLOT_SIZE:
        sys.exit(f"image.py: {len(program)} bytes, and the header says {size}")
    return program + hashlib.sha256(program).digest()


def main():
    with open(sys.argv[1], "rb") as f:
        made = image(f.read())
    with open(sys.argv[2], "wb") as f:
        f.write(made)


if __name__ == "__main__":
    main()
