"""Keys in forms in which equal ones are equal values."""

from __future__ import annotations

import pytest

from odoo_etl.mapping.key_forms import in_any_case, in_one_case, key_forms
from tests.builders import job_spec, target

FIELDS = {
    "ref": target("char", "ref"),
    "weight": target("float", "weight", digits=(16, 2)),
    "color": target("integer", "color"),
}


@pytest.mark.parametrize(
    ("any_case", "wanted"),
    [(False, [("aB", 2.68, 7), ("Ab", 1.0, 7)]), (True, [("ab", 2.68, 7), ("ab", 1.0, 7)])],
)
def test_texts_lose_their_case_and_numbers_their_last_digits(any_case, wanted):
    """As the job says, and as Odoo rounds; empty parts stay what they are."""
    fields = {"ref": "ref", "weight": "w", "color": "c"}
    spec = job_spec(fields, key=list(FIELDS), ignore_case=any_case).target
    columns = [["aB", "Ab"], [2.675, 0.999], [7, 7]]
    formed = [form(values) for form, values in zip(key_forms(spec, FIELDS), columns, strict=True)]
    assert list(zip(*formed, strict=True)) == wanted
    assert [form([False])[0] for form in key_forms(spec, FIELDS)] == [False, False, False]


def test_the_external_id_stands_for_itself():
    """Where records have one, no field identifies them."""
    spec = job_spec({"ref": "ref"}, key="ref", ignore_case=True, external_id="a.b_{c}").target
    assert key_forms(spec, FIELDS) == []


def test_only_texts_have_a_case():
    """Whatever else a field holds stays as it is."""
    assert [in_one_case(one) for one in ("Straße", False, 7)] == ["straße", False, 7]
    assert in_any_case(str)("ÄB") == "äb"
