/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the release and the asset to install in what the releases API says:
 * one reply, or the pages of a list one after the other.
 *
 * Drafts are passed over. Of a list the highest version wins; of two equal
 * ones, the first. A tag that is no version loses to each that is one. The
 * asset is looked for in the winner alone: when the winner has none that
 * matches, that is the answer, and no older release is fallen back to.
 *
 * An asset counts when its state is "uploaded", or not given, and its whole
 * name matches config's pattern; what is wrong with others does not matter.
 */
#ifndef ROTA_RELEASE_FINDER_H
#define ROTA_RELEASE_FINDER_H

#include "json/json.h"
#include "rota.h"

/* What is known of a release besides its struct rota_release. */
struct rota_finding {
    int8_t tag_err;  /* why its tag is no version to work with */
    int8_t err;      /* what is wrong with its asset */
    uint8_t assets;  /* that match: none, one, or 2 = more */
    bool deferred;   /* assets came before the tag that the pattern needs */
    bool odd_digest; /* of an algorithm that is not known here */
};

/* Must not be moved while a page is read. */
struct rota_finder {
    const struct rota_config *config;
    const char *tag; /* the only release that counts, or NULL */
    bool have_best;
    bool tag_known;            /* now->tag is set */
    const char *named;         /* NULL, or the name the asset has */
    struct rota_release *best; /* the caller's: the result */
    struct rota_release *now;  /* the one being read */
    struct rota_finding best_finding, now_finding;
    struct rota_scan scan;
};

/* Begin. best is the caller's and stays as it is until a release is found.
 * To look for a name in place of config's pattern, set f->named. */
void rota_finder_init(struct rota_finder *f, const struct rota_config *c,
                      struct rota_release *best);

/* Begin again: forget what was found. */
void rota_finder_again(struct rota_finder *f);

/* Begin a reply: a release, or an array of releases. window and now are work
 * memory until it ends. A window of 1 KiB does for GitHub. tag: the only
 * release that counts, which is known from a reading that ended with
 * ROTA_EAGAIN; it may be best->tag. Else NULL. */
void rota_finder_page(struct rota_finder *f, char *window, size_t window_size,
                      struct rota_release *now, const char *tag);

/* Take the next len bytes of the reply. ROTA_EJSON when it is not JSON or not
 * a release; ROTA_ETOOLONG when values that matter do not fit the window. To
 * bound the length of a reply is left to the caller. */
int rota_finder_feed(struct rota_finder *f, const void *buf,
                     size_t len) ROTA_CHECKED;

/* End of a page: ROTA_OK, or ROTA_EJSON when it was cut short. */
int rota_finder_page_end(struct rota_finder *f) ROTA_CHECKED;

/* After the last page: ROTA_OK and best is filled in; ROTA_EAGAIN: the tag
 * (now in best->tag) stood after the assets whose names need it, so the same
 * must be read again with that tag; ROTA_ENORELEASE: none, or drafts alone;
 * ROTA_ECHANGED: no longer the release of tag; ROTA_EVERSION, ROTA_ENOASSET,
 * ROTA_EAMBIGUOUS; ROTA_EFIELD: the asset's id, size, digest or download URL
 * is not valid; ROTA_ETOOLONG: the tag or that URL is too long to keep;
 * ROTA_ETOOBIG, but not with keys. best->tag is "" when there was no
 * release. */
int rota_finder_result(struct rota_finder *f) ROTA_CHECKED;

#endif
