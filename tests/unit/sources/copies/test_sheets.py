"""Addresses of sheets."""

from __future__ import annotations

import pytest

from odoo_etl.sources.copies.sheets import export_url, is_sheet

START = "https://docs.google.com/spreadsheets/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ012345"


@pytest.mark.parametrize(
    ("url", "exported"),
    [
        (f"{START}/edit#gid=0", f"{START}/export?format=csv&gid=0"),
        (f"{START}/edit?gid=12#gid=12", f"{START}/export?format=csv&gid=12"),
        (f"{START}/edit?usp=sharing", f"{START}/export?format=csv"),
        (START, f"{START}/export?format=csv"),
        (f"{START}/export?format=tsv&gid=3", f"{START}/export?format=tsv&gid=3"),
    ],
)
def test_what_a_browser_shows_is_what_is_exported(url, exported):
    """With the tab that it names."""
    assert export_url(url, "csv") == exported
    assert is_sheet(exported)


def test_a_workbook_has_all_tabs():
    """Of which `sheet` names one."""
    assert export_url(f"{START}/edit#gid=4", "xlsx") == f"{START}/export?format=xlsx"


@pytest.mark.parametrize(
    "url", ["https://example.com/a.csv", "https://docs.google.com/document/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ"]
)
def test_other_addresses_stay(url):
    """They are asked for as they are."""
    assert export_url(url, "csv") == url
    assert not is_sheet(url)
