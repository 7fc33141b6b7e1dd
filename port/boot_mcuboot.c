/* SPDX-License-Identifier: Apache-2.0 */
#include "boot_mcuboot.h"

#include <stdbool.h>
#include <string.h>

#define ALIGN_MAX 32u
#define MAX_SECTORS 128u
#define STATUS_STATES 3u /* of each sector while it is swapped */

/* All below is read and written by MCUboot too: never change it. */
#define MAGIC_LEN 16u
#define FLAG_SET 0x01u
#define SWAP_TEST 2u
#define SWAP_REVERT 4u

#define HEADER_LEN 32u
#define HEADER_MAGIC 0x96f3b83du
#define NOT_BOOTABLE 0x10u
#define TLV_INFO_LEN 4u
#define TLV_MAGIC 0x6907u
#define TLV_PROTECTED_MAGIC 0x6908u

static const uint8_t magic_8[MAGIC_LEN] = {0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2,
                                           0xef, 0x7f, 0x35, 0x52, 0x50, 0x0f,
                                           0x2c, 0xb6, 0x79, 0x80};
/* For other alignments, which take the place of the first two bytes. */
static const uint8_t magic_any[MAGIC_LEN] = {0x00, 0x00, 0x2d, 0xe1, 0x5d, 0x29,
                                             0x41, 0x0b, 0x8d, 0x77, 0x67, 0x9c,
                                             0x11, 0x0f, 0x1f, 0x8a};

enum field { UNSET, GOOD, BAD };

/* Units of the trailer, counted down from the magic. */
enum { IMAGE_OK = 1, COPY_DONE, SWAP_INFO, SWAP_SIZE, TLV_SIZES };

struct trailer {
    enum field magic, image_ok, copy_done;
    uint8_t swap; /* SWAP_..., or anything */
};

static int refuse(struct rota_boot_mcuboot *b, int err, const char *why)
{
    b->why = why;
    return err;
}

/* --- Dimensions ----------------------------------------------------------- */

static bool fits(const struct rota_boot_mcuboot *b, const struct rota_flash *f)
{
    return !f->block_size && f->prog_size > 0 && b->align % f->prog_size == 0
        && f->erase_size > 0 && f->erase_size % b->align == 0
        && f->size % f->erase_size == 0;
}

static bool settings_fit(const struct rota_boot_mcuboot *b)
{
    return (b->align == 8 || b->align == 16 || b->align == 32)
        && b->swap <= ROTA_MCUBOOT_OFFSET && b->image <= 15
        && b->max_sectors <= UINT16_MAX && fits(b, b->primary)
        && fits(b, b->secondary);
}

static uint32_t magic_size(const struct rota_boot_mcuboot *b)
{
    return b->align > MAGIC_LEN ? b->align : MAGIC_LEN;
}

/* Where the sectors of a slot's trailer begin; 0 = they fill the slot. */
static uint32_t trailer_begin(const struct rota_boot_mcuboot *b,
                              const struct rota_flash *f)
{
    uint32_t p = b->primary->prog_size, s = b->secondary->prog_size;
    uint32_t len = b->max_sectors * STATUS_STATES * (p > s ? p : s)
                 + TLV_SIZES * b->align + magic_size(b);

    return len < f->size ? (f->size - len) / f->erase_size * f->erase_size : 0;
}

static uint32_t less(uint32_t a, uint32_t b)
{
    return a > b ? a - b : 0;
}

static uint32_t image_begin(const struct rota_boot_mcuboot *b)
{
    return b->swap == ROTA_MCUBOOT_OFFSET ? b->secondary->erase_size : 0;
}

uint32_t rota_boot_mcuboot_capacity(const struct rota_boot_mcuboot *b)
{
    uint32_t p, s;

    if (!settings_fit(b))
        return 0;
    p = trailer_begin(b, b->primary);
    if (b->swap == ROTA_MCUBOOT_MOVE)
        p = less(p, b->primary->erase_size);
    s = less(trailer_begin(b, b->secondary), image_begin(b));
    return p < s ? p - p % b->secondary->erase_size : s;
}

/* --- Reading -------------------------------------------------------------- */

static uint32_t field_at(const struct rota_boot_mcuboot *b,
                         const struct rota_flash *f, uint32_t field)
{
    return f->size - magic_size(b) - field * b->align;
}

static void make_magic(const struct rota_boot_mcuboot *b,
                       uint8_t magic[MAGIC_LEN])
{
    memcpy(magic, b->align == 8 ? magic_8 : magic_any, MAGIC_LEN);
    if (b->align != 8)
        magic[0] = (uint8_t)b->align;
}

static bool is_blank(const struct rota_flash *f, const uint8_t *buf,
                     uint32_t len)
{
    while (len > 0 && buf[len - 1] == f->erased)
        len--;
    return len == 0;
}

static int read_magic(const struct rota_boot_mcuboot *b,
                      const struct rota_flash *f, enum field *out)
{
    uint8_t want[MAGIC_LEN], got[MAGIC_LEN];

    int err = f->read(f->ctx, f->size - MAGIC_LEN, got, MAGIC_LEN);
    if (err)
        return err;
    make_magic(b, want);
    if (is_blank(f, got, MAGIC_LEN))
        *out = UNSET;
    else
        *out = memcmp(got, want, MAGIC_LEN) == 0 ? GOOD : BAD;
    return ROTA_OK;
}

static enum field flag(const struct rota_flash *f, uint8_t byte)
{
    if (byte == f->erased)
        return UNSET;
    return byte == FLAG_SET ? GOOD : BAD;
}

static int read_trailer(const struct rota_boot_mcuboot *b,
                        const struct rota_flash *f, struct trailer *t)
{
    uint8_t bytes[SWAP_INFO + 1];

    int err = read_magic(b, f, &t->magic);
    for (uint32_t i = IMAGE_OK; !err && i <= SWAP_INFO; i++)
        err = f->read(f->ctx, field_at(b, f, i), &bytes[i], 1);
    if (err)
        return err;
    t->image_ok = flag(f, bytes[IMAGE_OK]);
    t->copy_done = flag(f, bytes[COPY_DONE]);
    t->swap = bytes[SWAP_INFO] & 0x0f;
    return ROTA_OK;
}

/* Both slots' trailers, after a look at the settings. */
static int read_trailers(struct rota_boot_mcuboot *b, struct trailer *p,
                         struct trailer *s)
{
    b->why = NULL;
    if (rota_boot_mcuboot_capacity(b) == 0)
        return refuse(b, ROTA_EINVAL, "slots, alignment or swap do not fit");
    int err = read_trailer(b, b->primary, p);
    return err ? err : read_trailer(b, b->secondary, s);
}

static bool on_trial(const struct trailer *p)
{
    return p->magic == GOOD && p->copy_done == GOOD && p->image_ok == UNSET;
}

static bool waits(const struct trailer *s)
{
    return s->magic == GOOD && s->image_ok != BAD;
}

/* MCUboot writes image_ok itself after a revert. */
static bool rolled_back(const struct trailer *p, const struct trailer *s)
{
    return p->magic == GOOD && p->copy_done == GOOD && p->swap == SWAP_REVERT
        && s->swap != SWAP_TEST;
}

/* --- The image ------------------------------------------------------------ */

static uint32_t le16(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8;
}

static uint32_t le32(const uint8_t *p)
{
    return le16(p) | le16(p + 2) << 16;
}

/* The area of TLVs that begins at *at in the image; *at moves behind it. */
static int check_tlvs(struct rota_boot_mcuboot *b, uint32_t magic, uint32_t *at)
{
    const struct rota_flash *f = b->secondary;
    uint32_t room = rota_boot_mcuboot_capacity(b), len;
    uint8_t info[TLV_INFO_LEN];

    if (*at > room - TLV_INFO_LEN)
        return refuse(b, ROTA_ETOOBIG, "the image reaches into the trailer");
    int err = f->read(f->ctx, image_begin(b) + *at, info, TLV_INFO_LEN);
    if (err)
        return err;
    len = le16(info + 2);
    if (le16(info) != magic || len < TLV_INFO_LEN)
        return refuse(b, ROTA_ECORRUPT, "the image has no TLVs at its end");
    if (len > room - *at)
        return refuse(b, ROTA_ETOOBIG, "the image reaches into the trailer");
    *at += len;
    return ROTA_OK;
}

/* What MCUboot would refuse, and wipe, without anyone being told. */
static int check_image(struct rota_boot_mcuboot *b)
{
    const struct rota_flash *f = b->secondary;
    uint32_t room = rota_boot_mcuboot_capacity(b), header, protected, len, at;
    uint8_t h[HEADER_LEN];

    int err = f->read(f->ctx, image_begin(b), h, HEADER_LEN);
    if (err)
        return err;
    header = le16(h + 8);
    protected = le16(h + 10);
    len = le32(h + 12);
    if (le32(h) != HEADER_MAGIC || header < HEADER_LEN)
        return refuse(b, ROTA_ECORRUPT, "the slot holds no MCUboot image");
    if (le32(h + 16) & NOT_BOOTABLE)
        return refuse(b, ROTA_ECORRUPT, "the image is not bootable");
    if (header > room || len > room - header)
        return refuse(b, ROTA_ETOOBIG, "the image reaches into the trailer");
    at = header + len;
    if (protected) {
        err = check_tlvs(b, TLV_PROTECTED_MAGIC, &at);
        if (!err && at - header - len != protected)
            err = refuse(b, ROTA_ECORRUPT, "the protected TLVs do not fit");
    }
    return err ? err : check_tlvs(b, TLV_MAGIC, &at);
}

/* --- Writing -------------------------------------------------------------- */

static int do_sync(const struct rota_flash *f)
{
    return f->sync ? f->sync(f->ctx) : ROTA_OK;
}

static int write_field(const struct rota_boot_mcuboot *b,
                       const struct rota_flash *f, uint32_t field,
                       uint8_t value)
{
    uint8_t unit[ALIGN_MAX];

    memset(unit, f->erased, sizeof unit);
    unit[0] = value;
    int err = f->prog(f->ctx, field_at(b, f, field), unit, f->prog_size);
    return err ? err : do_sync(f);
}

/* A unit of which only the first byte reads as erased has been programmed. */
static int write_image_ok(struct rota_boot_mcuboot *b)
{
    const struct rota_flash *f = b->primary;
    uint8_t unit[ALIGN_MAX];

    int err = f->read(f->ctx, field_at(b, f, IMAGE_OK), unit, f->prog_size);
    if (err)
        return err;
    if (!is_blank(f, unit, f->prog_size))
        return refuse(b, ROTA_EBOOT, "the running image's trailer is damaged");
    return write_field(b, f, IMAGE_OK, FLAG_SET);
}

static int write_magic(const struct rota_boot_mcuboot *b,
                       const struct rota_flash *f)
{
    uint32_t size = magic_size(b);
    uint8_t buf[ALIGN_MAX];

    memset(buf, f->erased, sizeof buf);
    make_magic(b, buf + size - MAGIC_LEN);
    int err = f->prog(f->ctx, f->size - size, buf, size);
    return err ? err : do_sync(f);
}

/* A secondary trailer that says test, and lacks the magic. MCUboot itself
 * writes swap_info after the magic; this way round, one write decides. */
static int prepare(const struct rota_boot_mcuboot *b)
{
    const struct rota_flash *f = b->secondary;
    int err = ROTA_OK;

    for (uint32_t at = trailer_begin(b, f); !err && at < f->size;
         at += f->erase_size)
        err = f->erase(f->ctx, at);
    if (err)
        return err;
    return write_field(b, f, SWAP_INFO, (uint8_t)(b->image * 16u | SWAP_TEST));
}

/* --- The table ------------------------------------------------------------ */

static int boot_state(void *ctx)
{
    struct trailer p, s;

    int err = read_trailers(ctx, &p, &s);
    if (err)
        return err;
    if (on_trial(&p) || waits(&s))
        return ROTA_BOOT_TRIAL;
    return rolled_back(&p, &s) ? ROTA_BOOT_ROLLED_BACK : ROTA_BOOT_CONFIRMED;
}

static int boot_try_next(void *ctx)
{
    struct rota_boot_mcuboot *b = ctx;
    struct trailer p, s;

    int err = read_trailers(b, &p, &s);
    if (err)
        return err;
    if (on_trial(&p))
        return refuse(b, ROTA_ETRIAL, "the running image is on trial");
    err = check_image(b);
    if (err || (waits(&s) && s.image_ok == UNSET))
        return err;
    err = prepare(b);
    return err ? err : write_magic(b, b->secondary);
}

static int boot_confirm(void *ctx)
{
    struct rota_boot_mcuboot *b = ctx;
    struct trailer p, s;

    int err = read_trailers(b, &p, &s);
    if (err)
        return err;
    if (p.magic == BAD)
        return refuse(b, ROTA_EBOOT, "the running image's trailer is damaged");
    if (waits(&s) && !on_trial(&p))
        return refuse(b, ROTA_ENOTHING, "the next image has not run yet");
    if (p.magic == GOOD && p.image_ok == UNSET)
        return write_image_ok(b);
    return rolled_back(&p, &s) ? prepare(b) : ROTA_OK;
}

struct rota_boot rota_boot_mcuboot_init(struct rota_boot_mcuboot *b,
                                        const struct rota_flash *primary,
                                        const struct rota_flash *secondary,
                                        uint32_t align)
{
    *b = (struct rota_boot_mcuboot){.primary = primary,
                                    .secondary = secondary,
                                    .align = align,
                                    .max_sectors = MAX_SECTORS};
    return (struct rota_boot){b, boot_state, boot_try_next, boot_confirm};
}

/* --- The slot ------------------------------------------------------------- */

static int slot_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    const struct rota_boot_mcuboot *b = ctx;
    const struct rota_flash *f = b->secondary;

    return f->read(f->ctx, image_begin(b) + off, buf, len);
}

static int slot_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    const struct rota_boot_mcuboot *b = ctx;
    const struct rota_flash *f = b->secondary;

    return f->prog(f->ctx, image_begin(b) + off, buf, len);
}

static int slot_erase(void *ctx, uint32_t off)
{
    const struct rota_boot_mcuboot *b = ctx;
    const struct rota_flash *f = b->secondary;

    return f->erase(f->ctx, image_begin(b) + off);
}

static int slot_sync(void *ctx)
{
    return do_sync(((const struct rota_boot_mcuboot *)ctx)->secondary);
}

struct rota_flash rota_boot_mcuboot_slot(struct rota_boot_mcuboot *b)
{
    struct rota_flash slot = *b->secondary;

    slot.ctx = b;
    slot.read = slot_read;
    slot.prog = slot_prog;
    slot.erase = slot_erase;
    slot.sync = slot_sync;
    slot.size = rota_boot_mcuboot_capacity(b);
    return slot;
}
