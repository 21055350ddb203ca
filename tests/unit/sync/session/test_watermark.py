"""Watermarks and lists of files move over rows that Odoo confirmed, and over nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from odoo_etl.errors import Interrupted, TransientError
from odoo_etl.results import JobResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.sources import Chunk
from odoo_etl.spec import JobSpec
from odoo_etl.state import Ledger
from odoo_etl.sync import AllRows, JobRequest, SomeRows, run_job
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.session.books import Booking
from odoo_etl.sync.session.watermark import confirmed_prefix
from odoo_etl.undoing.job import UndoRequest, undo_job
from tests.builders import PATIENT, Heard, job_spec, vanished, watermark_of
from tests.memory_odoo import MemoryOdoo, raising

DATABASE = "unknown/db"
NAMED = {"ref": "ref", "name": {"column": "name", "required": True}}


@dataclass
class World:
    """An Odoo, a ledger, and a folder for sources."""

    ledger: Ledger
    folder: Path
    odoo: MemoryOdoo = field(default_factory=MemoryOdoo)
    runs: int = 0

    def run(self, spec: JobSpec, *, plan: bool = False, limit: int | None = None, full: bool = False) -> JobResult:
        """Run the job, or plan it."""
        so_far = JobSoFar.begun(spec.job, spec.target.model)
        self.runs += 1
        booking = Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None, full_refresh=full)
        planned = Planned([spec], 10) if plan else None
        return run_job(
            spec,
            self.odoo,
            Heard(),
            so_far,
            JobRequest(
                planned, booking, AllRows() if limit is None else SomeRows(limit=limit), PATIENT, rejects=Heard()
            ),
        )

    def undo(self, run: str) -> JobResult:
        """Take a run of the job back."""
        (entry,) = self.ledger.jobs(run)
        so_far = JobSoFar.begun("partners", "res.partner")
        self.runs += 1
        self.ledger.start_run(f"r{self.runs}", "undo", run)
        return undo_job(entry, self.odoo, Heard(), so_far, UndoRequest(self.ledger, f"r{self.runs}", "db", PATIENT))

    def sql(self, *rows: Sequence[Any], **incremental: Any) -> JobSpec:
        """A job on a table of (ref, name, changed) that holds these rows."""
        with closing(sqlite3.connect(self.folder / "shop.db")) as connection, connection:
            connection.executescript("DROP TABLE IF EXISTS partners; CREATE TABLE partners (ref, name, changed);")
            connection.executemany("INSERT INTO partners VALUES (?, ?, ?)", rows)
        connection.close()
        source = {
            "type": "sql",
            "url": f"sqlite:///{self.folder}/shop.db",
            "query": "SELECT ref, name, changed FROM partners",
            "incremental": {"cursor": "changed", **incremental},
        }
        return _job(source)

    def csv(self, **files: str) -> JobSpec:
        """A job on files of names and contents (rows of ref,name)."""
        for name, rows in files.items():
            (self.folder / f"{name}.csv").write_text("ref,name\n" + rows)
        return _job({"type": "csv", "path": f"{self.folder}/*.csv", "delimiter": ",", "only_new": True})

    @property
    def watermark(self) -> Any:
        """What the ledger knows."""
        return watermark_of(self.ledger, "partners", DATABASE)

    @property
    def files(self) -> list[str]:
        """Names of the files that the ledger knows."""
        return sorted(Path(path).stem for path in self.ledger.marks("partners", DATABASE).files()[0])


def _job(source: dict[str, Any]) -> JobSpec:
    return JobSpec.model_validate({**job_spec(NAMED).model_dump(exclude_unset=True), "source": source})


@pytest.fixture
def world(ledger, tmp_path):
    """Nothing was run yet."""
    return World(ledger, tmp_path)


def rejecting(odoo, *names):
    """Let Odoo refuse these names."""
    odoo.refuses = lambda values: values.get("name") in names


def test_the_watermark_is_the_largest_confirmed_cursor(world):
    """The next run begins there and finds it unchanged."""
    assert world.run(world.sql(("a", "A", 1), ("b", "B", 7), ("c", "C", 3))).counts.created == 3
    assert world.watermark == 7
    result = world.run(world.sql(("a", "A!", 1), ("b", "B", 7), ("d", "D", 8)))
    assert (result.counts.read, result.counts.created, result.counts.unchanged) == (2, 1, 1)
    assert world.watermark == 8


def test_no_rows_leave_the_watermark_where_it_is(world):
    """And so do rows without a cursor."""
    world.run(world.sql(("a", "A", 5)))
    world.run(world.sql())
    assert world.watermark == 5
    assert world.run(world.sql(("n", "N", None))).counts.created == 1
    assert world.watermark == 5


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([("a", "A", 1), ("b", "B", 2), ("x", "bad", 3), ("c", "C", 4)], 2),
        ([("a", "A", 1), ("b", "B", 3), ("x", "bad", 3), ("c", "C", 4)], 1),
        ([("a", "A", 1), ("b", "B", 2), ("x", "", 3), ("c", "C", 4)], 2),
        ([("x", "bad", 1), ("c", "C", 4)], None),
        ([("x", "bad", None), ("c", "C", 4)], 4),
    ],
    ids=["refused", "beside an equal cursor", "rejected by the mapping", "the first", "without a cursor"],
)
def test_the_watermark_stays_before_the_first_rejected_row(world, rows, wanted):
    """So that it is read again until it is mended."""
    rejecting(world.odoo, "bad")
    assert world.run(world.sql(*rows)).counts.rejected == 1
    assert world.watermark == wanted
    rejecting(world.odoo)
    mended = [(ref, "mended" if ref == "x" else name, at) for ref, name, at in rows]
    assert world.run(world.sql(*mended)).counts.rejected == 0
    assert world.watermark == 4
    assert "mended" in {one["name"] for one in world.odoo.records["res.partner"].values()}


def test_only_a_whole_run_that_is_done_moves_the_watermark(world):
    """No plan, no limit, no failure, no interrupt."""
    spec = world.sql(*((str(n), f"name {n}", n) for n in range(1, 5)))
    world.run(spec, plan=True)
    world.run(spec, limit=2)
    world.odoo.before = raising(TransientError("away"), "res.partner.create")
    assert world.run(spec).status == "failed"
    world.odoo.before = raising(Interrupted(2), "res.partner.create")
    with pytest.raises(Interrupted):
        world.run(spec)
    assert world.watermark is None
    world.odoo.before = lambda *_: None
    world.run(spec)
    assert world.watermark == 4
    world.run(world.sql(("e", "E", 9)), plan=True)
    assert world.watermark == 4


def test_a_plan_reads_from_the_watermark_on(world):
    """As the run would."""
    world.run(world.sql(("a", "A", 1), ("b", "B", 2)))
    result = world.run(world.sql(("a", "A!", 1), ("b", "B!", 2)), plan=True)
    assert (result.counts.read, result.counts.updated) == (1, 1)


def test_the_watermark_never_moves_backwards(world):
    """With a lag a run may see only rows below it."""
    world.run(world.sql(("a", "A", 10), lag=5))
    assert world.run(world.sql(("b", "B", 7), lag=5)).counts.created == 1
    assert world.watermark == 10


def test_each_database_and_job_has_its_own_watermark(world):
    """A copy of the database begins anew."""
    world.run(world.sql(("a", "A", 10)))
    world.odoo = MemoryOdoo()
    world.odoo.records["res.lang"] = {1: {"code": "en_US", "create_date": "2026-01-01 00:00:00"}}
    assert world.run(world.sql(("b", "B", 1))).counts.created == 1


def test_a_full_refresh_reads_everything_and_begins_anew(world):
    """A rejected row keeps the watermark before it, also where it had been beyond; nothing confirmed, none is left."""
    rows = [("a", "A", 1), ("b", "B", 2), ("c", "C", 3)]
    world.run(world.sql(*rows))
    world.odoo.records["res.partner"].clear()
    assert world.run(world.sql(*rows), full=True, plan=True).counts.created == 3
    assert world.run(world.sql(*rows), full=True).counts.created == 3
    assert world.watermark == 3
    rejecting(world.odoo, "bad")
    assert world.run(world.sql(("a", "A", 1), ("b", "bad", 2), ("c", "C", 3)), full=True).counts.rejected == 1
    assert world.watermark == 1
    world.run(world.sql(("a", "bad", 1)), full=True)
    assert world.watermark is None


def test_a_job_that_changed_says_so_until_all_is_read_again(world):
    """In each run and plan, whatever the rows; not of settings that say only which rows come."""
    spec = world.sql(("a", "A", 1))
    world.run(spec)
    tuned = world.sql(("a", "A", 1), ("b", "B", 2), lag=0)
    assert world.run(tuned.model_copy(update={"load": spec.load.model_copy(update={"chunk_size": 7})})).notes == ()
    more = spec.model_copy(update={"fields": {**spec.fields, "email": spec.fields["ref"]}})
    for options in ({"plan": True}, {}, {}):
        (note,) = world.run(more, **options).notes
        told = ["(field email (new))", "up to the watermark 2", "--full-refresh"]
        assert [one for one in told if one not in note] == []
    assert world.run(more, full=True).notes == ()
    assert world.run(more).notes == ()
    assert world.run(spec).notes == ()  # a field less leaves nothing unread
    source = spec.source.model_copy(update={"query": spec.source.query + " WHERE 1 = 1"})
    (note,) = world.run(more.model_copy(update={"source": source})).notes
    assert "(the query)" in note


def test_files_that_were_read_otherwise_are_told_of(world):
    """A full refresh reads them again."""
    world.run(world.csv(a="a,A\n"))
    spec = world.csv(b="b,B\n")
    more = spec.model_copy(update={"fields": {**spec.fields, "email": spec.fields["ref"]}})
    (note,) = world.run(more).notes
    assert "1 files were read before that" in note
    result = world.run(more, full=True)
    assert (result.notes, result.counts.read, world.files) == ((), 2, ["a", "b"])
    assert world.run(more).notes == ("no file is new or changed since the last run (only_new)",)


def test_what_is_undone_is_read_again(world):
    """The watermark goes back to where it was before the run; the undo of the undo lets it go forward."""
    world.run(world.sql(("a", "A", 1)))
    spec = world.sql(("a", "A", 1), ("b", "B", 2))
    world.run(spec)
    assert world.undo("r2").notes == ("the next run begins at the watermark 1, as before this one",)
    assert world.watermark == 1
    assert world.undo("r3").notes == ("the next run begins at the watermark 2, as before this one",)
    world.undo("r2")
    assert vanished(world.run(spec))["returned"] == 1  # archived by the undo, and back
    assert world.watermark == 2
    assert world.undo("r1").notes == ("the next run begins with everything, as before this one",)
    assert world.run(spec).counts.read == 2


def test_a_full_refresh_that_is_undone_is_read_again_as_a_whole(world):
    """What it wrote lies below the watermark that was there before."""
    spec = world.sql(("a", "A", 1), ("b", "B", 2))
    world.run(spec)
    changed = world.sql(("a", "A!", 1), ("b", "B!", 2))
    assert world.run(changed, full=True).counts.updated == 2
    assert world.undo("r2").notes == ("the next run begins with everything, as before this one",)
    assert world.run(changed).counts.updated == 2


def test_files_that_are_undone_are_read_again(world):
    """As their run left them."""
    world.run(world.csv(a="a,A\n"))
    spec = world.csv(a="a,A!\n", b="b,B\n")
    world.run(spec)
    assert world.undo("r2").notes == ("the next run reads 2 files again",)
    assert world.run(spec).counts.read == 2
    assert world.undo("r2").notes == ("the next run reads 2 files again",)
    assert world.undo("r5").notes == ("the next run does not read 2 files again",)
    assert world.run(spec).counts.read == 0


def test_without_incremental_nothing_is_remembered(world):
    """Each run reads everything."""
    world.run(world.sql(("a", "A", 10)))
    spec = world.sql(("b", "B", 1))
    whole = spec.model_copy(update={"source": spec.source.model_copy(update={"incremental": None})})
    assert world.run(whole).counts.created == 1
    assert world.watermark == 10


def test_the_database_is_asked_for_once(world):
    """However much depends on it."""
    world.run(world.sql(("a", "A", 10)))
    assert world.odoo.calls["res.lang.search_read"] == 1


def chunk(*values, first=1):
    """Rows of one column, numbered."""
    return Chunk({"at": list(values)}, list(range(first, first + len(values))))


@pytest.mark.parametrize(
    ("chunks", "rejected", "wanted"),
    [
        ([], set(), None),
        ([chunk(None, None)], set(), None),
        ([chunk(1, 1, 2)], {3}, 1),
        ([chunk(1, 2, 2, 2)], {4}, 1),
        ([chunk("b", "B"), chunk("a", first=3)], set(), "a"),
        ([chunk(1, 2), chunk(3, 4, first=3)], {4}, 3),
        ([chunk(None, 1, 2)], {1}, 2),
    ],
)
def test_the_confirmed_prefix_goes_by_the_order_of_the_source(chunks, rejected, wanted):
    """Which for text need not be Python's."""
    assert confirmed_prefix(chunks, "at", rejected) == wanted


def test_files_that_were_read_are_left_out(world):
    """Until they change; a run without new files is done and says so."""
    assert world.run(world.csv(one="a,A\n", two="b,B\n")).counts.created == 2
    assert world.files == ["one", "two"]
    result = world.run(world.csv())
    assert (result.status, result.counts.read, len(result.notes)) == ("done", 0, 1)
    result = world.run(world.csv(two="b,B2\n", three="c,C\n"))
    assert (result.counts.updated, result.counts.created, result.notes) == (1, 1, ())
    assert world.files == ["one", "three", "two"]


def test_a_file_with_a_rejected_row_is_read_again(world):
    """The others are not."""
    rejecting(world.odoo, "bad")
    world.run(world.csv(one="a,A\n", two="b,B\nx,bad\n", three="c,C\nno,row,here\n"))
    assert world.files == ["one"]
    rejecting(world.odoo)
    assert world.run(world.csv(three="c,C\n")).counts.read == 3
    assert world.files == ["one", "three", "two"]


def test_a_single_file_with_a_rejected_row_is_read_again(world):
    """It has no name in the rejects."""
    world.csv(one="a,A\nx,\n")
    spec = _job({"type": "csv", "path": f"{world.folder}/one.csv", "delimiter": ",", "only_new": True})
    assert world.run(spec).counts.rejected == 1
    assert world.files == []


def test_only_a_whole_run_that_is_done_remembers_files(world):
    """No plan, no limit, no failure."""
    spec = world.csv(one="a,A\nb,B\n")
    world.run(spec, plan=True)
    world.run(spec, limit=1)
    world.odoo.before = raising(TransientError("away"), "res.partner.create")
    assert world.run(spec).status == "failed"
    assert world.files == []


def test_a_file_that_is_put_back_after_a_failure_is_read_again(world):
    """Odoo may hold half of what it was in between."""
    world.run(world.csv(one="a,A\nb,B\n"))
    rejecting(world.odoo, "bad")
    world.run(world.csv(one="a,new\nb,bad\n"))
    assert world.run(world.csv(one="a,A\nb,B\n")).counts.updated == 1
    assert world.files == ["one"]
