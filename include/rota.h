/* SPDX-License-Identifier: Apache-2.0 */
/* rota: releases over the air. A device updates itself from GitHub Releases.
 *
 *     static struct rota rota;
 *     rota_init(&rota, &config);
 *     for (;;) { rota_step(&rota); sleep_ms(rota_wait_ms(&rota)); }
 *
 * rota_step does a bounded piece of work and returns: it never waits for the
 * network and erases at most one block of the slot and, now and then, half of
 * the journal, so that it fits a superloop, a task of an RTOS or a poll loop.
 * What happens is told through config.event. By default a newer release is
 * downloaded to the slot, checked by reading it back and made the next image
 * to boot; the restart is always the application's. After the restart the new
 * image is on trial until rota_confirm, which by default follows from its first
 * completed check, so that an image that can no longer update itself does not
 * stay.
 *
 * All memory is the caller's. Any number of clients can live in one program;
 * none may be used by two threads at once. A zero in the configuration always
 * means the default that stands at the field.
 */
#ifndef ROTA_H
#define ROTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rota_config.h"
#include "rota_port.h"

#define ROTA_VERSION "0.1.0"
#define ROTA_API_DEFAULT "https://api.github.com"

/* One asset of one release, as found. Plain data: may be copied. */
struct rota_release {
    uint64_t release_id;
    uint64_t asset_id;
    uint32_t size;      /* bytes, 1..2^31-1 */
    uint8_t version_at; /* the version is tag + version_at */
    bool prerelease;
    bool has_digest;    /* the server told the SHA-256 of the asset */
    uint8_t digest[32]; /* that SHA-256; zeros without */
    char tag[ROTA_TAG_MAX + 1];
    char name[ROTA_NAME_MAX + 1];     /* of the asset */
    char url[ROTA_ASSET_URL_MAX + 1]; /* of the asset, "" = by asset_id */
};

/* The image that is wanted. Without keys it is the asset that was found; with
 * keys the manifest names it. Plain data: may be copied. */
struct rota_image {
    uint64_t asset_id; /* 0 while its asset has not been looked for */
    uint32_t size;     /* bytes, 1..2^31-1 */
    uint8_t id;        /* 0: it goes to config.slot; n: to
                        * trust.more_slots[n - 1] */
    bool has_digest;   /* its SHA-256 is known beforehand */
    uint8_t sha256[32];
    char name[ROTA_NAME_MAX + 1]; /* of the asset */
};

/* A key that manifests are signed with: P-256, its SubjectPublicKeyInfo in DER
 * with an uncompressed point (RFC 5480), which always has 91 bytes. */
struct rota_key {
    const uint8_t *der; /* may lie in flash; borrowed */
    size_t len;         /* bytes */
};

/* What names a key in manifests: the first bytes of the SHA-256 of its DER. */
#define ROTA_KEY_ID_LEN 8

/* --- Optional parts -------------------------------------------------------
 *
 * A program links the parts that its configuration names, and no others.
 */

/* Which release to take. The three that there are: */
struct rota_choice;
extern const struct rota_choice
    rota_latest, /* what the server calls the latest release */
    rota_newest, /* the highest version of all, prereleases too, drafts not */
    rota_by_tag; /* the release of config.tag */

/* Memory that survives a restart: a few small records, each of a type 1..8 and
 * of at most ROTA_JOURNAL_RECORD bytes. A journal on flash is one
 * (rota_journal_store); a file, NVS or settings can be others. All of it is
 * borrowed for as long as the client lives. */
struct rota_store {
    const struct rota_store_ops *ops; /* &rota_store_ops: what is kept */
    void *ctx;                        /* handed to the functions */

    /* Called by rota_init, before the others. NULL: there is nothing to do. */
    int (*open)(void *ctx);

    /* Copy the newest record of type to buf: its length; 0 when there is none;
     * ROTA_ECORRUPT when it is damaged or longer than size; another error when
     * it could not be read. */
    int (*get)(void *ctx, int type, void *buf, size_t size);

    /* Keep len bytes, at least 1, as the record of type. When this returns
     * ROTA_OK they survive a power loss; after a cut inside, or an error, get
     * finds either the old record or this one. */
    int (*put)(void *ctx, int type, const void *buf, size_t len);
};
extern const struct rota_store_ops rota_store_ops;

#define ROTA_JOURNAL_TYPES 8

/* A journal on flash; do not touch. */
struct rota_journal {
    const struct rota_flash *flash; /* borrowed; NULL: keeps nothing */
    uint32_t half;                  /* bytes in each half */
    uint32_t base;   /* offset of the half in use; the rest counts from it */
    uint32_t next;   /* offset of the next record; half = roll over first */
    uint32_t epoch;  /* of the half in use, counts roll-overs */
    uint32_t seals;  /* places for a seal, of the half in use, written to */
    uint32_t copies; /* end of what was copied when it came into use */
    uint32_t last;   /* offset of the last record beyond, 0 = none */
    bool doubt;      /* power may have failed while the last record was
                      * written */
    uint32_t at[ROTA_JOURNAL_TYPES]; /* offset of the newest, 0 = none */
};

/* A store in flash, which is borrowed: at least two erase blocks, best just
 * two, all of one size. rota_init opens it. */
struct rota_store rota_journal_store(struct rota_journal *j,
                                     const struct rota_flash *flash);

/* Whose word counts. With this, neither the server nor TLS decides what runs:
 * config.asset is the name of a manifest, images come from what it says, and an
 * asset that no manifest names is never used. What was accepted is kept in
 * config.store, which is then required. */
struct rota_trust {
    const struct rota_trust_ops *ops; /* &rota_manifest_ops */

    /* Keys that a manifest must be signed with: 1..32, no two the same. */
    const struct rota_key *keys;
    size_t count;
    uint8_t threshold; /* different keys that must have signed. Default 1 */

    /* What a manifest must say; and config.board. */
    const char *project; /* default config.repo */
    uint32_t hw;         /* revision of the hardware; 0 when there are none */

    /* Where the images go whose id in a manifest is 1, 2, ...; config.slot
     * takes 0. boot switches all of them at once. At most
     * ROTA_IMAGES_MAX - 1. */
    const struct rota_flash *const *more_slots;
    size_t more_slot_count;
};
extern const struct rota_trust_ops rota_manifest_ops;

/* --- Events --------------------------------------------------------------- */

/* Every event, ROTA_EV_name: what it means, and X(name, word). The words are
 * for logs and for other programs. */
#define ROTA_EVENTS(X)                                                         \
    /* a check begins */                                                       \
    X(CHECKING, "checking")                                                    \
    /* release: what the server has; nothing to do */                          \
    X(UP_TO_DATE, "up_to_date")                                                \
    /* release: newer, but has failed its trial */                             \
    X(QUARANTINED, "quarantined")                                              \
    /* release, image: newer; about to ask may_download */                     \
    X(AVAILABLE, "available")                                                  \
    /* done of total bytes are in the slot */                                  \
    X(PROGRESS, "progress")                                                    \
    /* err broke the download; goes on at done of total, which is 0 when it    \
     * has to start over */                                                    \
    X(RESUMING, "resuming")                                                    \
    /* the slot was read back and is right; about to ask may_install. Again    \
     * for each time it is read. Of a slot without read: what it was handed    \
     * is right */                                                             \
    X(VERIFIED, "verified")                                                    \
    /* the next boot runs it: restart when it suits */                         \
    X(READY, "ready")                                                          \
    /* the running image is on trial */                                        \
    X(TRIAL, "trial")                                                          \
    /* the trial has lasted config.trial_s: restart */                         \
    X(OVERDUE, "overdue")                                                      \
    /* the running image stays */                                              \
    X(CONFIRMED, "confirmed")                                                  \
    /* release failed its trial; the old image runs */                         \
    X(ROLLED_BACK, "rolled_back")                                              \
    /* err in state; next check in wait_s seconds */                           \
    X(FAILED, "failed")                                                        \
    /* text: worth a line in a log, no more */                                 \
    X(NOTE, "note")                                                            \
    /* release: newer, but its manifest leaves this device out for now; text:  \
     * to how many it goes */                                                  \
    X(HELD, "held")                                                            \
    /* there is no boot: the slot holds the image, and what becomes of it is   \
     * yours */                                                                \
    X(DOWNLOADED, "downloaded")

enum rota_event_type {
#define ROTA_EVENT_ENUM_(name, word) ROTA_EV_##name,
    ROTA_EVENTS(ROTA_EVENT_ENUM_)
#undef ROTA_EVENT_ENUM_
};

/* What happened. Valid during the call of config.event only. Fields that the
 * type does not name are zero. */
struct rota_event {
    enum rota_event_type type;
    const struct rota_release *release; /* what the server has, or NULL. With
                                         * keys, its asset is the manifest */
    const struct rota_image *image;     /* what is wanted of it, or NULL */
    uint32_t done, total;               /* bytes */
    int err;                            /* enum rota_err or a port's own */
    int status;        /* HTTP status that err came with, or 0 */
    const char *state; /* what was being done: "check", "download", ... */
    const char *text;  /* more about it, or NULL; never holds a secret */
    uint8_t why;       /* FAILED: more about err, for rota_why_text; or 0 */
    bool retry;        /* FAILED: asking again later may help */
    uint32_t wait_s;   /* seconds until the next check */
};

struct rota_config {
    /* --- What ------------------------------------------------------------ */

    const char *repo;  /* "owner/name"; required */
    const char *asset; /* name pattern with * ? {version} {tag} {board}.
                        * Required; with keys, default "{board}.ota" */
    const char *board; /* for {board} in asset, and with keys what the
                        * manifest must be for. Default "" */

    /* Of the running image, SemVer. NULL: nothing runs yet, or nobody knows
     * what. Then versions are not compared: each release that is found is
     * wanted, also an older one or one whose tag is no version, but for the one
     * that was downloaded last in this life or, says store, installed and
     * confirmed. With rota_by_tag that is a download of just that tag. A boot
     * then needs store and confirm_by_hand, since nothing tells the new program
     * from the old one. In asset, {version} is such a tag as a whole; a
     * manifest still must name a version, and its min_version counts only
     * where something is known to run. */
    const char *version;
    const char *tag_prefix; /* before the version in a tag. Default "v", and
                             * then optional; when given, required */
    const struct rota_choice *choose; /* default &rota_latest */
    const char *tag;                  /* for &rota_by_tag */
    bool allow_downgrade;             /* any other version counts as newer */

    /* Base of the API: https://api.github.com, https://HOST[:PORT]/api/v3
     * (GitHub Enterprise Server) or https://HOST[:PORT]/api/v1. Default the
     * first. No other scheme than https. */
    const char *api;
    const char *token;       /* sent to the API's origin only. NULL: none */
    bool token_optional;     /* when the server refuses the token (401), ask
                              * once without it, for a public repository */
    const char *user_agent;  /* default "rota/" ROTA_VERSION */
    const char *api_version; /* default "2022-11-28"; "" = not sent, for
                              * servers older than GHES 3.9 */

    /* --- Where to -------------------------------------------------------- */

    const struct rota_flash *slot;  /* where the new image goes; required. One
                                     * without read will do: see there */
    const struct rota_boot *boot;   /* NULL: download and verify only */
    const struct rota_store *store; /* NULL: nothing survives a restart */

    /* --- Trust ----------------------------------------------------------- */

    /* Roots that servers may chain up to. Required. Only those named as the
     * issuer that is looked for, which is one as a rule, are taken to RAM. */
    const struct rota_anchor *anchors;
    size_t anchor_count;

    /* A time that is certainly past, in seconds since 1970: usually that of
     * the build. A clock that says less counts as not set. While there is no
     * clock, certificates are held against this alone, and only for having
     * expired. Default 0. */
    uint64_t time_floor;

    /* Host suffixes, each with its leading dot, comma-separated, that
     * redirects may lead to besides the API's own host. Default
     * ".githubusercontent.com". "" = none. */
    const char *asset_hosts;

    /* Keys that releases must be signed with. NULL: TLS and the server are
     * trusted for authenticity. */
    const struct rota_trust *trust;

    /* --- Behaviour ------------------------------------------------------- */

    uint32_t interval_s; /* between checks, at least 2. Default 6 h */
    uint32_t stall_ms;   /* no byte for so long, or fewer than 100 bytes/s
                          * over three times so long: ESTALL. Default 30 s */

    /* Bytes of a download between two checkpoints in the store, at least, and
     * rounded up to whole erase blocks: what a power loss costs to fetch
     * again. Default 16 KiB. */
    uint32_t checkpoint_min;

    /* Bytes asked for at a time, piece after piece on one connection. Bounds
     * the TLS records that a server may send to about as many, for builds whose
     * mbedTLS takes no records of 16 KiB. Default 0: all that is left. */
    uint32_t range_window;

    /* Seconds from rota_init within which an image on trial must be confirmed;
     * then ROTA_EV_OVERDUE asks for a restart, at which the bootloader counts
     * and in the end returns to the old image. Default 0: no such limit. */
    uint32_t trial_s;

    /* The running image is confirmed by rota_confirm alone, not by the first
     * completed check. */
    bool confirm_by_hand;

    /* Names the device, to spread a fleet's checks over the interval. A few
     * unique bytes, such as a MAC address. NULL: random at each start. */
    const void *device_id;
    size_t device_id_len;

    /* The application. app is handed to each function. The functions must not
     * call rota_step. Each may be NULL; a NULL may_ means yes. A no to
     * may_download is asked about again at the next check; a no to may_install
     * once a second, with the image waiting in the slot. When that becomes a
     * yes the image is read back again, since flash may have changed, and
     * asked about once more: it is armed in the same step in which the last
     * byte was read and the answer is yes. Without slot.read, that first yes
     * is enough. */
    void *app;
    void (*event)(void *app, const struct rota_event *event);
    bool (*may_download)(void *app, const struct rota_release *release,
                         const struct rota_image *image);
    bool (*may_install)(void *app, const struct rota_release *release,
                        const struct rota_image *image);

    /* A check has completed, so the image on trial may stay. A no is asked
     * about again after the next check. */
    bool (*may_confirm)(void *app);

    /* --- Platform -------------------------------------------------------- */

    const struct rota_net *net; /* required */
    const struct rota_sys *sys; /* required */

    /* Work memory, required, for as long as the client lives: at least
     * ROTA_BUFFER_MIN bytes and, when slot has no read, ROTA_SINK_WORK more;
     * with keys at least ROTA_MANIFEST_WORK, and aligned for int. Bytes pass
     * through it from the network to the slot; beyond 16 KiB, a TLS record,
     * more does not make it faster. */
    void *buffer;
    size_t buffer_size;

    /* Counter of refused allocations of mbedTLS's memory, to tell lack of
     * memory from lack of trust; see struct rota_arena. NULL: not told. */
    const uint32_t *tls_refusals;
};

/* Is c a configuration that a client can work with? ROTA_EINVAL when not:
 * *field is the name of the first field that is wrong and *want says what it
 * must be, both constants. Or an error of a key's check. rota_init does not
 * call this: a program whose configuration is constant need not link it, one
 * whose configuration is typed by people must call it. mbedTLS must have memory
 * (rota_arena_use) when there are keys. */
int rota_config_check(const struct rota_config *c, const char **field,
                      const char **want) ROTA_CHECKED;

/* A client. Its size is all that the outside may know. */
struct rota {
    union {
        uint64_t align;
        unsigned char bytes[ROTA_SIZE];
    } state;
};

/* Make r a client of c, which is borrowed for life, read the store and the
 * boot state and act on what they say (quarantine an image that failed its
 * trial, for one). Touches no network. The first check is due at once unless
 * the store knows a later time. ROTA_EINVAL: a required field is missing; the
 * others are rota_config_check's to look at. Other errors are those of store,
 * slot and boot; r cannot be used after any error. */
int rota_init(struct rota *r, const struct rota_config *c) ROTA_CHECKED;

/* Do a bounded piece of work. The longest are one step of a TLS handshake and
 * the check of a manifest's signatures, which ROTA_ECC_MAX_OPS divides, the
 * erasing of a block of the slot, a roll-over of the journal, what boot's
 * try_next takes, and reading back config.buffer_size bytes.
 * Tells what this step has ended: ROTA_EAGAIN, nothing; ROTA_OK, a check, well,
 * whatever came of it; or the error that a check has ended with. A program that
 * listens to events need not look. */
int rota_step(struct rota *r);

/* Check now, and go on until that check has ended: ROTA_OK or its error. wait
 * is called in between with config.app and the milliseconds that rota_wait_ms
 * says; it may return sooner. NULL: never wait, which keeps a processor busy.
 */
int rota_run(struct rota *r, void (*wait)(void *app, uint32_t ms)) ROTA_CHECKED;

/* Milliseconds after which rota_step has something to do again; 0 = now. While
 * a server is awaited this is ROTA_NET_POLL_MS: a program that can wait for
 * its socket does that and wakes sooner. */
uint32_t rota_wait_ms(const struct rota *r);

/* True while a check, download or installation is under way. */
bool rota_busy(const struct rota *r);

/* Check now, whatever the time of the next check. Does nothing while busy. */
void rota_check_now(struct rota *r);

/* End what is under way, close the connection, keep the next check's time. */
void rota_stop(struct rota *r);

/* Stop, and give back all memory that TLS has kept for the next connection: r
 * may be begun anew. For a client that rota_init has refused, too. */
void rota_free(struct rota *r);

/* The running image works: keep it. ROTA_ENOTHING when it is not on trial. */
int rota_confirm(struct rota *r) ROTA_CHECKED;

struct rota_client;
struct rota_scan_piece;

/* Who is told of releases. Each function may be NULL. release is valid during
 * the call only; the functions must not call rota_step. */
struct rota_list {
    void *app; /* handed to each */

    /* Each asset of a release, before the release itself. Left out are those
     * that could not be fetched: not uploaded as a whole, empty, above 2 GiB,
     * or with a name or URL that is longer than this build holds. What the
     * server says of the release behind its assets is still zero; GitHub says
     * all before. */
    void (*asset)(void *app, const struct rota_release *release);

    /* Each release; fields of an asset are zero. Drafts are left out. A tag
     * that is longer than ROTA_TAG_MAX is ""; version_at is 0 when it is no
     * version. */
    void (*release)(void *app, const struct rota_release *release);

    /* Do not touch. */
    int (*step)(struct rota_client *c);
    int (*find)(void *finder, const struct rota_scan_piece *o);
    bool draft; /* the release being read is one */
};

/* Begin to list what the server has: with rota_newest all releases in its
 * order, else the one that config.choose names. rota_step and rota_run go on
 * with it, as with a check, and tell how it ends; l is borrowed until then. No
 * event is told, and nothing is changed, kept or tried again: after an error,
 * what was told is not all. ROTA_EAGAIN while r is busy. */
int rota_list(struct rota *r, struct rota_list *l) ROTA_CHECKED;

/* How things stand. A copy: it stays valid. */
struct rota_status {
    struct rota_release found;      /* by the last check; tag "" = none */
    struct rota_release install;    /* last downloaded; tag "" = none. With
                                     * keys: the first of its images, and the
                                     * asset_id of the manifest */
    const char *install_state;      /* "none", "downloading", "armed", "trial",
                                     * "confirmed", "rolled back" */
    char running[ROTA_TAG_MAX + 1]; /* version; "" = not known */
    int boot;                       /* enum rota_boot_state, or negative */
    int last_err;                   /* of the last check or download */
    uint64_t last_check;  /* Unix time of the last answer; 0 = unknown */
    uint32_t next_s;      /* seconds until the next check */
    uint32_t quarantined; /* number of images that failed their trial */

    /* With keys, what was accepted of manifests; 0 = nothing yet. How long
     * ago the last one was accepted is what tells a device that is kept from
     * news. Without a clock that is unknown, accepted is 0, and issued, which
     * the signer tells, is what there is. */
    uint32_t seq;
    uint32_t security; /* of the image that was confirmed last */
    uint64_t issued;   /* Unix time; the latest of all */
    uint64_t accepted; /* Unix time of the last one */
    bool held;         /* the newest leaves this device out for now */
};
void rota_get_status(struct rota *r, struct rota_status *s);

/* The id of a key. ROTA_EINVAL when key is no P-256 public key as struct
 * rota_key wants it; ROTA_ENOMEM or ROTA_EIO when that could not be told.
 * mbedTLS must have memory (rota_arena_use). */
int rota_key_id(const struct rota_key *key,
                uint8_t id[ROTA_KEY_ID_LEN]) ROTA_CHECKED;

/* Has an image that was confirmed revoked the key of this id? True as well
 * when the store cannot be read. */
bool rota_key_is_revoked(const struct rota *r,
                         const uint8_t id[ROTA_KEY_ID_LEN]);

/* What a manifest says, and what this device makes of it. */
struct rota_inspection {
    int err;          /* ROTA_OK: it would be accepted; else the first reason
                       * why not */
    const char *why;  /* more about err, a constant, or NULL */
    bool is_signed;   /* and of the right form. Without it nothing of the
                       * manifest can be believed: the rest is zero */
    uint32_t signers; /* bit i: trust.keys[i] has signed it */
    char project[ROTA_NAME_MAX + 1]; /* cut if it is longer, as is board */
    char board[ROTA_NAME_MAX + 1];
    char version[ROTA_TAG_MAX + 1];
    char min_version[ROTA_TAG_MAX + 1]; /* "" = any */
    uint32_t hw_min, hw_max;
    uint32_t seq;
    uint32_t security;
    uint64_t issued;  /* Unix time, 0 = not told */
    uint64_t expires; /* Unix time, 0 = never */
    uint8_t percent;  /* of the devices may have it */
    bool elected;     /* and this one is among them */
    bool newer;       /* than what runs, or allow_downgrade is set */
    uint8_t image_count;
    struct {
        uint8_t id;    /* 0: config.slot; n: trust.more_slots[n - 1] */
        uint32_t size; /* bytes */
        uint8_t sha256[32];
        char name[ROTA_NAME_MAX + 1]; /* of the asset */
    } image[ROTA_IMAGES_MAX];
    uint8_t revoke_count; /* keys that it revokes */
    uint8_t revoke[4][ROTA_KEY_ID_LEN];
};

/* Look at a manifest of len bytes as an update would, and change nothing: how
 * to find out what a release will do, on the device itself. Of the tag that it
 * will be found under, of the server, and of quarantine it knows nothing. It
 * checks signatures at once, whatever ROTA_ECC_MAX_OPS is.
 * Returns v->err, or ROTA_EAGAIN while r is busy, since it uses config.buffer,
 * or ROTA_EINVAL without keys; then v is zero. */
int rota_inspect(struct rota *r, const void *manifest, size_t len,
                 struct rota_inspection *v) ROTA_CHECKED;

/* The SHA-256 of the first len bytes of f, to be held against what a manifest
 * says of an image. Of f, read, ctx and size are used; buf is room to read
 * into, buf_size above 0. */
int rota_flash_sha256(const struct rota_flash *f, uint32_t len, void *buf,
                      size_t buf_size, uint8_t sha256[32]) ROTA_CHECKED;

/* Why a manifest was refused, as event.why says: a line for people, NULL for 0.
 * A program that does not call it does not carry these lines. */
const char *rota_why_text(int why);

/* Name ("EDNS") and meaning of an error; "?" for values not in ROTA_ERRORS. */
const char *rota_err_name(int err);
const char *rota_err_text(int err);

/* The word of an event, "up_to_date"; "?" for what is none. */
const char *rota_event_name(enum rota_event_type type);

/* Is err one of these classes of enum rota_err_class? No error of a port's own
 * is of any. */
bool rota_err_is(int err, unsigned classes);

/* True when the same request may succeed later without anyone's help. */
bool rota_err_passes(int err);

#endif
