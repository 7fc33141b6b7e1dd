#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What core's objects may not contain: check_symbols.sh core/*.o
# Ends with "N passed, N failed" like any test program.
set -u
export LC_ALL=C
passed=0 failed=0

# expect_nothing TITLE FOUND
expect_nothing() {
    if [ -z "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s:\n%s\n' "$1" "$2"
    fi
}

# matching PATTERN: of the lines "object symbol type"
matching() {
    printf '%s\n' "$symbols" | grep -E "$1"
}

symbols=$(nm -A -P "$@" | awk '{ print $1, $2, $3 }')
[ -n "$(matching ' T$')" ] ||
    { echo "no core objects given"; echo "0 passed, 1 failed"; exit 1; }

heap='malloc|calloc|realloc|free|aligned_alloc|strdup|strndup'
expect_nothing "core uses the heap" "$(matching " ($heap) U\$")"
expect_nothing "core uses the printf family" \
    "$(matching ' _*[a-z]*printf(_chk)? U$')"
expect_nothing "symbols without the prefix rota_" \
    "$(matching ' [TDBRCVWSG]$' | grep -v ' rota_')"
# Tables of pointers are constant once relocated: .data.rel.ro.
expect_nothing "variables that can change" \
    "$(nm -A -f sysv "$@" | awk -F '|' '$7 ~ /^(\.(t?data|t?bss)|\*COM)/ &&
        $7 !~ /^\.data\.rel\.ro/ { print $1, $7 }')"
expect_nothing "conditional compilation" \
    "$(grep -nE '^[[:space:]]*#[[:space:]]*(if|el|endif)' core/*/*.c)"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
