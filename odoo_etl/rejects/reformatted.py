"""Cells that spreadsheets change though nobody touched them: numbers, dates and long digits. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final

_NUMBER: Final = re.compile(r"[+-]?\d[\d.,' \u00a0\u202f]*(?:[eE][+-]?\d+)?")
_SPACES: Final = re.compile(r"[' \u00a0\u202f]")
_DIGITS: Final = re.compile(r"\d+")
_KEPT_DIGITS: Final = 15  # of a number; a spreadsheet makes zeros of the rest
_DAY: Final = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?)?")
_DATE_LIKE: Final = re.compile(r"\d{1,2}[. -]+[^\W\d_]{3,9}\.?(?:[ -]\d{2,4})?|[^\W\d_]{3,9}\.?[ -]\d{2,4}")
_MADE_DATES: Final = re.compile(r"\d{1,2}[./-]\d{1,2}|\d{1,2}-\d{2,4}|[A-Za-z]{3,9}[ -]?\d{1,4}")
_TRUTHS: Final = (frozenset({"true", "wahr", "vrai"}), frozenset({"false", "falsch", "faux"}))


def is_reformatted(old: str, new: str) -> bool:
    """Whether a spreadsheet makes the new text of the old one by itself, when it opens and saves a file."""
    if old == new:
        return False
    one, other = old.strip(), new.strip()
    if any({one.lower(), other.lower()} <= same for same in _TRUTHS):
        return True
    return (
        bool(set(_numbers(one)) & set(_numbers(other)))
        or _is_rounded(one, other)
        or bool(set(_moments(one)) & set(_moments(other)))
        or _became_a_date(one, other)
    )


def _numbers(text: str) -> Iterator[Decimal]:
    """The numbers that a text may be, with a point or a comma before its decimals."""
    if not _NUMBER.fullmatch(text):
        return
    plain = _SPACES.sub("", text)
    for form in (plain.replace(",", ""), plain.replace(".", "").replace(",", ".")):
        with suppress(InvalidOperation):
            yield Decimal(form)


def _is_rounded(old: str, new: str) -> bool:
    """Whether digits beyond the fifteenth, or of a short display, were lost."""
    digits = old.replace(".", "").replace(",", "")
    if not _DIGITS.fullmatch(digits) or len(digits) < _KEPT_DIGITS - 3:
        return False
    for number in _numbers(new):
        _, kept, exponent = number.normalize().as_tuple()
        shown = len(kept)
        if isinstance(exponent, int) and shown + exponent == len(digits.lstrip("0")):
            exact = Decimal(digits.lstrip("0")[:shown])
            return abs(exact - Decimal("".join(map(str, kept)))) <= 1
    return False


def _moments(text: str) -> Iterator[datetime]:
    """The moments that a text may be: year, month and day in any order that is used."""
    match = _DAY.fullmatch(text)
    if match is None:
        return
    first, second, third = (int(match[number]) for number in (1, 2, 3))
    clock = time(int(match[4]) % 24, int(match[5]) % 60) if match[4] else time()
    for year, month, day in ((first, second, third), (third, second, first), (third, first, second)):
        with suppress(ValueError):
            yield datetime.combine(date(year + 2000 if year < 100 else year, month, day), clock)


def _became_a_date(old: str, new: str) -> bool:
    """Whether `1.5`, `3-12` or `MAR1` was taken for a day."""
    return bool(_MADE_DATES.fullmatch(old)) and bool(_DATE_LIKE.fullmatch(new) or _DAY.fullmatch(new))
