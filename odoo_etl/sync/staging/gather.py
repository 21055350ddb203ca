"""Read the whole source once before the first write, then give its records in batches.

The first reading puts the rows into a temporary file and looks at every key. That is worth its cost (about a
hundredth of what Odoo needs for the same rows): a source that breaks in the middle, lacks rows or holds undecodable
bytes is found before anything is written; the number of rows is known; and a key that occurs several times, however far
apart, becomes one record, so that no two lanes ever hold the same key. See docs/decisions/0001-read-first.md.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, repeat

from odoo_etl.errors import SafetyLimit
from odoo_etl.mapping import Flaw, Key, Mapper, Mistaken, OddKeys, Record, Reject, Row, collisions, joined
from odoo_etl.sources import Chunk, Source, first_chunks, remarks_of, told_remarks
from odoo_etl.spec import JobSpec
from odoo_etl.sync.staging.columns import check_columns
from odoo_etl.sync.staging.row_file import RowFile
from odoo_etl.sync.staging.together import Together

WORTH_A_BATCH = 100  # rows; fewer are not spread over idle lanes


@dataclass(frozen=True, slots=True)
class Batch:
    """Records with distinct keys, and the rows that were rejected on the way.

    Attributes:
        shares_lines: several rows may stand in one line, so that only their cells tell them apart.
    """

    records: list[Record]
    rejects: list[Reject] = field(default_factory=list)
    shares_lines: bool = False

    @property
    def number(self) -> int:
        """The number that the journal knows the batch by: the same for the same rows, whatever came before them."""
        rows = [row for record in self.records for row in record.rows] + [reject.row for reject in self.rejects]
        files = {name: number for number, name in enumerate(dict.fromkeys([row.file for row in rows]))}
        cells = [[row.cells for row in rows]] if self.shares_lines else []
        places = repr([*files, [row.line for row in rows], [files[row.file] for row in rows], *cells])
        digest = hashlib.blake2b(places.encode("utf-8", "backslashreplace"), digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 1


class Gathered:
    """A source that was read once: its size is known and its rows wait in a temporary file.

    Attributes:
        columns: the source's columns.
        rows: how many rows it has, bad lines included; those that the job leaves out are `filtered`.
        duplicates: rows whose key an earlier row has, as far as the keys could be read.
        fingerprint: equal for equal rows.
    """

    def __init__(
        self, spec: JobSpec, source: Source, mapper: Mapper, limit: int | None = None, *, cuts_records: bool = False
    ) -> None:
        """Read the source, or only its first `limit` rows.

        Args:
            cuts_records: there may be further rows of any record elsewhere.

        Raises:
            SourceError: it cannot be read, or lacks a column.
        """
        self._spec, self._mapper = spec, mapper
        self._chunk_rows = spec.load.chunk_size
        self.columns = check_columns(spec, source)
        self.rows = self.filtered = 0
        self._mistaken, self._odd_keys = Mistaken(), OddKeys()
        self._together = Together(spec, self.columns, cuts_records=cuts_records) if spec.lines else None
        self._row_file = RowFile()
        try:
            for chunk in self._taken(source, limit):
                self.filtered += len(chunk.filtered)
                keys = mapper.keys(chunk.columns, len(chunk.lines))
                self._odd_keys.add(keys)
                if self._together is not None:
                    self._together.read(chunk, keys)
                self._keep(chunk.own(), keys)
                self.rows += len(chunk.lines) + len(chunk.bad)
            self._remarks = told_remarks(remarks_of(source))
            self._arrange()
            self._last, duplicates = self._row_file.repeated()
            self.duplicates = 0 if spec.lines else duplicates  # rows of one record are its lines
        except BaseException:
            self.close()
            raise
        self.fingerprint = self._row_file.fingerprint

    def close(self) -> None:
        """Give the temporary files back."""
        self._row_file.close()

    def _taken(self, source: Source, limit: int | None) -> Iterator[Chunk]:
        """The rows to keep."""
        if limit is None:
            return source.chunks(self._chunk_rows)
        return first_chunks(source, self._chunk_rows, limit, by_line=self._spec.rows_of_line_are_one)

    def _keep(self, chunk: Chunk, keys: Sequence[Key | None]) -> None:
        """Keep rows."""
        self._row_file.put(chunk, keys)

    def _arrange(self) -> None:
        """Every row is kept: they stay in the order of the source."""

    def batches(self) -> Iterator[Batch]:
        """The records, each key once: a key that occurs several times comes where it occurs last."""
        batches, shares = self._batches(), any(one.shares_lines for one in self._spec.every_source)
        return (replace(batch, shares_lines=True) for batch in batches) if shares else batches

    def _batches(self) -> Iterator[Batch]:
        mapped, even = self._mapped(), _even_by_rows if self._spec.lines else _even
        return even(mapped if self._together is None else _told(mapped, self._together), self._batch_rows)

    @property
    def batch_count(self) -> int:
        """How many batches there are, about."""
        return math.ceil(self.rows / self._batch_rows)

    @property
    def _batch_rows(self) -> int:
        return batch_rows(self.rows, self._spec.load.chunk_size, self._spec.load.concurrency)

    def warnings(self) -> list[str]:
        """Remarks on the rows, and doubts about them: cells like the other of text and HTML, keys like others."""
        odd_keys = self._odd_keys.notes(in_fields=self._spec.target.external_id is None)
        lines = self._together.notes() if self._together is not None else ()
        return [*self._remarks, *self._mistaken.notes(self._mapper.as_html), *odd_keys, *lines]

    def _mapped(self) -> Iterator[Batch]:
        """A batch for each chunk of the source."""
        waiting: dict[Key, list[Record]] = {}
        self._mistaken, first = Mistaken(), 0  # the rows may have been read before
        for chunk in self.chunks():
            rows = rows_of(chunk, first)
            mapped = self._mapper.records(chunk.columns, rows)
            self._mistaken.add(mapped.mistaken)
            rejects = [*mapped.rejects, *bad_lines(chunk)]
            if self._together is not None and mapped.rejects:
                keys = self._mapper.keys(chunk.columns, len(rows))
                self._together.note(mapped.rejects, {row.number: key for row, key in zip(rows, keys, strict=True)})
            yield Batch(list(self._ready(mapped.records, waiting, rejects)), rejects)
            first += len(rows)
        left: list[Reject] = []  # the last row of these keys was rejected: nothing let them go
        yield Batch([record for parts in waiting.values() for record in self._joined(parts, left)], left)

    def _joined(self, parts: Sequence[Record], rejects: list[Reject]) -> Iterator[Record]:
        """The record of one key; none when different values made the same external id."""
        found = collisions([(part, self._mapper.said(self.columns, part.rows[0])) for part in parts], parts[0].key[0])
        found = found or (self._together.rejects(parts) if self._together is not None else [])
        if found:
            rejects += found
        else:
            yield joined(parts)

    def _ready(
        self,
        records: Sequence[Record],
        waiting: dict[Key, list[Record]],
        rejects: list[Reject],
    ) -> Iterator[Record]:
        """Hold back records whose key comes again; let each go with its last row."""
        if not self._last:
            yield from records
            return
        for record in records:
            last = self._last.get(hash(record.key))
            if last is None:
                if self._together is not None and (found := self._together.without_record([record])):
                    rejects += found
                else:
                    yield record
                continue
            waiting.setdefault(record.key, []).append(record)
            if record.number >= last:
                yield from self._joined(waiting.pop(record.key), rejects)

    def is_last(self, key: Key, number: int) -> bool:
        """Whether no row after this one has the same key; rows are counted from 0, lines that are no rows left out."""
        return self._last.get(hash(key), number) == number

    def chunks(self) -> Iterator[Chunk]:
        """The chunks that were read, from the beginning; one reader at a time."""
        return self._row_file.chunks()


def check_size(spec: JobSpec, rows: int) -> None:
    """Refuse a source that is shorter than the job expects.

    Raises:
        SafetyLimit: it has fewer rows than `min_rows`.
    """
    least = spec.source.min_rows
    if rows < least:
        raise SafetyLimit(
            f"the source of job {spec.job} has {rows} rows, fewer than its min_rows of {least};"
            " nothing was written: check the source, or lower min_rows"
        )


def batch_rows(rows: int, chunk_rows: int, lanes: int) -> int:
    """Rows of each batch, at most `chunk_rows`: equal batches, so many that the lanes end at about the same time.

    In the last round one lane may idle, because filling it costs more calls than it saves time.
    """
    count = math.ceil(rows / chunk_rows)
    idle = -count % lanes
    if count < lanes:
        count = lanes
    elif idle > 1:
        count += idle - 1
    return min(chunk_rows, max(math.ceil(rows / count), WORTH_A_BATCH))


def _told(batches: Iterable[Batch], together: Together) -> Iterator[Batch]:
    """The batches, whose records know where the source may have more rows of them."""
    for batch in batches:
        together.tell(batch.records)
        yield batch


def _even(batches: Iterable[Batch], size: int) -> Iterator[Batch]:
    """The same records and rejects in batches of `size` rows."""
    records: list[Record] = []
    rejects: list[Reject] = []
    for batch in batches:
        records += batch.records
        rejects += batch.rejects
        while len(records) + len(rejects) >= size:
            yield Batch(records[:size], rejects)
            records, rejects = records[size:], []
    if records or rejects:
        yield Batch(records, rejects)


def _even_by_rows(batches: Iterable[Batch], size: int) -> Iterator[Batch]:
    """The same where a record with lines weighs as much as it has rows; a larger one goes alone."""
    records: list[Record] = []
    rejects: list[Reject] = []
    weight = 0
    for batch in batches:
        rejects += batch.rejects
        for record in batch.records:
            rows = len(record.rows)
            if records and weight + rows > size:
                yield Batch(records, rejects)
                records, rejects, weight = [], [], 0
            records.append(record)
            weight += rows
    if records or rejects:
        yield Batch(records, rejects)


def rows_of(chunk: Chunk, first: int) -> list[Row]:
    """The rows of a chunk, numbered from `first`."""
    cells = zip(*chunk.columns.values(), strict=True)
    return list(map(Row._make, zip(chunk.lines, repeat(chunk.file), cells, count(first))))


def bad_lines(chunk: Chunk) -> Iterator[Reject]:
    """The rejects of its lines that are no rows."""
    for bad in chunk.bad:
        beyond = bad.cells[len(chunk.columns) :]  # the rejects file has no columns for them
        reason = f"{bad.reason}; beyond: {', '.join(map(_quoted, beyond))}" if beyond else bad.reason
        yield Reject(Row(bad.line, chunk.file, bad.cells), (Flaw("source", bad.code, reason),))


def _quoted(cell: object) -> str:
    return repr("" if cell is None else str(cell))
