/* SPDX-License-Identifier: Apache-2.0 */
/* port/net_lwip on this machine: lwIP talks to itself over its loopback
 * interface, where a server for port_check and one for names are. */
#include "net_lwip.h"
#include "port/port_check.h"
#include "sys_posix.h"
#include "support/test.h"

#include <string.h>

#include <lwip/dns.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/stats.h>
#include <lwip/sys.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>
#include <lwip/udp.h>

enum { PORT = 7007, CLOSED_PORT = 7008 };

static struct rota_net_lwip lwip;
static struct rota_net net;

u32_t sys_now(void)
{
    return (u32_t)rota_sys_posix.now_ms(NULL);
}

static void turn(void)
{
    netif_poll_all();
    sys_check_timeouts();
}

static void turns(int n)
{
    while (n--)
        turn();
}

/* --- The server ----------------------------------------------------------- */

static struct tcp_pcb *served; /* the last connection, NULL when it ended */
static bool echoes = true;

static void served_gone(void *arg, err_t err)
{
    (void)arg;
    (void)err;
    served = NULL;
}

/* Sends back all but bytes 1, hangs up at a 4. */
static err_t served_bytes(void *arg, struct tcp_pcb *pcb, struct pbuf *p,
                          err_t err)
{
    char in[TCP_WND], out[TCP_WND];
    u16_t n, kept = 0;

    (void)arg;
    (void)err;
    if (p && p->tot_len > tcp_sndbuf(pcb))
        return ERR_MEM;
    n = p ? pbuf_copy_partial(p, in, sizeof(in), 0) : 0;
    for (u16_t i = 0; i < n; i++)
        if (in[i] != 1)
            out[kept++] = in[i];
    if (!p || memchr(in, 4, n)) {
        served = NULL;
        tcp_arg(pcb, NULL);
        tcp_recv(pcb, NULL);
        tcp_err(pcb, NULL);
        if (p)
            tcp_recved(pcb, n);
        if (tcp_close(pcb) != ERR_OK) {
            tcp_abort(pcb);
            if (p)
                pbuf_free(p);
            return ERR_ABRT;
        }
    } else {
        if (echoes && kept)
            CHECK(tcp_write(pcb, out, kept, TCP_WRITE_FLAG_COPY) == ERR_OK);
        tcp_recved(pcb, n);
        tcp_output(pcb);
    }
    if (p)
        pbuf_free(p);
    return ERR_OK;
}

static err_t serve(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    (void)err;
    served = pcb;
    tcp_nagle_disable(pcb);
    tcp_recv(pcb, served_bytes);
    tcp_err(pcb, served_gone);
    return ERR_OK;
}

/* --- Names ---------------------------------------------------------------- */

static struct pbuf *held; /* a question about slow.test, unanswered */
static u16_t held_port;
static struct udp_pcb *dns;
static ip_addr_t here = IPADDR4_INIT_BYTES(127, 0, 0, 1);
static u8_t last_byte = 1;

/* Names that begin with n or s are not found, all others are 127.0.0.1, or
 * what last_byte makes of that. */
static void answer(struct pbuf *p, u16_t port)
{
    const u8_t address[] = {0xc0, 0x0c, 0, 1, 0,   1, 0, 0,
                            0,    60,   0, 4, 127, 0, 0, last_byte};
    u8_t reply[256];
    u16_t n = pbuf_copy_partial(p, reply, sizeof(reply) - sizeof(address), 0);
    bool known = reply[13] != 'n' && reply[13] != 's';

    reply[2] = 0x81;
    reply[3] = known ? 0x80 : 0x83;
    reply[7] = known;
    if (known)
        memcpy(reply + n, address, sizeof(address));
    n = (u16_t)(n + (known ? sizeof(address) : 0));
    pbuf_free(p);
    p = pbuf_alloc(PBUF_TRANSPORT, n, PBUF_RAM);
    pbuf_take(p, reply, n);
    udp_sendto(dns, p, &here, port);
    pbuf_free(p);
}

static void asked(void *arg, struct udp_pcb *pcb, struct pbuf *p,
                  const ip_addr_t *address, u16_t port)
{
    (void)arg;
    (void)pcb;
    (void)address;
    if (pbuf_get_at(p, 13) == 's' && !held) {
        held = p;
        held_port = port;
    } else {
        answer(p, port);
    }
}

/* --- Tests ---------------------------------------------------------------- */

static void start(void)
{
    struct tcp_pcb *pcb;

    lwip_init();
    dns_setserver(0, &here);
    dns = udp_new();
    udp_bind(dns, &here, 53);
    udp_recv(dns, asked, NULL);
    pcb = tcp_new();
    tcp_bind(pcb, &here, PORT);
    pcb = tcp_listen(pcb);
    tcp_accept(pcb, serve);
    net = rota_net_lwip_init(&lwip);
}

static int open_to(const char *host, uint16_t port)
{
    uint64_t begin = rota_sys_posix.now_ms(NULL);
    int err;

    while ((err = net.open(net.ctx, host, port)) == ROTA_EAGAIN
           && rota_sys_posix.now_ms(NULL) - begin < 10000)
        turn();
    return err;
}

static void idle(void *arg)
{
    (void)arg;
    turn();
}

static void report(void *arg, bool good, const char *what)
{
    (void)arg;
    test_bad += !good;
    if (!good)
        printf("not so: %s\n", what);
}

static void it_is_a_net(void)
{
    const struct port_check r = {report, NULL};
    const struct port_check_net n = {.net = &net,
                                     .sys = &rota_sys_posix,
                                     .host = "good.test",
                                     .port = PORT,
                                     .closed_port = CLOSED_PORT,
                                     .no_host = "nowhere.test",
                                     .idle = idle};

    CHECK(port_check_net(&r, &n) == 0);
}

/* What the server may send while nobody reads is the window and no more. */
static void what_is_not_read_is_not_acknowledged(void)
{
    static char bulk[4 * TCP_MSS];
    u32_t got = 0, sent = 0;
    int n;

    memset(bulk, 'x', sizeof(bulk));
    CHECK(open_to("127.0.0.1", PORT) == ROTA_OK);
    turns(10);
    for (int i = 0; i < 100; i++) {
        u16_t room = tcp_sndbuf(served);
        if (room && tcp_write(served, bulk, room, 0) == ERR_OK)
            sent += room;
        tcp_output(served);
        turns(5);
    }
    CHECK(lwip.queue && lwip.queue->tot_len <= TCP_WND);
    CHECK(sent >= TCP_WND && sent <= TCP_WND + TCP_SND_BUF);
    for (int i = 0; i < 1000 && got < sent; i++) {
        while ((n = net.recv(net.ctx, bulk, 100)) > 0)
            got += (u32_t)n;
        turn();
    }
    CHECK(got == sent);
    net.close(net.ctx);
    turns(20);
}

static void what_came_before_a_reset_is_read_before_the_end(void)
{
    char buf[16];

    CHECK(open_to("127.0.0.1", PORT) == ROTA_OK);
    turns(10);
    CHECK(tcp_write(served, "last words", 10, 0) == ERR_OK);
    tcp_output(served);
    turns(10);
    tcp_abort(served);
    turns(10);
    CHECK(!lwip.pcb);
    CHECK(net.send(net.ctx, "x", 1) == ROTA_ECLOSED);
    CHECK(net.recv(net.ctx, buf, 4) == 4 && memcmp(buf, "last", 4) == 0);
    CHECK(net.recv(net.ctx, buf, 16) == 6 && memcmp(buf, " words", 6) == 0);
    CHECK(net.recv(net.ctx, buf, 16) == ROTA_ECLOSED);
    CHECK(net.recv(net.ctx, buf, 16) == ROTA_ECLOSED);
    net.close(net.ctx);
}

/* lwIP cannot be told that nobody waits for a name any more. */
static void a_late_answer_is_not_taken_for_another_name(void)
{
    CHECK(net.open(net.ctx, "slow.test", CLOSED_PORT) == ROTA_EAGAIN);
    turns(10);
    CHECK(held != NULL);
    net.close(net.ctx);
    CHECK(net.open(net.ctx, "other.test", PORT) == ROTA_EAGAIN);
    answer(held, held_port); /* first, though asked for before */
    held = NULL;
    CHECK(open_to("other.test", PORT) == ROTA_OK);
    CHECK(served != NULL);
    net.close(net.ctx);
    turns(20);
}

static err_t swallow(struct netif *netif, struct pbuf *p, const ip4_addr_t *to)
{
    (void)netif;
    (void)p;
    (void)to;
    return ERR_OK;
}

static void an_address_that_says_nothing_is_given_up(void)
{
    uint64_t begin = rota_sys_posix.now_ms(NULL), took;
    netif_output_fn output = netif_list->output;

    netif_list->output = swallow;
    lwip.connect_ms = 100;
    CHECK(open_to("127.0.0.2", PORT) == ROTA_ECONNECT);
    took = rota_sys_posix.now_ms(NULL) - begin;
    CHECK(took >= 100 && took < 2000);
    lwip.connect_ms = 5000;
    netif_list->output = output;
}

static void the_next_attempt_asks_for_the_name_again(void)
{
    lwip.connect_ms = 100;
    last_byte = 2;
    CHECK(open_to("moved.test", PORT) == ROTA_ECONNECT);
    last_byte = 1;
    CHECK(open_to("moved.test", PORT) == ROTA_OK);
    lwip.connect_ms = 5000;
    net.close(net.ctx);
    turns(20);
}

/* In every state that a connection can be left in. */
static void nothing_is_lost_by_closing(void)
{
    char buf[8];
    mem_size_t before = 0;

    for (int i = 0; i < 400; i++) {
        bool opened = i % 5 && open_to("127.0.0.1", PORT) == ROTA_OK;

        if (!opened)
            (void)net.open(net.ctx, "127.0.0.1", PORT);
        if (i % 5 > 1)
            (void)net.send(net.ctx, "abcdef", 6);
        if (i % 5 > 2)
            turns(10);
        if (i % 5 > 3)
            CHECK(net.recv(net.ctx, buf, 3) == 3);
        net.close(net.ctx);
        turns(30);
        if (i == 99)
            before = lwip_stats.mem.used;
    }
    CHECK(lwip_stats.mem.used <= before);
    CHECK(lwip_stats.memp[MEMP_PBUF_POOL]->used == 0);
    CHECK(lwip_stats.memp[MEMP_TCP_SEG]->used == 0);
}

int main(void)
{
    start();
    RUN(it_is_a_net);
    RUN(what_is_not_read_is_not_acknowledged);
    RUN(what_came_before_a_reset_is_read_before_the_end);
    RUN(a_late_answer_is_not_taken_for_another_name);
    RUN(an_address_that_says_nothing_is_given_up);
    RUN(the_next_attempt_asks_for_the_name_again);
    RUN(nothing_is_lost_by_closing);
    return test_end();
}
