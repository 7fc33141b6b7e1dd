/* SPDX-License-Identifier: Apache-2.0 */
#include "support/spec.h"

#include <string.h>

FILE *spec_open(const char *heading)
{
    FILE *f = fopen("core/SPEC.md", "r");
    char line[256];

    while (f && fgets(line, sizeof line, f))
        if (line[0] == '#' && strstr(line, heading))
            return f;
    if (f)
        fclose(f);
    return NULL;
}

bool spec_line(FILE *f, char *line, size_t size)
{
    if (f && fgets(line, (int)size, f) && line[0] != '#')
        return true;
    if (f)
        fclose(f);
    return false;
}

size_t spec_bytes(const char *line, uint8_t *mem, size_t size)
{
    unsigned off, v;
    size_t count = 0;
    int n = 0;

    if (sscanf(line, " %4x:%n", &off, &n) != 1 || n == 0)
        return 0;
    for (line += n; sscanf(line, " %2x%n", &v, &n) == 1; line += n)
        if (off < size) {
            mem[off++] = (uint8_t)v;
            count++;
        }
    return count;
}
