# SPDX-License-Identifier: Apache-2.0
"""A bad cable between the board and the emulator's network: of the frames that
pass, some are lost, doubled, or overtaken by the next one."""

import random
import select
import socket
import threading


def udp():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 0))
    return s


def free_port():
    with udp() as s:
        return s.getsockname()[1]


class Link:
    """with Link(...) as link: options of the emulator are link.options.

    lost, doubled, late: how often, 0 to 1. frames counts what came, hurt what
    it was done to."""

    def __init__(self, seed, lost=0.0, doubled=0.0, late=0.0):
        self.random = random.Random(seed)
        self.lost, self.doubled, self.late = lost, doubled, late
        self.frames = self.hurt = 0
        self.ends = udp(), udp()        # towards the network, the board
        self.ports = free_port(), free_port()
        self.held = [None, None]
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.carry, daemon=True)
        self.options = [
            "-netdev", "user,id=u,ipv6=off",
            "-netdev", "hubport,id=h0,hubid=0,netdev=u",
            "-netdev", self.netdev("s0", 0),
            "-netdev", "hubport,id=h1,hubid=0,netdev=s0",
            "-netdev", self.netdev("s1", 1),
            "-net", "nic,model=stellaris,netdev=s1"]

    def netdev(self, name, end):
        return "socket,id=%s,udp=127.0.0.1:%d,localaddr=127.0.0.1:%d" % (
            name, self.ends[end].getsockname()[1], self.ports[end])

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.stopping.set()
        self.thread.join()
        for end in self.ends:
            end.close()

    def carry(self):
        while not self.stopping.is_set():
            ready, _, _ = select.select(self.ends, [], [], 0.05)
            for end in ready:
                self.pass_on(1 - self.ends.index(end), end.recv(4096))

    def pass_on(self, to, frame):
        luck = self.random.random()
        self.frames += 1
        held, self.held[to] = self.held[to], None
        if luck < self.lost:
            frames = []
        elif luck < self.lost + self.doubled:
            frames = [frame, frame]
        elif luck < self.lost + self.doubled + self.late and not held:
            frames, self.held[to] = [], frame
        else:
            frames = [frame]
        self.hurt += len(frames) != 1
        for f in frames + ([held] if held else []):
            self.ends[to].sendto(f, ("127.0.0.1", self.ports[to]))
