#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The key that the firmware of the tests trusts, made when it is not there:

    key.py FOLDER

prints its public half as C. The private one is FOLDER/release.key; a product's
lies elsewhere, see rota-publish."""

import hashlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from github.sign import Signer  # noqa: E402


class ReleaseKey(Signer):
    def __init__(self, folder):
        self.private = Path(folder) / "release.key"
        if not self.private.exists():
            super().__init__(Path(folder), "release")
        self.der = self._openssl("pkey", "-in", self.private, "-pubout",
                                 "-outform", "DER")
        self.id = hashlib.sha256(self.der).hexdigest()[:16]


def main():
    der = ReleaseKey(sys.argv[1]).der
    lines = [", ".join(f"0x{b:02x}" for b in der[i:i + 12])
             for i in range(0, len(der), 12)]
    print('#include "identity.h"\n\n'
          f"const uint8_t thermostat_key[{len(der)}] = {{\n    "
          + ",\n    ".join(lines) + "};")


if __name__ == "__main__":
    main()
