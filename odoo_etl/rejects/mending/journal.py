"""Who changed what: one line for each edit, and one for each cell of it, kept beside the rejects file."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from odoo_etl.errors import SourceError
from odoo_etl.private_files import opener
from odoo_etl.rejects.beside import Beside
from odoo_etl.rejects.mending.model import CannotMend, MendedMeanwhile, RejectsEdit

SHOWN: Final = 3
LONGEST: Final = 200  # of a cell among the examples
UNDONE, UPLOADED = "undone", "uploaded"


class ChangedCell(NamedTuple):
    """A cell that an edit changed; texts are as they stand in the file.

    Attributes:
        n: the number of its row.
        place: what the `_line` of that says.
        column: its name, as it stands in the file.
    """

    n: int
    place: str
    column: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Noted:
    """An edit as it is noted.

    Attributes:
        cells: from which byte of the file of cells to which.
        former: the name of the file that it replaced, or "".
        placed: by what the file is known that took its place, or "".
    """

    edit: RejectsEdit
    cells: tuple[int, int]
    former: str = ""
    placed: str = ""


class Journal:
    """The edits of one rejects file. Raises OSError, and SourceError where a line is none of ours."""

    def __init__(self, beside: Beside) -> None:
        self._edits, self._cells = beside.edits, beside.cells

    def edits(self) -> list[Noted]:
        """All, the oldest first."""
        try:
            with self._edits.open("rb") as lines:
                noted = [_noted(told) for told in map(_whole, lines) if told]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError, KeyError) as error:
            raise SourceError(f"{self._edits}: cannot be read: {error}; take it away to go on without it") from error
        return noted

    def cells_of(self, noted: Noted) -> Iterator[ChangedCell]:
        """The cells of an edit, in the order of the file."""
        begin, end = noted.cells
        if begin == end:
            return
        if not self._cells.is_file():
            raise CannotMend("the edit cannot be taken back: what it changed was purged")
        with self._cells.open("rb") as lines:
            lines.seek(begin)
            while lines.tell() < end:
                yield ChangedCell(*json.loads(lines.readline()))

    @contextmanager
    def adding(self) -> Iterator[Adding]:
        """An edit that is being made; where it is not kept to the end, it is not noted."""
        adding = Adding(self._edits, self._cells, len(self.edits()) + 1)
        try:
            yield adding
        finally:
            adding.end()


class Adding:
    """An edit on its way into the journal.

    Attributes:
        number: of it.
        count: how many cells it changed.
        examples: the first of them.
        columns: their names.
    """

    def __init__(self, edits: Path, cells: Path, number: int) -> None:
        self._edits, self._cells, self.number = edits, cells, number
        self.count, self.examples, self.columns = 0, list[ChangedCell](), set[str]()
        self._file = io.BufferedWriter(io.FileIO(cells, "ab", opener=opener))
        self._begin = self._at = self._file.seek(0, os.SEEK_END)
        self._was, self._is_kept = edits.stat().st_size if edits.exists() else 0, False

    def write(self, cell: ChangedCell) -> None:
        """Note a cell."""
        self._at += self._file.write(_line(cell))
        self.count += 1
        self.columns.add(cell.column)
        if len(self.examples) < SHOWN:
            self.examples.append(cell)

    def add(self, noted: Noted) -> None:
        """Note the edit with the cells that were written; it is on the disk when this returns."""
        self._file.flush()
        os.fsync(self._file.fileno())
        line = _line(_as_told(replace(noted, cells=(self._begin, self._at))))
        with open(self._edits, "ab", opener=opener) as file:
            file.write(line if _ends_whole(self._edits) else b"\n" + line)  # half a line is of a killed process
            file.flush()
            os.fsync(file.fileno())

    def keep(self) -> None:
        """The edit was made."""
        self._is_kept = True

    def end(self) -> None:
        """Give the files back, without an edit that was not made."""
        try:
            self._file.close()
        finally:
            if not self._is_kept:
                os.truncate(self._cells, self._begin)
                if self._edits.exists():
                    os.truncate(self._edits, self._was)


def undoable(edits: Sequence[Noted]) -> Noted | None:
    """The last edit that nobody took back and that takes back none."""
    return next((one for one in reversed(marked(edits)) if not one.edit.is_undone and not one.edit.undoes), None)


def check_last(edits: Sequence[Noted], number: int) -> None:
    """Raise MendedMeanwhile where another edit than this one is the last that can be taken back."""
    last = undoable(edits)
    if last is None or last.edit.number != number:
        raise MendedMeanwhile(
            "somebody has changed more, or taken it back, since you looked; nothing was taken back: look again"
        )


def marked(edits: Sequence[Noted]) -> list[Noted]:
    """The edits, with those marked that were taken back."""
    undone = {one.edit.undoes for one in edits}
    return [replace(one, edit=replace(one.edit, is_undone=one.edit.number in undone)) for one in edits]


def _line(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def short(text: str) -> str:
    """A cell among examples."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _as_told(noted: Noted) -> dict[str, Any]:
    edit = noted.edit
    told: dict[str, Any] = {
        "number": edit.number,
        "at": edit.at,
        "by": edit.by,
        "what": edit.what,
        "count": edit.cells,
        "column": edit.column,
        "examples": edit.examples,
        "undoes": edit.undoes,
        "cells": noted.cells,
    }
    return told | {name: value for name, value in (("former", noted.former), ("placed", noted.placed)) if value}


def _noted(told: dict[str, Any]) -> Noted:
    examples = tuple((str(a), str(b), str(c), str(d)) for a, b, c, d in told["examples"])
    named = {name: told[name] for name in ("number", "at", "by", "what", "column", "undoes")}
    edit = RejectsEdit(**named, cells=told["count"], examples=examples)
    begin, end = told["cells"]
    return Noted(edit, (int(begin), int(end)), told.get("former", ""), told.get("placed", ""))


def _whole(line: bytes) -> dict[str, Any] | None:
    """The object of a line; None of half a line, which may end within a character, as a killed process leaves it."""
    try:
        told: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return told


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
