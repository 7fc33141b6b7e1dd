#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fuzz one target: tests/fuzz/run.sh TARGET [libFuzzer options]
# TARGET: url semver json http anchors
#
# Needs clang. What is found stays in build/fuzz; an input that taught
# something goes to tests/fuzz/corpus, which "make test" replays.
set -eu
cd "$(dirname "$0")/../.."
target=$1
shift
build=build/fuzz

# From the archive the linker takes what the target needs.
make BUILD=$build CC=clang CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' \
    SANITIZE=1 $build/librota.a
clang -std=c11 -O1 -g -fsanitize=fuzzer,address,undefined \
    -fno-sanitize-recover=all -Iinclude -Icore -Iport \
    -isystem "${LLHTTP_DIR:-build/deps/llhttp}/include" \
    "tests/fuzz/fuzz_$target.c" $build/librota.a -o "$build/$target"

mkdir -p "$build/corpus/$target" "$build/found"
exec "$build/$target" -artifact_prefix="$build/found/$target-" "$@" \
    "$build/corpus/$target" "tests/fuzz/corpus/$target"
