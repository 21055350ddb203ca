"""Which jobs compare by the ledger, and which fields they may skip."""

from __future__ import annotations

import pytest

from odoo_etl.sync.existing.known_equal import MANY_FIELDS, by_ledger
from tests.builders import job_spec, target

CHARS = {f"x{n}": target("char", f"x{n}") for n in range(MANY_FIELDS)}
FEW = {"ref": target("char", "ref")}


@pytest.mark.parametrize(
    ("compare", "fields", "ledger"),
    [
        ("server", CHARS, False),
        ("ledger", FEW, True),
        ("auto", FEW, False),
        ("auto", CHARS, True),
        ("auto", {"comment": target("html", "comment")}, True),
        ("auto", {name: target("many2many", name) for name in CHARS}, False),
    ],
)
def test_when_the_ledger_is_asked(compare, fields, ledger):
    """`auto` asks where there is much to skip."""
    assert by_ledger(job_spec({"ref": "ref"}, load={"compare": compare}), fields) is ledger


def test_who_only_creates_compares_nothing():
    """There is nothing to skip."""
    assert not by_ledger(job_spec({"ref": "ref"}, load={"compare": "ledger"}, mode="create"), CHARS)


@pytest.mark.parametrize(
    ("dated", "field"),
    [
        (True, target("char")),
        (True, target("many2one", relation="res.country")),
        (False, target("many2many", relation="res.partner.category")),
        (False, target("monetary", currency_field="currency_id")),
        (False, target("char", store=False)),
        (False, target("char", related="product_tmpl_id.name")),
        (False, target("char", depends=["parent_id"])),
        (False, target("char", company_dependent=True)),
    ],
)
def test_which_fields_write_date_tells_of(dated, field):
    """Those whose value is the record's own, and nothing else's."""
    assert field.dated is dated
