/* SPDX-License-Identifier: Apache-2.0 */
/* The commands, each in a file of its own; main.c has the table. */
#ifndef PUB_COMMANDS_COMMANDS_H
#define PUB_COMMANDS_COMMANDS_H

#include "words/args.h"

extern const struct pub_command pub_cmd_keygen;
extern const struct pub_command pub_cmd_key;
extern const struct pub_command pub_cmd_manifest;
extern const struct pub_command pub_cmd_sign;
extern const struct pub_command pub_cmd_verify;
extern const struct pub_command pub_cmd_inspect;
extern const struct pub_command pub_cmd_release;
extern const struct pub_command pub_cmd_list;
extern const struct pub_command pub_cmd_show;
extern const struct pub_command pub_cmd_download;
extern const struct pub_command pub_cmd_rollout;
extern const struct pub_command pub_cmd_withdraw;
extern const struct pub_command pub_cmd_edit;
extern const struct pub_command pub_cmd_delete;
extern const struct pub_command pub_cmd_api;

#endif
