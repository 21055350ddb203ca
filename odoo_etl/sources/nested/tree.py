"""Which cells of nested records are read, and which lists in them make rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.nested.learned import Learned
from odoo_etl.sources.nested.names import below, keys_of

AT_EXPLODE: Final = ("source", "explode", "column")


@dataclass(slots=True)
class Node:
    """The part of a value that is read.

    Attributes:
        name: of its column.
        at: the place of its cell in a row; -1 where it has none.
        whole: an object, or a list of objects, is its cell as well.
        inner: what is read of an object, or of each object of a list.
        is_many: one object is a list of one.
        makes_rows: each object of a list makes a row.
        on_way: its list is taken apart (`explode`), or it holds that one.
        is_target: its list is taken apart.
    """

    name: str = ""
    at: int = -1
    whole: bool = False
    inner: dict[str, Node] = field(default_factory=dict)
    is_many: bool = False
    makes_rows: bool = True
    on_way: bool = False
    is_target: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """The columns of nested records, and where their cells are found.

    Attributes:
        is_flat: each record is one row, whose cells stand right in it.
    """

    columns: Sequence[str]
    root: Node
    is_flat: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parts of nested records that are wanted.

    Attributes:
        reads: the columns that are read: lists with none of them make no rows. None for all.
        explode: the list of which each item is a row, in place of its record; "" for none.
    """

    reads: frozenset[str] | None = None
    explode: str = ""

    def below(self, name: str) -> bool:
        """Whether anything is wanted of the objects of a list."""
        if self.reads is None or not name or name == self.explode:
            return True
        return any(one.startswith(f"{name}.") for one in (*self.reads, self.explode))

    def whole(self, found: Learned) -> bool:
        """Whether an object, or a list of objects, is read as it is."""
        return bool(self.reads and found.name in self.reads and found.inner) and found.name != self.explode


def tree_of(found: Learned, wanted: Wanted) -> Tree:
    """The tree of all that was learned. Raises SourceError: there is no list to explode."""
    return replace(_numbered(_node(found, wanted), wanted), is_flat=found.is_flat and not wanted.explode)


def tree_of_names(names: Sequence[str], wanted: Wanted) -> Tree:
    """The tree of columns that are known by their names. Raises SourceError: there is no list to explode."""
    root = Node()
    for name in names:
        place = root
        for key in keys_of(name):
            place = place.inner.setdefault(key, Node(below(place.name, key)))
            place.makes_rows = wanted.below(place.name)
        place.at, place.whole = 0, True
    return _numbered(root, wanted, list(dict.fromkeys(names)))


def _node(found: Learned, wanted: Wanted) -> Node:
    whole, rows = wanted.whole(found), wanted.below(found.name)
    has_cell = found.is_cell or not found.inner or whole
    node = Node(found.name, 0 if has_cell else -1, whole, is_many=found.is_many, makes_rows=rows)
    if rows or not found.is_many:
        node.inner = {key: _node(one, wanted) for key, one in found.inner.items()}
    return node


def _numbered(root: Node, wanted: Wanted, order: Sequence[str] = ()) -> Tree:
    """The tree with a place for each cell, in the order of their names or of their keys."""
    if wanted.explode and root.inner:
        _lead_to(wanted.explode, root)
    nodes = {node.name: node for node in _every(root) if node.at >= 0}
    names = order or nodes
    for place, name in enumerate(names):
        nodes[name].at = place
    return Tree(tuple(names), root)


def _lead_to(explode: str, root: Node) -> None:
    """Mark the way to the list that is taken apart."""
    place = root
    root.on_way = True
    for key in keys_of(explode):
        found = place.inner.get(key)
        if found is None:
            names = [one.name for one in _every(root)]
            near = get_close_matches(explode, names, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise SourceError(f"explode: the records have no {explode!r}{hint}", AT_EXPLODE)
        found.on_way = True
        place = found
    place.is_target, place.whole = True, False


def _every(node: Node) -> Iterator[Node]:
    for one in node.inner.values():
        yield one
        yield from _every(one)
