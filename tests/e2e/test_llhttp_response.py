# SPDX-License-Identifier: Apache-2.0
"""port/llhttp/llhttp_response.py refuses what it does not know, of llhttp.c as
of core/http/http.c, rather than make another parser of it."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "port/llhttp/llhttp_response.py"
LLHTTP = Path(os.environ.get("LLHTTP_DIR", ROOT / "build/deps/llhttp")) \
    / "src/llhttp.c"
CORE = ROOT / "core/http/http.c"

N = "s_n_llhttp__internal__n_"


class Refusals(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = Path(folder.name) / "program.h"
        self.llhttp = LLHTTP.read_text(encoding="ascii")
        self.core = CORE.read_text(encoding="ascii")

    def make(self):
        files = []
        for name, text in (("llhttp.c", self.llhttp), ("http.c", self.core)):
            files.append(self.out.with_name(name))
            files[-1].write_text(text, encoding="ascii")
        return subprocess.run(
            [sys.executable, "-B", SCRIPT, *files, self.out], text=True,
            stderr=subprocess.PIPE, check=False)

    def refuse(self, why):
        done = self.make()
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, rf"^llhttp_response.py: .*{why}")
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertFalse(self.out.exists())

    def change(self, old, new, count=1):
        """In llhttp.c, in one place unless said otherwise."""
        self.llhttp, n = re.subn(old, new, self.llhttp, count, re.DOTALL)
        self.assertEqual(n, count, old)

    def test_what_it_knows_it_takes(self):
        self.assertEqual(self.make().returncode, 0)
        self.assertIn("llhttp_program[] = {",
                      self.out.read_text(encoding="ascii"))

    def test_a_file_without_a_parser(self):
        self.llhttp = "int x;\n"
        self.refuse("no llhttp__internal__run")

    def test_an_empty_file(self):
        self.llhttp = ""
        self.refuse("no llhttp__internal__run")

    def test_another_statement_in_a_state(self):
        self.change(rf"(  {N}res_http_dot: \{{\n)", r"\1      p += 0;\n")
        self.refuse("res_http_dot")

    def test_another_way_to_take_a_byte(self):
        self.change(r"p\+\+;\n +goto", "p += 2;\n goto")
        self.refuse("unknown form")

    def test_a_block_of_another_form(self):
        self.change(rf"  {N}res_http_dot: \{{", f"  {N}res_http_dot: if (1) {{")
        self.refuse("blocks")

    def test_a_way_to_nowhere(self):
        self.change(rf"goto {N}res_http_minor;", f"goto {N}elsewhere;")
        self.refuse("res_http_dot")

    def test_a_shorter_table(self):
        self.change(r"lookup_table\[\] = \{\n +0, ", "lookup_table[] = {\n ")
        self.refuse("unknown form")

    def test_a_text_of_another_length(self):
        self.change(r"(llparse_blob0\[\] = \{\n  'o', 'n')", r"\1, 'e'")
        self.refuse("header_field_1")

    def test_another_end_of_a_buffer(self):
        self.change(rf"(case {N}res_status:\n.{{0,99}}?return {N})res_status;",
                    r"\1start;")
        self.refuse("res_status")

    def test_another_change_of_a_field(self):
        self.change(r"state->header_state = 8;", "state->header_state += 8;")
        self.refuse("header_state")

    def test_another_arithmetic(self):
        self.change(r"content_length > 0x(f+)ULL / 16",
                    r"content_length >= 0x\1ULL / 16")
        self.refuse("Multiplication")

    def test_a_pause_that_goes_on_elsewhere(self):
        self.change(rf"(on_header_value_complete pause\".{{0,99}}?{N})\w+",
                    r"\1start")
        self.refuse("on_header_value_complete")

    def test_a_fourth_digit_of_the_status(self):
        self.change(rf"goto {N}res_status_code_otherwise;",
                    f"goto {N}res_status_code_digit_2;")
        self.refuse("mul_add_status_code")

    def test_an_upgrade_that_is_no_error(self):
        self.change(rf"(after_headers_complete\(state, p, endp\)\) \{{\n"
                    rf" +case 1:\n +goto {N})\w+", r"\1headers_start")
        self.refuse("upgrades")

    def test_core_asks_for_the_upgrade(self):
        self.core = self.core.replace("if (http_interim(p))",
                                      "if (interim(p) || p->upgrade)")
        self.refuse("upgrade")

    def test_core_calls_another_function(self):
        self.core += "int f(llhttp_t *p) { return llhttp_finish(p); }\n"
        self.refuse("llhttp_finish")

    def test_core_asks_for_another_flag(self):
        self.core += "int f(llhttp_t *p) { return p->flags & F_UPGRADE; }\n"
        self.refuse("F_UPGRADE")

    def test_core_is_lenient_otherwise(self):
        self.core += "void f(llhttp_t *p) { llhttp_set_lenient_headers(p, 1); }"
        self.refuse("headers")

    def test_core_has_no_settings(self):
        self.core = self.core.replace("settings = {", "other = {")
        self.refuse("settings")

    def test_another_callback_of_core_is_called(self):
        self.core = self.core.replace(".on_body =",
                                      ".on_status = on_name,\n    .on_body =")
        self.assertEqual(self.make().returncode, 0)
        self.assertIn("on_status", self.out.read_text(encoding="ascii"))

    def test_a_callback_that_core_has_not_is_not(self):
        self.make()
        self.assertNotIn("on_status", self.out.read_text(encoding="ascii"))


if __name__ == "__main__":
    unittest.main()
