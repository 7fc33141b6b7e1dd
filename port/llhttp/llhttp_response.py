#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make of llhttp a small program for llhttp_response.c:
llhttp_response.py llhttp.c core/http/http.c OUT.h

llhttp reads requests as well as responses, calls two dozen callbacks, tells
each error from the others and has leniencies that are off unless switched on.
A client needs little of that, but compilers cannot know. This reads llhttp.c
as a graph (graph.py), takes out what core/http/http.c cannot tell from the
whole, merges what is alike (merge.py) and writes what is left as a
program of some 700 bytes (instructions.py, program.py), which with its
interpreter takes a fifteenth of the flash of llhttp.c. Which callbacks and
which leniency are used, core/http/http.c says itself.

llhttp.c is generated, in a form that this relies on. It ends with an error
when that form, or what core/http/http.c uses, is not what it knows.
tests/port/test_llhttp_states.c holds the result against the whole llhttp."""

import re
import sys
from pathlib import Path
from typing import NamedTuple

import program
from graph import (Byte, Call, End, ERROR, Op, Start, Stop, UnknownForm, need,
                   reachable, read, targets, without)
from merge import small

RESPONSE = 2            # HTTP_RESPONSE of llhttp.h
PAUSED = 21             # HPE_PAUSED
UPGRADE = 2             # an answer that core/http/http.c never gives
LENIENT = {"spaces_after_chunk_size": 512}

# What core/http/http.c may know of llhttp without changing the answers below.
FUNCTIONS = {"llhttp_init", "llhttp_execute", "llhttp_resume",
             "llhttp_get_error_pos", "llhttp_message_needs_eof",
             "llhttp_should_keep_alive"}
FIELDS = {"status_code", "content_length", "flags"}
FLAGS = {"F_CONTENT_LENGTH", "F_SKIPBODY"}

# Only llhttp_finish and on_reset ask for these. An upgrade is a reply of
# status 101, which ends with an error whatever else its head says (see
# check_upgrade), so that what leads to it needs not be noticed.
UNREAD = {"finish", "initial_message_completed", "upgrade"}
UNUSED = {"header_field": "u", "header_value_connection": "u"}
LIKE = "x"              # a byte that is nothing to them
NO_ANSWER = {"llhttp__before_headers_complete"}     # sets upgrade


class Use(NamedTuple):
    """What core/http/http.c uses."""
    callbacks: set
    lenient: int


def use_of(text):
    settings = re.search(r"llhttp_settings_t settings = \{(.*?)\};", text,
                         re.DOTALL)
    need(settings, "settings in core/http/http.c")
    lenient = re.findall(r"llhttp_set_lenient_(\w+)\([^;]*, 1\);", text)
    called = set(re.findall(r"\b(llhttp_\w+)\(", text))
    called -= {f"llhttp_set_lenient_{name}" for name in lenient}
    fields = set(re.findall(r"(?:\bp|parser)(?:->|\.)(\w+)", text))
    flags = set(re.findall(r"\bF_\w+", text))
    for found, known in ((called, FUNCTIONS), (fields, FIELDS),
                         (flags, FLAGS), (set(lenient), set(LENIENT))):
        need(found <= known, f"core/http/http.c uses {sorted(found - known)}")
    return Use(set(re.findall(r"\.on_(\w+) =", settings[1])),
               sum(LENIENT[name] for name in lenient))


# --- What is known ---------------------------------------------------------

def known(name, body, use):
    """The answer of a function when it is always the same, or None."""
    if name.startswith("llhttp__on_"):
        return None if name[len("llhttp__on_"):] in use.callbacks else 0
    lenient = re.fullmatch(
        r"return \(state->lenient_flags & (\d+)\) == \1;", body)
    if lenient:
        return int(int(lenient[1]) & use.lenient != 0)
    change = re.fullmatch(r"state->(\w+) = \w+; return 0;", body)
    if name in NO_ANSWER or change and change[1] in UNREAD:
        return 0
    return {"return state->type;": RESPONSE,
            "return state->upgrade == 1;": 0}.get(body)


MUL_ADD = (
    "/* Multiplication overflow */ if (state->{0} > {1} / {2}) {{ return 1; }}"
    " state->{0} *= {2}; /* Addition overflow */ if (match >= 0) {{"
    " if (state->{0} > {1} - match) {{ return 1; }} }} else {{"
    " if (state->{0} < {3} - match) {{ return 1; }} }}"
    " state->{0} += match; return 0;")
LIMIT = {"status_code": ("0xffff", "0"),
         "content_length": ("0xffffffffffffffffULL", "0ULL")}
OPS = [
    (r"state->(status_code|content_length) = 0; return 0;", "zero"),
    (r"state->(\w+) = (\d+); return 0;", "set"),
    (r"state->(\w+) = match; return 0;", "store"),
    (r"return state->(\w+);", "load"),
    (r"return state->(content_length) == 0;", "none"),
    (r"state->(flags) \|= (\d+); return 0;", "or"),
    (r"state->(flags) &= -(\d+); return 0;", "clear"),
    (r"return \(state->(flags) & (\d+)\) == \2;", "flag"),
    (r".*\bstate->(\w+) \*= (\d+);.*", "digit")]


def does(name, body):
    """What a function does, as program.py names it."""
    if name.startswith("llhttp__on_"):
        return "callback", name[len("llhttp__"):]
    if name.startswith("llhttp__after_"):
        return "ask", name
    for form, what in OPS:
        match = re.fullmatch(form, body)
        if match:
            break
    else:
        raise UnknownForm(f"{name}: {body}"[:200])
    field, value = match[1], int(match[2]) if match.re.groups > 1 else None
    need(field not in UNREAD, f"{name} is asked for {field}")
    if what in ("or", "clear", "flag"):
        value -= what == "clear"        # -9 is ~8
        need(value > 0 and value & value - 1 == 0, body)
        return what, value.bit_length() - 1
    if what == "digit":
        need(body == MUL_ADD.format(field, LIMIT[field][0], value,
                                    LIMIT[field][1]), body)
    return tuple(x for x in (what, field, value) if x is not None)


# --- Leaving out -----------------------------------------------------------

def check_pauses(nodes):
    """After a pause a callback's node goes on as it does without one."""
    for node in nodes.values():
        if isinstance(node, Call) and node.function.startswith("llhttp__on_"):
            ways = dict(node.ways)
            need(nodes.get(ways.get(PAUSED)) == Stop(PAUSED, ways.get(0)) and
                 isinstance(nodes[node.other], Stop), node.function)


def without_unused(nodes):
    """nodes in which UNUSED bytes are as any other byte."""
    for name, byte in UNUSED.items():
        need(isinstance(nodes.get(name), Byte), name)
        edges = nodes[name].edges
        need(edges[ord(byte)] != edges[ord(LIKE)], name)
        nodes[name] = Byte(tuple(
            edges[ord(LIKE)] if chr(b).lower() == byte else edge
            for b, edge in enumerate(edges)))
    return nodes


def without_known(nodes, functions, use):
    """nodes without calls whose answer is known, spans that nobody is told of
    and different errors."""
    def unheard(node):
        return node.span[len("llhttp__on_"):] not in use.callbacks

    def gone(node):
        if isinstance(node, Stop):
            return ERROR if node.code else None
        if isinstance(node, End) and node.to == ERROR:
            return ERROR        # what is told before an error is for nobody
        if isinstance(node, Start) and unheard(node):
            return node.to
        if isinstance(node, End) and unheard(node) and not node.taken:
            return node.to
        if not isinstance(node, Call):
            return None
        body = functions.get(node.function, "")
        answer = known(node.function, body, use)
        if answer is not None:
            return dict(node.ways).get(answer, node.other)
        return node.other if body.startswith("return ") and \
            len(targets(node)) == 1 else None

    def taken(node):
        return node.to if isinstance(node, End) and unheard(node) else None

    nodes[ERROR] = Stop(0, None)
    # Twice: then the ways of some questions have become one.
    nodes = without(without(nodes, gone), gone)
    return without(ends_behind(nodes), taken)


def ends_behind(nodes):
    """nodes with each End that takes a byte behind the edge that took it: the
    span then ends one byte before."""
    def behind(edge):
        node = nodes[edge.to]
        if not isinstance(node, End) or not node.taken:
            return edge
        need(not edge.taken, edge.to)
        return edge._replace(taken=True)

    for name, node in nodes.items():
        if isinstance(node, Byte):
            nodes[name] = Byte(tuple(behind(edge) for edge in node.edges))
        else:
            for to in targets(node):
                end = nodes[to]
                need(not isinstance(end, End) or not end.taken
                     or end.to == ERROR, name)
    return nodes


def op_of(call, functions):
    what = does(call.function, functions.get(call.function, ""))
    ways = dict(call.ways)
    if what[0] == "callback":
        ways.pop(PAUSED, None)          # goes on as 0 does
        ways.pop(UPGRADE, None)
    return Op(what, tuple(sorted(ways.items())), call.other)


def check_status(nodes):
    """A status has three digits, which cannot be too many for its field."""
    ops = {name: node.does for name, node in nodes.items()
           if isinstance(node, Op)}
    digits = {name for name, does in ops.items()
              if does == ("digit", "status_code", 10)}
    apart = {name: node._replace(other=ERROR)
             if ops.get(name) == ("zero", "status_code") else node
             for name, node in nodes.items()}
    need(len(digits) == 3, digits)
    for name in digits:
        need(name not in reachable(apart, *targets(nodes[name])), name)


def check_upgrade(nodes):
    """After a head with status 101 comes an error."""
    ways = next((dict(node.ways) for node in nodes.values()
                 if isinstance(node, Op)
                 and node.does == ("ask", "llhttp__after_headers_complete")),
                {})
    need(nodes.get(ways.get(1)) ==
         Op(("callback", "on_message_complete"), (), ERROR), "upgrades")


def response(llhttp, core):
    """The graph of what core/http/http.c needs of llhttp."""
    use = use_of(core)
    nodes, functions = read(llhttp)
    check_pauses(nodes)
    nodes = without_known(without_unused(nodes), functions, use)
    nodes = small({name: op_of(node, functions) if isinstance(node, Call)
                   else node for name, node in nodes.items()})
    check_status(nodes)
    check_upgrade(nodes)
    return nodes


def main():
    try:
        nodes = response(*(Path(name).read_text(encoding="ascii")
                           for name in sys.argv[1:3]))
        text = program.written(nodes)
    except UnknownForm as error:
        sys.exit(f"llhttp_response.py: unknown form: {error}")
    Path(sys.argv[3]).write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
