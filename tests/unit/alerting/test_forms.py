"""Alerts as text: each reason says as much as is known of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from odoo_etl.alerting.forms import lines_of
from odoo_etl.alerting.message import AlertReason
from tests.unit.alerting.test_webhook import message


@pytest.mark.parametrize(
    ("reason", "lines"),
    [
        (
            AlertReason("lookup_missing", "no such country", "a_id", 2, "Mend."),
            ["- a_id lookup_missing: no such country (2 rows)", "  Mend."],
        ),
        (AlertReason("not_kept", "Odoo has another value", "credit"), ["- credit not_kept: Odoo has another value"]),
        (AlertReason("", "somebody says so", rows=1), ["- somebody says so (1 row)"]),
        (AlertReason("5", "which the summary says", cure="Run `odoo-etl doctor`."), ["  Run `odoo-etl doctor`."]),
    ],
)
def test_a_reason_says_what_is_known(reason, lines):
    """Of an exit code the summary says all but the cure; nothing of it once all is well again."""
    (alert,) = message().alerts
    told = list(lines_of(replace(alert, reasons=(reason,))))
    assert told == [alert.summary, *lines, f"next: {alert.next_command}", alert.link]
    well = replace(alert, event="recovered", reasons=(reason,))
    assert not set(lines) & set(lines_of(well))
