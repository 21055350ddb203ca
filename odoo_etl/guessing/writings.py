"""How the cells of a column are written: numbers with their marks, dates with their order, words for true and false."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from time import strptime
from typing import Any, Final

from odoo_etl.fieldtypes import BadValue, parse_datetime, parse_decimal
from odoo_etl.guessing.words import known_words
from odoo_etl.spec import FieldSpec

LEAST_SHARE: Final = 0.9  # of the cells are written so; the others are broken rows
_AROUND_ONE: Final = 3  # cells that are enough beside a single broken one
_MARKS: Final = ((None, None), (",", None), (None, ","), (",", "."), (",", " "), (None, "'"), (",", "'"), (None, " "))
_DATES: Final = (
    *("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y"),
    *("%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y", "%d. %B %Y", "%Y%m%d", "%m-%d-%Y"),
)
_NAMED: Final = ("de", "fr", "es", "it", "nl", "pt")
_TIMES: Final = ("", " %H:%M", " %H:%M:%S", " %I:%M %p")
_ONE_OR_OTHER: Final = {"%d/%m/%Y": "%m/%d/%Y", "%d/%m/%y": "%m/%d/%y", "%d-%m-%Y": "%m-%d-%Y"}
_WORDY: Final = re.compile(r"\d\D*[^\W\d]{3}.*\d\d")
_NUMBER: Final = re.compile(r"\d")
_UNIT: Final = re.compile(r"[^\d\s.,'’()+\-\N{MINUS SIGN}%\u00a0\u202f\u2009]+")
_UNITS: Final = ("€", "$", "£", "¥", "CHF", "EUR", "USD", "GBP", "Fr.", "SEK", "DKK", "NOK", "PLN", "zł", "kr", "Kč")
_DOUBTFUL: Final = re.compile(r"[+-]?\d{1,3}[.,]\d{3}")


@dataclass(frozen=True, slots=True)
class Writing:
    """How cells are written.

    Attributes:
        keys: of a field's mapping: `{decimal: ","}`, `{format: "%d.%m.%Y"}`; empty where nothing need be said.
        share: of the cells that are written so.
        doubt: why it may be another writing; "" where it can be no other.
        is_whole: of numbers, whether all are whole ones.
        has_time: of dates, whether there are times of day.
        marked: of numbers, whether a currency or a percent sign stands beside them.
    """

    keys: Mapping[str, Any] = field(default_factory=dict)
    share: float = 1.0
    doubt: str = ""
    is_whole: bool = False
    has_time: bool = False
    marked: bool = False


def number_writing(cells: Sequence[Any]) -> Writing | None:
    """How the numbers of a column are written; None where it holds none."""
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    typed = [cell for cell in cells if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool)]
    if len(typed) + len(texts) < len(cells) or not cells:
        return None
    if not texts:
        return Writing(is_whole=all(float(cell).is_integer() for cell in typed))
    extra = _extra(texts)
    found = [(_read(texts, {**_marks(*marks), **extra}), {**_marks(*marks), **extra}) for marks in _MARKS]
    most = max(len(numbers) for numbers, _ in found)
    good = most + len(typed)
    if not _are_enough(good, len(cells)):
        return None
    if not most:
        return Writing(share=good / len(cells), is_whole=all(float(cell).is_integer() for cell in typed))
    numbers, keys = next((numbers, keys) for numbers, keys in found if len(numbers) == most)
    is_whole = all(one == int(one) for one in (*numbers, *typed))
    return Writing(keys, good / len(cells), _mark_doubt(texts), is_whole, marked=bool(extra))


def _are_enough(good: int, of: int) -> bool:
    """Whether the other cells are broken ones; in a short column one broken cell is a large share."""
    return good >= LEAST_SHARE * of or (of - good == 1 and good >= _AROUND_ONE)


def _marks(decimal: str | None, thousands: str | None) -> dict[str, str]:
    return {name: mark for name, mark in (("decimal", decimal), ("thousands", thousands)) if mark}


def _extra(texts: Iterable[str]) -> dict[str, Any]:
    """Currency and percent signs beside the numbers."""
    units = {unit for text in texts if _NUMBER.search(text) for unit in _UNIT.findall(text)}
    known = sorted(unit for unit in units if unit in _UNITS)
    keys: dict[str, Any] = {"currency": known[0] if len(known) == 1 else known} if known else {}
    return keys | ({"percent": "points"} if any("%" in text for text in texts) else {})


def _read(texts: Sequence[str], keys: Mapping[str, Any]) -> list[Decimal]:
    """The numbers that are written so."""
    read = parse_decimal(FieldSpec.model_validate({"column": "x", "type": "decimal", **keys}))
    found = []
    for text in texts:
        try:
            found.append(read(text))
        except BadValue:
            continue
    return found


def _mark_doubt(texts: Sequence[str]) -> str:
    """Why the mark in `1,234` may be that of decimals, or of thousands."""
    marked = [text for text in texts if "," in text or "." in text]
    if marked and all(_DOUBTFUL.fullmatch(text) for text in marked):
        return f"the mark in {marked[0]!r} may part decimals or thousands"
    return ""


def date_writing(cells: Sequence[Any], *, day_first: bool) -> Writing | None:
    """How the dates of a column are written; None where it holds none.

    Args:
        day_first: what is taken where all dates may have the day first or the month first.
    """
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    typed = [cell for cell in cells if isinstance(cell, date)]
    if not cells or len(texts) + len(typed) < len(cells):
        return None
    if not texts:
        return Writing(has_time=any(_has_time(cell) for cell in typed))
    if iso := _iso(texts):
        return iso
    formats = _fitting(texts)
    if not formats and _are_enough(len(typed), len(cells)):
        return Writing(share=len(typed) / len(cells), has_time=any(map(_has_time, typed)))
    if not formats:
        return _in_words(texts)
    return _of_two(texts, formats, day_first=day_first)


def _has_time(cell: date) -> bool:
    return isinstance(cell, datetime) and cell.time() != time()


def _iso(texts: Sequence[str]) -> Writing | None:
    """ISO 8601, which needs no format."""
    read = parse_datetime(FieldSpec.model_validate({"column": "x", "type": "datetime"}))
    dashed = [text for text in texts if re.match(r"\d{4}-\d\d-\d\d", text)]
    good = [text for text in dashed if _reads(read, text)]
    if not _are_enough(len(good), len(texts)):
        return None
    return Writing(share=len(good) / len(texts), has_time=any(len(text) > 10 for text in good))


def _reads(read: Any, text: str) -> bool:
    try:
        read(text)
    except (BadValue, ValueError):
        return False
    return True


def _fitting(texts: Sequence[str]) -> dict[str, float]:
    """The formats that most of the texts have, and the share of each."""
    found = {}
    for pattern in (day + hour for day in _DATES for hour in _TIMES):
        if not _is_in(pattern, texts[0]) and not _is_in(pattern, texts[-1]):
            continue
        good = sum(_is_in(pattern, text) for text in texts)
        if _are_enough(good, len(texts)):
            found[pattern] = good / len(texts)
    best = max(found.values(), default=0)
    return {pattern: share for pattern, share in found.items() if share == best}


def _is_in(pattern: str, text: str) -> bool:
    try:
        return 1900 <= strptime(text, pattern).tm_year <= 2100
    except ValueError:
        return False


def _of_two(texts: Sequence[str], formats: Mapping[str, float], *, day_first: bool) -> Writing:
    """The format, with a doubt where the day and the month could change places."""
    pattern = next(iter(formats))
    other = next((formats_of for formats_of in formats if _swapped(pattern) == formats_of), "")
    doubt = ""
    if other:
        doubt = f"{texts[0]!r} may have the day first or the month first"
        pattern = pattern if day_first else other
    return Writing({"format": pattern}, formats[pattern], doubt, has_time="%M" in pattern)


def _swapped(pattern: str) -> str:
    """The format with month and day in each other's place, "" where nobody writes so."""
    for one, other in _ONE_OR_OTHER.items():
        if pattern.startswith(one):
            return other + pattern[len(one) :]
    return ""


def _in_words(texts: Sequence[str]) -> Writing | None:
    """Dates with names of months in another language than English."""
    if not all(_WORDY.search(text) for text in texts[:20]):
        return None
    for language in _NAMED:
        for pattern in ("%d %b %Y", "%d. %b %Y", "%d %B %Y", "%d. %B %Y", "%d de %B de %Y"):
            keys = {"format": pattern, "language": language}
            read = parse_datetime(FieldSpec.model_validate({"column": "x", "type": "datetime", **keys}))
            good = sum(_reads(read, text) for text in texts)
            if _are_enough(good, len(texts)):
                return Writing(keys, good / len(texts))
    return None


def truth_writing(cells: Sequence[Any]) -> Writing | None:
    """The words for true and false of a column, with a `map` where Odoo's own are others; None where it holds none."""
    if not cells or any(isinstance(cell, date) for cell in cells):
        return None
    if all(isinstance(cell, bool) for cell in cells):
        return Writing()
    words = list(dict.fromkeys(_word(cell) for cell in cells))
    known = known_words()
    true = [word for word in words if word.casefold() in known.true]
    false = [word for word in words if word.casefold() in known.false]
    if len(true) + len(false) < len(words) or len(words) > 4 or not true:
        return None
    own = {"1", "true", "t", "yes", "y", "0", "false", "f", "no", "n"}
    if all(word.casefold() in own for word in words):
        return Writing()
    return Writing({"map": {**dict.fromkeys(true, True), **dict.fromkeys(false, False)}})


def _word(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
