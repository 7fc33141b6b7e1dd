/* SPDX-License-Identifier: Apache-2.0 */
/* TLS without encryption, for tests whose server is a script: the functions of
 * tls/tls.h over the net alone. The Makefile puts this file where
 * core/tls/tls.c is in librota.a, and calls that librota_faketls.a. */
#include "tls/tls.h"

#include <string.h>

void rota_tls_init(struct rota_tls *t, const struct rota_config *config)
{
    memset(t, 0, sizeof *t);
    t->config = config;
    t->floor = config->time_floor;
}

int rota_tls_open(struct rota_tls *t, const char *host, uint16_t port)
{
    const struct rota_net *net = t->config->net;
    return net->open(net->ctx, host, port);
}

int rota_tls_send(struct rota_tls *t, const void *buf, size_t len)
{
    const struct rota_net *net = t->config->net;
    return net->send(net->ctx, buf, len);
}

int rota_tls_recv(struct rota_tls *t, void *buf, size_t len)
{
    const struct rota_net *net = t->config->net;
    return net->recv(net->ctx, buf, len);
}

void rota_tls_close(struct rota_tls *t)
{
    const struct rota_net *net = t->config->net;
    net->close(net->ctx);
}

void rota_tls_free(struct rota_tls *t)
{
    rota_tls_close(t);
}
