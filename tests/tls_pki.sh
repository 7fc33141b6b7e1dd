#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Make keys and certificates for test_tls in a folder: tests/tls_pki.sh DIR
#
# NAME.pem is what a server shows, its own certificate first, NAME.key its
# key, and ROOT.der what a client trusts. The five of rsa.pem are the longest
# chain that is seen in the wild: a young root, cross-signed by an old one.
set -eu
cd "$1"

ca='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign'
server='basicConstraints=critical,CA:FALSE
extendedKeyUsage=serverAuth'

# key NAME CURVE|BITS
key() {
    case $2 in
    P-*) set -- "$1" EC "ec_paramgen_curve:$2" ;;
    *)   set -- "$1" RSA "rsa_keygen_bits:$2" ;;
    esac
    openssl genpkey -algorithm "$2" -pkeyopt "$3" -out "$1.key" 2>/dev/null
}

# cert FILE KEY SUBJECT ISSUER EXTENSIONS: ISSUER is the name of a FILE with
# its key ISSUER.key, or "self".
cert() {
    echo "$5" >"$1.ext"
    openssl req -new -key "$2.key" -subj "/O=rota test/CN=$3" -out "$1.csr"
    case $4 in
    self) set -- "$1" -signkey "$2.key" ;;
    *)    set -- "$1" -CA "$4.crt" -CAkey "$4.key" -CAcreateserial ;;
    esac
    file=$1; shift
    openssl x509 -req -in "$file.csr" -days 3650 -sha256 "$@" \
        -extfile "$file.ext" -out "$file.crt" 2>/dev/null
}

# chain NAME CERT...
chain() {
    name=$1; shift
    for c; do cat "$c.crt"; done >"$name.pem"
}

anchor() {
    openssl x509 -in "$1.crt" -outform DER -out "$1.der"
}

key ecroot P-384
cert ecroot ecroot 'EC Root' self "$ca"
key ecint P-256
cert ecint ecint 'EC Intermediate' ecroot "$ca"
key ec P-256
cert ec ec api.test ecint "$server
subjectAltName=DNS:api.test,IP:127.0.0.1,IP:::1"
chain ec ec ecint
key direct P-256
cert direct direct sni.test ecroot "$server
subjectAltName=DNS:sni.test"
chain direct direct
key p384 P-384
cert p384 p384 api.test ecint "$server
subjectAltName=DNS:api.test"
chain p384 p384 ecint

key old 4096
cert old old 'Old Root' self "$ca"
key young 4096
cert young young 'Young Root' self "$ca"
cert cross young 'Young Root' old "$ca"
cp young.key cross.key
key rsaint 2048
cert rsaint rsaint 'RSA Intermediate' cross "$ca"
key rsasub 2048
cert rsasub rsasub 'RSA Second Intermediate' rsaint "$ca"
key rsa 2048
cert rsa rsa assets.test rsasub "$server
subjectAltName=DNS:*.assets.test,DNS:assets.test"
chain rsa rsa rsasub rsaint cross old

# What must be refused.
key self P-256
cert self self api.test self "$server
subjectAltName=DNS:api.test"
chain self self
key signer P-256
cert signer signer api.test ecint 'extendedKeyUsage=codeSigning
subjectAltName=DNS:api.test'
chain signer signer ecint
key leafca P-256
cert leafca leafca api.test ec "$server
subjectAltName=DNS:api.test"
chain leafca leafca ec ecint
# Whoever calls himself EC Root, or EC Intermediate, is not the one.
key fakeroot P-384
cert fakeroot fakeroot 'EC Root' self "$ca"
key fakeint P-256
cert fakeint fakeint 'EC Intermediate' fakeroot "$ca"
key forged P-256
cert forged forged api.test fakeint "$server
subjectAltName=DNS:api.test"
chain forged forged ecint

for root in ecroot old young fakeroot; do anchor "$root"; done
head -c 300000 /dev/urandom >big.bin
