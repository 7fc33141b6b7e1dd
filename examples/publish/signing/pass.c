/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "signing/pass.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "words/files.h"
#include "oneline.h"
#include "signing/wipe.h"

static char from_env[PUB_PASS_MAX + 2]; /* one more than allowed, to notice */
static bool has_env;

void pub_pass_hide(void)
{
    char *value = getenv(PUB_PASS_ENV);

    if (!value)
        return;
    has_env = true;
    strncpy(from_env, value, sizeof(from_env) - 1);
    pub_wipe(value, strlen(value)); /* /proc/PID/environ shows this place */
    unsetenv(PUB_PASS_ENV);
}

void pub_pass_forget(void)
{
    pub_wipe(from_env, sizeof(from_env));
}

static int bad(const struct pub_say *s, const char *what, const char *why)
{
    return pub_say_failure(s, PUB_EXIT_KEY, what, "%s", why);
}

static int check(const struct pub_say *s, const struct pub_pass *p,
                 const char *what, const char *text)
{
    if (strlen(text) > PUB_PASS_MAX)
        return bad(s, what, "the passphrase is too long");
    if (p->twice && !text[0])
        return bad(s, what,
                   "the passphrase is empty; --no-passphrase writes the key "
                   "unencrypted");
    return ROTA_EXIT_OK;
}

/* --- From a file --------------------------------------------------------- */

static int from_file(const struct pub_say *s, const struct pub_pass *p,
                     char out[PUB_PASS_MAX + 1])
{
    char text[PUB_PASS_MAX + 3];
    size_t len;
    int code = pub_files_read(s, p->file, text, sizeof(text) - 1, &len);

    if (!code) {
        text[len] = '\0';
        text[strcspn(text, "\r\n")] = '\0';
        code = check(s, p, p->file, text);
    }
    if (!code) {
        strcpy(out, text);
        if (rota_oneline_open_to_others(p->file))
            pub_say_note(s, "%s can be read by other users", p->file);
    }
    pub_wipe(text, sizeof(text));
    return code;
}

/* --- From the terminal --------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    interrupted = number;
}

/* A line without its end. False at the end of input or a signal. */
static bool read_line(int fd, char out[PUB_PASS_MAX + 1])
{
    size_t len = 0;
    char c = 0;

    while (!interrupted && read(fd, &c, 1) == 1 && c != '\n')
        if (len < PUB_PASS_MAX)
            out[len++] = c;
    out[len] = '\0';
    return c == '\n' && !interrupted;
}

static void prompt(int fd, const char *text, const char *key)
{
    if (dprintf(fd, "%s %s: ", text, key) < 0)
        interrupted = SIGHUP; /* nobody there to answer */
}

/* Whatever ends this, the terminal shows again what is typed. */
static bool ask_quietly(int fd, const char *text, const char *key,
                        char out[PUB_PASS_MAX + 1])
{
    struct sigaction action = {.sa_handler = interrupt}, old_int, old_term;
    struct termios shown, hidden;
    bool good;

    if (tcgetattr(fd, &shown))
        return false;
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    sigaction(SIGINT, &action, &old_int);
    sigaction(SIGTERM, &action, &old_term);
    tcsetattr(fd, TCSAFLUSH, &hidden);
    prompt(fd, text, key);
    good = read_line(fd, out);
    tcsetattr(fd, TCSAFLUSH, &shown);
    if (write(fd, "\n", 1) < 0)
        good = false;
    sigaction(SIGINT, &old_int, NULL);
    sigaction(SIGTERM, &old_term, NULL);
    if (interrupted)
        raise(interrupted);
    return good;
}

static int ask(const struct pub_say *s, const struct pub_pass *p, int fd,
               char out[PUB_PASS_MAX + 1])
{
    char again[PUB_PASS_MAX + 1];
    bool same;
    int code;

    if (!ask_quietly(fd, p->twice ? "New passphrase for" : "Passphrase of",
                     p->key, out))
        return bad(s, p->key, "no passphrase was given");
    code = check(s, p, p->key, out);
    if (code || !p->twice)
        return code;
    same =
        ask_quietly(fd, "Again, for", p->key, again) && strcmp(out, again) == 0;
    pub_wipe(again, sizeof(again));
    return same ? 0 : bad(s, p->key, "the two passphrases differ");
}

static int from_terminal(const struct pub_say *s, const struct pub_pass *p,
                         char out[PUB_PASS_MAX + 1])
{
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC), code;

    if (fd < 0)
        return bad(s, p->key,
                   "a passphrase is needed and there is no terminal to ask "
                   "on; use --passphrase-file or " PUB_PASS_ENV);
    code = ask(s, p, fd, out);
    close(fd);
    return code;
}

int pub_pass_get(const struct pub_say *s, const struct pub_pass *p,
                 char out[PUB_PASS_MAX + 1])
{
    int code;

    out[0] = '\0';
    if (p->file)
        return from_file(s, p, out);
    if (!has_env)
        return from_terminal(s, p, out);
    code = check(s, p, PUB_PASS_ENV, from_env);
    if (!code)
        strcpy(out, from_env);
    return code;
}
