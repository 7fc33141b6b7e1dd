/* SPDX-License-Identifier: Apache-2.0 */
/* Why a manifest is refused: a number, so that a device that shows it to
 * nobody does not carry the sentences (rota_why_text, why.c). */
#ifndef ROTA_MANIFEST_WHY_H
#define ROTA_MANIFEST_WHY_H

/* A member is missing or not as SPEC.md wants it. In the order of the table in
 * manifest.c: those of the whole, of rollout, of an image. */
#define ROTA_WHY_MEMBERS(X)                                                    \
    X(ROTA, "rota")                                                            \
    X(PROJECT, "project")                                                      \
    X(BOARD, "board")                                                          \
    X(VERSION, "version")                                                      \
    X(MIN_VERSION, "min_version")                                              \
    X(SEQ, "seq")                                                              \
    X(SECURITY, "security")                                                    \
    X(ISSUED, "issued")                                                        \
    X(EXPIRES, "expires")                                                      \
    X(HW, "hw")                                                                \
    X(ROLLOUT, "rollout")                                                      \
    X(IMAGES, "images")                                                        \
    X(REVOKE, "revoke")                                                        \
    X(PERCENT, "percent")                                                      \
    X(SALT, "salt")                                                            \
    X(ID, "id")                                                                \
    X(SIZE, "size")                                                            \
    X(SHA256, "sha256")                                                        \
    X(FORMAT, "format")                                                        \
    X(NAME, "name")

/* What rota_manifest_judge finds, with the error that it comes with. */
#define ROTA_WHY_JUDGED(X)                                                     \
    X(OTHER_PROJECT, EFOREIGN, "made for another project")                     \
    X(OTHER_BOARD, EFOREIGN, "made for another board")                         \
    X(OTHER_HW, EFOREIGN, "made for another revision of the hardware")         \
    X(NO_SLOT, EFOREIGN, "this device lacks a slot for it")                    \
    X(NO_IMAGE, EFOREIGN, "a slot of this device gets no image")               \
    X(LARGE, ETOOBIG, "an image is larger than its slot")                      \
    X(OLD_SEQ, EROLLBACK, "seq is below one accepted before")                  \
    X(FAR_SEQ, EROLLBACK, "seq is too far above the last one")                 \
    X(OLD_SECURITY, EROLLBACK, "security is below that of the running image")  \
    X(EXPIRED, ESTALE, "it has expired")                                       \
    X(STEP, ESTEP, "the running version is below min_version")

/* The others. */
#define ROTA_WHY_FORM(X)                                                       \
    X(LONG, "longer than this build takes")                                    \
    X(FIRST, "the first line is not rota1")                                    \
    X(LINES, "the lines of signatures are wrong")                              \
    X(BEGIN, "the signed text does not begin with {\"rota\":1,")               \
    X(UNCHECKED, "the signatures could not be checked")                        \
    X(STRANGERS, "no trusted key has signed")                                  \
    X(TOO_FEW, "too few trusted keys have signed")                             \
    X(JSON, "the signed text is no JSON object")                               \
    X(TOKENS, "more keys and values than this build takes")                    \
    X(KEY, "a key is not plain ASCII")                                         \
    X(CRITICAL, "a key with ! asks for what this build does not know")         \
    X(KEY_TWICE, "a key occurs twice in an object")                            \
    X(ID_TWICE, "two images have one id")                                      \
    X(NO_ID_0, "no image has the id 0")                                        \
    X(TAG, "made for another version than the tag's")

#define ROTA_WHY_VALUE(name, ...) ROTA_WHY_##name,
enum rota_why {
    ROTA_WHY_NONE,
    ROTA_WHY_MEMBERS(ROTA_WHY_VALUE) ROTA_WHY_JUDGED(ROTA_WHY_VALUE)
        ROTA_WHY_FORM(ROTA_WHY_VALUE) ROTA_WHY_END
};

#endif
