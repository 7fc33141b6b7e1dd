#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draw core/pictures/rooms.svg: the rooms of core/ and what includes what.

A room stands one floor above the highest room that its files include, so that
all arrows lead down; two rooms that include each other share a floor. The
ground is what every other room stands on: arrows to it are left out. A dark
arrow leads to a room that no other arrow reaches by way of a third room; all
others are pale. The same files give the same picture, byte by byte.
"""

import sys
from pathlib import Path

import sources

REPO = Path(__file__).resolve().parents[2]
PICTURE = "core/pictures/rooms.svg"

ROLE = {
    "base": "text, bytes, time, errors, events",
    "flash": "bytes that stay",
    "json": "JSON as it passes",
    "tls": "a network in a network",
    "http": "one request, one answer",
    "release": "what the server has",
    "manifest": "what was signed",
    "update": "what happens, and when",
}

# Where a room stands in its floor, from left (0) to right (1).
PLACE = {"tls": 0.0, "flash": 0.5, "json": 1.0, "http": 0.15, "release": 0.72,
         "update": 0.1, "manifest": 0.9}

WIDTH, MARGIN, BOX = 660, 16, 198
LINE, PAD, GAP, LANE = 20, 12, 62, 14
LETTERS = 24  # of the names of files, in a line of a box

STYLE = """
.paper { fill: #fcfbf8; stroke: #d8d4cb }
.room { fill: #ffffff; stroke: #5b6b7b; stroke-width: 1.5 }
.ground { fill: #eef1ea; stroke: #6f7f63; stroke-width: 1.5 }
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
       "DejaVu Sans", sans-serif; fill: #26313b; text-anchor: middle }
.name { font-size: 18px; font-weight: 700 }
.role { font-size: 14px; fill: #4a5864 }
.file { font-size: 14px; fill: #5f6d79 }
path { fill: none; stroke-width: 1.8 }
.near { stroke: #2f6690 } .far { stroke: #b9c4ce; stroke-width: 1.4 }
.tip { stroke: none } .neartip { fill: #2f6690 } .fartip { fill: #b9c4ce }
"""


# --- The graph ---------------------------------------------------------------

def arrows(files):
    """Pairs of rooms: a file of the first includes one of the second."""
    known = {s.path for s in files}
    return {(s.room, i.target.split("/")[0]) for s in files
            for i in s.includes
            if i.target in known and not i.target.startswith(s.room + "/")}


def ways(pairs):
    """Pairs (a, b): arrows lead from a to b, by way of others too."""
    found = set(pairs)
    while True:
        more = {(a, d) for a, b in found for c, d in found if b == c} - found
        if not more:
            return found
        found |= more


def floors(rooms, pairs):
    """Floor of each room, 0 at the ground."""
    reach = ways(pairs)
    height = {}

    def of(room):
        if room not in height:
            height[room] = max(
                (of(b) + 1 for b in sorted(rooms)
                 if (room, b) in reach and (b, room) not in reach), default=0)
        return height[room]

    together = {r: [o for o in rooms if (r, o) in reach and (o, r) in reach]
                for r in rooms}
    return {r: max(of(o) for o in [r, *together[r]]) for r in sorted(rooms)}


def is_far(pair, pairs):
    """Does a way by a third room lead there too?"""
    reach = ways(pairs)
    a, b = pair
    rooms = {x for p in pairs for x in p} - {a, b}
    return any((a, r) in reach and (r, b) in reach and (r, a) not in reach
               for r in rooms)


# --- The plan ----------------------------------------------------------------

class Box:
    def __init__(self, room, nouns):
        self.room = room
        self.ground = False
        self.width = BOX
        self.rows = wrap(nouns, LETTERS)

    def widen(self, nouns):
        self.ground, self.width = True, WIDTH - 2 * MARGIN
        self.rows = wrap(nouns, 3 * LETTERS)

    @property
    def height(self):
        return 2 * PAD + LINE * (2 + len(self.rows))


def wrap(words, most):
    rows = []
    for word in words:
        if rows and len(rows[-1]) + 3 + len(word) <= most:
            rows[-1] += " \u00b7 " + word
        else:
            rows.append(word)
    return rows


class Plan:
    """Boxes with places; y grows downwards, floors upwards."""

    def __init__(self, files):
        nouns = {}
        for s in files:
            nouns.setdefault(s.room, set()).add(s.noun)
        self.pairs = arrows(files)
        self.floor = floors(nouns, self.pairs)
        self.boxes = {r: Box(r, sorted(nouns[r])) for r in sorted(nouns)}
        self.top = max(self.floor.values(), default=0)
        self.find_ground(nouns)
        self.find_places()

    def find_ground(self, nouns):
        """The only room of floor 0, if all others stand on it."""
        low = [r for r, f in self.floor.items() if f == 0]
        self.ground = low[0] if len(low) == 1 and len(nouns) > 1 else None
        if self.ground:
            self.boxes[self.ground].widen(sorted(nouns[self.ground]))

    def row(self, floor):
        return sorted((r for r, f in self.floor.items() if f == floor),
                      key=lambda r: (PLACE.get(r, 0.5), r))

    def find_places(self):
        y = MARGIN
        self.level = {}
        for floor in range(self.top, -1, -1):
            row = [self.boxes[r] for r in self.row(floor)]
            high = max(b.height for b in row)
            self.level[floor] = (y, y + high)
            for box in row:
                free = WIDTH - 2 * MARGIN - box.width
                box.x = round(MARGIN + free * PLACE.get(box.room, 0.5))
                box.y = y + (high - box.height) // 2
            y += high + (GAP if floor != 1 else LINE)
        self.height = y - LINE + MARGIN if self.top == 0 else y - GAP + MARGIN

    def drawn(self):
        return sorted(p for p in self.pairs if p[1] != self.ground)


# --- Arrows ------------------------------------------------------------------

def lines(plan):
    """Each arrow as points where it runs straight down, from top to bottom."""
    passing = {f: [] for f in plan.level}
    tracks = {}
    for a, b in plan.drawn():
        if plan.floor[a] == plan.floor[b]:
            continue
        xs = [middle(plan.boxes[a])]
        for floor in range(plan.floor[a] - 1, plan.floor[b], -1):
            ahead = middle(plan.boxes[b])
            steps = floor - plan.floor[b] + 1
            wish = xs[-1] + (ahead - xs[-1]) / steps
            xs.append(nearest_gap(plan, floor, wish))
            passing[floor].append(((a, b), len(xs) - 1))
        tracks[a, b] = xs + [middle(plan.boxes[b])]
    spread_lanes(tracks, passing)
    spread_ends(plan, tracks)
    return tracks


def middle(box):
    return box.x + box.width // 2


def nearest_gap(plan, floor, wish):
    """The middle of the free room that is nearest, on a floor with boxes."""
    edges, x = [], MARGIN - LANE
    for room in plan.row(floor):
        box = plan.boxes[room]
        edges.append((x, box.x))
        x = box.x + box.width
    edges.append((x, WIDTH - MARGIN + LANE))
    wide = [(a, b) for a, b in edges if b - a >= 2 * LANE]
    best = min(wide, key=lambda e: (max(e[0] - wish, wish - e[1], 0), e))
    return round(min(max(wish, best[0] + 1.5 * LANE), best[1] - 1.5 * LANE))


def spread_lanes(tracks, passing):
    """No two arrows run down on one another."""
    for steps in passing.values():
        steps.sort(key=lambda s: (tracks[s[0]][s[1]], tracks[s[0]][0], s))
        least = -WIDTH
        for pair, i in steps:
            tracks[pair][i] = least = max(tracks[pair][i], least + LANE)


def spread_ends(plan, tracks):
    """Arrows leave and reach a box side by side."""
    for room, box in plan.boxes.items():
        for end, near in ((0, 1), (-1, -2)):
            own = sorted((p for p in tracks if p[end] == room),
                         key=lambda p: (tracks[p][near], p))
            step = box.width / (len(own) + 1)
            for k, pair in enumerate(own, 1):
                tracks[pair][end] = round(box.x + k * step)


def path_of(plan, pair, xs):
    a, b = pair
    floor = plan.floor[a]
    y = plan.boxes[a].y + plan.boxes[a].height
    out = [f"M{xs[0]},{y}", f"V{plan.level[floor][1]}"]
    y = plan.level[floor][1]
    for i, x in enumerate(xs[1:], 1):
        floor -= 1
        last = i == len(xs) - 1
        end = plan.boxes[b].y - 9 if last else plan.level[floor][0]
        half = (y + end) // 2
        out.append(f"C{xs[i - 1]},{half} {x},{half} {x},{end}")
        y = plan.level[floor][1]
        if not last:
            out.append(f"V{y}")
    return "".join(out)


def tip(x, y, kind, dx=0, dy=1):
    """A triangle that ends at x, y and points along dx, dy."""
    bx, by = x - 9 * dx, y - 9 * dy
    px, py = 5 * dy, 5 * dx
    return (f'<path class="tip {kind}tip" d="M{x},{y}L{bx - px},{by - py}'
            f'L{bx + px},{by + py}Z"/>')


def draw_arrows(plan):
    tracks = lines(plan)
    order = sorted(tracks, key=lambda p: (not is_far(p, plan.pairs), p))
    for pair in order:
        kind = "far" if is_far(pair, plan.pairs) else "near"
        yield (f'<path class="{kind}" '
               f'd="{path_of(plan, pair, tracks[pair])}"/>')
        yield tip(tracks[pair][-1], plan.boxes[pair[1]].y, kind)
    for a, b in plan.drawn():
        if plan.floor[a] == plan.floor[b]:
            yield from level_arrow(plan.boxes[a], plan.boxes[b])


def level_arrow(a, b):
    """Between two boxes of one floor; the way back runs below."""
    right = a.x < b.x
    y = max(a.y, b.y) + PAD + LINE + (0 if right else LINE)
    x0, x1 = (a.x + a.width, b.x) if right else (a.x, b.x + b.width)
    sign = 1 if right else -1
    yield f'<path class="near" d="M{x0},{y}H{x1 - 9 * sign}"/>'
    yield tip(x1, y, "near", sign, 0)


# --- The picture -------------------------------------------------------------

def draw_box(box):
    kind = "ground" if box.ground else "room"
    yield (f'<rect class="{kind}" x="{box.x}" y="{box.y}" '
           f'width="{box.width}" height="{box.height}" rx="8"/>')
    rows = [("name", box.room), ("role", ROLE.get(box.room, ""))]
    rows += [("file", row) for row in box.rows]
    for k, (kind, text) in enumerate(rows, 1):
        yield (f'<text class="{kind}" x="{middle(box)}" '
               f'y="{box.y + PAD + LINE * k - 5}">{text}</text>')


def draw(files):
    if not files:
        return ""
    plan = Plan(files)
    rows = ['<svg xmlns="http://www.w3.org/2000/svg" '
            f'width="{WIDTH}" height="{plan.height}" '
            f'viewBox="0 0 {WIDTH} {plan.height}" role="img">',
            "<!-- Made by tests/tools/draw_rooms.py from the includes. -->",
            "<title>The rooms of core and what each includes</title>",
            f"<style>{STYLE}</style>",
            f'<rect class="paper" x="0.5" y="0.5" width="{WIDTH - 1}" '
            f'height="{plan.height - 1}" rx="10"/>']
    rows += draw_arrows(plan)
    for room in sorted(plan.boxes):
        rows += draw_box(plan.boxes[room])
    return "\n".join(rows + ["</svg>"]) + "\n"


def main():
    repo = Path(sys.argv[1]) if len(sys.argv) > 1 else REPO
    picture = repo / PICTURE
    picture.parent.mkdir(exist_ok=True)
    picture.write_text(draw(sources.read(repo / "core")))


if __name__ == "__main__":
    main()
