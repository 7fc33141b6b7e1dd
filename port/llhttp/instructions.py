# SPDX-License-Identifier: Apache-2.0
"""The nodes of graph.py as instructions of llhttp_response.c.

    Code(nodes).of(name)    ([instruction, ...], name of what comes then)

An instruction is the items ["IF", ("field", "flags"), 1, ("to", name)], of
which each becomes one byte."""

from graph import Byte, End, ERROR, Op, Start, Take, Text, need

# What llhttp_response.c does, and how many bytes that takes, TO being where it
# goes on. Those from ANY on wait for a byte. A byte from FIRST_BYTE on is
# itself an instruction: take this one and go on; if it differs, go on behind
# the GOTO that ends the text. With AND_GO: if this is the next byte, take it
# and go TO. Letters in lower case stand for both.
CODES = {
    "ERROR": 1,
    "NOTHING": 1,
    "GOTO": 2,          # TO
    "SET": 3,           # FIELD VALUE
    "STORE": 2,         # FIELD: the number
    "IF": 4,            # FIELD VALUE TO
    "OR": 2,            # BIT of flags
    "CLEAR": 2,         # BIT
    "IF_FLAG": 3,       # BIT TO
    "LENGTH": 2,        # BASE: a digit more of content_length
    "STATUS": 1,        # a digit more of status_code
    "NO_LENGTH": 1,     # content_length = 0
    "NO_STATUS": 1,
    "IF_NONE": 2,       # TO, if content_length is 0
    "CALL": 2,          # CALLBACK
    "ASK": 2,           # QUESTION: the answer is the number
    "END": 2,           # BYTES since the end of the span
    "ANY": 2,           # TO
    "CLASS": 3,         # CLASS TO
    "DIGIT": 3,         # BASE TO: its value is the number
    "BEGIN": 2,         # CALLBACK, of a span
    "TAKE": 1,          # content_length bytes
    "REST": 1,          # all bytes to come
}
FIRST_BYTE = 0x20
AND_GO = 0x80
QUESTIONS = ["llhttp__after_headers_complete",
             "llhttp__after_message_complete"]
DIGITS = {base: {ord(c): int(c, base) for c in
                 "0123456789abcdefABCDEF"[:22 if base == 16 else 10]}
          for base in (10, 16)}
LENGTH = "content_length"
SKIPBODY = 6            # the bit F_SKIPBODY


def groups(node):
    """The bytes of each edge but for match: {(taken, to): {byte: match}}"""
    found = {}
    for byte, edge in enumerate(node.edges):
        found.setdefault((edge.taken, edge.to), {})[byte] = edge.match
    return found


def singles(bytes_):
    """bytes_ as instructions for single ones, or None."""
    left, chars = set(bytes_), []
    for byte in sorted(left, reverse=True):
        upper = ord(chr(byte).upper()) if chr(byte).islower() else byte
        if upper != byte and upper not in left or byte >= AND_GO:
            return None
        if byte in left:
            chars.append(byte)
            left -= {byte, upper}
    return chars if len(chars) <= 3 else None


class Choice:
    """A Byte as instructions: [(chars or a set or a base, to)], and last."""

    def __init__(self, node):
        self.rows, self.last, self.free = [], ("go", ERROR), set()
        rest = []
        for (taken, to), bytes_ in groups(node).items():
            base = next((b for b, d in DIGITS.items() if d == bytes_), None)
            chars = singles(bytes_)
            if base:
                self.rows.append((base, to))
                self.free |= set(bytes_)
                continue
            need(set(bytes_.values()) == {None}, to)
            if chars and (taken or to == ERROR):
                self.rows.append((chars, to))
                self.free |= set(bytes_)
            else:
                rest.append((taken, to, set(bytes_)))
        self.rows.sort(key=lambda row: row[1] == ERROR)
        left = [row for row in rest if not row[0]]
        took = [row for row in rest if row[0]]
        need(len(left) <= 1 and (left or len(took) <= 1),
             f"ways for a byte: {rest}")
        if left:
            self.last = ("go", left[0][1])
            self.rows += [(bytes_, to) for _, to, bytes_ in took]
        elif took:
            self.last = ("any", took[0][1])


def classes_of(choices):
    """The sets of bytes for CLASS. One may have more than a node asks for, if
    that node does not come so far with them."""
    wanted = sorted(((row[0], c.free) for c in choices for row in c.rows
                     if isinstance(row[0], set)), key=lambda w: -len(w[0]))
    found = []
    for want, free in wanted:
        if not any(want <= have <= want | free for have in found):
            found.append(want)
    return found


class Code:
    def __init__(self, nodes):
        self.nodes = nodes
        self.choice = {k: Choice(n) for k, n in nodes.items()
                       if isinstance(n, Byte)}
        self.classes = classes_of(self.choice.values())

    def byte(self, name, node):
        choice = self.choice[name]
        if choice.last == ("any", name) and not choice.rows:
            return [["REST"]], None
        code = []
        for what, to in choice.rows:
            if isinstance(what, int):
                code.append(["DIGIT", what, ("to", to)])
            elif isinstance(what, set):
                k = next(k for k, have in enumerate(self.classes)
                         if what <= have <= what | choice.free)
                code.append(["CLASS", k, ("to", to)])
            else:
                code += [[("take", char), ("to", to)] for char in what]
        how, to = choice.last
        if how == "go":
            return code, to
        return code + [["ANY", ("to", to)]], None

    def text(self, name, node):
        code = [[("byte", c)] for c in node.text]
        need(node.found.match is None and min(node.text) >= FIRST_BYTE
             and max(node.text) < AND_GO, name)
        return code + [["GOTO", ("to", node.found.to)]], node.other

    def ifs(self, what, node):
        return [[*what, answer, ("to", to)] for answer, to in node.ways]

    def op(self, name, node):
        ways, (what, *arg) = dict(node.ways), node.does
        if what in ("flag", "none"):
            # The ways are that of 1, or that of 0, and the other.
            need(len(ways) == 1, name)
            yes = ways.get(1, node.other)
            no = node.other if 1 in ways else ways[0]
            code = ["IF_FLAG", *arg] if what == "flag" else ["IF_NONE"]
            return [code + [("to", yes)]], no
        if what == "load":
            return self.ifs(["IF", ("field", arg[0])], node), node.other
        if what == "ask":
            return [["ASK", QUESTIONS.index(arg[0])]] + self.ifs(
                ["IF", ("field", "initial_message_completed")], node), \
                node.other
        if what == "callback":
            return self.callback(name, arg[0], ways, node.other)
        need(not ways or what == "digit" and ways == {1: ERROR}, name)
        field, value = arg[0], arg[-1]
        return [{"set": ["SET", ("field", field), value],
                 "store": ["STORE", ("field", field)],
                 "or": ["OR", value],
                 "clear": ["CLEAR", value],
                 "zero": ["NO_LENGTH" if field == LENGTH else "NO_STATUS"],
                 "digit": ["LENGTH", value] if field == LENGTH else ["STATUS"]
                 }[what]], node.other

    def callback(self, name, which, ways, other):
        """llhttp_response.c sets F_SKIPBODY itself when the answer is 1."""
        need(other == ERROR and set(ways) <= {0, 1}, name)
        to = ways.get(0, other)
        if 1 in ways:
            skip = self.nodes[ways[1]]
            need(which == "on_headers_complete" and isinstance(skip, Op)
                 and skip.does == ("or", SKIPBODY) and skip.other == to, name)
        return [["CALL", ("callback", which)]], to

    def of(self, name):
        node = self.nodes[name]
        if isinstance(node, Byte):
            return self.byte(name, node)
        if isinstance(node, Text):
            return self.text(name, node)
        if isinstance(node, Op):
            return self.op(name, node)
        if isinstance(node, Start):
            return [["BEGIN", ("callback", node.span[len("llhttp__"):])]], \
                node.to
        if isinstance(node, End):
            return [["END", int(node.taken)]], node.to
        if isinstance(node, Take):
            return [["TAKE"]], node.to
        return [["ERROR"]], None
