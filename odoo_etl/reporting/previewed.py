"""The first rows of a job as lines of text, for `preview`: cells, values and flaws side by side."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from odoo_etl.previews import REMOVED, JobPreview, PreviewedField, PreviewedRecord
from odoo_etl.reporting.words import NARROW, counted, in_one_line, wrapped

_SIGNS: Final = {"create": "+", "update": "~", "unchanged": "=", "skip": "-", "reject": "!", "unknown": "?"}
_FATES: Final = {
    "create": "would be created",
    "update": "would be updated",
    "unchanged": "is as it should be",
    "skip": "is left alone",
    "reject": "would be rejected",
    "unknown": "was not looked for",
}
_COUNTED: Final = {
    "create": "to create",
    "update": "to update",
    "unchanged": "unchanged",
    "skip": "left alone",
    "reject": "rejected",
    "unknown": "not looked for",
}
_MOST_PATH: Final = 26
_LONG: Final = 200  # letters of a value


def previewed_lines(preview: JobPreview, width: int = NARROW) -> Iterator[str]:
    """The job, its rows, and what they come to."""
    yield from wrapped("", _head(preview), width)
    for note in preview.notes:
        yield from wrapped("", f"note: {note}", width, hang=2)
    for record in preview.records:
        yield ""
        yield from _record(record, width)
    if preview.records or not preview.error:
        yield ""
        yield from wrapped("", _sum(preview), width)


def _head(preview: JobPreview) -> str:
    server = preview.destination or "no server was asked"
    rows = counted(preview.read, "row")
    left_out = f", {preview.filtered:,} more left out" if preview.filtered else ""
    return f"{preview.job} → {preview.model} ({server}): {rows} looked at{left_out}"


def _sum(preview: JobPreview) -> str:
    """How many of each kind; nothing was written."""
    counts = Counter[str](one.fate for one in preview.records)
    parts = [f"{counts[fate]:,} {text}" for fate, text in _COUNTED.items() if counts[fate]]
    parts += [f"{number:,} of {model} to create for lookups" for model, number in preview.created_beside.items()]
    return f"{', '.join(parts) or 'no row'}; nothing was written"


def _record(record: PreviewedRecord, width: int) -> Iterator[str]:
    where = f"line {_ranges(record.lines)}" + (f" of {record.file}" if record.file else "")
    named = f" {record.key}" if record.key else ""
    there = f" (id {record.id}{f', {_flat(record.name)}' if record.name else ''})" if record.id else ""
    fate = "" if record.fate == "unknown" else f" {_FATES[record.fate]}"
    yield from wrapped("", f"{_SIGNS[record.fate]} {where}:{_flat(named, lead=' ')}{there}{fate}", width, hang=4)
    for flaw in record.flaws:
        place = f"{flaw.field}: " if flaw.field else ""
        yield from wrapped("    ! ", f"{flaw.code}: {place}{flaw.reason}", width)
    for note in record.notes:
        yield from wrapped("    ", note, width)
    room = min(_MOST_PATH, max((len(one.path) for one in record.fields), default=0))
    cells = [_cells(one) for one in record.fields]
    beside = min((width - room - 10) // 2, max(map(len, cells), default=0))
    for one, text in zip(record.fields, cells, strict=True):
        yield from _field(one, record, (room, beside), text, width)


def _field(
    one: PreviewedField, record: PreviewedRecord, rooms: tuple[int, int], cells: str, width: int
) -> Iterator[str]:
    """A line for a value: sign, field, cells, value; what does not fit goes on below."""
    room, beside = rooms
    sign = "!" if one.flaws else "~" if one.changes and record.fate == "update" else " "
    left = textwrap.wrap(cells, beside, break_on_hyphens=False) if cells else []
    texts = [f"{flaw.code}: {flaw.reason}" for flaw in one.flaws] or [_value(one)]
    right = [line for text in texts for line in textwrap.wrap(text, max(20, width - room - beside - 10)) or [""]]
    paths = textwrap.wrap(one.path, room) if room else [""]
    for number in range(max(len(left), len(right), len(paths))):
        path, cell, value = (_at(some, number) for some in (paths, left, right))
        yield f"   {sign if not number else ' '} {path:{room}}  {cell:{beside}}  {value}".rstrip()


def _at(lines: Sequence[str], number: int) -> str:
    return lines[number] if number < len(lines) else ""


def _cells(one: PreviewedField) -> str:
    """The cells of a value, each with its column."""
    return ", ".join(f"{column}: {_cell(cell)}" for column, cell in one.cells.items())


def _cell(cell: Any) -> str:
    return "(empty)" if cell is None or cell == "" else _flat(str(cell))


def _value(one: PreviewedField) -> str:
    """The value as a run would send it, with names for records, and what it replaces."""
    if one.asked:
        return f"asks for {' and '.join(one.asked)}"
    if one.is_silent:
        return "(left as it is)"
    now = _with_names(one)
    return f"{now} (Odoo has {_plain(one.old)})" if one.changes and one.old is not None else now


def _with_names(one: PreviewedField) -> str:
    if not one.names:
        return _plain(one.value)
    command = next(iter(one.value)) if isinstance(one.value, dict) else ""
    ids = one.value[command] if command else one.value
    every = ids if isinstance(ids, list | tuple) else [ids]
    named = [_named(each, name) for each, name in zip(every, one.names, strict=False)]
    return f"{command} {', '.join(named)}".strip()


def _named(record_id: Any, name: str) -> str:
    number = str(record_id).rpartition(",")[2]
    return _flat(name) if name.endswith(" (new)") or name == f"id {number}" else f"{_flat(name)} (id {number})"


def _plain(value: Any) -> str:
    """Texts in quotes, so that blanks are seen; empty ones as what they are."""
    if value is None:
        return "(empty)"
    if value == REMOVED:
        return REMOVED
    if isinstance(value, str):
        return f'"{_flat(value)}"'
    return _flat(str(value)) if not isinstance(value, bool) else str(value).lower()


def _flat(text: str, lead: str = "") -> str:
    """The text in one line, its end left out where it is very long."""
    flat = in_one_line(text)
    cut = flat if len(flat) <= _LONG else f"{flat[:_LONG]}... ({len(flat):,} letters)"
    return f"{lead}{cut}" if cut else ""


def _ranges(lines: Sequence[int]) -> str:
    """Numbers, of neighbours the first and the last: `2-4, 9`."""
    parts: list[list[int]] = []
    for line in lines:
        if parts and line == parts[-1][1] + 1:
            parts[-1][1] = line
        else:
            parts.append([line, line])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in parts)
