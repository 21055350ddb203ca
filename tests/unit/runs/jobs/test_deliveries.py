"""Which files leave their folder, and when."""

from __future__ import annotations

import pytest

from odoo_etl.runs.jobs.deliveries import HeardRejects, NoHandover, _is_of


@pytest.mark.parametrize(
    ("name", "path", "is_there"),
    [
        ("/in/a.csv", "/in/a.csv", True),
        ("/in/a.csv", "/in/aa.csv", False),
        ("a.csv", "/in/a.csv", True),
        ("a.csv", "/in/aa.csv", False),
        ("north/a.csv", "/in/north/a.csv", True),
        ("north/a.csv", "/in/south/a.csv", False),
        ("/in/a.xlsx#Sheet 1", "/in/a.xlsx", True),
        ("/in/a#1.xlsx#Sheet", "/in/a#1.xlsx", True),
        ("a.xlsx#Sheet", "/in/a.xlsx", True),
        ("/in/a.zip/north/b.csv", "/in/a.zip", True),
        ("a.zip/north/b.csv", "/in/a.zip", True),
        ("/in/a.zip/north/b.csv", "/in/b.zip", False),
        ("#Sheet", "/in/a.xlsx", False),
    ],
)
def test_the_file_of_a_rejected_row(name, path, is_there):
    """By its whole name, or from some folder on; with its sheet."""
    assert _is_of(name, path, is_own=False) is is_there


def test_rows_of_a_job_with_one_file_name_none():
    """They stand in its own source."""
    assert (_is_of("", "/in/a.csv", is_own=True), _is_of("", "/in/a.csv", is_own=False)) == (True, False)


def test_without_files_to_move_nobody_listens():
    """The sink is the sink."""
    sink = HeardRejects()
    assert NoHandover().heard(sink) is sink
