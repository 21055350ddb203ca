"""Lines are counted beside the rows, whatever becomes of their records."""

from __future__ import annotations

from collections import Counter

import pytest

from odoo_etl.planning import Planner
from odoo_etl.results import Counts, LineCounts
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync.counts import BatchProgress, Tally
from odoo_etl.sync.line_counts import added, as_kept, changed_kept, from_kept, without_lines
from odoo_etl.sync.outcome import Outcome
from tests.boms import bom, line, rules, step
from tests.builders import Heard, job_spec
from tests.unit.planning.test_children import CHAIR


def counted(*records, rest="keep", existing=CHAIR):
    """The counts of rows and of lines, when everything that is planned lands."""
    plan = Planner("upsert", rules(rest=rest)).plan(records, {("C",): [existing]})
    outcome = Outcome(unchanged=plan.unchanged)
    outcome.take_created([one.record for one in plan.creates], range(len(plan.creates)))
    outcome.take_updated(plan.updates)
    so_far, progress = JobSoFar.begun("boms", "mrp.bom"), BatchProgress()
    Tally(job_spec({"ref": "ref"}), so_far, Heard()).count(progress, outcome)
    result = so_far.result
    assert (progress.counts, progress.lines) == (result.counts, result.lines)
    return result.counts, result.lines


LINES = [line(10, step("cut", 5), step("glue", 7)), line(20, name="Board"), line(30, step("bend", 1), name="Seat")]


@pytest.mark.parametrize(
    ("records", "rest", "rows", "lines"),
    [
        ([bom("N", *LINES)], "keep", Counts(created=1), LineCounts(created=6)),
        ([bom("C", *LINES)], "keep", Counts(updated=1), LineCounts(created=2, updated=3, unchanged=1)),
        ([bom("C", line(10, step("cut", 5)))], "keep", Counts(unchanged=1), LineCounts(unchanged=2)),
        ([bom("C", line(10), name="X")], "keep", Counts(updated=1), LineCounts(unchanged=1)),
        ([bom("C", line(10))], "remove", Counts(updated=1), LineCounts(unchanged=1, removed=1)),
        ([bom("C", line(10))], "archive", Counts(updated=1), LineCounts(unchanged=1, removed=1)),
        ([bom("C", name="X"), bom("N")], "remove", Counts(created=1, updated=1), LineCounts()),
    ],
)
def test_lines_by_what_becomes_of_them(records, rest, rows, lines):
    """Those of lines included; a line that is written for the sake of its own lines is updated."""
    assert counted(*records, rest=rest) == (rows, lines)


def test_every_row_of_a_record_with_lines_counts_as_its_record():
    """Rows still add up: each has brought a line."""
    several = bom("N", *LINES)
    several.rows = [several.rows[0]] * 3
    assert counted(several)[0] == Counts(created=3)


def test_the_ledger_keeps_lines_beside_rows_and_a_resumed_run_has_both():
    """Neither is taken for the other."""
    lines, changed = LineCounts(created=5, removed=1), Counter({"name": 2, "line_ids.qty": 1})
    progress = BatchProgress(counts=Counts(created=2), lines=lines, changed=changed)
    kept = progress.kept()
    told = {"created": 2, "lines_created": 5, "lines_removed": 1, "changed:name": 2, "changed:line_ids.qty": 1}
    assert kept == told
    assert (without_lines(kept), from_kept(kept), changed_kept(kept)) == ({"created": 2}, lines, changed)
    so_far = JobSoFar.begun("boms", "mrp.bom")
    tally = Tally(job_spec({"ref": "ref"}), so_far, Heard())
    tally.restore(kept, [])
    tally.finish()
    assert so_far.result.changed_fields == {"name": 2, "line_ids.qty": 1}
    result = so_far.result
    assert (result.counts, result.lines) == (progress.counts, progress.lines)
    assert as_kept(Counts(), LineCounts(), {}) == {}


def test_lines_of_several_parts_are_added():
    """Kind by kind."""
    assert added([LineCounts(1, 2, 3, 4), LineCounts(removed=1), LineCounts()]) == LineCounts(1, 2, 3, 5)
