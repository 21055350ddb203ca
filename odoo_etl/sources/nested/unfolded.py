"""Nested records as rows.

{"order": "SO1", "customer": {"name": "Ada"}, "lines": [{"sku": "A"}, {"sku": "B"}]}

order  customer.name  lines.sku
SO1    Ada                        row of the record: its own cells, none of lines
SO1    Ada            A           row of a line: the cells of its record and its own
SO1    Ada            B
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from odoo_etl.sources.model import BadLine, Chunk
from odoo_etl.sources.nested.model import OWN, Block
from odoo_etl.sources.nested.tree import Node, Tree
from odoo_etl.text import OutOfRange

MOST_CHARS: Final = 1 << 24  # of the records of one chunk
MOST_CELL_DEPTH: Final = 100  # of lists and objects in one cell
_STRUCTURED: Final = frozenset({dict, list})

Cells = list[Any]


def rows_of(record: dict[str, Any], tree: Tree) -> Iterator[Cells]:
    """The rows of one record, cells in the order of the columns."""
    return _rows(record, tree.root, [None] * len(tree.columns))


def _rows(value: Any, node: Node, above: Cells) -> Iterator[Cells]:
    """The row of an object with the cells above it, then those of the lists in it; or those of one list alone."""
    cells, lists = above.copy(), list[tuple[Node, list[Any]]]()
    if type(value) is dict:
        _fill(value, node, cells, lists)
        if OWN in value and node.at >= 0:
            cells[node.at] = value[OWN]
    elif node.at >= 0:
        cells[node.at] = value
    if node.on_way and not node.is_target:
        lists = [(one, items) for one, items in lists if one.on_way]
    else:
        yield cells
    for one, items in lists:
        for item in items:
            yield from _rows(item, one, cells)


def _fill(value: dict[str, Any], node: Node, cells: Cells, lists: list[tuple[Node, list[Any]]]) -> None:
    """Put the cells of an object into a row; its lists that make rows are left for later."""
    for key, one in node.inner.items():
        item = value.get(key)
        kind = type(item)
        if item is None or ((kind is list or kind is dict) and not item):
            continue
        if one.is_target:
            lists.append((one, _items(item)))
        elif one.inner and (kind is dict or (kind is list and dict in map(type, item))):
            if one.at >= 0:
                cells[one.at] = _cell(item) if one.whole else item.get(OWN) if kind is dict else None
            if kind is dict and not one.is_many:
                _fill(item, one, cells, lists)
            elif one.makes_rows:
                lists.append((one, _items(item)))
        elif one.at >= 0:
            cells[one.at] = _cell(item) if kind is list or kind is dict else item


def _cell(value: Any, depth: int = 1) -> Any:
    """An object or a list as a cell; what is nested more deeply than a cell may be has no value."""
    if depth > MOST_CELL_DEPTH:
        return OutOfRange("…", f"is nested over {MOST_CELL_DEPTH} levels deep", "bad_text")
    for item in value.values() if type(value) is dict else value:
        if type(item) in _STRUCTURED and type(found := _cell(item, depth + 1)) is OutOfRange:
            return found
    return value


def _items(value: Any) -> list[Any]:
    """The items that each make a row; empty ones make none."""
    items = value if type(value) is list else [value]
    return [one for one in items if one is not None and one != ""]


def unfolded(blocks: Iterable[Block], tree: Tree, chunk_rows: int) -> Iterator[Chunk]:
    """The rows of all records in chunks; a record without an item of the list to explode is filtered."""
    waiting = _Waiting(tree, chunk_rows)
    for block in blocks:
        if block.file != waiting.file:
            yield from waiting.rest()
            waiting.file = block.file
        waiting.bad += block.bad
        waiting.chars += block.chars
        if tree.is_flat:
            waiting.put_flat(block)
        else:
            for record, line in zip(block.records, block.lines, strict=True):
                yield from waiting.put(record, line)
        yield from waiting.whole()
    yield from waiting.rest()


class _Waiting:
    """Rows, and what is none, that wait for a chunk."""

    def __init__(self, tree: Tree, chunk_rows: int) -> None:
        self._tree, self._chunk_rows = tree, chunk_rows
        read = {one.at: key for key, one in tree.root.inner.items() if one.at >= 0}
        self._keys = [read[at] for at in sorted(read)]
        self._is_shallow = not tree.root.on_way and not any(one.inner for one in tree.root.inner.values())
        self.file, self.chars = "", 0
        self.bad = list[BadLine]()
        self._filtered = list[int]()
        self._rows, self._lines = list[Cells](), list[int]()

    def put_flat(self, block: Block) -> None:
        """The rows of records each of which is one."""
        keys = self._keys
        self._rows += [list(map(record.get, keys)) for record in block.records]
        self._lines += block.lines

    def put(self, record: dict[str, Any], line: int) -> Iterator[Chunk]:
        """The rows of a record; of a very long one, chunks of them."""
        if self._is_shallow:
            cells = list(map(record.get, self._keys))
            if _STRUCTURED.isdisjoint(map(type, cells)):
                self._rows.append(cells)
                self._lines.append(line)
                return
        before = len(self._rows)
        rows = rows_of(record, self._tree)
        while some := list(islice(rows, self._chunk_rows)):
            self._rows += some
            self._lines += [line] * len(some)
            if len(self._rows) >= self._chunk_rows:
                yield from self.whole()
                before = -1
        if len(self._rows) == before:
            self._filtered.append(line)

    def whole(self) -> Iterator[Chunk]:
        """The chunks that are full; one is that holds very much."""
        while len(self._rows) >= self._chunk_rows:
            yield self._chunk(self._chunk_rows)
        if self.chars > MOST_CHARS or len(self.bad) + len(self._filtered) >= self._chunk_rows:
            yield from self.rest()

    def rest(self) -> Iterator[Chunk]:
        """All that waits."""
        if self._rows or self.bad or self._filtered:
            yield self._chunk(len(self._rows))
        self.chars = 0

    def _chunk(self, count: int) -> Chunk:
        rows, lines = self._rows[:count], self._lines[:count]
        self._rows, self._lines = self._rows[count:], self._lines[count:]
        names = self._tree.columns
        columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
        chunk = Chunk(columns or {name: [] for name in names}, lines, self.file, tuple(self.bad), tuple(self._filtered))
        self.bad, self._filtered = [], []
        if not self._rows:
            self.chars = 0
        return chunk
