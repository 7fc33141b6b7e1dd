# SPDX-License-Identifier: Apache-2.0
"""What the acceptance tests have in common: a server and a device for each,
so that those that wait can wait together."""

import os
import re
import subprocess
import threading
import time

from github import LocalGitHub

from agent_case import IMAGE, NAME
from device import Device

TOKEN = "ghp_Acceptance0Secret"
STALL = "1s"


class Scene:
    """A local GitHub and a device that runs 1.0.0."""

    def __init__(self, slots=0, **github_options):
        self.gh = LocalGitHub(**github_options)
        self.slots = slots

    def __enter__(self):
        self.gh.start()
        self.device = Device(self.gh, slots=bool(self.slots),
                             slot_size=self.slots)
        self.device.conf["stall-timeout"] = STALL
        return self

    def __exit__(self, *_):
        self.gh.stop()
        self.device.remove()

    def publish(self, version="1.1.0", image=IMAGE, **more):
        self.gh.publish("v" + version, {NAME.format(version): image}, **more)

    def revise(self, change):
        """Have each reply changed by change(request, reply)."""
        answer = self.gh.reply

        def reply(request):
            made = answer(request)
            change(request, made)
            return made
        self.gh.reply = reply

    def forget(self):
        """What the device knows of earlier checks, and what was logged."""
        (self.device.state / "journal").unlink(missing_ok=True)
        self.gh.settle()
        self.gh.forget()

    # What is expected

    def ends(self, code, *args, **how):
        """The agent ends with code and gives nothing away."""
        result = self.device.rota(*args, **how)
        said = result.out + result.err
        assert result.code == code, f"{args}: {result.code}\n{said}"
        assert TOKEN not in said, said
        assert "Sanitizer" not in said and "runtime error" not in said, said
        return result

    def refused(self, code, words, *args, **how):
        """It ends with code, says why in one line, does no harm."""
        before = self.what_boots()
        result = self.ends(code, *args, **how)
        assert re.fullmatch(r"rota: [^\n]+\n", result.err), result.err
        assert re.search(words, result.err), result.err
        assert self.what_boots() == before
        return result

    def what_boots(self):
        """The link, and all bytes that it leads to."""
        if self.slots:
            link = self.device.state / "current"
            return (os.readlink(link) if link.is_symlink() else None,
                    self.device.conf["slot-a"].read_bytes())
        link = self.device.root / "current"
        return os.readlink(link), (link / "thermostat").read_bytes()

    def installed(self, image=IMAGE):
        assert self.device.active == "b"
        assert self.device.image("b") == image
        assert self.device.image("a") == b"old"

    def installs(self, *args, image=IMAGE, **how):
        """An update, after which all is as before it but for the journal."""
        result = self.ends(0, "update", *args, **how)
        self.installed(image)
        self.ends(0, "rollback")
        assert self.device.active == "a"
        return result

    def asked(self, kind):
        """Requests of this kind: api, link or asset."""
        self.gh.settle()
        return [r for r in self.gh.log if r["kind"] == kind]


def header(request, name):
    """Of a request in the log; None when it was not sent."""
    return next((v for n, v in request["headers"]
                 if n.lower() == name.lower()), None)


def together(*stories):
    """Let each story(scene) run beside the others; raise what they raise."""
    errors = []

    def run(story):
        try:
            with Scene() as scene:
                story(scene)
        except BaseException as error:
            errors.append((story.__name__, error))

    threads = [threading.Thread(target=run, args=(s,)) for s in stories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise AssertionError(f"{errors}") from errors[0][1]


def within(seconds, action):
    """The action's result; it may take no longer."""
    begin = time.monotonic()
    result = action()
    took = time.monotonic() - begin
    assert took < seconds, f"{took:.1f} s"
    return result


def namespaces():
    """May this machine's tests mount things for themselves alone?"""
    return subprocess.run(["unshare", "-rmn", "mount", "-t", "tmpfs", "none",
                           "/mnt"], capture_output=True).returncode == 0


def in_namespace(script, *options):
    """Words that run a command after this script, as root of its own."""
    return ["unshare", "-rm", *options, "sh", "-ec",
            script + '\nexec "$@"', "sh"]
