"""External ids from a template such as `legacy.partner_{customer_no}`.

One rule makes a column's value fit: letters, digits and marks of any script, `_` and `-` stay; every other character
becomes `_`. Odoo 19 refuses only the blank in a name; but the first dot of an id ends its module, several of Odoo's own
imports refuse a second one, commas separate ids in a cell, and what cannot be seen cannot be searched for. A value that
is an external id already, module and all (`base.us`), is refused: it would become another one.

Two values may become the same id (`A 1` and `A_1`, or `x_y` + `z` and `x` + `y_z`): see `collisions`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from odoo_etl.fieldtypes import BadValue, as_text, shown
from odoo_etl.mapping.record import Flaw, Record, Reject

_PLAIN = re.compile(r"[A-Za-z0-9_-]*")
_COLUMN = re.compile(r"\{([^{}]+)\}")
_WHOLE_ID = re.compile(r"[a-z_][a-z0-9_]*\.[^\s.@][^\s@]*")  # modules are in lower case
# Names of files look like such an id, and attachments are named by them.
_FILE = re.compile(
    r".*\.(?:bmp|csv|docx?|eml|gif|html?|jpe?g|json|msg|mp[34]|od[pst]|pdf|png|pptx?|rtf|svg|tiff?|txt|webp|xls[mx]?|xml|zip)"
)
_KEPT = frozenset("LMN")  # Unicode's letters, marks and numbers

COLLISION: Final = "external_id_collision"
LARGEST_WHOLE = 10**15  # written out; larger ones are no numbers that people count with

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExternalId:
    """A template, compiled.

    Attributes:
        module: what stands before the dot.
        columns: the source's columns that it reads, in the template's order; a repeated one repeats.
        texts: what stands before, between and after them.
        empty: stands for a column that is empty; None where that has no id.
    """

    module: str
    columns: tuple[str, ...]
    texts: tuple[str, ...]
    empty: str | None = None

    @classmethod
    def of(cls, template: str, empty: str | None = None) -> ExternalId:
        """Compile `module.name_{column}`; the job's spec has checked its form."""
        module, _, name = template.partition(".")
        pieces = _COLUMN.split(name)
        return cls(module, tuple(pieces[1::2]), tuple(pieces[0::2]), empty)

    def parts(self, cells: Mapping[str, Any]) -> Parts:
        """The values of the columns, as texts; "" of an empty one that something stands for.

        Args:
            cells: the row's cells by column.

        Raises:
            BadValue: a column is empty (`empty_key`), has no text form, or holds an external id with its module
                (`bad_external_id`).
        """
        return tuple(self._part(column, cells[column]) for column in self.columns)

    def _part(self, column: str, cell: Any) -> str:
        if self.empty is not None and (cell is None or cell == ""):
            return ""
        text = _text(column, cell)
        if _WHOLE_ID.fullmatch(text) and not _FILE.fullmatch(text):
            reason = (
                f"the column {column} holds {shown(text)}, which is an external id with its module already;"
                f" external_id puts it under {self.module}: give the column without what stands before the dot"
            )
            raise BadValue("bad_external_id", reason)
        return text

    def name(self, parts: Parts) -> str:
        """The id behind the dot, for what the columns say."""
        named = (text + (sanitised(part) or self.empty or "") for text, part in zip(self.texts, parts, strict=False))
        return "".join(named) + self.texts[-1]

    def id_of(self, cells: Mapping[str, Any]) -> str:
        """The whole id of a row, `module.name`.

        Raises:
            BadValue: see `parts`.
        """
        return f"{self.module}.{self.name(self.parts(cells))}"


def sanitised(value: str) -> str:
    """A value as it stands in a name."""
    if _PLAIN.fullmatch(value):
        return value
    return "".join(char if _is_kept(char) else "_" for char in value)


def _is_kept(char: str) -> bool:
    return char in "_-" or unicodedata.category(char)[0] in _KEPT


def _text(column: str, cell: Any) -> str:
    """A cell as text. A whole number is the same whether a source has it as 7, 7.0 or 7.00."""
    if cell is None or cell == "":
        raise BadValue("empty_key", f"the column {column}, which names the record, is empty")
    if isinstance(cell, Decimal) and cell.is_finite() and abs(cell) < LARGEST_WHOLE and cell == int(cell):
        return str(int(cell))
    try:
        return as_text(cell)
    except BadValue as error:
        raise BadValue(error.code, f"the column {column}, which names the record: {error.reason}") from None


def collisions(records: Sequence[tuple[Record, Parts]], external_id: str) -> list[Reject]:
    """The rejects of records that would share an external id though their columns differ; none where they agree.

    Args:
        records: all records of the source that have this id, each with what its columns say.
    """
    said = dict.fromkeys(parts for _, parts in records)
    if len(said) < 2:
        return []
    rejects = []
    for record, parts in records:
        other = next(each for each in said if each != parts)
        flaw = Flaw("map", COLLISION, why_collision(parts, other, external_id))
        rejects += [Reject(row, (flaw,)) for row in record.rows]
    return rejects


def why_collision(parts: Parts, other: Parts, external_id: str) -> str:
    """The reason that rows whose columns say different things get no external id in common."""
    return (
        f"{shown(' + '.join(parts))} and {shown(' + '.join(other))} would both be {external_id}: give one of them"
        " another value, or add a column to external_id that tells them apart"
    )
