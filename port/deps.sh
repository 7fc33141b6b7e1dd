#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Get what one make target needs: port/deps.sh build|test|format|size|...
#
# Tools come as packages of this machine's own distribution (root needed,
# only when something is missing). Library sources come from the same mirror,
# verified by apt's signatures, and are unpacked below build/deps:
#
#     build/deps/mbedtls/{include,library}    mbedTLS 3.6 LTS
#     build/deps/llhttp/{include,src}         llhttp 9
#     build/deps/jsmn/jsmn.h                  jsmn 1.1
#     build/deps/lwip/src                     lwIP 2.2, for the firmware
#
# A source tree named by MBEDTLS_DIR, LLHTTP_DIR, JSMN_DIR or LWIP_DIR is not
# fetched.
set -eu
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
cd "$(dirname "$0")/.."
deps=$PWD/build/deps
group=${1:-build}

say() { echo "deps: $*"; }
die() { echo "deps: $*" >&2; exit 1; }

# Each word is command:package, or a path that the package installs.
case $group in
build)  want='gcc:gcc ar:binutils /usr/include/stdio.h:libc6-dev' ;;
publish) want='/usr/include/openssl/evp.h:libssl-dev' ;;
test)   want='python3:python3 openssl:openssl nginx:nginx-light
              valgrind:valgrind' ;;
anchors) want="python3:python3
              ${CA_BUNDLE:-/etc/ssl/certs/ca-certificates.crt}:ca-certificates" ;;
demo)   want='python3:python3 openssl:openssl' ;;
bench)  want='python3:python3 openssl:openssl nginx:nginx-light
              curl:curl jq:jq' ;;
uboot)  want='fw_setenv:libubootenv-tool qemu-system-arm:qemu-system-arm
              mcopy:mtools mkfs.vfat:dosfstools
              /usr/lib/u-boot/qemu_arm/u-boot.bin:u-boot-qemu' ;;
clang)  want='clang:clang' ;;
format) want='clang-format:clang-format' ;;
size)   want='python3:python3 arm-none-eabi-gcc:gcc-arm-none-eabi
              /usr/lib/arm-none-eabi/include/stdio.h:libnewlib-arm-none-eabi' ;;
firmware) want='python3:python3 openssl:openssl
              arm-none-eabi-gcc:gcc-arm-none-eabi
              /usr/lib/arm-none-eabi/include/stdio.h:libnewlib-arm-none-eabi
              qemu-system-arm:qemu-system-arm' ;;
portability) want='python3:python3 arm-none-eabi-gcc:gcc-arm-none-eabi
              /usr/lib/arm-none-eabi/include/stdio.h:libnewlib-arm-none-eabi
              riscv64-unknown-elf-gcc:gcc-riscv64-unknown-elf
              /usr/lib/picolibc/riscv64-unknown-elf/include/string.h:picolibc-riscv64-unknown-elf
              powerpc-linux-gnu-gcc:gcc-powerpc-linux-gnu
              /usr/powerpc-linux-gnu/include/stdio.h:libc6-dev-powerpc-cross
              qemu-ppc:qemu-user' ;;
san)    want= ;;    # gcc brings its own sanitizers
*)      die "unknown group '$group'" ;;
esac

have() {
    case $1 in
    /*) [ -e "$1" ] ;;
    *)  command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] ;;
    esac
}

missing_packages() {
    for pair in $want; do
        have "${pair%%:*}" || printf ' %s' "${pair#*:}"
    done
}

install_packages() {
    packages=$(missing_packages)
    [ -n "$packages" ] || return 0
    command -v apt-get >/dev/null ||
        die "please install the equivalents of:$packages"
    get="apt-get install -y --no-install-recommends$packages"
    [ "$(id -u)" -eq 0 ] ||
        die "missing:$packages. As root: apt-get update && $get"
    say "installing$packages"
    # The lists may be missing or stale: then the second attempt has them.
    $get >"$deps/install.log" 2>&1 ||
        { apt-get -q update && $get; } >"$deps/install.log" 2>&1 ||
        { cat "$deps/install.log" >&2; die "cannot install$packages"; }
}

# apt with a configuration of our own, so that neither the machine's sources
# nor its package lists change, and no root is needed. A mirror that lags by
# some weeks will do, a wrong signature will not.
private_apt() {
    tool=$1; shift
    "$tool" -qq -o Dir::State="$apt" -o Dir::State::status=/dev/null \
        -o Dir::Cache="$apt/cache" -o Dir::Etc::sourcelist="$apt/sources" \
        -o Dir::Etc::sourceparts=- -o Dir::Etc::preferences=/dev/null \
        -o Dir::Etc::preferencesparts=- -o Acquire::Languages=none \
        -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root "$@"
}

# The mirror that this machine uses for releases whose name matches $1.
mirror() {
    apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' \
        'Created-By: Packages' |
    awk '$2 == "main" && $1 ~ name { print $3; exit }' name="$1"
}

private_setup() {
    apt=$deps/apt
    [ ! -e "$apt/ready" ] || return 0
    . /etc/os-release
    names="^(${VERSION_CODENAME:-stable}|stable|oldstable|testing|unstable)"
    main=$(mirror "$names\$")
    security=$(mirror "$names-security\$")
    [ -n "$main" ] || die "no Debian mirror among apt's sources;" \
        "set MBEDTLS_DIR, LLHTTP_DIR and JSMN_DIR"
    key=
    for f in /usr/share/keyrings/debian-archive-keyring.[gp][gp]*; do
        [ ! -e "$f" ] || key="[signed-by=$f]"
    done
    rm -rf "$apt"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    {
        echo "deb-src $key $main trixie main"
        [ -z "$security" ] ||
            echo "deb-src $key $security trixie-security main"
        echo "deb-src $key $main testing main"
        echo "deb $key $main testing main"
    } >"$apt/sources"
    private_apt apt-get update || die "cannot read the mirror's lists"
    touch "$apt/ready"
}

# fetch TITLE NAME: what fetch_NAME leaves in ./tree becomes build/deps/NAME,
# whole or not at all.
fetch() {
    say "fetching $1"
    part=$deps/$2.part
    rm -rf "$part" "$deps/$2"
    mkdir -p "$part"
    (cd "$part" && "fetch_$2") >"$deps/$2.log" 2>&1 ||
        { cat "$deps/$2.log" >&2; die "cannot fetch $1"; }
    find "$part/tree" -type f -exec touch {} +  # newer than any object
    mv "$part/tree" "$deps/$2"
    rm -rf "$part"
}

fetch_mbedtls() {
    private_setup
    # The newest 3.6 of trixie and testing: 3.6.6 breaks off TLS 1.2 with
    # servers that sign by RSA-PSS, and a stable release keeps what it has.
    newest=$(private_apt apt-cache showsrc --only-source mbedtls |
        sed -n 's/^Version: \(3\.6\.\)/\1/p' | sort -V | tail -n 1)
    private_apt apt-get source --download-only "mbedtls=$newest"
    # apt has checked the signed hashes; the maintainer's own key is not here.
    dpkg-source --no-check -x ./*.dsc tree
    v=$(sed -n 's/^#define MBEDTLS_VERSION_NUMBER *0x0*//p' \
        tree/include/mbedtls/build_info.h)
    case $v in 306*) ;; *) die "mbedTLS 3.6 wanted, got version $v" ;; esac
    [ "$v" -ge 3060500 ] || die "mbedTLS $v is too old"
}

fetch_llhttp() {
    private_setup
    private_apt apt-get download libllhttp-source
    dpkg-deb -x ./libllhttp-source_*.deb x
    mv x/usr/src/llhttp tree
    grep -q 'define LLHTTP_VERSION_MAJOR 9$' tree/include/llhttp.h ||
        die "llhttp 9 wanted"
}

fetch_jsmn() {
    mkdir tree
    if [ -e /usr/include/jsmn.h ]; then
        cp /usr/include/jsmn.h tree/
    else
        private_setup
        private_apt apt-get download libjsmn-dev
        dpkg-deb -x ./libjsmn-dev_*.deb x
        mv x/usr/include/jsmn.h tree/
    fi
}

fetch_lwip() {
    private_setup
    # Newest first; the lists may name one that the mirror no longer has.
    for v in $(private_apt apt-cache showsrc --only-source lwip |
        sed -n 's/^Version: \(2\.2\.\)/\1/p' | sort -ruV); do
        ! private_apt apt-get source --download-only "lwip=$v" || break
    done
    dpkg-source --no-check -x ./*.dsc tree
    grep -q 'LWIP_VERSION_MINOR  *2$' tree/src/include/lwip/init.h
}

# True if $1/$2 is there: fetched before, or a tree of the user's own.
present() {
    [ -e "$1/$2" ] || case $1 in
    build/deps/*) return 1 ;;
    *) die "no $2 in $1" ;;
    esac
}

mkdir -p "$deps"
exec 9>"$deps/lock"
flock 9     # two makes at once must not fetch the same thing
mbedtls=${MBEDTLS_DIR:-build/deps/mbedtls}
llhttp=${LLHTTP_DIR:-build/deps/llhttp}
jsmn=${JSMN_DIR:-build/deps/jsmn}
lwip=${LWIP_DIR:-build/deps/lwip}
if [ "$group" = build ] && ! present "$mbedtls" library/ssl_tls.c; then
    want="$want dpkg-source:dpkg-dev"
fi
if [ "$group" = firmware ] && ! present "$lwip" src/core/tcp.c; then
    want="$want dpkg-source:dpkg-dev"
fi
install_packages
if [ "$group" = build ]; then
    present "$mbedtls" library/ssl_tls.c || fetch mbedTLS mbedtls
    present "$llhttp" src/llhttp.c || fetch llhttp llhttp
    present "$jsmn" jsmn.h || fetch jsmn jsmn
fi
if [ "$group" = firmware ]; then
    present "$lwip" src/core/tcp.c || fetch lwIP lwip
fi
rm -rf "$deps/apt"
touch "$deps/$group.stamp"
