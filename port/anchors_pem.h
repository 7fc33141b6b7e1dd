/* SPDX-License-Identifier: Apache-2.0 */
/* The roots that a system trusts, from a PEM bundle such as
 * /etc/ssl/certs/ca-certificates.crt or from text in memory, as struct
 * rota_anchor.
 *
 * Takes one block of the heap for the DER bytes, which is about three
 * quarters of the text, and one for the list. Text between the certificates
 * and other kinds of PEM blocks are passed over. Without a heap:
 * anchors_text.h.
 */
#ifndef ROTA_ANCHORS_PEM_H
#define ROTA_ANCHORS_PEM_H

#include "rota_port.h"

struct rota_anchors_pem {
    struct rota_anchor *list; /* for config.anchors */
    size_t count;             /* for config.anchor_count */
    uint8_t *der;             /* what list points into; do not touch */
    const char *why;          /* what went wrong, or NULL */
    int sys_err;              /* errno then, or 0 */
};

/* Read the bundle at path. ROTA_EIO: it cannot be read; ROTA_EINVAL: no
 * certificate in it, or a damaged one; ROTA_ENOMEM. After an error nothing
 * is held. */
int rota_anchors_pem_read(struct rota_anchors_pem *a,
                          const char *path) ROTA_CHECKED;

/* The same for the len bytes at pem, or fewer, if a NUL comes before. pem is
 * not needed afterwards. ROTA_EINVAL, ROTA_ENOMEM. */
int rota_anchors_pem_parse(struct rota_anchors_pem *a, const char *pem,
                           size_t len) ROTA_CHECKED;

/* Give the memory back; a zeroed struct holds none. */
void rota_anchors_pem_free(struct rota_anchors_pem *a);

#endif
