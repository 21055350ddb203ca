"""Numbers as Odoo rounds them when it stores them.

Odoo rounds half away from zero, and does so in doubles: it scales the value, adds a little so that 2.675 does not fall
below the half, and takes the nearest whole number (`float_round` of Odoo 19, `tools/float_utils.py`). What is added
grows with the value, so that large amounts come out otherwise than decimal arithmetic would have it.
"""

from __future__ import annotations

import math

SPARE_BITS = 50  # what Odoo adds to the scaled value is so many bits below its first one


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
