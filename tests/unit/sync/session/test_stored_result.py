"""What a job said stays in the ledger, for the run that goes on with its run."""

from __future__ import annotations

import pytest

from odoo_etl.results import (
    DifferingRecord,
    Discrepancies,
    Discrepancy,
    Expectation,
    JobResult,
    LineCounts,
    RefusedRecord,
    Rewritten,
    VanishedRecords,
)
from odoo_etl.runs.exit_codes import exit_code
from odoo_etl.state.payload import pack, unpack
from odoo_etl.sync.session import restored, stored_result

MET = Expectation("source[0]", "rows", "error", "met", "3 rows", found="3", expected="3", rows=("line 2",))
DIFFERING = DifferingRecord("A", 2, "", None, "1", "missing in Odoo")
FAILED = Expectation("odoo[0]", "count", "warn", "failed", "2", records=(DIFFERING,), differing=1)
LOST = Discrepancy("A", 7, "vat", "x", None)


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (JobResult("p", "m", lines=LineCounts(1, 2, 3, 4), duplicates=5, notes=("n",)), 0),
        (JobResult("p", "m", reject_codes={"bad": 2}, reasons=((2, "no"),)), 0),
        (JobResult("p", "m", vanished=VanishedRecords("archive", 3, first=("a",), removed=2)), 0),
        (JobResult("p", "m", vanished=VanishedRecords(refused=(RefusedRecord(7, "no"),), returned=0)), 3),
        (JobResult("p", "m", expectations=(MET, FAILED)), 0),
        (JobResult("p", "m", discrepancies=Discrepancies({"vat": Rewritten(2, LOST)}, 1, (LOST,))), 3),
    ],
)
def test_all_that_counts_is_said_again(result, code):
    """The exit code is the same."""
    again = restored(JobResult("p", "m"), unpack(pack(stored_result(result, ["ref"]))))
    assert (again, exit_code([again], writes=True)) == (result, code)


def test_an_older_version_kept_nothing():
    """Then nothing is said."""
    assert restored(JobResult("p", "m"), {}) == JobResult("p", "m")
    before = stored_result(JobResult("p", "m", duplicates=2), [])
    del before["expectations"]
    assert restored(JobResult("p", "m"), before) == JobResult("p", "m", duplicates=2)
