/* SPDX-License-Identifier: Apache-2.0 */
/* TLS without encryption, for tests whose server is a script: a program that
 * calls faketls_use gets these rota_tls_ functions in place of core/tls/tls.c.
 */
#ifndef FAKETLS_H
#define FAKETLS_H

void faketls_use(void);

#endif
