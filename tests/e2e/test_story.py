# SPDX-License-Identifier: Apache-2.0
"""The whole way, with programs that really run, a server that nobody here
wrote, and valgrind watching."""

import os
import shutil
import signal
import subprocess
import time
import unittest

from github.nginx import available
from github.sign import Signer, manifest, sign

from agent_case import NAME, AgentCase
from cutter import Cutter
from device import BUILD, TIMEOUT_S, wait_for

IMAGE = os.urandom(3_000_000)
CUT = 1_000_000
CRASHED = -signal.SIGABRT


def thermostat(version):
    return (BUILD / "demo" / f"thermostat-{version}").read_bytes()


class Story(AgentCase):
    """thermostat 1.0.0 is what the device was made with."""

    def setUp(self):
        super().setUp()
        self.put("a", thermostat("1.0.0"))
        self.keys = self.device.folder / "keys.d"
        self.maker = Signer(self.device.folder)
        self.maker.trust(self.keys)
        self.seq = 0

    def put(self, slot, program):
        path = self.device.root / slot / "thermostat"
        path.write_bytes(program)
        path.chmod(0o755)

    def program(self, seconds=None):
        """Start what "current" leads to, as a launcher would."""
        command = [self.device.root / "current/thermostat",
                   "--root", self.device.root, "--state", self.device.state,
                   "--repo", "acme/thermostat", "--api", self.gh.api_url,
                   "--ca-file", self.gh.ca_file,
                   "--asset-hosts", self.gh.asset_hosts, "--interval", "2",
                   "--keys", self.keys]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as process:
            try:
                out, _ = process.communicate(timeout=seconds or TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.terminate()
                out, _ = process.communicate(timeout=TIMEOUT_S)
            return process.returncode, out

    def publish_program(self, version):
        self.seq += 1
        name, image = f"thermostat-{version}", thermostat(version)
        ota = sign(manifest("acme/thermostat", "thermostat", self.seq,
                            version, {0: (name, image)}), self.maker)
        self.gh.publish("v" + version, {"thermostat.ota": ota, name: image})

    def test_the_agent_installs_a_program_that_then_runs(self):
        self.publish(image=thermostat("1.1.0"))
        self.expect(0, "update")
        self.expect(0, "boot")
        code, out = self.program(seconds=2)
        self.assertEqual(code, 0, out)
        self.assertIn("thermostat 1.1.0: starts", out)
        self.expect(0, "confirm")
        self.assertIn("1.1.0", self.expect(0, "status").out)

    def test_a_program_updates_itself_and_the_new_one_confirms_itself(self):
        self.publish_program("1.1.0")
        self.expect(0, "boot")
        code, out = self.program()
        self.assertEqual(code, 0, out)
        self.assertIn("thermostat 1.0.0: restarts as 1.1.0", out)
        self.assertEqual(self.device.image("b"), thermostat("1.1.0"))
        self.expect(0, "boot")
        code, out = self.program(seconds=3)
        self.assertEqual(code, 0, out)
        self.assertIn("thermostat 1.1.0: is on trial", out)
        self.assertIn("thermostat 1.1.0: is confirmed", out)
        self.expect(29, "confirm")

    def images(self):
        """Requests of images; those of manifests are smaller."""
        return [r for r in self.asked("asset") if r["sent"] > 16384]

    def test_a_program_that_crashes_is_rolled_back_and_left_alone(self):
        self.publish_program("1.2.0")
        self.expect(0, "boot")
        self.program()
        self.assertEqual(self.device.active, "b")
        for _ in range(3):
            self.expect(0, "boot")
            self.assertEqual(self.program()[0], CRASHED)
        self.assertIn("back to a", self.expect(0, "boot").out)
        self.assertEqual(self.device.active, "a")
        before = len(self.images())
        self.assertGreater(before, 0)
        code, out = self.program(seconds=4)
        self.assertEqual(code, 0, out)
        self.assertIn("is back, because of what became of 1.2.0", out)
        self.assertIn("has failed before, not taken again: 1.2.0", out)
        self.assertEqual(before, len(self.images()))


    def test_without_a_good_key_it_runs_and_does_not_update(self):
        self.publish_program("1.1.0")
        (self.keys / "key.pem").write_text("hello")
        code, out = self.program(seconds=2)
        self.assertEqual(code, 0, out)
        self.assertIn("no updates: key.pem: no public key in it", out)
        self.assertIn("degrees", out)
        (self.keys / "key.pem").unlink()
        self.assertIn("no key in it", self.program(seconds=2)[1])
        self.assert_running_old()

    def assert_running_old(self):
        self.assertEqual(self.device.active, "a")
        self.assertEqual(self.device.image("a"), thermostat("1.0.0"))


class PowerCut(AgentCase):
    """The agent ends without a word, as at a power cut."""

    def part(self):
        return self.device.root / "b/.thermostat.part"

    def written(self):
        return self.part().stat().st_size if self.part().exists() else 0

    def test_bytes_that_rotted_meanwhile_are_found_out(self):
        self.publish(image=IMAGE)
        self.gh.fault("stall", 2_900_000, times=1)
        self.device.conf["stall-timeout"] = "60s"
        with self.device.start("update") as daemon:
            self.assertTrue(wait_for(lambda: self.written() >= 2_800_000))
            daemon.stop(signal.SIGKILL)
        with self.part().open("r+b") as part:
            part.seek(1000)
            part.write(b"rot")
        self.gh.forget()
        self.expect(0, "update")
        self.assertEqual([r["status"] for r in self.asked("asset")],
                         [206, 200])
        self.assertEqual(self.device.image("b"), IMAGE)


@unittest.skipUnless(available(), "nginx is not installed (nginx-light)")
class OnNginx(AgentCase):
    """Ranges as a server of the wild understands them. The connection to it
    leads through something that cuts the first one, in the middle."""

    github_options = {"nginx": True}

    def setUp(self):
        super().setUp()
        self.at_nginx = self.gh.urls.asset
        self.addCleanup(setattr, self.gh.urls, "asset", self.at_nginx)
        self.logged = len(self.gh.nginx.log())
        self.publish(image=IMAGE)

    def update_through(self, code, on_cut=None):
        with Cutter(self.gh.nginx.port, [CUT], on_cut) as cutter:
            host = self.at_nginx.rsplit(":", 1)[0]
            self.gh.urls.asset = f"{host}:{cutter.port}"
            result = self.expect(code, "update")
        self.assertEqual(cutter.cuts, 1)
        self.gh.urls.asset = self.at_nginx
        return result

    def seen(self):
        return self.gh.nginx.log()[self.logged:]

    def replace(self, data):
        """With a date of its own: nginx's ETag knows only whole seconds."""
        name = NAME.format("1.1.0")
        self.gh.replace("v1.1.0", name, data)
        later = time.time() + 10
        os.utime(self.gh.asset("v1.1.0", name).path, (later, later))

    def without_etag(self):
        """nginx then has nothing that If-Range could be held against."""
        conf = self.gh.nginx.dir / "nginx.conf"
        was = conf.read_text()

        def write(text):
            conf.write_text(text)
            self.gh.nginx.process.send_signal(signal.SIGHUP)
            time.sleep(0.5)     # old workers serve until new ones are up

        self.addCleanup(write, was)
        write(was.replace("http {", "http {\n    etag off;", 1))

    def test_a_cut_download_goes_on_where_it_was(self):
        self.update_through(0)
        first, second = self.seen()
        self.assertEqual((first["status"], first["range"]), (200, ""))
        self.assertEqual(second["status"], 206)
        start = int(second["range"].removeprefix("bytes=").rstrip("-"))
        self.assertGreater(start, CUT * 0.95)
        self.assertLessEqual(start, CUT)
        self.assertEqual(second["sent"], len(IMAGE) - start)
        self.assertTrue(second["if_range"].startswith('"'))
        self.assertEqual(self.device.image("b"), IMAGE)

    def test_without_an_etag_it_goes_on_all_the_same(self):
        self.without_etag()
        self.update_through(0)
        self.assertEqual([(r["status"], r["if_range"]) for r in self.seen()],
                         [(200, ""), (206, "")])
        self.assertEqual(self.device.image("b"), IMAGE)

    def test_a_replaced_file_is_never_spliced(self):
        new = os.urandom(len(IMAGE))
        self.update_through(26, lambda: self.replace(new))
        self.assertEqual([r["status"] for r in self.seen()], [200, 200])
        self.assert_untouched()
        self.expect(0, "update")
        self.assertEqual(self.device.image("b"), new)

    def test_a_splice_that_no_etag_prevents_fails_its_digest(self):
        self.without_etag()
        new = os.urandom(len(IMAGE))
        self.update_through(26, lambda: self.replace(new))
        self.assertEqual([r["status"] for r in self.seen()], [200, 206])
        self.assert_untouched()

    def test_416_for_a_file_that_shrank_begins_anew(self):
        self.without_etag()
        new = os.urandom(1000)
        self.update_through(26, lambda: self.replace(new))
        self.assertEqual([r["status"] for r in self.seen()],
                         [200, 416, 200])
        self.assert_untouched()
        self.expect(0, "update")
        self.assertEqual(self.device.image("b"), new)


@unittest.skipUnless(shutil.which("valgrind"), "valgrind is not installed")
@unittest.skipIf(os.environ.get("ROTA_SANITIZE"),
                 "valgrind and the address sanitizer exclude each other")
class UnderValgrind(AgentCase):
    """Exit code 99 is valgrind's: an error, or memory that nothing leads to
    any more."""

    VALGRIND = ("valgrind", "-q", "--error-exitcode=99", "--leak-check=full",
                "--errors-for-leak-kinds=definite")

    def watched(self, code, *args):
        self.device.conf["stall-timeout"] = "30s"   # it is 30 times slower
        return self.expect(code, *args, wrap=self.VALGRIND)

    def test_valgrind_would_say_so(self):
        result = subprocess.run(
            [*self.VALGRIND, "sh", "-c", "exit 3"], capture_output=True)
        self.assertEqual(result.returncode, 3)

    def test_a_check_is_clean(self):
        self.publish()
        self.watched(10, "check")

    def test_an_update_that_has_to_go_on_is_clean(self):
        self.publish(image=IMAGE[:300_000])
        self.gh.fault("reset", 100_000, times=1)
        self.watched(0, "update")
        self.assertEqual(self.device.image("b"), IMAGE[:300_000])

    def test_a_download_that_is_refused_is_clean(self):
        self.publish(image=IMAGE[:300_000])
        self.gh.fault("corrupt", 1000)
        self.watched(26, "update")
        self.assert_untouched()

    def test_boot_status_and_rollback_are_clean(self):
        self.publish()
        self.expect(0, "update")
        for command in ("boot", "status", "rollback"):
            self.watched(0, command)


if __name__ == "__main__":
    unittest.main()
