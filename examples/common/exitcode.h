/* SPDX-License-Identifier: Apache-2.0 */
/* How the programs end: a promise to scripts, never to be renumbered. */
#ifndef ROTA_EXITCODE_H
#define ROTA_EXITCODE_H

enum rota_exit {
    ROTA_EXIT_OK = 0,         /* done, or up to date */
    ROTA_EXIT_AVAILABLE = 10, /* check found an update */
    ROTA_EXIT_USAGE = 2,      /* command line or configuration */
    ROTA_EXIT_NETWORK = 20,   /* DNS, connect, TLS handshake, timeouts, 5xx */
    ROTA_EXIT_TRUST = 21,     /* certificate or host name not trusted */
    ROTA_EXIT_LIMIT = 22,     /* rate limited */
    ROTA_EXIT_ACCESS = 23,    /* not found, private, or a bad token */
    ROTA_EXIT_ASSET = 24,     /* no matching asset, several, or too large */
    ROTA_EXIT_DATA = 25,      /* bad data from the server */
    ROTA_EXIT_MISMATCH = 26,  /* digest or size does not match */
    ROTA_EXIT_DEVICE = 27,    /* slot, disk, journal or boot state */
    ROTA_EXIT_LOCKED = 28,    /* another instance is at work */
    ROTA_EXIT_NOTHING = 29,   /* nothing to roll back to or to confirm */
    ROTA_EXIT_REFUSED = 30    /* not signed, or not for this device now */
};

/* The exit code of an error of the library or of a port. */
enum rota_exit rota_exit_code(int err);

/* What a person can do about it, or NULL. */
const char *rota_exit_hint(int err);

#endif
