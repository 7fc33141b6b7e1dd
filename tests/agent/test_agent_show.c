/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "emit.h"
#include "exitcode.h"
#include "oneline.h"
#include "progress.h"
#include "show.h"
#include "support/test.h"
#include "manifest/why.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is shown, on stdout and on stderr. */
static char *out_text, *err_text;
static size_t out_len, err_len;
static struct rota_show show;

static void begin(bool json)
{
    rota_show_init(&show, json);
    show.bar = false;
    show.out = open_memstream(&out_text, &out_len);
    show.err = open_memstream(&err_text, &err_len);
    show.product = "thermostat";
    show.running = "1.0.0";
}

static void end(void)
{
    fclose(show.out);
    fclose(show.err);
}

static void drop(void)
{
    free(out_text);
    free(err_text);
    out_text = err_text = NULL;
}

static bool is(const char *got, const char *wanted)
{
    if (strcmp(got, wanted) == 0)
        return true;
    printf("wanted: %s\ngot:    %s\n", wanted, got);
    return false;
}

static struct rota_release release = {.tag = "v1.1.0",
                                      .name = "thermostat-rpi-1.1.0.bin",
                                      .size = 12400000,
                                      .version_at = 1};

static void event(const struct rota_event *e, bool json)
{
    begin(json);
    rota_show_event(&show, e, 1000);
    end();
}

#define EVENT(json, ...) event(&(struct rota_event){__VA_ARGS__}, json)

static const struct {
    int err, code;
} codes[] = {
    {ROTA_OK, 0},           {ROTA_EAGAIN, 20},     {ROTA_EIO, 27},
    {ROTA_ECORRUPT, 27},    {ROTA_ENOSPC, 27},     {ROTA_EINVAL, 2},
    {ROTA_EREADONLY, 27},   {ROTA_EBOOT, 27},      {ROTA_ENOMEM, 20},
    {ROTA_ERANDOM, 20},     {ROTA_EDNS, 20},       {ROTA_ECONNECT, 20},
    {ROTA_ECLOSED, 20},     {ROTA_ESTALL, 20},     {ROTA_ETLS, 20},
    {ROTA_ESERVER, 20},     {ROTA_ECERT, 21},      {ROTA_EHOSTNAME, 21},
    {ROTA_EEXPIRED, 21},    {ROTA_ELIMIT, 22},     {ROTA_EAUTH, 23},
    {ROTA_ENOTFOUND, 23},   {ROTA_ENORELEASE, 23}, {ROTA_ENOASSET, 24},
    {ROTA_EAMBIGUOUS, 24},  {ROTA_ETOOBIG, 24},    {ROTA_EHTTP, 25},
    {ROTA_ETOOLONG, 25},    {ROTA_EENCODING, 25},  {ROTA_ESTATUS, 25},
    {ROTA_EAPIVERSION, 25}, {ROTA_EREDIRECT, 25},  {ROTA_EJSON, 25},
    {ROTA_EVERSION, 25},    {ROTA_EFORMAT, 25},    {ROTA_ERANGE, 25},
    {ROTA_ELENGTH, 25},     {ROTA_EFIELD, 25},     {ROTA_ECHANGED, 25},
    {ROTA_EDIGEST, 26},     {ROTA_ESIZE, 26},      {ROTA_EQUARANTINE, 0},
    {ROTA_ENOTHING, 29},    {ROTA_ETRIAL, 27},     {ROTA_ESIGNATURE, 30},
    {ROTA_EMANIFEST, 30},   {ROTA_EFOREIGN, 30},   {ROTA_EROLLBACK, 30},
    {ROTA_ESTALE, 30},      {ROTA_ESTEP, 30},
};

static void every_error_has_the_promised_exit_code(void)
{
    size_t errors = 0;

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        CHECK((int)rota_exit_code(codes[i].err) == codes[i].code);
        if ((int)rota_exit_code(codes[i].err) != codes[i].code)
            printf("%d\n", codes[i].err);
    }
#define COUNT(name, value, classes, text) errors++;
    ROTA_ERRORS(COUNT)
#undef COUNT
    CHECK(errors == sizeof(codes) / sizeof(codes[0]));
    CHECK(rota_exit_code(-4711) == ROTA_EXIT_DEVICE);
    CHECK(rota_exit_hint(ROTA_ENOASSET) && !rota_exit_hint(-4711));
}

static void sizes_are_readable(void)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0 bytes"},        {999, "999 bytes"},     {1000, "1.0 kB"},
        {12400000, "12.4 MB"}, {999949, "999.9 kB"},   {999950, "1.0 MB"},
        {1000000, "1.0 MB"},   {2147483647, "2.1 GB"}, {5000000000, "5.0 GB"},
    };
    char text[ROTA_EMIT_SIZE];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CHECK(is(rota_emit_size(text, cases[i].bytes), cases[i].text));
}

static void spans_and_times_are_readable(void)
{
    char text[ROTA_EMIT_SIZE];

    CHECK(is(rota_emit_span(text, 0), "0 s"));
    CHECK(is(rota_emit_span(text, 59), "59 s"));
    CHECK(is(rota_emit_span(text, 61), "1 min 1 s"));
    CHECK(is(rota_emit_span(text, 6 * 3600 - 1), "5 h 59 min"));
    CHECK(is(rota_emit_span(text, 86400 * 2 + 3700), "2 d 1 h"));
    CHECK(is(rota_emit_time(text, 1767225600), "2026-01-01 00:00:00 UTC"));
    CHECK(rota_emit_time(text, UINT64_MAX)[0] != '\0');
}

static void json_text_is_escaped_and_always_utf8(void)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"", "\"\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\x01\n\x1b\x7f", "\"\\u0001\\u000a\\u001b\\u007f\""},
        {"gr\xc3\xbc\xc3\x9f", "\"gr\xc3\xbc\xc3\x9f\""},
        {"\xe2\x82\xac \xf0\x9f\x98\x80", "\"\xe2\x82\xac \xf0\x9f\x98\x80\""},
        {"a\xffz", "\"a?z\""},
        {"\xc3", "\"?\""},
        {"\xc0\xaf", "\"??\""},
        {"\xe0\x80\xaf", "\"???\""},
        {"\xed\xa0\x80", "\"???\""},
        {"\xf4\x90\x80\x80", "\"????\""},
        {"\xe2\x82", "\"??\""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char wanted[128];

        begin(true);
        rota_emit_begin(show.out, "x");
        rota_emit_text(show.out, "t", cases[i].in);
        rota_emit_end(show.out);
        end();
        snprintf(wanted, sizeof(wanted), "{\"event\":\"x\",\"t\":%s}\n",
                 cases[i].out);
        CHECK(is(out_text, wanted));
        drop();
    }
}

static void terminals_get_printable_ascii_only(void)
{
    char text[8];

    CHECK(
        is(rota_emit_plain(text, sizeof(text), "a\x1b[2J\xc2\x9b"), "a?[2J??"));
    CHECK(is(rota_emit_plain(text, sizeof(text), "0123456789"), "0123456"));
}

static void an_update_that_is_available_is_told_in_one_line(void)
{
    EVENT(false, .type = ROTA_EV_AVAILABLE, .release = &release);
    CHECK(is(out_text, "thermostat 1.1.0 is available (12.4 MB, "
                       "thermostat-rpi-1.1.0.bin)\n"));
    CHECK(is(err_text, ""));
    drop();
}

static void the_same_as_json_has_all_of_the_release(void)
{
    release.has_digest = true;
    memset(release.digest, 0xa5, sizeof(release.digest));
    EVENT(true, .type = ROTA_EV_AVAILABLE, .release = &release);
    CHECK(is(out_text,
             "{\"event\":\"available\",\"version\":\"1.1.0\",\"tag\":"
             "\"v1.1.0\",\"asset\":\"thermostat-rpi-1.1.0.bin\",\"size\":"
             "12400000,\"prerelease\":false,\"digest\":\"sha256:"
             "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"
             "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5\"}\n"));
    drop();
    release.has_digest = false;
    EVENT(true, .type = ROTA_EV_AVAILABLE, .release = &release);
    CHECK(strstr(out_text, "\"digest\":null"));
    drop();
}

static void each_outcome_has_its_line(void)
{
    EVENT(false, .type = ROTA_EV_UP_TO_DATE, .release = &release);
    CHECK(is(out_text, "thermostat 1.0.0 is up to date (released: 1.1.0)\n"));
    drop();
    EVENT(false, .type = ROTA_EV_UP_TO_DATE);
    CHECK(is(out_text, "thermostat 1.0.0 is up to date\n"));
    drop();
    EVENT(false, .type = ROTA_EV_QUARANTINED, .release = &release);
    CHECK(is(out_text, "thermostat 1.1.0 has failed its trial before: not "
                       "installed\n"));
    drop();
    EVENT(false, .type = ROTA_EV_READY, .release = &release);
    CHECK(is(out_text, "thermostat 1.1.0 is installed: restart to run it\n"));
    drop();
    EVENT(false, .type = ROTA_EV_VERIFIED, .release = &release);
    CHECK(strstr(out_text, "a digest was not given"));
    drop();
    EVENT(false, .type = ROTA_EV_RESUMING, .err = ROTA_ECLOSED, .done = 1000000,
          .total = 12400000);
    CHECK(is(out_text, "the connection ended early; going on at 1.0 MB of "
                       "12.4 MB\n"));
    drop();
}

static void a_failure_is_one_line_on_stderr_with_a_hint(void)
{
    EVENT(false, .type = ROTA_EV_FAILED, .err = ROTA_ENORELEASE,
          .state = "check", .status = 404, .wait_s = 60);
    CHECK(is(out_text, ""));
    CHECK(strncmp(err_text, "rota: check: no release (HTTP 404); ", 36) == 0);
    CHECK(strchr(err_text, '\n') == err_text + err_len - 1);
    CHECK(!strstr(err_text, "next check"));
    drop();
    EVENT(false, .type = ROTA_EV_FAILED, .err = ROTA_ELIMIT, .state = "check",
          .status = 403, .wait_s = 3600);
    CHECK(strstr(err_text, "next check in 1 h 0 min"));
    drop();
}

static void a_failure_as_json_has_the_exit_code(void)
{
    EVENT(true, .type = ROTA_EV_FAILED, .err = ROTA_ENORELEASE,
          .state = "check", .status = 404, .retry = true, .wait_s = 60);
    CHECK(is(out_text,
             "{\"event\":\"failed\",\"exit\":23,\"error\":\"ENORELEASE\","
             "\"state\":\"check\",\"text\":\"no release\",\"status\":404,"
             "\"retry\":true,\"wait_s\":60}\n"));
    CHECK(strncmp(err_text, "rota: check: no release", 23) == 0);
    drop();
}

static void errors_of_the_agent_itself_look_the_same(void)
{
    begin(true);
    CHECK(rota_show_failure(&show, 2, "configuration", "a\nb") == 2);
    CHECK(rota_show_error(&show, "slot", ROTA_EREADONLY, "Read-only") == 27);
    end();
    CHECK(strncmp(err_text, "rota: configuration: a?b\nrota: slot: ", 37) == 0);
    CHECK(strncmp(out_text,
                  "{\"event\":\"failed\",\"exit\":2,\"error\":null,\"state\":"
                  "\"configuration\",\"text\":\"a\\u000ab\"}\n",
                  81)
          == 0);
    drop();
}

static void notes_are_remarks_on_stderr(void)
{
    EVENT(false, .type = ROTA_EV_NOTE, .text = "an algorithm \x1b[1m");
    CHECK(is(err_text, "rota: note: an algorithm ?[1m\n"));
    CHECK(is(out_text, ""));
    drop();
    EVENT(true, .type = ROTA_EV_NOTE, .text = "x");
    CHECK(is(out_text, "{\"event\":\"note\",\"text\":\"x\"}\n"));
    drop();
}

static void progress_elsewhere_is_a_line_for_each_tenth(void)
{
    struct rota_progress p = {0};
    char text[160];
    int lines = 0;

    for (uint32_t done = 0; done <= 1000; done++)
        lines +=
            rota_progress_at(&p, done, done, 1000, false, text, sizeof(text));
    CHECK(lines == 10 && strncmp(text, "100%: 1.0 kB of 1.0 kB", 22) == 0);
    CHECK(!rota_progress_at(&p, 2000, 1000, 1000, false, text, sizeof(text)));
    CHECK(!rota_progress_at(&p, 2000, 0, 0, true, text, sizeof(text)));
    CHECK(!rota_progress_at(&p, 2000, 2, 1, true, text, sizeof(text)));
}

static void progress_on_a_terminal_has_rate_and_time_left(void)
{
    struct rota_progress p = {0};
    char text[160];

    CHECK(rota_progress_at(&p, 1000, 0, 10000000, true, text, sizeof(text)));
    CHECK(is(text, "  0% [........................] 0 bytes of 10.0 MB"));
    CHECK(!rota_progress_at(&p, 1050, 1, 10000000, true, text, sizeof(text)));
    CHECK(rota_progress_at(&p, 2000, 2500000, 10000000, true, text,
                           sizeof(text)));
    CHECK(is(text, " 25% [######..................] 2.5 MB of 10.0 MB, 2.5 "
                   "MB/s, 4 s left"));
    CHECK(rota_progress_at(&p, 2001, 10000000, 10000000, true, text,
                           sizeof(text)));
    CHECK(is(text, "100% [########################] 10.0 MB of 10.0 MB"));
}

static void the_bar_is_cleared_before_a_line(void)
{
    begin(false);
    show.bar = true;
    rota_show_event(
        &show,
        &(struct rota_event){.type = ROTA_EV_PROGRESS, .done = 1, .total = 2},
        1000);
    rota_show_event(
        &show,
        &(struct rota_event){.type = ROTA_EV_VERIFIED, .release = &release},
        1001);
    end();
    CHECK(strstr(err_text, "50%") && !strstr(out_text, "50%"));
    CHECK(err_len > 4 && is(err_text + err_len - 4, "\r\033[K"));
    drop();
}

static const char *one_line(const char *bytes, size_t len, char out[16])
{
    char name[] = "/tmp/rota-line-XXXXXX";
    int fd = mkstemp(name);
    const char *why;

    CHECK(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
    close(fd);
    why = rota_oneline(name, out, 16);
    unlink(name);
    return why ? why : "";
}

static void a_file_of_one_line_is_read_without_white_space(void)
{
    char out[16];

    CHECK(is(one_line("1.0.0\n", 6, out), "") && is(out, "1.0.0"));
    CHECK(is(one_line(" \t1.0.0 \r\n\n", 11, out), "") && is(out, "1.0.0"));
    CHECK(is(one_line("1.0.0", 5, out), "") && is(out, "1.0.0"));
    CHECK(is(one_line("", 0, out), "is empty"));
    CHECK(is(one_line("\n\n", 2, out), "is empty"));
    CHECK(is(one_line("1\n2\n", 4, out), "is longer than one line"));
    CHECK(is(one_line("1\x1b", 2, out), "is not plain text"));
    CHECK(is(one_line("1\0002", 3, out), "is no text"));
    CHECK(is(one_line("0123456789abcdef", 16, out), "is too long"));
    CHECK(is(rota_oneline("/nonexistent", out, sizeof(out)),
             "No such file or directory"));
}

static void a_token_file_that_others_may_read_is_noticed(void)
{
    char name[] = "/tmp/rota-line-XXXXXX";
    int fd = mkstemp(name);

    CHECK(fd >= 0 && !rota_oneline_open_to_others(name));
    CHECK(fchmod(fd, 0640) == 0 && rota_oneline_open_to_others(name));
    CHECK(fchmod(fd, 0604) == 0 && rota_oneline_open_to_others(name));
    close(fd);
    unlink(name);
    CHECK(!rota_oneline_open_to_others(name));
}

static void a_release_for_others_is_told_with_to_how_many(void)
{
    EVENT(false, .type = ROTA_EV_HELD, .release = &release,
          .text = "10 percent");
    CHECK(is(out_text, "thermostat 1.1.0 goes to 10 percent of the devices, "
                       "not to this one yet\n"));
    drop();
    EVENT(true, .type = ROTA_EV_HELD, .release = &release,
          .text = "10 percent");
    CHECK(strstr(out_text, "\"event\":\"held\"")
          && strstr(out_text, "\"to\":\"10 percent\""));
    drop();
}

static void a_refused_manifest_is_told_in_one_line(void)
{
    EVENT(false, .type = ROTA_EV_FAILED, .err = ROTA_EFOREIGN,
          .state = "manifest", .why = ROTA_WHY_OTHER_BOARD);
    CHECK(is(err_text, "rota: manifest: made for another project, board or "
                       "hardware: made for another board; are project, board "
                       "and hw right?\n"));
    CHECK(is(out_text, ""));
    drop();
}

static void texts_become_an_array(void)
{
    static const char *const values[] = {"a", "b\"c"};

    begin(true);
    rota_emit_begin(show.out, "x");
    rota_emit_texts(show.out, "none", values, 0);
    rota_emit_texts(show.out, "two", values, 2);
    rota_emit_end(show.out);
    end();
    CHECK(is(out_text, "{\"event\":\"x\",\"none\":[],"
                       "\"two\":[\"a\",\"b\\\"c\"]}\n"));
    drop();
}

int main(void)
{
    RUN(every_error_has_the_promised_exit_code);
    RUN(sizes_are_readable);
    RUN(spans_and_times_are_readable);
    RUN(json_text_is_escaped_and_always_utf8);
    RUN(terminals_get_printable_ascii_only);
    RUN(an_update_that_is_available_is_told_in_one_line);
    RUN(the_same_as_json_has_all_of_the_release);
    RUN(each_outcome_has_its_line);
    RUN(a_failure_is_one_line_on_stderr_with_a_hint);
    RUN(a_failure_as_json_has_the_exit_code);
    RUN(errors_of_the_agent_itself_look_the_same);
    RUN(notes_are_remarks_on_stderr);
    RUN(progress_elsewhere_is_a_line_for_each_tenth);
    RUN(progress_on_a_terminal_has_rate_and_time_left);
    RUN(the_bar_is_cleared_before_a_line);
    RUN(a_file_of_one_line_is_read_without_white_space);
    RUN(a_token_file_that_others_may_read_is_noticed);
    RUN(a_release_for_others_is_told_with_to_how_many);
    RUN(a_refused_manifest_is_told_in_one_line);
    RUN(texts_become_an_array);
    return test_end();
}
