/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/ota.h"

#include <string.h>

#include "words/files.h"
#include "signing/keys.h"
#include "base/bytes.h"
#include "base/text.h"

enum { NEWEST = 5 }; /* releases whose numbers are looked at */

/* --- Signing ------------------------------------------------------------- */

static int add_signature(const struct pub_say *s, const char *path,
                         const struct pub_pass *pass, struct pub_envelope *e)
{
    struct pub_keys_key k;
    size_t at = e->signatures;
    int code = pub_keys_private(s, path, pass, &k);

    if (code)
        return code;
    if (pub_keys_sign(&k, e->text, e->len, e->sig[at].der,
                      &e->sig[at].der_len)) {
        memcpy(e->sig[at].id, k.id, sizeof(k.id));
        e->signatures++;
    } else {
        code = pub_say_failure(s, PUB_EXIT_KEY, path, "cannot sign");
    }
    pub_keys_free(&k);
    return code;
}

int pub_ota_sign(const struct pub_say *s, const struct pub_list *keys,
                 const char *passphrase_file, const char *text, size_t len,
                 char out[PUB_ENVELOPE_MAX], size_t *out_len)
{
    const struct pub_pass pass = {.file = passphrase_file};
    struct pub_envelope e = {.text = text, .len = len};
    int code = 0;

    if (keys->count > PUB_ENVELOPE_SIGNATURES)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "there is room for %d signatures",
                               PUB_ENVELOPE_SIGNATURES);
    for (size_t i = 0; i < keys->count && !code; i++)
        code = add_signature(s, keys->item[i], &pass, &e);
    if (code)
        return code;
    *out_len = pub_envelope_write(&e, out);
    return *out_len ? 0
                    : pub_say_failure(s, PUB_EXIT_INPUT, "manifest",
                                      "is longer than %d bytes with its "
                                      "signatures",
                                      PUB_ENVELOPE_MAX);
}

static bool signed_by(const struct pub_envelope *e,
                      const struct pub_keys_key *k)
{
    for (size_t i = 0; i < e->signatures; i++)
        if (strcmp(e->sig[i].id, k->id) == 0
            && pub_keys_check(k, e->text, e->len, e->sig[i].der,
                              e->sig[i].der_len))
            return true;
    return false;
}

static int signed_by_all(const struct pub_say *s, const struct pub_ota *o,
                         const struct pub_envelope *e, bool *all)
{
    const struct pub_pass pass = {.file = o->passphrase_file};

    *all = e->signatures == o->keys.count;
    for (size_t i = 0; i < o->keys.count && *all; i++) {
        struct pub_keys_key k;
        int code = pub_keys_public(s, o->keys.item[i], &pass, &k);

        if (code)
            return code;
        *all = signed_by(e, &k);
        pub_keys_free(&k);
    }
    return 0;
}

/* --- Its number ---------------------------------------------------------- */

const char *pub_ota_open(struct pub_envelope *e, struct pub_asdevice *d,
                         const char *buf, size_t len)
{
    const char *why = pub_envelope_read(e, buf, len);

    return why ? why : pub_asdevice_parse(d, e->text, e->len);
}

struct newest {
    uint64_t id[NEWEST];
    size_t count;
};

static bool note_release(void *ctx, const struct pub_hub_release *r,
                         struct rota_span json)
{
    struct newest *n = ctx;

    (void)json;
    if (!r->draft)
        n->id[n->count++] = r->id;
    return n->count < NEWEST;
}

/* The number of the manifest among the assets, 0 when there is none. */
static int seq_of(struct pub_api *a, const struct pub_hub_assets *have,
                  const char *name, uint32_t *seq)
{
    const struct pub_hub_asset *asset = pub_hub_asset_named(have, name);
    struct pub_asdevice d;
    struct pub_envelope e;
    char buf[PUB_ENVELOPE_MAX + 1];
    size_t len;
    int code;

    *seq = 0;
    if (!asset || !asset->uploaded || asset->size > PUB_ENVELOPE_MAX)
        return 0;
    code = pub_hub_small_asset(a, asset, buf, sizeof(buf), &len);
    if (!code && !pub_ota_open(&e, &d, buf, len))
        *seq = d.m.seq;
    return code;
}

static int next_seq(struct pub_ota *o, struct pub_api *a)
{
    struct newest newest = {.count = 0};
    struct pub_hub_assets have = {0};
    uint32_t most = 0, seq;
    int code = pub_hub_each(a, note_release, &newest);

    for (size_t i = 0; i < newest.count && !code; i++) {
        code = pub_hub_assets(a, newest.id[i], &have);
        if (!code)
            code = seq_of(a, &have, o->name, &seq);
        most = !code && seq > most ? seq : most;
    }
    pub_hub_assets_free(&have);
    o->draft.seq = (struct pub_number){most + 1, true};
    return code;
}

/* --- Making one ---------------------------------------------------------- */

/* NAME or ID=NAME, of a planned file. */
static int add_image(const struct pub_say *s, struct pub_ota *o,
                     const char *word, const struct pub_plan *p)
{
    struct pub_draft_image *i = &o->draft.image[o->draft.images];
    const char *equal = strchr(word, '=');
    const struct pub_plan_file *f =
        pub_plan_named(p, pub_files_name(equal ? equal + 1 : word));
    uint64_t id = 0;

    if ((equal
         && !rota_text_decimal(word, (size_t)(equal - word),
                               ROTA_IMAGES_MAX - 1, &id))
        || o->draft.images == ROTA_IMAGES_MAX)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "--image %s: images are numbered from 0 to %d",
                               word, ROTA_IMAGES_MAX - 1);
    if (!f)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "--image %s: is none of the files", word);
    i->id = (uint8_t)id;
    i->name = f->name;
    i->size = f->size;
    memcpy(i->sha256, f->sha256, sizeof(i->sha256));
    o->draft.images++;
    return 0;
}

static int add_images(const struct pub_say *s, struct pub_ota *o,
                      const struct pub_plan *p)
{
    int code = 0;

    o->draft.images = 0;
    if (!o->images.count && p->count == 1)
        return add_image(s, o, p->file[0].name, p);
    if (!o->images.count)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "--image must say which of the files devices "
                               "install");
    for (size_t i = 0; i < o->images.count && !code; i++)
        code = add_image(s, o, o->images.item[i], p);
    return code;
}

static int write_text(const struct pub_say *s, struct pub_ota *o,
                      uint64_t issued, char text[PUB_ENVELOPE_TEXT_MAX + 1],
                      size_t *len)
{
    const char *why;

    o->draft.issued = issued;
    if (o->expires.given)
        o->draft.expires = o->expires.value + (o->expires.span ? issued : 0);
    why = pub_draft_check(&o->draft);
    if (!why && !pub_draft_write(&o->draft, text, len))
        why = "would be too long";
    return why ? pub_say_failure(s, ROTA_EXIT_USAGE, "manifest", "%s", why) : 0;
}

/* The one that is there, if it is what would be written and signed now. */
static int keep_old(struct pub_ota *o, struct pub_api *a,
                    const struct pub_hub_asset *old, bool *kept)
{
    struct pub_asdevice d;
    char buf[PUB_ENVELOPE_MAX + 1], text[PUB_ENVELOPE_TEXT_MAX + 1];
    struct pub_envelope e;
    size_t len, text_len;
    bool seq_given = o->draft.seq.given;
    int code;

    if (!old || !old->uploaded || old->size > PUB_ENVELOPE_MAX)
        return 0;
    code = pub_hub_small_asset(a, old, buf, sizeof(buf), &len);
    if (code || pub_ota_open(&e, &d, buf, len))
        return code;
    if (!seq_given)
        o->draft.seq = (struct pub_number){d.m.seq, true};
    code = write_text(a->say, o, d.m.issued, text, &text_len);
    if (!code && text_len == e.len && memcmp(text, e.text, e.len) == 0)
        code = signed_by_all(a->say, o, &e, kept);
    o->draft.seq.given = seq_given || *kept;
    if (*kept) {
        memcpy(o->bytes, buf, len);
        o->len = len;
    }
    return code;
}

static void fill_in(struct pub_ota *o, const struct pub_api *a, const char *tag)
{
    if (!o->draft.project)
        o->draft.project = a->repo;
    if (!o->draft.version)
        o->draft.version = tag + (tag[0] == 'v');
}

static int name_it(const struct pub_say *s, struct pub_ota *o)
{
    struct rota_text t;

    rota_text_init(&t, o->name, sizeof(o->name));
    rota_text_add(&t, o->draft.board ? o->draft.board : "");
    rota_text_add(&t, ".ota");
    if (o->draft.board && !t.full && !pub_plan_bad_name(o->name))
        return 0;
    return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                           "--key needs --board, which names the manifest: "
                           "letters, digits, '.', '_' and '-'");
}

int pub_ota_make(struct pub_ota *o, struct pub_api *a, const char *tag,
                 const struct pub_plan *p, const struct pub_hub_assets *have)
{
    char text[PUB_ENVELOPE_TEXT_MAX + 1];
    uint64_t now;
    size_t len;
    bool kept = false;
    int code = name_it(a->say, o);

    fill_in(o, a, tag);
    if (!code)
        code = add_images(a->say, o, p);
    if (!code)
        code = keep_old(o, a, pub_hub_asset_named(have, o->name), &kept);
    if (code || kept)
        return code;
    if (!o->draft.seq.given)
        code = next_seq(o, a);
    if (!code)
        code = pub_when_now(a->say, &now);
    if (!code)
        code = write_text(a->say, o, now, text, &len);
    if (!code)
        code = pub_ota_sign(a->say, &o->keys, o->passphrase_file, text, len,
                            o->bytes, &o->len);
    return code;
}
