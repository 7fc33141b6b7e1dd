#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Make keys and certificates for test_tls_*: tests/tls/tls_pki.sh DIR
#
# NAME.pem is what a server shows, its own certificate first, NAME.key its
# key, and ROOT.der what a client trusts. The five of rsa.pem are the longest
# chain that is seen in the wild: a young root, cross-signed by an old one.
set -eu
anchors=$PWD/port/anchors.py
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

# dated FILE KEY SUBJECT ISSUER EXTENSIONS FROM TO: the same, valid between two
# years. Only "openssl ca" has been able to do that in all versions.
cat >dated.cnf <<'END'
[ca]
default_ca = dated
[dated]
database = dated.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
unique_subject = no
preserve = yes
policy = any
[any]
organizationName = optional
commonName = supplied
END
: >dated.txt
dated() {
    echo "$5" >"$1.ext"
    openssl req -new -key "$2.key" -subj "/O=rota test/CN=$3" -out "$1.csr"
    from=${6}0101000000Z to=${7}0101000000Z file=$1
    case $4 in
    self) set -- -selfsign -keyfile "$2.key" ;;
    *)    set -- -cert "$4.crt" -keyfile "$4.key" ;;
    esac
    openssl ca -batch -notext -config dated.cnf "$@" -in "$file.csr" \
        -startdate "$from" -enddate "$to" -extfile "$file.ext" \
        -out "$file.crt" 2>/dev/null
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

# The same with P-384 throughout. The old root's signature of the new one was
# good for a year only, and was renewed.
key eold P-384
cert eold eold 'Old EC Root' self "$ca"
key enew P-384
cert enew enew 'New EC Root' self "$ca"
cert ecross enew 'New EC Root' eold "$ca"
dated estale enew 'New EC Root' eold "$ca" 2020 2021
cp enew.key ecross.key
key eint P-384
cert eint eint 'New EC Intermediate' ecross "$ca"
key esub P-384
cert esub esub 'New EC Second Intermediate' eint "$ca"
key efive P-384
cert efive efive api.test esub "$server
subjectAltName=DNS:api.test"
chain efive efive esub eint ecross eold
chain estale efive esub eint estale
chain erenewed efive esub eint estale ecross
for c in estale erenewed; do cp efive.key $c.key; done

# Years that tests can name. The leaf of dated.pem ends first, with dint.pem
# it is the intermediate, with droot.pem the root.
key dkey P-256
dated droot dkey 'Dated Root' self "$ca" 2020 2045
cp dkey.key droot.key
dated dlate dkey 'Dated Late Intermediate' droot "$ca" 2020 2050
cp dkey.key dlate.key
dated dearly dkey 'Dated Early Intermediate' droot "$ca" 2020 2040
cp dkey.key dearly.key
api='subjectAltName=DNS:api.test'
dated dleaf dkey api.test dlate "$server
$api" 2030 2035
dated dlong dkey api.test dlate "$server
$api" 2030 2055
dated dlonger dkey api.test dearly "$server
$api" 2030 2055
chain dated dleaf dlate
chain droot dlong dlate
chain dint dlonger dearly
for c in dated dint; do cp dkey.key $c.key; done

# Anchors that must not be taken for authorities.
key noca P-256
cert noca noca 'No Authority' self 'basicConstraints=critical,CA:FALSE'
cert nosign noca 'No Signer' self 'basicConstraints=critical,CA:TRUE
keyUsage=critical,digitalSignature'
cp noca.key nosign.key
key anchored P-256
for root in noca nosign; do
    cert "by$root" anchored api.test $root "$server
$api"
    chain "by$root" "by$root"
    cp anchored.key "by$root.key"
done

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

# An intermediate that cannot say of itself that it is one.
key v1int P-256
openssl req -new -key v1int.key -subj '/O=rota test/CN=Version 1' -out v1int.csr
openssl x509 -req -in v1int.csr -days 3650 -sha256 -CA ecroot.crt \
    -CAkey ecroot.key -CAcreateserial -out v1int.crt 2>/dev/null
openssl x509 -in v1int.crt -noout -text | grep -q 'Version: 1 '
key byv1 P-256
cert byv1 byv1 api.test v1int "$server
$api"
chain byv1 byv1 v1int

for root in ecroot ecint ec old young fakeroot self eold enew droot noca \
    nosign; do
    anchor "$root"
done
python3 -B "$anchors" --bundle roots.bin ecroot.crt old.crt enew.crt
# In the order of enum bare of test_tls_bare.c.
python3 -B "$anchors" --bare --bundle bare.bin ecroot.crt old.crt young.crt \
    eold.crt enew.crt droot.crt fakeroot.crt
head -c 300000 /dev/urandom >big.bin
