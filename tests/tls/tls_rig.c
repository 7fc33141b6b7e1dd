/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "tls/tls_rig.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct tls_rig rig;

static unsigned char memory[128 << 10];
static unsigned char ders[TLS_RIG_ANCHORS][2048];
static char dir[] = "/tmp/rota-tls-XXXXXX";

/* --- The client's world -------------------------------------------------- */

static int net_open(void *ctx, const char *host, uint16_t port)
{
    /* Names and ports mean nothing here: all is one server on loopback. */
    (void)ctx, (void)host, (void)port;
    if (rig.net_error)
        return rig.net_error;
    rig.received = 0;
    return rig.below.open(rig.below.ctx, "127.0.0.1", rig.port);
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    (void)ctx;
    int n = rig.below.send(rig.below.ctx, buf, len);
    rig.sent += n > 0 ? n : 0;
    return n;
}

static int from_script(void *buf, size_t len)
{
    size_t left = strlen(rig.plain);

    if (left == 0)
        return ROTA_ECLOSED;
    len = len < left ? len : left;
    memcpy(buf, rig.plain, len);
    rig.plain += len;
    return (int)len;
}

static int net_recv(void *ctx, void *buf, size_t len)
{
    (void)ctx;
    if (rig.plain)
        return from_script(buf, len);
    if (rig.cut >= 0 && rig.received >= rig.cut)
        return ROTA_ECLOSED;
    if (rig.piece && len > rig.piece)
        len = rig.piece;
    if (rig.cut >= 0 && len > (size_t)(rig.cut - rig.received))
        len = (size_t)(rig.cut - rig.received);
    int n = rig.below.recv(rig.below.ctx, buf, len);
    if (n > 0 && rig.flip >= rig.received && rig.flip < rig.received + n)
        ((unsigned char *)buf)[rig.flip - rig.received] ^= 0x10;
    rig.received += n > 0 ? n : 0;
    return n;
}

static void net_close(void *ctx)
{
    (void)ctx;
    rig.below.close(rig.below.ctx);
}

static uint64_t sys_time(void *ctx)
{
    (void)ctx;
    return rig.now;
}

static int sys_random(void *ctx, void *buf, size_t len)
{
    (void)ctx;
    if (rig.no_random)
        return ROTA_ERANDOM;
    return getrandom(buf, len, 0) == (ssize_t)len ? 0 : ROTA_ERANDOM;
}

size_t tls_file(const char *name, void *buf, size_t size)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    size_t len = f ? fread(buf, 1, size, f) : 0;
    if (f)
        fclose(f);
    return len;
}

void tls_trust(size_t i, const char *root)
{
    char name[64];

    snprintf(name, sizeof(name), "%s.der", root);
    size_t len = tls_file(name, ders[i], sizeof(ders[i]));
    rig.anchors[i] = (struct rota_anchor){ders[i], len};
    if (rig.config.anchor_count <= i)
        rig.config.anchor_count = i + 1;
}

void tls_client(size_t size, const char *root)
{
    uint16_t port = rig.port;
    int pid = rig.pid;

    if (rig.config.net)
        rota_tls_free(&rig.tls);
    memset(&rig, 0, sizeof(rig));
    rig.port = port;
    rig.pid = pid;
    rig.cut = rig.flip = -1;
    rig.now = (uint64_t)time(NULL);
    rig.below = rota_net_bsd_init(&rig.sockets);
    rig.net = (struct rota_net){NULL, net_open, net_send, net_recv, net_close};
    rig.sys = (struct rota_sys){.unix_time = sys_time, .random = sys_random};
    rig.config = (struct rota_config){
        .net = &rig.net,
        .sys = &rig.sys,
        .anchors = rig.anchors,
        .tls_refusals = &rig.arena.failed,
    };
    rota_arena_init(&rig.arena, memory,
                    size < sizeof(memory) ? size : sizeof(memory));
    rota_arena_use(&rig.arena);
    tls_trust(0, root);
    rota_tls_init(&rig.tls, &rig.config);
}

/* After ROTA_EAGAIN: wait until there is a reason to try again. */
static bool may_go_on(void)
{
    rig.spins += rig.tls.busy;
    return rig.tls.busy || rota_net_bsd_wait(&rig.sockets, 10000);
}

int tls_connect(const char *host)
{
    uint16_t port = rig.named ? rig.named : rig.port;
    int err;

    while ((err = rota_tls_open(&rig.tls, host, port)) == ROTA_EAGAIN)
        if (!may_go_on())
            return ROTA_ESTALL;
    return err;
}

static int send_all(const char *s, size_t len)
{
    while (len) {
        int n = rota_tls_send(&rig.tls, s, len);
        if (n == ROTA_EAGAIN && may_go_on())
            continue;
        if (n < 0)
            return n;
        s += n;
        len -= (size_t)n;
    }
    return 0;
}

int tls_get(const char *path)
{
    char request[256];
    int len =
        snprintf(request, sizeof(request), "GET %s HTTP/1.0\r\n\r\n", path);
    int n = send_all(request, (size_t)len);

    rig.reply_len = 0;
    if (n)
        return n;
    for (;;) {
        size_t room = sizeof(rig.reply) - 1 - rig.reply_len;
        n = rota_tls_recv(&rig.tls, rig.reply + rig.reply_len,
                          room < 16384 ? room : 16384);
        if (n == ROTA_EAGAIN && may_go_on())
            continue;
        if (n < 0)
            break;
        rig.reply_len += (size_t)n;
    }
    rig.reply[rig.reply_len] = 0;
    return n;
}

int tls_visit(const char *host)
{
    int err = tls_connect(host);

    rig.reply_len = 0;
    rig.reply[0] = 0;
    if (!err)
        (void)tls_get("/");
    rota_tls_close(&rig.tls);
    return err;
}

bool tls_got_file(const char *name)
{
    static char file[400000];
    const char *body = memmem(rig.reply, rig.reply_len, "\r\n\r\n", 4);
    size_t len = tls_file(name, file, sizeof(file));

    return body && len && rig.reply + rig.reply_len == body + 4 + len
        && memcmp(body + 4, file, len) == 0;
}

/* --- Servers ------------------------------------------------------------- */

static FILE *from_server; /* open as long as it runs: it writes there */

static void stop_server(void)
{
    if (rig.pid <= 0)
        return;
    kill(rig.pid, SIGKILL);
    waitpid(rig.pid, NULL, 0);
    fclose(from_server);
    rig.pid = 0;
}

static void run_server(int out, const char *chain, const char *options)
{
    char line[512], *argv[48];
    int argc = 0;

    snprintf(line, sizeof(line),
             "openssl s_server -accept 127.0.0.1:%u -cert %s.pem "
             "-cert_chain %s.pem -key %s.key %s",
             rig.port, chain, chain, chain, options);
    for (char *word = strtok(line, " "); word && argc < 47;
         word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(open("/dev/null", O_RDWR), 0);
    dup2(out, 1);
    dup2(0, 2);
    if (chdir(dir) == 0)
        execvp(argv[0], argv);
    _exit(127);
}

void tls_serve_again(const char *chain, const char *options)
{
    char line[256], *port;
    int fds[2];

    stop_server();
    if (pipe2(fds, O_CLOEXEC))
        return;
    rig.pid = fork();
    if (rig.pid == 0)
        run_server(fds[1], chain, options);
    close(fds[1]);
    from_server = fdopen(fds[0], "r");
    do {
        if (!fgets(line, sizeof(line), from_server))
            return;
    } while (strncmp(line, "ACCEPT", 6) != 0);
    port = strrchr(line, ':');
    if (port)
        rig.port = (uint16_t)atoi(port + 1);
}

void tls_serve(const char *chain, const char *options)
{
    rig.port = 0;
    tls_serve_again(chain, options);
}

static int run(const char *command, const char *arg)
{
    char line[256];

    snprintf(line, sizeof(line), "%s %s", command, arg);
    return system(line);
}

bool tls_rig_start(void)
{
    return mkdtemp(dir) && run("tests/tls/tls_pki.sh", dir) == 0;
}

void tls_rig_stop(void)
{
    stop_server();
    run("rm -rf", dir);
}
