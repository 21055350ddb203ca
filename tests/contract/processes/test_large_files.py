"""Specifications as large as they may be: too slow for the unit tests."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec.strict_yaml import MAX_NODES, parse_yaml


def test_a_file_of_more_values_than_may_be():
    """Refused by their number, before the size of the file is reached."""
    with pytest.raises(SpecError, match="more than 200,000 values"):
        parse_yaml(b"[" + b"a," * MAX_NODES + b"a]", "a.yaml")
