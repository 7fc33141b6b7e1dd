# SPDX-License-Identifier: Apache-2.0
"""The program that llhttp_response.c runs: the instructions of instructions.py
as the text of a C header.

Where an instruction goes on is told in one byte, so what is gone to lies at a
multiple of SCALE."""

from instructions import AND_GO, CODES, FIRST_BYTE, Code
from graph import ERROR, START, need


def gone_to(instructions):
    return [item[1] for instruction in instructions for item in instruction
            if isinstance(item, tuple) and item[0] == "to"]


def laid_out(code, names):
    """[name of a node, or instruction], so that most nodes go on with the
    next one. What no other goes to is left out."""
    wanted, left = set(), [ERROR, START]
    while left:
        name = left.pop()
        if name and name not in wanted:
            wanted.add(name)
            instructions, after = code.of(name)
            left += [*gone_to(instructions), after]
    names = [name for name in names if name in wanted]
    follows = {code.of(name)[1] for name in names}
    lines, placed = [], set()
    heads = [name for name in names if name not in follows]
    for name in [ERROR, START, *heads, *names]:
        while name and name not in placed:
            placed.add(name)
            instructions, after = code.of(name)
            lines += [name, *instructions]
            if after == ERROR:
                lines.append(["ERROR"])
            elif after in placed:
                lines.append(["GOTO", ("to", after)])
            name = after
    return lines


def spaced(lines, scale):
    """lines with what is gone to at multiples of scale, {name: address} and
    the size."""
    targets = gone_to(line for line in lines if isinstance(line, list))
    at, where, out = 0, {}, []
    for line in lines:
        if isinstance(line, str):
            while line in targets and at % scale:
                out.append(["NOTHING"])
                at += 1
            where[line] = at
        else:
            at += len(line)
        out.append(line)
    return out, where, at


def placed_in(lines):
    """The smallest scale, with what spaced() says of it."""
    for scale in range(1, 9):
        out, where, size = spaced(lines, scale)
        if size <= 256 * scale:
            return scale, out, where
    need(False, "too large")


def byte_text(item, where, scale):
    """The C of one byte of an instruction."""
    if not isinstance(item, tuple):
        return str(item)
    kind, value = item
    if kind == "to":
        return str(where[value] // scale)
    struct = {"field": "llhttp_t", "callback": "llhttp_settings_t"}.get(kind)
    if struct:
        return f"offsetof({struct}, {value})"
    text = f"'{chr(value)}'" if chr(value).isalnum() else f"0x{value:02x}"
    return f"AND_GO | {text}" if kind == "take" else text


def bitmap(bytes_):
    """32 bytes as lines of C."""
    numbers = [sum(1 << bit for bit in range(8) if 8 * i + bit in bytes_)
               for i in range(32)]
    return [" " * 8 + " ".join(f"0x{n:02x}," for n in numbers[i:i + 8])
            for i in range(0, 32, 8)]


def written(nodes):
    """The text of the header."""
    code = Code(nodes)
    scale, lines, where = placed_in(laid_out(code, list(nodes)))
    text = ["/* Made by llhttp_response.py. */",
            "enum {", *(f"    {name}," for name in CODES), "};",
            f"enum {{ FIRST_BYTE = {FIRST_BYTE}, AND_GO = {AND_GO} }};",
            f"enum {{ SCALE = {scale}, BEGINNING = {where[START]} }};",
            "static const uint8_t llhttp_sizes[] = {",
            *(f"    [{name}] = {size}," for name, size in CODES.items()),
            "};", "static const uint8_t llhttp_classes[][32] = {"]
    for class_ in code.classes:
        text += ["    {", *bitmap(class_), "    },"]
    text += ["};", "static const uint8_t llhttp_program[] = {"]
    for line in lines:
        text.append(f"    /* {where[line]}: {line} */" if isinstance(line, str)
                    else "    " + " ".join(f"{byte_text(x, where, scale)},"
                                           for x in line))
    # The last instruction may be read as if it had an argument.
    return "\n".join([*text, "    ERROR,", "};", ""])
