# SPDX-License-Identifier: Apache-2.0
"""A U-Boot that is a file with its environment, and what its script does to it
at each start."""

import zlib

SIZE = 0x1000


class Environment:
    """One or two copies in a file."""

    def __init__(self, file, copies):
        self.file = file
        self.copies = copies
        file.write_bytes(bytes(copies * SIZE))

    def config(self):
        """As in /etc/fw_env.config."""
        return "# device offset size\n" + "".join(
            f"{self.file}\t{i * SIZE:#x} {SIZE:#x} # copy {i}\n"
            for i in range(self.copies))

    def valid(self):
        """[(flag, copy, text)] of the copies whose CRC is right."""
        whole, head = self.file.read_bytes(), 3 + self.copies
        found = []
        for i in range(self.copies):
            copy = whole[i * SIZE:(i + 1) * SIZE]
            if zlib.crc32(copy[head:]) == int.from_bytes(copy[:4], "little"):
                found.append((copy[4] if head == 5 else 0, i, copy[head:]))
        return found

    def newest(self):
        found = self.valid()
        if len(found) == 2 and {found[0][0], found[1][0]} == {0, 255}:
            return found[0] if found[0][0] == 0 else found[1]
        return max(found, key=lambda copy: copy[0], default=None)

    def read(self):
        text = self.newest()[2].split(b"\0\0")[0].decode()
        return dict(line.split("=", 1) for line in text.split("\0") if line)

    def write(self, **variables):
        """Set these, leave the others."""
        old = self.newest()
        values = {**(self.read() if old else {}), **variables}
        text = "".join(f"{k}={v}\0" for k, v in sorted(values.items()))
        body = text.encode().ljust(SIZE - 3 - self.copies, b"\0")
        flag, i = ((old[0] + 1) % 256, 1 - old[1]) if old else (0, 0)
        whole = bytearray(self.file.read_bytes())
        i = i if self.copies == 2 else 0
        whole[i * SIZE:(i + 1) * SIZE] = (
            zlib.crc32(body).to_bytes(4, "little")
            + (bytes([flag]) if self.copies == 2 else b"") + body)
        self.file.write_bytes(whole)


def start_mender(env):
    """bootcount and altbootcmd: the value of mender_boot_part that starts."""
    has = env.read()
    part = has["mender_boot_part"]
    if has.get("upgrade_available") != "1":
        return part
    starts = int(has["bootcount"]) + 1
    if starts <= int(has["bootlimit"]):
        env.write(bootcount=starts)
        return part
    part = "3" if part == "2" else "2"
    env.write(mender_boot_part=part, mender_boot_part_hex=part, bootcount=0,
              upgrade_available=0)
    return part


def start_rauc(env):
    """The name in BOOT_ORDER that starts."""
    has = env.read()
    for name in has["BOOT_ORDER"].split():
        left = int(has[f"BOOT_{name}_LEFT"], 16)
        if left:
            env.write(**{f"BOOT_{name}_LEFT": f"{left - 1:x}"})
            return name
    raise AssertionError("nothing is left to start")
