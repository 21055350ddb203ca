"""Kinds of contents are known by the cells."""

import pytest

from odoo_etl.guessing.contents import kind_of


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["a@b.example", "c.d@e.example"], "e-mail addresses"),
        (["BE0430819065", "DE136695976", "CHE-107.787.577 MWST"], "VAT numbers"),
        (["Deutschland", "Österreich", "Suisse", "Spanje"], "names of countries"),
        (["DE", "AT", "USA"], "codes of countries"),
        (["EUR", "CHF"], "codes of currencies"),
        (["de_DE", "fr_FR"], "codes of languages"),
        (["+32 9 248 84 64", "030 123456"], "phone numbers"),
        (["5410007770014", 4006381333931.0], "barcodes with a right check digit"),
        (["BE71 0961 2345 6769"], "IBANs"),
        (["KREDBEBB", "GEBABEBBXXX"], "BICs"),
        (["www.example.com", "https://example.com/a"], "web addresses"),
        (["a.png", "b c.jpg"], "names of images"),
        (["<p>One</p>", "<ul><li>x</li></ul>"], "HTML"),
        (["base.be", "account.group_account_invoice"], "external ids"),
        (["Hauptstraße 12", "12 rue de la Gare"], "streets"),
        (["Oak board", "Glass pane"], ""),
        (["4000", "2800"], ""),
        (["5410007770015"], ""),  # whose check digit is wrong
        ([], ""),
    ],
)
def test_kinds(cells, kind):
    """By four of five cells."""
    assert kind_of(cells) == kind
