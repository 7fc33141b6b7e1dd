# SPDX-License-Identifier: Apache-2.0
"""llhttp's parser as a graph, read from the C that llparse made of it.

    nodes, functions = read(text of llhttp.c)

nodes is {name: node}, where a node is what the parser does at one place;
functions is {name: body} of the questions and changes that a Call names. What
is not known here is UnknownForm, never a guess."""

import re
from typing import NamedTuple, Optional


class UnknownForm(Exception):
    """llhttp.c is not made as the one that these scripts know."""


def need(condition, what):
    if not condition:
        raise UnknownForm(str(what)[:200])


class Edge(NamedTuple):
    """Where a byte leads: taken, or left for the node that comes next. match
    is what it counts for there."""
    taken: bool
    match: Optional[int]
    to: str


class Byte(NamedTuple):
    """Looks at one byte: edges[b] is for b."""
    edges: tuple


class Text(NamedTuple):
    """Takes a text; other is left the byte that differs. Letters of a text in
    lower case stand for both cases."""
    text: bytes
    found: Edge
    other: str


class Take(NamedTuple):
    """Takes content_length bytes."""
    to: str


class Start(NamedTuple):
    """A span begins with the next byte."""
    span: str
    to: str


class End(NamedTuple):
    """A span ends here, and the next byte is taken or not."""
    span: str
    taken: bool
    to: str


class Call(NamedTuple):
    """Calls a function: ways is ((answer, to), ...), other is for the rest."""
    function: str
    ways: tuple
    other: str


class Op(NamedTuple):
    """A Call whose function is known: what it does is ("or", 5), say."""
    does: tuple
    ways: tuple
    other: str


class Stop(NamedTuple):
    """Ends with an error code; after a pause it goes on with to."""
    code: int
    to: Optional[str]


# --- Nodes and where they lead ---------------------------------------------

ERROR = "an error"      # what all errors become
START = "start"         # the first one of llhttp


def targets(node):
    if isinstance(node, Byte):
        return {e.to for e in node.edges}
    if isinstance(node, Text):
        return {node.found.to, node.other}
    if isinstance(node, (Call, Op)):
        return {to for _, to in node.ways} | {node.other}
    return {node.to} - {None}


def renamed(node, name):
    """node with name(to) for each to."""
    def edge(e):
        return e._replace(to=name(e.to))

    if isinstance(node, Byte):
        return Byte(tuple(edge(e) for e in node.edges))
    if isinstance(node, Text):
        return node._replace(found=edge(node.found), other=name(node.other))
    if isinstance(node, (Call, Op)):
        return node._replace(ways=tuple((k, name(to)) for k, to in node.ways),
                             other=name(node.other))
    return node._replace(to=node.to and name(node.to))


def reachable(nodes, *begin):
    """The nodes that can be come to from begin, which is START if not said."""
    seen, left = {ERROR}, [*(begin or [START])]
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += targets(nodes[name])
    return {name: node for name, node in nodes.items() if name in seen}


def without(nodes, gone):
    """nodes without those for which gone(node) says where they lead."""
    def through(name):
        while gone(nodes[name]):
            name = gone(nodes[name])
        return name

    return reachable({name: renamed(node, through)
                      for name, node in nodes.items()})


# --- Reading ---------------------------------------------------------------

NODE = r"s_n_llhttp__internal__n_(\w+)"
BLOCK = re.compile(
    r"^ +(?:case s_n_\w+:\n +)?" + NODE + r": \{\n(.*?)^ +UNREACHABLE;\n",
    re.MULTILINE | re.DOTALL)
SIMD = re.compile(r"^ *#if(?:def __(?:SSE4_2|wasm_simd128)__|"
                  r" defined\(__ARM_NEON__\)).*?^ *#endif.*?\n",
                  re.MULTILINE | re.DOTALL)
BLOB = re.compile(r"(llparse_blob\d+)\[\] = \{([^}]*)\}")
FUNCTION = re.compile(r"int (llhttp__internal__c_\w+)\([^{]*\{(.*?)\n\}",
                      re.DOTALL)
CASE = re.compile(
    r"(?:case ('.'|'\\.'|\w+)|default): (?:\{ )?(p\+\+; )?"
    r"(?:match = (\d+); )?goto " + NODE + r"; (?:\} )?")

# The forms of a block, with one blank for any white space.
EMPTY = r"if \(p == endp\) \{ return " + NODE + r"; \} "
AT = r"state->error_pos = \(const char\*\) (p|\(p \+ 1\)); "
GO_ON = r"state->_current = \(void\*\) \(intptr_t\) (?:s_error|" + NODE + "); "
FORM = {kind: re.compile(form) for kind, form in {
    Byte: r"(?:static uint8_t lookup_table\[\] = \{ ([\d, ]+) \}; )?" + EMPTY
          + r"switch \((.+?)\) \{ ((?:case|default).*)\} ",
    Text: r"llparse_match_t match_seq; " + EMPTY
          + r"match_seq = llparse__match_sequence_(to_lower|to_lower_unsafe|"
          + r"id)\(state, p, endp, (\w+), (\d+)\); "
          + r"p = match_seq\.current; switch \(match_seq\.status\) \{ "
          + r"case kMatchComplete: \{ p\+\+; (?:match = (\d+); )?goto " + NODE
          + r"; \} case kMatchPause: \{ return " + NODE
          + r"; \} case kMatchMismatch: \{ goto " + NODE + r"; \} \} ",
    Take: r"size_t avail; uint64_t need; avail = endp - p; "
          + r"need = state->content_length; if \(avail >= need\) \{ "
          + r"p \+= need; state->content_length = 0; goto " + NODE
          + r"; \} state->content_length -= avail; return " + NODE + "; ",
    Start: EMPTY + r"state->_span_pos0 = \(void\*\) p; "
           + r"state->_span_cb0 = (\w+); goto " + NODE + "; ",
    End: r"const unsigned char\* start; int err; start = state->_span_pos0; "
         + r"state->_span_pos0 = NULL; err = (\w+)\(state, start, p\); "
         + r"if \(err != 0\) \{ state->error = err; " + AT + GO_ON
         + r"return s_error; \} (p\+\+; )?goto " + NODE + "; ",
    Call: r"switch \((\w+)\(state, p, endp(?:, match)?\)\) \{ (.*)\} ",
    Stop: r'state->error = (0x\w+); state->reason = "[^"]*"; ' + AT + GO_ON
          + "return s_error; ",
    "skip": EMPTY + r"p\+\+; goto " + NODE + "; "}.items()}

LOOKS = {"*p": lambda b: b,
         "((*p) >= 'A' && (*p) <= 'Z' ? (*p | 0x20) : (*p))":
             lambda b: b | 0x20 if ord("A") <= b <= ord("Z") else b}


def number(text):
    text = text.strip()
    if text.startswith("'"):
        return ord(text[1:-1].encode().decode("unicode_escape"))
    return int(text, 0)


def cases(text):
    """The cases of a switch: {number, None for default: Edge}"""
    ways, at = {}, 0
    while at < len(text):
        match = CASE.match(text, at)
        need(match, text[at:])
        value = number(match[1]) if match[1] else None
        need(value not in ways, text)
        ways[value] = Edge(bool(match[2]), int(match[3]) if match[3] else None,
                           match[4])
        at = match.end()
    need(None in ways, text)
    return ways


def byte_node(name, m, blobs):
    table, here, look, rest = m.groups()
    if table:
        numbers = [int(n) for n in table.split(",")]
        need(look == "lookup_table[(uint8_t) *p]" and len(numbers) == 256,
             name)
        look = numbers.__getitem__
    else:
        need(look in LOOKS, look)
        look = LOOKS[look]
    ways = cases(rest)
    need(here == name, name)
    return Byte(tuple(ways.get(look(b), ways[None]) for b in range(256)))


def text_node(name, m, blobs):
    here, how, blob, size, match, found, pause, other = m.groups()
    text = blobs.get(blob, b"")
    need(here == pause == name and len(text) == int(size), name)
    # Of letters, "unsafe" means the same as the other.
    need(text == text.upper() if how == "id" else text == text.lower() and
         (how == "to_lower" or text.isalpha()), text.decode())
    return Text(text, Edge(True, int(match) if match else None, found), other)


def call_node(name, m, blobs):
    ways = cases(m[2])
    other = ways.pop(None).to
    need(all(not e.taken and e.match is None for e in ways.values()), name)
    return Call(m[1], tuple(sorted((k, e.to) for k, e in ways.items())), other)


def end_node(name, m, blobs):
    need(m[3] == m[5] and (m[2] == "p") == (m[4] is None), name)
    return End(m[1], bool(m[4]), m[5])


def start_node(name, m, blobs):
    need(m[1] == name, name)
    return Start(m[2], m[3])


def take_node(name, m, blobs):
    need(m[2] == name, name)
    return Take(m[1])


def stop_node(name, m, blobs):
    need(m[2] == "p", name)
    return Stop(int(m[1], 16), m[3])


def skip_node(name, m, blobs):
    need(m[1] == name, name)
    return Byte((Edge(True, None, m[2]),) * 256)


MAKE = {Byte: byte_node, Text: text_node, Take: take_node, Start: start_node,
        End: end_node, Call: call_node, Stop: stop_node, "skip": skip_node}


def read_node(name, body, blobs):
    body = SIMD.sub("", body)
    need("\n#" not in body and " #" not in body, body)
    body = " ".join(body.split()) + " "
    for kind, make in MAKE.items():
        match = FORM[kind].fullmatch(body)
        if match:
            return make(name, match, blobs)
    raise UnknownForm(f"{name}: {body}"[:200])


def read(text):
    blobs = {m[1]: bytes(number(n) for n in m[2].split(","))
             for m in BLOB.finditer(text)}
    functions = {m[1]: " ".join(m[2].split()) for m in FUNCTION.finditer(text)}
    begin = text.find("static llparse_state_t llhttp__internal__run(")
    need(begin > 0, "no llhttp__internal__run")
    found = list(BLOCK.finditer(text, begin))
    # One more ends the switch over the states.
    need(len(found) + 1 == text.count("UNREACHABLE;", begin), "blocks")
    nodes = {m[1]: read_node(m[1], m[2], blobs) for m in found}
    need(len(nodes) == len(found), "a name comes twice")
    for name, node in nodes.items():
        need(targets(node) <= set(nodes), name)
    need(START in nodes and ERROR not in nodes, START)
    return nodes, functions
