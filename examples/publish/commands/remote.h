/* SPDX-License-Identifier: Apache-2.0 */
/* The options that all commands with a network have, and what is made of
 * them. */
#ifndef PUB_COMMANDS_REMOTE_H
#define PUB_COMMANDS_REMOTE_H

#include <stddef.h>

#include "transport/api.h"
#include "words/args.h"

struct pub_remote_options {
    const char *api, *repo, *token_file, *ca_file, *hosts, *version;
    struct pub_number pause_ms, wait_s, stall_s;
};

/* Rows for the options of a command whose struct has them as its member
 * remote. */
#define PUB_REMOTE_OPTIONS(command)                                            \
    {"--repo", "OWNER/NAME", "default GITHUB_REPOSITORY", pub_arg_text,        \
     offsetof(command, remote.repo)},                                          \
        {"--api", "URL", "default GITHUB_API_URL, or GitHub's", pub_arg_text,  \
         offsetof(command, remote.api)},                                       \
        {"--token-file", "FILE", "default: the token in GITHUB_TOKEN",         \
         pub_arg_text, offsetof(command, remote.token_file)},                  \
        {"--api-version", "DATE", "default 2022-11-28; none: old servers",     \
         pub_arg_text, offsetof(command, remote.version)},                     \
        {"--ca-file", "FILE", "PEM of trusted roots; default the system's",    \
         pub_arg_text, offsetof(command, remote.ca_file)},                     \
        {"--asset-hosts", "SUFFIXES", "where downloads may lead",              \
         pub_arg_text, offsetof(command, remote.hosts)},                       \
        {"--stall-timeout", "SECONDS", "without a byte; default 60",           \
         pub_arg_number, offsetof(command, remote.stall_s)},                   \
        {"--limit-wait", "SECONDS", "for rate limits, in all; default 3600",   \
         pub_arg_number, offsetof(command, remote.wait_s)},                    \
    {                                                                          \
        "--write-pause", "MS", "between writes; default and GitHub: 1000",     \
            pub_arg_number, offsetof(command, remote.pause_ms)                 \
    }

/* Make an API of them. 0 or, having said why, an exit code. To be ended by
 * pub_remote_close in either case. */
int pub_remote_open(const struct pub_say *s, const struct pub_remote_options *o,
                    struct pub_api *a);
void pub_remote_close(struct pub_api *a);

/* The same for writing, which needs a token. */
int pub_remote_open_to_write(const struct pub_say *s,
                             const struct pub_remote_options *o,
                             struct pub_api *a);

#endif
