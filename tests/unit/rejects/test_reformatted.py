"""What spreadsheets do by themselves, and what only people do."""

from __future__ import annotations

import pytest

from odoo_etl.rejects.reformatted import is_reformatted


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("00123", "123"),
        ("1.5", "1,5"),
        ("1234.50", "1234,5"),
        ("1234567", "1.234.567"),
        ("2026-02-01", "01.02.2026"),
        ("2026-02-01", "2/1/2026"),
        ("2026-02-01T10:30:00", "01.02.2026 10:30"),
        ("1.5", "01. Mai"),
        ("3-12", "03. Dez"),
        ("MAR1", "01. Mrz"),
        ("4006381333931", "4,00638E+12"),
        ("12345678901234567890", "12345678901234500000"),
        ("true", "WAHR"),
        ("1e3", "1000"),
    ],
)
def test_a_spreadsheet_makes_it(old, new):
    """The value is the same, or digits of it are lost."""
    assert is_reformatted(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ZZ", "DE"),
        ("1.5", "1.6"),
        ("2026-02-01", "2026-02-03"),
        ("", "x"),
        ("C-1", "C-2"),
        ("4006381333931", "5,1E+12"),
        ("same", "same"),
        ("true", "false"),
        ("Berlin", "berlin"),
    ],
)
def test_a_person_makes_it(old, new):
    """Another value, or none of a spreadsheet."""
    assert not is_reformatted(old, new)
