/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "keys_pem.h"
#include "support/signer.h"
#include "support/test.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEGIN "-----BEGIN PUBLIC KEY-----\n"
#define END "-----END PUBLIC KEY-----\n"

static struct rota_keys_pem k;
static struct rota_arena arena;
static struct signer alice, bob;
static char pem_a[256], pem_b[256];
static char dir[] = "/tmp/rota-keys-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

static void put_bytes(const char *name, const void *bytes, size_t len)
{
    FILE *f = fopen(path_of(name), "w");

    CHECK(f && fwrite(bytes, 1, len, f) == len && !fclose(f));
    chmod(path_of(name), 0644);
}

static void put(const char *name, const char *text)
{
    put_bytes(name, text, strlen(text));
}

static int take(const char *name)
{
    return unlink(path_of(name));
}

/* The folder with this one file. */
static int read_one(const char *text)
{
    int err;

    put("key.pem", text);
    err = rota_keys_pem_read(&k, dir);
    take("key.pem");
    return err;
}

static bool has(size_t i, const struct signer *s)
{
    char hex[2 * ROTA_KEY_ID_LEN + 1];

    for (size_t n = 0; n < ROTA_KEY_ID_LEN; n++)
        snprintf(hex + 2 * n, 3, "%02x", k.id[i][n]);
    return i < k.count && k.list[i].len == SIGNER_DER
        && !memcmp(k.list[i].der, s->der, SIGNER_DER) && !strcmp(hex, s->hex);
}

static bool refused(const char *text, const char *why)
{
    bool good = read_one(text) == ROTA_EINVAL && k.count == 0 && k.why
             && strstr(k.why, why) && !strcmp(k.name, "key.pem");

    if (!good)
        printf("said: %s: %s\n", k.name, k.why ? k.why : "nothing");
    return good;
}

static void make_pem(const struct signer *s, char out[256])
{
    char digits[4 * (SIGNER_DER / 3 + 1) + 1];

    signer_base64(s->der, SIGNER_DER, digits);
    snprintf(out, 256, BEGIN "%.64s\n%s\n" END, digits, digits + 64);
}

static void keys_come_in_the_order_of_their_files(void)
{
    put("2.pem", pem_a);
    put("1.pem", pem_b);
    CHECK(rota_keys_pem_read(&k, dir) == ROTA_OK);
    CHECK(k.count == 2 && has(0, &bob) && has(1, &alice));
    CHECK(!k.why && !k.name[0]);
    take("1.pem");
    take("2.pem");
}

static void one_file_may_hold_several(void)
{
    char both[600];

    snprintf(both, sizeof(both), "# alice\n%s\n# bob\n%s", pem_a, pem_b);
    CHECK(read_one(both) == ROTA_OK && k.count == 2);
    CHECK(has(0, &alice) && has(1, &bob));
}

static void other_files_are_none_of_ours(void)
{
    put("README", "no key");
    put(".hidden.pem", "no key");
    put("a.pem.bak", "no key");
    put(".pem", "no key");
    CHECK(rota_keys_pem_read(&k, dir) == ROTA_OK && k.count == 0);
    CHECK(read_one(pem_a) == ROTA_OK && k.count == 1 && has(0, &alice));
    take("README");
    take(".hidden.pem");
    take("a.pem.bak");
    take(".pem");
}

static void lines_may_end_and_break_in_any_way(void)
{
    char text[600];
    size_t len = 0;

    for (const char *p = pem_a; *p; p++) {
        if (*p == '\n')
            text[len++] = '\r';
        text[len++] = *p;
    }
    text[len] = '\0';
    CHECK(read_one(text) == ROTA_OK && k.count == 1 && has(0, &alice));
    snprintf(text, sizeof(text), "%s", pem_a);
    text[strlen(BEGIN) + 64] = ' ';
    CHECK(read_one(text) == ROTA_OK && k.count == 1 && has(0, &alice));
}

static void what_is_no_key_is_refused(void)
{
    CHECK(refused("", "no public key"));
    CHECK(refused("hello\n", "no public key"));
    CHECK(refused("  " BEGIN, "no public key"));
    CHECK(refused(BEGIN END, "not a P-256 public key"));
    CHECK(refused(BEGIN "MAMCAQE=\n" END, "not a P-256 public key"));
    CHECK(refused(BEGIN "MAMCAQE=\n", "cut short"));
    CHECK(refused("-----BEGIN CERTIFICATE-----\nMAMCAQE=\n", "certificate"));
    CHECK(refused("-----BEGIN PRIVATE KEY-----\nMAMCAQE=\n", "private key"));
    CHECK(refused("-----BEGIN EC PRIVATE KEY-----\nMA==\n", "private key"));
    CHECK(refused("-----BEGIN RSA PUBLIC KEY-----\nMA==\n", "not a P-256"));
    CHECK(refused("-----BEGIN DSA PUBLIC KEY-----\nMA==\n", "not a P-256"));
}

/* Good keys do not excuse a bad one. */
static void one_bad_block_or_file_spoils_all(void)
{
    char text[600];

    snprintf(text, sizeof(text), "%s" BEGIN "MAMC\n" END, pem_a);
    CHECK(refused(text, "not a P-256"));
    snprintf(text, sizeof(text), "%s-----BEGIN PRIVATE KEY-----\n", pem_a);
    CHECK(refused(text, "private key"));
    put("a.pem", pem_b);
    CHECK(refused("hello\n", "no public key"));
    take("a.pem");
}

/* The curve knows: not each 64 bytes are a point. */
static void every_changed_digit_is_refused(void)
{
    size_t refusals = 0, tried = 0;

    for (size_t i = strlen(BEGIN); i + strlen(END) < strlen(pem_a); i++) {
        char text[256];

        memcpy(text, pem_a, sizeof(text));
        if (text[i] == '\n' || text[i] == '=')
            continue;
        text[i] = text[i] == 'A' ? 'B' : 'A';
        tried++;
        if (read_one(text) == ROTA_EINVAL)
            refusals++;
        else
            CHECK(k.count == 1 && has(0, &alice)); /* bits that are left over */
    }
    CHECK(tried == 122 && refusals >= 121);
}

static void a_file_cut_anywhere_is_refused(void)
{
    char text[256];

    for (size_t len = 0; len + 1 < strlen(pem_a); len++) {
        memcpy(text, pem_a, len);
        text[len] = '\0';
        CHECK(read_one(text) == ROTA_EINVAL && k.count == 0 && k.why);
    }
}

static void the_same_key_twice_is_refused(void)
{
    put("a.pem", pem_a);
    CHECK(refused(pem_a, "twice"));
    take("a.pem");
}

static void bytes_and_long_files_are_refused(void)
{
    static char zeros[20000];

    put_bytes("key.pem", "text\0more", 9);
    CHECK(rota_keys_pem_read(&k, dir) == ROTA_EINVAL);
    memset(zeros, '\n', sizeof(zeros));
    put_bytes("key.pem", zeros, sizeof(zeros));
    CHECK(rota_keys_pem_read(&k, dir) == ROTA_EINVAL
          && strstr(k.why, "longer"));
    take("key.pem");
}

static void more_than_a_client_takes_is_refused(void)
{
    char name[32];
    static struct signer s[ROTA_KEYS_PEM_MAX + 1];

    for (int i = 0; i <= ROTA_KEYS_PEM_MAX; i++) {
        char pem[256];

        signer_init(&s[i]);
        make_pem(&s[i], pem);
        snprintf(name, sizeof(name), "%02d.pem", i);
        put(name, pem);
        signer_end(&s[i]);
    }
    CHECK(rota_keys_pem_read(&k, dir) == ROTA_EINVAL);
    CHECK(strstr(k.why, "32") && !strcmp(k.name, "32.pem"));
    take("32.pem");
    CHECK(rota_keys_pem_read(&k, dir) == ROTA_OK);
    CHECK(k.count == ROTA_KEYS_PEM_MAX && has(31, &s[31]));
    for (int i = 0; i < ROTA_KEYS_PEM_MAX; i++) {
        snprintf(name, sizeof(name), "%02d.pem", i);
        take(name);
    }
}

static void what_others_may_write_is_refused(void)
{
    static const mode_t bad[] = {0664, 0646, 0666};

    put("key.pem", pem_a);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        chmod(path_of("key.pem"), bad[i]);
        CHECK(rota_keys_pem_read(&k, dir) == ROTA_EINVAL);
        CHECK(k.count == 0 && strstr(k.why, "write"));
        CHECK(!strcmp(k.name, "key.pem"));
    }
    chmod(path_of("key.pem"), 0444);
    chmod(dir, 0777);
    CHECK(rota_keys_pem_read(&k, dir) == ROTA_EINVAL && strstr(k.why, "write"));
    CHECK(k.count == 0 && !k.name[0]);
    chmod(dir, 0755);
    CHECK(rota_keys_pem_read(&k, dir) == ROTA_OK && k.count == 1);
    take("key.pem");
}

static void what_belongs_to_somebody_else_is_refused(void)
{
    if (geteuid() != 0) {
        printf("not root: not tried\n");
        return;
    }
    put("key.pem", pem_a);
    CHECK(chown(path_of("key.pem"), 12345, 0) == 0);
    CHECK(rota_keys_pem_read(&k, dir) == ROTA_EINVAL && k.count == 0);
    take("key.pem");
}

static void what_is_no_file_or_folder_says_so(void)
{
    mkdir(path_of("key.pem"), 0755);
    CHECK(rota_keys_pem_read(&k, dir) == ROTA_EINVAL && strstr(k.why, "file"));
    rmdir(path_of("key.pem"));
    mkfifo(path_of("key.pem"), 0644);
    CHECK(rota_keys_pem_read(&k, dir) == ROTA_EINVAL && strstr(k.why, "file"));
    take("key.pem");
    CHECK(symlink("nowhere", path_of("key.pem")) == 0);
    CHECK(rota_keys_pem_read(&k, dir) == ROTA_EIO && k.sys_err == ENOENT);
    CHECK(!strcmp(k.name, "key.pem"));
    take("key.pem");
    CHECK(rota_keys_pem_read(&k, "/nonexistent") == ROTA_EIO);
    CHECK(k.sys_err == ENOENT && !k.name[0]);
    CHECK(rota_keys_pem_read(&k, "/dev/null") == ROTA_EIO);
    CHECK(k.sys_err == ENOTDIR);
}

int main(void)
{
    static unsigned char memory[65536];

    rota_arena_init(&arena, memory, sizeof(memory));
    rota_arena_use(&arena);
    if (!mkdtemp(dir))
        return 1;
    chmod(dir, 0755);
    signer_init(&alice);
    signer_init(&bob);
    make_pem(&alice, pem_a);
    make_pem(&bob, pem_b);
    RUN(keys_come_in_the_order_of_their_files);
    RUN(one_file_may_hold_several);
    RUN(other_files_are_none_of_ours);
    RUN(lines_may_end_and_break_in_any_way);
    RUN(what_is_no_key_is_refused);
    RUN(one_bad_block_or_file_spoils_all);
    RUN(every_changed_digit_is_refused);
    RUN(a_file_cut_anywhere_is_refused);
    RUN(the_same_key_twice_is_refused);
    RUN(bytes_and_long_files_are_refused);
    RUN(more_than_a_client_takes_is_refused);
    RUN(what_others_may_write_is_refused);
    RUN(what_belongs_to_somebody_else_is_refused);
    RUN(what_is_no_file_or_folder_says_so);
    signer_end(&alice);
    signer_end(&bob);
    CHECK(rmdir(dir) == 0); /* each has taken its files away */
    return test_end();
}
