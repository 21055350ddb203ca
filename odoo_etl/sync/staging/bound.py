"""A source whose rows are written in groups (`load.together`): each group comes whole, wherever its rows stand.

Where the rows of each group stand in a row, the source keeps its order. Otherwise its rows are put in another order
before the first of them is used, through temporary files: a part of the groups is in memory at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import groupby, islice
from typing import Final

from odoo_etl.mapping import Flaw, Key, Mapper, Record, Reject, binds, bound, companions
from odoo_etl.sources import Chunk, Source
from odoo_etl.spec import JobSpec
from odoo_etl.sync.staging.gather import Batch, Gathered, bad_lines, rows_of
from odoo_etl.sync.staging.partition import number_of, only
from odoo_etl.sync.staging.row_file import PART_ROWS, Hashes, RowFile

DIFFERS: Final = "together_differs"


def gather(
    spec: JobSpec, source: Source, mapper: Mapper, limit: int | None = None, *, cuts_records: bool = False
) -> Gathered:
    """Read a source, or only its first `limit` rows, with the rest of the groups that begin there.

    Args:
        cuts_records: the rows may be some of a record's only.

    Raises:
        SourceError: it cannot be read, or lacks a column.
    """
    if mapper.bonds:
        return GatheredGroups(spec, source, mapper, limit)
    return Gathered(spec, source, mapper, limit, cuts_records=cuts_records)


class GatheredGroups(Gathered):
    """A source that was read once, whose records come in whole groups: one record stands for all of a group."""

    part_rows = PART_ROWS  # so many rows are put in order at a time

    def __init__(self, spec: JobSpec, source: Source, mapper: Mapper, limit: int | None = None) -> None:
        self._bonds = mapper.bonds
        self._bond_of_row, self._begins = Hashes(self.part_rows), Hashes(self.part_rows)
        self._last_bond: Key | None = None
        self._torn: set[int] = set()  # hashes of keys whose rows are in several groups
        try:
            super().__init__(spec, source, mapper, limit)
        finally:
            self._bond_of_row.close()
            self._begins.close()

    def _taken(self, source: Source, limit: int | None) -> Iterator[Chunk]:
        """The first rows, with the rest of their groups."""
        chunks = source.chunks(self._chunk_rows)
        if limit is None:
            yield from chunks
            return
        begun, left = set[Key](), limit
        for chunk in chunks:
            bonds = self._bonds_of(chunk)
            begun.update(one for one in islice(bonds, left) if one is not None)
            wanted = [number < left or (one is not None and one in begun) for number, one in enumerate(bonds)]
            last = chunk.lines[left - 1] if 0 < left <= len(bonds) else math.inf if left else 0
            left -= min(left, len(bonds))
            bad = tuple(line for line in chunk.bad if line.line <= last)
            filtered = tuple(line for line in chunk.filtered if line <= last)
            yield replace(only(chunk, wanted), bad=bad, filtered=filtered)

    def _keep(self, chunk: Chunk, keys: Sequence[Key | None]) -> None:
        super()._keep(chunk, keys)
        bonds = self._bonds.of(chunk.columns, keys)
        self._bond_of_row.put(bonds)
        begins = [one for one, _ in groupby(one for one in bonds if one is not None)]
        if begins and begins[0] == self._last_bond:
            begins = begins[1:]
        self._last_bond = begins[-1] if begins else self._last_bond
        self._begins.put(begins)

    def _arrange(self) -> None:
        """Put the rows of each group side by side, where they are not."""
        _, again = self._begins.repeated()
        if again:
            self._put_in_order()
        if not set(self._bonds.names) <= set(self._spec.target.own_key):
            self._torn = self._row_file.keys.torn(self._bond_of_row)

    def _put_in_order(self) -> None:
        ordered, bonds = RowFile(), Hashes(self.part_rows)
        try:
            for chunk in self._in_order():
                keys = self._mapper.keys(chunk.columns, len(chunk.lines))
                ordered.put(chunk, keys)
                bonds.put(self._bonds.of(chunk.columns, keys))
        except BaseException:
            ordered.close()
            raise
        finally:
            self._bond_of_row.close()
            self._row_file.close()
            self._bond_of_row, self._row_file = bonds, ordered

    def _in_order(self) -> Iterator[Chunk]:
        """The rows, group by group."""
        parts = math.ceil(self._row_file.rows / self.part_rows)
        with ExitStack() as stack:
            files = [stack.enter_context(closing(RowFile())) for _ in range(parts)]
            for chunk in self._row_file.chunks():
                numbers = [0 if one is None else number_of(one, 0, parts) for one in self._bonds_of(chunk)]
                for part, file in enumerate(files):
                    own = only(chunk, [number == part for number in numbers], whole=part == 0)
                    if own.lines or own.bad:
                        file.put(own, [None] * len(own.lines))
            for file in files:
                yield from self._sorted(list(file.chunks()))

    def _sorted(self, chunks: Sequence[Chunk]) -> Iterator[Chunk]:
        """The rows of some chunks, those of one group side by side; groups as they begin."""
        for chunk in chunks:
            if chunk.bad:
                yield only(chunk, [False] * len(chunk.lines), whole=True)
        places: dict[Key | None, list[tuple[int, int]]] = {}
        for number, chunk in enumerate(chunks):
            for at, bond in enumerate(self._bonds_of(chunk)):
                places.setdefault(bond, []).append((number, at))
        ordered = [place for some in places.values() for place in some]
        for file, some in groupby(ordered, key=lambda place: chunks[place[0]].file):
            for piece in _pieces(list(some), self._chunk_rows):
                columns = {name: [chunks[n].columns[name][at] for n, at in piece] for name in self.columns}
                yield Chunk(columns, [chunks[n].lines[at] for n, at in piece], file)

    def _bonds_of(self, chunk: Chunk) -> list[Key | None]:
        return self._bonds.of(chunk.columns, self._mapper.keys(chunk.columns, len(chunk.lines)))

    def _batches(self) -> Iterator[Batch]:
        """Batches of whole groups; one group may be larger than any batch should be."""
        size, records, rejects = self._batch_rows, list[Record](), list[Reject]()
        filled = 0
        for group in self._groups():
            rows = sum(len(record.rows) for record in group.records) + len(group.rejects)
            if filled and filled + rows > size:
                yield Batch(records, rejects)
                records, rejects, filled = [], [], 0
            records += group.records
            rejects += group.rejects
            filled += rows
        if records or rejects:
            yield Batch(records, rejects)

    def _groups(self) -> Iterator[Batch]:
        """Group by group, its record or its rejects; what belongs to none comes between."""
        bond, first = None, 0
        parts, rejects = list[Record](), list[Reject]()
        for chunk in self.chunks():
            rows = rows_of(chunk, first)
            mapped = self._mapper.records(chunk.columns, rows)
            self._mistaken.add(mapped.mistaken)
            first += len(rows)
            loose = list(bad_lines(chunk))
            for one in _by_row(mapped.records, mapped.rejects):
                own = one.bond if isinstance(one, Record) else mapped.bonds.get(one.row.number)
                if isinstance(one, Reject) and own is None:
                    loose.append(one)
                    continue
                if own != bond:
                    yield self._whole(parts, rejects)
                    bond, parts, rejects = own, [], []
                if isinstance(one, Record):
                    parts.append(one)
                else:
                    rejects.append(one)
            if loose:
                yield Batch([], loose)
        yield self._whole(parts, rejects)

    def _whole(self, parts: Sequence[Record], rejects: list[Reject]) -> Batch:
        """The record that stands for a group, or the rejects of all its rows."""
        by_key: dict[Key, list[Record]] = {}
        for part in parts:
            by_key[part.key] = [*by_key.pop(part.key, ()), part]
        records = list[Record]()
        for same in by_key.values():
            if hash(same[0].key) in self._torn:
                rejects += [Reject(row, (self._differs(),)) for part in same for row in part.rows]
            else:
                records += self._joined(same, rejects)
        culprit = next((one for one in rejects if not one.is_skipped), None)
        if culprit is not None and any(binds(part.bond) for part in parts):
            rows = [row for record in records for row in record.rows]
            return Batch([], [*rejects, *companions(rows, culprit, self._bonds.names)])
        return Batch([bound(records)] if records else [], rejects)

    def _differs(self) -> Flaw:
        names = ", ".join(self._bonds.names)
        reason = (
            f"rows of this key have different values in {names} (load.together): one record cannot be in two groups"
        )
        return Flaw("map", DIFFERS, reason, names)


def _by_row(records: Sequence[Record], rejects: Sequence[Reject]) -> list[Record | Reject]:
    """Records of one row and rejects, in the order of their rows."""
    if not rejects:
        return list(records)
    both: list[Record | Reject] = [*records, *rejects]
    return sorted(both, key=lambda one: one.number if isinstance(one, Record) else one.row.number)


def _pieces(places: Sequence[tuple[int, int]], size: int) -> Iterator[Sequence[tuple[int, int]]]:
    for first in range(0, len(places), size):
        yield places[first : first + size]
