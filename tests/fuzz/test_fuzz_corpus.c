/* SPDX-License-Identifier: Apache-2.0 */
/* The corpora of the fuzz targets as ordinary tests: each file whole, cut at
 * every byte, and with a bit flipped in every byte. Run from the top folder.
 * A target that finds something wrong aborts. */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/test.h"

#define LLVMFuzzerTestOneInput fuzz_url
#include "fuzz/fuzz_url.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_semver
#include "fuzz/fuzz_semver.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_json
#include "fuzz/fuzz_json.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_http
#include "fuzz/fuzz_http.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_manifest
#include "fuzz/fuzz_manifest.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_anchors
#include "fuzz/fuzz_anchors.c"
#undef LLVMFuzzerTestOneInput

#define FILE_MAX 8192

typedef int target(const uint8_t *data, size_t size);

/* In a block of its own size, so that a sanitizer sees where it ends. */
static void feed(target *run, const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        abort();
    memcpy(copy, data, size);
    CHECK(run(copy, size) == 0);
    free(copy);
}

static void replay(target *run, uint8_t *data, size_t size)
{
    for (size_t len = 0; len <= size; len++)
        feed(run, data, len);
    for (size_t at = 0; at < size; at++) {
        uint8_t flip = (uint8_t)(1 << at % 8);
        data[at] ^= flip;
        feed(run, data, size);
        data[at] ^= flip;
    }
}

static void replay_file(target *run, const char *path)
{
    static uint8_t data[FILE_MAX + 1];
    FILE *f = fopen(path, "rb");
    CHECK(f);
    if (!f)
        return;
    size_t size = fread(data, 1, sizeof data, f);
    CHECK(!ferror(f) && size > 0 && size <= FILE_MAX);
    fclose(f);
    replay(run, data, size);
}

static void replay_folder(target *run, const char *folder)
{
    DIR *d = opendir(folder);
    int files = 0;
    CHECK(d);
    for (struct dirent *e; d && (e = readdir(d));) {
        char path[512];
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        replay_file(run, path);
        files++;
    }
    CHECK(files > 0);
    if (d)
        closedir(d);
}

static void the_corpus_of_url_passes(void)
{
    replay_folder(fuzz_url, "tests/fuzz/corpus/url");
}

static void the_corpus_of_semver_passes(void)
{
    replay_folder(fuzz_semver, "tests/fuzz/corpus/semver");
}

static void the_corpus_of_json_passes(void)
{
    replay_folder(fuzz_json, "tests/fuzz/corpus/json");
}

static void the_corpus_of_http_passes(void)
{
    replay_folder(fuzz_http, "tests/fuzz/corpus/http");
}

static void the_corpus_of_anchors_passes(void)
{
    replay_folder(fuzz_anchors, "tests/fuzz/corpus/anchors");
}

static void the_corpus_of_manifest_passes(void)
{
    replay_folder(fuzz_manifest, "tests/fuzz/corpus/manifest");
}

int main(void)
{
    RUN(the_corpus_of_url_passes);
    RUN(the_corpus_of_semver_passes);
    RUN(the_corpus_of_json_passes);
    RUN(the_corpus_of_http_passes);
    RUN(the_corpus_of_manifest_passes);
    RUN(the_corpus_of_anchors_passes);
    return test_end();
}
