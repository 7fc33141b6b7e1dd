/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "signing/outside.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "words/files.h"

enum { PATH = 4096 };

/* A folder of our own, so that no other user can put a file in the place of
 * one of these. */
struct room {
    char folder[PATH], manifest[PATH + 16], signature[PATH + 16],
        output[PATH + 16];
};

static int failed(const struct pub_say *s, const char *what)
{
    return pub_say_failure(s, PUB_EXIT_FILE, what, "%s", strerror(errno));
}

static void leave(const struct room *r)
{
    unlink(r->manifest);
    unlink(r->signature);
    unlink(r->output);
    rmdir(r->folder);
}

static int enter(const struct pub_say *s, struct room *r, const void *text,
                 size_t len)
{
    const char *tmp = getenv("TMPDIR");
    int code;

    if (snprintf(r->folder, PATH, "%s/rota-sign-XXXXXX",
                 tmp && tmp[0] ? tmp : "/tmp")
        >= PATH)
        return pub_say_failure(s, PUB_EXIT_FILE, "TMPDIR", "is too long");
    if (!mkdtemp(r->folder))
        return failed(s, r->folder);
    snprintf(r->manifest, sizeof(r->manifest), "%s/manifest.json", r->folder);
    snprintf(r->signature, sizeof(r->signature), "%s/signature", r->folder);
    snprintf(r->output, sizeof(r->output), "%s/output", r->folder);
    code = pub_files_create(s, r->manifest, text, len, 0600);
    if (code)
        leave(r);
    return code;
}

/* --- The command --------------------------------------------------------- */

static bool put_at(const char *path, int flags, int fd)
{
    int from = open(path, flags, 0600);

    return from >= 0 && dup2(from, fd) == fd && (from == fd || !close(from));
}

static void child(const struct room *r, const char *command)
{
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    if (put_at(r->manifest, O_RDONLY, STDIN_FILENO)
        && put_at(r->output, O_WRONLY | O_CREAT | O_EXCL, STDOUT_FILENO))
        execl("/bin/sh", "sh", "-c", command, "sh", r->manifest, r->signature,
              (char *)NULL);
    _exit(127);
}

static bool wait_for(pid_t pid, int *status)
{
    while (waitpid(pid, status, 0) < 0)
        if (errno != EINTR)
            return false;
    return true;
}

/* An interrupt from the terminal is for the command; we tidy up after it. */
static int run(const struct pub_say *s, const struct room *r,
               const char *command)
{
    void (*on_int)(int) = signal(SIGINT, SIG_IGN);
    void (*on_quit)(int) = signal(SIGQUIT, SIG_IGN);
    pid_t pid;
    int status = 0;
    bool good;

    fflush(s->out);
    pid = fork();
    if (pid == 0)
        child(r, command);
    good = pid > 0 && wait_for(pid, &status);
    signal(SIGINT, on_int);
    signal(SIGQUIT, on_quit);
    if (!good)
        return failed(s, "--sign-cmd");
    if (WIFSIGNALED(status))
        return pub_say_failure(s, PUB_EXIT_KEY, "--sign-cmd",
                               "the command was ended by signal %d",
                               WTERMSIG(status));
    if (WEXITSTATUS(status))
        return pub_say_failure(s, PUB_EXIT_KEY, "--sign-cmd",
                               "the command failed with exit code %d",
                               WEXITSTATUS(status));
    return ROTA_EXIT_OK;
}

int pub_outside_sign(const struct pub_say *s, const char *command,
                     const void *text, size_t len, void *out, size_t size,
                     size_t *n)
{
    struct stat st;
    struct room r;
    int code = enter(s, &r, text, len);

    if (code)
        return code;
    code = run(s, &r, command);
    if (!code) {
        bool file = stat(r.signature, &st) == 0 && st.st_size > 0;

        code = pub_files_read(s, file ? r.signature : r.output, out, size, n);
    }
    leave(&r);
    return code;
}
