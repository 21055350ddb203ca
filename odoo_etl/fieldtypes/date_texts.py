"""Dates as people and spreadsheets write them: names of months in any language, and the numbers of Excel's days."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import Any, Final

from odoo_etl.spec import FieldSpec, numbered_format

_LEAP_BUG: Final = 60  # Excel's 29 February 1900, a day that never was (as Lotus 1-2-3 had it)
_LAST_DAY: Final = {1900: 2958465, 1904: 2957003}  # 9999-12-31
_SERIAL: Final = re.compile(r"\d{1,7}(?:\.\d+)?", re.ASCII)
_DAY_MS: Final = 86_400_000

_OF_MONTHS, _OF_DAYS = frozenset({"%B", "%b", "%h"}), frozenset({"%A", "%a"})

ReadMoment = Callable[[str], datetime]


def moment_reader(pattern: str, language: str | None) -> ReadMoment:
    """The function from a text in a strftime format to its moment, without zone unless the text has one.

    It raises ValueError.

    Args:
        language: in which the names of months and days are; English by default.
    """
    if language is None:
        return partial(_strptime, pattern)
    numbered = numbered_format(pattern)
    names = _names(language, frozenset(re.findall("%.", pattern)))
    name = re.compile(f"({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(\\.?)")

    def read(text: str) -> datetime:
        folded = _folded(text)
        try:  # a dot behind a name may be the format's or the name's own
            return _strptime(numbered, name.sub(lambda found: names[found[1]] + found[2], folded))
        except ValueError:
            return _strptime(numbered, name.sub(lambda found: names[found[1]], folded))

    return read


def _strptime(pattern: str, text: str) -> datetime:
    return datetime.strptime(text, pattern)  # noqa: DTZ007 - as it is written


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


@cache
def _names(language: str, directives: frozenset[str]) -> Mapping[str, str]:
    """The names of months or days, in small letters and without a dot, to their numbers; not those of several."""
    found: dict[str, set[str]] = {}
    for name, number in _all_names(language, directives):
        found.setdefault(_folded(name).removesuffix("."), set()).add(number)
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1}


def _all_names(language: str, directives: frozenset[str]) -> Iterator[tuple[str, str]]:
    from babel import Locale

    locale = Locale.parse(language.replace("-", "_"))
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            if directives & _OF_MONTHS:
                yield from ((name, f"{number:02}") for number, name in locale.months[form][width].items())
            if directives & _OF_DAYS:
                yield from ((name, str((number + 1) % 7)) for number, name in locale.days[form][width].items())


def serial_reader(epoch: int) -> Callable[[Any], datetime | None]:
    """The function from a cell to the moment whose number it is in a spreadsheet; None where it is none.

    Args:
        epoch: 1900, or 1904 as sheets of old Macs have it.
    """

    def read(cell: Any) -> datetime | None:
        if isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal, str)):
            return None
        text = str(cell).strip()
        if not _SERIAL.fullmatch(text):
            return None
        number = Decimal(text)
        day = int(number)
        if day > _LAST_DAY[epoch] or (epoch == 1900 and day in {0, _LEAP_BUG}):
            return None
        within = timedelta(milliseconds=min(round((number - day) * _DAY_MS), _DAY_MS - 1))
        return datetime.combine(_first_day(epoch, day) + timedelta(days=day), time()) + within

    return read


def _first_day(epoch: int, day: int) -> date:
    """The day whose number would be 0."""
    if epoch == 1904:
        return date(1904, 1, 1)
    return date(1899, 12, 31 if day < _LEAP_BUG else 30)


def date_example(spec: FieldSpec, default: str) -> str:
    """How the job wants a date written, for messages."""
    written = spec.format or default
    language = f" in {spec.language}" if spec.language else ""
    return f"{written}{language}" + (" or the number of a day in a spreadsheet" if spec.serial else "")
