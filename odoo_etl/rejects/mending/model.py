"""Rejected rows as they are looked at and mended: pages, filters, edits. Plain values, of texts as people type them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from odoo_etl.errors import UsageError

MOST_SHOWN: Final = 500  # rows of a page


class CannotMend(UsageError):
    """The edit cannot be made; the file is as it was."""


class MendedMeanwhile(CannotMend):
    """Somebody else, a spreadsheet or a retry has changed the row or the file since it was looked at."""


@dataclass(frozen=True, slots=True)
class RejectsFilter:
    """Which rows are wanted; all that is said must hold.

    Attributes:
        code: of the reason.
        field: one that is wrong.
        text: stands in a cell, in any case.
        column: in which the text is looked for; "" for all.
        changed: only rows that are other ones than when they were rejected.
        new_key: only rows that have another key since.
    """

    code: str = ""
    field: str = ""
    text: str = ""
    column: str = ""
    changed: bool = False
    new_key: bool = False


@dataclass(frozen=True, slots=True)
class RejectGroupCount:
    """How many rows were rejected for one reason.

    Attributes:
        field: the fields that are wrong, as `_field` says.
        first: the number of the first row.
        reason: of that.
    """

    code: str
    field: str
    rows: int
    first: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RejectCell:
    """A cell of a rejected row.

    Attributes:
        text: as it stands in the file, where a cell that a line lacked is as one that is empty.
        was: as it was when the row was rejected; None where it is the same, or nobody knows.
        read_as: what `retry` reads in its place, since a spreadsheet has reformatted it; None where that is its text.
        flawed: it is what a person is to mend.
    """

    column: str
    text: str
    was: str | None = None
    read_as: str | None = None
    flawed: bool = False


@dataclass(frozen=True, slots=True)
class MendedRow:
    """A rejected row as it is now.

    Attributes:
        number: of the row in the file, from 0.
        version: by what the row is known to be as it was seen; an edit says it.
        line: where the row stands in the source.
        fields: those that are wrong.
        new_key: the key that it was rejected with (None of a row that was added) and the one that it has now, where
            that is another.
        no_row: the line was no row of its source: its cells are put right, then it is said to be one.
    """

    number: int
    version: str
    line: str
    fields: tuple[str, ...]
    stage: str
    code: str
    reason: str
    attempts: int
    cells: tuple[RejectCell, ...]
    new_key: tuple[str | None, str] | None = None
    no_row: bool = False


@dataclass(frozen=True, slots=True)
class RejectsPage:
    """Some rows of a rejects file.

    Attributes:
        columns: of the source.
        key: those that the key is made of.
        found: how many rows the filter finds.
        total: how many there are.
        changed: how many rows are other ones than when they were rejected.
        new_keys: how many rows have another key since; `retry` asks about them.
        read_only: why no cell can be changed here; "" where they can.
        form: how the file lies there: `csv`, `xlsx`, ...
    """

    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: tuple[MendedRow, ...]
    offset: int
    found: int
    total: int
    changed: int
    new_keys: int
    read_only: str = ""
    form: str = "csv"


@dataclass(frozen=True, slots=True)
class Replacement:
    """One value for another, in a column of all rows that a filter finds.

    Attributes:
        old: what the cell says.
        part: the old text may be a part of the cell; else it is the whole cell.
    """

    column: str
    old: str
    new: str
    part: bool = False


@dataclass(frozen=True, slots=True)
class ReplacementPreview:
    """The cells that a replacement would change.

    Attributes:
        cells: how many would change.
        examples: number of the row, what its `_line` says, the cell as it is, as it would be.
        version: of the file for which that holds.
    """

    cells: int
    examples: tuple[tuple[int, str, str, str], ...]
    version: str


@dataclass(frozen=True, slots=True)
class RejectsEdit:
    """An edit that was made.

    Attributes:
        number: from 1.
        at: UTC, ISO 8601.
        by: the person, as whoever asked called them.
        what: `cells`, `replaced`, `accepted` (a line is a row), `uploaded`, `undone`.
        cells: how many changed.
        column: of all of them; "" where there are several.
        examples: `_line`, column, what it was, what it became.
        undoes: the number of the edit that this one took back; 0 where none.
        is_undone: another one took it back.
    """

    number: int
    at: str
    by: str
    what: str
    cells: int
    column: str = ""
    examples: tuple[tuple[str, str, str, str], ...] = ()
    undoes: int = 0
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class UploadedRejects:
    """A file that waits until somebody says that it is to replace the rejects file.

    Attributes:
        token: by which it is meant.
        rows: how many it has.
        changed, gone, added: rows, compared with the rejects file; by what their `_line` says.
        gone_lines, added_lines: the first of them.
        new_keys: rows that have another key than when they were rejected.
        version: of the rejects file that it is compared with.
        notes: what a person should know.
    """

    token: str
    rows: int
    changed: int
    gone: int
    added: int
    gone_lines: tuple[str, ...]
    added_lines: tuple[str, ...]
    new_keys: int
    version: str
    notes: tuple[str, ...] = ()
