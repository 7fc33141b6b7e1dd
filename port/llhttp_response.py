#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Leave out of llhttp what only requests and lenient parsers need:
llhttp_response.py llhttp.c OUT

llhttp reads requests as well as responses, and has leniencies that are off
unless switched on at run time. A client that switches on one of them never
comes to most of those states, but the compiler cannot know: a parser may be
entered again in any state that it may have stopped in. This finds the states
that a response can come to then, from the first on, and removes the entries
to all others; compilers then drop their code. What is left is unchanged.

llhttp.c is generated, in a form that this script relies on. It ends with an
error when that form is not what it knows."""

import re
import sys
from pathlib import Path

FIRST = "s_n_llhttp__internal__n_start"
RESPONSE = 2        # HTTP_RESPONSE of llhttp.h
CHOSEN = "512"      # the one leniency that core/http.c switches on
BLOCK = re.compile(r"^ +(?:case (s_n_\w+):\n +)?(s_n_\w+): \{\n", re.MULTILINE)
CHOICE = re.compile(
    r"switch \((llhttp__internal__c_\w+)\(state, p, endp\)\) \{(.*?)\n *\}",
    re.DOTALL)
CASE = re.compile(r"(?:case (\d+)|(default)):\n(.*?)(?= case| default|\Z)",
                  re.DOTALL)


def fix_answers(text):
    """The questions whose answers are known: (text, {function: answer})."""
    known = {}

    def fix(match):
        if match.re.groups > 2 and match[3] == CHOSEN:
            return match[0]
        known[match[1]] = answer
        return match[0].replace(match[2], f"return {answer};")

    function = (r"int (llhttp__internal__c_\w+)\(\n[^{]*\{\n  "
                r"(return %s;)\n\}")
    answer = RESPONSE
    text, types = re.subn(function % r"state->type", fix, text)
    answer = 0
    text, flags = re.subn(
        function % r"\(state->lenient_flags & (\d+)\) == \d+", fix, text)
    if types != 1 or not 5 < flags < 50:
        sys.exit("llhttp_response.py: this llhttp.c has another form")
    return text, known


def narrow(body, known):
    """body without the ways that a known answer does not go."""
    def choose(match):
        if match[1] not in known:
            return match[0]
        ways = {c[1] or c[2]: c[3] for c in CASE.finditer(match[2])}
        return ways.get(str(known[match[1]]), ways["default"])

    return CHOICE.sub(choose, body)


def reachable(blocks):
    """The states that can be come to from FIRST."""
    seen, left = set(), [FIRST]
    while left:
        state = left.pop()
        if state in seen:
            continue
        seen.add(state)
        left += re.findall(r"\bs_n_\w+", blocks[state])
    return seen


def prune(text):
    text, known = fix_answers(text)
    begin = text.index("static llparse_state_t llhttp__internal__run(")
    head, run = text[:begin], text[begin:]
    found = list(BLOCK.finditer(run))
    ends = [m.start() for m in found[1:]] + [len(run)]
    blocks = {m[2]: narrow(run[m.end():end], known)
              for m, end in zip(found, ends)}
    keep = reachable(blocks)
    entries = [m[1] for m in found if m[1]]
    gone = [e for e in entries if e not in keep]
    if not len(entries) / 4 < len(gone) < len(entries):
        sys.exit("llhttp_response.py: this llhttp.c has another form")
    for entry in gone:
        run = run.replace(f"    case {entry}:\n", "", 1)
    return head + run


def main():
    text = Path(sys.argv[1]).read_text(encoding="ascii")
    Path(sys.argv[2]).write_text(prune(text), encoding="ascii")


if __name__ == "__main__":
    main()
