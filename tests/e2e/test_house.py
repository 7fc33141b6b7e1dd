# SPDX-License-Identifier: Apache-2.0
"""tests/tools/house.py: each rule notices what breaks it, and nothing else.

A small house stands in a temporary folder and keeps all rules. Each test
breaks one of them and expects one message.
"""

import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import draw_rooms  # noqa: E402
import house  # noqa: E402
import sources  # noqa: E402

GET_C = """\
/* A comment may say mbedtls_free(x); and "int lost(void);". */
#include "http/get.h"

#include <string.h>

#include "base/text.h"

static int get_ask(int (*f)(int), const char *s)
{
    struct { int a; } x = {1};
    return x.a + f((int)strlen(s)) + rota_text_len("int no(void) {");
}

int rota_get_step(void)
{
    return get_ask(0, ";");
}
"""

GOOD = {
    "include/rota.h": "int rota_step(void);\n",
    "core/base/text.h": "#include <stddef.h>\nint rota_text_len(\n"
                        "    const char *s) ROTA_CHECKED;\n",
    "core/base/text.c": '#include "base/text.h"\n'
                        "int rota_text_len(const char *s) { return !s; }\n",
    "core/http/get.h": '#include "rota.h"\nint rota_get_step(void);\n'
                       "struct rota_get { int (*f)(int); };\n",
    "core/http/get.c": GET_C,
    "core/http/state.h": "enum rota_state { ROTA_IDLE };\n",
}


class House(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rota-house-")
        self.addCleanup(folder.cleanup)
        self.repo = pathlib.Path(folder.name)
        for name in ("CIRCLES", "LONG", "MISNAMED"):
            self.enterContext(mock.patch.object(
                house, name, type(getattr(house, name))()))
        for path, text in GOOD.items():
            self.write(path, text)
        self.draw()

    def write(self, path, text):
        path = self.repo / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def change(self, path, old, new):
        self.assertIn(old, GOOD[path])
        self.write(path, GOOD[path].replace(old, new))

    def draw(self):
        self.write(draw_rooms.PICTURE,
                   draw_rooms.draw(sources.read(self.repo / "core")))

    def assert_finds(self, rule, *messages):
        """This rule finds these, and no other rule anything."""
        found = {r: m for r, m in house.check(self.repo) if m}
        self.assertEqual(found, {rule.__name__: list(messages)})

    def assert_this_finds(self, rule, *messages):
        self.assertEqual(house.check(self.repo, [rule]),
                         [(rule.__name__, list(messages))])

    def test_a_house_in_order(self):
        for rule, found in house.check(self.repo):
            self.assertEqual(found, [], rule)

    def test_a_file_without_header(self):
        self.write("core/http/url.c", "\n")
        self.draw()
        self.assert_finds(house.every_file_has_its_header,
                          "core/http/url.c:1: there is no http/url.h")

    def test_a_header_without_file(self):
        self.write("core/http/url.h", "\nint rota_url(void);\n")
        self.assert_this_finds(house.every_file_has_its_header,
                               "core/http/url.h:1: there is no http/url.c")

    def test_a_header_that_declares_another_files_function(self):
        self.change("core/http/get.h", "struct rota_get",
                    "int rota_text_len(const char *s);\nstruct rota_get")
        self.assert_finds(house.a_header_declares_its_own_file,
                          "core/http/get.h:3: rota_text_len is not defined "
                          "in get.c")

    def test_a_function_in_a_header(self):
        self.write("core/http/state.h",
                   "static inline int rota_state(void)\n{\n    return 1;\n}\n")
        self.draw()
        self.test_a_house_in_order()

    def test_a_long_file(self):
        self.write("core/http/get.c", GET_C + "\n" * 350)
        self.assert_finds(house.no_file_is_long,
                          "core/http/get.c:351: 367 lines, at most 350")

    def test_a_long_file_may_not_grow(self):
        self.write("core/http/get.c", GET_C + "\n" * 350)
        with mock.patch.object(house, "LONG", {"http/get.c": 366}):
            self.assert_finds(house.no_file_is_long,
                              "core/http/get.c:367: 367 lines, at most 366")
        with mock.patch.object(house, "LONG", {"http/get.c": 367}):
            self.assert_this_finds(house.no_file_is_long)

    def test_a_file_that_is_long_no_more(self):
        with mock.patch.object(house, "LONG", {"http/get.c": 367}):
            self.assert_finds(house.no_file_is_long,
                              "tests/tools/house.py: LONG need not list "
                              "http/get.c any more")

    def test_an_include_without_room(self):
        self.change("core/http/get.c", '"base/text.h"', '"text.h"')
        self.assert_this_finds(house.includes_name_the_room,
                               'core/http/get.c:6: "text.h" names no file of '
                               "a room and no public header")

    def test_an_include_upward(self):
        self.change("core/base/text.h", "<stddef.h>", '"http/state.h"')
        self.change("core/http/get.c", '"base/text.h"', '"http/state.h"')
        self.draw()
        self.assert_finds(house.no_include_runs_upward,
                          "core/base/text.h:1: base may not include "
                          "http/state.h")

    def test_a_room_that_nobody_knows(self):
        self.write("core/attic/box.h", "\n")
        self.draw()
        self.assert_finds(house.no_include_runs_upward,
                          "core/attic/box.h:1: MAY_INCLUDE does not know the "
                          "room attic")

    def test_a_circle(self):
        self.change("core/base/text.h", "<stddef.h>", '"http/state.h"')
        self.draw()
        circle = ("core/base:1: base and http include each other: "
                  "base/text.h:1, http/get.c:6")
        self.assert_this_finds(house.the_rooms_have_no_circle, circle)
        with mock.patch.object(house, "CIRCLES", [("base", "http")]):
            self.assert_this_finds(house.the_rooms_have_no_circle)

    def test_a_circle_that_is_none_any_more(self):
        with mock.patch.object(house, "CIRCLES", [("base", "http")]):
            self.assert_finds(house.the_rooms_have_no_circle,
                              "tests/tools/house.py: CIRCLES need not list "
                              "base and http any more")

    def test_a_library_by_its_header(self):
        self.change("core/http/get.c", "<string.h>", "<psa/crypto.h>")
        self.assert_finds(house.libraries_stay_in_their_files,
                          "core/http/get.c:4: mbedTLS is not this file's")

    def test_a_library_by_its_name(self):
        self.change("core/http/get.c", "return get_ask",
                    "llhttp_reset(0);\n    return get_ask")
        self.assert_finds(house.libraries_stay_in_their_files,
                          "core/http/get.c:16: llhttp is not this file's")

    def test_a_library_that_nobody_knows(self):
        self.change("core/http/get.c", "<string.h>", "<cJSON.h>")
        self.assert_finds(house.libraries_stay_in_their_files,
                          "core/http/get.c:4: <cJSON.h> is not known here")

    def test_a_library_in_its_file(self):
        self.write("core/tls/trust.h", "#include <mbedtls/ssl.h>\n")
        self.write("core/manifest/tokens.h", "#include <jsmn.h>\n")
        self.write("core/flash/hash.h", "#include <psa/crypto.h>\n")
        self.write("core/flash/slot.h", "#include <jsmn.h>\n")
        self.draw()
        self.assert_finds(house.libraries_stay_in_their_files,
                          "core/flash/slot.h:1: jsmn is not this file's")

    def test_a_public_name_without_noun(self):
        self.change("core/base/text.c", "rota_text_len", "rota_texture")
        self.assert_this_finds(house.public_names_carry_the_noun,
                               "core/base/text.c:2: rota_texture lacks the "
                               "noun text")
        with mock.patch.object(house, "MISNAMED",
                               {"base/text.c": ["rota_texture"]}):
            self.assert_this_finds(house.public_names_carry_the_noun)

    def test_a_name_that_is_right_again(self):
        with mock.patch.object(house, "MISNAMED", {
                "base/text.c": ["rota_length"], "base/gone.c": ["x"]}):
            self.assert_finds(house.public_names_carry_the_noun,
                              "tests/tools/house.py: MISNAMED need not list "
                              "base/gone.c any more",
                              "tests/tools/house.py: MISNAMED need not list "
                              "base/text.c rota_length any more")

    def test_names_that_carry_a_noun_otherwise(self):
        self.write("core/http/get.c", GET_C + "int rota_step(void) {}\n"
                   "int rota_http_get_end(void) {}\nint rota_get(void) {}\n")
        self.assert_this_finds(house.public_names_carry_the_noun)

    def test_a_static_name_without_noun(self):
        self.write("core/http/get.c", GET_C.replace("get_ask", "ask"))
        self.assert_finds(house.static_names_begin_with_the_noun,
                          "core/http/get.c:8: ask does not begin with get_")

    def test_a_static_name_with_half_a_noun(self):
        self.write("core/base/long_text.h", "\n")
        self.write("core/base/long_text.c", "static int text_cut(void) {}\n"
                   "static int long_text_put(void) {}\n"
                   "static int long_cut(void) {}\n")
        self.draw()
        self.assert_finds(house.static_names_begin_with_the_noun,
                          "core/base/long_text.c:3: long_cut does not begin "
                          "with text_")

    def test_a_static_name_twice(self):
        self.write("core/http/far_get.h", "\n")
        self.write("core/http/far_get.c", "static int get_ask(void) {}\n")
        self.draw()
        self.assert_finds(house.no_static_name_twice,
                          "core/http/get.c:8: get_ask exists in "
                          "http/far_get.c too")

    def test_a_picture_that_is_old(self):
        self.write(draw_rooms.PICTURE, "<svg/>")
        self.assert_finds(house.the_picture_of_the_rooms_is_true,
                          "core/pictures/rooms.svg:1: the includes have "
                          "changed: run tests/tools/draw_rooms.py")

    def test_every_rule_is_seen_to_fail(self):
        """No rule is without a test above that names it."""
        text = pathlib.Path(__file__).read_text()
        for rule in house.RULES:
            self.assertIn(f"house.{rule.__name__}", text)


class Picture(unittest.TestCase):
    def floors(self, text):
        pairs = {tuple(p) for p in text.split()}
        return draw_rooms.floors({r for p in pairs for r in p}, pairs)

    def test_a_room_stands_above_all_that_it_includes(self):
        self.assertEqual(self.floors("ca ba cb"), {"a": 0, "b": 1, "c": 2})

    def test_a_circle_shares_a_floor(self):
        self.assertEqual(self.floors("cd dc cb ba da"),
                         {"a": 0, "b": 1, "c": 2, "d": 2})

    def test_an_arrow_is_far_when_there_is_a_way_round(self):
        pairs = {("c", "a"), ("b", "a"), ("c", "b")}
        self.assertEqual({p for p in pairs if draw_rooms.is_far(p, pairs)},
                         {("c", "a")})


if __name__ == "__main__":
    unittest.main()
