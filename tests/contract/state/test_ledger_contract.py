"""What the ledger is told, it tells again: runs, jobs, calls, chunks, watermarks, files."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from time import sleep
from zoneinfo import ZoneInfo

import pytest

from odoo_etl.errors import StateError
from odoo_etl.state import ChunkEntry, KeptValue, KnownRecord, TakenBack, Watermark, open_ledger
from tests.builders import watermark_of

NEPAL = timezone(timedelta(hours=5, minutes=45))
FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)


def test_a_run_is_open_until_it_is_finished(ledger):
    """Its exit code and its end are None before."""
    ledger.start_run("r1", "apply", "r0", {"only": ["partners"]})
    running = ledger.run("r1")
    ledger.finish_run("r1", 3)
    ended = ledger.run("r1")
    assert (running.command, running.parent, running.arguments) == ("apply", "r0", {"only": ["partners"]})
    assert (running.exit_code, running.finished_at) == (None, None)
    assert ended.exit_code == 3
    assert timedelta() <= ended.finished_at - ended.started_at < timedelta(minutes=1)


def test_runs_come_newest_first(ledger):
    """No more than asked for; one that nobody started is None."""
    for number in range(5):
        ledger.start_run(f"r{number}", "run")
    assert [run.id for run in ledger.runs(limit=3)] == ["r4", "r3", "r2"]
    assert ledger.run("r9") is None


def test_a_call_is_sent_when_it_was_sent_last(ledger, job):
    """Whoever settles it counts from there, not from its intent; that no answer came says nothing of it."""
    call, other = job.sent(0, "create"), job.sent(0, "create")
    first = ledger.open_calls("res.partner", "db")
    sleep(0.05)
    job.again(call)
    job.unknown(other)
    later = ledger.open_calls("res.partner", "db")
    assert later[0].sent_at >= first[0].sent_at + 0.04
    assert (later[0].state, later[1].state, later[1].sent_at) == ("sent", "unknown", first[1].sent_at)


def test_a_run_id_is_used_once(ledger):
    """Two runs of the same name would share their jobs."""
    ledger.start_run("r1", "run")
    with pytest.raises(StateError):
        ledger.start_run("r1", "run")


def test_jobs_of_a_run(ledger):
    """In the order they started, with what they were told; a skipped one says why."""
    ledger.start_run("r1", "run")
    job = ledger.start_job("r1", "partners", "res.partner", "db", "spec", {"limit": 5})
    before = ledger.jobs("r1")[0]
    job.gathered("source", 1200)
    job.finish("done", {"read": 1200, "created": 1200})
    ledger.skip_job("r1", "orders", "sale.order", "partners failed \ud800")
    after, skipped = ledger.jobs("r1")
    assert (before.status, before.source_hash, before.rows, before.counts) == ("running", "", 0, {})
    assert (after.id, after.run_id, after.job, after.model, after.database) == (
        *(job.id, "r1", "partners"),
        *("res.partner", "db"),
    )
    assert (after.spec_hash, after.source_hash, after.rows, after.status) == ("spec", "source", 1200, "done")
    assert (after.counts, after.details) == ({"read": 1200, "created": 1200}, {"limit": 5})
    assert (skipped.job, skipped.status, skipped.details) == ("orders", "skipped", {"why": "partners failed \ud800"})


def test_calls_come_back_as_they_were_sent(ledger, job):
    """In order, over many pages, with keys, ids and images."""
    for chunk in range(45):
        job.sent(chunk, "update", keys=[("C1", 7)], ids=[chunk], before=[{"name": "A"}], after=[{"name": "B"}])
    found = list(ledger.calls(job.id))
    assert [call.chunk for call in found] == list(range(45))
    last = found[-1]
    assert (last.job_id, last.run_id, last.job, last.kind) == (job.id, "r1", "partners", "update")
    assert (last.state, last.keys, last.ids, last.stamp) == ("sent", [["C1", 7]], [44], "")
    assert (last.before, last.after) == ([{"name": "A"}], [{"name": "B"}])


def test_calls_are_chosen_by_kind(ledger, job):
    """Also when a page would hold none of them."""
    for _ in range(30):
        job.sent(0, "create")
    job.sent(1, "unlink", ids=[4])
    assert [call.ids for call in ledger.calls(job.id, ["unlink", "archive"])] == [[4]]
    assert len(list(ledger.calls(job.id, ["create"]))) == 30


def test_a_call_without_images_has_none(ledger, job):
    """None is not the same as no records."""
    job.sent(0, "create")
    job.sent(0, "update", before=[])
    assert [(call.before, call.after) for call in ledger.calls(job.id)] == [(None, None), ([], None)]


def test_any_text_and_number_survives(ledger, job):
    """NUL, lone surrogates, integers of more than 64 bits; Decimal and date become text."""
    row = {"text": "a\x00b \ud83d é", "big": 2**70, "price": Decimal("1.10"), "day": date(2026, 1, 2)}
    job.sent(0, "update", keys=["\udfff"], before=[row])
    (call,) = ledger.calls(job.id)
    assert call.keys == ["\udfff"]
    assert call.before == [{"text": "a\x00b \ud83d é", "big": 2**70, "price": "1.10", "day": "2026-01-02"}]


def test_outcomes(ledger, job):
    """Each state; ids are replaced only where new ones are given."""
    done, kept, refused, unknown, settled = (job.sent(0, "create", ids=[1]) for _ in range(5))
    job.done(done, [7, 8])
    job.done(kept)
    job.refused(refused)
    job.unknown(unknown)
    job.unknown(settled)
    job.settled(settled, [])
    assert [(call.state, call.ids) for call in ledger.calls(job.id)] == [
        *(("done", [7, 8]), ("done", [1]), ("refused", [1]), ("unknown", [1]), ("settled", [])),
    ]


def test_what_a_settled_call_keeps_is_of_what_landed(ledger, job):
    """By the ids that were sent, else by the place among the keys; what landed as a whole, or not at all, as it was."""
    images = {"before": [{"a": 1}, {"a": 2}, {"a": 3}], "after": [{"a": 4}, {"a": 5}, {"a": 6}]}
    update = job.sent(0, "update", ids=[7, 8, 9], **images)
    create = job.sent(0, "create", keys=[{"ref": "A"}, {"ref": "B"}, {"ref": "C"}], after=images["after"])
    whole = job.sent(0, "create", keys=[{"ref": "A"}, {"ref": "B"}], after=images["after"][:2])
    unlink = job.sent(0, "unlink", ids=[7, 8], before=images["before"][:2])
    ledger.settled(update, [9, 7])
    ledger.settled(create, [31, 32], [0, 2])
    job.settled(whole, [41, 42])
    job.settled(unlink, [])
    found = [(call.ids, call.keys, call.before, call.after) for call in ledger.calls(job.id)]
    assert found == [
        ([9, 7], [], [{"a": 3}, {"a": 1}], [{"a": 6}, {"a": 4}]),
        ([31, 32], [{"ref": "A"}, {"ref": "C"}], None, [{"a": 4}, {"a": 6}]),
        ([41, 42], [{"ref": "A"}, {"ref": "B"}], None, [{"a": 4}, {"a": 5}]),
        ([], [], [], None),
    ]


def test_stamps(ledger, job):
    """A call keeps the write date that Odoo gave its records; the others have none."""
    first, second = job.sent(0, "create"), job.sent(1, "create")
    job.stamp({})
    job.stamp({second: "2026-01-02 03:04:05.678901"})
    assert {call.id: call.stamp for call in ledger.calls(job.id)} == {first: "", second: "2026-01-02 03:04:05.678901"}


def test_open_calls_are_those_without_outcome(ledger, job):
    """Of any job on the model, in this database only; one settled later is open no more."""
    lost = job.sent(0, "create", keys=["a"])
    other = ledger.start_job("r1", "more_partners", "res.partner", "db", "spec")
    unknown = other.sent(3, "load")
    other.unknown(unknown)
    job.done(job.sent(1, "create"), [1])
    ledger.start_job("r1", "orders", "sale.order", "db", "spec").sent(0, "create")
    ledger.start_job("r1", "partners", "res.partner", "copy of db", "spec").sent(0, "create")
    found = ledger.open_calls("res.partner", "db")
    assert [(call.id, call.job, call.state) for call in found] == [
        *((lost, "partners", "sent"), (unknown, "more_partners", "unknown")),
    ]
    ledger.settled(lost, [5])
    assert [call.id for call in ledger.open_calls("res.partner", "db")] == [unknown]


def test_the_clock_survives_as_a_datetime(ledger):
    """A time that was taken from it is no later than what happens afterwards, not even by a rounding."""
    for _ in range(50):
        taken = ledger.now()
        assert datetime.fromtimestamp(taken, UTC).timestamp() <= taken


def test_calls_are_timed_by_the_clock_of_the_ledger(ledger, job):
    """So that a waiting time can be computed from both."""
    before = ledger.now()
    job.sent(0, "create")
    (call,) = ledger.calls(job.id)
    assert before <= call.sent_at <= ledger.now()


def test_chunks_are_confirmed_once(job):
    """With counts and rejects; the last word counts."""
    job.confirmed(2, {"created": 1})
    job.confirmed(1, {"created": 998, "rejected": 2}, [{"line": 4}, {"line": 9}])
    job.confirmed(2, {"created": 1000})
    assert job.confirmed_chunks() == {
        1: ChunkEntry(1, {"created": 998, "rejected": 2}, [{"line": 4}, {"line": 9}]),
        2: ChunkEntry(2, {"created": 1000}, []),
    }


def test_a_resumed_job_takes_over_what_was_confirmed(ledger, job):
    """Also what that one had taken over before."""
    job.confirmed(0, {"created": 10}, [{"line": 1}])
    second = ledger.start_job("r2", "partners", "res.partner", "db", "spec")
    second.copy_confirmed(job.id)
    second.confirmed(1, {"updated": 3})
    third = ledger.start_job("r3", "partners", "res.partner", "db", "spec")
    third.copy_confirmed(second.id)
    assert third.confirmed_chunks() == {
        0: ChunkEntry(0, {"created": 10}, [{"line": 1}]),
        1: ChunkEntry(1, {"updated": 3}, []),
    }


def landed(job, kind, ids):
    """A call that landed on the ids."""
    job.done(job.sent(0, kind, ids=ids), ids)


def test_touched_is_what_the_job_created_or_wrote(ledger, job):
    """In any run, if it landed, and was not deleted; other jobs, models and databases do not count."""
    landed(job, "create", [1, 2])
    landed(job, "update", [3])
    later = ledger.start_job("r2", "partners", "res.partner", "db", "spec")
    landed(later, "load", [4])
    landed(later, "restore", [5])
    landed(later, "unlink", [2])
    landed(later, "set", [6])
    landed(later, "archive", [1])
    job.settled(job.sent(1, "create"), [7])
    job.refused(job.sent(1, "update", ids=[8]))
    job.unknown(job.sent(1, "update", ids=[9]))
    landed(ledger.start_job("r1", "others", "res.partner", "db", "spec"), "create", [10])
    landed(ledger.start_job("r1", "partners", "res.partner", "copy of db", "spec"), "create", [11])
    landed(ledger.start_job("r1", "partners", "res.users", "db", "spec"), "create", [12])
    assert ledger.touched("partners", "res.partner", "db") == {1, 3, 4, 5, 7}


def test_created_since_ends_before_a_call_that_is_under_way(ledger, job):
    """Another part of the job sent it: whoever goes on from the last one told would never hear of it."""
    calls = [job.sent(0, "create", keys=[{"ref": str(number)}]) for number in range(50)]
    for number, call in enumerate(calls):
        if number not in {3, 40}:
            job.done(call, [number])
    job.refused(calls[3])

    def created(after=0):
        return [one for call in ledger.created_since("partners", "res.partner", "db", after) for one in call.ids]

    assert created() == [number for number in range(40) if number != 3]
    assert created(calls[39]) == []
    job.done(calls[40], [40])
    assert created(calls[39]) == list(range(40, 50))


def test_archived_is_what_the_job_archived_last(ledger, job):
    """And neither brought back nor deleted."""
    landed(job, "archive", [1, 2, 3, 4])
    landed(job, "unarchive", [2, 3])
    landed(job, "archive", [3])
    landed(job, "unlink", [4])
    job.refused(job.sent(0, "archive", ids=[5]))
    landed(ledger.start_job("r1", "partners", "res.users", "db", "spec"), "archive", [6])
    assert ledger.archived("partners", "res.partner", "db") == {1, 3}
    assert ledger.archived("partners", "res.partner", "copy of db") == set()


def test_last_rows_are_those_of_the_last_whole_run(ledger):
    """Failed and partial ones are no measure."""
    assert ledger.last_rows("partners", "db") is None
    for rows, status, details in (
        *((100, "done", {}), (120, "done", {"partial": False})),
        *((5, "done", {"partial": True}), (70, "failed", {}), (80, "running", {})),
    ):
        job = ledger.start_job("r", "partners", "res.partner", "db", "spec", details)
        job.gathered("source", rows)
        job.finish(status, {})
    assert ledger.last_rows("partners", "db") == 120
    assert ledger.last_rows("partners", "copy of db") is None


@pytest.mark.parametrize(
    "mark",
    [
        *(7, 2**80, -1, True, False, 0.1, 1e300, Decimal("12.50"), Decimal("1E+3"), "", "2026-01-01", "ü\x00\ud800"),
        *(date(2026, 1, 2), time(3, 4, 5, 6), time(3, 4, tzinfo=NEPAL), datetime(2026, 1, 2, 3, 4, 5, 678901)),  # noqa: DTZ001 - naive ones too
        *(datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, 5, 1, tzinfo=NEPAL)),
        datetime(2026, 7, 2, tzinfo=ZoneInfo("Europe/Zurich")),
    ],
    ids=repr,
)
def test_a_watermark_keeps_type_and_value(ledger, mark):
    """To the last digit, microsecond and minute of the offset."""
    ledger.marks("orders", "db").set_watermark("older", "r0")
    ledger.marks("orders", "db").set_watermark(mark, "r1")
    found = watermark_of(ledger, "orders", "db")
    assert (type(found), found) == (type(mark), mark)
    if isinstance(mark, datetime | time):
        assert found.utcoffset() == mark.utcoffset()
    if isinstance(mark, Decimal):
        assert str(found) == str(mark)


def test_a_watermark_belongs_to_a_job_and_a_database(ledger):
    """There is none before the first; what has no order is refused."""
    ledger.marks("orders", "db").set_watermark(5, "r1")
    assert watermark_of(ledger, "orders", "copy of db") is None
    assert watermark_of(ledger, "partners", "db") is None
    with pytest.raises(TypeError, match="bool, int, float"):
        ledger.marks("orders", "db").set_watermark(b"raw", "r1")


def test_kept_values_know_their_fields(ledger):
    """Of their own job."""
    ledger.kept(1).remember(
        [KeptValue(number, name, b"x", b"y", True) for number in (1, 2) for name in ("vat", "site")]
    )
    ledger.kept(2).remember([KeptValue(1, "other", b"x", b"y", True)])
    assert (ledger.kept(1).fields(), ledger.kept(3).fields()) == ({"vat", "site"}, set())


def test_known_records_are_replaced_one_by_one(ledger):
    """Each belongs to a scope; places may be as large as 63 bits."""
    known, one = ledger.known(2**63 - 1), KnownRecord(7, b"digest", "2026-01-31 23:00:00")
    known.remember({})
    known.remember({1: one, 2**63 - 1: one})
    known.remember({1: one._replace(digest=b"other")})
    assert known.recall([1, 2, 2**63 - 1]) == {1: KnownRecord(7, b"other", one.write_date), 2**63 - 1: one}
    assert known.recall([]) == ledger.known(1).recall([1]) == {}


def test_files_are_replaced_as_a_whole(ledger):
    """Names may hold bytes that are no text."""
    assert ledger.marks("orders", "db").files()[0] == {}
    ledger.marks("orders", "db").set_files({"a.csv": "1"}, "r1")
    ledger.marks("orders", "db").set_files({"b\udcff.csv": "2", "c.csv": "3"}, "r2")
    assert ledger.marks("orders", "db").files()[0] == {"b\udcff.csv": "2", "c.csv": "3"}
    assert ledger.marks("orders", "copy of db").files()[0] == {}


def test_pruning_drops_the_images_of_old_runs_only(ledger, job):
    """Calls, keys and ids stay."""
    job.sent(0, "update", keys=["C1"], ids=[4], before=[{"name": "A"}])
    ledger.finish_run("r1", 0)
    sleep(0.005)  # the clock of SQLite counts milliseconds
    between = datetime.fromtimestamp(ledger.now(), UTC)
    ledger.start_run("r2", "run")
    later = ledger.start_job("r2", "partners", "res.partner", "db", "spec")
    later.sent(0, "update", ids=[4], before=[{"name": "B"}])
    ledger.prune(between)
    (old,), (new,) = ledger.calls(job.id), ledger.calls(later.id)
    assert (old.before, old.keys, old.ids) == (None, ["C1"], [4])
    assert new.before == [{"name": "B"}]
    ledger.prune(FAR_AHEAD)
    assert [call.before for call in ledger.calls(later.id)] == [None]


def test_the_store_outlives_the_process(url, run_dir):
    """What one ledger stored, the next one reads."""
    with open_ledger(url, run_dir) as ledger:
        ledger.start_run("r1", "run")
        ledger.start_job("r1", "partners", "res.partner", "db", "spec").sent(0, "create", keys=["C1"])
    with open_ledger(url, run_dir) as ledger:
        assert [call.keys for call in ledger.open_calls("res.partner", "db")] == [["C1"]]


def test_what_a_run_moved_is_taken_back(ledger):
    """Only where a later run would read less otherwise; the undo of an undo goes forward again."""
    marks = ledger.marks("orders", "db")
    marks.set_watermark(1, "r1", {"query": "a"})
    marks.set_watermark(5, "r2", {"query": "b"})
    marks.set_watermark(9, "r3")
    assert marks.take_back("r2", "u1", again=False, only_look=True) == TakenBack(moved=True, watermark=1)
    assert marks.watermark() == Watermark(9, {"query": "b"})
    marks.take_back("r2", "u1", again=False, only_look=False)
    assert marks.watermark() == Watermark(1, {"query": "a"})
    assert marks.take_back("r3", "u2", again=False, only_look=False) == TakenBack()
    assert marks.take_back("r2", "u3", again=False, only_look=False) == TakenBack()
    assert marks.take_back("u1", "u4", again=True, only_look=False) == TakenBack(moved=True, watermark=9)
    marks.take_back("r1", "u5", again=False, only_look=False)
    assert marks.watermark() is None
    marks.set_watermark(2, "r4")
    assert marks.take_back("u5", "u6", again=True, only_look=False) == TakenBack()


def test_files_that_a_run_read_are_taken_back(ledger):
    """As far as no later run has read them again."""
    marks = ledger.marks("orders", "db")
    marks.set_files({"a": "1", "b": "1"}, "r1", {"source": "x"})
    marks.set_files({"a": "1"}, "r2")
    marks.set_files({"a": "1", "b": "2", "c": "1"}, "r2")
    marks.set_files({"a": "1", "b": "2", "c": "2"}, "r3")
    assert marks.take_back("r2", "u1", again=False, only_look=False) == TakenBack(files=1)
    assert marks.files() == ({"a": "1", "c": "2"}, {"source": "x"})
    assert marks.take_back("u1", "u2", again=True, only_look=False) == TakenBack(files=1)
    assert marks.files()[0] == {"a": "1", "b": "2", "c": "2"}


def test_moves_are_dropped_with_the_images(ledger):
    """What can no longer be undone moves nothing."""
    ledger.start_run("r1", "run")
    ledger.marks("orders", "db").set_watermark(1, "r1")
    ledger.finish_run("r1", 0)
    ledger.prune(FAR_AHEAD)
    assert ledger.marks("orders", "db").take_back("r1", "u1", again=False, only_look=False) == TakenBack()
    assert watermark_of(ledger, "orders", "db") == 1
