/* SPDX-License-Identifier: Apache-2.0 */
/* What the phase of an update and the boot state mean together. */
#include <string.h>

#include "support/spec.h"
#include "support/test.h"
#include "update/verdict.h"

static void every_cell_of_the_verdict(void)
{
    const int N = ROTA_VERDICT_NOTHING, R = ROTA_VERDICT_REDO,
              T = ROTA_VERDICT_TRIAL, C = ROTA_VERDICT_CONFIRMED,
              Q = ROTA_VERDICT_QUARANTINE, U = ROTA_VERDICT_UNDONE;
    const int expected[6][4] = {
        /* confirmed, trial, rolled back, undone */
        {N, T, N, N}, /* nothing installed */
        {N, T, N, N}, /* a download was cut: it goes on */
        {R, T, Q, U}, /* cut around the change of the boot state */
        {C, T, Q, U}, /* the boot state was changed */
        {N, T, Q, U}, /* confirmed */
        {N, T, N, N}, /* rolled back, and known to be */
    };

    for (int phase = 0; phase < 6; phase++)
        for (int boot = 0; boot < 4; boot++)
            CHECK((int)rota_verdict(phase, boot) == expected[phase][boot]);
    CHECK((int)rota_verdict(6, 0) == N && (int)rota_verdict(-1, 0) == N);
    CHECK((int)rota_verdict(0, 4) == N && (int)rota_verdict(3, -1) == N);
}

/* --- SPEC.md ------------------------------------------------------------- */

static const char *const phases[] = {"none",  "fetch",     "armed",
                                     "trial", "confirmed", "rolled back"};
static const char *const verdicts[] = {"nothing",   "redo",       "trial",
                                       "confirmed", "quarantine", "undone"};

/* "| PHASE NAME | VERDICT | VERDICT | VERDICT | VERDICT |" */
static bool row_holds(const char *line)
{
    char name[16], cell[4][16];
    int phase;
    bool same;

    if (sscanf(line,
               "| %d %15[^|]| %15[a-z] | %15[a-z] | %15[a-z] | %15[a-z] |",
               &phase, name, cell[0], cell[1], cell[2], cell[3])
            != 6
        || phase < 0 || phase > ROTA_PHASE_ROLLED_BACK)
        return false;
    name[strlen(name) - 1] = '\0';
    same = strcmp(name, phases[phase]) == 0;
    for (int boot = 0; boot < 4; boot++)
        same = same
            && strcmp(cell[boot], verdicts[rota_verdict(phase, boot)]) == 0;
    return same;
}

static void the_states_are_those_of_the_specification(void)
{
    FILE *f = spec_open("States");
    char line[256];
    int rows = 0;

    while (spec_line(f, line, sizeof line))
        if (line[0] == '|' && line[2] >= '0' && line[2] <= '9') {
            CHECK(row_holds(line));
            rows++;
        }
    CHECK(rows == 6);
}

int main(void)
{
    RUN(every_cell_of_the_verdict);
    RUN(the_states_are_those_of_the_specification);
    return test_end();
}
