/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/tls_rig.h"

#include <string.h>

#include "support/test.h"

#define MUCH (128 << 10) /* more memory than any handshake takes */

/* --- Networks that fail -------------------------------------------------- */

static void what_is_not_tls_is_refused(void)
{
    static const char *const texts[] = {
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "\x15\x03\x01\xff\xff",
        "\x16\x03\x03\x40\x01",
        "\x17\x03\x03\x01\x02x",
    };

    tls_serve("ec", "-www");
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        tls_client(MUCH, "ecroot");
        rig.plain = texts[i];
        int err = tls_visit("api.test");
        CHECK(err == ROTA_ETLS || (err == ROTA_ECLOSED && !*rig.plain));
    }
}

static void errors_of_the_net_come_through(void)
{
    tls_client(MUCH, "ecroot");
    rig.net_error = ROTA_EDNS;
    CHECK(tls_visit("api.test") == ROTA_EDNS);
    rig.net_error = ROTA_ECONNECT;
    CHECK(tls_visit("api.test") == ROTA_ECONNECT);
    CHECK(rig.arena.used == 0);
    CHECK(rota_tls_send(&rig.tls, "x", 1) == ROTA_ECONNECT);
    CHECK(rota_tls_recv(&rig.tls, rig.reply, 1) == ROTA_ECONNECT);
}

static void without_random_numbers_there_is_no_connection(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www");
    rig.no_random = true;
    CHECK(tls_visit("api.test") == ROTA_ERANDOM);
}

/* Every byte would take minutes. */
static void a_connection_cut_anywhere_is_closed_and_leaks_nothing(void)
{
    tls_client(MUCH, "ecroot");
    for (int v13 = 0; v13 <= 1; v13++) {
        tls_serve("ec", v13 ? "-www -tls1_3" : "-www -tls1_2");
        CHECK(tls_visit("api.test") == ROTA_OK);
        rota_tls_free(&rig.tls);
        for (rig.cut = 0; rig.cut < 6000; rig.cut += 53) {
            int err = tls_connect("api.test");
            if (!err)
                err = tls_get("/");
            CHECK(err == ROTA_ECLOSED);
            rota_tls_free(&rig.tls);
            CHECK(rig.arena.used == 0);
        }
        rig.cut = -1;
    }
}

static void spoilt_bytes_are_noticed_and_leak_nothing(void)
{
    tls_client(MUCH, "ecroot");
    for (int v13 = 0; v13 <= 1; v13++) {
        tls_serve("ec", v13 ? "-www -tls1_3" : "-www -tls1_2");
        for (rig.flip = 1; rig.flip < 5000; rig.flip += 53) {
            int err = tls_connect("api.test");
            if (!err)
                err = tls_get("/");
            CHECK(err < 0 && err != ROTA_ENOMEM && err != ROTA_EAGAIN);
            CHECK(err == ROTA_ECLOSED ? rig.received < rig.flip : true);
            rota_tls_free(&rig.tls);
            CHECK(rig.arena.used == 0);
        }
    }
}

/* --- Memory -------------------------------------------------------------- */

static void too_little_memory_is_never_taken_for_anything_else(void)
{
    static const char *const versions[] = {"-www -tls1_2", "-www -tls1_3"};
    int refused = 0;

    for (size_t v = 0; v < 2; v++) {
        tls_serve("rsa", versions[v]);
        for (size_t size = 64; size < 80000; size += 701) {
            tls_client(size, "old");
            int err = tls_visit("assets.test");
            CHECK(err == ROTA_ENOMEM || err == ROTA_OK);
            refused += err == ROTA_ENOMEM;
            rota_tls_free(&rig.tls);
            CHECK(rig.arena.used == 0);
        }
    }
    CHECK(refused > 60);
}

static void a_closed_connection_holds_no_more_than_its_session(void)
{
    tls_client(MUCH, "old");
    tls_serve("rsa", "-www");
    CHECK(tls_visit("assets.test") == ROTA_OK);
    CHECK(rig.arena.used > 0 && rig.arena.used < 1024);
    size_t kept = rig.arena.used;
    for (int i = 0; i < 5; i++) {
        CHECK(tls_visit("assets.test") == ROTA_OK);
        CHECK(rig.arena.used <= kept + 64);
    }
    rota_tls_free(&rig.tls);
    CHECK(rig.arena.used == 0);
    rota_tls_free(&rig.tls);
}

/* The peak with n anchors, of which the last is the right one. */
static size_t peak_with(size_t n)
{
    tls_client(MUCH, "old");
    for (size_t i = 0; i < n; i++) {
        tls_trust(i, "old");
        /* Another subject: "Old Root" stands in the issuer first. */
        unsigned char *der = (unsigned char *)rig.anchors[i].der;
        for (size_t at = 0; i + 1 < n && at + 8 < rig.anchors[i].len; at++)
            if (memcmp(der + at, "Old Root", 8) == 0)
                der[at + 7] = (unsigned char)('A' + i % 26);
    }
    CHECK(tls_visit("assets.test") == ROTA_OK);
    return rig.arena.peak;
}

static void many_anchors_take_no_more_memory_than_one(void)
{
    tls_serve("rsa", "-www");
    size_t one = peak_with(1), many = peak_with(TLS_RIG_ANCHORS);
    CHECK(many < one + 2048);
}

/* --- Steps --------------------------------------------------------------- */

/* It is the client that goes on at once, not the network. */
static void curves_take_many_steps_if_they_are_to(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www -tls1_2");
    CHECK(tls_visit("api.test") == ROTA_OK);
    CHECK(ROTA_ECC_MAX_OPS ? rig.spins > 200 : rig.spins < 50);
}

/* --- Sessions ------------------------------------------------------------ */

static bool reused(void)
{
    return strstr(rig.reply, "Reused, ") != NULL;
}

static void sessions_are_resumed(void)
{
    static const char *const options[] = {
        "-www -tls1_2",
        "-www -tls1_2 -no_ticket",
        "-www -tls1_3",
        "-www -tls1_3 -no_ticket",
    };

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        tls_client(MUCH, "ecroot");
        tls_serve("ec", options[i]);
        CHECK(tls_visit("api.test") == ROTA_OK && !reused());
        for (int again = 0; again < 3; again++)
            CHECK(tls_visit("api.test") == ROTA_OK && reused());
        CHECK(rig.arena.failed == 0);
    }
}

static void a_resumed_handshake_takes_less_memory(void)
{
    tls_client(MUCH, "old");
    tls_serve("rsa", "-www -tls1_3");
    CHECK(tls_visit("assets.test") == ROTA_OK);
    size_t whole = rig.arena.peak;
    rig.arena.peak = rig.arena.used;
    CHECK(tls_visit("assets.test") == ROTA_OK && reused());
    CHECK(rig.arena.peak + 4096 < whole);
}

static void sessions_are_not_shared_between_hosts_and_ports(void)
{
    for (int v13 = 0; v13 <= 1; v13++) {
        tls_client(MUCH, "old");
        tls_serve("rsa", v13 ? "-www -tls1_3" : "-www -tls1_2");
        CHECK(tls_visit("assets.test") == ROTA_OK && !reused());
        CHECK(tls_visit("a.assets.test") == ROTA_OK && !reused());
        CHECK(tls_visit("b.assets.test") == ROTA_OK && !reused());
        CHECK(tls_visit("b.assets.test") == ROTA_OK && reused());
        rig.named = 444;
        CHECK(tls_visit("b.assets.test") == ROTA_OK && !reused());
        CHECK(tls_visit("b.assets.test") == ROTA_OK && reused());
        rota_tls_free(&rig.tls);
        CHECK(tls_visit("b.assets.test") == ROTA_OK && !reused());
    }
}

static void without_a_ticket_nothing_is_kept(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www -tls1_3 -num_tickets 0");
    CHECK(tls_visit("api.test") == ROTA_OK);
    CHECK(rig.arena.used <= 64); /* the name of the host */
}

static void a_connection_too_short_for_a_ticket_leaves_the_old_one(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www -tls1_3");
    CHECK(tls_visit("api.test") == ROTA_OK);
    CHECK(tls_connect("api.test") == ROTA_OK);
    rota_tls_close(&rig.tls);
    CHECK(tls_visit("api.test") == ROTA_OK && reused());
}

static void closing_says_so_to_the_server(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www");
    CHECK(tls_connect("api.test") == ROTA_OK);
    long before = rig.sent;
    rota_tls_close(&rig.tls);
    CHECK(rig.sent > before);
    before = rig.sent;
    rota_tls_close(&rig.tls);
    CHECK(rig.sent == before);
}

/* RFC 5246, 7.2.2: sessions that ended in a fatal alert must not be. */
static void broken_sessions_are_not_resumed(void)
{
    for (int v13 = 0; v13 <= 1; v13++) {
        tls_client(MUCH, "ecroot");
        tls_serve("ec", v13 ? "-www -tls1_3" : "-www -tls1_2");
        CHECK(tls_connect("api.test") == ROTA_OK);
        rig.flip = rig.received + 2000; /* beyond the tickets */
        CHECK(tls_get("/") == ROTA_ETLS);
        CHECK(rota_tls_send(&rig.tls, "x", 1) == ROTA_ETLS);
        rota_tls_close(&rig.tls);
        rig.flip = -1;
        CHECK(tls_visit("api.test") == ROTA_OK && !reused());
    }
}

static void a_server_that_forgot_the_session_gets_a_whole_handshake(void)
{
    for (int v13 = 0; v13 <= 1; v13++) {
        const char *options = v13 ? "-www -tls1_3" : "-www -tls1_2";
        tls_client(MUCH, "ecroot");
        tls_serve("ec", options);
        CHECK(tls_visit("api.test") == ROTA_OK);
        tls_serve_again("ec", options);
        CHECK(tls_visit("api.test") == ROTA_OK && !reused());
        /* Nor does what was kept excuse a server that cannot be trusted. */
        tls_serve_again("forged", options);
        CHECK(tls_visit("api.test") == ROTA_ECERT);
        tls_serve_again("ec", options);
        CHECK(tls_visit("api.test") == ROTA_OK);
    }
}

int main(void)
{
    if (!tls_rig_start()) {
        printf("openssl cannot make certificates\n0 passed, 1 failed\n");
        return 1;
    }
    RUN(what_is_not_tls_is_refused);
    RUN(errors_of_the_net_come_through);
    RUN(without_random_numbers_there_is_no_connection);
    RUN(a_connection_cut_anywhere_is_closed_and_leaks_nothing);
    RUN(spoilt_bytes_are_noticed_and_leak_nothing);
    RUN(too_little_memory_is_never_taken_for_anything_else);
    RUN(a_closed_connection_holds_no_more_than_its_session);
    RUN(curves_take_many_steps_if_they_are_to);
    if (!ROTA_ECC_MAX_OPS)
        RUN(many_anchors_take_no_more_memory_than_one);
    RUN(sessions_are_resumed);
    RUN(a_resumed_handshake_takes_less_memory);
    RUN(sessions_are_not_shared_between_hosts_and_ports);
    RUN(without_a_ticket_nothing_is_kept);
    RUN(a_connection_too_short_for_a_ticket_leaves_the_old_one);
    RUN(closing_says_so_to_the_server);
    RUN(broken_sessions_are_not_resumed);
    RUN(a_server_that_forgot_the_session_gets_a_whole_handshake);
    tls_rig_stop();
    return test_end();
}
