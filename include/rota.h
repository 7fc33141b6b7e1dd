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
 * config.event is called with each event. By default the client downloads a
 * newer release to the slot, reads it back to check it and makes it the next
 * image to boot; the restart is always the application's. After the restart the
 * new image is on trial until rota_confirm. By default its first completed
 * check confirms it, so that an image that can no longer update itself does not
 * stay.
 *
 * The caller owns all memory. Any number of clients can live in one program;
 * none may be used by two threads at once. A zero in the configuration always
 * means the default that the comment of the field names.
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
    uint8_t digest[32]; /* that SHA-256; zeros when it told none */
    char tag[ROTA_TAG_MAX + 1];
    char name[ROTA_NAME_MAX + 1];     /* of the asset */
    char url[ROTA_ASSET_URL_MAX + 1]; /* of the asset, "" = by asset_id */
};

/* The image that is wanted. Without keys it is the asset that was found; with
 * keys the manifest names it. Plain data: may be copied. */
struct rota_image {
    uint64_t asset_id; /* 0 until its asset was looked for */
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

/* Bytes of the id that names a key in manifests: the first ones of the SHA-256
 * of its DER. */
#define ROTA_KEY_ID_LEN 8

/* --- Optional parts -------------------------------------------------------
 *
 * A program links the parts that its configuration names, and no others.
 */

/* Which release to take. There are three choices: */
struct rota_choice;
extern const struct rota_choice
    rota_latest, /* what the server calls the latest release */
    rota_newest, /* the highest version of all, prereleases too, drafts not */
    rota_by_tag; /* the release of config.tag */

/* Memory that survives a restart. It keeps a few small records, each of a type
 * 1..8 and of at most ROTA_JOURNAL_RECORD bytes; core/SPEC.md, "Records", says
 * what they hold. A journal on flash is such a store (rota_journal_store); a
 * file, NVS or settings can be others. The struct and its ctx are borrowed for
 * as long as the client lives. */
struct rota_store {
    const struct rota_store_ops *ops; /* required: &rota_store_ops, which
                                       * reads and writes the records */
    void *ctx;                        /* handed to the functions */

    /* Get ready for the other two functions; rota_init calls it. ROTA_OK or an
     * error, which rota_init returns. NULL: there is nothing to do. */
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

/* A journal on flash (core/SPEC.md, "Journal"); do not touch. */
struct rota_journal {
    const struct rota_flash *flash; /* borrowed; NULL: keeps nothing */
    uint32_t half;                  /* bytes in each half */
    uint32_t base;   /* offset of the half in use; the rest counts from it */
    uint32_t next;   /* offset of the next record; half = roll over first */
    uint32_t epoch;  /* of the half in use, counts roll-overs */
    uint32_t seals;  /* places for a seal, of the half in use, written to */
    uint32_t copies; /* end of the records copied when it came into use */
    uint32_t last;   /* offset of the last record behind these, 0 = none */
    bool doubt;      /* power may have failed while the last record was
                      * written */
    uint32_t at[ROTA_JOURNAL_TYPES]; /* offset of the newest, 0 = none */
};

/* A store in flash. j and flash are borrowed for as long as the client lives.
 * flash has at least two erase blocks of one size, in all 3 KiB or more; two
 * blocks are best. rota_init opens the store, and returns ROTA_EINVAL when
 * flash is not of that kind. */
struct rota_store rota_journal_store(struct rota_journal *j,
                                     const struct rota_flash *flash);

/* Who must have signed a release, and for which device. With a struct
 * rota_trust, neither the server nor TLS decides what runs: config.asset is the
 * name of a manifest (core/SPEC.md, "Manifest"), the manifest names the images,
 * and the client never uses another asset. config.store is then required: it
 * keeps what the device has accepted, so that nothing older counts. All of it
 * is borrowed for as long as the client lives. */
struct rota_trust {
    const struct rota_trust_ops *ops; /* required: &rota_manifest_ops */

    /* Keys that a manifest must be signed with: 1..32, no two the same. */
    const struct rota_key *keys;
    size_t count;
    uint8_t threshold; /* different keys that must have signed. Default 1 */

    /* A manifest must have this project, this revision of the hardware among
     * its own, and config.board. */
    const char *project; /* default config.repo */
    uint32_t hw;         /* 0 for hardware without revisions */

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
    /* release, image: newer; may_download is asked next */                    \
    X(AVAILABLE, "available")                                                  \
    /* done of total bytes are in the slot */                                  \
    X(PROGRESS, "progress")                                                    \
    /* err broke the download; goes on at done of total, which is 0 when it    \
     * has to start over */                                                    \
    X(RESUMING, "resuming")                                                    \
    /* the slot was read back and is right; may_install is asked next. Told    \
     * each time the slot was read. Of a slot without read: the bytes that it  \
     * was handed are right */                                                 \
    X(VERIFIED, "verified")                                                    \
    /* the next boot runs the new image: restart when it suits */              \
    X(READY, "ready")                                                          \
    /* the running image is on trial */                                        \
    X(TRIAL, "trial")                                                          \
    /* the trial has lasted config.trial_s: restart now */                     \
    X(OVERDUE, "overdue")                                                      \
    /* the running image stays */                                              \
    X(CONFIRMED, "confirmed")                                                  \
    /* release failed its trial; the old image runs */                         \
    X(ROLLED_BACK, "rolled_back")                                              \
    /* err in state; next check in wait_s seconds */                           \
    X(FAILED, "failed")                                                        \
    /* text: a line for a log; nothing follows from it */                      \
    X(NOTE, "note")                                                            \
    /* release: newer, but its manifest leaves this device out for now; text:  \
     * the share of devices that may have it */                                \
    X(HELD, "held")                                                            \
    /* in place of READY when there is no config.boot: the slot holds the      \
     * image, and the application uses it */                                   \
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
    const struct rota_release *release; /* that the server has, or NULL. With
                                         * keys, its asset is the manifest */
    const struct rota_image *image;     /* that is wanted of it, or NULL */
    uint32_t done, total;               /* bytes */
    int err;                            /* enum rota_err or a port's own */
    int status;        /* HTTP status that err came with, or 0 */
    const char *state; /* FAILED: the step that failed: "start", "check",
                        * "manifest", "find", "download", "finish", "verify"
                        * or "install" */
    const char *text;  /* more about it, or NULL; never holds a secret */
    uint8_t why;       /* FAILED: more about err, for rota_why_text; or 0 */
    bool retry;        /* FAILED: the next check may succeed by itself */
    uint32_t wait_s;   /* seconds until the next check */
};

struct rota_config {
    /* --- What ------------------------------------------------------------ */

    const char *repo;  /* "owner/name"; required */
    const char *asset; /* name pattern with * ? {version} {tag} {board}.
                        * Required; with keys, default "{board}.ota" */
    const char *board; /* for {board} in asset; with keys, the manifest must be
                        * for this board. Default "" */

    /* Version of the running image, SemVer. NULL: nothing runs yet, or nobody
     * knows its version. Then versions are not compared: each release that is
     * found is wanted, also an older one or one whose tag is not a version,
     * except the release that was downloaded last in this life or, by the
     * store, was installed and confirmed. With rota_by_tag exactly that tag is
     * downloaded. A boot then needs store and confirm_by_hand, since nothing
     * tells the new program from the old one. In asset, {version} is then the
     * whole tag if the tag is not a version. A manifest must name a version all
     * the same, and its min_version counts only if a version is known. */
    const char *version;
    const char *tag_prefix; /* text before the version in a tag. Default: a
                             * "v", if there is one. When set, tags without it
                             * are not versions */
    const struct rota_choice *choose; /* default &rota_latest */
    const char *tag;                  /* required for &rota_by_tag */
    bool allow_downgrade;             /* any other version counts as newer */

    /* Base of the API: https://api.github.com, https://HOST[:PORT]/api/v3
     * (GitHub Enterprise Server) or https://HOST[:PORT]/api/v1. Default the
     * first. No other scheme than https. */
    const char *api;
    const char *token;       /* sent to the API's origin only. Default none */
    bool token_optional;     /* when the server refuses the token (401), ask
                              * once without it, for a public repository */
    const char *user_agent;  /* default "rota/" ROTA_VERSION */
    const char *api_version; /* default "2022-11-28"; "": none is sent, for
                              * servers older than GHES 3.9 */

    /* --- Where to -------------------------------------------------------- */

    const struct rota_flash *slot;  /* where the new image goes; required. Its
                                     * read may be NULL: see rota_flash.read */
    const struct rota_boot *boot;   /* NULL: download and verify only */
    const struct rota_store *store; /* NULL: nothing survives a restart.
                                     * Required with trust */

    /* --- Trust ----------------------------------------------------------- */

    /* Root certificates: a server's chain must end at one of them. Required.
     * Only roots with the name of the wanted issuer, as a rule one, are parsed
     * into RAM. */
    const struct rota_anchor *anchors;
    size_t anchor_count;

    /* A time that is certainly past, in seconds since 1970: usually that of
     * the build. A clock that says less counts as not set. Without a clock, a
     * certificate that had expired at this time is refused, and other dates
     * are not checked. Default 0. */
    uint64_t time_floor;

    /* Suffixes of hosts that redirects may lead to besides the API's own host,
     * each with its leading dot, separated by commas. Default
     * ".githubusercontent.com"; "": no others. */
    const char *asset_hosts;

    /* Keys that releases must be signed with. NULL: releases are not signed,
     * and whoever controls the server decides what runs. "With keys" in this
     * file means that this is not NULL. */
    const struct rota_trust *trust;

    /* --- Behaviour ------------------------------------------------------- */

    uint32_t interval_s; /* seconds between checks; below 2 counts as 2.
                          * Default 6 h */
    uint32_t stall_ms;   /* milliseconds without a byte, or three times as
                          * many with fewer than 100 bytes/s, after which the
                          * error is ROTA_ESTALL. Default 30 s */

    /* Least number of bytes between two checkpoints of a download, rounded up
     * to whole erase blocks. A power loss costs about as many, which are then
     * fetched again; each checkpoint costs a record in the store. Default
     * 16 KiB. */
    uint32_t checkpoint_min;

    /* Bytes asked for at a time, piece after piece on one connection. A server
     * then sends no TLS record that is much longer, for builds whose mbedTLS
     * takes no records of 16 KiB. Default 0: the whole rest at once. */
    uint32_t range_window;

    /* Seconds from rota_init within which an image on trial must be confirmed.
     * After them ROTA_EV_OVERDUE asks for a restart: the bootloader counts
     * restarts and in the end returns to the old image. Default 0: no limit. */
    uint32_t trial_s;

    /* Only rota_confirm confirms the running image; its first completed check
     * does not. */
    bool confirm_by_hand;

    /* Names the device, by a few unique bytes such as a MAC address: to spread
     * a fleet's checks over the interval, and with keys to choose the devices
     * of a staged rollout. NULL: checks are spread by a random number at each
     * start, and the device gets a release once its rollout has 100 percent. */
    const void *device_id;
    size_t device_id_len;

    /* The application. app is handed to each function. The functions must not
     * call rota_step. Each may be NULL; a NULL may_ function means yes. After a
     * no, may_download is asked again at the next check, and may_install once a
     * second, with the image waiting in the slot. When may_install then says
     * yes, the image is read back again, since flash may have changed, and
     * may_install is asked once more: the boot state changes in the same step
     * in which the last byte was read and the answer is yes. For a slot
     * without read the first yes is enough. */
    void *app;
    void (*event)(void *app, const struct rota_event *event);
    bool (*may_download)(void *app, const struct rota_release *release,
                         const struct rota_image *image);
    bool (*may_install)(void *app, const struct rota_release *release,
                        const struct rota_image *image);

    /* A check has completed: may the image on trial stay? After a no this is
     * asked again after the next check. */
    bool (*may_confirm)(void *app);

    /* --- Platform -------------------------------------------------------- */

    const struct rota_net *net; /* required */
    const struct rota_sys *sys; /* required */

    /* Work memory, required, borrowed for as long as the client lives: at least
     * ROTA_BUFFER_MIN bytes and, when slot has no read, ROTA_SINK_WORK more;
     * with keys at least ROTA_MANIFEST_WORK, and aligned for int. Bytes pass
     * through it from the network to the slot: more makes a download faster, up
     * to 16 KiB, a TLS record. */
    void *buffer;
    size_t buffer_size;

    /* The counter of allocations that mbedTLS was refused, rota_arena.failed:
     * by it the client tells ROTA_ENOMEM from ROTA_ECERT. NULL: it cannot. */
    const uint32_t *tls_refusals;
};

/* Is c a configuration that a client can work with? ROTA_EINVAL when not:
 * *field is then the name of the first wrong field and *want says what it must
 * be, both constants. ROTA_ENOMEM or ROTA_EIO when a key could not be checked.
 * rota_init does not call this function: a program whose configuration is
 * constant need not link it, and a program whose configuration is typed by
 * people must call it. With keys, mbedTLS must have memory (rota_arena_use). */
int rota_config_check(const struct rota_config *c, const char **field,
                      const char **want) ROTA_CHECKED;

/* A client; do not touch. Public so that its size is known. */
struct rota {
    union {
        uint64_t align;
        unsigned char bytes[ROTA_SIZE];
    } state;
};

/* Make r a client of c, which is borrowed for as long as r lives. Read the
 * store and the boot state and act on them: for example, put an image that
 * failed its trial into quarantine. Touches no network. The first check is due
 * at once unless the store knows a later time. ROTA_EINVAL: a required field is
 * missing; rota_config_check looks at the others. Other errors are those of
 * store, slot and boot. After an error r may only be given to rota_free or
 * rota_init. */
int rota_init(struct rota *r, const struct rota_config *c) ROTA_CHECKED;

/* Do a bounded piece of work. The longest pieces are one step of a TLS
 * handshake and the check of a manifest's signatures, which ROTA_ECC_MAX_OPS
 * divides, the erasing of a block of the slot, a roll-over of the journal,
 * boot's try_next, and reading back config.buffer_size bytes. ROTA_EAGAIN: no
 * check has ended in this step. ROTA_OK: a check has ended, with an update or
 * without one. Else a check has failed with this error. A program that listens
 * to events may ignore the result. */
int rota_step(struct rota *r);

/* Check now, and go on until that check, with its download and installation,
 * has ended: ROTA_OK or its error. Between steps wait is called with config.app
 * and the result of rota_wait_ms; it may return sooner. NULL: do not wait,
 * which keeps a processor busy. ROTA_EAGAIN when wait has called rota_stop. */
int rota_run(struct rota *r, void (*wait)(void *app, uint32_t ms)) ROTA_CHECKED;

/* Milliseconds after which rota_step has something to do again; 0 = now. While
 * the client waits for a server this is ROTA_NET_POLL_MS: a program that can
 * wait for its socket does so and wakes sooner. */
uint32_t rota_wait_ms(const struct rota *r);

/* True while a check, download or installation is under way. */
bool rota_busy(const struct rota *r);

/* Check now, whatever the time of the next check. Does nothing while busy. */
void rota_check_now(struct rota *r);

/* End a check, download or installation that is under way, and close the
 * connection. When one was under way, the next check is due after the interval;
 * else at the same time as before. */
void rota_stop(struct rota *r);

/* Do rota_stop, and give back all memory that TLS has kept for the next
 * connection. After it, r may be given to rota_init again. Also for a client
 * that rota_init has refused. */
void rota_free(struct rota *r);

/* The running image works: keep it, and end its trial. ROTA_ENOTHING when it is
 * not on trial; else errors of boot and store. */
int rota_confirm(struct rota *r) ROTA_CHECKED;

struct rota_client;
struct rota_scan_piece;

/* Functions that rota_list calls. Each may be NULL. release is valid during the
 * call only; the functions must not call rota_step. */
struct rota_list {
    void *app; /* handed to each function */

    /* Called for each asset of a release, before the release itself. Assets
     * that could not be fetched are left out: assets that are not uploaded as a
     * whole, empty or above 2 GiB, or whose name or URL is longer than this
     * build holds. Fields of the release that the server sends behind the
     * assets are still zero; GitHub sends all of them before. */
    void (*asset)(void *app, const struct rota_release *release);

    /* Called for each release except drafts; the fields of the asset are zero.
     * tag is "" when it is longer than ROTA_TAG_MAX; version_at is 0 when the
     * tag is not a version. */
    void (*release)(void *app, const struct rota_release *release);

    /* Do not touch. */
    int (*step)(struct rota_client *c);
    int (*find)(void *finder, const struct rota_scan_piece *o);
    bool draft; /* the release being read is one */
};

/* Begin to list the server's releases: with rota_newest all of them in the
 * server's order, else the one that config.choose names. rota_step and rota_run
 * go on with the list, as with a check, and return how it ended; l is borrowed
 * until then. No event is told. Nothing is installed, stored or tried again:
 * after an error the list is not complete. ROTA_EAGAIN while r is busy. */
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

    /* With keys: the values of the manifests that were accepted; 0 = none yet.
     * An old "accepted" shows that somebody may keep new releases from this
     * device. Without a clock it is 0; then only "issued", the signer's own
     * time, is known. */
    uint32_t seq;
    uint32_t security; /* of the image that was confirmed last */
    uint64_t issued;   /* Unix time; the latest of all */
    uint64_t accepted; /* Unix time of the last one */
    bool held;         /* the newest leaves this device out for now */
};
void rota_get_status(struct rota *r, struct rota_status *s);

/* The id of a key. ROTA_EINVAL when key is not a P-256 public key in the form
 * of struct rota_key; ROTA_ENOMEM or ROTA_EIO when it could not be checked.
 * mbedTLS must have memory (rota_arena_use). */
int rota_key_id(const struct rota_key *key,
                uint8_t id[ROTA_KEY_ID_LEN]) ROTA_CHECKED;

/* Has the manifest of a confirmed image revoked the key of this id? Also true
 * when the store cannot be read. */
bool rota_key_is_revoked(const struct rota *r,
                         const uint8_t id[ROTA_KEY_ID_LEN]);

/* What a manifest says (core/SPEC.md, "Manifest"), and whether this device
 * would accept it. */
struct rota_inspection {
    int err;          /* ROTA_OK: it would be accepted; else the first reason
                       * why not */
    const char *why;  /* more about err, a constant, or NULL */
    bool is_signed;   /* by enough keys, and of the right form. When false,
                       * the manifest is not to be believed and the rest of
                       * this struct is zero */
    uint32_t signers; /* bit i: trust.keys[i] has signed it */
    char project[ROTA_NAME_MAX + 1]; /* cut when longer, as is board */
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

/* Look at a manifest of len bytes as an update would, and change nothing: on
 * the device itself, find out what a release would do. The function does not
 * look at the release's tag, the server or the quarantine. It checks all
 * signatures at once, whatever ROTA_ECC_MAX_OPS is. Returns v->err; or, with v
 * all zero, ROTA_EAGAIN while r is busy and uses config.buffer itself, or
 * ROTA_EINVAL without keys. */
int rota_inspect(struct rota *r, const void *manifest, size_t len,
                 struct rota_inspection *v) ROTA_CHECKED;

/* The SHA-256 of the first len bytes of f, to compare with that of an image in
 * a manifest. Of f the function uses read, ctx and size; it reads into buf,
 * whose buf_size is above 0. Errors: those of f's read, ROTA_EINVAL,
 * ROTA_ENOMEM, ROTA_EIO. */
int rota_flash_sha256(const struct rota_flash *f, uint32_t len, void *buf,
                      size_t buf_size, uint8_t sha256[32]) ROTA_CHECKED;

/* The reason of a refused manifest, rota_event.why, as a line for people; NULL
 * for 0. A program that does not call this does not link these lines. */
const char *rota_why_text(int why);

/* Name ("EDNS") and meaning of an error; "?" for values not in ROTA_ERRORS. */
const char *rota_err_name(int err);
const char *rota_err_text(int err);

/* The word of an event, such as "up_to_date"; "?" for other values. */
const char *rota_event_name(enum rota_event_type type);

/* Does err have one of these classes of enum rota_err_class? An error of a
 * port's own has none. */
bool rota_err_is(int err, unsigned classes);

/* True when the same request may succeed later by itself: ROTA_ERR_PASSES. */
bool rota_err_passes(int err);

#endif
