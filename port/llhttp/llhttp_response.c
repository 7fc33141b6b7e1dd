/* SPDX-License-Identifier: Apache-2.0 */
/* The state machine of llhttp for firmware: it stands in for llhttp.c, of
 * which llhttp_response.py has made a program of some 700 bytes. What each
 * instruction is for is said in instructions.py. The rest of llhttp, its
 * header and its rules for bodies, are its own.
 *
 * Of llhttp_t, _current is where the program waits for a byte, _span_cb0 the
 * callback in the settings that the span is for, initial_message_completed
 * the number that was read or answered last; _index is not used. All errors
 * are HPE_INTERNAL, without a reason. */
#include <llhttp.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "llhttp_program.h"

int llhttp__after_headers_complete(llhttp_t *s, const char *p, const char *end);
int llhttp__after_message_complete(llhttp_t *s, const char *p, const char *end);

/* The number that was read or answered last: llhttp.c counts messages here. */
#define NUMBER initial_message_completed

static uint8_t *field(llhttp_t *s, unsigned off)
{
    return (uint8_t *)s + off;
}

static const void *callback(const llhttp_t *s, unsigned off)
{
    return (const char *)s->settings + off;
}

static int stop(llhttp_t *s, int err, const char *p)
{
    s->error = err;
    s->error_pos = p;
    return err;
}

/* Hand over what there is of a span. */
static int span(llhttp_t *s, const char *end)
{
    const llhttp_data_cb *f = s->_span_cb0;
    const char *begin = s->_span_pos0;

    return (*f)(s, begin, (size_t)(end - begin));
}

/* Is this the byte of an instruction? Lower case stands for both. */
static bool same(unsigned want, unsigned byte)
{
    return byte == want || (want - 'a' < 26 && byte == want - 'a' + 'A');
}

/* The digit's value, or one that is too large. */
static unsigned digit(unsigned byte, unsigned base)
{
    unsigned n = byte - '0';

    if (n > 9 && base > 10)
        n = (byte | 0x20) - 'a' < 6 ? (byte | 0x20) - 'a' + 10 : base;
    return n;
}

/* One digit more, if that is not too large. */
static int longer(llhttp_t *s, unsigned base)
{
    uint64_t low = (s->content_length & UINT32_MAX) * base + s->NUMBER;
    uint64_t high = (s->content_length >> 32) * base + (low >> 32);

    s->content_length = high << 32 | (low & UINT32_MAX);
    return high > UINT32_MAX ? HPE_INTERNAL : 0;
}

/* 1 says that there is no body. */
static int call(llhttp_t *s, unsigned off)
{
    const llhttp_cb *f = callback(s, off);
    int err = (*f)(s);

    if (err == 1)
        s->flags |= F_SKIPBODY;
    return err == 1 ? 0 : err;
}

static uint8_t ask(llhttp_t *s, unsigned question)
{
    return (uint8_t)(question ? llhttp__after_message_complete(s, NULL, NULL)
                              : llhttp__after_headers_complete(s, NULL, NULL));
}

/* Take bytes of the body: is it all here? */
static bool take(llhttp_t *s, const char **p, const char *end)
{
    size_t here = (size_t)(end - *p);

    if (here > s->content_length)
        here = (size_t)s->content_length;
    *p += here;
    s->content_length -= here;
    return s->content_length == 0;
}

/* Skip what is left of a text, to its last instruction. */
static const uint8_t *text_end(const uint8_t *at)
{
    while (*at >= FIRST_BYTE)
        at++;
    return at;
}

/* Run until all bytes are taken: 0, or the error that it stopped for. It is
 * one function for all instructions, of which each does a little. */
static int run(llhttp_t *s, const char *p, const char *end)
{
    const uint8_t *at = llhttp_program + (uintptr_t)s->_current;

    for (;;) {
        const unsigned op = at[0], a = at[1];
        unsigned byte = 0;
        bool go = false;
        int err = 0;

        s->_current = (void *)(at - llhttp_program);
        if (op >= ANY) {
            if (p == end)
                return 0;
            byte = (uint8_t)*p;
        }
        at += op < FIRST_BYTE ? llhttp_sizes[op] : 1;
        switch (op) {
        case ERROR: err = HPE_INTERNAL; break;
        case NOTHING: break;
        case GOTO:
        case ANY: go = true; break;
        case SET: *field(s, a) = at[-1]; break;
        case STORE: *field(s, a) = s->NUMBER; break;
        case IF: go = *field(s, a) == at[-2]; break;
        case OR: s->flags |= (uint16_t)(1 << a); break;
        case CLEAR: s->flags &= (uint16_t) ~(1 << a); break;
        case IF_FLAG: go = s->flags >> a & 1; break;
        case LENGTH: err = longer(s, a); break;
        case STATUS:
            s->status_code = (uint16_t)(s->status_code * 10 + s->NUMBER);
            break;
        case NO_LENGTH: s->content_length = 0; break;
        case NO_STATUS: s->status_code = 0; break;
        case IF_NONE: go = s->content_length == 0; break;
        case CALL: err = call(s, a); break;
        case ASK: s->NUMBER = ask(s, a); break;
        case END:
            err = span(s, p - a);
            s->_span_pos0 = NULL;
            break;
        case CLASS: go = llhttp_classes[a][byte / 8] >> byte % 8 & 1; break;
        case DIGIT:
            byte = digit(byte, a);
            go = byte < a;
            s->NUMBER = (uint8_t)byte;
            break;
        case BEGIN:
            s->_span_pos0 = (void *)p;
            s->_span_cb0 = (void *)callback(s, a);
            break;
        case TAKE:
            if (!take(s, &p, end))
                return 0;
            break;
        case REST: return 0;
        default:
            go = same(op % AND_GO, byte);
            if (op >= AND_GO) {
                at++;
                break;
            }
            p += go;
            at = go ? at : text_end(at) + 2;
            continue;
        }
        if (go) {
            at = llhttp_program + at[-1] * SCALE;
            p += op >= ANY;
        }
        if (err) {
            s->_current = (void *)(at - llhttp_program);
            return stop(s, err, p);
        }
    }
}

int llhttp__internal_init(llhttp_t *s)
{
    memset(s, 0, sizeof *s);
    s->_current = (void *)BEGINNING;
    return 0;
}

int llhttp__internal_execute(llhttp_t *s, const char *p, const char *end)
{
    if (s->error)
        return s->error;
    if (s->_span_pos0)
        s->_span_pos0 = (void *)p;
    int err = run(s, p, end);
    if (!err && s->_span_pos0) {
        err = span(s, end);
        if (err)
            return stop(s, err, end);
    }
    return err;
}
