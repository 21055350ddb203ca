"""Which line of a record Odoo refuses, as far as its message says so; it names a field, and sometimes the value.

Only what people read hangs on this: the record is a reject as a whole in any case. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from odoo_etl.mapping import Record
from odoo_etl.planning.pairing import labelled

SHOWN = 10  # lines of the source


class LineField(NamedTuple):
    """A field of one line: its path with the label of the line, and without, the value, and the line of the source."""

    path: str
    name: str
    value: object
    line: int


def field_refused(record: Record, message: str) -> tuple[str, str]:
    """The path of the field that a message is about, and a sentence that says which line of the source it may be.

    Both are empty for a record without lines.
    """
    fields = [one for one in _fields(record) if _names(message, one.name)]
    fields = [one for one in fields if one.name not in record.values]  # else it may be the record's own
    told = [one for one in fields if _quotes(message, one.value)] or fields
    lines = sorted({one.line for one in told} or {row.line for row in record.rows})
    paths = {one.path for one in told} if len(lines) == 1 else {re.sub(r"\[.*?\]", "", one.path) for one in told}
    path = next(iter(paths)) if len(paths) == 1 else ""
    if not any(one.records for one in record.children):
        return "", ""
    some = ", ".join(map(str, lines[:SHOWN])) + (", …" if len(lines) > SHOWN else "")
    if len(lines) == 1:
        return path, f"; this is about line {some} of the source" if told else ""
    return path, f"; this is about {'one of ' if told else 'the record of '}lines {some} of the source"


def _fields(record: Record, path: str = "") -> Iterator[LineField]:
    """Every field of a record's lines."""
    for lines in record.children:
        for label, line in labelled(lines.records):
            here = f"{path}{lines.name}[{label}]."
            rows: Sequence[int] = [row.line for row in line.rows] or [0]
            for name, value in line.values.items():
                yield from (LineField(here + name, name, value, one) for one in rows)
            yield from _fields(line, here)


def _names(message: str, name: str) -> bool:
    """`sale.order.line.display_type`, `'Description' (name)`, `"name"`, but no word of a sentence."""
    return bool(re.search(rf"[a-z]\.{name}\b|\({name}\)|[\"'«`]{name}[\"'»`]", message))


def _quotes(message: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return False
    texts = [repr(value)] if isinstance(value, str) else [repr(value), repr(float(value))]
    return any(re.search(rf"(?<![\w.-]){re.escape(text)}(?![\w.])", message) for text in texts)
