#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The ports of the firmware, held against their contract on the target, and
net_lwip on this machine as well, where its part of PSA is tested too. The last
line is "N passed, N failed"."""

import re
import socket
import socketserver
import subprocess
import sys
import threading

from device import BUILD
from dns import Dns
from emulator import Board

SENTENCES = 22      # that the target must have told at least
LIMIT_S = 150       # on the target, on a machine that is busy


class Echo(socketserver.BaseRequestHandler):
    """What port/README.md says a server for port_check does."""

    def handle(self):
        while (data := self.request.recv(4096)) and b"\4" not in data:
            self.request.sendall(data.replace(b"\1", b""))


def closed_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def on_target():
    """(good, bad) of the sentences, which are printed when bad."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    board = Board((BUILD / "firmware/private/check.bin").read_bytes(), LIMIT_S)
    with server, Dns() as dns, board:
        status, lines, err = board.run(
            f"echo={server.server_address[1]} closed={closed_port()} "
            f"dns_port={dns.port}", ["-nic", "user,model=stellaris,ipv6=off"])
        server.shutdown()
    good = sum(line.startswith("ok ") for line in lines)
    bad = sum(line.startswith("BAD ") for line in lines)
    if bad or status or good < SENTENCES:
        bad = max(bad, 1)
        print(f"exit status {status}", *lines, err, sep="\n")
    return good, bad


def on_host(name):
    done = subprocess.run([BUILD / "firmware" / name],
                          stdout=subprocess.PIPE, text=True, timeout=120)
    print(done.stdout, end="")
    sums = re.findall(r"(\d+) passed, (\d+) failed", done.stdout)
    good, bad = map(int, sums[-1]) if sums else (0, 0)
    return good, max(bad, int(done.returncode != 0))


def main():
    counts = [on_host("test_net_lwip"), on_target()]
    passed, failed = (sum(c[i] for c in counts) for i in (0, 1))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
