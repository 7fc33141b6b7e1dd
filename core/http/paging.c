/* SPDX-License-Identifier: Apache-2.0 */
#include "http/paging.h"

/* Where the next byte stands in <URL>; name=value; ..., <URL>; ... */
enum state {
    BEFORE, /* a "<" */
    URL,    /* between "<" and ">" */
    PARAM,
    QUOTED, /* in a quoted string of a parameter */
    ESCAPED /* behind a backslash in that */
};

static const char rel_next[] = "rel=next";

/* How many bytes of that a parameter has shown, so that none is kept. Several
 * relations may stand behind "rel=", separated by spaces. */
enum seen {
    REL = sizeof "rel=" - 1, /* a relation may begin here */
    NEXT = sizeof rel_next - 1,
    OTHER_WORD, /* in a relation that is another one */
    OTHER_NAME, /* in a parameter that is another one */
    MATCHED     /* next was one of the relations */
};

/* Take a byte of a parameter that is no quote. */
static void paging_compare(struct rota_paging *p, char c)
{
    uint8_t seen = p->seen;

    if (seen == OTHER_NAME || seen == MATCHED)
        return;
    if (c == ' ' && seen >= REL)
        p->seen = seen == NEXT ? MATCHED : REL;
    else if (seen < NEXT && rota_text_equal_nocase(&c, rel_next + seen, 1))
        p->seen++;
    else
        p->seen = seen < REL ? OTHER_NAME : OTHER_WORD;
}

static enum state paging_end_param(struct rota_paging *p, char c)
{
    p->found = p->seen == NEXT || p->seen == MATCHED;
    p->seen = 0;
    return c == ';' ? PARAM : BEFORE;
}

static enum state paging_before(struct rota_text *url, char c)
{
    if (c != '<')
        return BEFORE;
    rota_text_init(url, url->buf, url->size);
    return URL;
}

static enum state paging_url(struct rota_text *url, char c)
{
    if (c == '>')
        return PARAM;
    rota_text_add_n(url, &c, 1);
    return URL;
}

static enum state paging_param(struct rota_paging *p, char c)
{
    if (c == ';' || c == ',' || c == ROTA_PAGING_END)
        return paging_end_param(p, c);
    if (c == '"')
        return QUOTED;
    if (c != ' ' && c != '\t')
        paging_compare(p, c);
    return PARAM;
}

static enum state paging_quoted(struct rota_paging *p, char c)
{
    if (c == '"')
        return PARAM;
    if (c == '\\')
        return ESCAPED;
    paging_compare(p, c);
    return QUOTED;
}

static enum state paging_run_state(struct rota_paging *p, struct rota_text *url,
                                   char c)
{
    switch ((enum state)p->state) {
    case BEFORE: return paging_before(url, c);
    case URL: return paging_url(url, c);
    case PARAM: return paging_param(p, c);
    case QUOTED: return paging_quoted(p, c);
    case ESCAPED: paging_compare(p, c); break;
    }
    return QUOTED;
}

void rota_paging_byte(struct rota_paging *p, struct rota_text *url, char c)
{
    if (p->found)
        return;
    p->state = (uint8_t)paging_run_state(p, url, c);
    if (c == ROTA_PAGING_END) {
        p->state = BEFORE; /* even in the middle: then it was no link */
        p->seen = 0;
    }
}
