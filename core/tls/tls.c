/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/tls.h"

#include <string.h>

#include <mbedtls/platform.h>
#include <mbedtls/ssl.h>
#include <psa/crypto.h>

#include "tls/session.h"
#include "tls/trust.h"

enum phase { IDLE, CONNECT, HANDSHAKE, OPEN };

struct context {
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config conf;
    struct rota_session session;
};

_Static_assert(sizeof(struct context)
                   <= sizeof(((struct rota_tls *)0)->context),
               "ROTA_TLS_SIZE is too small for mbedTLS's contexts");
_Static_assert(_Alignof(struct rota_tls) >= _Alignof(struct context),
               "struct rota_tls is not aligned for mbedTLS's contexts");

/* mbedTLS leaves out those that it was built without. */
static const int suites[] = {ROTA_TLS_SUITES, 0};
static const char *const protocols[] = {"http/1.1", NULL};

static struct context *tls_context(struct rota_tls *t)
{
    return (struct context *)(void *)t->context.bytes;
}

static uint32_t tls_refusals(const struct rota_tls *t)
{
    return t->config->tls_refusals ? *t->config->tls_refusals : 0;
}

/* --- The net below, and random numbers ----------------------------------- */

/* What mbedTLS shall make of a result of the net: an error is remembered here,
 * since its code would not survive the way through mbedTLS. */
static int tls_from_net(struct rota_tls *t, int n, int again)
{
    if (n > 0)
        return n;
    if (n == ROTA_EAGAIN) {
        t->busy = false;
        return again;
    }
    t->err = n < 0 ? n : ROTA_ECLOSED;
    return MBEDTLS_ERR_SSL_CONN_EOF;
}

static int tls_send_below(void *ctx, const unsigned char *buf, size_t len)
{
    struct rota_tls *t = ctx;
    const struct rota_net *net = t->config->net;

    return tls_from_net(t, net->send(net->ctx, buf, len),
                        MBEDTLS_ERR_SSL_WANT_WRITE);
}

static int tls_recv_below(void *ctx, unsigned char *buf, size_t len)
{
    struct rota_tls *t = ctx;
    const struct rota_net *net = t->config->net;

    return tls_from_net(t, net->recv(net->ctx, buf, len),
                        MBEDTLS_ERR_SSL_WANT_READ);
}

static int tls_get_random(void *ctx, unsigned char *buf, size_t len)
{
    struct rota_tls *t = ctx;
    const struct rota_sys *sys = t->config->sys;

    if (sys->random(sys->ctx, buf, len) == 0)
        return 0;
    t->err = ROTA_ERANDOM;
    return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

/* --- Errors -------------------------------------------------------------- */

static bool tls_is_about_trust(int err)
{
    return err == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED
        || err == MBEDTLS_ERR_SSL_BAD_CERTIFICATE /* wrong key usage */
        || err == MBEDTLS_ERR_X509_FATAL_ERROR;
}

/* Lack of memory comes first: mbedTLS may report it as a certificate that is
 * not trusted. Then trust: the alert about it may have found no net. */
static int tls_meaning(struct rota_tls *t, int err)
{
    if (tls_refusals(t) != t->refused || err == MBEDTLS_ERR_SSL_ALLOC_FAILED)
        return ROTA_ENOMEM;
    if (tls_is_about_trust(err))
        return rota_trust_error(
            mbedtls_ssl_get_verify_result(&tls_context(t)->ssl));
    if (t->err)
        return t->err;
    if (err == MBEDTLS_ERR_SSL_CONN_EOF
        || err == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
        return ROTA_ECLOSED;
    return ROTA_ETLS;
}

/* A negative result of mbedTLS: ROTA_EAGAIN, or what broke the connection.
 * mbedTLS also says WANT_READ when a record had nothing for us in it. */
static int tls_fail(struct rota_tls *t, int err)
{
    if (err == MBEDTLS_ERR_SSL_WANT_READ || err == MBEDTLS_ERR_SSL_WANT_WRITE
        || err == MBEDTLS_ERR_SSL_CRYPTO_IN_PROGRESS)
        return ROTA_EAGAIN;
    if (err == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
        t->ticket = true;
        return ROTA_EAGAIN;
    }
    t->err = tls_meaning(t, err);
    return t->err;
}

/* --- Opening ------------------------------------------------------------- */

/* mbedTLS declares it only if it is there; if not, the linker will tell. */
void mbedtls_ecp_set_max_ops(unsigned max_ops);

static int tls_start_crypto(void)
{
    if (ROTA_ECC_MAX_OPS)
        mbedtls_ecp_set_max_ops(ROTA_ECC_MAX_OPS);
    switch (psa_crypto_init()) {
    case PSA_SUCCESS: return ROTA_OK;
    case PSA_ERROR_INSUFFICIENT_MEMORY: return ROTA_ENOMEM;
    case PSA_ERROR_INSUFFICIENT_ENTROPY: return ROTA_ERANDOM;
    default: return ROTA_ETLS;
    }
}

/* A build that takes no records of 16 KiB asks for shorter ones (RFC 6066, 4),
 * no longer than what either buffer holds. With TLS 1.3 mbedTLS 3.6 breaks off
 * when a server agrees: such a build must be without. */
static unsigned char tls_fragment_length(void)
{
    const int in = MBEDTLS_SSL_IN_CONTENT_LEN,
              out = MBEDTLS_SSL_OUT_CONTENT_LEN;
    const int room = in < out ? in : out;

    if (in >= 16384 || room < 512)
        return MBEDTLS_SSL_MAX_FRAG_LEN_NONE;
    if (room < 1024)
        return MBEDTLS_SSL_MAX_FRAG_LEN_512;
    if (room < 2048)
        return MBEDTLS_SSL_MAX_FRAG_LEN_1024;
    return room < 4096 ? MBEDTLS_SSL_MAX_FRAG_LEN_2048
                       : MBEDTLS_SSL_MAX_FRAG_LEN_4096;
}

static int tls_configure(struct rota_tls *t)
{
    mbedtls_ssl_config *conf = &tls_context(t)->conf;
    int err = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_CLIENT,
                                          MBEDTLS_SSL_TRANSPORT_STREAM,
                                          MBEDTLS_SSL_PRESET_DEFAULT);

    if (!err)
        err = mbedtls_ssl_conf_max_frag_len(conf, tls_fragment_length());
    if (err)
        return err;
    mbedtls_ssl_conf_min_tls_version(conf, MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_ciphersuites(conf, suites);
    mbedtls_ssl_conf_rng(conf, tls_get_random, t);
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
        conf, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
    /* The parameter lacks a const; nothing is written. */
    err = mbedtls_ssl_conf_alpn_protocols(conf, (const char **)protocols);
    return err ? err : rota_trust_set(conf, t);
}

static int tls_set_up(struct rota_tls *t)
{
    struct context *c = tls_context(t);
    int err = tls_configure(t);

    if (!err)
        err = mbedtls_ssl_setup(&c->ssl, &c->conf);
    if (!err)
        err = mbedtls_ssl_set_hostname(&c->ssl, c->session.host);
    if (!err)
        rota_session_resume(&c->session, &c->ssl);
    mbedtls_ssl_set_bio(&c->ssl, t, tls_send_below, tls_recv_below, NULL);
    return err ? tls_fail(t, err) : ROTA_OK;
}

/* There is a connection below: begin the handshake. */
static int tls_begin(struct rota_tls *t, const char *host, uint16_t port)
{
    struct context *c = tls_context(t);

    mbedtls_ssl_init(&c->ssl);
    mbedtls_ssl_config_init(&c->conf);
    t->phase = HANDSHAKE;
    t->refused = tls_refusals(t);
    int err = tls_start_crypto();
    if (!err)
        err = rota_session_aim(&c->session, host, port);
    return err ? err : tls_set_up(t);
}

static int tls_shake_hands(struct rota_tls *t)
{
    mbedtls_ssl_context *ssl = &tls_context(t)->ssl;

    t->busy = true;
    int err = mbedtls_ssl_handshake_step(ssl);
    if (err == 0 && !mbedtls_ssl_is_handshake_over(ssl))
        return ROTA_EAGAIN;
    if (err == 0) {
        rota_trust_free(&tls_context(t)->conf);
        return ROTA_OK;
    }
    err = tls_fail(t, err);
    /* A server must not be able to refuse us for ever because of what we
     * would resume. */
    if (err != ROTA_EAGAIN)
        rota_session_forget(&tls_context(t)->session);
    return err;
}

static int tls_go_on(struct rota_tls *t, const char *host, uint16_t port)
{
    const struct rota_net *net = t->config->net;
    int err;

    switch ((enum phase)t->phase) {
    case IDLE:
        t->phase = CONNECT;
        t->err = 0;
        t->ticket = false;
        /* fall through */
    case CONNECT:
        err = net->open(net->ctx, host, port);
        if (!err)
            err = tls_begin(t, host, port);
        t->busy = !err;
        return err ? err : ROTA_EAGAIN;
    case HANDSHAKE:
        err = tls_shake_hands(t);
        if (!err)
            t->phase = OPEN;
        return err;
    case OPEN: break;
    }
    return t->err;
}

int rota_tls_open(struct rota_tls *t, const char *host, uint16_t port)
{
    int err = tls_go_on(t, host, port);

    if (err && err != ROTA_EAGAIN) {
        t->err = err;
        rota_tls_close(t);
    }
    return err;
}

/* --- Open ---------------------------------------------------------------- */

/* False when the connection is broken or was never there. */
static bool tls_usable(struct rota_tls *t)
{
    if (t->phase != OPEN && !t->err)
        t->err = ROTA_ECLOSED;
    return !t->err;
}

int rota_tls_send(struct rota_tls *t, const void *buf, size_t len)
{
    if (!tls_usable(t))
        return t->err;
    t->busy = true;
    int n = mbedtls_ssl_write(&tls_context(t)->ssl, buf, len);
    return n > 0 ? n : tls_fail(t, n);
}

int rota_tls_recv(struct rota_tls *t, void *buf, size_t len)
{
    if (!tls_usable(t))
        return t->err;
    t->busy = true;
    int n = mbedtls_ssl_read(&tls_context(t)->ssl, buf, len);
    return n > 0 ? n : tls_fail(t, n ? n : MBEDTLS_ERR_SSL_CONN_EOF);
}

void rota_tls_close(struct rota_tls *t)
{
    struct context *c = tls_context(t);
    const struct rota_net *net = t->config->net;

    if (t->phase == OPEN) {
        if (!t->err)
            (void)mbedtls_ssl_close_notify(&c->ssl);
        if (!t->err || t->err == ROTA_ECLOSED)
            rota_session_keep(&c->session, &c->ssl, t->ticket);
    }
    if (t->phase >= HANDSHAKE) {
        mbedtls_ssl_free(&c->ssl);
        rota_trust_free(&c->conf);
        mbedtls_ssl_config_free(&c->conf);
    }
    if (t->phase != IDLE)
        net->close(net->ctx);
    t->phase = IDLE;
}

void rota_tls_init(struct rota_tls *t, const struct rota_config *config)
{
    memset(t, 0, sizeof(*t));
    t->config = config;
    t->floor = config->time_floor;
}

void rota_tls_free(struct rota_tls *t)
{
    rota_tls_close(t);
    rota_session_free(&tls_context(t)->session);
}
