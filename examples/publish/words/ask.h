/* SPDX-License-Identifier: Apache-2.0 */
/* Questions before something is done that cannot be undone. */
#ifndef PUB_WORDS_ASK_H
#define PUB_WORDS_ASK_H

#include "words/say.h"

/* Ask on the terminal whether to do what. 0 for a yes; else, having said so,
 * an exit code. Without a terminal the answer is no. */
int pub_ask(const struct pub_say *s, const char *what);

#endif
