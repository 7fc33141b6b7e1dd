/* SPDX-License-Identifier: Apache-2.0 */
/* Which release a check asks for: the optional parts behind config.choose. */
#ifndef ROTA_RELEASE_CHOICE_H
#define ROTA_RELEASE_CHOICE_H

#include "release/check.h"

struct rota_choice {
    uint8_t number; /* part of the key of a saved answer: never renumber */
    int8_t missing; /* the error that status 404 stands for */

    /* rota_paging_byte when the reply is a list, perhaps of several pages. */
    void (*paging)(struct rota_paging *p, struct rota_text *url, char c);

    /* Write the URL to ask to buf. ROTA_ETOOLONG when it does not fit. */
    int (*url)(const struct rota_check *d, char *buf, size_t size);

    /* A page has ended: ROTA_EAGAIN when another one follows, whose URL url
     * then writes; ROTA_OK when not; or an error. NULL: there is but one. */
    int (*next)(struct rota_check *d);
};

/* config.choose or its default. */
const struct rota_choice *rota_choice_of(const struct rota_config *c);

/* The release with the id d->release_id. */
extern const struct rota_choice rota_choice_by_id;

#endif
