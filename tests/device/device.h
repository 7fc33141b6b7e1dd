/* SPDX-License-Identifier: Apache-2.0 */
/* A device that runs 1.0.0, and the script of its server: what tests of checks
 * and trials begin with. All functions but device_run leave the device as it
 * is, so that a test can say what its server answers next. */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdio.h>
#include <string.h>

#include "support/rig.h"
#include "support/script.h"
#include "support/test.h"

#define DEVICE_ASSET 9000u /* bytes of the asset */

/* The events of an update that needs nothing else. */
#define INSTALLED "checking available verified ready "

struct device {
    struct rig rig;
    struct script script;
};

/* --- What the server says, reply by reply --------------------------------- */

/* Forget the script. */
void device_clear(struct device *d);

/* A release with this tag, and the bytes of its asset. */
void device_offer(struct device *d, const char *tag);
void device_asset(struct device *d);

/* Any other reply: its head, see script.h, and its text. */
void device_answer(struct device *d, const char *head, const char *body);

/* --- The program ---------------------------------------------------------- */

/* A new device, with nothing in flash. */
void device_init(struct device *d);

/* A new device checks once. */
void device_run(struct device *d);

/* The same device has the script from here on. */
void device_serve(struct device *d);

/* The same device starts its program again and checks. */
void device_run_again(struct device *d);

/* --- What became of it ---------------------------------------------------- */

/* Are these all the events of the last run, each with a space behind it? */
bool device_told(const struct device *d, const char *events);

/* Did the check end in this error, before there was an image? */
bool device_failed(const struct device *d, int err);

/* Has the device sent this text? */
bool device_sent(const struct device *d, const char *text);

int device_requests(const struct device *d);

#endif
