/* SPDX-License-Identifier: Apache-2.0 */
/* The commands, each in a file of its own; main.c has the table. */
#ifndef ROTA_PUBLISH_COMMANDS_H
#define ROTA_PUBLISH_COMMANDS_H

#include "words/args.h"

extern const struct rota_publish_command rota_publish_keygen;
extern const struct rota_publish_command rota_publish_key;
extern const struct rota_publish_command rota_publish_manifest;
extern const struct rota_publish_command rota_publish_sign;
extern const struct rota_publish_command rota_publish_verify;
extern const struct rota_publish_command rota_publish_inspect;
extern const struct rota_publish_command rota_publish_release;
extern const struct rota_publish_command rota_publish_list;
extern const struct rota_publish_command rota_publish_show;
extern const struct rota_publish_command rota_publish_download;
extern const struct rota_publish_command rota_publish_rollout;
extern const struct rota_publish_command rota_publish_withdraw;
extern const struct rota_publish_command rota_publish_edit;
extern const struct rota_publish_command rota_publish_delete;
extern const struct rota_publish_command rota_publish_api;

#endif
