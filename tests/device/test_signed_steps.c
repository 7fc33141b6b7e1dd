/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures that are checked over many steps: built with ROTA_ECC_MAX_OPS, as
 * "make test" does for this and some more programs; at once without. */
#include "device/signed.h"
#include "flash/record.h"
#include "manifest/sign.h"

static unsigned char memory[32768];
static struct rota_arena arena;

static const char text[] = "{\"rota\":1,\"seq\":42}";
#define LEN (sizeof text - 1)

static uint8_t der[ROTA_SIGN_DER_MAX];
static size_t der_len;

/* So many ROTA_EAGAIN come first. */
static int steps_of(const struct signer *by, int *steps)
{
    struct rota_sign s = {0};
    int err;

    *steps = -1;
    do {
        err = rota_sign_check(&s, &by->key, text, LEN, der, der_len);
        ++*steps;
    } while (err == ROTA_EAGAIN);
    return err;
}

static void good_or_not_a_signature_takes_as_many_steps(void)
{
    int good, bad;
    size_t used = arena.used;

    CHECK(steps_of(&alice, &good) == ROTA_OK);
    CHECK(steps_of(&bob, &bad) == ROTA_ESIGNATURE);
    CHECK(arena.used == used);
    CHECK(ROTA_ECC_MAX_OPS ? good > 10 : good == 0);
    CHECK(good == bad);
}

static void a_check_that_is_dropped_gives_its_memory_back(void)
{
    size_t used = arena.used;
    int steps;

    CHECK(steps_of(&alice, &steps) == ROTA_OK);
    for (int n = 0; n <= steps; n++) {
        struct rota_sign s = {0};
        for (int i = 0; i < n; i++)
            CHECK(rota_sign_check(&s, &alice.key, text, LEN, der, der_len)
                  == ROTA_EAGAIN);
        CHECK(n == 0 || arena.used > used);
        rota_sign_drop(&s);
        rota_sign_drop(&s);
        CHECK(arena.used == used);
    }
}

/* --- In an update --------------------------------------------------------- */

static void begin_update(void)
{
    new_device(1);
    say_all();
    check_for(0);
}

/* The manifest has come, nothing else was asked for, and nobody is awaited. */
static bool is_checking(void)
{
    return requests() == 2 && rig.server.opens == rig.server.closes;
}

static void while_signatures_are_checked_nothing_waits(void)
{
    int steps = 0;

    begin_update();
    while (rota_busy(&rig.rota)) {
        rota_step(&rig.rota);
        if (is_checking()) {
            CHECK(rota_wait_ms(&rig.rota) == 0);
            steps++;
        } else {
            rig.server.now_ms += rota_wait_ms(&rig.rota);
        }
    }
    CHECK(told(INSTALLED) && holds(0));
    CHECK(ROTA_ECC_MAX_OPS ? steps > 10 : steps < 3);
}

static void stopped_at_any_step_an_update_holds_no_memory(void)
{
    size_t used = arena.used;
    int held = 0, n = 0;
    bool over;

    do {
        begin_update();
        for (int i = 0; i < n; i++)
            rota_step(&rig.rota);
        over = !rota_busy(&rig.rota);
        held += arena.used > used;
        rota_stop(&rig.rota);
        CHECK(arena.used == used);
    } while (!over && ++n < 2000);
    CHECK(over);
    CHECK(ROTA_ECC_MAX_OPS ? held > 10 : held == 0);
}

/* The journal of a device that has updated before. */
static void remember(void)
{
    struct rota_accepted p = {.seq = 4};
    struct rota_journal j;

    struct rota_store store = rota_journal_store(&j, &rig.journal);
    CHECK(store.open(store.ctx) == ROTA_OK);
    CHECK(rota_record_save(&store, ROTA_RECORD_ACCEPTED, &p) == ROTA_OK);
}

static void after_an_error_at_any_step_no_memory_is_held(void)
{
    size_t used = arena.used;
    unsigned at = 0;

    do {
        new_device(1);
        remember();
        say_all();
        check_for(0);
        fail_read(++at);
        CHECK(rig_run(&rig));
        CHECK(arena.used == used);
    } while (reads_left == 0 && at < 4000);
    CHECK(at > 20 && at < 4000);
    reads_left = 0;
}

int main(void)
{
    new_device(1);
    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    der_len = signer_sign(&alice, text, LEN, der);
    RUN(good_or_not_a_signature_takes_as_many_steps);
    RUN(a_check_that_is_dropped_gives_its_memory_back);
    RUN(while_signatures_are_checked_nothing_waits);
    RUN(stopped_at_any_step_an_update_holds_no_memory);
    RUN(after_an_error_at_any_step_no_memory_is_held);
    return test_end();
}
