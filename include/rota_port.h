/* SPDX-License-Identifier: Apache-2.0 */
/* What rota needs from the world: four small tables of functions.
 *
 * A platform fills in a struct rota_net, rota_flash, rota_boot and rota_sys;
 * ports for common platforms are in port/, and port/README.md tells how to
 * write and check your own. Each table starts with ctx, which rota hands back
 * as the first argument and never looks at. The tables and what ctx points to
 * are borrowed for as long as the client lives.
 *
 * No function may wait for the network, or longer than one erase block takes.
 * A function that returns int returns 0 or a count of bytes when all is well
 * and a negative enum rota_err when not; rota passes an error on unchanged.
 * ROTA_EAGAIN means "nothing yet, call again" and is never an error.
 */
#ifndef ROTA_PORT_H
#define ROTA_PORT_H

#include <stddef.h>
#include <stdint.h>

/* What an error means for the next action; an error has any number of these. */
enum rota_err_class {
    ROTA_ERR_PASSES = 1,   /* the same request may succeed later by itself */
    ROTA_ERR_SOON = 2,     /* it may succeed a second later */
    ROTA_ERR_RETRY = 4,    /* another attempt at a download may succeed */
    ROTA_ERR_HOST = 8,     /* the same, if the asset host sent the error, whose
                            * signed URLs expire; not if the API did */
    ROTA_ERR_BYTES = 16,   /* the bytes in the slot must not be used: no
                            * download goes on from them */
    ROTA_ERR_RELEASE = 32, /* the error is about the release that was found */
    ROTA_ERR_DOUBT = 64,   /* the next check must ask for the whole answer,
                            * since "unchanged" would hide a correction */
    ROTA_ERR_NET = ROTA_ERR_PASSES | ROTA_ERR_SOON | ROTA_ERR_RETRY
};

/* Every error: X(name, value, classes, one-line meaning). The values are part
 * of the interface, and records in a store hold them: never renumber. */
#define ROTA_ERRORS(X)                                                         \
    X(OK, 0, 0, "all is well")                                                 \
    X(EAGAIN, -1, 0, "nothing yet, call again")                                \
    X(EIO, -2, 0, "flash, disk or file failed")                                \
    X(ECORRUPT, -3, 0, "stored bytes fail their check")                        \
    X(ENOSPC, -4, 0, "no room left where the image or the journal goes")       \
    X(EINVAL, -5, 0, "the configuration is not valid")                         \
    X(EREADONLY, -6, 0, "the slot or the state cannot be written")             \
    X(EBOOT, -7, 0, "the boot state could not be read or changed")             \
    X(ENOMEM, -8, 0, "the TLS memory is too small")                            \
    X(ERANDOM, -9, 0, "no random numbers")                                     \
    X(EDNS, -20, ROTA_ERR_PASSES | ROTA_ERR_RETRY,                             \
      "the server's name was not found")                                       \
    X(ECONNECT, -21, ROTA_ERR_NET, "no connection to the server")              \
    X(ECLOSED, -22, ROTA_ERR_NET, "the connection ended early")                \
    X(ESTALL, -23, ROTA_ERR_NET, "the server stopped or is too slow")          \
    X(ETLS, -24, ROTA_ERR_NET, "the TLS connection failed")                    \
    X(ESERVER, -25, ROTA_ERR_PASSES | ROTA_ERR_RETRY,                          \
      "the server has a fault of its own (5xx)")                               \
    X(ECERT, -30, 0, "the server's certificate is not trusted")                \
    X(EHOSTNAME, -31, 0, "the certificate is for another host")                \
    X(EEXPIRED, -32, 0, "the certificate is expired or not valid yet")         \
    X(ELIMIT, -40, ROTA_ERR_PASSES, "the server's rate limit is reached")      \
    X(EAUTH, -50, ROTA_ERR_HOST,                                               \
      "access refused: private, blocked or a bad token")                       \
    X(ENOTFOUND, -51, ROTA_ERR_HOST | ROTA_ERR_DOUBT, "not found, or private") \
    X(ENORELEASE, -52, 0, "no release")                                        \
    X(ENOASSET, -60, ROTA_ERR_RELEASE | ROTA_ERR_DOUBT,                        \
      "no asset of the release matches")                                       \
    X(EAMBIGUOUS, -61, ROTA_ERR_RELEASE,                                       \
      "more than one asset of the release matches")                            \
    X(ETOOBIG, -62, ROTA_ERR_RELEASE, "the asset is larger than the slot")     \
    X(EHTTP, -70, ROTA_ERR_BYTES, "the reply is not valid HTTP")               \
    X(ETOOLONG, -71, 0, "a URL or name is longer than this build holds")       \
    X(EENCODING, -72, ROTA_ERR_BYTES,                                          \
      "the reply is compressed, though not asked for")                         \
    X(ESTATUS, -73, ROTA_ERR_HOST | ROTA_ERR_BYTES,                            \
      "the server answered with an unexpected status")                         \
    X(EAPIVERSION, -74, 0, "the server does not know this API version")        \
    X(EREDIRECT, -75, 0, "a redirect that must not be followed")               \
    X(EJSON, -76, 0, "the reply is not the JSON it should be")                 \
    X(EVERSION, -77, ROTA_ERR_RELEASE, "the tag is not a version")             \
    X(EFORMAT, -78, ROTA_ERR_BYTES,                                            \
      "text, HTML, JSON or XML came in place of the asset")                    \
    X(ERANGE, -79, ROTA_ERR_BYTES,                                             \
      "the server sent another range than asked for")                          \
    X(ELENGTH, -80, ROTA_ERR_BYTES | ROTA_ERR_DOUBT,                           \
      "the reply is longer than announced")                                    \
    X(EFIELD, -81, ROTA_ERR_RELEASE,                                           \
      "a size or digest in the release is not valid")                          \
    X(ECHANGED, -82, ROTA_ERR_PASSES | ROTA_ERR_RETRY | ROTA_ERR_BYTES,        \
      "the asset changed on the server")                                       \
    X(EDIGEST, -90, ROTA_ERR_BYTES | ROTA_ERR_DOUBT,                           \
      "the digest does not match")                                             \
    X(ESIZE, -91, ROTA_ERR_BYTES | ROTA_ERR_DOUBT, "the size does not match")  \
    X(EQUARANTINE, -92, 0, "this image has failed its trial before")           \
    X(ESIGNATURE, -93, ROTA_ERR_DOUBT,                                         \
      "not signed by a key that this device trusts")                           \
    X(EMANIFEST, -94, ROTA_ERR_RELEASE | ROTA_ERR_DOUBT,                       \
      "the manifest is not valid")                                             \
    X(EFOREIGN, -95, 0, "made for another project, board or hardware")         \
    X(EROLLBACK, -96, 0, "older than what this device has accepted before")    \
    X(ESTALE, -97, 0, "the manifest has expired")                              \
    X(ESTEP, -98, 0, "an intermediate version must be installed first")        \
    X(ENOTHING, -100, 0, "nothing to confirm or to roll back to")              \
    X(ETRIAL, -101, 0, "an image is on trial: confirm it or roll back first")

enum rota_err {
#define ROTA_ENUM_(name, value, classes, text) ROTA_##name = (value),
    ROTA_ERRORS(ROTA_ENUM_)
#undef ROTA_ENUM_
};

/* The caller must use the result. */
#if defined(__GNUC__)
#define ROTA_CHECKED __attribute__((warn_unused_result))
#else
#define ROTA_CHECKED
#endif

/* A byte stream to one server at a time. rota puts TLS on top by itself. */
struct rota_net {
    void *ctx;

    /* Begin to connect to port of host (a name or an address without brackets,
     * NUL-terminated), or go on with it: rota calls this again with the same
     * arguments while it returns ROTA_EAGAIN. Try all addresses of the host.
     * ROTA_EDNS when its name was not found, ROTA_ECONNECT when no address
     * answers. Segments must go out at once (TCP_NODELAY): otherwise each check
     * takes 40 ms longer. */
    int (*open)(void *ctx, const char *host, uint16_t port);

    /* Send some of len bytes (len > 0): how many were taken, at least 1, or
     * ROTA_EAGAIN. ROTA_ECLOSED when the peer is gone. */
    int (*send)(void *ctx, const void *buf, size_t len);

    /* Receive up to len bytes (len > 0): how many came, at least 1; never 0.
     * ROTA_EAGAIN when none have come, ROTA_ECLOSED when the peer has ended
     * the connection, orderly or not. */
    int (*recv)(void *ctx, void *buf, size_t len);

    /* End the connection, or the attempt at one. Does nothing when there is
     * none. */
    void (*close)(void *ctx);
};

/* A region of flash, or a file in its place: the slot for a new image, or the
 * journal. Offsets count from the start of the region. */
struct rota_flash {
    void *ctx;

    /* Read len bytes at off; any off and len inside the region. ROTA_EIO when
     * that failed.
     *
     * NULL: nothing can be read, for example because another processor or a
     * pipe takes the bytes. Only config.slot may be so, and without more_slots.
     * prog gets the bytes in order, each image once from 0 on or, when a
     * download starts over, again from 0 on; their SHA-256 is made on the way,
     * in ROTA_SINK_WORK bytes at the end of config.buffer.
     *
     * A slot that can be read is better: the bytes that lie there are verified,
     * where without read nobody notices a bit that is lost behind prog; they
     * are verified again after a wait for may_install; and a download goes on
     * after a restart, where without read it begins anew. */
    int (*read)(void *ctx, uint32_t off, void *buf, uint32_t len);

    /* Program len bytes at off. Both are multiples of prog_size, the bytes
     * lie in one erase block, and none has been programmed since that block
     * was erased. ROTA_EIO, ROTA_ENOSPC or ROTA_EREADONLY when that failed.
     * Without read, ROTA_EAGAIN: none was taken, offer them again soon. */
    int (*prog)(void *ctx, uint32_t off, const void *buf, uint32_t len);

    /* Erase the block that begins at off. Errors as for prog. */
    int (*erase)(void *ctx, uint32_t off);

    /* When this returns 0, all bytes that were programmed or erased before
     * survive a power loss. NULL: when prog and erase return, they do. */
    int (*sync)(void *ctx);

    uint32_t size;       /* bytes in the region, whole erase blocks, below
                          * 2^31 */
    uint32_t erase_size; /* bytes of an erase block, of the smallest when they
                          * differ: a multiple of prog_size, at least 512 */
    uint32_t prog_size;  /* bytes: a power of two, 1..ROTA_PROG_MAX */
    uint8_t erased;      /* value of an erased byte: 0xff or 0x00 */

    /* Bytes of the erase block that begins at off: a multiple of erase_size,
     * the same at each call. NULL when all blocks have erase_size bytes, as
     * those of a journal must. */
    uint32_t (*block_size)(void *ctx, uint32_t off);
};

/* What the bootloader, or another program that starts this one, runs next. */
enum rota_boot_state {
    ROTA_BOOT_CONFIRMED,   /* the running image is here to stay */
    ROTA_BOOT_TRIAL,       /* the running image waits to be confirmed */
    ROTA_BOOT_ROLLED_BACK, /* the last trial failed and the old image runs;
                            * lasts until the next try_next or confirm */
    ROTA_BOOT_UNDONE /* an operator took the last try_next back before the new
                      * image was started: it has not failed. Lasts until the
                      * next try_next or confirm */
};

struct rota_boot {
    void *ctx;

    /* One of enum rota_boot_state; or an error, ROTA_EBOOT as a rule. */
    int (*state)(void *ctx);

    /* Boot the image in the other slot from now on, on trial. Atomic: after a
     * power loss either the old image or the new one boots. rota calls this
     * only after it has read the image back and found it right. ROTA_ECORRUPT
     * or ROTA_ETOOBIG when the bootloader would never run this image, which
     * then goes into quarantine; other errors do not condemn it. */
    int (*try_next)(void *ctx);

    /* Keep the running image: end its trial. Also ends ROLLED_BACK and UNDONE.
     * When there is nothing to confirm, does nothing and returns ROTA_OK. */
    int (*confirm)(void *ctx);
};

struct rota_sys {
    void *ctx;

    /* Milliseconds since any moment before; never goes back, wraps at 2^64. */
    uint64_t (*now_ms)(void *ctx);

    /* Seconds since 1970-01-01 UTC, or 0 while unknown (no clock, not set
     * yet). */
    uint64_t (*unix_time)(void *ctx);

    /* Fill buf with len bytes fit for cryptography, or return ROTA_ERANDOM. */
    int (*random)(void *ctx, void *buf, size_t len);
};

/* A root certificate, at which the chain of a server may end. */
struct rota_anchor {
    const uint8_t *der; /* X.509, DER; may lie in flash; borrowed */
    size_t len;         /* bytes */
};

/* Memory for mbedTLS, out of one buffer that the application hands over, so
 * that TLS never takes memory that the rest of the device needs. As a size take
 * "peak" after a handshake with the longest certificate chain that you expect,
 * plus a tenth. Not for use by two threads at once. See port/mem_arena.c. */
struct rota_arena {
    void *base;      /* first block, aligned; do not touch */
    void *first;     /* no block before it is free; do not touch */
    size_t size;     /* bytes between base and the end mark */
    size_t used;     /* bytes in use, with two words for each block */
    size_t peak;     /* the most that "used" has been */
    uint32_t failed; /* requests refused; mbedTLS may have reported such a
                      * refusal as an untrusted certificate */
};

/* Make one free block of buf, which the arena borrows for life. Alignment
 * does not matter. A buffer too small to hold anything refuses everything. */
void rota_arena_init(struct rota_arena *a, void *buf, size_t size);

/* Zeroed room for n objects of size bytes, aligned for any type, or NULL. */
void *rota_arena_calloc(struct rota_arena *a, size_t n, size_t size);

/* Give p back. Ignores NULL, a pointer that is not a block in use here, and a
 * block whose neighbours were overwritten. */
void rota_arena_free(struct rota_arena *a, void *p);

/* From now on mbedTLS gets its memory from a, which is borrowed; before the
 * first call it gets none. This counts for the whole process, because mbedTLS's
 * hook has no context: it is the one global variable of the library. Never
 * change it while TLS is in use. */
void rota_arena_use(struct rota_arena *a);

#endif
