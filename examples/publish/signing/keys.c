/* SPDX-License-Identifier: Apache-2.0 */
#include "signing/keys.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "words/files.h"
#include "signing/wipe.h"

/* Of what passphrases are made into keys by: half a second to try one. */
enum { PBKDF2_ROUNDS = 600000, SALT_LEN = 16 };

enum { COORDINATE = 32 };

static int bad(const struct pub_say *s, const char *path, const char *why)
{
    return pub_say_failure(s, PUB_EXIT_KEY, path, "%s", why);
}

/* --- What devices know of a key ------------------------------------------ */

static bool put_coordinate(EVP_PKEY *pkey, const char *name, uint8_t *out)
{
    BIGNUM *n = NULL;
    bool good = EVP_PKEY_get_bn_param(pkey, name, &n) == 1
             && BN_bn2binpad(n, out, COORDINATE) == COORDINATE;

    BN_free(n);
    return good;
}

static bool is_p256(EVP_PKEY *pkey)
{
    char group[32];
    size_t len;

    return EVP_PKEY_is_a(pkey, "EC")
        && EVP_PKEY_get_group_name(pkey, group, sizeof(group), &len) == 1
        && strcmp(group, SN_X9_62_prime256v1) == 0;
}

/* Put together by hand, since keys may come with the point compressed. */
static bool describe(struct pub_keys_key *k)
{
    /* RFC 5480: ecPublicKey, prime256v1; a bit string of 0x04, x, y. */
    static const uint8_t head[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a,
                                   0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                   0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
                                   0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
    uint8_t hash[SHA256_DIGEST_LENGTH];
    uint8_t *x = k->der + sizeof(head);

    _Static_assert(sizeof(head) + 2 * COORDINATE == PUB_KEYS_DER_LEN, "");
    memcpy(k->der, head, sizeof(head));
    if (!is_p256(k->pkey)
        || !put_coordinate(k->pkey, OSSL_PKEY_PARAM_EC_PUB_X, x)
        || !put_coordinate(k->pkey, OSSL_PKEY_PARAM_EC_PUB_Y, x + COORDINATE))
        return false;
    SHA256(k->der, sizeof(k->der), hash);
    for (int i = 0; i < 8; i++)
        snprintf(k->id + 2 * i, 3, "%02x", hash[i]);
    return true;
}

static int accept(const struct pub_say *s, struct pub_keys_key *k)
{
    if (describe(k))
        return ROTA_EXIT_OK;
    pub_keys_free(k);
    return bad(s, k->path, "is a key of another kind; P-256 it must be");
}

/* --- Reading ------------------------------------------------------------- */

struct asking {
    const struct pub_say *say;
    const struct pub_pass *pass;
    bool asked;
    int code;
    char text[PUB_PASS_MAX + 1];
};

/* Asked more than once when it was wrong, for each way to read a key. */
static int on_passphrase(char *buf, int size, int writing, void *arg)
{
    struct asking *a = arg;
    size_t len;

    (void)writing;
    if (!a->asked)
        a->code = pub_pass_get(a->say, a->pass, a->text);
    a->asked = true;
    len = strlen(a->text);
    if (a->code || len > (size_t)size)
        return -1;
    memcpy(buf, a->text, len);
    return (int)len;
}

static int no_private_key(const struct pub_say *s, const char *path,
                          const struct asking *a, const char *pem)
{
    if (a->code)
        return a->code;
    if (a->asked)
        return bad(s, path, "the passphrase is wrong, or the file is damaged");
    if (strstr(pem, "SIGSTORE PRIVATE KEY") || strstr(pem, "COSIGN PRIVATE"))
        return bad(s, path,
                   "is a key of cosign's own form; use --sign-cmd with cosign");
    if (strstr(pem, "PUBLIC KEY"))
        return bad(s, path, "is a public key; a private one is needed");
    return bad(s, path, "is no private key in PEM");
}

static int parse_private(const struct pub_say *s, const char *pem, size_t len,
                         const struct pub_pass *pass, struct pub_keys_key *k)
{
    struct pub_pass named = *pass;
    struct asking a = {.say = s, .pass = &named};
    BIO *bio = BIO_new_mem_buf(pem, (int)len);

    named.key = k->path;
    if (bio)
        k->pkey = PEM_read_bio_PrivateKey(bio, NULL, on_passphrase, &a);
    BIO_free(bio);
    pub_wipe(a.text, sizeof(a.text));
    return k->pkey ? accept(s, k) : no_private_key(s, k->path, &a, pem);
}

static int parse_public(const struct pub_say *s, const char *pem, size_t len,
                        struct pub_keys_key *k)
{
    const unsigned char *der = (const unsigned char *)pem;
    BIO *bio = BIO_new_mem_buf(pem, (int)len);

    if (bio)
        k->pkey = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    BIO_free(bio);
    if (!k->pkey)
        k->pkey = d2i_PUBKEY(NULL, &der, (long)len);
    return k->pkey ? accept(s, k) : bad(s, k->path, "is no key in PEM or DER");
}

/* The text of the file, wiped after use by one of the above. */
static int load(const struct pub_say *s, const char *path,
                const struct pub_pass *pass, bool secret,
                struct pub_keys_key *k)
{
    char text[16 << 10];
    size_t len = 0;
    int code = pub_files_read(s, path, text, sizeof(text) - 1, &len);

    *k = (struct pub_keys_key){.path = path};
    text[len] = '\0';
    if (!code && (secret || strstr(text, "PRIVATE KEY-----")))
        code = parse_private(s, text, len, pass, k);
    else if (!code)
        code = parse_public(s, text, len, k);
    pub_wipe(text, sizeof(text));
    return code;
}

int pub_keys_private(const struct pub_say *s, const char *path,
                     const struct pub_pass *pass, struct pub_keys_key *k)
{
    return load(s, path, pass, true, k);
}

int pub_keys_public(const struct pub_say *s, const char *path,
                    const struct pub_pass *pass, struct pub_keys_key *k)
{
    return load(s, path, pass, false, k);
}

void pub_keys_free(struct pub_keys_key *k)
{
    EVP_PKEY_free(k->pkey);
    k->pkey = NULL;
}

/* --- Making and writing -------------------------------------------------- */

int pub_keys_make(const struct pub_say *s, struct pub_keys_key *k)
{
    *k = (struct pub_keys_key){.path = "key", .pkey = EVP_EC_gen("P-256")};
    return k->pkey ? accept(s, k) : bad(s, k->path, "cannot be made");
}

static bool take_text(BIO *bio, bool good, char out[PUB_KEYS_PEM_MAX],
                      size_t *len)
{
    char *text;
    long n = bio ? BIO_get_mem_data(bio, &text) : 0;

    good = good && n > 0 && n < PUB_KEYS_PEM_MAX;
    if (good) {
        memcpy(out, text, (size_t)n);
        *len = (size_t)n;
    }
    BIO_free(bio);
    return good;
}

/* PBES2 with PBKDF2 and HMAC-SHA-256 (RFC 8018), which all tools can read. */
static X509_SIG *encrypt(PKCS8_PRIV_KEY_INFO *info, const char *passphrase)
{
    uint8_t salt[SALT_LEN];
    X509_ALGOR *how;
    X509_SIG *box;

    if (!info || RAND_bytes(salt, SALT_LEN) != 1)
        return NULL;
    how = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), PBKDF2_ROUNDS, salt, SALT_LEN,
                            NULL, NID_hmacWithSHA256);
    if (!how)
        return NULL;
    box = PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), info, how);
    if (!box)
        X509_ALGOR_free(how);
    return box;
}

bool pub_keys_private_pem(const struct pub_keys_key *k, const char *passphrase,
                          char out[PUB_KEYS_PEM_MAX], size_t *len)
{
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(k->pkey);
    X509_SIG *box = passphrase ? encrypt(info, passphrase) : NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    bool good = bio && info
             && (passphrase ? box && PEM_write_bio_PKCS8(bio, box)
                            : PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio, info));

    X509_SIG_free(box);
    PKCS8_PRIV_KEY_INFO_free(info);
    return take_text(bio, good, out, len);
}

bool pub_keys_public_pem(const struct pub_keys_key *k,
                         char out[PUB_KEYS_PEM_MAX], size_t *len)
{
    BIO *bio = BIO_new(BIO_s_mem());

    return take_text(bio, bio && PEM_write_bio_PUBKEY(bio, k->pkey), out, len);
}

/* --- Signing ------------------------------------------------------------- */

bool pub_keys_sign(const struct pub_keys_key *k, const void *text, size_t len,
                   uint8_t der[PUB_KEYS_SIG_MAX], size_t *der_len)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good;

    *der_len = PUB_KEYS_SIG_MAX;
    good = ctx
        && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, k->pkey) == 1
        && EVP_DigestSign(ctx, der, der_len, text, len) == 1;
    EVP_MD_CTX_free(ctx);
    return good;
}

bool pub_keys_check(const struct pub_keys_key *k, const void *text, size_t len,
                    const uint8_t *der, size_t der_len)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good =
        ctx && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, k->pkey) == 1
        && EVP_DigestVerify(ctx, der, der_len, text, len) == 1;

    EVP_MD_CTX_free(ctx);
    return good;
}
