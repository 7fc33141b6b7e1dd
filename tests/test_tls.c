/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_rig.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "test.h"

#define MUCH (128 << 10) /* more memory than any handshake takes */

/* --- What must work ------------------------------------------------------ */

static void item_57_p256_p384_and_rsa_leaves_are_accepted(void)
{
    static const struct {
        const char *chain, *root, *host;
    } leaves[] = {
        {"ec", "ecroot", "api.test"},
        {"p384", "ecroot", "api.test"},
        {"rsa", "old", "assets.test"},
    };
    static const char *const versions[] = {"-www -tls1_2", "-www -tls1_3"};

    for (size_t i = 0; i < 6; i++) {
        tls_client(MUCH, leaves[i / 2].root);
        tls_serve(leaves[i / 2].chain, versions[i % 2]);
        CHECK(tls_visit(leaves[i / 2].host) == ROTA_OK);
        CHECK(strstr(rig.reply, i % 2 ? "New, TLSv1.3" : "New, TLSv1.2"));
    }
}

static void item_57_records_of_16_kib_arrive_whole(void)
{
    static const char *const versions[] = {"-WWW -tls1_2", "-WWW -tls1_3"};

    for (size_t i = 0; i < 4; i++) {
        tls_client(MUCH, "ecroot");
        tls_serve("ec", versions[i / 2]);
        rig.piece = i % 2 ? 997 : 0;
        CHECK(tls_connect("api.test") == ROTA_OK);
        CHECK(tls_get("/big.bin") == ROTA_ECLOSED);
        CHECK(tls_got_file("big.bin"));
        rota_tls_close(&rig.tls);
    }
}

static void every_suite_is_spoken(void)
{
    static const char *const options[] = {
        "-www -tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256",
        "-www -tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384",
        "-www -tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256",
        "-www -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256",
        "-www -tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384",
        "-www -tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305",
        "-www -tls1_3 -curves X25519",
        "-www -tls1_3 -curves P-256",
        "-www -tls1_3 -curves P-384",
        "-www -tls1_2 -curves P-384",
    };

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        tls_client(MUCH, "ecroot");
        tls_serve("ec", options[i]);
        CHECK(tls_visit("api.test") == ROTA_OK);
        CHECK(rig.reply_len > 0);
    }
}

static void a_handshake_goes_through_single_bytes(void)
{
    tls_client(MUCH, "old");
    tls_serve("rsa", "-www");
    rig.piece = 1;
    CHECK(tls_visit("assets.test") == ROTA_OK);
    CHECK(strstr(rig.reply, "New, TLSv1.3"));
}

static void item_58_five_certificates_with_a_cross_signed_root(void)
{
    static const char *const roots[] = {"old", "young"};

    for (size_t i = 0; i < 2; i++) {
        tls_client(MUCH, roots[i]);
        tls_serve("rsa", "-www");
        CHECK(tls_visit("assets.test") == ROTA_OK);
    }
}

static void the_name_goes_out_as_sni(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www -servername sni.test -servername_fatal "
                    "-cert2 direct.pem -key2 direct.key");
    CHECK(tls_visit("sni.test") == ROTA_OK);
    CHECK(tls_visit("api.test") == ROTA_ETLS); /* servername_fatal */
}

static void the_protocol_asked_for_is_http_1_1(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www -alpn http/1.1");
    CHECK(tls_visit("api.test") == ROTA_OK);
    tls_serve("ec", "-www -alpn h2");
    CHECK(tls_visit("api.test") == ROTA_ETLS);
}

static void addresses_are_checked_as_names_are(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www");
    CHECK(tls_visit("127.0.0.1") == ROTA_OK);
    CHECK(tls_visit("::1") == ROTA_OK);
    CHECK(tls_visit("127.0.0.2") == ROTA_EHOSTNAME);
    CHECK(tls_visit("::2") == ROTA_EHOSTNAME);
}

/* --- Whom not to trust --------------------------------------------------- */

static void item_59_the_certificate_must_be_for_the_host(void)
{
    static const struct {
        const char *host;
        int err;
    } hosts[] = {
        {"assets.test", ROTA_OK},
        {"ASSETS.Test", ROTA_OK},
        {"a.assets.test", ROTA_OK},
        {"a.b.assets.test", ROTA_EHOSTNAME},
        {"badassets.test", ROTA_EHOSTNAME},
        {"assets.test.evil", ROTA_EHOSTNAME},
        {"api.test", ROTA_EHOSTNAME},
        {"127.0.0.1", ROTA_EHOSTNAME},
    };

    tls_client(MUCH, "old");
    for (int v13 = 0; v13 <= 1; v13++) {
        tls_serve("rsa", v13 ? "-www -tls1_3" : "-www -tls1_2");
        for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
            CHECK(tls_visit(hosts[i].host) == hosts[i].err);
    }
}

static void item_59_unknown_and_pretended_authorities_are_refused(void)
{
    static const struct {
        const char *chain, *root;
    } cases[] = {
        {"ec", "old"},        {"rsa", "ecroot"},    {"self", "ecroot"},
        {"signer", "ecroot"}, {"leafca", "ecroot"}, {"forged", "ecroot"},
        {"ec", "fakeroot"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (int v13 = 0; v13 <= 1; v13++) {
            const char *host = i == 1 ? "assets.test" : "api.test";
            tls_client(MUCH, cases[i].root);
            tls_serve(cases[i].chain, v13 ? "-www -tls1_3" : "-www -tls1_2");
            CHECK(tls_visit(host) == ROTA_ECERT);
            CHECK(rig.reply_len == 0);
        }
}

static void item_59_dates_are_held_against_the_best_clock_there_is(void)
{
    const uint64_t today = (uint64_t)time(NULL), long_ago = 1000000000,
                   late = 4000000000;
    const struct {
        uint64_t now, floor;
        int err;
    } clocks[] = {
        {today, 0, ROTA_OK},
        {today, today, ROTA_OK},
        {late, 0, ROTA_EEXPIRED},
        {late, today, ROTA_EEXPIRED},
        {long_ago, 0, ROTA_EEXPIRED},        /* a clock: not valid yet */
        {long_ago, long_ago, ROTA_EEXPIRED}, /* still a clock */
        {long_ago, today, ROTA_OK},          /* not a clock */
        {today - 1, today, ROTA_OK},
        {long_ago, late, ROTA_EEXPIRED},
        {0, 0, ROTA_OK}, /* no clock, nothing known */
        {0, long_ago, ROTA_OK},
        {0, today, ROTA_OK},
        {0, late, ROTA_EEXPIRED},
    };

    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        tls_client(MUCH, "ecroot");
        rig.now = clocks[i].now;
        rig.config.time_floor = clocks[i].floor;
        if (i == 0)
            tls_serve("ec", "-www");
        CHECK(tls_visit("api.test") == clocks[i].err);
    }
}

static void of_several_faults_the_worst_is_told(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www");
    rig.now = 4000000000;
    CHECK(tls_visit("other.test") == ROTA_EHOSTNAME);
    tls_client(MUCH, "old");
    rig.now = 4000000000;
    CHECK(tls_visit("other.test") == ROTA_ECERT);
}

static void anchors_of_one_name_are_all_tried(void)
{
    tls_serve("ec", "-www");
    for (int first = 0; first <= 1; first++) {
        tls_client(MUCH, first ? "ecroot" : "fakeroot");
        tls_trust(1, first ? "fakeroot" : "ecroot");
        CHECK(tls_visit("api.test") == ROTA_OK);
    }
}

static void anchors_that_are_rubbish_are_passed_over(void)
{
    tls_client(MUCH, "ecroot");
    tls_trust(1, "ecroot");
    tls_serve("ec", "-www");
    const struct rota_anchor good = rig.anchors[1];
    for (size_t len = 0; len < good.len; len++) {
        unsigned char *copy = malloc(len + 1);
        memcpy(copy + 1, good.der, len);
        rig.anchors[0] = (struct rota_anchor){copy + 1, len};
        if (len % 97 == 0 || len < 100)
            CHECK(tls_visit("api.test") == ROTA_OK);
        rota_tls_free(&rig.tls);
        free(copy);
    }
}

static void old_versions_are_refused(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www -tls1_1 -cipher DEFAULT@SECLEVEL=0");
    CHECK(tls_visit("api.test") == ROTA_ETLS);
}

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
        rota_tls_free(&rig.tls);
        CHECK(tls_visit("b.assets.test") == ROTA_OK && !reused());
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
    RUN(item_57_p256_p384_and_rsa_leaves_are_accepted);
    RUN(item_57_records_of_16_kib_arrive_whole);
    RUN(every_suite_is_spoken);
    RUN(a_handshake_goes_through_single_bytes);
    RUN(item_58_five_certificates_with_a_cross_signed_root);
    RUN(the_name_goes_out_as_sni);
    RUN(the_protocol_asked_for_is_http_1_1);
    RUN(addresses_are_checked_as_names_are);
    RUN(item_59_the_certificate_must_be_for_the_host);
    RUN(item_59_unknown_and_pretended_authorities_are_refused);
    RUN(item_59_dates_are_held_against_the_best_clock_there_is);
    RUN(of_several_faults_the_worst_is_told);
    RUN(anchors_of_one_name_are_all_tried);
    RUN(anchors_that_are_rubbish_are_passed_over);
    RUN(old_versions_are_refused);
    RUN(what_is_not_tls_is_refused);
    RUN(errors_of_the_net_come_through);
    RUN(without_random_numbers_there_is_no_connection);
    RUN(a_connection_cut_anywhere_is_closed_and_leaks_nothing);
    RUN(spoilt_bytes_are_noticed_and_leak_nothing);
    RUN(too_little_memory_is_never_taken_for_anything_else);
    RUN(a_closed_connection_holds_no_more_than_its_session);
    RUN(many_anchors_take_no_more_memory_than_one);
    RUN(sessions_are_resumed);
    RUN(a_resumed_handshake_takes_less_memory);
    RUN(sessions_are_not_shared_between_hosts_and_ports);
    RUN(a_server_that_forgot_the_session_gets_a_whole_handshake);
    tls_rig_stop();
    return test_end();
}
