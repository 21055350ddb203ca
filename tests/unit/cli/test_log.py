"""`--log-level`: where it may stand, and who sets up logging."""

from __future__ import annotations

import pytest

from odoo_etl.cli._log import in_front


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("--log-level debug run", "--log-level debug run"),
        ("run --log-level debug partners", "--log-level debug run partners"),
        ("run partners --log-level=info", "--log-level=info run partners"),
        ("run --log-level", "--log-level run"),
        ("call m f -- --log-level debug", "call m f -- --log-level debug"),
        ("run", "run"),
    ],
)
def test_the_option_may_stand_before_or_after_the_verb(written, read):
    """People write it where they think of it."""
    assert in_front(written.split()) == read.split()
