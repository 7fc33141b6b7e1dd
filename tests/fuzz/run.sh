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

objects=
for source in core/*.c port/anchors_bundle.c \
    "${LLHTTP_DIR:-build/deps/llhttp}"/src/*.c; do
    case $source in
    core/* | port/*) objects="$objects $build/${source%.c}.o" ;;
    *) objects="$objects $build/llhttp/$(basename "$source" .c).o" ;;
    esac
done
# shellcheck disable=SC2086
make BUILD=$build CC=clang CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' \
    SANITIZE=1 $objects
# From an archive the linker takes what the target needs.
rm -f $build/core.a
# shellcheck disable=SC2086
ar qcs $build/core.a $objects
clang -std=c11 -O1 -g -fsanitize=fuzzer,address,undefined \
    -fno-sanitize-recover=all -Iinclude -Icore -Iport \
    -isystem "${LLHTTP_DIR:-build/deps/llhttp}/include" \
    "tests/fuzz/fuzz_$target.c" $build/core.a -o "$build/$target"

mkdir -p "$build/corpus/$target" "$build/found"
exec "$build/$target" -artifact_prefix="$build/found/$target-" "$@" \
    "$build/corpus/$target" "tests/fuzz/corpus/$target"
