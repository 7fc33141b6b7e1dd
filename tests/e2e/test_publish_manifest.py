# SPDX-License-Identifier: Apache-2.0
"""rota-publish: the bytes that are to be signed."""

import hashlib
import json
import os
import signal
import subprocess
import time
import unittest

from publish_case import FACTS, PUBLISH, PublishCase

LARGEST = 1569  # bytes of a manifest that leave room for four signatures


class Manifest(PublishCase):
    def test_these_are_the_bytes(self):
        self.image.write_bytes(b"image")
        digest = hashlib.sha256(b"image").hexdigest()
        self.assertEqual(
            self.manifest("--issued", "@1700000000").decode(),
            '{"rota":1,"project":"acme/thermostat","board":"m3","seq":42,'
            '"version":"1.3.0","issued":1700000000,"images":[{"id":0,"name":'
            f'"thermostat.bin","format":"raw","size":5,"sha256":"{digest}"}}]}}'
        )

    def test_every_option_has_its_field(self):
        second = self.path("radio-2.1.bin")
        second.write_bytes(b"radio")
        self.manifest(
            "--hw", "2-4", "--security", "7", "--min-version", "1.0.0",
            "--issued", "2026-01-31T12:00:01Z", "--expires", "90d",
            "--rollout", "10%", "--salt", "spring", "--revoke",
            "0123456789abcdef", "--notes", 'say "hä" \\ twice\n',
            "1=" + str(second))
        text = json.loads(self.path("m.json").read_bytes())
        issued = 1769860801
        images = text.pop("images")
        self.assertEqual(text, {
            "rota": 1, "project": "acme/thermostat", "board": "m3",
            "hw": [2, 4], "seq": 42, "version": "1.3.0", "security": 7,
            "min_version": "1.0.0", "issued": issued,
            "expires": issued + 90 * 86400,
            "rollout": {"percent": 10, "salt": "spring"},
            "revoke": ["0123456789abcdef"], "notes": 'say "hä" \\ twice\n'})
        self.assertEqual(images, [
            {"id": i, "name": p.name, "format": "raw",
             "size": len(p.read_bytes()),
             "sha256": hashlib.sha256(p.read_bytes()).hexdigest()}
            for i, p in ((1, second), (0, self.image))])

    def test_the_same_input_makes_the_same_bytes(self):
        env = {"SOURCE_DATE_EPOCH": "1700000000"}
        args = ("manifest", *FACTS, "--expires", "30d", self.image)
        first = self.expect(0, *args, env=env).out
        time.sleep(1.1)
        self.assertEqual(self.expect(0, *args, env=env).out, first)
        self.assertEqual(json.loads(first)["issued"], 1700000000)
        self.assertEqual(self.expect(0, *args, "--issued",
                                     "2023-11-14T22:13:20Z").out, first)
        self.assertNotEqual(self.expect(0, *args).out, first)

    def test_the_rollout_is_by_version_unless_told(self):
        text = json.loads(self.manifest("--rollout", "5"))
        self.assertEqual(text["rollout"], {"percent": 5, "salt": "1.3.0"})

    def test_what_is_wrong_is_said_in_one_line(self):
        good = dict(zip(FACTS[::2], FACTS[1::2]))
        wrong = {
            "--project": ["", "a b/c", "a/b/c", "/x", "x/", "ä/b", ".a/b"],
            "--board": ["", "a/b", "a b", ".x", "x.", "é", 'x"'],
            "--version": ["", "1.3", "v1.3.0", "1.3.0 ", "01.3.0",
                          "1.0.0-" + "x" * 70],
            "--seq": ["0", "-1", "4294967296", "1e3", "", "x"],
            "--security": ["-1", "4294967296", "x"],
            "--hw": ["4-2", "x", "1-", "-1", "1-2-3", "1-4294967296"],
            "--min-version": ["1", "x"],
            "--expires": ["2026-02-30", "90", "0d", "9999999d", "2020-01-01",
                          "tomorrow", "2026-13-01", "-1d"],
            "--issued": ["yesterday", "1969-12-31", "2026-1-1", "@",
                         "2026-02-29", "2026-04-31", "2026-00-01",
                         "2026-01-01T25:00:00Z"],
            "--rollout": ["101", "-1", "x", "%"],
            "--salt": ["a b", "x" * 33],
            "--revoke": ["0123456789abcde", "0123456789ABCDEF",
                         "0" * 16, "g" * 16],
            "--notes": ["x" * 2000, b"\xff"],
        }
        for name, values in wrong.items():
            for value in values:
                with self.subTest(option=name, value=value):
                    facts = dict(good, **{"--rollout": "5", name: value})
                    args = [x for pair in facts.items() for x in pair]
                    self.refused(2, "manifest", *map(os.fsdecode, args),
                                 self.image, "-o", "bad.json")

    def test_what_is_missing_is_said(self):
        for at in range(0, len(FACTS), 2):
            rest = FACTS[:at] + FACTS[at + 2:]
            self.refused(2, "manifest", *rest, self.image, "-o", "bad.json",
                         saying=FACTS[at])
        self.refused(2, "manifest", *FACTS, "-o", "bad.json",
                     saying="no image")
        self.refused(2, "manifest", *FACTS, "--salt", "x", self.image,
                     saying="--rollout")
        self.refused(2, "manifest", *FACTS, "--json", self.image,
                     saying="-o")

    def test_images_that_no_device_can_take_are_refused(self):
        image = str(self.image)
        empty, spaced = self.path("empty.bin"), self.path("a b.bin")
        empty.touch()
        spaced.write_bytes(b"x")
        os.mkfifo(self.path("pipe"))
        other = self.path("other.bin")
        other.write_bytes(b"x")
        huge = self.path("huge.bin")
        with huge.open("wb") as f:
            f.truncate(1 << 31)
        cases = [(2, [empty]), (2, [spaced]), (27, [self.path("none")]),
                 (27, [self.folder]), (27, [self.path("pipe")]),
                 (2, [image, image]), (2, [image, "1=" + image]),
                 (2, ["1=" + image]), (2, ["4=" + image]),
                 (2, [image] * 5), (25, [huge]),
                 (2, [image, f"2={other}"]), (2, [image, f"3={other}"])]
        for code, words in cases:
            with self.subTest(words=words):
                result = self.expect(code, "manifest", *FACTS, *words, "-o",
                                     "bad.json")
                self.assertRegex(result.err, r"\Arota-publish: [^\n]+\n\Z")
                self.assertFalse(self.path("bad.json").exists())

    def test_the_longest_manifest_has_room_for_four_signatures(self):
        for i in range(4):
            self.keygen(f"{i}.pem")
        short = len(self.manifest("--notes", "n", "--issued", "@1700000000"))
        fits = "n" * (LARGEST - short + 1)
        self.refused(2, "manifest", *FACTS, "--notes", fits + "n", "--issued",
                     "@1700000000", self.image, "-o", "bad.json",
                     saying="longer")
        text = self.manifest("--notes", fits, "--issued", "@1700000000")
        self.assertEqual(len(text), LARGEST)
        keys = [x for i in range(4) for x in ("--key", f"{i}.pem")]
        self.expect(0, "sign", *keys, "m.json", "-o", "m3.ota")
        self.assertLessEqual(self.path("m3.ota").stat().st_size, 2048)
        self.expect(0, "verify", *keys, "--threshold", "4", "m3.ota")

    def is_read(self, child):
        """Wait until the child reads the image; False: it has ended."""
        proc = f"/proc/{child.pid}"
        while child.poll() is None:
            try:
                for fd in os.listdir(proc + "/fd"):
                    if os.path.realpath(f"{proc}/fd/{fd}") == str(self.image):
                        with open(f"{proc}/fdinfo/{fd}") as f:
                            if "pos:\t0\n" not in f.read():
                                return True
            except OSError:  # it ended just now
                pass
        return False

    def changing(self, change):
        """Do change to an image while it is hashed. It must be long enough
        for that, and on a busy machine longer."""
        for size in (1 << 28, 1 << 29, 1 << 30):
            with self.image.open("wb") as f:
                f.truncate(size)
            child = subprocess.Popen(
                [PUBLISH, "manifest", *FACTS, self.image, "-o",
                 self.path("bad.json")], stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, text=True,
                preexec_fn=lambda: os.nice(19))
            in_time = self.is_read(child)
            if in_time:
                child.send_signal(signal.SIGSTOP)
                in_time = os.waitid(os.P_PID, child.pid, os.WSTOPPED
                                    | os.WEXITED | os.WNOWAIT
                                    ).si_code == os.CLD_STOPPED
                change()
                child.send_signal(signal.SIGCONT)
            _, err = child.communicate(timeout=120)
            if in_time:
                break
            self.path("bad.json").unlink(missing_ok=True)
        self.assertTrue(in_time, "never was the image read for long enough")
        self.assertEqual(child.returncode, 25, err)
        self.assertIn("has changed while it was read", err)
        self.assertFalse(self.path("bad.json").exists())

    def test_an_image_that_still_grows_is_noticed(self):
        def grow():
            with self.image.open("ab") as f:
                f.write(b"more")
        self.changing(grow)

    def test_an_image_that_is_replaced_is_noticed(self):
        def replace():
            new = self.path("new")
            with new.open("wb") as f:
                f.truncate(self.image.stat().st_size)
            new.rename(self.image)
        self.changing(replace)

    def test_an_image_that_is_written_in_place_is_noticed(self):
        def write():
            with self.image.open("r+b") as f:
                f.write(b"x")
        self.changing(write)

    def test_stdout_that_cannot_be_written_is_an_error(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([PUBLISH, "manifest", *FACTS, self.image],
                                  stdout=full, stderr=subprocess.PIPE,
                                  text=True)
        self.assertEqual(done.returncode, 27, done.stderr)


if __name__ == "__main__":
    unittest.main()
