# SPDX-License-Identifier: Apache-2.0
"""The certificates of the local GitHub, made with the openssl command.

Two families, as the real service has them:

    API and web   P-256 leaf <- P-256 intermediate <- P-256 root
    asset host    RSA-2048 leaf <- RSA-2048 intermediate
                  <- RSA-4096 root B, cross-signed by RSA-4096 root A

The asset host sends four certificates (the old root A comes along, as some
servers do); a client is given only the P-256 root and root A. The same
private keys serve bad variants, so that a test differs in one thing only.

RSA-4096 keys take seconds to make: the whole set is kept in build/pki and
made again when it is missing or older than a week. It never leaves build/.
"""

import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

REPO_ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFAULT_DIR = REPO_ROOT / "build" / "pki"
MAX_AGE_S = 7 * 86400
LEAF_DAYS = 30
CA_DAYS = 3650
FORMAT = "4"                    # raise to have every cached set made again

API_NAMES = ("api.github.localhost", "github.localhost",
             "*.github.localhost", "localhost")
ASSET_NAMES = ("release-assets.githubusercontent.localhost",
               "*.githubusercontent.localhost", "localhost")
WRONG_NAMES = ("wrong.localhost",)

VARIANTS = {
    "good": "a valid chain",
    "expired": "the leaf ended yesterday",
    "not-yet": "the leaf begins tomorrow",
    "wrong-host": "the leaf is for wrong.localhost",
    "unknown-ca": "the root is not in the trust file",
    "self-signed": "one certificate that signs itself",
    "p256": "as the API's family: P-256 leaf, intermediate and root",
    "p384": "ECDSA P-384 leaf, intermediate and root (root is trusted)",
    "deep": "one intermediate more than usual",
    "no-chain": "the leaf alone, its intermediates kept back",
}


def openssl(*args):
    done = subprocess.run(("openssl",) + args, capture_output=True)
    if done.returncode:
        raise RuntimeError("openssl %s: %s" % (
            args[0], done.stderr.decode(errors="replace").strip()))


class Maker:
    """Makes keys and certificates in one folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def path(self, name):
        return str(self.folder / name)

    def key(self, name, kind):
        out = self.path(name + ".key")
        if kind.startswith("rsa"):
            openssl("genpkey", "-algorithm", "RSA", "-out", out,
                    "-pkeyopt", "rsa_keygen_bits:" + kind[3:])
        else:
            openssl("genpkey", "-algorithm", "EC", "-out", out,
                    "-pkeyopt", "ec_paramgen_curve:" + kind)

    def cert(self, name, subject, key, issuer=None, names=(), start=-1,
             days=LEAF_DAYS):
        """Writes NAME.pem: KEY certified by ISSUER (or by itself)."""
        issuer_cert, issuer_key = issuer or (None, key)
        extensions = self.path(name + ".ext")
        with open(extensions, "w", encoding="ascii") as out:
            out.write(leaf_extensions(names) if names else CA_EXTENSIONS)
        request = self.path(name + ".csr")
        openssl("req", "-new", "-key", self.path(key + ".key"),
                "-subj", "/O=Local GitHub/CN=" + subject, "-out", request)
        self.sign(name, request, extensions, issuer_cert, issuer_key,
                  start, days)

    def sign(self, name, request, extensions, issuer_cert, issuer_key,
             start, days):
        # "openssl ca" is the one that takes a start date in every version
        work = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        (work / "index").touch()
        config = work / "ca.cnf"
        config.write_text(CA_CONFIG % {"dir": work}, encoding="ascii")
        args = ["ca", "-config", str(config), "-batch", "-notext",
                "-rand_serial", "-md", "sha256", "-in", request,
                "-keyfile", self.path(issuer_key + ".key"),
                "-extfile", extensions, "-out", self.path(name + ".pem"),
                "-startdate", stamp(start), "-enddate", stamp(start + days)]
        if issuer_cert:
            args += ["-cert", self.path(issuer_cert + ".pem")]
        else:
            args += ["-selfsign"]
        openssl(*args)
        shutil.rmtree(work)

    def chain(self, name, *certs):
        text = "".join((self.folder / (c + ".pem")).read_text()
                       for c in certs)
        (self.folder / (name + ".chain.pem")).write_text(text)


CA_CONFIG = """\
[ca]
default_ca = it
[it]
database = %(dir)s/index
new_certs_dir = %(dir)s
serial = %(dir)s/serial
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = supplied
"""

CA_EXTENSIONS = """\
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
"""


def leaf_extensions(names):
    return ("basicConstraints = critical, CA:false\n"
            "keyUsage = critical, digitalSignature\n"
            "extendedKeyUsage = serverAuth\n"
            "subjectKeyIdentifier = hash\n"
            "authorityKeyIdentifier = keyid\n"
            "subjectAltName = %s\n" % ", ".join("DNS:" + n for n in names))


def stamp(days):
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time()
                                                      + days * 86400))


def make_family(m, role, names, leaf_key, issuer, chain):
    """The good leaf and its bad brothers, all with one private key."""
    cert = m.cert
    subject = names[0]
    cert(role + "-good", subject, leaf_key, issuer, names)
    cert(role + "-expired", subject, leaf_key, issuer, names, -20, 19)
    cert(role + "-not-yet", subject, leaf_key, issuer, names, 1, 19)
    cert(role + "-wrong-host", WRONG_NAMES[0], leaf_key, issuer, WRONG_NAMES)
    cert(role + "-self-signed", subject, leaf_key, None, names)
    cert(role + "-unknown-ca", subject, leaf_key, ("stranger", "stranger"),
         names)
    cert(role + "-deep", subject, leaf_key,
         (role + "-deep-ca", role + "-deep-ca"), names)
    for kind in ("good", "expired", "not-yet", "wrong-host"):
        m.chain(role + "-" + kind, role + "-" + kind, *chain)
    m.chain(role + "-no-chain", role + "-good")
    m.chain(role + "-self-signed", role + "-self-signed")
    m.chain(role + "-unknown-ca", role + "-unknown-ca", "stranger")
    m.chain(role + "-deep", role + "-deep", role + "-deep-ca", *chain)
    m.cert(role + "-p256", subject, "api-leaf", ("ec-mid", "ec-mid"), names)
    m.chain(role + "-p256", role + "-p256", "ec-mid")
    m.cert(role + "-p384", subject, "p384-leaf", ("p384-mid", "p384-mid"),
           names)
    m.chain(role + "-p384", role + "-p384", "p384-mid")


def make(folder):
    """Makes the whole set in FOLDER."""
    m = Maker(folder)
    for name, kind in (("ec-root", "P-256"), ("ec-mid", "P-256"),
                       ("api-leaf", "P-256"), ("stranger", "P-256"),
                       ("p384-root", "P-384"), ("p384-mid", "P-384"),
                       ("p384-leaf", "P-384"),
                       ("root-a", "rsa4096"), ("root-b", "rsa4096"),
                       ("rsa-mid", "rsa2048"), ("asset-leaf", "rsa2048"),
                       ("api-deep-ca", "P-256"),
                       ("asset-deep-ca", "rsa2048")):
        m.key(name, kind)
    ca = {"days": CA_DAYS}
    m.cert("ec-root", "Local Root EC", "ec-root", **ca)
    m.cert("ec-mid", "Local Issuing EC", "ec-mid", ("ec-root", "ec-root"),
           **ca)
    m.cert("stranger", "Nobody Knows Me", "stranger", **ca)
    m.cert("p384-root", "Local Root P384", "p384-root", **ca)
    m.cert("p384-mid", "Local Issuing P384", "p384-mid",
           ("p384-root", "p384-root"), **ca)
    m.cert("root-a", "Local Root A", "root-a", **ca)
    m.cert("root-b", "Local Root B", "root-b", ("root-a", "root-a"), **ca)
    m.cert("rsa-mid", "Local Issuing RSA", "rsa-mid", ("root-b", "root-b"),
           **ca)
    m.cert("api-deep-ca", "Local Deep EC", "api-deep-ca",
           ("ec-mid", "ec-mid"), **ca)
    m.cert("asset-deep-ca", "Local Deep RSA", "asset-deep-ca",
           ("rsa-mid", "rsa-mid"), **ca)
    make_family(m, "api", API_NAMES, "api-leaf", ("ec-mid", "ec-mid"),
                ("ec-mid",))
    make_family(m, "asset", ASSET_NAMES, "asset-leaf",
                ("rsa-mid", "rsa-mid"), ("rsa-mid", "root-b", "root-a"))
    text = "".join((m.folder / (c + ".pem")).read_text()
                   for c in ("ec-root", "root-a", "p384-root"))
    (m.folder / "ca.pem").write_text(text)
    (m.folder / "format").write_text(FORMAT)


def fresh(folder):
    mark = folder / "format"
    return (mark.is_file() and mark.read_text() == FORMAT
            and time.time() - mark.stat().st_mtime < MAX_AGE_S)


class Pki:
    """The set of certificates in a folder, made when it is not there."""

    def __init__(self, folder=None):
        self.folder = pathlib.Path(folder or os.environ.get("ROTA_PKI_DIR")
                                   or DEFAULT_DIR).absolute()
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        lock = self.folder.with_name(self.folder.name + ".lock")
        with open(lock, "w", encoding="ascii") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            if not fresh(self.folder):
                self.renew()
        self.ca_file = str(self.folder / "ca.pem")

    def renew(self):
        work = pathlib.Path(tempfile.mkdtemp(prefix=self.folder.name + ".",
                                             dir=self.folder.parent))
        try:
            make(work)
            shutil.rmtree(self.folder, ignore_errors=True)
            work.rename(self.folder)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise

    def files(self, family, variant="good"):
        """(certificate chain, private key) of family "api" or "asset"."""
        key = {"p256": "api-leaf", "p384": "p384-leaf"}.get(
            variant, family + "-leaf")
        return (str(self.folder / ("%s-%s.chain.pem" % (family, variant))),
                str(self.folder / (key + ".key")))
