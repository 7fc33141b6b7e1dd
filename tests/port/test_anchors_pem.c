/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "anchors_pem.h"
#include "support/test.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END "-----END CERTIFICATE-----\n"

/* DER enough for a reader that leaves the inside to others: 30 03 02 01 n. */
#define ONE BEGIN "MAMCAQE=\n" END
#define TWO BEGIN "MAMCAQI=\n" END

static struct rota_anchors_pem a;
static char path[64];

static int read_text(const char *text, size_t len)
{
    FILE *f = fopen(path, "w");
    int err;

    CHECK(f && fwrite(text, 1, len, f) == len && !fclose(f));
    err = rota_anchors_pem_read(&a, path);
    unlink(path);
    return err;
}

static int read_pem(const char *text)
{
    return read_text(text, strlen(text));
}

static bool root_is(size_t i, uint8_t n)
{
    const uint8_t der[] = {0x30, 3, 2, 1, n};

    return i < a.count && a.list[i].len == sizeof(der)
        && !memcmp(a.list[i].der, der, sizeof(der));
}

static bool ones(const char *pem)
{
    bool good = read_pem(pem) == ROTA_OK && a.count == 1 && root_is(0, 1);

    rota_anchors_pem_free(&a);
    return good;
}

static void certificates_come_in_order(void)
{
    CHECK(read_pem(ONE TWO ONE) == ROTA_OK);
    CHECK(a.count == 3 && root_is(0, 1) && root_is(1, 2) && root_is(2, 1));
    rota_anchors_pem_free(&a);
    CHECK(read_pem(BEGIN "MAA=\n" END ONE TWO) == ROTA_OK);
    CHECK(a.count == 3 && a.list[0].len == 2 && root_is(1, 1) && root_is(2, 2));
    rota_anchors_pem_free(&a);
    rota_anchors_pem_free(&a);
    CHECK(a.count == 0 && !a.list);
}

static void text_in_memory_gives_the_same_roots_and_is_copied(void)
{
    char text[] = ONE "words\n" TWO "and no NUL";

    CHECK(rota_anchors_pem_parse(&a, text, strlen(text)) == ROTA_OK);
    memset(text, '?', sizeof text);
    CHECK(a.count == 2 && root_is(0, 1) && root_is(1, 2) && !a.why);
    rota_anchors_pem_free(&a);
    CHECK(rota_anchors_pem_parse(&a, TWO ONE, strlen(TWO)) == ROTA_OK);
    CHECK(a.count == 1 && root_is(0, 2));
    rota_anchors_pem_free(&a);
}

static void bad_text_in_memory_says_why_and_holds_nothing(void)
{
    CHECK(rota_anchors_pem_parse(&a, NULL, 0) == ROTA_EINVAL);
    CHECK(strstr(a.why, "no certificate") && !a.der && !a.list);
    for (size_t len = 0; len < strlen(ONE) - strlen("-\n"); len++) {
        CHECK(rota_anchors_pem_parse(&a, ONE, len) == ROTA_EINVAL);
        CHECK(a.why && !a.der && !a.list && a.count == 0);
    }
}

static void comments_and_other_blocks_are_passed_over(void)
{
    CHECK(ones("# GlobalRoot = x\nSome CA\n=======\n" ONE "\n\ntrailer\n"));
    CHECK(ones("-----BEGIN PRIVATE KEY-----\nMAMCAQk=\n"
               "-----END PRIVATE KEY-----\n" ONE));
    CHECK(ones("-----BEGIN TRUSTED CERTIFICATE-----\nMAMCAQk=\n"
               "-----END TRUSTED CERTIFICATE-----\n" ONE));
    CHECK(ones("text " BEGIN "nothing\n" ONE));
}

static void lines_may_end_and_break_in_any_way(void)
{
    CHECK(ones("-----BEGIN CERTIFICATE-----\r\nMAMCAQE=\r\n"
               "-----END CERTIFICATE-----\r\n"));
    CHECK(ones("-----BEGIN CERTIFICATE-----\rMAMCAQE=\r"
               "-----END CERTIFICATE-----"));
    CHECK(read_pem("-----BEGIN CERTIFICATE-----\rMAMCAQI=\r"
                   "-----END CERTIFICATE-----\r"
                   "-----BEGIN CERTIFICATE-----\rMAMCAQE=\r"
                   "-----END CERTIFICATE-----\r")
          == ROTA_OK);
    CHECK(a.count == 2 && root_is(0, 2) && root_is(1, 1));
    rota_anchors_pem_free(&a);
    CHECK(ones(BEGIN "M\nA\n M\tC\nAQ\nE\n=\n" END));
    CHECK(ones("-----BEGIN CERTIFICATE-----MAMCAQE="
               "-----END CERTIFICATE-----"));
}

static void a_damaged_certificate_is_an_error(void)
{
    static const char *const bad[] = {
        BEGIN END,
        BEGIN "MAMCAQE\n" END,
        BEGIN "MAMCAQ==\n" END, /* a byte too short */
        BEGIN "MAMCAQEA\n" END, /* too long */
        BEGIN "MAMCA?E=\n" END,
        BEGIN "MAMC=QE=\n" END,
        BEGIN "MAMCAQ=E\n" END,
        BEGIN "MAEBA\n" END,
        BEGIN "MAAA====\n" END,
        BEGIN "MIQAAAABqg==\n" END, /* a length of 4 bytes */
        BEGIN "MAMC====\n" END,
        BEGIN "AAMCAQE=\n" END, /* no SEQUENCE */
        BEGIN "MIUCAQE=\n" END, /* a length of 5 bytes */
        BEGIN "MA==\n" END,
        BEGIN "MAMCAQE=\n",
        BEGIN "MAMCAQE=\n-----END CERTIFICATE----",
        BEGIN "MAMCAQE=\n" ONE,
        ONE BEGIN "MAMCA\n" END,
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        CHECK(read_pem(bad[i]) == ROTA_EINVAL);
        CHECK(a.why && a.count == 0 && !a.list && !a.der);
    }
}

static void a_file_cut_anywhere_is_refused_or_one_root_shorter(void)
{
    static const char all[] = ONE TWO;

    for (size_t len = 0; len < sizeof(all) - 1; len++) {
        int err = read_text(all, len);
        CHECK(err == ROTA_EINVAL
              || (err == ROTA_OK && a.count >= 1 && root_is(0, 1)));
        CHECK(err == ROTA_OK || a.why);
        rota_anchors_pem_free(&a);
    }
}

static void a_file_without_certificates_says_so(void)
{
    static const char nul[] = "text\0" ONE;

    CHECK(read_pem("") == ROTA_EINVAL && strstr(a.why, "no certificate"));
    CHECK(read_pem("hello\n") == ROTA_EINVAL);
    CHECK(read_text(nul, sizeof(nul) - 1) == ROTA_EINVAL);
}

static void a_file_that_cannot_be_read_says_why(void)
{
    CHECK(rota_anchors_pem_read(&a, "/nonexistent/ca.pem") == ROTA_EIO);
    CHECK(a.why && a.sys_err == ENOENT);
    CHECK(rota_anchors_pem_read(&a, "/tmp") == ROTA_EINVAL && a.why);
    CHECK(rota_anchors_pem_read(&a, "/dev/zero") == ROTA_EINVAL);
}

static void a_huge_file_is_refused(void)
{
    FILE *f = fopen(path, "w");

    CHECK(f && !ftruncate(fileno(f), (32L << 20)) && !fclose(f));
    CHECK(rota_anchors_pem_read(&a, path) == ROTA_EINVAL);
    CHECK(strstr(a.why, "huge"));
    unlink(path);
}

/* Lengths of all sizes in DER, as real roots have. */
static void roots_of_every_size_come_whole(void)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const size_t bodies[] = {0, 1, 127, 128, 255, 256, 65535, 65536};
    uint8_t *der = malloc(70000);
    char *pem = malloc(100000);

    for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
        size_t body = bodies[i], len = 0, at;
        unsigned octets = body < 128   ? 0
                        : body < 256   ? 1
                        : body < 65536 ? 2
                                       : 3;

        der[len++] = 0x30;
        der[len++] = (uint8_t)(octets ? 0x80 | octets : body);
        while (octets-- > 0)
            der[len++] = (uint8_t)(body >> 8 * octets);
        for (size_t k = 0; k < body; k++)
            der[len++] = (uint8_t)(k * 7 + (k >> 8));
        memset(der + len, 0, 3);
        at = (size_t)sprintf(pem, BEGIN);
        for (size_t k = 0; k < len; k += 3) {
            unsigned v =
                (unsigned)(der[k] << 16 | der[k + 1] << 8 | der[k + 2]);
            pem[at++] = digits[v >> 18];
            pem[at++] = digits[v >> 12 & 63];
            pem[at++] = k + 1 < len ? digits[v >> 6 & 63] : '=';
            pem[at++] = k + 2 < len ? digits[v & 63] : '=';
        }
        strcpy(pem + at, "\n" END);
        CHECK(read_pem(pem) == ROTA_OK && a.count == 1);
        CHECK(a.list[0].len == len && !memcmp(a.list[0].der, der, len));
        rota_anchors_pem_free(&a);
    }
    free(der);
    free(pem);
}

/* The system's bundle, counted in another way. */
static void the_systems_bundle_is_read_whole(void)
{
    static const char bundle[] = "/etc/ssl/certs/ca-certificates.crt";
    char line[256];
    size_t n = 0;
    FILE *f = fopen(bundle, "r");

    if (!f) {
        printf("no %s: not tried\n", bundle);
        return;
    }
    while (fgets(line, sizeof(line), f))
        n += !strncmp(line, "-----BEGIN CERTIFICATE-----", 27);
    fclose(f);
    CHECK(rota_anchors_pem_read(&a, bundle) == ROTA_OK && a.count == n);
    rota_anchors_pem_free(&a);
}

int main(void)
{
    snprintf(path, sizeof(path), "/tmp/rota-pem-%ld", (long)getpid());
    RUN(certificates_come_in_order);
    RUN(text_in_memory_gives_the_same_roots_and_is_copied);
    RUN(bad_text_in_memory_says_why_and_holds_nothing);
    RUN(comments_and_other_blocks_are_passed_over);
    RUN(lines_may_end_and_break_in_any_way);
    RUN(a_damaged_certificate_is_an_error);
    RUN(a_file_cut_anywhere_is_refused_or_one_root_shorter);
    RUN(a_file_without_certificates_says_so);
    RUN(a_file_that_cannot_be_read_says_why);
    RUN(a_huge_file_is_refused);
    RUN(roots_of_every_size_come_whole);
    RUN(the_systems_bundle_is_read_whole);
    return test_end();
}
