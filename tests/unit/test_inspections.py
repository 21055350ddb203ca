"""The report of a model."""

import pytest

from odoo_etl.inspections import FieldReport, ModelReport

REPORT = ModelReport(
    "res.partner",
    "Contact",
    "https://odoo.example.com",
    "19.0",
    4,
    [
        FieldReport("name", "Name", "char"),
        FieldReport("email", "E-mail", "char"),
        FieldReport("country_id", "Land", "many2one", "res.country"),
        FieldReport("type", "Address Type", "selection", selection=(("invoice", "Rechnungsadresse"),)),
    ],
)


@pytest.mark.parametrize(
    ("pattern", "word", "names"),
    [
        ("", "", ["name", "email", "country_id", "type"]),
        ("*NAME*", "", ["name"]),
        ("name, e*", "", ["name", "email"]),
        ("", "LAND", ["country_id"]),
        ("", "country", ["country_id"]),
        ("", "rechnung", ["type"]),
        ("n*", "land", []),
    ],
)
def test_fields_are_picked(pattern, word, names):
    """By names, and by a word in name, label, relation or values; in any case of letters."""
    some = REPORT.only(pattern, word)
    assert ([one.name for one in some.fields], some.every) == (names, 4)
