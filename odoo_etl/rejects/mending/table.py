"""The rejects of one job, to be looked at page by page and mended: whoever changes them here changes the file itself.

The file is what `retry` and the command line read; nothing that was changed is kept anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from odoo_etl.rejects.beside import Beside, copy_durably
from odoo_etl.rejects.cells import guarded, unguarded
from odoo_etl.rejects.form import RejectsForm
from odoo_etl.rejects.mending.editing import Doing, NewCells, rewrite, undo_cells
from odoo_etl.rejects.mending.finding import candidates, found, groups
from odoo_etl.rejects.mending.indexed import Indexed
from odoo_etl.rejects.mending.journal import UNDONE, UPLOADED, Journal, check_last, marked, short, undoable
from odoo_etl.rejects.mending.model import (
    MOST_SHOWN,
    CannotMend,
    MendedMeanwhile,
    MendedRow,
    RejectGroupCount,
    RejectsEdit,
    RejectsFilter,
    RejectsPage,
    Replacement,
    ReplacementPreview,
    UploadedRejects,
)
from odoo_etl.rejects.mending.uploading import MOST_BYTES, receive, take, undo_upload
from odoo_etl.rejects.mending.view import View, is_ready, prepare, viewed
from odoo_etl.rejects.workbook import to_workbook

ALL: Final = RejectsFilter()
SHOWN: Final = 10
MOST_CELLS: Final = 2_000_000  # of a workbook, which takes some minutes to be written
_USUAL: Final = RejectsForm()
_COUNTS: Final = ("SELECT COUNT(*) FROM rows WHERE changed", "SELECT COUNT(*) FROM rows WHERE new_key")


class RejectsTable:
    """The rejects file of one job.

    All methods raise `SourceError` where the file cannot be read or written, and `MendedMeanwhile` where it is gone:
    all of its rows have landed. Those that change it raise `CannotMend`, `MendedMeanwhile` where it, or the row, is
    another one than was seen, and `Busy` where a run is at work on it; then nothing was changed. Any number of threads
    and processes may change it.

    Args:
        path: the file.
        form: how its job writes and reads it.
        now: the clock.
        check: raises where the file may not be changed now.
    """

    def __init__(
        self,
        path: Path,
        form: RejectsForm = _USUAL,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        check: Callable[[], object] = lambda: None,
    ) -> None:
        self._indexed, self._now, self._check = Indexed.of(path, form), now, check

    @property
    def path(self) -> Path:
        """The file: a workbook becomes a CSV file when a cell is changed."""
        return self._indexed.path

    @property
    def is_ready(self) -> bool:
        """Whether its pages come at once: the file is known as it is now."""
        return is_ready(self._indexed)

    def prepare(self, tell: Callable[[float], object] = lambda _share: None) -> None:
        """Read the whole file, as whatever is asked for first does else: some seconds for 100,000 rows.

        Args:
            tell: is told now and then which share is read.
        """
        prepare(self._indexed, tell)

    def page(self, wanted: RejectsFilter = ALL, offset: int = 0, limit: int = 50) -> RejectsPage:
        """Some of the rows that a filter finds, in the order of the file.

        Args:
            limit: at most so many; no more than 500.
        """
        with viewed(self._indexed) as view:
            numbers = found(view.index, _checked(view, wanted), view.judge.header)
            at = max(0, offset)
            rows = view.rows(numbers[at : at + min(limit, MOST_SHOWN)])
            changed, new_keys = _counts(view)
            return RejectsPage(
                columns=view.judge.columns,
                key=self._indexed.form.key,
                rows=tuple(rows),
                offset=at,
                found=len(numbers),
                total=view.index.rows,
                changed=changed,
                new_keys=new_keys,
                read_only=view.read_only,
                form=self.path.suffix[1:].lower(),
            )

    def groups(self, wanted: RejectsFilter = ALL) -> list[RejectGroupCount]:
        """The rows that a filter finds, counted by reason and field; the most first."""
        with viewed(self._indexed) as view:
            counted = groups(view.index, _checked(view, wanted), view.judge.header)
            return [
                replace(one, field=unguarded(one.field), reason=row.reason)
                for one, row in zip(counted, view.rows(one.first for one in counted), strict=True)
            ]

    def row(self, number: int) -> MendedRow:
        """One row. Raises MendedMeanwhile: it is not there (any more)."""
        with viewed(self._indexed) as view:
            return _only(view, number)

    def rows_with_new_keys(self, limit: int = SHOWN) -> list[MendedRow]:
        """The first rows that have another key than when they were rejected."""
        return list(self.page(RejectsFilter(new_key=True), limit=limit).rows)

    def change(self, number: int, version: str, cells: Mapping[str, str], by: str) -> MendedRow:
        """Change cells of a row.

        Args:
            version: of the row, as it was seen.
            cells: column to its new text; that of others stays.
            by: who does it.
        """
        with self._writing() as view:
            record = view.record(view.entry(number, version))
            typed = {place: guarded(text) for place, text in _places(view, cells).items()}
            new = {place: text for place, text in typed.items() if record[place] != text}
            if new:
                rewrite(view, [(number, new)], self._doing(by, "cells"))
        return self.row(number)

    def accept(self, number: int, version: str, by: str) -> MendedRow:
        """Say that a line that was no row of its source is one, now that its cells are right: `_code` is emptied."""
        with self._writing() as view:
            record = view.record(view.entry(number, version))
            if not view.judge.is_no_row(record):
                raise CannotMend("the line is a row already")
            rewrite(view, [(number, {view.judge.own["code"]: ""})], self._doing(by, "accepted"))
        return self.row(number)

    def preview(self, replacement: Replacement, wanted: RejectsFilter = ALL) -> ReplacementPreview:
        """Count the cells that a replacement would change, and show the first."""
        with viewed(self._indexed) as view:
            examples, cells = list[tuple[int, str, str, str]](), 0
            for number, new in _replaced(view, replacement, wanted):
                cells += 1
                if len(examples) < SHOWN:
                    entry = view.index.entries([number])[0]
                    record = view.record(entry)
                    was = [(short(unguarded(record[place])), short(unguarded(text))) for place, text in new.items()]
                    examples += [(number, unguarded(entry.place), before, after) for before, after in was]
            return ReplacementPreview(cells, tuple(examples), view.version)

    def replace(self, replacement: Replacement, wanted: RejectsFilter, version: str, by: str) -> RejectsEdit:
        """Replace one value by another.

        Args:
            version: of the file for which it was previewed.
        """
        with self._writing() as view:
            if view.version != version:
                raise MendedMeanwhile(
                    "the rejects were changed since; nothing was written: look again at what would be replaced"
                )
            return rewrite(view, _replaced(view, replacement, wanted), self._doing(by, "replaced"))

    def undo(self, by: str, seen: int = 0) -> RejectsEdit:
        """Take the last edit back that was not taken back yet.

        Args:
            seen: the number of the edit that is meant; 0 for the last one, whichever it is.

        Raises:
            CannotMend: there is none.
            MendedMeanwhile: another one is the last by now.
        """
        self._check()
        noted = undoable(self._journal.edits())
        if noted is None:
            raise CannotMend("there is no edit to take back")
        if seen:
            check_last(self._journal.edits(), seen)
        doing = replace(self._doing(by, UNDONE), undoes=noted.edit.number)
        if noted.edit.what != UPLOADED:
            with self._writing() as view:
                check_last(self._journal.edits(), noted.edit.number)
                return undo_cells(view, noted, doing)
        edit, path = undo_upload(self._indexed, noted, doing)
        self._indexed = Indexed.of(path, self._indexed.form)
        return edit

    def edits(self, limit: int = 20) -> list[RejectsEdit]:
        """The last edits, newest first; also of rows that have landed since."""
        return [one.edit for one in islice(reversed(marked(self._journal.edits())), limit)]

    def receive(self, pieces: Iterable[bytes], name: str, most_bytes: int = MOST_BYTES) -> UploadedRejects:
        """Take a mended file in, and say what it would change; `take` puts it in place.

        Args:
            pieces: its bytes.
            name: as the person calls it; by its end its form is known.
            most_bytes: a larger one is refused.
        """
        return receive(self._indexed, pieces, name, most_bytes)

    def take(self, token: str, version: str, by: str) -> RejectsEdit:
        """Put a file that was received in place of the rejects file, which is kept aside.

        Args:
            token, version: as `receive` gave them.
        """
        self._check()
        edit, path = take(self._indexed, token, version, self._doing(by, UPLOADED))
        self._indexed = Indexed.of(path, self._indexed.form)
        return edit

    def as_csv(self) -> Path:
        """The path of the rows as a CSV file as we write it, as it is now; of one that no copy has all of, itself."""
        with viewed(self._indexed) as view:
            is_cut = bool(view.read_only) and self.path.suffix == ".csv"
            return self._indexed.copy if view.is_copy and not is_cut else self.path

    def as_workbook(self, folder: Path) -> Path | None:
        """Write the rows, as they are now, as a workbook with the flawed cells marked; None where it cannot hold them.

        Args:
            folder: an empty one, for the workbook.
        """
        with viewed(self._indexed) as view:
            if view.index.rows * len(view.judge.header) > MOST_CELLS:
                return None
            copy_durably(self._indexed.copy if view.is_copy else self.path, made := folder / f"{self.path.stem}.csv")
            written, form = view.writing, self._indexed.form
        how = RejectsForm(written.delimiter, written.encoding, columns=form.columns, key=form.key)
        workbook = to_workbook(made, written.encoding, how)
        return workbook if workbook != made else None

    @property
    def _journal(self) -> Journal:
        return Journal(Beside(self.path))

    def _doing(self, by: str, what: str) -> Doing:
        return Doing(by, what, self._now().isoformat(timespec="seconds"))

    @contextmanager
    def _writing(self) -> Iterator[View]:
        self._check()
        with viewed(self._indexed, to_write=True) as view:
            yield view
        if not self.path.exists() and (written := self.path.with_suffix(".csv")).exists():
            self._indexed = Indexed.of(written, self._indexed.form)


def _counts(view: View) -> tuple[int, int]:
    """How many rows were changed, and how many have another key since."""
    changed, new_keys = (view.index.db.execute(query).fetchone()[0] for query in _COUNTS)
    return int(changed), int(new_keys)


def _only(view: View, number: int) -> MendedRow:
    for row in view.rows([number]):
        return row
    raise MendedMeanwhile(f"there is no row {number} any more: the file was changed since; look at it again")


def _checked(view: View, wanted: RejectsFilter) -> RejectsFilter:
    """The filter, with its column as the file has it."""
    if not wanted.column:
        return wanted
    return replace(wanted, column=view.judge.header[_place(view, wanted.column)])


def _place(view: View, column: str) -> int:
    """Where a column of the source stands in a record."""
    if column not in view.judge.columns:
        raise CannotMend(f"there is no column {column!r}; the columns are {', '.join(view.judge.columns)}")
    return view.judge.places[view.judge.columns.index(column)]


def _places(view: View, cells: Mapping[str, str]) -> dict[int, str]:
    return {_place(view, column): text for column, text in cells.items()}


def _replaced(view: View, replacement: Replacement, wanted: RejectsFilter) -> Iterator[tuple[int, NewCells]]:
    """The rows that a replacement changes, each with its new cell."""
    place = _place(view, replacement.column)
    if replacement.part and not replacement.old:
        raise CannotMend("say which part of the cells is to be replaced")
    own = set(found(view.index, _checked(view, wanted), view.judge.header)) if wanted != ALL else None
    for number in candidates(view.index, place, replacement.old, part=replacement.part):
        if own is not None and number not in own:
            continue
        old = view.record(view.index.entries([number])[0])[place]
        text = unguarded(old)
        if replacement.part:
            new = guarded(text.replace(replacement.old, replacement.new))
        else:
            new = guarded(replacement.new) if text == replacement.old else old
        if new != old:
            yield number, {place: new}
