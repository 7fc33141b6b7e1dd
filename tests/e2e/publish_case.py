# SPDX-License-Identifier: Apache-2.0
"""What the tests of rota-publish have in common."""

import base64
import os
import pathlib
import pty
import select
import shutil
import signal
import stat
import subprocess
import tempfile
import termios
import unittest

from device import BUILD, Result

PUBLISH = BUILD / "rota-publish"
SANITIZED = bool(os.environ.get("ROTA_SANITIZE"))
TIMEOUT_S = 60
PASSPHRASE = "correct horse 3141 bättery"
ENV = {"ROTA_KEY_PASSPHRASE": PASSPHRASE}
FACTS = ["--project", "acme/thermostat", "--board", "m3", "--version",
         "1.3.0", "--seq", "42"]


def openssl(*args, **how):
    return subprocess.run(["openssl", *map(str, args)], check=True,
                          capture_output=True, timeout=TIMEOUT_S, **how).stdout


class Terminal:
    """rota-publish on a terminal of its own, of which it asks."""

    def __init__(self, folder, *args):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(folder)
                # Whoever runs the tests in the background ignores it.
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                os.environ.pop("ROTA_KEY_PASSPHRASE", None)
                os.execv(PUBLISH, [str(a) for a in (PUBLISH, *args)])
            finally:
                os._exit(127)
        self.seen = ""

    def _read(self):
        ready, _, _ = select.select([self.fd], [], [], TIMEOUT_S)
        if not ready:
            raise TimeoutError(self.seen)
        try:
            more = os.read(self.fd, 4096).decode(errors="replace")
        except OSError:  # the other end is closed
            return False
        self.seen += more
        return bool(more)

    def wait_for(self, text):
        while text not in self.seen:
            if not self._read():
                raise EOFError(self.seen)

    def answer(self, prompt, text):
        self.wait_for(prompt)
        self.seen = self.seen.split(prompt, 1)[1]
        os.write(self.fd, text.encode() + b"\n")

    def interrupt(self):
        os.kill(self.pid, signal.SIGINT)

    def echoes(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def end(self):
        """(exit code, or minus the signal; what was on the screen)"""
        while self._read():
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status), self.seen


class PublishCase(unittest.TestCase):
    """A folder for each test, in which rota-publish runs."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rota-publish-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.image = self.folder / "thermostat.bin"
        self.image.write_bytes(os.urandom(3000))

    def run_publish(self, *args, env=None, umask=None, limit=None):
        environment = {k: v for k, v in os.environ.items()
                       if k not in ("ROTA_KEY_PASSPHRASE",
                                    "SOURCE_DATE_EPOCH")}
        environment.update(env or {})

        def prepare():
            os.setsid()  # no terminal to ask on
            if umask is not None:
                os.umask(umask)
            if limit:
                limit()
        done = subprocess.run(
            [str(a) for a in (PUBLISH, *args)], cwd=self.folder,
            env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=TIMEOUT_S, preexec_fn=prepare)
        return Result(done.returncode, done.stdout.decode(),
                      done.stderr.decode())

    def expect(self, code, *args, **how):
        result = self.run_publish(*args, **how)
        self.assertEqual(result.code, code, result.out + result.err)
        return result

    def refused(self, code, *args, saying="", **how):
        """It fails with this code, one line that says why, and no change."""
        before = self.snapshot()
        result = self.expect(code, *args, **how)
        self.assertRegex(result.err, r"\Arota-publish: [^\n]+\n\Z")
        self.assertIn(saying, result.err)
        self.assertEqual(self.snapshot(), before)
        return result

    def snapshot(self):
        def look(path):
            if path.is_symlink():
                return os.readlink(path)
            return path.read_bytes() if path.is_file() else None
        return {p.name: look(p) for p in self.folder.iterdir()}

    # --- Files ------------------------------------------------------------

    def path(self, name):
        return self.folder / name

    def mode(self, name):
        return stat.S_IMODE(self.path(name).stat().st_mode)

    def keygen(self, name="key.pem"):
        self.expect(0, "keygen", "--no-passphrase", "-o", name)
        return self.path(name)

    def key_id(self, name="key.pem.pub"):
        return self.expect(0, "key", name, "--json").event("key")["id"]

    def manifest(self, *options, out="m.json"):
        self.expect(0, "manifest", *FACTS, *options, self.image, "-o", out)
        return self.path(out).read_bytes()

    def release(self, *options):
        """A signed manifest, its key and image: the usual case."""
        self.keygen()
        self.manifest(*options)
        self.expect(0, "sign", "--key", "key.pem", "m.json", "-o", "m3.ota")
        return self.path("m3.ota")

    def split(self, name="m3.ota"):
        """([(id, DER)], signed bytes) of an envelope, as a shell does it."""
        whole = self.path(name).read_bytes()
        head, text = whole.split(b"\n\n", 1)
        first, *lines = head.decode().split("\n")
        self.assertEqual(first, "rota1")
        return [(i, base64.b64decode(s, validate=True)) for sig, i, s in
                (line.split(" ") for line in lines)], text

    def openssl_verifies(self, public, der, text):
        self.path("openssl.sig").write_bytes(der)
        self.path("openssl.txt").write_bytes(text)
        try:
            return openssl("dgst", "-sha256", "-verify", self.path(public),
                           "-signature", self.path("openssl.sig"),
                           self.path("openssl.txt")) == b"Verified OK\n"
        except subprocess.CalledProcessError:
            return False
        finally:
            self.path("openssl.sig").unlink()
            self.path("openssl.txt").unlink()

    def openssl_signs(self, key="key.pem", text="m.json"):
        return openssl("dgst", "-sha256", "-sign", self.path(key),
                       self.path(text))
