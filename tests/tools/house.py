#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of the house: is core/ still in order?

core/ is a house with rooms, and a room is a folder of files. A stranger finds
a function by its name only while the names are right, and a room can be read
alone only while includes lead down. Each rule below is one test. What it finds
is told as FILE:LINE and the reason. The last line is "N passed, N failed".
"""

import argparse
import sys
from pathlib import Path

import draw_rooms
import sources

REPO = Path(__file__).resolve().parents[2]

# The rooms that the files of a room may include from, besides their own.
MAY_INCLUDE = {
    "base": [],
    "flash": ["base"],
    "json": ["base"],
    "tls": ["base"],
    "http": ["base", "tls"],
    "release": ["base", "json", "http", "flash"],
    "manifest": ["base", "flash", "json", "tls", "http", "release", "update"],
    "update": ["base", "flash", "tls", "http", "release"],
}

# Pairs of rooms that still include each other. A row that is not needed any
# more is a failure.
CIRCLES = []

PUBLIC = ["rota.h", "rota_port.h", "rota_config.h"]
STANDARD = ["limits.h", "stdbool.h", "stddef.h", "stdint.h", "string.h"]

# The files and rooms that may name a library: by its headers, by its names.
LIBRARIES = {
    "mbedTLS": (("mbedtls/", "psa/"), ("mbedtls_", "psa_"),
                ["tls/*", "*/hash", "*/sign"]),
    "llhttp": (("llhttp",), ("llhttp_",), ["http/http"]),
    "jsmn": (("jsmn",), ("jsmn_",), ["manifest/tokens"]),
}

LINES_MAX = 350

# Files that are longer, and their lines: none may grow. A row that is not
# needed any more is a failure.
LONG = {
    "tls/tls.c": 386,
}

# Public functions without the noun of their file. A row that is not needed any
# more is a failure.
MISNAMED = {}


class House:
    """The files of core and the names that are public."""

    def __init__(self, repo):
        self.repo = repo
        self.files = sources.read(repo / "core")
        self.by_path = {s.path: s for s in self.files}
        self.public = {f.name for p in sorted((repo / "include").glob("*.h"))
                       for f in sources.functions(code_of(p))}


def code_of(path):
    return sources.Source(f"include/{path.name}", path.read_text()).code


def at(source, line, text):
    return f"core/{source.path}:{line}: {text}"


def stale(name, row):
    return f"tests/tools/house.py: {name} need not list {row} any more"


# --- Files -------------------------------------------------------------------

def every_file_has_its_header(house):
    """X.c has X.h, and X.h has X.c unless it declares no function."""
    for s in house.files:
        if s.kind == "c" and f"{s.room}/{s.noun}.h" not in house.by_path:
            yield at(s, 1, f"there is no {s.room}/{s.noun}.h")
        declares = [f for f in s.functions if f.kind == "prototype"]
        if (s.kind == "h" and declares
                and f"{s.room}/{s.noun}.c" not in house.by_path):
            yield at(s, 1, f"there is no {s.room}/{s.noun}.c")


def a_header_declares_its_own_file(house):
    """A function that X.h declares is defined in X.c."""
    for s in house.files:
        if s.kind != "h":
            continue
        own = house.by_path.get(f"{s.room}/{s.noun}.c")
        defined = {f.name for f in own.functions
                   if f.kind == "function"} if own else set()
        for f in s.functions:
            if f.kind == "prototype" and f.name not in defined:
                yield at(s, f.line, f"{f.name} is not defined in {s.noun}.c")


def no_file_is_long(house):
    for s in house.files:
        most = LONG.get(s.path, LINES_MAX)
        if s.lines > most:
            yield at(s, most + 1, f"{s.lines} lines, at most {most}")
    for path in LONG:
        s = house.by_path.get(path)
        if not s or s.lines <= LINES_MAX:
            yield stale("LONG", path)


# --- Includes ----------------------------------------------------------------

def includes_name_the_room(house):
    for s in house.files:
        for i in s.includes:
            if not i.system and i.target not in house.by_path \
                    and i.target not in PUBLIC:
                yield at(s, i.line, f'"{i.target}" names no file of a room '
                         "and no public header")


def no_include_runs_upward(house):
    for s in house.files:
        if s.room not in MAY_INCLUDE:
            yield at(s, 1, f"MAY_INCLUDE does not know the room {s.room}")
            continue
        for i in s.includes:
            room = i.target.split("/")[0]
            if i.target in house.by_path and room != s.room \
                    and room not in MAY_INCLUDE[s.room]:
                yield at(s, i.line, f"{s.room} may not include {i.target}")


def the_rooms_have_no_circle(house):
    """Two rooms lie in a circle when each can be reached from the other."""
    arrows = draw_rooms.arrows(house.files)
    rooms = sorted({s.room for s in house.files})
    below = {room: reachable(room, arrows) for room in rooms}
    found = [(a, b) for a in rooms for b in rooms
             if a < b and b in below[a] and a in below[b]]
    for a, b in found:
        if (a, b) not in CIRCLES:
            yield (f"core/{a}:1: {a} and {b} include each other: "
                   + ", ".join(witnesses(house, a, b)))
    for pair in CIRCLES:
        if pair not in found:
            yield stale("CIRCLES", " and ".join(pair))


def reachable(room, arrows):
    seen, todo = set(), [room]
    while todo:
        here = todo.pop()
        new = {b for a, b in arrows if a == here} - seen
        seen |= new
        todo += new
    return seen


def witnesses(house, a, b):
    """Some includes that lead from a to b or back, or through other rooms."""
    direct = [f"{s.path}:{i.line}" for s in house.files for i in s.includes
              if {s.room, i.target.split("/")[0]} == {a, b}]
    return direct[:4] or ["through other rooms"]


def libraries_stay_in_their_files(house):
    for s in house.files:
        for i in s.includes:
            library = library_of(i.target)
            if i.system and i.target not in STANDARD and not library:
                yield at(s, i.line, f"<{i.target}> is not known here")
            if library and not may_name(s, library):
                yield at(s, i.line, f"{library} is not this file's")
        for library, line in named_libraries(s):
            if not may_name(s, library):
                yield at(s, line, f"{library} is not this file's")


def library_of(target):
    for library, (headers, _, _) in LIBRARIES.items():
        if target.startswith(headers):
            return library
    return None


def named_libraries(s):
    for number, line in enumerate(s.code.split("\n"), 1):
        for word in sources.WORD.findall(line):
            for library, (_, prefixes, _) in LIBRARIES.items():
                if word.startswith(prefixes):
                    yield library, number


def may_name(s, library):
    return any(Path(f"{s.room}/{s.noun}").match(p)
               for p in LIBRARIES[library][2])


# --- Names -------------------------------------------------------------------

def public_names_carry_the_noun(house):
    """rota_X_... in X.c or X.h; a name of include/*.h may be any."""
    for s in house.files:
        allowed = MISNAMED.get(s.path, [])
        wrong = [f for f in s.functions if not is_named_well(house, s, f)]
        for f in wrong:
            if f.name not in allowed:
                yield at(s, f.line, f"{f.name} lacks the noun {s.noun}")
        for name in set(allowed) - {f.name for f in wrong}:
            yield stale("MISNAMED", f"{s.path} {name}")
    for path in MISNAMED:
        if path not in house.by_path:
            yield stale("MISNAMED", path)


def is_named_well(house, s, f):
    inner = s.kind == "c" and f.static
    if inner or f.kind == "prototype" or f.name in house.public:
        return True
    return any(begins(f.name, noun) for noun in
               (f"rota_{s.noun}", f"rota_{s.room}_{s.noun}"))


def begins(name, noun):
    return name == noun or name.startswith(noun + "_")


def static_names_begin_with_the_noun(house):
    """journal_half.c: half_ or journal_half_."""
    for s in house.files:
        nouns = (s.noun, s.noun.split("_")[-1])
        for f in s.functions:
            if s.kind == "c" and f.static \
                    and not any(begins(f.name, noun) for noun in nouns):
                yield at(s, f.line, f"{f.name} does not begin with "
                         f"{nouns[-1]}_")


def no_static_name_twice(house):
    first = {}
    for s in house.files:
        for f in s.functions:
            if not f.static or f.kind == "prototype":
                continue
            if f.name in first:
                yield at(s, f.line, f"{f.name} exists in {first[f.name]} too")
            first.setdefault(f.name, s.path)


# --- Pictures ----------------------------------------------------------------

def the_picture_of_the_rooms_is_true(house):
    picture = house.repo / "core/pictures/rooms.svg"
    drawn = picture.read_text() if picture.exists() else ""
    if drawn != draw_rooms.draw(house.files):
        yield ("core/pictures/rooms.svg:1: the includes have changed: run "
               "tests/tools/draw_rooms.py")


RULES = [every_file_has_its_header, a_header_declares_its_own_file,
         no_file_is_long, includes_name_the_room, no_include_runs_upward,
         the_rooms_have_no_circle, libraries_stay_in_their_files,
         public_names_carry_the_noun, static_names_begin_with_the_noun,
         no_static_name_twice, the_picture_of_the_rooms_is_true]


def check(repo, rules=RULES):
    """What each rule finds: (name of the rule, list of messages)."""
    house = House(repo)
    return [(rule.__name__, sorted(set(rule(house)))) for rule in rules]


def main():
    parser = argparse.ArgumentParser(description="check the rules of core/")
    parser.add_argument("repo", nargs="?", type=Path, default=REPO)
    results = check(parser.parse_args().repo)
    for rule, found in results:
        if found:
            print(rule.replace("_", " ") + ":", *found, sep="\n  ")
    failed = sum(bool(found) for _, found in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
