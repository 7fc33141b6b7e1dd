# SPDX-License-Identifier: Apache-2.0
"""What the tests of the agent with keys have in common."""

import shutil
import tempfile
import time
from pathlib import Path

from agent_case import IMAGE, NAME, AgentCase
from github.sign import Signer, manifest, sign

PROJECT = "acme/thermostat"
BOARD = "thermostat-rpi"
OTA = BOARD + ".ota"


class SignedCase(AgentCase):
    """The device trusts alice. mallory has a key, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keyring = Path(tempfile.mkdtemp(prefix="rota-signers-"))
        cls.addClassCleanup(shutil.rmtree, cls.keyring)
        cls.alice, cls.bob, cls.mallory = (
            Signer(cls.keyring, name) for name in ("alice", "bob", "mallory"))

    def setUp(self):
        super().setUp()
        self.keys = self.device.folder / "keys.d"
        self.alice.trust(self.keys)
        self.device.conf["keys"] = self.keys
        del self.device.conf["asset"]

    def text(self, version="1.1.0", images=None, **changes):
        """Of a manifest that the device takes, but for the changes."""
        members = {"project": PROJECT, "board": BOARD, "seq": 5,
                   "security": 1, "issued": int(time.time()) - 3600,
                   **changes}
        images = images or {0: (NAME.format(version), IMAGE)}
        return manifest(version=version, images=images, **members)

    def publish_signed(self, version="1.1.0", by=None, images=None,
                       tag=None, ota=None, **changes):
        """Publish a release with its manifest."""
        by = [self.alice] if by is None else by
        images = images or {0: (NAME.format(version), IMAGE)}
        ota = ota or sign(self.text(version, images, **changes), *by)
        files = {name: data for name, data in images.values()}
        self.gh.publish(tag or "v" + version, {OTA: ota, **files})
        return ota

    def write_ota(self, version="1.1.0", by=None, name=OTA, **changes):
        """A manifest in a file of the device."""
        path = self.device.folder / name
        path.write_bytes(sign(self.text(version, **changes),
                              *([self.alice] if by is None else by)))
        return path
