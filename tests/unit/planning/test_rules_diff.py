"""What of a record differs from what Odoo holds; how values are compared, their fields know."""

from __future__ import annotations

from odoo_etl.planning.rules import difference
from tests.builders import target


def test_only_fields_that_differ_are_told_with_both_values():
    """Old value first; a field that Odoo did not answer counts as empty."""
    comparers = {"a": target("char").comparer(), "b": target("char").comparer(), "c": target("char").comparer()}
    assert difference({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "x"}, comparers) == {
        "b": ("x", "2"),
        "c": (False, "3"),
    }
