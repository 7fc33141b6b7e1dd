/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an update, cut at every write.
 *
 *     powercut [CUTS [EVERY]] stories over geometries, cut once at every write,
 *                             or at each EVERYth one, and twice at random:
 *                             CUTS cuts in all, or more
 *     powercut --again S G D W T [D W T]
 *                             one run again: story, geometry, then for each
 *                             cut its device, write and outcome
 *
 * A device runs the real core over flash, journal and boot fakes and a server
 * in a struct. First a story runs uncut and its writes are counted; then it
 * runs once for each of them and each outcome that a torn write can have, and
 * power comes back, until the story ends. After each start the image that
 * runs must be the old or the new one, whole; and in the end: the story has
 * its end, no unit was programmed twice, nothing in quarantine was asked for,
 * and no more than a checkpoint interval was fetched again for each cut.
 *
 * In signed stories a release is a manifest and two images, and the device has
 * two slots for each. Then both images that run must be of one version, what
 * was accepted of manifests must never be lost, and the security counter must
 * be that of an image that was confirmed.
 */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cutflash.h"
#include "cutimages.h"
#include "fakeboot.h"
#include "fakehub.h"
#include "rota.h"

#define STARTS_MAX 40
#define CHECKPOINT 1024u
#define BUFFER 512u

/* Large blocks behind small ones, as many microcontrollers have them, and all
 * mixed up. */
static const uint32_t rising[] = {512, 512, 512, 512, 1024, 2048, 2048, 0};
static const uint32_t mixed[] = {2048, 512, 1024, 512, 2048, 0};

static const struct geometry {
    uint32_t erase_size, prog_size, blocks;
    uint32_t journal_erase, journal_prog, journal_blocks;
    const uint32_t *map[2]; /* of slots A and B; NULL = blocks alike, else
                             * erase_size is the largest */
} rows[] = {
    {512, 8, 12, 2048, 8, 2, {0}},
    {1024, 16, 6, 2048, 16, 2, {0}},
    {2048, 32, 3, 4096, 32, 2, {0}},
    {4096, 4, 2, 4096, 4, 2, {0}},
    {512, 32, 12, 1024, 8, 6, {0}},
    {2048, 1, 3, 2048, 1, 4, {0}},
    {8192, 32, 1, 8192, 4, 2, {0}},
    {2048, 8, 0, 2048, 8, 2, {rising, mixed}},
    {2048, 32, 0, 4096, 16, 2, {mixed, rising}},
};

/* Each row with both erased values. */
#define GEOMETRIES (2 * sizeof rows / sizeof *rows)

/* --- The stories -----------------------------------------------------------
 */

struct story {
    const char *name;
    int steps[3]; /* images published one after the other; 0 ends */
    bool bad[3];  /* and whether they crash */
    int end;      /* image that runs in the end */
    bool sign;    /* manifests, two images each, some geometries only */
};

static const struct story stories[] = {
    {"an update", {1}, {false}, 1, false},
    {"a bad update is rolled back", {1}, {true}, 0, false},
    {"a bad update and a good one", {1, 2}, {true, false}, 2, false},
    {"two updates", {1, 2}, {false, false}, 2, false},
    {"two signed images", {1}, {false}, 1, true},
    {"a bad signed update and a good one", {1, 2}, {true, false}, 2, true},
};
#define STORIES (sizeof stories / sizeof *stories)

struct cut {
    int device;
    long write;
    int torn;
};

static long violations, single_cuts, double_cuts;
static int story_number, geometry_number;
static struct cut cuts[2];
static int cut_count, cuts_done;
static int report = STDOUT_FILENO; /* pipe to run_all */

/* Tell run_all what was counted, and end this part of the work. */
static _Noreturn void stop(void)
{
    long counts[3] = {single_cuts, double_cuts, violations};

    fflush(stdout);
    _exit(write(report, counts, sizeof counts) != sizeof counts
          || violations != 0);
}

static bool is_signed(void)
{
    return stories[story_number].sign;
}

/* Signatures take time: the geometries of the fewest writes, and of blocks
 * that differ. */
static bool applies(int story, int geometry)
{
    return !stories[story].sign || geometry / 2 == 2 || geometry / 2 == 8;
}

static void violation(const char *text)
{
    printf("violation in \"%s\": %s; again: powercut --again %d %d",
           stories[story_number].name, text, story_number, geometry_number);
    for (int i = 0; i < cut_count; i++)
        printf(" %d %ld %d", cuts[i].device, cuts[i].write, cuts[i].torn);
    printf("\n");
    if (++violations >= 20)
        stop();
}

/* --- The device ------------------------------------------------------------
 */

enum {
    SLOT_A,
    SLOT_B,
    JOURNAL,
    RADIO_A,
    RADIO_B,
    FLASHES,
    BOOT = FLASHES,
    DEVICES
};

static struct cutflash flash[FLASHES];
static struct fakeboot bootloader;
static struct fakehub hub;
static struct rota rota;
static int work[ROTA_MANIFEST_WORK / sizeof(int) + 1];
static jmp_buf cut;
static long boot_changes, boot_cut_at;
static bool ready, rolled_back, failed;

/* What must not be lost any more: image numbers. That of an image stands for
 * its seq, ten times that for its security. */
static uint32_t accepted, confirmed;
static uint32_t may_be_confirmed; /* it runs, and can */
static uint32_t security;         /* that the client knows in the end */

static uint32_t number_of(const struct rota_release *r)
{
    return r && r->tag[0] ? (uint32_t)(r->tag[3] - '0') : 0;
}

static void before_boot_change(void *arg)
{
    (void)arg;
    if (boot_changes++ == boot_cut_at)
        longjmp(cut, 1);
}

static void on_event(void *app, const struct rota_event *ev)
{
    (void)app;
    ready |= ev->type == ROTA_EV_READY;
    rolled_back |= ev->type == ROTA_EV_ROLLED_BACK;
    failed |= ev->type == ROTA_EV_FAILED;
    if (ev->type == ROTA_EV_AVAILABLE)
        accepted = number_of(ev->release);
    if (ev->type == ROTA_EV_CONFIRMED)
        confirmed = number_of(ev->release);
}

static bool is_in(int slot, const uint8_t *image, uint32_t size)
{
    static uint8_t bytes[CUTIMAGE_MAX];

    flash[slot].flash.read(flash[slot].flash.ctx, 0, bytes, size);
    return memcmp(bytes, image, size) == 0;
}

/* Which image slot A or B holds, whole, and with its radio; -1 = none. */
static int image_in(int slot)
{
    for (int i = 0; i < 3; i++)
        if (is_in(slot, cutimages[i].bytes, cutimages[i].size)
            && (!is_signed()
                || is_in(RADIO_A + slot, cutimages[i].radio,
                         cutimages[i].radio_size)))
            return i;
    return -1;
}

/* What the client knows of manifests when it starts. */
static void judge_past(void)
{
    struct rota_status st;

    rota_get_status(&rota, &st);
    if (st.seq < accepted)
        violation("a manifest that was accepted is forgotten");
    if (st.security < 10 * confirmed)
        violation("the security counter has gone down");
    if (st.security > 10 * may_be_confirmed)
        violation("the security counter is that of no confirmed image");
}

/* The program: check once and install what there is. May be cut anywhere. */
static void run_program(const struct cutimage *running)
{
    static const uint8_t no_root[1];
    static const struct rota_anchor anchor = {no_root, 1};
    struct rota_net net = fakehub_net(&hub);
    struct rota_sys sys = fakehub_sys(&hub);
    struct rota_boot boot = fakeboot_table(&bootloader);
    struct rota_status st;
    const struct rota_flash *const radio =
        &flash[RADIO_A + !bootloader.running].flash;
    const struct rota_config config = {
        .net = &net,
        .sys = &sys,
        .slot = &flash[!bootloader.running].flash,
        .journal = &flash[JOURNAL].flash,
        .boot = &boot,
        .anchors = &anchor,
        .anchor_count = 1,
        .buffer = work,
        .buffer_size = is_signed() ? sizeof work : BUFFER,
        .checkpoint_min = CHECKPOINT,
        .repo = "acme/app",
        .asset = is_signed() ? "m3.ota" : "app.bin",
        .version = running->version,
        .event = on_event,
        .keys = cutimages_key(),
        .key_count = is_signed(),
        .board = "m3",
        .more_slots = &radio,
        .more_slot_count = is_signed(),
    };

    failed = rota_init(&rota, &config) != ROTA_OK;
    if (failed)
        return;
    if (is_signed())
        judge_past();
    rota_check_now(&rota);
    for (int i = 0; rota_busy(&rota) && i < 100000; i++)
        rota_step(&rota);
    if (is_signed()) {
        rota_get_status(&rota, &st);
        security = st.security;
    }
}

static void begin_device(void)
{
    const struct geometry *g = &rows[geometry_number / 2];
    uint8_t erased = geometry_number % 2 ? 0x00 : 0xff;

    for (int i = 0; i < FLASHES; i++)
        cutflash_free(&flash[i]);
    for (int i = SLOT_A; i <= SLOT_B; i++)
        if (g->map[i])
            cutflash_init_mixed(&flash[i], g->map[i], g->prog_size, erased);
        else
            cutflash_init(&flash[i], g->blocks, g->erase_size, g->prog_size,
                          erased);
    cutflash_init(&flash[JOURNAL], g->journal_blocks, g->journal_erase,
                  g->journal_prog, erased);
    cutflash_load(&flash[SLOT_A], 0, cutimages[0].bytes, cutimages[0].size);
    for (int i = RADIO_A; i <= RADIO_B; i++)
        cutflash_init(&flash[i], 1, 2048, g->prog_size, erased);
    cutflash_load(&flash[RADIO_A], 0, cutimages[0].radio,
                  cutimages[0].radio_size);
    accepted = confirmed = may_be_confirmed = 0;
}

static void arm_next_cut(void)
{
    for (int i = 0; i < FLASHES; i++)
        cutflash_on(&flash[i]);
    boot_changes = 0;
    boot_cut_at = -1;
    if (cuts_done >= cut_count)
        return;
    const struct cut *c = &cuts[cuts_done];
    if (c->device == BOOT) {
        boot_cut_at = c->write;
        return;
    }
    flash[c->device].cut_at = c->write;
    flash[c->device].torn = (enum cutflash_torn)c->torn;
}

/* Power comes: which image runs now? */
static int start(void)
{
    fakeboot_restart(&bootloader);
    int image = image_in(bootloader.running);
    if (image < 0)
        violation("neither the old image nor the new one, but a part");
    return image;
}

/* Run until the story is where it should be; false when it never is. */
static bool run_step(const struct story *s, int wanted, bool bad)
{
    volatile int starts = 0;
    int running = image_in(bootloader.running);

    if (setjmp(cut)) {
        cuts_done++;
        arm_next_cut();
        running = start();
    }
    for (int i = 0; i < FLASHES; i++)
        memcpy(flash[i].cut, cut, sizeof cut);
    for (; running >= 0 && starts < STARTS_MAX; starts++) {
        bool trial = bootloader.state == ROTA_BOOT_TRIAL;
        if (cutimages[running].bad) {
            running = start();
            continue;
        }
        ready = false;
        /* A trial may end well while the program runs. */
        if (!cutimages[running].bad && may_be_confirmed < (uint32_t)running)
            may_be_confirmed = (uint32_t)running;
        run_program(&cutimages[running]);
        if (failed)
            violation("the client failed");
        if (ready) {
            running = start();
            continue;
        }
        if (!bad && running == wanted && !trial)
            return true;
        if (bad && bootloader.state != ROTA_BOOT_TRIAL && running != wanted)
            return true;
    }
    (void)s;
    return false;
}

static void judge(const struct story *s, long fetched)
{
    uint32_t unit = rows[geometry_number / 2].erase_size;
    uint32_t interval = (CHECKPOINT + unit - 1) / unit * unit + unit
                      + (uint32_t)(s->sign ? sizeof work : BUFFER);
    long most = (long)interval * cut_count;

    for (int i = 0; s->steps[i]; i++)
        most += (long)cutimages[s->steps[i]].size
              + (s->sign ? (long)cutimages[s->steps[i]].radio_size : 0);
    if (fetched > most)
        violation("more than a checkpoint interval was fetched again");
    for (int i = 0; i < FLASHES; i++)
        if (flash[i].broken)
            violation("a rule of the flash was broken");
    if (image_in(bootloader.running) != s->end)
        violation("another image runs than should");
    if (s->sign && security != 10 * (uint32_t)s->end)
        violation("the security counter is not that of what runs");
}

/* The whole story from a new device, with the cuts. */
static void run_story(void)
{
    const struct story *s = &stories[story_number];
    long fetched = 0;

    begin_device();
    bootloader = (struct fakeboot){.before = before_boot_change, .limit = 3};
    fakehub_init(&hub);
    cuts_done = 0;
    arm_next_cut();
    for (int i = 0; s->steps[i] && i < 3; i++) {
        struct cutimage *image = &cutimages[s->steps[i]];
        cutimages[1].bad = cutimages[2].bad = false;
        for (int k = 0; k <= i; k++)
            cutimages[s->steps[k]].bad = s->bad[k];
        cutimages_publish(&hub, image, s->sign);
        if (!run_step(s, s->steps[i], s->bad[i]))
            violation("it never came to an end");
    }
    fetched = hub.asset_bytes;
    judge(s, fetched);
}

/* --- All of them -----------------------------------------------------------
 */

static void count_writes(long writes[DEVICES])
{
    cut_count = 0;
    run_story();
    for (int i = 0; i < FLASHES; i++)
        writes[i] = flash[i].writes;
    writes[BOOT] = boot_changes;
}

static int outcomes(int device)
{
    return device == BOOT ? 1 : CUTFLASH_TORN;
}

/* Cut once at each write of each device, in each way; every so often a second
 * time soon after. */
static void cut_everywhere(uint32_t *seed, long every)
{
    long writes[DEVICES];

    count_writes(writes);
    for (int d = 0; d < DEVICES; d++)
        for (long w = d == BOOT
                        ? 0
                        : (long)(cutflash_random(seed) % (uint32_t)every);
             w < writes[d]; w += d == BOOT ? 1 : every)
            for (int t = 0; t < outcomes(d); t++) {
                cuts[0] = (struct cut){d, w, t};
                cut_count = 1;
                run_story();
                single_cuts++;
                if (cutflash_random(seed) % 8)
                    continue;
                int d2 = (int)(cutflash_random(seed) % DEVICES);
                if (writes[d2] == 0)
                    continue;
                cuts[1] = (struct cut){
                    d2, (long)(cutflash_random(seed) % (uint32_t)writes[d2]),
                    (int)(cutflash_random(seed) % (uint32_t)outcomes(d2))};
                cut_count = 2;
                run_story();
                double_cuts += cuts_done == 2;
            }
}

static void random_doubles(uint32_t *seed, long until)
{
    while (double_cuts + single_cuts < until && violations < 20) {
        long writes[DEVICES];

        story_number = (int)(cutflash_random(seed) % STORIES);
        geometry_number = (int)(cutflash_random(seed) % GEOMETRIES);
        if (!applies(story_number, geometry_number)
            || (is_signed() && cutflash_random(seed) % 4))
            continue;
        count_writes(writes);
        for (int i = 0; i < 500; i++) {
            for (int k = 0; k < 2; k++) {
                int d = (int)(cutflash_random(seed) % DEVICES);
                while (writes[d] == 0)
                    d = (d + 1) % DEVICES;
                cuts[k] = (struct cut){
                    d, (long)(cutflash_random(seed) % (uint32_t)writes[d]),
                    (int)(cutflash_random(seed) % (uint32_t)outcomes(d))};
            }
            cut_count = 2;
            run_story();
            double_cuts += cuts_done == 2;
            single_cuts += cuts_done == 1;
        }
    }
}

static int again(int argc, char **argv)
{
    story_number = atoi(argv[2]);
    geometry_number = atoi(argv[3]);
    if (story_number < 0 || (size_t)story_number >= STORIES
        || geometry_number < 0 || (size_t)geometry_number >= GEOMETRIES)
        return 2;
    for (int i = 4; i + 2 < argc && cut_count < 2; i += 3)
        cuts[cut_count++] =
            (struct cut){atoi(argv[i]), atol(argv[i + 1]), atoi(argv[i + 2])};
    run_story();
    printf("%ld violations\n", violations);
    return violations != 0;
}

/* Half of the work: the stories and geometries whose number has this rest. */
static void run_part(int part, int parts, long until, long every)
{
    uint32_t seed = (uint32_t)part + 1;

    for (int i = part; i < (int)(STORIES * GEOMETRIES); i += parts) {
        story_number = i / (int)GEOMETRIES;
        geometry_number = i % (int)GEOMETRIES;
        if (applies(story_number, geometry_number))
            cut_everywhere(&seed, every);
    }
    random_doubles(&seed, until / parts);
}

/* Run the parts side by side and add up what they count. */
static int run_all(int parts, long until, long every)
{
    int ends[2];
    bool died = false;

    if (pipe(ends))
        return 1;
    for (int part = 0; part < parts; part++) {
        if (fork() != 0)
            continue;
        report = ends[1];
        run_part(part, parts, until, every);
        stop();
    }
    close(ends[1]);
    long sum[3] = {0}, counts[3];
    while (read(ends[0], counts, sizeof counts) == sizeof counts)
        for (int i = 0; i < 3; i++)
            sum[i] += counts[i];
    for (int status; wait(&status) > 0;)
        died |= status != 0;
    printf("powercut: %zu geometries, %ld single cuts, %ld double cuts, "
           "%ld violations\n",
           GEOMETRIES, sum[0], sum[1], sum[2]);
    return died || sum[2] != 0;
}

int main(int argc, char **argv)
{
    long until = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
    long every = argc > 2 ? strtol(argv[2], NULL, 10) : 1;

    cutimages_prepare();
    if (argc >= 4 && strcmp(argv[1], "--again") == 0)
        return again(argc, argv);
    return run_all(2, until, every < 1 ? 1 : every);
}
