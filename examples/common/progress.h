/* SPDX-License-Identifier: Apache-2.0 */
/* How far a download is: a bar on a terminal, a line now and then elsewhere. */
#ifndef ROTA_PROGRESS_H
#define ROTA_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed is ready for use, and ready for the next download. */
struct rota_progress {
    uint64_t shown_ms;  /* when the last text was shown */
    uint64_t sample_ms; /* when the rate was last looked at */
    uint32_t sample;    /* bytes then */
    uint32_t rate;      /* bytes per second, smoothed; 0 = not known yet */
    uint32_t tenths;    /* of the total, at the last line */
    bool begun;
};

/* Note that done of total bytes are there. True when a text is due, which is
 * then in out: of a bar, at most every 100 ms and at the end; of a line, when
 * another tenth is full. */
bool rota_progress_at(struct rota_progress *p, uint64_t now_ms, uint32_t done,
                      uint32_t total, bool bar, char *out, size_t size);

#endif
