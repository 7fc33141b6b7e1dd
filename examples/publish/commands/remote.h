/* SPDX-License-Identifier: Apache-2.0 */
/* The options that all commands with a network have, and what is made of
 * them. */
#ifndef ROTA_REMOTE_H
#define ROTA_REMOTE_H

#include "transport/api.h"
#include "words/args.h"

struct rota_remote_options {
    const char *api, *repo, *token_file, *ca_file, *hosts, *version;
    struct rota_number pause_ms, wait_s, stall_s;
};
extern struct rota_remote_options rota_remote;

#define ROTA_REMOTE_OPTIONS                                                    \
    {"--repo", "OWNER/NAME", "default GITHUB_REPOSITORY", rota_arg_text,       \
     &rota_remote.repo},                                                       \
        {"--api", "URL", "default GITHUB_API_URL, or GitHub's", rota_arg_text, \
         &rota_remote.api},                                                    \
        {"--token-file", "FILE", "default: the token in GITHUB_TOKEN",         \
         rota_arg_text, &rota_remote.token_file},                              \
        {"--api-version", "DATE", "default 2022-11-28; none: old servers",     \
         rota_arg_text, &rota_remote.version},                                 \
        {"--ca-file", "FILE", "PEM of trusted roots; default the system's",    \
         rota_arg_text, &rota_remote.ca_file},                                 \
        {"--asset-hosts", "SUFFIXES", "where downloads may lead",              \
         rota_arg_text, &rota_remote.hosts},                                   \
        {"--stall-timeout", "SECONDS", "without a byte; default 60",           \
         rota_arg_number, &rota_remote.stall_s},                               \
        {"--limit-wait", "SECONDS", "for rate limits, in all; default 3600",   \
         rota_arg_number, &rota_remote.wait_s},                                \
    {                                                                          \
        "--write-pause", "MS", "between writes; default and GitHub: 1000",     \
            rota_arg_number, &rota_remote.pause_ms                             \
    }

/* Make an API of them. 0 or, having said why, an exit code. To be ended by
 * rota_remote_close in either case. */
int rota_remote_open(const struct rota_say *s, struct rota_api *a);
void rota_remote_close(struct rota_api *a);

/* The same for writing, which needs a token. */
int rota_remote_open_to_write(const struct rota_say *s, struct rota_api *a);

#endif
