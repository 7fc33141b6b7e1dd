/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the URL of the next page of a list in the Link headers of a reply
 * (RFC 8288). Who reads no lists does not link it: headers.c calls it by the
 * pointer in struct rota_headers_room. */
#ifndef ROTA_HTTP_PAGING_H
#define ROTA_HTTP_PAGING_H

#include "base/text.h"

#define ROTA_PAGING_END '\n' /* of a value, which has none in it */

/* Begins as zeros, but for url.buf and url.size: those are the caller's room,
 * which is not touched before a link comes. */
struct rota_paging {
    uint8_t state;
    uint8_t seen;         /* of "rel=next", in the parameter being read */
    bool found;           /* url is the next page's, and stays so */
    struct rota_text url; /* of the link being read */
};

/* Take a byte of a value, or ROTA_PAGING_END behind each value: several lines
 * count as one. Of several next links the first counts. */
void rota_paging_byte(struct rota_paging *p, char c);

#endif
