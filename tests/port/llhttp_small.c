/* SPDX-License-Identifier: Apache-2.0 */
#define LLHTTP_SMALL
#include "port/llhttp_twins.h"

/* Both define a run(). */
#define run run_program
#include "../../port/llhttp/llhttp_response.c"
#undef run

/* The two functions of llhttp's api.c that know of the others. */
void llhttp_init(llhttp_t *parser, llhttp_type_t type,
                 const llhttp_settings_t *to)
{
    llhttp__internal_init(parser);
    parser->type = (uint8_t)type;
    parser->settings = (void *)(uintptr_t)to;
}

llhttp_errno_t llhttp_execute(llhttp_t *parser, const char *data, size_t len)
{
    return (llhttp_errno_t)llhttp__internal_execute(parser, data, data + len);
}

#include "../../core/http/http.c"

const struct http_kind small_http = {rota_http_init, rota_http_next,
                                     rota_http_closed, rota_http_keeps};
