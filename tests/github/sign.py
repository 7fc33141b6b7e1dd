# SPDX-License-Identifier: Apache-2.0
"""Signed manifests, made by openssl: nothing of rota is in them.

    alice = Signer(folder, "alice")      a key pair, made now
    text = manifest("acme/thermostat", "thermostat-rpi", 5, "1.1.0",
                    {0: ("image.bin", data)}, security=1)
    ota = sign(text, alice)
"""

import base64
import hashlib
import json
import subprocess


class Signer:
    """A P-256 key: the private half in FOLDER/NAME.key, 0600, the public one
    as .public, PEM."""

    def __init__(self, folder, name="key", curve="P-256"):
        self.private = folder / f"{name}.key"
        self._openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                      f"ec_paramgen_curve:{curve}", "-out", self.private)
        self.private.chmod(0o600)
        self.public = self._openssl("pkey", "-in", self.private, "-pubout")
        der = self._openssl("pkey", "-in", self.private, "-pubout",
                            "-outform", "DER")
        self.id = hashlib.sha256(der).hexdigest()[:16]

    @staticmethod
    def _openssl(*args, data=None):
        return subprocess.run(
            ["openssl", *map(str, args)], input=data, check=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    def sign(self, text):
        return self._openssl("dgst", "-sha256", "-sign", self.private,
                             data=text)

    def line(self, text):
        der = base64.b64encode(self.sign(text)).decode()
        return f"sig {self.id} {der}\n".encode()

    def trust(self, folder, name=None):
        """Put the public half into a folder of keys."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / (name or f"{self.private.stem}.pem")
        path.write_bytes(self.public)
        path.chmod(0o644)
        return path


def manifest(project, board, seq, version, images, security=0, **more):
    """The text to be signed. images: {id: (name, bytes)}; more: further
    members, None leaves one out."""
    members = {
        "rota": 1, "project": project, "board": board, "seq": seq,
        "version": version, "security": security,
        "images": [{"id": i, "name": name, "format": "raw",
                    "size": len(data),
                    "sha256": hashlib.sha256(data).hexdigest()}
                   for i, (name, data) in images.items()],
        **more}
    members = {k: v for k, v in members.items() if v is not None}
    return json.dumps(members, separators=(",", ":")).encode()


def sign(text, *signers):
    return b"rota1\n" + b"".join(s.line(text) for s in signers) + b"\n" + text
