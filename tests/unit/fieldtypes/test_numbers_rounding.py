"""Numbers as Odoo rounds them; the large ones were read off a real Odoo 19."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from odoo_etl.fieldtypes.numbers import rounded, step_of


@pytest.mark.parametrize(
    ("value", "step", "wanted"),
    [
        (0.285, 0.01, 0.29),
        (2.675, 0.01, 2.68),
        (-2.675, 0.01, -2.68),
        (0.5, 1.0, 1.0),
        (-0.5, 1.0, -1.0),
        (1.02, 0.05, 1.0),
        (1.025, 0.05, 1.05),
        (1.5, 1.0, 2.0),
        (1.4999999999, 1.0, 1.0),
        (0.024, 0.05, 0.0),
        (7.5, 5.0, 10.0),
        (7.4, 5.0, 5.0),
        (-math.inf, 0.01, -math.inf),
        (12.0, 5.0, 10.0),
        (7.77, 0.0, 7.77),
        (0.0, 0.01, 0.0),
        (1e308, 0.01, 1e308),
        (math.inf, 0.01, math.inf),
        (509446330034.4888, 0.0001, 509446330034.4893),
        (-5653056439899858.0, 1.0, -5653056439899863.0),
    ],
)
def test_rounding_is_that_of_odoo(value, step, wanted):
    """Half away from zero, on the digits that a person would write; very large values grow."""
    assert rounded(value, step) == wanted


@given(st.floats(min_value=-1e6, max_value=1e6), st.integers(0, 5))
def test_ordinary_values_are_rounded_as_a_person_would(value, digits):
    """Decimal arithmetic gives the same, and rounding again changes nothing."""
    step = step_of(digits)
    assume(abs(value) < 1e10 * step)  # beyond, Odoo sees other halves than a person
    wanted = float(Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))
    assert rounded(value, step) == wanted
    assert rounded(wanted, step) == wanted
