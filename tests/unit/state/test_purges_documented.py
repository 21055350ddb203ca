"""Every table of the ledger has its row in docs/storage.md, with what of records is in it."""

from __future__ import annotations

import re
from pathlib import Path

from odoo_etl.state.tables import metadata

PAGE = (Path(__file__).parents[3] / "docs/storage.md").read_text("utf-8")


def test_each_table_is_in_the_documentation():
    """A table that is new holds data of records, or does not: the page says so."""
    assert set(re.findall(r"`(etl_\w+)`", PAGE)) == set(metadata.tables)
