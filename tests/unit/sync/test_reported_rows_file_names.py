"""Names by which people and `retry` tell the files of a source apart."""

from __future__ import annotations

import pytest

from odoo_etl.sync.reported_rows import FileNames


@pytest.mark.parametrize(
    ("pattern", "file", "name"),
    [
        ("/data/orders.csv", "/data/orders.csv", ""),
        ("/data/orders-*.csv", "/data/orders-1.csv", "orders-1.csv"),
        ("/data/*/orders.csv", "/data/north/orders.csv", "north/orders.csv"),
        ("/data/20[12]?/in/*.csv", "/data/2024/in/a.csv", "2024/in/a.csv"),
        ("/data/**/a.csv", "/data/a.csv", "a.csv"),
        ("*.csv", "a.csv", "a.csv"),
        ("/data/*/orders.csv", "north/orders.csv", "north/orders.csv"),
    ],
)
def test_a_file_is_named_from_the_folder_that_all_share(pattern, file, name):
    """As it is where a rejects file, whose rows are fed again, has named it."""
    assert FileNames(pattern).of(file) == name


@pytest.mark.parametrize(
    ("pattern", "file", "name"),
    [
        ("/data/b.xlsx", "/data/b.xlsx#S", "b.xlsx#S"),
        ("/data/b.xlsx", "b.xlsx#S", "b.xlsx#S"),
        ("/data/*/b.xlsx", "/data/north/b.xlsx#S", "north/b.xlsx#S"),
    ],
)
def test_a_sheet_is_named_with_its_file(pattern, file, name):
    """Also where there is only one file."""
    names = FileNames(pattern, have_sheets=True)
    assert (names.are_several, names.of(file)) == (True, name)
