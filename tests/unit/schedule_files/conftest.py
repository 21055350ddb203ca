"""A schedule and a place, of which tests change what they are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from odoo_etl.schedule_files import Place, ScheduledRun

NOW = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)
PLACE = Place("/opt/venv/bin/odoo-etl", "/opt/shop", "etl", "1.0.0", NOW, ("ODOO_URL", "ODOO_API_KEY"))
NIGHTLY = ScheduledRun("tag:nightly", ("partners", "orders"), "0 4 * * *")

# What a schedule can say, and how it is said: all there is, once each, and together.
EXPRESSIONS = (
    *("0 4 * * *", "*/15 * * * *", "5/20 3 * * *", "0 0,6-8,23 * * *", "30 4 1,15 * *", "0 4 1-7 * *", "0 4 * * 1-5"),
    *("0 4 * * 7", "0 4 * * SUN,WED", "0 4 * * 5-7", "0 4 1 JAN,JUL *", "0 4 */3 * *", "0 4 29 2 *", "0 4 31 * *"),
    *("0 4 13 * FRI", "0 4 1-7 * MON", "0 4 */2 * MON", "0 4 1 * */2"),
    *("0 4 L * *", "0 4 LW * *", "0 4 * * MON#1", "0 4 * * TUE#5", "0 4 * * 5L", "0 4 L * MON", "0 4 L,15 * 3,5L"),
)


@pytest.fixture
def run():
    """Make a schedule like NIGHTLY, but for these keys."""

    def make(**changes):
        return replace(NIGHTLY, **changes)

    return make
