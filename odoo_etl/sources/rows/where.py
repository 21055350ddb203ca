"""Rows that an expression chooses; the others are not the job's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import compress
from typing import Any, Final

from odoo_etl.sources.model import BadLine, Chunk
from odoo_etl.spec.expressions import ROW, ExpressionError, compile_expression, expression_columns
from odoo_etl.text import OutOfRange

UNCLEAR: Final = "bad_where"  # the code of a row of which nobody can say whether it is the job's
_TEXTS = frozenset({str, type(None)})
_ROW = re.compile(rf"\b{ROW}\b")
_LIKE_FALSE: Final = frozenset({"false", "f", "no", "n", "0", "off"})

Verdict = bool | str  # whether a row is the job's, or why nobody can say


class Choice:
    """An expression that says of each row whether it is the job's.

    Attributes:
        columns: the columns that it names.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self.columns = sorted(expression_columns(where))
        self._needs_all = bool(_ROW.search(where))

    @cached_property
    def _evaluate(self) -> Any:
        return compile_expression(self._where)

    def chosen(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """The chunks without the rows that are not the job's; a row without a verdict is a bad line."""
        for chunk in chunks:
            yield _applied(chunk, self.verdicts(chunk))

    def verdicts(self, chunk: Chunk) -> list[Verdict]:
        """The verdict on each row. Equal texts are judged once."""
        names = [name for name in chunk.columns if self._needs_all or name in self.columns]
        columns = [chunk.columns[name] for name in names]
        rows = list(zip(*columns, strict=True)) if columns else [()] * len(chunk.lines)
        if not all(_TEXTS.issuperset(map(type, cells)) for cells in columns):
            return [self._verdict(names, cells) for cells in rows]
        known = {cells: self._verdict(names, cells) for cells in dict.fromkeys(rows)}
        return [known[cells] for cells in rows]

    def _verdict(self, names: Sequence[str], cells: Sequence[Any]) -> Verdict:
        row = dict(zip(names, cells, strict=True))
        for name, cell in row.items():
            if type(cell) is OutOfRange and name in self.columns:
                return f"{cell} of the column {name} {cell.why}"
        try:
            value = self._evaluate(row)
        except ExpressionError as error:
            return f"nobody can say whether this row is the job's: {error}"
        if isinstance(value, str) and value.strip().casefold() in _LIKE_FALSE:
            return f"where gives the text {value!r}, which is not false: compare it, for example column == '1'"
        return bool(value)


def _applied(chunk: Chunk, verdicts: Sequence[Verdict]) -> Chunk:
    if all(verdict is True for verdict in verdicts):
        return chunk
    wanted = [verdict is True for verdict in verdicts]
    left_out = [line for line, verdict in zip(chunk.lines, verdicts, strict=True) if verdict is False]
    unclear = [number for number, verdict in enumerate(verdicts) if isinstance(verdict, str)]
    bad = [*chunk.bad, *(_bad(chunk, number, str(verdicts[number])) for number in unclear)]
    return replace(
        only(chunk, wanted),
        bad=tuple(sorted(bad, key=lambda one: one.line)),
        filtered=(*chunk.filtered, *left_out),
    )


def only(chunk: Chunk, wanted: Sequence[bool]) -> Chunk:
    """The chunk with some of its rows."""
    columns = {name: list(compress(cells, wanted)) for name, cells in chunk.columns.items()}
    return replace(chunk, columns=columns, lines=list(compress(chunk.lines, wanted)))


def _bad(chunk: Chunk, number: int, reason: str) -> BadLine:
    cells = tuple(column[number] for column in chunk.columns.values())
    return BadLine(chunk.lines[number], UNCLEAR, reason, cells)
