/* SPDX-License-Identifier: Apache-2.0 */
/* Limits that are fixed when rota is compiled. Set them with -D; every file of
 * rota and of the program must see the same values. "Costs" means bytes of
 * struct rota; "free" means none. */
#ifndef ROTA_CONFIG_H
#define ROTA_CONFIG_H

/* Longest URL, also of a redirect to the asset host, in bytes. GitHub's have
 * 878 bytes and twice the asset's name (2025). Possible values: 1280..8192.
 * Default 2048. Costs its value; the same room holds, in turn, the part of the
 * JSON reply that is being read, a manifest, and hashes. */
#ifndef ROTA_URL_MAX
#define ROTA_URL_MAX 2048
#endif

/* Longest host name, in bytes: at most 253 (RFC 1035, 2.3.4). Default 127.
 * Costs its value. */
#ifndef ROTA_HOST_MAX
#define ROTA_HOST_MAX 127
#endif

/* Longest tag, in bytes. Possible values: 15..127. Default 63.
 * Costs its value. */
#ifndef ROTA_TAG_MAX
#define ROTA_TAG_MAX 63
#endif

/* Longest asset name, in bytes. Possible values: 15..255. Default 127.
 * Longer names never match. Costs its value. */
#ifndef ROTA_NAME_MAX
#define ROTA_NAME_MAX 127
#endif

/* Room for an ETag with its quotes and a NUL, in bytes; longer ones are as
 * good as none. GitHub's have 66 bytes (2025). Possible values: 32..120.
 * Default 72. Costs three times its value. */
#ifndef ROTA_ETAG_SIZE
#define ROTA_ETAG_SIZE 72
#endif

/* Longest download URL that is kept when a server gives assets no API URL of
 * their own (Gitea). Possible values: 0..1024; 0 leaves such servers out.
 * Default 191. Costs its value. */
#ifndef ROTA_ASSET_URL_MAX
#define ROTA_ASSET_URL_MAX 191
#endif

/* Largest program unit of a flash, in bytes: 1..256, a power of two. Default
 * 32. Costs its value. */
#ifndef ROTA_PROG_MAX
#define ROTA_PROG_MAX 32
#endif

/* Longest manifest, signatures included, in bytes: 512..ROTA_URL_MAX, since it
 * lies in the room of a URL. Default 2048, or ROTA_URL_MAX if that is less.
 * Free. */
#ifndef ROTA_MANIFEST_MAX
#define ROTA_MANIFEST_MAX (ROTA_URL_MAX < 2048 ? ROTA_URL_MAX : 2048)
#endif

/* Most keys, values and containers of a manifest, and one more. Possible
 * values: 32..1024. Default 96, enough for four images. Each takes four ints of
 * rota_config.buffer, in all ROTA_MANIFEST_WORK bytes. */
#ifndef ROTA_MANIFEST_TOKENS
#define ROTA_MANIFEST_TOKENS 96
#endif
#define ROTA_MANIFEST_WORK (ROTA_MANIFEST_TOKENS * 4 * sizeof(int))

/* Least size of rota_config.buffer, in bytes; and how many more it must have
 * when the slot cannot be read (rota_flash.read). */
#define ROTA_BUFFER_MIN 512
#define ROTA_SINK_WORK 240

/* Images that one manifest may have. Possible values: 1..16. Default 4. Costs
 * 5 bytes each. */
#ifndef ROTA_IMAGES_MAX
#define ROTA_IMAGES_MAX 4
#endif

/* Longest record of a store, in bytes: at least the length of the largest
 * record with these limits. A longer one, of a program with larger limits,
 * counts as damaged. Possible values: 256..1024. Default 640. Free, but takes
 * stack. */
#ifndef ROTA_JOURNAL_RECORD
#define ROTA_JOURNAL_RECORD 640
#endif

/* Most redirects that the client follows for one request: 0..254. Default 5.
 * Free. */
#ifndef ROTA_REDIRECTS_MAX
#define ROTA_REDIRECTS_MAX 5
#endif

/* Most pages of a list of releases that the client reads: 1..255. Default 100.
 * Free. */
#ifndef ROTA_PAGES_MAX
#define ROTA_PAGES_MAX 100
#endif

/* Most bytes of one JSON reply, and of one reply's head: a longer one is
 * refused. Defaults 64 MiB and 64 KiB. Free. */
#ifndef ROTA_JSON_MAX
#define ROTA_JSON_MAX (64ul << 20)
#endif
#ifndef ROTA_HEAD_MAX
#define ROTA_HEAD_MAX (64ul << 10)
#endif

/* Most attempts in a row that gain no byte; then the update is given up until
 * the next check: 1..255. Default 5. Free. */
#ifndef ROTA_ATTEMPTS_MAX
#define ROTA_ATTEMPTS_MAX 5
#endif

/* Milliseconds that rota_wait_ms returns while the client waits for a server.
 * Default 10. A program that can wait for its socket wakes sooner by itself.
 * Free. */
#ifndef ROTA_NET_POLL_MS
#define ROTA_NET_POLL_MS 10
#endif

/* Most operations on elliptic curves in one rota_step, for programs that must
 * not stand still for longer. The number is that of mbedtls_ecp_set_max_ops,
 * about multiplications of coordinates. With P-256 the check of a signature
 * takes 8000 of them, and a handshake 16000 and 8000 for each certificate.
 * Possible values: 0, all at once; or 100 and more, less gains nothing. Default
 * 0. examples/cortexm/README.md shows what some values gain.
 *
 * Works for the signatures of manifests and in TLS 1.2 with ECDHE-ECDSA, and
 * needs an mbedTLS built with MBEDTLS_ECP_RESTARTABLE: 2.9 KB of code. The
 * number counts for all restartable operations of the program. All anchors, and
 * not only the one that is needed, are in mbedTLS's memory during a
 * handshake. */
#ifndef ROTA_ECC_MAX_OPS
#define ROTA_ECC_MAX_OPS 0
#endif

/* Bytes of struct rota that hold mbedTLS's contexts. Checked when tls.c is
 * compiled. Default: enough for mbedTLS 3.6 with port/mbedtls's settings. */
#ifndef ROTA_TLS_SIZE
#define ROTA_TLS_SIZE (sizeof(void *) == 8 ? 696 : 376)
#endif

/* Cipher suites of TLS that the client offers, by their numbers (RFC 5289, 7905
 * and 8446), the preferred one first. mbedTLS leaves out suites that it was
 * built without. Default: the suites of TLS 1.3 and 1.2 with forward secrecy
 * and ChaCha20-Poly1305 or AES-GCM. ChaCha20 stands first: it is much faster
 * than AES on processors without instructions for AES, and little slower on
 * others. Free, but four bytes of code each. */
#ifndef ROTA_TLS_SUITES
#define ROTA_TLS_SUITES                                                        \
    0x1303, 0xcca9, 0xcca8, 0x1301, 0x1302, 0xc02b, 0xc02f, 0xc02c, 0xc030
#endif

/* A statement that takes a mbedtls_ssl_session * and drops the server's
 * certificate from it, before the session is kept for the next connection.
 * mbedTLS built with MBEDTLS_SSL_KEEP_PEER_CERTIFICATE, which TLS 1.3 requires,
 * keeps that certificate in the session, and the client does not need it. The
 * settings in port/mbedtls free it, and with it 2.4 KiB of mbedTLS's memory.
 * Default: do nothing. */
#ifndef ROTA_TLS_DROP_PEER
#define ROTA_TLS_DROP_PEER(session) ((void)(session))
#endif

/* Bytes of struct rota in all. Checked when client.c is compiled. Default:
 * enough for the limits above. */
#ifndef ROTA_SIZE
#define ROTA_SIZE                                                              \
    (ROTA_URL_MAX + ROTA_HOST_MAX + ROTA_TLS_SIZE + ROTA_PROG_MAX              \
     + ROTA_TAG_MAX + ROTA_NAME_MAX + ROTA_ASSET_URL_MAX + 5 * ROTA_IMAGES_MAX \
     + (sizeof(void *) == 8 ? 1312 : 1112))
#endif

#endif
