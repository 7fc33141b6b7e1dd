# SPDX-License-Identifier: Apache-2.0
"""Certificates for anchors.py: what one says, and what a trust anchor needs
of it (RFC 5280, 4.1 and 6.1.1)."""

import datetime
import hashlib

SEQUENCE, SET, OID, INTEGER, BOOLEAN = 0x30, 0x31, 0x06, 0x02, 0x01
BITS, NULL, UTF8, UTC_TIME = 0x03, 0x05, 0x0c, 0x17
TEXTS = {0x0c: "utf-8", 0x1e: "utf-16-be", 0x14: "latin-1"}
NAMES = {"550403": "CN", "550406": "C", "550407": "L", "550408": "ST",
         "55040a": "O", "55040b": "OU", "550405": "serialNumber",
         "550461": "organizationIdentifier"}
BASIC_CONSTRAINTS, KEY_USAGE = "551d13", "551d0f"
NAME_CONSTRAINTS = "551d1e"
EXTENSIONS = {NAME_CONSTRAINTS: "name constraints",
              "551d24": "policy constraints", "551d25": "extended key usage",
              "551d36": "inhibition of any policy"}
KEY_CERT_SIGN = 0x04    # of the first byte: bit 5, counted from the top
RSA, EC = "2a864886f70d010101", "2a8648ce3d0201"
CURVES = {"2a8648ce3d030107": "P-256", "2b81040022": "P-384"}
UNKNOWN = "unknown key"
RSA_BITS_MAX = 4096     # MBEDTLS_MPI_MAX_SIZE
SIGNED = {RSA: "2a864886f70d01010b", EC: "2a8648ce3d040302"}  # with SHA-256
COMMON_NAME = "550403"


class Unfit(Exception):
    """What cannot be used, in one line."""


# --- DER ---------------------------------------------------------------------

def element(data):
    """(tag, contents, the rest) of what data begins with."""
    if len(data) < 2:
        raise Unfit("not a certificate: it ends early")
    size, at = data[1], 2
    if size > 0x80:
        at += size & 0x7f
        size = int.from_bytes(data[2:at], "big")
    elif size == 0x80:
        raise Unfit("not a certificate in DER")
    if len(data) < at + size:
        raise Unfit("not a certificate: it ends early")
    return data[0], data[at:at + size], data[at + size:]


def inside(data, tag):
    """The contents of data, which must be one element with this tag."""
    found, contents, rest = element(data)
    if found != tag or rest:
        raise Unfit("not a certificate")
    return contents


def elements(data):
    while data:
        tag, contents, data = element(data)
        yield tag, contents


def pieces(data):
    """The elements as they stand there, heads included."""
    while data:
        rest = element(data)[2]
        yield data[:len(data) - len(rest)]
        data = rest


def encoded(tag, *parts):
    contents = b"".join(parts)
    size = len(contents)
    head = [tag, size]
    if size > 0x7f:
        octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
        head = [tag, 0x80 | len(octets), *octets]
    return bytes(head) + contents


def encoded_oid(digits):
    return encoded(OID, bytes.fromhex(digits))


def date(tag, contents):
    text = contents.decode("ascii")
    if tag == UTC_TIME:     # RFC 5280, 4.1.2.5.1
        text = ("20" if text[:2] < "50" else "19") + text
    return datetime.datetime.strptime(text, "%Y%m%d%H%M%SZ")


def subject(name):
    parts = []
    for _, entries in elements(name):
        for _, pair in elements(entries):
            (_, oid), (tag, value) = elements(pair)
            key = NAMES.get(oid.hex(), f"OID {oid.hex()}")
            parts.append((key, value.decode(TEXTS.get(tag, "ascii"),
                                            "replace")))
    return parts


# --- What it says ------------------------------------------------------------

def public_key(info):
    """What kind it is, and whether rota's mbedTLS takes it."""
    (_, algorithm), (_, bits) = elements(info)
    kind, *parameters = [contents for _, contents in elements(algorithm)]
    if kind.hex() == RSA:
        modulus = next(elements(inside(bits[1:], SEQUENCE)))[1]
        size = int.from_bytes(modulus, "big").bit_length()
        return f"RSA {size}", size <= RSA_BITS_MAX
    if kind.hex() == EC and parameters:
        curve = CURVES.get(parameters[0].hex())
        return curve or "EC, unknown curve", curve is not None
    return UNKNOWN, False


def extensions(fields):
    """{object identifier: (critical, value)}"""
    found = {}
    for tag, contents in fields:
        if tag == 0xa3:
            for _, extension in elements(inside(contents, SEQUENCE)):
                (_, oid), *critical, (_, value) = elements(extension)
                found[oid.hex()] = bool(critical), value
    return found


def basic_constraints(found):
    _, value = found.get(BASIC_CONSTRAINTS, (False, encoded(SEQUENCE)))
    return dict(elements(inside(value, SEQUENCE)))


def may_sign(found):
    if basic_constraints(found).get(BOOLEAN) != b"\xff":
        return False
    _, usage = found.get(KEY_USAGE, (True, None))
    return usage is None or bool(inside(usage, BITS)[1] & KEY_CERT_SIGN)


def limit(found):
    """What keeps a CA from vouching for just anything, or None."""
    for oid, (critical, _) in found.items():
        if critical and oid not in (BASIC_CONSTRAINTS, KEY_USAGE) \
                or oid == NAME_CONSTRAINTS:
            return EXTENSIONS.get(oid, f"extension, OID {oid}")
    return "path length" if INTEGER in basic_constraints(found) else None


# --- What is left of it ------------------------------------------------------

def algorithm(kind):
    """That of the missing signature: one that whoever knows such keys knows.
    """
    parameters = [encoded(NULL)] if kind == RSA else []     # RFC 4055, 5
    return encoded(SEQUENCE, encoded_oid(SIGNED[kind]), *parameters)


def bare(validity, name, key):
    """A certificate of version 1, which has no extensions, of parts that are
    encoded already. mbedTLS wants an issuer with at least one attribute."""
    kind = next(elements(next(elements(inside(key, SEQUENCE)))[1]))[1].hex()
    issuer = encoded(SEQUENCE, encoded(SET, encoded(
        SEQUENCE, encoded_oid(COMMON_NAME), encoded(UTF8, b"-"))))
    signed = encoded(SEQUENCE, encoded(INTEGER, b"\1"), algorithm(kind),
                     issuer, validity, name, key)
    return encoded(SEQUENCE, signed, algorithm(kind), encoded(BITS, b"\0"))


class Certificate:
    """What matters of one, and where it came from."""

    def __init__(self, der, origin):
        self.der = der
        self.is_bare = False
        self.origin = origin
        self.sha256 = hashlib.sha256(der).hexdigest()
        try:
            self._parse(next(elements(inside(der, SEQUENCE)))[1])
        except (ValueError, IndexError, StopIteration) as error:
            raise Unfit("not a certificate") from error

    def _parse(self, tbs):
        fields = list(pieces(tbs))
        if fields[0][0] == 0xa0:        # the version; absent in version 1
            del fields[0]
        issuer, validity, name, key = self._fields = fields[2:6]
        self.self_issued = issuer == name
        self.begins, self.ends = (date(*t) for t in
                                  elements(inside(validity, SEQUENCE)))
        self.parts = subject(inside(name, SEQUENCE))
        self.key, self.key_fits = public_key(inside(key, SEQUENCE))
        found = extensions(elements(b"".join(fields[6:])))
        self.is_ca, self.limit = may_sign(found), limit(found)

    def make_bare(self):
        """Only what a trust anchor is, a name and a key, and its dates. Nobody
        checks an anchor's own signature; sha256 remains that of the whole."""
        if self.limit:
            raise Unfit(f"cannot be bare, or its {self.limit} would be lost")
        if self.key == UNKNOWN:
            raise Unfit(f"cannot be bare: {self.key}")
        self.der = bare(*self._fields[1:])
        self.is_bare = True

    @property
    def subject(self):
        return ", ".join(f"{key}={value}" for key, value in self.parts)

    @property
    def name(self):
        common = [value for key, value in self.parts if key == "CN"]
        return common[-1] if common else self.subject

    def fault(self, now):
        """Why this cannot be an anchor, or None."""
        if not self.is_ca:
            return "not a CA"
        if self.ends < now:
            return f"expired on {self.ends:%Y-%m-%d}"
        if self.begins > now:
            return f"not valid before {self.begins:%Y-%m-%d}"
        return None

    def line(self, now):
        fault = self.fault(now)
        return (f"{self.sha256}  {self.ends:%Y-%m-%d}  {self.key:<8}  "
                f"{self.subject}" + (f"  ({fault})" if fault else ""))
