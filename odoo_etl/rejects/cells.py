"""Typed cells (of SQL sources) as text, and back.

How a mapping reads text depends on the job: `1.125` is a thousand and more under `decimal: ","`, a date in ISO form
does not fit a `format`. So a rejects file keeps the types of its cells beside it, by column, and a cell that nobody
touched is read again as the value it was. What a person typed is text, as in a CSV source. Where a column has texts as
well, as sheets do, a quote before those that are written as values are tells one from the other; where such a text came
first, quotes stand before the values.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from odoo_etl.text import ERROR_TEXT, NoText, OdooContent, OutOfRange, text_of

_RUN = "=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
_NUMBER = re.compile(r"-[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?")  # "+49" may be the start of a phone number
_FORMULA = re.compile(rf"(?:\A(?='*[{_RUN}\t\r\n])|(?<=[;\t\r\n])(?='*[{_RUN}]))")
_GUARDED = re.compile(rf"(?:\A'(?='*[{_RUN}\t\r\n])|(?<=[;\t\r\n])'(?='*[{_RUN}]))")
_BETWEEN = "\x1f"
_OPEN = re.compile(rf"[{_BETWEEN};\t\r\n](?:(?!{_NUMBER.pattern}(?:{_BETWEEN}|\Z))[{_RUN}]|(?<={_BETWEEN})[\t\r\n])")
_MAY_BE_GUARDED = re.compile(rf"'['{_RUN}\t\r\n]|\\u")

_CODE = "u(?:0000|d[89a-f][0-9a-f]{2})"
_UNWRITABLE = re.compile(rf"(\\+)(?={_CODE})|(\\*)([\x00\ud800-\udfff])")
_WRITTEN = re.compile(rf"(\\+)({_CODE})")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of cells: how it is written, and how that is read (raises ValueError, KeyError or ArithmeticError)."""

    type: type
    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _json(value: Any) -> str:
    """The value as JSON; "" where JSON would not give it back as it is."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return ""
    return text if json.loads(text) == value else ""


def _exact_json(value: Any) -> str:
    """The same of a value with decimals."""
    try:
        text = text_of(value)
        return text if _exactly(text) == value else ""
    except (NoText, ValueError):
        return ""


def _exactly(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


# What only OutOfRange is written as: a date that a person puts in its place is text.
_OUT_OF_RANGE: Final = re.compile(r"-?infinity|.* BC|[+-]?\d{5,}-.*|0000-.*|24:00.*", re.IGNORECASE)
_INTERVAL: Final = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6}))?S)?)?", re.ASCII)


def _out_of_range(text: str) -> OutOfRange:
    if ERROR_TEXT.fullmatch(text):
        return OutOfRange(text, "is an error of the sheet", "error_cell")
    if not _OUT_OF_RANGE.fullmatch(text):
        raise ValueError(text)
    return OutOfRange(text)


def _interval(text: str) -> timedelta:
    if not (found := _INTERVAL.fullmatch(text)):
        raise ValueError(text)
    days, hours, minutes, seconds = (int(part or 0) * (-1 if found[1] else 1) for part in found.groups()[1:5])
    micros = int((found[6] or "").ljust(6, "0")) * (-1 if found[1] else 1)
    return timedelta(days, seconds, micros, hours=hours, minutes=minutes)


# The first that fits a text counts: an int is never written as a float is, a date never as a datetime.
KINDS = {
    "boolean": Kind(bool, lambda value: str(value).lower(), lambda text: {"true": True, "false": False}[text.lower()]),
    "integer": Kind(int, str, int),
    "float": Kind(float, repr, float),
    "decimal": Kind(Decimal, str, Decimal),
    "datetime": Kind(datetime, datetime.isoformat, datetime.fromisoformat),
    "date": Kind(date, date.isoformat, date.fromisoformat),
    "time": Kind(time, time.isoformat, time.fromisoformat),
    "interval": Kind(timedelta, text_of, _interval),
    "out_of_range": Kind(OutOfRange, str, _out_of_range),
    "content": Kind(OdooContent, str, OdooContent.parse),
    "base64": Kind(bytes, lambda value: base64.b64encode(value).decode(), base64.b64decode),
    "list": Kind(list, _json, json.loads),
    "object": Kind(dict, _json, json.loads),
    "exact_list": Kind(list, _exact_json, _exactly),
    "exact_object": Kind(dict, _exact_json, _exactly),
}
_EXACT: Final = {"list": "exact_list", "object": "exact_object"}  # where decimals are in it
_NAMES = {kind.type: name for name, kind in KINDS.items() if name not in _EXACT.values()}
_SCALARS: Final = tuple(name for name in KINDS if name not in {"content", "base64", *_EXACT, *_EXACT.values()})
_LIKE_VALUE: Final = re.compile(r"'*[-+#\dtfinpe]", re.IGNORECASE)  # a quick look at how values begin
TEXT: Final = "text"  # as often among the kinds of a column as quotes stand before its values


def written(cell: Any) -> tuple[str, str]:
    """The text of a cell and the name of its kind; no kind ("") for text, null, and what is read as text again."""
    if cell is None or isinstance(cell, str):
        return cell or "", ""
    name = _NAMES.get(type(cell), "")
    text = KINDS[name].write(cell) if name else ""
    if not text and name in _EXACT:
        name = _EXACT[name]
        text = KINDS[name].write(cell)
    return (text, name) if text else (_said(cell), "")


def _said(cell: Any) -> str:
    """The text that a mapping would write; where it would write nothing, Python's own text of the cell."""
    try:
        return text_of(cell)
    except NoText:
        return str(cell)


def restored(text: str, names: Collection[str]) -> Any:
    """The value that is written like this in a column of these kinds, or the text itself."""
    for name, kind in KINDS.items():
        if name not in names:
            continue
        try:
            value = kind.read(text)
        except (ValueError, KeyError, ArithmeticError):
            continue
        if type(value) is kind.type and kind.write(value).lower() == text.lower():  # spreadsheets write TRUE and 1E+16
            return value
    return text


def looks_typed(text: str) -> bool:
    """Whether a value may be written like this, quotes before it aside."""
    return bool(_LIKE_VALUE.match(text)) and not isinstance(restored(text.lstrip("'"), _SCALARS), str)


def quotes_before(text: str) -> int:
    """How many quotes a text begins with."""
    return len(text) - len(text.lstrip("'"))


def quoted(text: str, kind: str, kinds: Sequence[str]) -> str:
    """The text of a cell of that kind ("" for a text) in a column of these kinds."""
    if not kinds or not looks_typed(text):
        return text
    ours = kinds.count(TEXT)
    return "'" * (ours if kind else quotes_before(text) >= ours) + text


def unquoted(text: str, kinds: Sequence[str]) -> Any:
    """The value, or the text, of which `quoted` made this one in a column of these kinds."""
    if not kinds or not looks_typed(text):
        return restored(text, kinds)
    ours, found = kinds.count(TEXT), quotes_before(text)
    if found == ours:
        return restored(text[ours:], kinds)
    return text[1:] if found > ours else text


def guarded(text: str) -> str:
    """The text as it may stand in the file."""
    text = _UNWRITABLE.sub(_write, text)
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub("'", text)


def unguarded(text: str) -> str:
    """The text that `guarded` was given; text that a person typed stays as it is, unless it looks guarded."""
    return _WRITTEN.sub(_read, _GUARDED.sub("", text))


def are_guarded(cells: Collection[str]) -> bool:
    """Whether none of these texts is one that a spreadsheet would run: `guarded` has made them, or need not."""
    joined = _BETWEEN.join(("", *cells))
    return not _OPEN.search(joined) or all(guarded(unguarded(cell)) == cell for cell in cells if _may_run(cell))


def _may_run(cell: str) -> bool:
    return bool(_OPEN.search(f"{_BETWEEN}{cell}"))


def may_be_guarded(text: str) -> bool:
    """Whether `unguarded` may make another text of this one, or of a part of it: a quick look."""
    return bool(_MAY_BE_GUARDED.search(text))


def _write(match: re.Match[str]) -> str:
    slashes, before, character = match.groups()
    return slashes * 2 if slashes else f"{before * 2}\\u{ord(character):04x}"


def _read(match: re.Match[str]) -> str:
    slashes, code = match.groups()
    own, odd = divmod(len(slashes), 2)
    return "\\" * own + (chr(int(code[1:], 16)) if odd else code)
