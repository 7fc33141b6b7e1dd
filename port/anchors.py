#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make root certificates into C arrays, or into a bundle for a data slot.

Certificates come from PEM files or from the system's bundle; all of them are
taken, or those that --subject, --sha256 and --list name. Each must be a CA
and valid today, and none may come twice. Without an output they are listed,
and what is wrong with one stands behind it.

  anchors.py --system --list port/anchors_github.txt \\
      --name rota_anchors_github --c anchors_github.c
  anchors.py --subject "My Root" --name my_roots --c my_roots.c \\
      --header my_roots.h roots.pem
  anchors.py --bundle roots.bin new-roots.pem

With --bare each is written as what a trust anchor is: its name, its key and its
dates, in a certificate of version 1 without extensions and signature, which
mbedTLS takes for an authority because it is an anchor. That halves it. What
the root says of itself beside that is lost: the length of the path below it,
constraints of names, policies and purposes. A root that has such limits cannot
be bare.

A FILE for --list has lines "required|optional SHA-256|- NAME"; NAME is a
common name or a whole subject, as the listing shows it. A - takes whatever
self-issued certificate has that name. A missing optional one is a warning.

The date is that of SOURCE_DATE_EPOCH, if set. Exit code: 0; 1 when a file
fails, or when a certificate is missing or unfit, and then nothing is written;
2 when called wrongly.
"""

import argparse
import base64
import binascii
import datetime
import os
import re
import struct
import sys
import time
import zlib
from pathlib import Path

sys.dont_write_bytecode = True      # beside the sources
from anchors_der import Certificate, Unfit  # noqa: E402

SYSTEM = ["/etc/ssl/certs/ca-certificates.crt",         # Debian, Arch
          "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora
          "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"]
PEM = re.compile(rb"^-----BEGIN CERTIFICATE-----\s*$(.*?)"
                 rb"^-----END CERTIFICATE-----\s*$", re.DOTALL | re.MULTILINE)
BEGIN = re.compile(rb"^-----BEGIN CERTIFICATE-----", re.MULTILINE)

SOON = datetime.timedelta(days=365)


# --- Which -------------------------------------------------------------------

def read(path):
    """The certificates of a PEM file. One that is damaged is an error."""
    data = Path(path).read_bytes()
    blocks = PEM.findall(data)
    if len(blocks) != len(BEGIN.findall(data)):
        raise Unfit(f"{path}: a certificate without its end")
    if not blocks:
        raise Unfit(f"{path}: there is no certificate in it")
    found = []
    for number, block in enumerate(blocks, 1):
        origin = f"{path}, certificate {number}"
        try:
            der = base64.b64decode(b"".join(block.split()), validate=True)
            found.append(Certificate(der, origin))
        except (Unfit, binascii.Error) as error:
            raise Unfit(f"{origin}: {error}") from error
    return found


class Wanted:
    """One certificate asked for: by name, by fingerprint, or by both."""

    def __init__(self, name=None, sha256=None, optional=False, root=False):
        self.name = name
        self.sha256 = sha256
        self.optional = optional
        self.root = root    # must be self-issued

    def named(self, c):
        return self.name in (None, c.name, c.subject) \
            and (c.self_issued or not self.root)

    def choose(self, certificates):
        """The one, in a list, or none."""
        named = [c for c in certificates if self.named(c)]
        found = [c for c in named if self.sha256 in (None, c.sha256)]
        if len({c.sha256 for c in found}) > 1:
            each = " ".join(c.sha256 for c in found)
            raise Unfit(f"{self}: more than one, choose by --sha256: {each}")
        if self.name and named and not found:
            raise Unfit(f"{self}: there is one of this name, but it is"
                        f" another: {named[0].sha256}")
        return found

    def __str__(self):
        return self.name or self.sha256


def wanted_line(path, number, line):
    words = line.split(None, 2)
    if len(words) != 3 or words[0] not in ("required", "optional") \
            or not re.fullmatch("-|[0-9a-f]{64}", words[1].lower()):
        raise Unfit(f"{path}:{number}: not \"required|optional SHA-256 NAME\"")
    any_key = words[1] == "-"
    return Wanted(words[2].strip(), None if any_key else words[1].lower(),
                  words[0] == "optional", root=any_key)


def wanted_list(path):
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return [wanted_line(path, number, line)
            for number, line in enumerate(lines, 1)
            if line.strip() and not line.startswith("#")]


def choose(certificates, wanted, faults):
    """Those wanted, in the order in which they were asked for."""
    chosen = []
    for w in wanted:
        try:
            found = w.choose(certificates)
        except Unfit as error:
            faults.append(str(error))
            continue
        chosen += found
        if not found and w.optional:
            warn(f"{w}: not there, left out")
        elif not found:
            faults.append(f"{w}: not there")
    return chosen


def make_bare(chosen, faults):
    for c in chosen:
        try:
            c.make_bare()
        except Unfit as error:
            faults.append(f"{c.name} ({c.origin}): {error}")


def check(chosen, now, faults):
    seen = {}
    for c in chosen:
        where = f"{c.name} ({c.origin})"
        if c.sha256 in seen:
            faults.append(f"{where}: twice, also {seen[c.sha256]}")
        elif c.fault(now):
            faults.append(f"{where}: {c.fault(now)}")
        elif not c.key_fits:
            warn(f"{where}: {c.key}: rota's mbedTLS will not take it")
        elif c.ends < now + SOON:
            warn(f"{where}: expires on {c.ends:%Y-%m-%d}")
        seen.setdefault(c.sha256, c.origin)


# --- What is written ---------------------------------------------------------

def comment(text):
    """Text that cannot end the comment it stands in, nor be anything else."""
    text = re.sub(r"[^ -~]|[\\?]", ".", text)
    return text.replace("*/", "* /").replace("/*", "/ *")


def source(chosen, name):
    lines = ["/* Made by port/anchors.py: make it again, do not change it. */",
             '#include "rota_port.h"', "",
             f"extern const struct rota_anchor {name}[];",
             f"extern const size_t {name}_count;"]
    for number, c in enumerate(chosen):
        lines += ["", f"/* {comment(c.subject)}",
                  f" * {comment(c.key)}, until {c.ends:%Y-%m-%d}"
                  f"{', bare' if c.is_bare else ''}, SHA-256 of the root",
                  f" * {c.sha256} */",
                  f"static const uint8_t root_{number}[{len(c.der)}] = {{"]
        for at in range(0, len(c.der), 12):
            octets = ", ".join(f"0x{b:02x}" for b in c.der[at:at + 12])
            lines.append(f"    {octets},")
        lines.append("};")
    lines += ["", f"const struct rota_anchor {name}[{len(chosen)}] = {{"]
    lines += [f"    {{root_{number}, sizeof(root_{number})}},"
              f" /* {comment(c.name)} */" for number, c in enumerate(chosen)]
    lines += ["};", f"const size_t {name}_count = {len(chosen)};", ""]
    return "\n".join(lines).encode()


def header(name):
    guard = f"{name}_h".upper()
    return "\n".join([
        "/* Made by port/anchors.py: make it again, do not change it. */",
        f"#ifndef {guard}", f"#define {guard}", "", '#include "rota_port.h"',
        "", f"extern const struct rota_anchor {name}[];",
        f"extern const size_t {name}_count;", "", "#endif", ""]).encode()


def bundle(ders):
    """See core/SPEC.md, "Bundle of roots"."""
    body = b"".join(ders)
    head = b"rtr1" + struct.pack("<II", len(body) + 16, len(ders))
    return head + body + struct.pack("<I", zlib.crc32(head + body))


def write(path, data):
    """The whole file or the old one."""
    part = Path(f"{path}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


# --- Program -----------------------------------------------------------------

def warn(text):
    print(f"anchors.py: warning: {text}", file=sys.stderr)


def fingerprint(text):
    text = text.replace(":", "").lower()
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise argparse.ArgumentTypeError("64 hexadecimal digits, please")
    return text


def identifier(text):
    if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", text):
        raise argparse.ArgumentTypeError("not a name in C")
    return text


def arguments():
    about, _, more = __doc__.partition("\n\n")
    p = argparse.ArgumentParser(
        description=about, epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("pem", metavar="PEM", nargs="*", help="files to read")
    p.add_argument("--system", action="store_true",
                   help="read the system's bundle too")
    p.add_argument("--subject", metavar="NAME", action="append", default=[],
                   help="take the one with this common name or subject")
    p.add_argument("--sha256", metavar="HEX", action="append", default=[],
                   type=fingerprint, help="take the one of this fingerprint")
    p.add_argument("--list", metavar="FILE", action="append", default=[],
                   help="take those that a file names")
    p.add_argument("--name", metavar="NAME", default="rota_anchors",
                   type=identifier, help="of the C array (%(default)s)")
    p.add_argument("--bare", action="store_true",
                   help="leave out what a trust anchor does not need")
    p.add_argument("--c", metavar="FILE", help="write C arrays")
    p.add_argument("--header", metavar="FILE", help="write their declaration")
    p.add_argument("--bundle", metavar="FILE", help="write a bundle")
    return p


def sources(options, usage):
    paths = list(options.pem)
    if options.system:
        found = [path for path in SYSTEM if Path(path).exists()]
        if not found:
            raise Unfit("the system has no bundle where one is known to be")
        paths.append(found[0])
    if not paths:
        usage.error("nothing to read: name PEM files or --system")
    return paths


def today():
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or time.time()
    now = datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc)
    return now.replace(tzinfo=None)


def gather(options, usage):
    """The certificates to write; Unfit with all that is wrong, a line each."""
    certificates, faults = [], []
    for path in sources(options, usage):
        certificates += read(path)
    wanted = [w for path in options.list for w in wanted_list(path)]
    wanted += [Wanted(name=name) for name in options.subject]
    wanted += [Wanted(sha256=digest) for digest in options.sha256]
    asked = options.list or options.subject or options.sha256
    chosen = choose(certificates, wanted, faults) if asked else certificates
    if options.c or options.bundle:
        check(chosen, today(), faults)
        if options.bare:
            make_bare(chosen, faults)
    if not chosen and not faults:
        faults.append("nothing is left")
    if faults:
        raise Unfit("\n".join(faults))
    return chosen


def main():
    usage = arguments()
    options = usage.parse_args()
    try:
        chosen = gather(options, usage)
        if not (options.c or options.header or options.bundle):
            print("\n".join(c.line(today()) for c in chosen))
        if options.c:
            write(options.c, source(chosen, options.name))
        if options.header:
            write(options.header, header(options.name))
        if options.bundle:
            write(options.bundle, bundle([c.der for c in chosen]))
    except (Unfit, OSError, UnicodeDecodeError, ValueError) as error:
        for line in str(error).splitlines():
            print(f"anchors.py: {line}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
