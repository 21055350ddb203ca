"""Numbers as people write them: blanks between thousands, minus signs of all kinds, currencies and percent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from odoo_etl.spec import FieldSpec

_NARROW: Final = "\u00a0\u2007\u2009\u202f"  # blanks that keep what is beside them together, or nearly
_ALIKE: Final = (f" {_NARROW}", "'’")  # marks that stand for each other
_MINUS: Final = ("-", "\N{MINUS SIGN}")
_PERCENT: Final = "%"
_HUNDRED: Final = Decimal(100)

Read = Callable[[str], Decimal | None]


def number_reader(spec: FieldSpec) -> Read:
    """The function from a text to its number, as `decimal`, `thousands`, `currency` and `percent` have it.

    It answers None for what is no number, or could be more than one.
    """
    point, marks = spec.decimal or ".", _thousands(spec.thousands)
    number, plain = _pattern(point, marks), _plainer(point, marks)
    units = [one.casefold() for one in spec.currency] + ([_PERCENT] if spec.percent else [])
    in_hundreds = spec.percent == "share"

    def read(text: str) -> Decimal | None:
        bare = text.strip()
        if number.fullmatch(bare) and not in_hundreds:
            return Decimal(plain(bare))
        bare, negative, has_unit = _bare(bare, units)
        if not number.fullmatch(bare) or (in_hundreds and not has_unit):  # 19 might be 0.19
            return None
        value = Decimal(plain(bare)) / (_HUNDRED if in_hundreds else 1)
        return -value if negative else value

    return read


def _plainer(point: str, marks: str) -> Callable[[str], str]:
    """The function from a number with marks to one that Python reads."""
    drop_marks = str.maketrans("", "", marks)
    only_narrow = marks == _NARROW

    def plain(number: str) -> str:
        digits = number if only_narrow and number.isascii() else number.translate(drop_marks)
        return digits if point == "." else digits.replace(point, ".")

    return plain


def _thousands(mark: str | None) -> str:
    """All marks that may stand between thousands; without one said, blanks that people see no end of a number in."""
    if mark is None:
        return _NARROW
    return next((alike for alike in _ALIKE if mark in alike), mark)


def _pattern(point: str, marks: str) -> re.Pattern[str]:
    between = f"[{re.escape(marks)}]"
    digits = rf"\d{{1,3}}(?:{between}\d{{3}})+|\d+"
    after = re.escape(point)
    return re.compile(rf"[+-]?(?:(?:{digits})(?:{after}\d*)?|{after}\d+)(?:[eE][+-]?\d{{1,3}})?", re.ASCII)


def _bare(text: str, units: Iterable[str]) -> tuple[str, bool, bool]:
    """The text without its sign and its unit, whether the sign says minus, and whether there is a unit.

    Each of them stands once at most, before or behind; what is more is left in the text, which is no number then.
    """
    negative = has_unit = False
    while text:
        if not negative and (rest := _without_minus(text)) is not None:
            text, negative = rest, True
        elif not has_unit and (rest := _without_unit(text, units)) is not None:
            text, has_unit = rest, True
        else:
            break
    signed = negative and text[:1] in {"+", "-"}
    return ("" if signed else text), negative, has_unit


def _without_minus(text: str) -> str | None:
    """Without a minus sign before or behind it, or brackets around it."""
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip()
    if text.startswith(_MINUS):
        return text[1:].lstrip()
    return text[:-1].rstrip() if text.endswith(_MINUS) else None


def _without_unit(text: str, units: Iterable[str]) -> str | None:
    folded = text.casefold()
    if len(folded) != len(text):  # a letter that becomes several, so that places differ
        return None
    for unit in units:
        if folded.startswith(unit):
            return text[len(unit) :].lstrip()
        if folded.endswith(unit):
            return text[: -len(unit)].rstrip()
    return None


def example(spec: FieldSpec) -> str:
    """A number as the job wants it, for messages."""
    number = f"1{spec.thousands or ''}234{spec.decimal or '.'}5"
    unit = next(iter(spec.currency), _PERCENT if spec.percent else "")
    return f"{number} {unit}".strip()
