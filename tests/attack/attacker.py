# SPDX-License-Identifier: Apache-2.0
"""What signers and attackers have: keys, manifests, and a GitHub of their own.

The keys are made when the tests run, by openssl, in a private folder, and
nobody else ever has them. An attacker has the server whole: it says, redirects
to and serves whatever he likes. What he lacks is the signer's key.
"""

import base64
import hashlib
import json
import os
import pathlib
import subprocess
import tempfile

from github import LocalGitHub
from github.wire import FileBody

BOARD = "thermostat-rpi"
PROJECT = "acme/thermostat"
MANIFEST = BOARD + ".ota"


class Key:
    """A P-256 key pair below folder."""

    def __init__(self, folder, name):
        self.private = pathlib.Path(folder) / (name + ".key")
        self.public = pathlib.Path(folder) / (name + ".pem")
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-out", self.private)
        openssl("pkey", "-in", self.private, "-pubout", "-out", self.public)
        der = openssl("pkey", "-pubin", "-in", self.public, "-outform", "DER")
        self.id = hashlib.sha256(der).hexdigest()[:16]

    def sign(self, text):
        """The base64 of an ECDSA signature of text with SHA-256."""
        with tempfile.NamedTemporaryFile(dir=self.private.parent) as signed:
            signed.write(text)
            signed.flush()
            return base64.b64encode(openssl(
                "dgst", "-sha256", "-sign", self.private,
                signed.name)).decode()


def openssl(*args):
    done = subprocess.run(["openssl", *map(str, args)], capture_output=True,
                          check=False)
    if done.returncode:
        raise RuntimeError(f"openssl {args[0]}: {done.stderr.decode()}")
    return done.stdout


def image_of(name, data, ident=0, **more):
    return {"id": ident, "name": name, "format": "raw", "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(), **more}


def fields(version, images, seq=1, **more):
    """The members of a manifest; one that is None is left out."""
    members = {"rota": 1, "project": PROJECT, "board": BOARD, "seq": seq,
               "version": version, "images": images, **more}
    return {k: v for k, v in members.items() if v is not None}


def text_of(members):
    """The bytes that are signed."""
    return json.dumps(members, separators=(",", ":")).encode()


def line(key, text, ident=None):
    return f"sig {ident or key.id} {key.sign(text)}\n".encode()


def envelope(text, *lines):
    return b"rota1\n" + b"".join(lines) + b"\n" + text


def signed(members, *keys):
    """A manifest as the keys' owner makes it."""
    text = members if isinstance(members, bytes) else text_of(members)
    return envelope(text, *(line(k, text) for k in keys))


class EvilGitHub(LocalGitHub):
    """A GitHub that does what an attacker wants once it has decided what to
    answer, and before any of that has gone out."""

    def __init__(self, **options):
        super().__init__(**options)
        self.then = None  # called with each request and its reply

    def reply(self, request):
        reply = super().reply(request)
        if self.then:
            if isinstance(reply.body, FileBody):
                reply.body = b"".join(reply.body.pieces())
            self.then(request, reply)
        return reply


def of_size(size, make):
    """What make returns, as soon as it has size bytes: a signature in DER has
    70 to 72 bytes, which base64 makes 96 of, and seldom fewer."""
    for _ in range(50):
        data = make()
        if len(data) == size:
            return data
    raise RuntimeError("no signature of the usual length")


def random_image(size=6000):
    return os.urandom(size)
