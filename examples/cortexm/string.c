/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of string.h in a third of the room that the C library's take,
 * which are made for speed. They take their place when linked. memcpy and
 * memset stay the C library's: 0.2 KiB less would be 7 % more time for an
 * update. Compiled without LTO and built-in functions, lest they become calls
 * of themselves. */
#include <stdint.h>
#include <string.h>

/* --- Bytes ---------------------------------------------------------------- */

void *memmove(void *to, const void *from, size_t n)
{
    unsigned char *t = to;
    const unsigned char *f = from;

    if (t < f)
        while (n--)
            *t++ = *f++;
    else
        while (n--)
            t[n] = f[n];
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *p = a, *q = b;

    for (; n; n--, p++, q++)
        if (*p != *q)
            return *p - *q;
    return 0;
}

void *memchr(const void *p, int c, size_t n)
{
    for (const unsigned char *s = p; n; n--, s++)
        if (*s == (unsigned char)c)
            return (void *)s;
    return NULL;
}

/* --- Texts ---------------------------------------------------------------- */

size_t strlen(const char *s)
{
    const char *end = s;

    while (*end)
        end++;
    return (size_t)(end - s);
}

int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t n)
{
    for (; n; n--, a++, b++)
        if (!*a || *a != *b)
            return (unsigned char)*a - (unsigned char)*b;
    return 0;
}

char *strchr(const char *s, int c)
{
    for (; *s != (char)c; s++)
        if (!*s)
            return NULL;
    return (char *)s;
}

char *strstr(const char *s, const char *wanted)
{
    size_t len = strlen(wanted);

    for (; strncmp(s, wanted, len) != 0; s++)
        if (!*s)
            return NULL;
    return (char *)s;
}

size_t strspn(const char *s, const char *set)
{
    size_t n = 0;

    while (s[n] && strchr(set, s[n]))
        n++;
    return n;
}

size_t strcspn(const char *s, const char *set)
{
    size_t n = 0;

    while (s[n] && !strchr(set, s[n]))
        n++;
    return n;
}

char *strpbrk(const char *s, const char *set)
{
    s += strcspn(s, set);
    return *s ? (char *)s : NULL;
}
