/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of the profile "public": servers with certificates of public
 * authorities, RSA-4096 and P-384 among them, and TLS records of 16 KiB. Every
 * file of the firmware is compiled with -include of one of these. */
#ifndef CONFIG_H
#define CONFIG_H

#define CONFIG_PROFILE "public"

/* rota */
#define UPDATE_BUFFER 1536 /* at least ROTA_MANIFEST_WORK */
#define UPDATE_RANGE 0     /* no pieces: the whole image in one reply */

/* mbedTLS: record buffers are part of the arena. */
#define MBEDTLS_SSL_IN_CONTENT_LEN 16384
#define MBEDTLS_SSL_OUT_CONTENT_LEN 1024
/* 34920 are used while a chain up to a root of RSA-4096 is checked. */
#define UPDATE_ARENA 38912

/* lwIP */
#define NETWORK_PING 0 /* not even answered: half a KiB */
#define NETWORK_MSS 1460
#define NETWORK_SEGMENTS 2 /* of receive window */
#define NETWORK_FRAMES 4   /* received: the window's, and two others */
#define NETWORK_SEND 1460  /* bytes sent and not acknowledged */
#define NETWORK_HEAP 2560
#define NETWORK_NAME 128

#endif
