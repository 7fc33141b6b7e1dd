/* SPDX-License-Identifier: Apache-2.0 */
/* The signed text of a manifest, with what a test wants to be different. */
#ifndef MANIFEST_TEXT_H
#define MANIFEST_TEXT_H

/* The text of a small valid manifest: project acme/app, board m3, seq 42,
 * version 1.3.0, security 7, one image of 65536 bytes. changes are pairs of a
 * member's name and its value as JSON, NULL at the end; a value "" leaves the
 * member out, new names come last. Valid until the next call. */
const char *manifest_text(const char *const *changes);
#define MANIFEST(...) manifest_text((const char *const[]){__VA_ARGS__, NULL})

/* One image, as JSON. Valid until the fifth call after this one. */
const char *manifest_image(int id, const char *name, unsigned long size,
                           char sha256_digit);

#endif
