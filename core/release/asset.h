/* SPDX-License-Identifier: Apache-2.0 */
/* Which asset of a release is ours: a name pattern. */
#ifndef ROTA_RELEASE_ASSET_H
#define ROTA_RELEASE_ASSET_H

#include "rota.h"

/* Does all of name match config's asset pattern? Without one, "{board}.ota". *
 * stands for any characters, none included, ? for one; {version}, {tag} and
 * {board} for their exact text, in which * and ? mean themselves. Any other
 * brace means itself. Takes time at most in proportion to both lengths
 * multiplied. */
bool rota_asset_matches(const struct rota_config *c, const char *tag,
                        const char *version, const char *name);

/* Does the pattern need the release's tag? */
bool rota_asset_needs_tag(const struct rota_config *c);

#endif
