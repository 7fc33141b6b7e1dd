/* SPDX-License-Identifier: Apache-2.0 */
/* A rota_flash that hands the image to a plain function, piece by piece: for
 * another processor on a bus, a pipe, a decompressor.
 *
 *     static int to_modem(void *ctx, uint32_t off, const void *buf,
 *                         uint32_t len)
 *     {
 *         return uart_write(buf, len) ? ROTA_OK : ROTA_EIO;
 *     }
 *     static struct rota_flash_sink sink;
 *     struct rota_flash slot =
 *         rota_flash_sink(&sink, to_modem, NULL, MODEM_IMAGE_MAX);
 *
 * A slot that can be read back is better, wherever there is one:
 * - There, the bytes in the slot are verified. Here the SHA-256 is made of the
 *   bytes on their way: nobody notices a bit that is lost behind the function,
 *   in a bad cell or on a bus.
 * - There, a download goes on after a restart. Here each one begins anew.
 * - There, nobody sees an image before it is verified. Here the receiver has
 * the bytes before: it must be able to drop them, and must not use them before
 *   ROTA_EV_DOWNLOADED (or ROTA_EV_READY, with a config.boot).
 */
#ifndef ROTA_FLASH_SINK_H
#define ROTA_FLASH_SINK_H

#include "rota_port.h"

/* Take the len bytes at buf, which are those from off on of the image: 0, or a
 * negative enum rota_err, which ends the download and is reported as it is.
 * ROTA_EAGAIN: none was taken, they will be offered again soon; for a bus that
 * is slower than the network. Anything above 0 is ROTA_EIO.
 *
 * Calls come in order and each byte once. off 0 begins an image, also when a
 * download starts over: drop all bytes that came before.
 * The last call of an image ends at its size. */
typedef int rota_flash_sink_write(void *ctx, uint32_t off, const void *buf,
                                  uint32_t len);

struct rota_flash_sink {
    rota_flash_sink_write *write;
    void *ctx;
    uint32_t size; /* of the largest image */
    uint32_t next; /* the offset that must come, unless 0 does */
};

/* The table for a sink of images up to size bytes, at least 512 and below 2^31.
 * It borrows s. Its read is NULL, which says what the text above does; erase
 * does nothing. ROTA_EINVAL for bytes that are out of order or beyond size,
 * which are not handed on. After an error of write only off 0 leads on. */
struct rota_flash rota_flash_sink(struct rota_flash_sink *s,
                                  rota_flash_sink_write *write, void *ctx,
                                  uint32_t size);

#endif
