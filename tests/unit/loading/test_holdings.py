"""What finds the records of a job: how the parts of their keys are asked for."""

from __future__ import annotations

import pytest

from odoo_etl.loading.held.holdings import searched


@pytest.mark.parametrize(
    ("ttype", "values", "wanted"),
    [
        ("char", ["b", "a"], ["a", "b"]),
        ("char", ["a", False], ["a", False, ""]),
        ("integer", [3, 0], [3, False, 0]),
        ("many2one", [7, False], [7, False]),
        ("date", ["2024-01-31", False], ["2024-01-31", False]),
        ("boolean", [True, False], [False, True]),
    ],
)
def test_an_empty_part_is_asked_for_in_each_form_it_may_be_kept(ttype, values, wanted):
    """Before Odoo 19, NULL and what counts as empty are told apart."""
    assert searched(ttype, values) == wanted
