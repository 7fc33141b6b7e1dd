# SPDX-License-Identifier: Apache-2.0
"""The C files of core, as far as the rules of the house need to read them.

This is no parser of C: it knows comments, strings, preprocessor lines and
braces, which is enough for the plain C of this project.
"""

import re
from collections import namedtuple

# kind: "function" is a definition, "prototype" a declaration without a body.
Function = namedtuple("Function", "name kind static line")
Include = namedtuple("Include", "target system line")

TOKENS = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"'
                    r"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]*)[>"]',
                     re.MULTILINE)
NAME = re.compile(r"(\w+)\s*\(")
WORD = re.compile(r"\w+")


def blank(match):
    """The same number of lines, without the text."""
    return re.sub(r"[^\n]", " ", match[0])


def without_comments(text):
    """Strings stay, since includes are made of them."""
    return TOKENS.sub(lambda m: blank(m) if m[0].startswith("/") else m[0],
                      text)


class Source:
    """One .c or .h of a room: path is "http/get.c", below core/."""

    def __init__(self, path, text):
        self.path = path
        self.room, self.file = path.split("/")
        self.noun, self.kind = self.file.rsplit(".", 1)
        self.lines = text.count("\n")
        plain = without_comments(text)
        self.includes = [Include(m[2], m[1] == "<", line_of(plain, m.start()))
                         for m in INCLUDE.finditer(plain)]
        self.code = DIRECTIVE.sub(blank, TOKENS.sub(blank, plain))
        self.functions = list(functions(self.code))


def read(core):
    """All of core, in the order of the paths."""
    return [Source(f"{p.parent.name}/{p.name}", p.read_text())
            for p in sorted(core.glob("*/*.[ch]"))]


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def functions(code):
    """The functions that stand outside all braces."""
    begin, depth = 0, 0
    for mark in re.finditer(r"[{};]", code):
        head = code[begin:mark.start()]
        if mark[0] == "{":
            depth += 1
            if depth == 1 and head.rstrip().endswith(")"):
                yield from function(code, begin, head, "function")
        elif mark[0] == "}":
            depth -= 1
        elif depth == 0:
            yield from function(code, begin, head, "prototype")
        if depth == 0 or (depth == 1 and mark[0] == "{"):
            begin = mark.end()


def function(code, begin, head, kind):
    """The function that head declares, if it is one."""
    name = NAME.search(head)
    if not name or "=" in head or re.match(r"\s*(typedef|_Static_assert)\b",
                                           head):
        return
    yield Function(name[1], kind, bool(re.search(r"\bstatic\b", head)),
                   line_of(code, begin + name.start(1)))
