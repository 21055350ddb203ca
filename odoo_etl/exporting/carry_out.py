"""An export from its first record to the finished file or table; what is broken off goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from filelock import FileLock, Timeout

from odoo_etl.errors import Busy, Interrupted
from odoo_etl.exporting.content_files import as_they_are
from odoo_etl.exporting.forms import Form
from odoo_etl.exporting.layout import SOURCE_ID, Layout
from odoo_etl.exporting.part import CannotWrite, PartFile
from odoo_etl.private_files import FILE, make_folder
from odoo_etl.sources import Chunk, Source

Format = Literal["csv", "xlsx", "jsonl", "parquet", "sql"]

GOES_ON: Final = "what was read is kept: the same command with --resume goes on"
CHUNK_ROWS: Final = 2_000
SUFFIXES: Final[Mapping[str, Format]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}


class Finish(Protocol):
    """Makes the file or table of a whole part file."""

    def __call__(self, part: Path, /) -> None:
        """Raises OSError, CannotWrite."""
        ...


@dataclass(frozen=True, slots=True)
class Writing:
    """How and where an export is written.

    Attributes:
        form: of the rows in the part file.
        part: the part file.
        request: what is exported, and how: a resumed export must be the same.
        finish: makes of the part file what was asked for.
    """

    form: Form
    part: Path
    request: Mapping[str, Any]
    finish: Finish


@dataclass(frozen=True, slots=True)
class Reading:
    """Where the records come from.

    Attributes:
        layout: the columns.
        source: of the records whose id is above one, in the order of their ids.
        limit: so many records at most; None for all.
        contents: puts names of files in place of contents.
    """

    layout: Layout
    source: Callable[[int], Source]
    limit: int | None = None
    contents: Callable[[Chunk], Chunk] = as_they_are


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears how far an export is.

    Attributes:
        begun: how many records an earlier export left.
        by_now: how many there are now.
    """

    begun: Callable[[int], None]
    by_now: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """The records that an export wrote."""

    records: int
    rows: int
    resumed: int


def carry_out(reading: Reading, writing: Writing, told: Told, *, resume: bool) -> Written:
    """Read the records, write them.

    Args:
        resume: go on with what an earlier export left.

    Raises:
        UsageError: there is nothing to go on with, or it is of another export.
        Busy: another program writes the same file.
        CannotWrite: the file or table cannot be written.
        SourceError, OdooError, CannotStart: Odoo cannot be read. In both cases what was read is kept, and a note of the
            error says so.
    """
    part = PartFile(writing.part, writing.request)
    with _alone(writing.part):
        if resume:
            part.resume()
        else:
            part.begin(writing.form.head())
        resumed = part.position.records
        try:
            try:
                _read(reading, writing.form, part, told)
            finally:
                part.close()
            _finished(writing, part)
        except (Interrupted, Exception) as error:
            if part.position.records:
                error.add_note(GOES_ON)
            raise
    return Written(part.position.records, part.position.rows, resumed)


def _finished(writing: Writing, part: PartFile) -> None:
    try:
        writing.finish(part.path)
        part.remove()
    except OSError as error:
        raise CannotWrite(f"{error.filename or part.path}: {error.strerror or error}") from error


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Nobody else writes the same part file."""
    lock = FileLock(part.with_name(f"{part.name}.lock"), mode=FILE, thread_local=False)
    try:
        make_folder(part.parent)
        lock.acquire(blocking=False)
    except Timeout:
        raise Busy(f"another export writes {part} just now: wait until it has ended") from None
    except OSError as error:
        raise CannotWrite(f"{part}: cannot be written: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()
        part.with_name(f"{part.name}.lock").unlink(missing_ok=True)


def _read(reading: Reading, form: Form, part: PartFile, told: Told) -> None:
    """Append the rows of all records that are not there yet."""
    told.begun(part.position.records)
    most = reading.limit
    if most is not None and part.position.records >= most:
        return
    chunks = reading.source(part.position.last_id).chunks(CHUNK_ROWS)
    for chunk in whole_records(chunks) if reading.layout.lines else chunks:
        rows = chunk if most is None else _first(chunk, most - part.position.records)
        ids = rows.columns[SOURCE_ID]
        rows = reading.contents(rows)
        cells = [column.cells(rows) for column in reading.layout.columns]
        part.add(form.rows(cells), ids[-1], len(set(ids)), len(ids))
        told.by_now(part.position.records)
        if most is not None and part.position.records >= most:
            return


def whole_records(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The same rows in chunks of which each ends with the last row of a record.

    Rows of lines have the id of their record in the column of ids, or nothing there. A record that has lines has no row
    without one.
    """
    kept: Chunk | None = None
    for chunk in chunks:
        kept = _joined(kept, chunk)
        if kept is None:
            continue
        ids = kept.columns[SOURCE_ID]
        start = next(place for place in range(len(ids) - 1, -1, -1) if _begins(ids, place))
        if start:
            yield _of_lines(_cut(kept, 0, start))
            kept = _cut(kept, start, len(ids))
    if kept is not None:
        yield _of_lines(kept)


def _begins(ids: Sequence[Any], place: int) -> bool:
    """Whether a record begins in a row; the first row is always that of one."""
    return place == 0 or (ids[place] is not None and ids[place] != ids[place - 1])


def _of_lines(chunk: Chunk) -> Chunk:
    """Each row with the id of its record; the row of a record alone only where it has no lines."""
    ids: list[Any] = []
    for each in chunk.columns[SOURCE_ID]:
        ids.append(ids[-1] if each is None else each)
    rows = len(ids)
    kept = [
        place
        for place in range(rows)
        if not (place + 1 < rows and ids[place + 1] == ids[place] and (place == 0 or ids[place - 1] != ids[place]))
    ]
    whole = {**chunk.columns, SOURCE_ID: ids}
    columns = {name: [cells[place] for place in kept] for name, cells in whole.items()}
    return Chunk(columns, [chunk.lines[place] for place in kept])


def _cut(chunk: Chunk, start: int, stop: int) -> Chunk:
    return Chunk({name: cells[start:stop] for name, cells in chunk.columns.items()}, chunk.lines[start:stop])


def _joined(first: Chunk | None, second: Chunk) -> Chunk | None:
    """Two chunks as one; None without any row."""
    if first is not None and first.lines:
        columns = {name: [*cells, *second.columns[name]] for name, cells in first.columns.items()}
        return Chunk(columns, [*first.lines, *second.lines])
    return second if second.lines else None


def _first(chunk: Chunk, most: int) -> Chunk:
    """The rows of so many records at the beginning."""
    seen: dict[Any, None] = {}
    for place, each in enumerate(chunk.columns[SOURCE_ID]):
        seen[each] = None
        if len(seen) > most:
            return _cut(chunk, 0, place)
    return chunk
