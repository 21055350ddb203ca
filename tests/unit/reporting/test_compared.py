"""The result of `reconcile` as text."""

from __future__ import annotations

from odoo_etl.reporting.compared import compared_lines, compared_run_lines
from odoo_etl.results import Change, Counts, JobResult, LineCounts, RunResult, VanishedRecords


def test_a_comparison_that_found_everything():
    """Every word of it."""
    result = JobResult(
        "p",
        "m",
        counts=Counts(read=8, created=1, updated=2, unchanged=3, skipped=1, rejected=1),
        lines=LineCounts(created=1, updated=2, removed=3),
        reject_codes={"bad_number": 1},
        rejects_file="r.csv",
        vanished=VanishedRecords("report", 3, returned=1, first=("x (id 1)",)),
        changed_fields={"name": 2, "lines.price": 1},
        changes=(
            Change("update", "A", 7, 2, {"name": ("a", ""), "lines[1].price": (1, 2)}),
            Change("update", "C", 8, 4, {"tags": ([1], [2, 3])}, names={"tags": (["X"], ["Y", "Z"])}),
            Change("report", "x", 1, 0, {}),
            Change("create", "B", None, 3, {"name": (None, "b")}),
        ),
        calls={"m.search_read": 2},
        notes=("n",),
        elapsed_s=1.0,
    )
    assert list(compared_lines(result)) == [
        "p ↔ m: 8 rows: 3 equal, 2 differ, 1 missing in Odoo, 1 left alone by the job, 1 not comparable",
        "  lines: 1 missing in Odoo, 2 differ, 3 in Odoo, but not in the source",
        "  1.0 s, 2 calls",
        "  not comparable: 1 bad_number; see r.csv",
        "  archived in Odoo, but in the source: 1",
        "  in Odoo, but not in the source: 3 (x (id 1), …)",
        "  fields that differ: name in 2, lines.price in 1",
        "    differs: A (id 7), line 2",
        "      name: Odoo has a, the source (empty)",
        "      lines[1].price: Odoo has 1, the source 2",
        "    differs: C (id 8), line 4",
        "      tags: Odoo has X, the source Y, Z",
        "    missing: B, line 3",
        "  note: n",
    ]


def test_a_comparison_that_failed():
    """Or was skipped."""
    failed = JobResult("p", "m", "failed", error="no", vanished=VanishedRecords("report", blocked="line 3 has no key"))
    assert list(compared_lines(failed)) == [
        "p ↔ m: 0 rows: nothing to compare",
        "  0.0 s, 0 calls",
        "  nobody looked for records that the source lacks: line 3 has no key",
        "  FAILED: no",
    ]
    run = RunResult("r", "reconcile", "now", exit_code=1, jobs=(failed, JobResult("q", "m", "skipped", error="why")))
    assert list(compared_run_lines(run))[-2:] == [
        "q: why",
        "reconcile r: 1 failed, 1 skipped in 0.0 s, exit code 1",
    ]
