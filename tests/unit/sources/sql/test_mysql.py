"""Values of MySQL's own as what a job knows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from pymysql.constants import FIELD_TYPE

from odoo_etl.sources.sql.mysql import NO_DATE, read_every_value
from odoo_etl.text import OutOfRange


@pytest.fixture
def decoders():
    """The decoders of a connection."""
    made = {}
    read_every_value(made)
    return made


@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        ("BIT", b"\x01", 1),
        ("BIT", b"\x02\x01", 513),
        ("TIME", "12:30:00", time(12, 30)),
        ("TIME", "23:59:59.25", time(23, 59, 59, 250_000)),
        ("TIME", "24:00:00", timedelta(days=1)),
        ("TIME", "-00:00:01", timedelta(seconds=-1)),
        ("DATE", "2024-02-29", date(2024, 2, 29)),
        ("DATE", "2024-00-10", OutOfRange("2024-00-10", NO_DATE)),
        ("DATETIME", "2024-02-29 12:30:00.5", datetime(2024, 2, 29, 12, 30, 0, 500_000)),  # noqa: DTZ001 (none there)
        ("TIMESTAMP", "0000-00-00 00:00:00", OutOfRange("0000-00-00 00:00:00", NO_DATE)),
    ],
)
def test_values(decoders, kind, data, value):
    """Bits are numbers, times of day are times, dates that are none cost their rows, not the job."""
    found = decoders[getattr(FIELD_TYPE, kind)](data)
    assert (found, type(found)) == (value, type(value))
