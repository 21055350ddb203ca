"""Rejected rows, what tells one from the others, and their flaws by group; what keeps them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, Protocol

import orjson


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A rejected row as reports name it.

    Attributes:
        file: which file it stands in, where the source has several; else "".
        cells: the original ones, in the order of the source's columns.
        attempts: how often the row was rejected, this time included.
        name: the file as the rejects file calls it, which no other file of the source is called.
        flaws: field, code and reason of everything that is wrong with it; nothing where it is one thing.
    """

    line: int
    file: str
    cells: tuple[Any, ...]
    field: str
    stage: str
    code: str
    reason: str
    attempts: int = 1
    name: str = ""
    flaws: tuple[tuple[str, str, str], ...] = ()

    @property
    def identity(self) -> RowIdentity:
        """Tells the row from the others of its source."""
        return row_identity(self.file, self.line, self.cells)


AFTER = "after"  # the stage of rows that had landed, and whose record was refused a step
STEP_UNKNOWN: Final = "step_unknown"  # the code of those of which nobody knows whether the step was done
RowIdentity = tuple[str, int, bytes]


def row_identity(file: str, line: int, cells: Sequence[Any]) -> RowIdentity:
    """Tells a row from the others of its source: rows that `explode` makes of one line differ in their cells.

    Cells count as the ledger keeps them: a date, and the text that it is there, are the same.
    """
    try:
        text = orjson.dumps(cells, default=str)
    except TypeError:  # as `state.payload` has it
        text = json.dumps(cells, default=str).encode("ascii")
    return file, line, blake2b(text, digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class RejectGroup:
    """The rejected rows with the same flaw; a row with several flaws is in several groups.

    Attributes:
        field: "" where the flaw is none of a field.
        reason: without the values that it quotes, which are `…`.
        rows: how many.
        line, file: where the first of them stands; the file "" where the source has one only.
        example: its reason as it is.
    """

    field: str
    code: str
    reason: str
    rows: int
    line: int = 0
    file: str = ""
    example: str = ""


class RejectSink(Protocol):
    """Keeps the rejected, or the skipped, rows of a run; called from several threads."""

    def begin(self, job: str, columns: list[str], /) -> None:
        """The source of a job has these columns, and so have its rows."""

    def keep(self, job: str, row: RejectedRow, /) -> None:
        """Keep a row: it is safe when this returns."""

    def end(self, job: str, /) -> str:
        """No further row of the job comes; where its rows are, "" where there is none."""
        ...
