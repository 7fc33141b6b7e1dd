# SPDX-License-Identifier: Apache-2.0
"""Attacks on what a good manifest names: the images, in whole or in part."""

from attacker import fields, image_of, of_size, random_image, signed
from rows import attack

DIGEST = "digest_of_the_server", "digest_not_compared"

# Bytes beyond the signed size are passed over instead of refused.
EXCESS = ("core/flash/slot.c", "if (len > s->size - s->written)",
          "if (s->written == s->size) return (int)len;"
          "if (len > s->size - s->written) len = s->size - s->written;"
          "if (0)")


@attack("EDIGEST", *DIGEST, accepts=True)
def arbitrary_image(t):
    """The attacker's image in the place of the signed one; what the server
    says of it is true."""
    t.publish("1.1.0", t.evil, t.manifest("1.1.0", t.good))
    t.attack()
    return t.runs(t.evil)


@attack("EDIGEST", "digest_not_compared", accepts=True, downloads=True)
def image_changed_behind_the_api(t):
    """The same, from a server that knows no digests."""
    t.publish("1.1.0", t.evil, t.manifest("1.1.0", t.good),
              **t.without_digest("1.1.0"))
    t.attack()
    return t.runs(t.evil)


@attack("EDIGEST", *DIGEST, accepts=True)
def image_of_another_release(t):
    """Mix and match: the owner's older image under the newer one's name."""
    older = t.good
    t.publish("1.1.0", older, t.manifest("1.1.0", t.evil))
    t.attack()
    return t.runs(older)


@attack("ESIZE", "size_of_the_server",
        ("core/update/fetch.c", "if (r->length > (int32_t)f->source.size)",
         "if (0)"), EXCESS, accepts=True)
def size_of_the_server(t):
    """An image with more behind it, of which the server tells the truth."""
    t.publish("1.1.0", t.good + t.evil, t.manifest("1.1.0", t.good),
              **t.without_digest("1.1.0"))
    t.attack()
    return t.runs(t.good)


@attack("ELENGTH", EXCESS, ("core/update/fetch.c",
                            "if (r->length > (int32_t)f->source.size)",
                            "if (0)"), accepts=True, downloads=True)
def extra_data_behind_the_image(t):
    """A reply that is longer than the image."""
    t.publish_signed("1.1.0", t.good)
    t.gh.fault("long-body", 4096, path=t.name("1.1.0"))
    t.attack()
    return t.runs(t.good)


@attack("EDIGEST", "digest_not_compared", accepts=True, downloads=True)
def one_of_two_images_replaced(t):
    """Two images are signed together; the second is that of before."""
    t.has_two_images()
    older = random_image(5000)
    manifest = t.publish_two("1.1.0", t.pair)
    t.publish_two("1.1.0", {**t.pair, "radio": older}, manifest,
                  about={"assets": {"radio.bin": {"digest": None}}})
    t.attack()
    return t.runs(t.pair["application"], older)


@attack("EFOREIGN", "image_without_a_slot_of_its_own")
def one_of_two_images_left_out(t):
    """A manifest with one image alone, next to which that of before would go
    on running."""
    t.has_two_images()
    t.publish_two("1.1.0", {"application": t.pair["application"]})
    t.attack()
    return t.runs(t.pair["application"], b"")


@attack(None, "two_manifests_mixed", "digest_not_compared", installs=True)
def manifest_replaced_between_two_images(t):
    """After the first image another manifest of the owner's takes the place
    of the first one. Both are good, but not half of each."""
    t.has_two_images()
    other = {"application": random_image(), "radio": random_image(5000)}
    first = t.publish_two("1.1.0", t.pair)
    entries = [image_of(f"{n}.bin", data, i)
               for i, (n, data) in enumerate(other.items())]
    second = of_size(len(first), lambda: signed(
        fields("1.1.0", entries), t.owner))

    def then(request, _):
        if request.kind == "asset" and "application.bin" in request.target:
            t.gh.then = None
            t.gh.replace("v1.1.0", "thermostat-rpi.ota", second)
            for name, data in other.items():
                t.gh.replace("v1.1.0", f"{name}.bin", data)
    t.gh.then = then
    t.attack()
    if t.gh.then or t.error:
        raise RuntimeError(f"it was not mounted: {t.error}")
    return t.runs(t.pair["application"], other["radio"])


@attack("EDIGEST", "armed_without_reading_again", program="device_main",
        accepts=True, downloads=True)
def image_changed_between_verifying_and_arming(t):
    """Somebody else writes to the slot while the application has the image
    wait."""
    t.publish_two("1.1.0", t.pair)

    def change():
        (t.folder / "slot-0").write_bytes(t.evil)
    t.while_it_waits(change)
    return t.runs(t.evil, t.pair["radio"])
