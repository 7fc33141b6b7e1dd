/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a client. */
#ifndef ROTA_UPDATE_STATE_H
#define ROTA_UPDATE_STATE_H

/* Every state: X(name, word). An error in the state is told with the word, as
 * rota_event.state. Up to CHECK there is no release yet that an error could be
 * about; behind MANIFEST there is an image that is wanted. */
#define ROTA_STATES(X)                                                         \
    X(IDLE, "start")                                                           \
    X(LIST, "list")                                                            \
    X(CHECK, "check")                                                          \
    X(MANIFEST, "manifest")                                                    \
    X(PROBE, "verify")                                                         \
    X(FIND, "find")                                                            \
    X(FETCH, "download")                                                       \
    X(FINISH, "finish")                                                        \
    X(VERIFY, "verify")                                                        \
    X(WAIT, "install")                                                         \
    X(ARM, "install")

/* A function that stands for a state returns the next state, the same state
 * when there is more to do or to wait for, or an error, with which the check
 * ends. */
enum rota_state {
#define ROTA_STATE_ENUM_(name, word) ROTA_STATE_##name,
    ROTA_STATES(ROTA_STATE_ENUM_)
#undef ROTA_STATE_ENUM_
};

/* The word of a state. */
const char *rota_state_word(enum rota_state state);

#endif
