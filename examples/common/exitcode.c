/* SPDX-License-Identifier: Apache-2.0 */
#include "exitcode.h"

#include <stddef.h>

#include "rota.h"

/* Every error of ROTA_ERRORS has its row. */
static const struct {
    int err;
    enum rota_exit code;
    const char *hint;
} table[] = {
    {ROTA_OK, ROTA_EXIT_OK, NULL},
    {ROTA_EAGAIN, ROTA_EXIT_NETWORK, NULL},
    {ROTA_EIO, ROTA_EXIT_DEVICE, NULL},
    {ROTA_ECORRUPT, ROTA_EXIT_DEVICE, NULL},
    {ROTA_ENOSPC, ROTA_EXIT_DEVICE, "make room on that disk"},
    {ROTA_EINVAL, ROTA_EXIT_USAGE, NULL},
    {ROTA_EREADONLY, ROTA_EXIT_DEVICE,
     "look at the permissions, and whether the disk is mounted read-only"},
    {ROTA_EBOOT, ROTA_EXIT_DEVICE, NULL},
    {ROTA_ENOMEM, ROTA_EXIT_NETWORK, NULL},
    {ROTA_ERANDOM, ROTA_EXIT_NETWORK, NULL},
    {ROTA_EDNS, ROTA_EXIT_NETWORK,
     "is the network up, and the host in api right?"},
    {ROTA_ECONNECT, ROTA_EXIT_NETWORK,
     "is the network up, and the host in api right?"},
    {ROTA_ECLOSED, ROTA_EXIT_NETWORK, NULL},
    {ROTA_ESTALL, ROTA_EXIT_NETWORK, "a longer stall-timeout is more patient"},
    {ROTA_ETLS, ROTA_EXIT_NETWORK, NULL},
    {ROTA_ESERVER, ROTA_EXIT_NETWORK, "try again later"},
    {ROTA_ECERT, ROTA_EXIT_TRUST, "does ca-file have the root it leads to?"},
    {ROTA_EHOSTNAME, ROTA_EXIT_TRUST, "is the host in api right?"},
    {ROTA_EEXPIRED, ROTA_EXIT_TRUST, "is the clock of this machine right?"},
    {ROTA_ELIMIT, ROTA_EXIT_LIMIT, "a token allows more requests"},
    {ROTA_EAUTH, ROTA_EXIT_ACCESS, "look at the token and what it may read"},
    {ROTA_ENOTFOUND, ROTA_EXIT_ACCESS,
     "is repo right? A private one needs a token"},
    {ROTA_ENORELEASE, ROTA_EXIT_ACCESS,
     "publish one that is neither draft nor prerelease; if the repository is "
     "private, set a token"},
    {ROTA_ENOASSET, ROTA_EXIT_ASSET, "look at asset and board"},
    {ROTA_EAMBIGUOUS, ROTA_EXIT_ASSET, "make asset match one alone"},
    {ROTA_ETOOBIG, ROTA_EXIT_ASSET, NULL},
    {ROTA_EHTTP, ROTA_EXIT_DATA, "is api the address of a releases API?"},
    {ROTA_ETOOLONG, ROTA_EXIT_DATA, NULL},
    {ROTA_EENCODING, ROTA_EXIT_DATA, NULL},
    {ROTA_ESTATUS, ROTA_EXIT_DATA, "is api the address of a releases API?"},
    {ROTA_EAPIVERSION, ROTA_EXIT_DATA, "try api-version = none"},
    {ROTA_EREDIRECT, ROTA_EXIT_DATA, "asset-hosts says where they may lead"},
    {ROTA_EJSON, ROTA_EXIT_DATA, "is api the address of a releases API?"},
    {ROTA_EVERSION, ROTA_EXIT_DATA, "look at tag-prefix"},
    {ROTA_EFORMAT, ROTA_EXIT_DATA, NULL},
    {ROTA_ERANGE, ROTA_EXIT_DATA, NULL},
    {ROTA_ELENGTH, ROTA_EXIT_DATA, NULL},
    {ROTA_EFIELD, ROTA_EXIT_DATA, NULL},
    {ROTA_ECHANGED, ROTA_EXIT_DATA, "try again"},
    {ROTA_EDIGEST, ROTA_EXIT_MISMATCH, NULL},
    {ROTA_ESIZE, ROTA_EXIT_MISMATCH, NULL},
    {ROTA_EQUARANTINE, ROTA_EXIT_OK, "publish a newer one"},
    {ROTA_ESIGNATURE, ROTA_EXIT_REFUSED, "do keys have the signer's?"},
    {ROTA_EMANIFEST, ROTA_EXIT_REFUSED,
     "with keys, asset names a manifest, by default {board}.ota"},
    {ROTA_EFOREIGN, ROTA_EXIT_REFUSED, "are project, board and hw right?"},
    {ROTA_EROLLBACK, ROTA_EXIT_REFUSED, NULL},
    {ROTA_ESTALE, ROTA_EXIT_REFUSED,
     "publish a fresh one; is the clock of this machine right?"},
    {ROTA_ESTEP, ROTA_EXIT_REFUSED, "channel = tag:TAG installs that one"},
    {ROTA_ENOTHING, ROTA_EXIT_NOTHING, NULL},
    {ROTA_ETRIAL, ROTA_EXIT_DEVICE, NULL},
};

enum rota_exit rota_exit_code(int err)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (table[i].err == err)
            return table[i].code;
    return ROTA_EXIT_DEVICE; /* a port's own */
}

const char *rota_exit_hint(int err)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (table[i].err == err)
            return table[i].hint;
    return NULL;
}
