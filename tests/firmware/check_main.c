/* SPDX-License-Identifier: Apache-2.0 */
/* port_check on the target: sys_cortexm and net_lwip of this board, told over
 * the UART. test_ports.py has the server that the net is checked with. */
#include "board.h"
#include "net_lwip.h"
#include "network.h"
#include "port/port_check.h"
#include "semihost.h"
#include "sys_cortexm.h"
#include "uart.h"

static struct rota_sys_cortexm cortexm = {.entropy = board_entropy};
static struct rota_sys sys;
static struct rota_net_lwip lwip;
static struct rota_net net;

void SysTick_Handler(void);

void SysTick_Handler(void)
{
    rota_sys_cortexm_tick(&cortexm);
}

static void report(void *arg, bool good, const char *what)
{
    (void)arg;
    uart_text(good ? "ok   " : "BAD  ");
    uart_line(what);
}

static void idle(void *arg)
{
    (void)arg;
    (void)network_poll();
}

/* A source that is not there, or gives the same again, must be noticed. */
static int same(void *ctx, void *buf, size_t len)
{
    (void)ctx;
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)buf)[i] = 0x5a;
    return 0;
}

static bool refuses_bad_sources(void)
{
    struct rota_sys_cortexm none = {0}, stuck = {.entropy = same};
    struct rota_sys unused;

    return rota_sys_cortexm_init(&none, BOARD_HZ, &unused) == ROTA_ERANDOM
        && rota_sys_cortexm_init(&stuck, BOARD_HZ, &unused) == ROTA_ERANDOM;
}

/* Over the moment at which the lower half of the milliseconds wraps. */
static bool keeps_on_at_2_32(void)
{
    struct rota_sys_cortexm c = {.ms_low = UINT32_MAX};
    uint64_t before = rota_sys_cortexm_ms(&c);

    rota_sys_cortexm_tick(&c);
    return before == UINT32_MAX && rota_sys_cortexm_ms(&c) == before + 1;
}

/* Every moment of 500 ticks; a second has 2^32 cycles at most. */
static bool counts_cycles(void)
{
    uint64_t end = sys.now_ms(sys.ctx) + 500;
    uint32_t first = rota_sys_cortexm_cycles(&cortexm), last = first;

    while (sys.now_ms(sys.ctx) < end) {
        uint32_t now = rota_sys_cortexm_cycles(&cortexm);
        if (now - last > UINT32_MAX / 2)
            return false;
        last = now;
    }
    return last - first > BOARD_HZ / 1000 * 499;
}

static bool keeps_time(void)
{
    bool good;

    rota_sys_cortexm_set_time(&cortexm, 1800000000);
    good = sys.unix_time(sys.ctx) - 1800000000 < 2;
    rota_sys_cortexm_set_time(&cortexm, 0);
    return good && sys.unix_time(sys.ctx) == 0;
}

static int check_sys(const struct port_check *r)
{
    int bad = port_check_sys(r, &sys);

    report(NULL, refuses_bad_sources(), "no start without random numbers");
    report(NULL, keeps_on_at_2_32(), "the clock goes on after 49 days");
    report(NULL, keeps_time(), "the time is what was set");
    bool cycles = counts_cycles();
    report(NULL, cycles, "cycles never go back");
    return bad + !refuses_bad_sources() + !keeps_on_at_2_32() + !keeps_time()
         + !cycles;
}

static int check_net(const struct port_check *r)
{
    const struct port_check_net n = {.net = &net,
                                     .sys = &sys,
                                     .host = "echo.localhost",
                                     .port = (uint16_t)board_number("echo"),
                                     .closed_port =
                                         (uint16_t)board_number("closed"),
                                     .no_host = "nowhere.invalid",
                                     .idle = idle};

    network_start(&sys);
    network_use_dns("10.0.2.2", (uint16_t)board_number("dns_port"));
    while (!network_is_up())
        (void)network_poll();
    (void)network_poll();
    net = rota_net_lwip_init(&lwip);
    return port_check_net(r, &n);
}

int main(void)
{
    const struct port_check r = {report, NULL};
    int bad;

    board_start();
    uart_start();
    if (rota_sys_cortexm_init(&cortexm, BOARD_HZ, &sys)) {
        uart_line("BAD  no source of random numbers");
        semihost_exit(1);
    }
    bad = check_sys(&r) + check_net(&r);
    uart_flush();
    semihost_exit(bad != 0);
}
