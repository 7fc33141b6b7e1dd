# SPDX-License-Identifier: Apache-2.0
"""A graph of graph.py made as small as can be, without a change of what it
means."""

from graph import (Byte, Edge, ERROR, Op, START, Text, need, reachable, renamed,
                   targets, without)

QUIET = {"set", "store", "zero", "or", "clear"}     # no matter where it is
QUESTIONS = {"load", "flag", "none"}
LEFT = Edge(False, None, ERROR)
FIELD = "header_state"      # which header it is, and which value


def quiet(node):
    return isinstance(node, Op) and node.does[0] in QUIET


def settled(nodes):
    """nodes in which all bytes that a Byte leaves lead to the same node, or to
    ERROR: the few for which that is not so go on until they are taken."""
    made = {}

    def follow(byte, edge, seen=()):
        node = nodes[edge.to]
        if edge.taken or edge.match is not None or edge.to in seen:
            return edge
        if isinstance(node, Byte):
            return follow(byte, node.edges[byte], (*seen, edge.to))
        if isinstance(node, Text) and chr(byte).lower() != chr(
                node.text[0]).lower():
            return follow(byte, LEFT._replace(to=node.other), seen)
        if quiet(node):
            after = follow(byte, LEFT._replace(to=node.other), seen)
            if after.taken and after.match is None:
                name = f"{edge.to}, {after.to}"
                made[name] = node._replace(other=after.to)
                return after._replace(to=name)
            return after if after.to == ERROR else edge
        return edge

    for name, node in nodes.items():
        made[name] = node
        if isinstance(node, Byte):
            left = [e for e in node.edges if not e.taken]
            usual = max(left, key=left.count, default=None)
            made[name] = Byte(tuple(
                e if e == usual else follow(b, e, (name,))
                for b, e in enumerate(node.edges)))
            made[name] = Byte(tuple(LEFT if e.to == ERROR else e
                                    for e in made[name].edges))
    return reachable(made)


def set_by_text(nodes):
    """nodes in which no Text has a match: what stores it sets it."""
    made = dict(nodes)
    for name, node in nodes.items():
        if isinstance(node, Text) and node.found.match is not None:
            store = nodes[node.found.to]
            need(isinstance(store, Op) and store.does[0] == "store", name)
            made[name + ", set"] = store._replace(
                does=("set", store.does[1], node.found.match))
            made[name] = node._replace(found=Edge(True, None, name + ", set"))
    return reachable(made)


def merged(nodes):
    """nodes with one for all that are alike, as automata are minimized."""
    group = dict.fromkeys(nodes, 0)
    while True:
        number = {}
        new = {name: number.setdefault(
            (group[name], type(node), renamed(node, lambda to: to
             if to is None else group[to])), len(number))
            for name, node in nodes.items()}
        if len(number) == len(set(group.values())):
            break
        group = new
    first = {}
    for name in nodes:
        first.setdefault(group[name], name)
    return reachable({name: renamed(nodes[name], lambda to: first[group[to]])
                      for name in first.values()})


def values(nodes):
    """{name: the values that FIELD can have there}"""
    has = {name: set() for name in nodes}
    left = [(START, frozenset({0}))]
    while left:
        name, new = left.pop()
        if new <= has[name]:
            continue
        has[name] |= new
        node = nodes[name]
        does = node.does if isinstance(node, Op) else ("",)
        need(does[:2] != ("store", FIELD), name)
        for to in targets(node):
            if does[:2] == ("set", FIELD):
                left.append((to, frozenset({does[2]})))
            elif does[:2] == ("load", FIELD):
                left.append((to, frozenset(
                    v for v in has[name] if to == dict(node.ways).get(
                        v, node.other))))
            else:
                left.append((to, frozenset(has[name])))
    return has


def possible(nodes):
    """nodes without ways for what FIELD never is."""
    has = values(nodes)
    return {name: node._replace(ways=tuple(
        way for way in node.ways if way[0] in has[name]))
        if isinstance(node, Op) and node.does == ("load", FIELD) else node
        for name, node in nodes.items()}


def normal(node):
    """Without ways that lead where other does."""
    if isinstance(node, Op):
        return node._replace(ways=tuple(
            way for way in node.ways if way[1] != node.other))
    return node


def idle(node):
    """Where a node leads that need not be."""
    if isinstance(node, Op) and (
            node.does[0] in QUIET and node.other == ERROR
            or node.does[0] in QUESTIONS and not node.ways):
        return node.other
    return None


def small(nodes):
    """nodes, as few as can be."""
    nodes = set_by_text(nodes)
    while True:
        before = nodes
        nodes = {name: normal(node) for name, node in nodes.items()}
        nodes = without(nodes, idle)
        nodes = possible(merged(settled(nodes)))
        if nodes == before:
            return nodes
