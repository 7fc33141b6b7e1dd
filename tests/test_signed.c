/* SPDX-License-Identifier: Apache-2.0 */
/* Updates of one image by a signed manifest: the whole client. */
#include "signed.h"

static void a_signed_release_is_installed(void)
{
    new_device(1);
    say_all();
    run_again();
    CHECK(told(INSTALLED) && rig.bootloader.tries == 1 && holds(0));
    CHECK(requests() == 4);
    CHECK(sent("GET /repos/acme/app/releases/assets/70 "));
    CHECK(sent("GET /repos/acme/app/releases/41 "));
    CHECK(sent("GET /repos/acme/app/releases/assets/71 "));
    CHECK(past().seq == 5 && past().asset_id == 70 && !past().held);
    CHECK(past().issued == 1772600000 && past().accepted == 1772618400);
}

int main(void)
{
    RUN(a_signed_release_is_installed);
    return test_end();
}
