# SPDX-License-Identifier: Apache-2.0
"""Attacks by who has no key, or one key too few."""

from attacker import envelope, fields, image_of, line, text_of
from journal import key_ids
from rows import attack


@attack("EMANIFEST", "manifest_skipped",
        ("core/update/update.c",
         "return t ? t->ops->probe(c)", "return 0 ? t->ops->probe(c)"))
def unsigned_release(t):
    """An image under the name that the device looks for, and no manifest."""
    t.evil = t.evil[:1500]
    t.publish("1.1.0", t.good, t.evil)
    t.attack()
    return t.runs(t.evil)


@attack("EMANIFEST", "no_signature_needed",
        ("core/manifest/envelope.c", "s += strlen(FIRST);",
         "s += strlen(FIRST) - 1;"))
def manifest_without_signatures(t):
    """A good manifest with no line of a signature."""
    text = text_of(fields("1.1.0", [image_of(t.name("1.1.0"), t.evil)]))
    t.publish("1.1.0", t.evil, envelope(text))
    t.attack()
    return t.runs(t.evil)


@attack("ESIGNATURE", "no_signature_needed")
def foreign_key(t):
    """A good manifest, signed by the attacker with a key of his own."""
    t.publish_signed("1.1.0", t.evil, t.mallory)
    t.attack()
    return t.runs(t.evil)


@attack("ESIGNATURE", "signature_not_verified")
def name_of_a_trusted_key(t):
    """The attacker's signature under the name of the owner's key."""
    text = text_of(fields("1.1.0", [image_of(t.name("1.1.0"), t.evil)]))
    t.publish("1.1.0", t.evil,
              envelope(text, line(t.mallory, text, t.owner.id)))
    t.attack()
    return t.runs(t.evil)


@attack("ESIGNATURE", "signature_not_verified")
def signature_of_another_manifest(t):
    """The owner's signature of an older manifest above the attacker's text."""
    old = t.manifest("1.0.1", t.good)
    text = text_of(fields("1.1.0", [image_of(t.name("1.1.0"), t.evil)]))
    t.publish("1.1.0", t.evil, old.split(b"\n\n")[0] + b"\n\n" + text)
    t.attack()
    return t.runs(t.evil)


@attack("EMANIFEST", "any_text_that_a_key_signed")
def signature_from_another_use_of_the_key(t):
    """A text that the key has signed for another purpose and that happens to
    read like a manifest."""
    members = fields("1.1.0", [image_of(t.name("1.1.0"), t.evil)])
    text = text_of({"kind": "invoice", **members})
    t.publish("1.1.0", t.evil, envelope(text, line(t.owner, text)))
    t.attack()
    return t.runs(t.evil)


@attack("ESIGNATURE", "threshold_ignored")
def one_key_stolen_of_two_needed(t):
    """Two keys have to sign; the attacker has one of them."""
    t.configure(key_threshold=2)
    t.publish_signed("1.1.0", t.evil, t.backup)
    t.attack()
    return t.runs(t.evil)


@attack("ESIGNATURE", "key_that_signs_twice")
def one_key_signs_twice(t):
    """Two keys have to sign; the attacker has one and signs with it twice."""
    t.configure(key_threshold=2)
    t.publish_signed("1.1.0", t.evil, t.backup, t.backup)
    t.attack()
    return t.runs(t.evil)


@attack("ESIGNATURE", "revoked_key_counts")
def revoked_key(t):
    """The backup key was stolen, and the owner's last release revokes it."""
    t.genuine("1.1.0", revoke=[t.backup.id])
    if key_ids(t.past()["revoked"]) != [t.backup.id]:
        raise RuntimeError("the owner's revocation was not taken")
    t.publish_signed("1.2.0", t.evil, t.backup, seq=2)
    t.attack()
    return t.runs(t.evil)


@attack("ESIGNATURE", "threshold_ignored")
def one_key_revokes_the_other(t):
    """Two keys have to sign; who has stolen one of them revokes the other."""
    t.configure(key_threshold=2)
    t.publish_signed("1.1.0", t.evil, t.backup, revoke=[t.owner.id])
    t.attack()
    return t.owner.id in key_ids(t.past()["revoked_next"])


@attack(None, "key_revokes_itself", installs=True)
def stolen_key_revokes_itself(t):
    """Who has stolen the only key in use revokes it, to shut out its owner:
    what he signs is taken, but not that."""
    t.publish_signed("1.1.0", t.evil, t.owner, revoke=[t.owner.id])
    t.attack()
    return t.owner.id in key_ids(t.past()["revoked_next"])
