/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the library's configuration that comes from the options and
 * from the files that they name. */
#ifndef ROTA_SETTINGS_H
#define ROTA_SETTINGS_H

#include "device.h"

/* Each returns 0, or an exit code after saying why. */
int rota_settings_version(struct rota_device *d);
int rota_settings_token(struct rota_device *d);
int rota_settings_anchors(struct rota_device *d);
int rota_settings_keys(struct rota_device *d);
int rota_settings_images(struct rota_device *d);

/* Where the keys are; "" = nowhere. */
const char *rota_settings_keys_dir(const struct rota_options *o);

/* The rest, which cannot fail. Call it last: it points to what the others
 * have read. */
void rota_settings_fill(struct rota_device *d);

#endif
