# SPDX-License-Identifier: Apache-2.0
"""The power is cut at any moment of an update: part of test_update.py. KILLS
and SEED of the environment choose how often and when."""

import collections
import os
import random
import subprocess
import time

from emulator import RESTART
from update_case import UpdateCase

KILLS = int(os.environ.get("KILLS", "50"))
SEED = int(os.environ.get("SEED", time.time_ns() % 1000000))


class PowerLoss(UpdateCase):
    WHERE = [("boot:", "bootloader"), ("thermostat", "start"),
             ("address", "check"), ("rota: checking", "check"),
             ("rota: available", "download"), ("rota: progress", "download"),
             ("rota: resuming", "download"), ("rota: verified", "switch"),
             ("rota: ready", "switch"), ("restarting", "switch"),
             ("rota: trial", "trial"), ("rota: confirmed", "confirmed")]
    # A machine may become more or less busy: what to make of the time then.
    LOAD = {"confirmed": 0.8, "power on": 1.1, "bootloader": 1.1}
    DONE = "rota: confirmed 1.1.0", "rota: rolled_back 1.1.0"

    def test_killed_at_any_moment_it_gets_there(self):
        """As often as it takes to update one board after the other."""
        self.publish("1.1.0")
        source, where = random.Random(SEED), collections.Counter()
        longest, device, boards = self.duration(), self.device(), 1
        for _ in range(KILLS):
            if self.is_done(device):
                self.assert_survived(device)
                device, boards = self.device(), boards + 1
            seen = len(device.log)
            self.power_on(device, source.uniform(0, longest))
            place = self.where(device.log[seen:])
            where[place] += 1
            longest *= self.LOAD.get(place, 1)
        if not self.is_done(device):
            device.run_until(*self.DONE)
        self.assert_survived(device)
        print(f"{self.profile} kills: {KILLS}, bricked: 0 ({boards} updates, killed "
              + ", ".join(f"{n} in {w}" for w, n in where.items())
              + f", SEED={SEED})")
        self.assertGreater(len(where), 2 if KILLS >= 20 else 0)

    def is_done(self, device):
        return any(done in line for line in device.log for done in self.DONE)

    def duration(self):
        """Seconds of the first run of an update that nobody disturbs."""
        device = self.device()
        begin = time.monotonic()
        device.run_until("restarting")
        device.kill()
        return time.monotonic() - begin

    def power_on(self, device, seconds):
        """For so long, over a restart if there is one."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not device.run:
                device.start()
            try:
                device.run.process.wait(left)
            except subprocess.TimeoutExpired:
                break
            self.assertEqual(device.end(), RESTART, device.story())
        device.kill()

    def where(self, lines):
        """What it was doing, by the last line that tells."""
        for line in reversed(lines):
            for begin, name in self.WHERE:
                if line.startswith(begin):
                    return name
        return "power on"

    def assert_survived(self, device):
        """Three trials that were cut are one too many: then 1.0.0 runs."""
        for line in device.log:
            self.assertNotIn("no image", line)
            self.assertNotIn("fault", line)
        if any("rota: rolled_back" in x for x in device.log):
            self.assertTrue(device.holds("A", device.first))
            self.assert_runs(device, "1.0.0", "A")
        else:
            self.assert_updated(device)
        device.kill()
