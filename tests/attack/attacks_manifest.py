# SPDX-License-Identifier: Apache-2.0
"""Attacks with manifests that the owner has signed, but not for this device
and this day; and with such as a device must not try to understand."""

import time

from github import heads

from attacker import envelope, fields, image_of, line, text_of
from rows import attack

# When the last manifest was issued says nothing about today.
NO_FLOOR = ("core/manifest/acceptance.c",
            "rota_tls_raise_floor(&c->get.tls, a.issued);", "")


@attack("EROLLBACK", "older_seq", "seq_that_leaps")
def rollback_by_seq(t):
    """2.0.0 was withdrawn for a flaw, and 1.1.0 signed after it; the attacker
    brings 2.0.0 back."""
    withdrawn = t.manifest("2.0.0", t.evil, seq=7)
    t.accept("1.1.0", seq=8)
    t.publish("2.0.0", t.evil, withdrawn)
    t.attack()
    return t.runs(t.evil)


@attack("EROLLBACK", "older_security")
def rollback_by_security_counter(t):
    """A release of another branch, signed later, without the fix for whose
    sake the counter was raised."""
    t.genuine("1.1.1", seq=8, security=3)
    t.publish_signed("1.2.0", t.evil, seq=9, security=2)
    t.attack()
    return t.runs(t.evil)


@attack(None, "downgrade_unasked", accepts=True)
def rollback_by_version(t):
    """An older version, signed after the one that runs, as the latest."""
    t.genuine("1.2.0", seq=11)
    t.publish_signed("1.1.9", t.evil, seq=12)
    t.gh.pin_latest("v1.1.9")
    t.attack()
    return t.runs(t.evil)


@attack("EMANIFEST", "version_of_another_tag")
def old_release_under_a_new_tag(t):
    """The owner's older release, with its manifest, under a higher tag."""
    t.publish("9.0.0", t.evil, t.manifest("0.9.0", t.evil,
                                          name=t.name("9.0.0")))
    t.attack()
    return t.runs(t.evil)


@attack("ESTALE", "expired_manifest")
def freeze(t):
    """The device is kept at a manifest whose time is over."""
    t.publish_signed("1.1.0", t.evil, expires=int(time.time()) - 60)
    t.attack()
    return t.runs(t.evil)


@attack("ESTALE", NO_FLOOR,
        ("core/manifest/acceptance.c",
         "rota_tls_raise_floor(&c->get.tls, a->issued);", ""), program="device_main")
def freeze_without_a_clock(t):
    """The same of a device that has no clock, by a server that says an old
    date: the latest that a manifest was issued counts."""
    now = int(time.time())
    t.knows_the_time_by_a_manifest()
    t.gh.then = lambda _, reply: reply.set("Date", heads.date(now - 7200))
    t.publish_two("1.1.0", t.pair, seq=2, expires=now - 3600)
    t.attack()
    return t.runs(*t.pair.values())


@attack(None, "failed_images_under_a_new_manifest", "quarantined_image_armed")
def failed_image_under_another_name(t):
    """An image that was rolled back comes again as another release."""
    t.failed("1.1.0", t.evil)
    t.publish_signed("1.1.1", t.evil, seq=2)
    t.attack()
    return t.runs(t.evil)


@attack("EROLLBACK", "seq_that_leaps")
def fast_forward(t):
    """A manifest that would use up all numbers, so that none could follow."""
    t.publish_signed("1.1.0", t.evil, seq=2**32 - 1)
    t.attack()
    return t.past()["seq"] == 2**32 - 1


@attack("EFOREIGN", "another_board")
def wrong_board(t):
    """Manifest and image of another board under this one's name."""
    t.publish_signed("1.1.0", t.evil, board="doorlock")
    t.attack()
    return t.runs(t.evil)


@attack("EFOREIGN", "another_project")
def wrong_project(t):
    """The repository was taken over by another project with the same keys
    and boards."""
    t.publish_signed("1.1.0", t.evil, project="acme/doorlock")
    t.attack()
    return t.runs(t.evil)


@attack("EFOREIGN", "other_hardware")
def wrong_hardware(t):
    """An image for later revisions of the hardware."""
    t.configure(hw=3)
    t.publish_signed("1.1.0", t.evil, hw=[4, 6])
    t.attack()
    return t.runs(t.evil)


@attack("ESTEP", "step_left_out")
def step_left_out(t):
    """An image that only devices with a later version can start from."""
    t.publish_signed("1.1.0", t.evil, min_version="1.0.5")
    t.attack()
    return t.runs(t.evil)


@attack("EMANIFEST", "another_format_of_images")
def wrong_format(t):
    """Packed bytes, which would be written as if they were the image."""
    name = t.name("1.1.0")
    members = fields("1.1.0", [image_of(name, t.evil, format="lz4")])
    text = text_of(members)
    t.publish("1.1.0", t.evil, envelope(text, line(t.owner, text)))
    t.attack()
    return t.runs(t.evil)


@attack("EMANIFEST", "critical_keys_passed_over")
def unknown_critical_key(t):
    """A condition that only newer programs know of."""
    t.publish_signed("1.1.0", t.evil, **{"!only-after": "inspection"})
    t.attack()
    return t.runs(t.evil)


@attack("EMANIFEST", "keys_may_occur_twice")
def duplicate_key(t):
    """Who reads a key's last value signs for another board; the device, if it
    read the first, would take it for its own."""
    text = text_of(fields("1.1.0", [image_of(t.name("1.1.0"), t.evil)]))
    text = text[:-1] + b',"board":"doorlock"}'
    t.publish("1.1.0", t.evil, envelope(text, line(t.owner, text)))
    t.attack()
    return t.runs(t.evil)


@attack("EMANIFEST", "long_manifest_fetched",
        ("core/manifest/receive.c", ".size = ROTA_MANIFEST_MAX,",
         ".size = 1u << 20,"))
def oversized_manifest(t):
    """More than a device has room for, though rightly signed."""
    t.publish_signed("1.1.0", t.evil, notes="x" * 3000)
    t.attack()
    return bool(t.downloads())


@attack("each_bit_counts", "signature_not_verified", program="test_tamper")
def each_bit_and_byte_flipped(t):
    """Each bit and byte of a signed manifest changed."""
    return t.run()


@attack("each_length_counts", "signature_not_verified",
        program="test_tamper")
def truncated_at_each_byte(t):
    """A signed manifest cut at each byte, or with one more."""
    return t.run()


@attack("what_chance_makes_of_it_is_refused", "signature_not_verified",
        program="test_tamper")
def random_manifests(t):
    """What chance makes of a signed manifest, and of nothing."""
    return t.run()
