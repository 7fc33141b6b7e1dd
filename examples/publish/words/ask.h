/* SPDX-License-Identifier: Apache-2.0 */
/* Questions before something is done that cannot be undone. */
#ifndef ROTA_ASK_H
#define ROTA_ASK_H

#include "words/say.h"

/* Ask on the terminal whether to do what. 0 for a yes; else, having said so,
 * an exit code. Without a terminal the answer is no. */
int rota_ask(const struct rota_say *s, const char *what);

#endif
