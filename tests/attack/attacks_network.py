# SPDX-License-Identifier: Apache-2.0
"""Attacks from the network: where a request goes, who answers, and how."""

from attacker import MANIFEST
from attacks_images import EXCESS
from attacks_manifest import NO_FLOOR
from rows import attack

ENDLESS = 48 << 20
EVIL_HOST = "evil.githubusercontent.localhost"


def sent(t, kind):
    t.gh.settle()
    return sum(r["sent"] for r in t.gh.log if r["kind"] == kind)


@attack("ELENGTH", EXCESS, accepts=True, downloads=True)
def endless_image(t):
    """An image that does not end."""
    t.publish_signed("1.1.0", t.good)
    t.gh.fault("endless-body", ENDLESS, path=t.name("1.1.0"))
    t.attack()
    return sent(t, "asset") >= ENDLESS


@attack("ELENGTH", EXCESS)
def endless_manifest(t):
    """A manifest that does not end."""
    t.publish_signed("1.1.0", t.good)
    t.gh.fault("endless-body", ENDLESS, path=MANIFEST)
    t.attack()
    return sent(t, "asset") >= ENDLESS


@attack("ESTALL", ("core/http/get.c", "g->window_bytes < window / 1000 * RATE_MIN",
                   "0"))
def slow_retrieval(t):
    """A byte now and then, to keep the device busy for ever. It tries three
    times, for three seconds each."""
    t.configure(stall_timeout="1s")
    t.publish_signed("1.1.0", t.good)
    t.gh.fault("drip", 20, on="api")
    return t.outlasts(20)


@attack("EREDIRECT", "redirect_to_any_host")
def redirect_to_a_foreign_host(t):
    """The asset's address leads to another site, with a good certificate."""
    other = t.other_server()
    t.publish_signed("1.1.0", t.good)
    t.gh.fault("location", other.urls.web + "/x")
    t.attack()
    return bool(other.log)


@attack("EREDIRECT", "redirect_to_http")
def redirect_to_http(t):
    """The asset's address leads to the right host by http."""
    t.publish_signed("1.1.0", t.good)
    t.gh.fault("redirect-http")
    t.attack()
    return any(r["target"] == "/x" for r in t.gh.log)


@attack("ECERT", "certificate_optional")
def rogue_authority(t):
    """A certificate of the right name, by an authority nobody knows."""
    t.publish_signed("1.1.0", t.good)
    t.gh.certificate("api", "unknown-ca")
    t.attack()
    return t.tokens_at("")


@attack("EHOSTNAME", "hostname_forgiven")
def wrong_host_name(t):
    """A certificate that is good for another host."""
    t.publish_signed("1.1.0", t.good)
    t.gh.certificate("api", "wrong-host")
    t.attack()
    return t.tokens_at("")


@attack("EEXPIRED", "expired_certificate")
def expired_certificate(t):
    """A certificate that was good, and whose key may be known by now."""
    t.publish_signed("1.1.0", t.good)
    t.gh.certificate("api", "expired")
    t.attack()
    return t.tokens_at("")


@attack("EEXPIRED", NO_FLOOR, program="device_main")
def expired_certificate_without_a_clock(t):
    """The same, shown to a device that has no clock, but has seen a manifest
    that was issued later."""
    t.knows_the_time_by_a_manifest()
    t.gh.certificate("api", "expired")
    t.attack()
    return bool(t.gh.log)


@attack(None, "token_to_every_host", installs=True)
def token_at_a_foreign_host(t):
    """The API's answer leads to another host that redirects may lead to:
    does it get to see the device's token?"""
    t.publish_signed("1.1.0", t.good)
    t.gh.fault("location", f"https://{EVIL_HOST}:{t.gh.urls.port}"
               "/repos/acme/thermostat/releases/latest", on="api", times=1)
    t.attack()
    if not any(EVIL_HOST in r["host"] for r in t.gh.log):
        raise RuntimeError("it never went there")
    return t.tokens_at(EVIL_HOST)
