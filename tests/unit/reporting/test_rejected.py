"""Rejected rows in a job's summary."""

from __future__ import annotations

from dataclasses import replace

from odoo_etl.reporting.rejected import SHOWN_GROUPS, rejected_lines
from odoo_etl.results import JobResult, RejectGroup

EMAIL = RejectGroup("email", "bad_email", "… is no address", 1200, 7, "", "'foo@' is no address")
JOB = JobResult("p", "m", reject_codes={"bad_email": 1200, "a": 1}, reject_groups=(EMAIL,), rejects_file="/r.csv")


def test_rejects_stand_by_field_and_reason():
    """Codes first, which count rows; then each flaw with an example."""
    assert list(rejected_lines(JOB)) == [
        "  rejected: 1 a, 1,200 bad_email; see /r.csv",
        "    email: bad_email: 1,200 rows, for example line 7: 'foo@' is no address",
    ]
    assert list(rejected_lines(JobResult("p", "m"))) == []


def test_a_flaw_of_no_field_and_one_of_several_files():
    """What there is to say is said."""
    groups = (
        RejectGroup("", "odoo.exceptions.UserError", "no", 1, 3, "a.csv", "no"),
        RejectGroup("", "", "other reasons", 2),
    )
    assert list(rejected_lines(replace(JOB, reject_groups=groups)))[1:] == [
        "    odoo.exceptions.UserError: 1 row, for example line 3 of a.csv: no",
        "    other reasons: 2 rows",
    ]


def test_rare_reasons_are_counted():
    """They are in the report."""
    many = replace(JOB, reject_groups=(EMAIL,) * (SHOWN_GROUPS + 2))
    assert list(rejected_lines(many))[-1] == "    2 more reasons in 2,400 rows: see reject_groups of run_results.json"
