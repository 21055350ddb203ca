"""Exports into tables: the same of every database that updates rows by a key."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from odoo_etl.errors import UsageError
from odoo_etl.exporting import CannotWrite, Lists, OutColumn
from odoo_etl.exporting.sql_table import SqlTable
from odoo_etl.sql_urls import parse_url

KINDS = ("text", "integer", "number", "boolean", "date", "datetime", "list", "json")
COLUMNS = tuple(OutColumn(kind, kind, (kind,)) for kind in KINDS)
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FIRST = ("A", 2**40, 1.5, True, date(2026, 1, 2), AT, ["x", "y"], {"a": "ü"})
SECOND = ("B", *[None] * 7)
CHANGED = ("B", 7, -0.25, False, date(1999, 12, 31), AT, None, "long " * 20_000)
READ = [("A", 2**40, 1.5, True, date(2026, 1, 2), AT.replace(tzinfo=None), "x|y", '{"a": "ü"}')]


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres_url", marks=pytest.mark.postgres),
        pytest.param("mariadb_url", marks=pytest.mark.mariadb),
    ]
)
def url(request, tmp_path):
    """An empty database of each kind."""
    name = request.param
    return f"sqlite:///{tmp_path / 'shop.db'}" if name == "sqlite" else request.getfixturevalue(name)


def fill(folder: Path, url, *rows, key=("text",)):
    """Export these rows."""
    part = folder / "part"
    part.write_bytes(Lists(COLUMNS).rows(list(zip(*rows, strict=True))))
    SqlTable(url, "partners", COLUMNS, key).fill(part)


def rows(url):
    """What the table holds, with the types of its columns."""
    engine = sa.create_engine(parse_url(url))
    table = sa.Table("partners", sa.MetaData(), *(sa.Column(one.name, _TYPES.get(one.kind)) for one in COLUMNS))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.select(table).order_by("text"))]
    engine.dispose()
    return found


_TYPES = {
    "text": sa.Text(),
    "integer": sa.BigInteger(),
    "number": sa.Double(),
    "boolean": sa.Boolean(),
    "date": sa.Date(),
    "datetime": sa.DateTime(),
    "list": sa.Text(),
    "json": sa.Text(),
}


def test_rows_come_and_are_updated(tmp_path, url):
    """By their key; the others stay, and values keep their types."""
    fill(tmp_path, url, FIRST, SECOND)
    assert rows(url) == [*READ, SECOND]
    fill(tmp_path, url, CHANGED)
    assert rows(url) == [*READ, (*CHANGED[:5], AT.replace(tzinfo=None), *CHANGED[6:])]


def test_a_second_export_without_a_key(tmp_path, url):
    """It would double the rows."""
    fill(tmp_path, url, FIRST, key=())
    with pytest.raises(UsageError, match="has rows already"):
        fill(tmp_path, url, FIRST, key=())
    assert rows(url) == READ


def test_all_rows_or_none(tmp_path, url):
    """A key that is empty is refused, and takes the others with it."""
    fill(tmp_path, url, FIRST)
    with pytest.raises(CannotWrite):
        fill(tmp_path, url, *[CHANGED] * 1_500, (None, *SECOND[1:]))
    assert rows(url) == READ
