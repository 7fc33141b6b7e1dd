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
 * A device (cutdevice.h) runs the real core. First a story runs uncut and its
 * writes are counted; then it runs once for each of them and each outcome that
 * a torn write can have, and power comes back, until the story ends. After each
 * start the image that runs must be the old or the new one, whole; and in the
 * end: the story has its end, no unit was programmed twice, nothing in
 * quarantine was asked for, and no more than a checkpoint interval was fetched
 * again for each cut.
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

#include "device/cutdevice.h"

#define STARTS_MAX 40

enum { BOOT = CUTDEVICE_FLASHES, DEVICES };

/* --- The stories ---------------------------------------------------------- */

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
static int report = -1; /* pipe to run_all */

/* Tell run_all what was counted, and end this part of the work. */
static _Noreturn void stop(void)
{
    long counts[3] = {single_cuts, double_cuts, violations};

    fflush(stdout);
    if (report >= 0 && write(report, counts, sizeof counts) != sizeof counts)
        _exit(1);
    _exit(violations != 0);
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

static struct cutdevice dev;

static void arm_next_cut(void)
{
    for (int i = 0; i < CUTDEVICE_FLASHES; i++)
        cutflash_on(&dev.flash[i]);
    dev.boot_changes = 0;
    dev.boot_cut_at = -1;
    if (cuts_done >= cut_count)
        return;
    const struct cut *c = &cuts[cuts_done];
    if (c->device == BOOT) {
        dev.boot_cut_at = c->write;
        return;
    }
    dev.flash[c->device].cut_at = c->write;
    dev.flash[c->device].torn = (enum cutflash_torn)c->torn;
}

/* Power comes: which image runs now? */
static int start(void)
{
    fakeboot_restart(&dev.bootloader);
    int image = cutdevice_image(&dev, dev.bootloader.running);
    if (image < 0)
        violation("neither the old image nor the new one, but a part");
    return image;
}

/* Run until the story is where it should be; false when it never is. */
static bool run_step(const struct story *s, int wanted, bool bad)
{
    volatile int starts = 0;
    int running = cutdevice_image(&dev, dev.bootloader.running);

    if (setjmp(dev.cut)) {
        cuts_done++;
        arm_next_cut();
        running = start();
    }
    for (int i = 0; i < CUTDEVICE_FLASHES; i++)
        memcpy(dev.flash[i].cut, dev.cut, sizeof dev.cut);
    for (; running >= 0 && starts < STARTS_MAX; starts++) {
        bool trial = dev.bootloader.state == ROTA_BOOT_TRIAL;
        if (cutimages[running].bad) {
            running = start();
            continue;
        }
        dev.ready = false;
        /* A trial may end well while the program runs. */
        if (!cutimages[running].bad && dev.may_be_confirmed < (uint32_t)running)
            dev.may_be_confirmed = (uint32_t)running;
        cutdevice_run(&dev, &cutimages[running]);
        if (dev.failed)
            violation("the client failed");
        if (dev.ready) {
            running = start();
            continue;
        }
        if (!bad && running == wanted && !trial)
            return true;
        if (bad && dev.bootloader.state != ROTA_BOOT_TRIAL && running != wanted)
            return true;
    }
    (void)s;
    return false;
}

static void judge(const struct story *s, long fetched)
{
    long most = (long)cutdevice_interval(&dev, geometry_number) * cut_count;

    for (int i = 0; s->steps[i]; i++)
        most += (long)cutimages[s->steps[i]].size
              + (s->sign ? (long)cutimages[s->steps[i]].radio_size : 0);
    if (fetched > most)
        violation("more than a checkpoint interval was fetched again");
    for (int i = 0; i < CUTDEVICE_FLASHES; i++)
        if (dev.flash[i].broken)
            violation("a rule of the flash was broken");
    if (cutdevice_image(&dev, dev.bootloader.running) != s->end)
        violation("another image runs than should");
    if (s->sign && dev.security != 10 * (uint32_t)s->end)
        violation("the security counter is not that of what runs");
}

/* The whole story from a new device, with the cuts. */
static void run_story(void)
{
    const struct story *s = &stories[story_number];
    long fetched = 0;

    dev.sign = s->sign;
    dev.violation = violation;
    cutdevice_begin(&dev, geometry_number);
    cuts_done = 0;
    arm_next_cut();
    for (int i = 0; s->steps[i] && i < 3; i++) {
        struct cutimage *image = &cutimages[s->steps[i]];
        cutimages[1].bad = cutimages[2].bad = false;
        for (int k = 0; k <= i; k++)
            cutimages[s->steps[k]].bad = s->bad[k];
        cutimages_publish(&dev.hub, image, s->sign);
        if (!run_step(s, s->steps[i], s->bad[i]))
            violation("it never came to an end");
    }
    fetched = dev.hub.asset_bytes;
    judge(s, fetched);
}

/* --- All of them ---------------------------------------------------------- */

static void count_writes(long writes[DEVICES])
{
    cut_count = 0;
    run_story();
    for (int i = 0; i < CUTDEVICE_FLASHES; i++)
        writes[i] = dev.flash[i].writes;
    writes[BOOT] = dev.boot_changes;
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
        geometry_number = (int)(cutflash_random(seed) % CUTDEVICE_GEOMETRIES);
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
        || geometry_number < 0
        || (size_t)geometry_number >= CUTDEVICE_GEOMETRIES)
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

    for (int i = part; i < (int)STORIES * CUTDEVICE_GEOMETRIES; i += parts) {
        story_number = i / CUTDEVICE_GEOMETRIES;
        geometry_number = i % CUTDEVICE_GEOMETRIES;
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
    printf("powercut: %d geometries, %ld single cuts, %ld double cuts, "
           "%ld violations\n",
           CUTDEVICE_GEOMETRIES, sum[0], sum[1], sum[2]);
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
