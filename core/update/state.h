/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a client. */
#ifndef ROTA_UPDATE_STATE_H
#define ROTA_UPDATE_STATE_H

/* Every state: X(name, word). An error in the state is told with the word, as
 * rota_event.state. */
#define ROTA_STATES(X)                                                         \
    X(IDLE, "start")                                                           \
    X(CHECK, "check")                                                          \
    X(MANIFEST, "manifest")                                                    \
    X(PROBE, "verify")                                                         \
    X(FIND, "find")                                                            \
    X(FETCH, "download")                                                       \
    X(FINISH, "finish")                                                        \
    X(VERIFY, "verify")                                                        \
    X(WAIT, "install")                                                         \
    X(ARM, "install")                                                          \
    X(LIST, "list")

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
