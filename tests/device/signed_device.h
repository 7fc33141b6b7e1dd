/* SPDX-License-Identifier: Apache-2.0 */
/* A device with two keys and one or two slots that runs 1.0.0, and a release
 * whose manifest is signed as the test wants it: what tests of signed updates
 * begin with. What the server says is scripted request by request. */
#ifndef SIGNED_DEVICE_H
#define SIGNED_DEVICE_H

#include <stdlib.h>

#include "device/device.h"
#include "flash/record.h"
#include "support/signer.h"

#define SIGNED_IMAGES 2
#define SIGNED_HEX (2 * ROTA_SHA256_LEN + 1) /* a digest as text */

/* One asset as the releases API tells of it. */
struct signed_asset {
    uint64_t id;
    const char *name;
    uint32_t size;
    char digest[SIGNED_HEX]; /* "" = the server tells none */
};

/* For the test to change before the server tells of it. */
struct signed_release {
    const char *tag, *version, *board;
    unsigned seq, security;
    int images;
    uint64_t issued;
    char extra[256]; /* more members of the manifest */
    bool direct;     /* assets have no API URL, as Gitea's */
    const struct signer *by;
    char sha256[SIGNED_IMAGES][SIGNED_HEX];
    uint32_t size[SIGNED_IMAGES];
    const char *name[SIGNED_IMAGES];
    struct signed_asset asset[1 + SIGNED_IMAGES]; /* the manifest comes first */
    char text[2 * ROTA_MANIFEST_MAX];
    size_t len;
};

/* A flash that stands before another one and fails at one of its reads. */
struct failing_flash {
    struct rota_flash real;
    unsigned reads_left; /* until the one that fails; 0 = none will */
};

struct signed_device {
    struct device device;
    struct signed_release release;
    struct signer alice, bob; /* whom the device trusts */
    struct rota_key keys[2];
    struct rota_flash more; /* the second slot */
    uint8_t more_bytes[RIG_FLASH];
    const struct rota_flash *more_slots[1];
    int work[ROTA_MANIFEST_WORK / sizeof(int) + 1];
    char json[4096]; /* that signed_release_json wrote */
    struct failing_flash failing;
};

/* A new device with count slots, and a release 1.1.0 of as many images. The
 * keys of s are made the first time. */
void signed_init(struct signed_device *s, int count);

/* The bytes of an image. */
const uint8_t *signed_image(int i);

/* The SHA-256 of bytes, as text. */
void signed_hex(const void *bytes, size_t len, char out[SIGNED_HEX]);

/* Write the manifest of the release and sign it. */
void signed_write(struct signed_device *s);

/* What the releases API tells of the release, until the next call. */
const char *signed_release_json(struct signed_device *s);

/* --- The server, reply by reply ------------------------------------------- */

void signed_say_release(struct signed_device *s);
void signed_say_manifest(struct signed_device *s);
void signed_say_image(struct signed_device *s, int i);

/* The image i, which stops coming so many bytes before its end. */
void signed_say_part(struct signed_device *s, int i, size_t missing);

/* The image i from its first checkpoint on. */
void signed_say_rest(struct signed_device *s, int i);

/* All before the first image. */
void signed_say_until_image(struct signed_device *s);

/* All that the update asks for, from the manifest on. */
void signed_say_update(struct signed_device *s);

/* A new script of all that check and update ask for, with the manifest as it
 * is; signed_say_all writes that before. */
void signed_say_written(struct signed_device *s);
void signed_say_all(struct signed_device *s);

/* --- Starts of the program ------------------------------------------------ */

/* A start of what was installed or came before; the server is silent. */
void signed_restart_as(struct signed_device *s, const char *version);

/* The first steps of a check, at once after a start. */
void signed_check_for(struct signed_device *s, int steps);

/* Power is lost while the first image comes, after its first checkpoint. */
void signed_lose_power_in_the_first(struct signed_device *s);

/* The read at this place fails, of those of the journal from now on. */
void signed_fail_read(struct signed_device *s, unsigned at);

/* --- What became of it ---------------------------------------------------- */

/* What the device has accepted of manifests. */
struct rota_accepted signed_past(struct signed_device *s);

/* The image i is in its slot. */
bool signed_holds(const struct signed_device *s, int i);

/* These bytes of a slot are erased. */
bool signed_is_blank(const uint8_t *bytes);

/* Neither slot nor boot state nor what was accepted has changed. */
bool signed_untouched(struct signed_device *s);

#endif
