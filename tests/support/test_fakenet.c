/* SPDX-License-Identifier: Apache-2.0 */
/* The scripted server is itself held to what a real one does. */
#include "support/fakenet.h"
#include "support/test.h"

#include <string.h>

static struct fakenet f;
static struct rota_net net;
static char got[256];

static void begin(const struct fakenet_reply *script, size_t len)
{
    fakenet_init(&f, script, len);
    net = fakenet_net(&f);
}

static void ask(const char *text)
{
    CHECK(net.send(net.ctx, text, strlen(text)) == (int)strlen(text));
}

/* All bytes up to what is no byte. */
static int take(unsigned *pieces)
{
    size_t len = 0;
    int n;

    *pieces = 0;
    while ((n = net.recv(net.ctx, got + len, sizeof(got) - 1 - len)) > 0) {
        len += (size_t)n;
        ++*pieces;
    }
    got[len] = '\0';
    return n;
}

static void a_reply_waits_for_its_request(void)
{
    static const struct fakenet_reply script[] = {{.data = "first"},
                                                  {.data = "second"}};
    unsigned pieces;

    begin(script, 2);
    CHECK(net.open(net.ctx, "h", 443) == ROTA_OK);
    ask("GET / HTTP/1.1\r\nHost: h\r\n\r");
    CHECK(take(&pieces) == ROTA_EAGAIN && !pieces);
    ask("\n");
    CHECK(take(&pieces) == ROTA_EAGAIN && !strcmp(got, "first"));
    ask("GET /2\r\n\r\n");
    CHECK(take(&pieces) == ROTA_ECLOSED && !strcmp(got, "second"));
    CHECK(f.sent_len == 37 && !strcmp(f.opened, "h:443 "));
    CHECK(f.overruns == 0);
    ask("GET /3\r\n\r\n");
    CHECK(f.overruns == 1);
}

static void a_reply_comes_in_pieces_with_pauses(void)
{
    static const struct fakenet_reply script[] = {
        {.data = "abcdef", .piece = 4, .again = 1, .then = FAKENET_STALL}};
    char c;

    begin(script, 1);
    f.eager = true;
    f.tick_ms = 50;
    CHECK(net.open(net.ctx, "h", 1) == ROTA_OK);
    CHECK(net.recv(net.ctx, got, 9) == ROTA_EAGAIN && f.now_ms == 1050);
    CHECK(net.recv(net.ctx, got, 9) == 4);
    CHECK(net.recv(net.ctx, &c, 1) == ROTA_EAGAIN);
    CHECK(net.recv(net.ctx, &c, 1) == 1 && c == 'e');
    CHECK(net.recv(net.ctx, &c, 1) == ROTA_EAGAIN);
    CHECK(net.recv(net.ctx, &c, 1) == 1 && c == 'f');
    for (int i = 0; i < 5; i++)
        CHECK(net.recv(net.ctx, &c, 1) == ROTA_EAGAIN);
}

static void a_broken_connection_uses_up_its_reply(void)
{
    static const struct fakenet_reply script[] = {
        {.data = "cut", .then = FAKENET_CLOSE},
        {.data = "not waited for"},
        {.data = "", .then = FAKENET_CLOSE},
        {.data = "good"}};
    unsigned pieces;

    begin(script, 4);
    CHECK(!net.open(net.ctx, "h", 1));
    ask("a\r\n\r\n");
    CHECK(take(&pieces) == ROTA_ECLOSED && !strcmp(got, "cut"));
    ask("lost\r\n\r\n");
    net.close(net.ctx);
    for (int i = 0; i < 2; i++) {
        CHECK(!net.open(net.ctx, "h", 1));
        ask("b\r\n\r\n");
        if (i == 1)
            CHECK(take(&pieces) == ROTA_ECLOSED && !pieces);
        net.close(net.ctx);
    }
    CHECK(!net.open(net.ctx, "h", 1));
    ask("c\r\n\r\n");
    take(&pieces);
    CHECK(!strcmp(got, "good") && f.overruns == 0);
    CHECK(f.opens == 4 && f.closes == 3);
}

static void connecting_may_take_time_and_fail(void)
{
    begin(NULL, 0);
    f.open_again = 2;
    f.open_err = ROTA_EDNS;
    f.open_fails = 1;
    CHECK(net.open(net.ctx, "x", 1) == ROTA_EAGAIN);
    CHECK(net.open(net.ctx, "x", 1) == ROTA_EAGAIN);
    CHECK(net.open(net.ctx, "x", 1) == ROTA_EDNS);
    CHECK(net.send(net.ctx, "x", 1) == ROTA_ECLOSED);
    CHECK(net.open(net.ctx, "x", 1) == ROTA_EAGAIN);
    net.close(net.ctx);
    CHECK(net.open(net.ctx, "x", 1) == ROTA_EAGAIN);
    CHECK(net.open(net.ctx, "x", 1) == ROTA_EAGAIN);
    CHECK(net.open(net.ctx, "x", 1) == ROTA_OK);
    CHECK(f.opens == 3 && f.closes == 0);
}

static void sending_may_be_slow(void)
{
    begin(NULL, 0);
    f.send_piece = 2;
    f.send_again = 1;
    CHECK(!net.open(net.ctx, "x", 1));
    CHECK(net.send(net.ctx, "abc", 3) == ROTA_EAGAIN);
    CHECK(net.send(net.ctx, "abc", 3) == 2);
    CHECK(net.send(net.ctx, "c", 1) == ROTA_EAGAIN);
    CHECK(net.send(net.ctx, "c", 1) == 1);
    CHECK(!strcmp(f.sent, "abc"));
}

int main(void)
{
    RUN(a_reply_waits_for_its_request);
    RUN(a_reply_comes_in_pieces_with_pauses);
    RUN(a_broken_connection_uses_up_its_reply);
    RUN(connecting_may_take_time_and_fail);
    RUN(sending_may_be_slow);
    return test_end();
}
