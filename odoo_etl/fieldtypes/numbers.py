"""`integer`, `float` and `monetary`, and how Odoo rounds them when it stores them."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Any

from odoo_etl.fieldtypes.cells import BadValue, Convert, parse_decimal, parse_integer, read_as, shown
from odoo_etl.fieldtypes.field_type import Field, FieldType, Same
from odoo_etl.spec import FieldSpec

INT4 = range(-(2**31), 2**31)  # an Odoo integer is a PostgreSQL int4
DOUBLE_DIGITS = 15  # significant digits that survive the way through a PostgreSQL float8 and JSON
MOST_DIGITS = 12  # after the point
NUMBERS = ("char", "text", "integer", "decimal")  # declared types that can become a number

_WIDE = Context(prec=400)  # a double has up to 309 digits before the point
SPARE_BITS = 50  # what Odoo adds to the scaled value is so many bits below its first one


def encode_integer(field: Field) -> Convert:
    """Whole numbers of 32 bits."""
    whole = parse_integer(FieldSpec(value=0))

    def encode(value: Any) -> int:
        number: int = whole(value)
        if number not in INT4:
            raise BadValue("out_of_range", f"{shown(value)} does not fit {field.name}: -2147483648 to 2147483647")
        return number

    return encode


def encode_float(field: Field) -> Convert:
    """Finite numbers."""
    decimal = parse_decimal(FieldSpec(value=0))

    def encode(value: Any) -> float:
        number = float(value) if isinstance(value, float) else float(decimal(value))
        if not math.isfinite(number):
            raise BadValue("bad_number", f"{shown(value)} is not a number that {field.name} can hold")
        return number

    return encode


def same_integer(ours: Any, theirs: Any) -> bool:
    """Equal, an empty one being 0."""
    return bool((ours or 0) == (theirs or 0))


def same_float(field: Field) -> Same:
    """Equal after Odoo's own rounding to the field's digits."""
    decimals = field.decimals

    def same(ours: Any, theirs: Any) -> bool:
        mine, other = float(ours or 0.0), float(theirs or 0.0)
        if mine == other or _digits(mine) == _digits(other):
            return True
        return decimals is not None and _is_rounded(mine, other, step_of(decimals))

    return same


def _is_rounded(mine: float, other: float, step: float) -> bool:
    kept = rounded(mine, step)
    # Odoo rounds on the way into its cache, and again on the way into the database: very large values grow twice.
    return _digits(other) in {_digits(kept), _digits(rounded(kept, step))} or _digits(rounded(other, step)) == _digits(
        kept
    )


def _digits(number: float) -> str:
    return f"{number + 0.0:.{DOUBLE_DIGITS}g}"  # -0.0 becomes 0.0


def integer_or_zero(value: Any) -> Any:
    """A whole number as a key; a record that comes with its name, by its id."""
    if isinstance(value, (list, tuple)):
        return value[0] if value else False
    return value or 0


def comparable_float(field: Field) -> Convert:
    """A number as a key, at the field's digits."""
    digits = MOST_DIGITS if field.decimals is None else field.decimals
    step = 0.0 if field.decimals is None else step_of(digits)
    return lambda value: 0 if value is False else round(rounded(float(value), step), digits)


def is_form_of_number(sent: Any, kept: Any) -> bool:
    """Whether one is the other with fewer digits after the point."""
    ours, theirs = Decimal(repr(float(sent))), Decimal(repr(float(kept)))
    if abs(ours - theirs) <= abs(ours) * Decimal("1e-12"):
        return True
    steps = (Decimal(1).scaleb(-digits) for digits in range(MOST_DIGITS))
    return any(
        theirs == ours.quantize(step, rounding=way, context=_WIDE)
        for step in steps
        for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)
    )


def show_number(value: Any) -> Any:
    """A number; an empty one is 0."""
    return 0 if value is False else value


INTEGER = FieldType(
    read=read_as("integer"),
    encode=encode_integer,
    fitting=NUMBERS,
    same=lambda _: same_integer,
    comparable=lambda _: integer_or_zero,
    cell=str,
    show=show_number,
    empties=(False, 0),
    never_empty=True,
    is_dated=True,
    is_unique=True,
    is_number=True,
    any_model=True,
)
FLOAT = FieldType(
    read=read_as("decimal"),
    encode=encode_float,
    fitting=NUMBERS,
    same=same_float,
    comparable=comparable_float,
    is_form=is_form_of_number,
    cell=repr,
    show=show_number,
    empties=(False, 0),
    never_empty=True,
    is_exact=False,
    is_exact_at_digits=True,
    is_dated=True,
    is_number=True,
)


def rounded(value: float, step: float) -> float:
    """The multiple of `step` that Odoo stores for a value.

    Args:
        step: the smallest difference: 0.01 for two digits, 0.05 for coins of five cents; 0 where nothing is rounded.
    """
    if not step or not value or not math.isfinite(value):
        return value
    scale = _inverse(step) if step < 1 else step
    scaled = value * scale if step < 1 else value / scale
    if not math.isfinite(scaled):
        return value
    whole = _nearest(scaled + math.copysign(2.0 ** (math.log2(abs(scaled)) - SPARE_BITS), scaled))
    return whole / scale if step < 1 else whole * scale


def is_exact(value: float, step: float) -> bool:
    """Whether a rounded value stays as it is when Odoo rounds it; very large ones grow each time."""
    return not step or abs(value) < step * 2.0 ** (SPARE_BITS - 1)


def step_of(digits: int) -> float:
    """The step of a number with so many digits after the point."""
    return 10.0**-digits


def _inverse(step: float) -> float:
    """1 / step, without the error of the last bit where the step is a power of ten."""
    inverse = 1.0 / step
    nearest = round(inverse)
    return float(nearest) if math.isclose(inverse, nearest, rel_tol=1e-12) else inverse


def _nearest(value: float) -> float:
    """The nearest whole number, halves away from zero."""
    size = abs(value)
    whole = math.floor(size)
    return math.copysign(whole + (size - whole >= 0.5), value)


# A number that Odoo rounds to the currency of its record, so that its changes depend on another field.
MONETARY = replace(FLOAT, is_exact_at_digits=False, is_dated=False, is_rewritten=True, is_money=True)
