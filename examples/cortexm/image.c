/* SPDX-License-Identifier: Apache-2.0 */
/* The header of an image: see port/ab_image.h. Linked into each image, with
 * IMAGE_VERSION from the compiler's command line; image.py appends the hash. */
#include <stdint.h>

extern const uint32_t _image_begin[], _image_size[];

struct header {
    char magic[4];
    const void *size; /* the linker knows it, as an address */
    const void *base;
    uint32_t reserved;
    char version[32];
};

_Static_assert(sizeof(IMAGE_VERSION) <= 32, "the version is too long");
_Static_assert(sizeof(struct header) == 48, "as in port/ab_image.h");

extern const struct header image_header;

__attribute__((section(".image_header"), used))
const struct header image_header = {
    {'r', 't', 'i', '1'}, _image_size, _image_begin, 0, IMAGE_VERSION};
