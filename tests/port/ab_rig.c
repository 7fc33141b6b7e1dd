/* SPDX-License-Identifier: Apache-2.0 */
#include "port/ab_rig.h"

void ab_begin(struct abdev *d)
{
    abdev_init(d, 4, 0xff);
}

void ab_end(struct abdev *d)
{
    CHECK(d->record.broken == 0);
    abdev_free(d);
}
