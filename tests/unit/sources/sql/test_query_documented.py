"""The example of docs/databases.md: its query finds what it says."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from odoo_etl.sources import open_source
from odoo_etl.spec.sources import SqlSource

PAGE = (Path(__file__).parents[4] / "docs/databases.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ROWS = [
    ("1", "Anna", "2024-01-01", "shop", "BE"),
    ("2", "Bert", "2024-02-01", "fair", "BE"),
    ("3", "Carl", "2024-03-01", "web", "DE"),
]


@pytest.mark.parametrize(
    ("params", "refs"),
    [
        ({}, ["1", "3"]),
        ({"since": "2024-02-01"}, ["3"]),
        ({"kinds": None}, ["1", "2", "3"]),
        ({"without": ["BE"]}, ["3"]),
        ({"kinds": "fair"}, ["2"]),
    ],
)
def test_the_documented_parameters(tmp_path, params, refs):
    """As they stand there, and with other values."""
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.execute("CREATE TABLE customer (ref, name, changed, kind, country)")
        connection.executemany("INSERT INTO customer VALUES (?, ?, ?, ?, ?)", ROWS)
        connection.commit()
    written = yaml.safe_load(EXAMPLE)["source"]
    changed = {"url": f"sqlite:///{tmp_path}/shop.db", "params": written["params"] | params}
    (chunk,) = open_source(SqlSource.model_validate(written | changed)).chunks(10)
    assert chunk.columns["ref"] == refs
