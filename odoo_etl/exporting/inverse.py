"""From a value of Odoo back to the cell of a job's source that stands for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from odoo_etl.exporting.layout import Kind, kind_of
from odoo_etl.fieldtypes import TargetField, holds_days, holds_html, text_of_paragraph
from odoo_etl.spec import FieldSpec
from odoo_etl.spec.transforms import arguments_of

Cell = Callable[[Any], Any]

_TAG: Final = re.compile(r"</?[a-z]", re.IGNORECASE)
_COLUMN: Final = re.compile(r"\{([^{}]+)\}")
# Steps that change what Odoo holds no more, so that they may be done to it once more.
_SETTLED: Final = frozenset(
    {
        *("strip", "lower", "upper", "title", "collapse", "digits", "nfc", "visible", "unguard", "remove", "slice"),
        *("pad", "phone", "vat", "email", "country_code", "slug"),
    }
)


class Missed:
    """Values that no cell of a source can stand for, counted by field; their cells are empty."""

    def __init__(self) -> None:
        self.counts = Counter[str]()

    def at(self, path: str) -> None:
        """A value of a field has no cell."""
        self.counts[path] += 1

    def notes(self) -> list[str]:
        """For people."""
        return [
            f"{path}: {count:,} of its values are none that a cell can stand for, and are left empty"
            for path, count in self.counts.items()
        ]


def unsettled(spec: FieldSpec) -> list[str]:
    """The names of transforms that would change what Odoo holds."""
    return [name for step in spec.transform if (name := arguments_of(step)[0]) not in _SETTLED]


def cell_of(path: str, spec: FieldSpec, target: TargetField, labels: Mapping[str, str], missed: Missed) -> Cell:
    """The function from a value to its cell, as the field's keys say cells are written.

    Args:
        labels: value to label of a selection whose cells hold labels.
    """
    table = _table(spec, labels)
    write = _writer(spec, target)

    def cell(value: Any) -> Any:
        if value is None:
            return None
        if table is None:
            return write(value)
        found = table.get(_folded(value))
        if found is None:
            missed.at(path)
        return found

    return cell


def kind_of_cell(spec: FieldSpec, target: TargetField) -> Kind:
    """The kind of the cells: text where they are written in some form."""
    if spec.map is not None or spec.labels or spec.format or spec.decimal or spec.thousands or spec.percent == "share":
        return Kind.TEXT
    kind = kind_of(target.type)
    return Kind.DATE if kind is Kind.DATETIME and holds_days(spec) else kind


def _table(spec: FieldSpec, labels: Mapping[str, str]) -> Mapping[str, str] | None:
    """Value to cell, where the job lists them."""
    if spec.map is not None:
        found: dict[str, str] = {}
        for text, value in spec.map.items():
            found.setdefault(_folded(value), text)
        return found
    return {_folded(value): label for value, label in labels.items()} if spec.labels else None


def _folded(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(html: str) -> str:
    """The text that a paragraph was made of; HTML that is more than that as it is."""
    text = text_of_paragraph(html)
    return html if _TAG.search(text) else text


def _writer(spec: FieldSpec, target: TargetField) -> Cell:
    kind = target.type
    if kind.is_number and (spec.decimal or spec.thousands or spec.percent == "share"):
        return lambda value: _number(value, spec)
    if kind.is_markup and not holds_html(spec):
        return _words
    if kind.is_moment:
        return lambda value: _moment(value, spec)
    return lambda value: value


def _number(value: float, spec: FieldSpec) -> str:
    number = Decimal(repr(value)) * (100 if spec.percent == "share" else 1)
    text = format(number, ",f" if spec.thousands else "f")
    whole, point, part = text.partition(".")
    part = part.rstrip("0")
    whole = whole.replace(",", spec.thousands or "")
    return whole + ((spec.decimal or ".") + part if point and part else "") + ("%" if spec.percent == "share" else "")


def _moment(value: Any, spec: FieldSpec) -> Any:
    if isinstance(value, datetime) and spec.timezone:
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        value = aware.astimezone(ZoneInfo(spec.timezone)).replace(tzinfo=None)
    if isinstance(value, date) and spec.format:
        return value.strftime(spec.format)
    return value.date() if isinstance(value, datetime) and holds_days(spec) else value


def is_written_in_words(spec: FieldSpec) -> bool:
    """Whether moments are written with names of a language, which nobody writes back."""
    return bool(spec.language or spec.serial)


def part_of_template(template: str, column: str) -> Callable[[str], str | None]:
    """The function from an external id to the part of it that a column gave; None of an id of another form."""
    pieces = _COLUMN.split(template)
    pattern = ""
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            pattern += re.escape(piece)
        elif piece == column and "(?P<own>" not in pattern:
            pattern += "(?P<own>.+?)" if place < len(pieces) - 2 else "(?P<own>.+)"
        else:
            pattern += ".+?"
    compiled = re.compile(pattern)

    def part(external_id: str) -> str | None:
        found = compiled.fullmatch(external_id)
        return found["own"] if found else None

    return part
