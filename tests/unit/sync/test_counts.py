"""What a job counts, and where its limits of rejects lie."""

from __future__ import annotations

import pytest

from odoo_etl.errors import Refused, SafetyLimit
from odoo_etl.mapping import Flaw, Record, Reject, Row, Variant, VariantValues
from odoo_etl.planning import NoChange
from odoo_etl.results import Counts, JobResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync.counts import SAME_ERROR_ROWS, SHOWN_REASONS, AllRefused, BatchProgress, Tally
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.reported_rows import ReportedRows, SkippedRows
from tests.builders import Heard, job_spec, record


def so_far(**counts):
    """A job of which so much is known."""
    return JobSoFar(JobResult("partners", "res.partner", counts=Counts(**counts)))


def tally(known=None, *, path="rows.csv", mode="upsert", attempts=None, **load):
    """The tally of a job."""
    spec = job_spec({"ref": "ref"}, path=path, mode=mode, load=load)
    skipped = SkippedRows(spec, Heard(), ReportedRows(spec, attempts)) if attempts else None
    return Tally(spec, known or so_far(), Heard(), skipped=skipped)


def reject(line, reason="no", stage="map", code="bad", file="a.csv"):
    """A rejected row."""
    return Reject(Row(line, file, ("x",)), (Flaw(stage, code, reason, "name"),))


def is_stopped(check):
    """Whether a limit stops the job."""
    try:
        check()
    except SafetyLimit:
        return True
    return False


@pytest.mark.parametrize(
    ("limit", "read", "rejected", "stopped"),
    [
        (0, 100, 0, False),
        (0, 100, 1, True),
        (5, 100, 5, False),
        (5, 100, 6, True),
        ("5%", 100, 5, False),
        ("5%", 100, 6, True),
        ("5%", 99, 5, True),
        ("100%", 10, 10, False),
        (None, 10, 10, False),
    ],
)
def test_as_many_rejects_as_the_limit_says(limit, read, rejected, stopped):
    """And no more; the question before a further one says the same."""
    known = so_far(read=read, rejected=rejected)
    load = {} if limit is None else {"max_rejects": limit}
    assert is_stopped(tally(known, **load).check_limit) is stopped
    before = so_far(read=read)
    assert tally(before, **load).would_exceed(rejected) is stopped


@pytest.mark.parametrize(("job_rows", "stopped"), [(0, True), (99, True), (100, False)])
def test_a_share_is_one_of_the_whole_job(job_rows, stopped):
    """Of which a process may have read only a part; and of what it read where that is more."""
    known = so_far(read=50, rejected=5)
    counting = tally(known, max_rejects="5%")
    counting.job_rows = job_rows
    assert is_stopped(counting.check_rejects) is stopped
    counting.job_rows = 10
    known.count(read=50)
    assert not is_stopped(counting.check_rejects)


@pytest.mark.parametrize(("rows", "stopped"), [(SAME_ERROR_ROWS - 1, False), (SAME_ERROR_ROWS, True)])
def test_so_many_refused_rows_stop_the_job(rows, stopped):
    """Where none landed; the reason of most of them is told."""
    counting = tally()
    counting.refused(Refused("seldom", name="E"))
    for _ in range(rows - 1):
        counting.refused(Refused("often", name="E"))
    assert is_stopped(counting.check_limit) is stopped
    if stopped:
        with pytest.raises(AllRefused, match=rf"^{rows} rows: often\. "):
            counting.check_refusals()


def test_rows_refused_for_two_reasons_stop_no_job():
    """Nor do those that have landed."""
    counting = tally()
    for number in range(2 * SAME_ERROR_ROWS):
        counting.refused(Refused("no", name=f"E{number % 2}"))
    counting.check_limit()
    counting = tally()
    counting.landed(Outcome(created=[record("a")]))
    for _ in range(SAME_ERROR_ROWS):
        counting.refused(Refused("no", name="E"))
    counting.check_limit()


@pytest.mark.parametrize(
    ("outcome", "lands"),
    [
        (Outcome(), False),
        (Outcome(created=[record("a")]), True),
        (Outcome(updated=[record("a")]), True),
        (Outcome(unchanged=[NoChange(record("a"), 1)]), True),
        (Outcome(skipped=[NoChange(record("a"), 1)]), True),
        (Outcome(skipped=[NoChange(record("a"), None)]), False),
        (Outcome(skipped=[NoChange(record("a"), None), NoChange(record("b"), 1)]), True),
        (Outcome(rejects=[reject(1)]), False),
    ],
)
def test_what_lands(outcome, lands):
    """Anything that Odoo has; it stays so."""
    counting = tally()
    counting.landed(outcome)
    counting.landed(Outcome())
    assert counting.any_landed is lands


def test_rejects_are_counted_by_code_and_reason():
    """Of the reasons the most frequent are told."""
    counting, progress = tally(known := so_far()), BatchProgress()
    for number in range(SHOWN_REASONS + 1):
        counting.rejected(
            progress, [reject(line, f"reason {number}", code=f"c{number % 2}") for line in range(number + 1)]
        )
    counting.finish()
    result = known.result
    assert [count for count, _ in result.reasons] == list(range(SHOWN_REASONS + 1, 1, -1))
    assert result.reasons[0] == (11, "reason 10")
    assert result.reject_codes == {"c0": 36, "c1": 30}
    assert result.counts.rejected == progress.counts.rejected == len(progress.rejects) == 66


@pytest.mark.parametrize(
    ("path", "file"), [("a.csv", ""), ("*.csv", "a.csv"), ("?.csv", "a.csv"), ("[ab].csv", "a.csv")]
)
def test_the_file_of_a_row_is_told_where_there_are_several(path, file):
    """With the number of its attempts, and all of its flaws."""
    counting, progress = tally(path=path, attempts=lambda line, _: line), BatchProgress()
    flaws = (Flaw("map", "one", "first", "name"), Flaw("map", "two", "second"), Flaw("map", "three", "third", "ref"))
    counting.rejected(progress, [Reject(Row(3, "a.csv", ("x",)), flaws)])
    [row] = progress.rejects
    assert (row.file, row.attempts, row.code, row.field) == (file, 4, "one", "name, ref")
    assert row.reason == "first; second; third"


def rows_of(*values):
    """A record of several rows."""
    parts = tuple(Record(("a",), {"name": value}, [Row(line, "", (), line)]) for line, value in enumerate(values, 2))
    return Record(("a",), {"name": values[-1]}, [part.rows[0] for part in parts], parts)


@pytest.mark.parametrize(
    ("mode", "values", "counts"),
    [
        ("upsert", "A", {"created": 1}),
        ("upsert", "AA", {"created": 1, "unchanged": 1}),
        ("upsert", "AB", {"created": 1, "updated": 1}),
        ("upsert", "ABBA", {"created": 1, "updated": 2, "unchanged": 1}),
        ("create", "ABB", {"created": 1, "skipped": 2}),
    ],
)
def test_the_first_of_several_rows_counts_as_created(mode, values, counts):
    """The others as what they would have been one after the other."""
    counting, progress = tally(mode=mode), BatchProgress()
    counting.count(progress, Outcome(created=[rows_of(*values)]))
    assert progress.counts == Counts(**counts)


def test_rows_that_differ_in_a_language_alone_change_a_record():
    """Each text counts."""
    rows = rows_of("A", "A", "A")
    for part, text in zip(rows.parts, ("F", "G", "G"), strict=True):
        part.variants = (VariantValues(Variant("fr_FR"), {"name": text}),)
    counting, progress = tally(), BatchProgress()
    counting.count(progress, Outcome(created=[rows]))
    assert progress.counts == Counts(created=1, updated=1, unchanged=1)


def test_all_rows_of_an_updated_record_count_as_updated():
    """And those of one that is equal as unchanged."""
    counting, progress = tally(), BatchProgress()
    counting.count(progress, Outcome(updated=[rows_of("A", "B", "C")], unchanged=[NoChange(rows_of("A", "B"), 1)]))
    assert progress.counts == Counts(updated=3, unchanged=2)


def test_a_record_of_two_passes_counts_once():
    """As what the first made of it, unless the second changed what was equal; rows that it rejected are taken off."""
    rows = rows_of("A", "B")
    for first, outcome, counts in (
        (Counts(created=1, updated=1), Outcome(updated=[rows]), Counts(created=1, updated=1)),
        (Counts(unchanged=2), Outcome(updated=[rows]), Counts(updated=2)),
        (Counts(unchanged=2), Outcome(unchanged=[NoChange(rows, 1)]), Counts(unchanged=2)),
        (Counts(unchanged=1, updated=1), Outcome(), Counts()),
    ):
        counting, progress = tally(), BatchProgress()
        counting.count_deferred(progress, [(rows, first)], outcome)
        assert progress.counts == counts


def test_a_row_that_the_second_pass_rejected_is_taken_off():
    """First from what was left as it was."""
    rows = rows_of("A", "B", "C")
    one = Record(("a",), {}, rows.rows[:2])
    counting, progress = tally(), BatchProgress()
    counting.count_deferred(
        progress, [(rows, Counts(unchanged=1, created=1, updated=1))], Outcome(unchanged=[NoChange(one, 1)])
    )
    assert progress.counts == Counts(created=1, updated=1)


def test_a_record_is_the_same_one_when_its_oldest_row_is_rejected_in_the_second_pass():
    """The number of its oldest row is another one then."""
    rows = rows_of("A", "B", "C")
    rest = Record(("a",), {}, rows.rows[1:])
    counting, progress = tally(), BatchProgress()
    counting.count_deferred(progress, [(rows, Counts(unchanged=3))], Outcome(updated=[rest]))
    assert progress.counts == Counts(updated=2)
    again = Record(("a",), {}, rows.rows[1:], later=rest)
    counting, progress = tally(), BatchProgress()
    counting.count_deferred(progress, [(rows, Counts(created=1, updated=2))], Outcome(created=[again]))
    assert (progress.counts, progress.deferred) == (Counts(), [(rest, Counts(created=1, updated=1))])


@pytest.mark.parametrize(
    ("mode", "counts", "lands"),
    [
        ("upsert", {"created": 1, "rejected": 3}, True),
        ("upsert", {"updated": 1}, True),
        ("upsert", {"unchanged": 1}, True),
        ("upsert", {"skipped": 1}, False),
        ("create", {"skipped": 1}, True),
        ("upsert", {"rejected": 3}, False),
    ],
)
def test_what_an_earlier_run_confirmed_counts(mode, counts, lands):
    """Also for whether Odoo takes anything."""
    counting = tally(known := so_far(), mode=mode)
    counting.restore(counts, [])
    assert (known.result.counts, counting.any_landed) == (Counts(**counts), lands)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("created", {"created": 2, "updated": 1}, {"created": 1, "updated": 1, "rejected": 1}),
        ("updated", {"created": 2, "updated": 1}, {"created": 2, "rejected": 1}),
        ("unchanged", {"created": 2, "skipped": 1}, {"created": 1, "skipped": 1, "rejected": 1}),
    ],
)
def test_a_row_that_landed_is_rejected_after_all(kind, before, after):
    """It leaves the count that it was in, or another one where nobody knows: the sum stays."""
    known = so_far(read=3, **before)
    progress = BatchProgress(counts=Counts(**before))
    tally(known).withdraw(progress, record("A"), kind, [reject(2, stage="after")])
    assert known.result.counts == Counts(read=3, **after)
    assert progress.counts == Counts(**after)
    assert known.result.counts.accounted == 3


def test_every_row_of_a_record_is_rejected_after_all():
    """The first counted as created, the others as what they said."""
    parts = [record("A", 2, name="a"), record("A", 3, name="b"), record("A", 4, name="b")]
    rows = [row for part in parts for row in part.rows]
    known = so_far(read=4, created=2, updated=1, unchanged=1)
    progress = BatchProgress(counts=known.result.counts)
    one = Record(("A",), {}, rows, tuple(parts))
    tally(known).withdraw(progress, one, "created", [reject(row.line, stage="after") for row in rows])
    assert known.result.counts == Counts(read=4, created=1, rejected=3)
