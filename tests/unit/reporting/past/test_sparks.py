"""Lines of small bars."""

from __future__ import annotations

import pytest

from odoo_etl.reporting.past.sparks import BLOCKS, LETTERS, marks_for, sparkline


@pytest.mark.parametrize(
    ("values", "line"),
    [([], ""), ([0, 0], "▁▁"), ([1], "█"), ([0, 50, 100], "▁▅█"), ([1, 1000], "▁█")],
)
def test_the_greatest_is_the_highest(values, line):
    """From 0 on; nothing is divided by it."""
    assert sparkline(values) == line


@pytest.mark.parametrize(
    ("encoding", "marks"), [("utf-8", BLOCKS), ("ascii", LETTERS), (None, LETTERS), ("no", LETTERS)]
)
def test_an_output_without_blocks_has_letters(encoding, marks):
    """A cron mail, say."""
    assert marks_for(encoding) == marks
