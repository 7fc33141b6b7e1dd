/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the URL of the next page of a list in the Link headers of a reply
 * (RFC 8288). Who reads no lists does not link it: headers.c calls it by the
 * pointer in struct rota_headers_room. */
#ifndef ROTA_HTTP_PAGING_H
#define ROTA_HTTP_PAGING_H

#include "base/text.h"

#define ROTA_PAGING_END '\n' /* of a value, which has none in it */

/* Begins as zeros. */
struct rota_paging {
    uint8_t state;
    uint8_t seen; /* of "rel=next", in the parameter being read */
    bool found;   /* the text is the next page's URL, and stays so */
};

/* Take a byte of a value, or ROTA_PAGING_END behind each value: several lines
 * count as one. Of several next links the first counts. url takes the URL of
 * the link being read; another value may begin with an empty one, as long as
 * none was found. */
void rota_paging_byte(struct rota_paging *p, struct rota_text *url, char c);

#endif
