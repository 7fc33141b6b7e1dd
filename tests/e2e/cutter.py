# SPDX-License-Identifier: Apache-2.0
"""Something between client and server that lets connections break."""

import select
import socket
import threading


class Cutter:
    """Forwards connections to a port of this machine. The n-th connection
    ends when budgets[n] bytes have come from the server; those beyond the
    list live. on_cut, if any, is called before such an end. Not by a reset:
    that would take back what the client has not read yet."""

    def __init__(self, port, budgets, on_cut=None):
        self.target = ("127.0.0.1", port)
        self.budgets = list(budgets)
        self.on_cut = on_cut
        self.cuts = 0
        self.closing = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closing = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self.thread.join()
        self.listener.close()

    def serve(self):
        """One connection after the other, as the client has them."""
        while True:
            client, _ = self.listener.accept()
            if self.closing:
                client.close()
                return
            budget = self.budgets.pop(0) if self.budgets else None
            with client, socket.create_connection(self.target) as server:
                if self.forward(client, server, budget):
                    continue
                self.cuts += 1
                if self.on_cut:
                    self.on_cut()

    def forward(self, client, server, budget):
        """Until an end: True if it came by itself."""
        while True:
            ready, _, _ = select.select([client, server], [], [])
            source = ready[0]
            try:
                data = source.recv(16384)
            except ConnectionError:
                return True
            if not data:
                return True
            if source is client:
                server.sendall(data)
                continue
            try:
                client.sendall(data[:budget])
            except ConnectionError:
                return True
            if budget is not None:
                budget -= min(budget, len(data))
                if budget == 0:
                    return False
