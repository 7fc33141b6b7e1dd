#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A story: what a microcontroller's UART says while it updates itself, is
offered a forged release, and survives one that crashes."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from github.sign import Signer  # noqa: E402

from device import image  # noqa: E402
from update_case import UpdateCase  # noqa: E402


class Story(UpdateCase):
    def runTest(self):
        self.tell("A thermostat with version 1.0.0 in slot A is switched on. "
                  "1.1.0 is out.")
        self.publish("1.1.0")
        self.board = self.device(interval=2)
        self.until("rota: confirmed 1.1.0")

        self.tell("Somebody got hold of the account, not of the key, and "
                  "publishes a 1.1.1 of his own.")
        with tempfile.TemporaryDirectory(prefix="rota-mallory-") as folder:
            self.publish("1.1.1", {"a": b"evil" * 1000},
                         Signer(Path(folder), "mallory"))
        self.until("ESIGNATURE")

        self.tell("The maker publishes 1.2.0, well signed, which crashes. "
                  "Power is cut in the middle of its download, too.")
        self.publish("1.2.0")
        self.until("rota: progress 1.2.0")
        self.board.kill()
        self.until("rota: rolled_back 1.2.0", crashes=3)
        self.until("rota: quarantined 1.2.0")

        self.tell("1.1.0 runs, as before, and 1.2.0 is not tried again.")
        self.assertTrue(self.board.holds(
            "B", image("private", "1.1.0", "b")))

    def tell(self, text):
        print(f"\n--- {text}\n", flush=True)

    def until(self, text, crashes=0):
        """Print what the board says, until it says text."""
        told = len(self.board.log)
        self.board.run_until(text, crashes=crashes)
        print("\n".join(self.board.log[told:]), flush=True)


def main():
    result = Story().run()
    for _, problem in result.failures + result.errors:
        print(problem)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
