/* SPDX-License-Identifier: Apache-2.0 */
/* Roots from PEM text in memory, into memory of the caller: no heap, no files.
 *
 * For roots that a firmware is given after it was built, such as the one of a
 * company's own server. Those that are known when it is built are better
 * constants: anchors.py writes them, and they take no RAM. A host reads its
 * bundle with anchors_pem.h.
 *
 *     static char text[4096];            received somehow, len bytes of it
 *     static struct rota_anchor roots[4];
 *     int n = rota_anchors_text(text, len, text, sizeof text, roots, 4);
 *     config.anchors = n > 0 ? roots : rota_anchors_github;
 *     config.anchor_count = n > 0 ? (size_t)n : rota_anchors_github_count;
 *
 * Text between the certificates and other kinds of PEM blocks are passed over.
 * Lines may end in LF, CRLF or CR.
 */
#ifndef ROTA_ANCHORS_TEXT_H
#define ROTA_ANCHORS_TEXT_H

#include "rota_port.h"

/* Write the certificates of pem to der, as DER, one behind the other, and have
 * list point at them there. pem ends after len bytes, or before, at a NUL.
 * der takes size bytes, list takes max roots. DER is shorter than its PEM, so
 * der may be pem itself, whose text is lost then; otherwise they must not
 * overlap.
 *
 * How many roots there are; 0: no certificate in pem; ROTA_EINVAL: a damaged
 * one, or one that is cut short; ROTA_ENOSPC: more bytes than size, or more
 * roots than max. Unless there are some, list and der mean nothing. */
int rota_anchors_text(const char *pem, size_t len, void *der, size_t size,
                      struct rota_anchor *list, size_t max) ROTA_CHECKED;

/* How many certificates begin in pem: a max that is large enough. */
size_t rota_anchors_text_count(const char *pem, size_t len);

#endif
