"""Lines and whose they are: what no row ever stood for stays, whatever the job says of lines that its source lacks."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UnknownOutcome
from odoo_etl.results import JobResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync import AllRows, JobRequest, SomeRows, run_job
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.session import Booking
from tests.boms import BOM, LINE, STEP
from tests.builders import PATIENT, Heard, ListSource
from tests.memory_odoo import MemoryOdoo
from tests.unit.sync.existing.test_reads_deep_reads import Narrowed
from tests.unit.sync.test_job_lines import COLUMNS, FIELDS, STEPS, bom_job, row


class Shuffled(MemoryOdoo):
    """An Odoo that answers lines in another order each time, as `_order` and PostgreSQL may."""

    turn = 0

    def search_read(self, model, *args, **options):
        """The same records, moved on."""
        rows = super().search_read(model, *args, **options)
        if model in {LINE, STEP} and rows:
            self.turn += 1
            start = self.turn % len(rows)
            return [*rows[start:], *rows[:start]][:: -1 if self.turn % 2 else 1]
        return rows


class Ledgered:
    """An Odoo and a ledger."""

    def __init__(self, ledger, odoo=None):
        self.ledger, self.odoo, self.runs = ledger, odoo or Shuffled(), 0
        self.odoo.add("res.lang", {"code": "en_US"})
        self.result, self.armed = JobResult("boms", BOM), False

    def run(self, spec, *rows, part=False, shown=None):
        """A run over these rows; how often it wrote."""
        self.runs += 1
        self.ledger.start_run(f"r{self.runs}", "run")
        booking = Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None)
        source, planned = ListSource(COLUMNS, rows), None if shown is None else Planned([spec], shown)
        extent = SomeRows(source) if part else AllRows(source)
        before, heard = self.odoo.writes(), Heard()
        so_far = JobSoFar.begun(spec.job, BOM)
        self.result = run_job(
            spec, self.odoo, heard, so_far, JobRequest(planned, booking, extent, PATIENT, rejects=heard)
        )
        self.rejects = heard.rejects
        return self.odoo.writes() - before

    def lines(self, *, archived=False):
        """Name and quantity of all lines by id."""
        table = self.odoo.records.get(LINE, {})
        return {n: (one["name"], one.get("quantity")) for n, one in table.items() if one["active"] is not archived}


@pytest.fixture
def world(ledger):
    """An Odoo and a ledger that know nothing yet."""
    return Ledgered(ledger)


ROWS = [row("a", "1", "Top", "1"), row("a", "2", "Leg", "4"), row("a", "3", "Pin", "9")]


def adds_a_tax(odoo):
    """Odoo adds a line to each new bill."""

    def keeps(model, _sent, record, _table):
        if model == BOM and not odoo.records.get(LINE):
            odoo.add(LINE, {"bom_id": 1, "sequence": 99, "name": "Tax", "quantity": 1.0})

    odoo.keeps = keeps


@pytest.mark.parametrize("key", [{"key": "sequence"}, {"key": "name"}, {}])
@pytest.mark.parametrize("rest", ["remove", "archive"])
def test_lines_that_odoo_or_people_add_stay(world, key, rest):
    """Those that the source loses go."""
    spec = bom_job(rest=rest, **key)
    adds_a_tax(world.odoo)
    world.run(spec, *ROWS)
    assert (world.result.status, sorted(world.lines().values())) == (
        "done",
        [("Leg", 4.0), ("Pin", 9.0), ("Tax", 1.0), ("Top", 1.0)],
    )
    assert world.run(spec, *ROWS) == 0
    world.odoo.add(LINE, {"bom_id": 1, "sequence": 50, "name": "Wish", "quantity": 2.0})
    assert world.run(spec, *ROWS) == 0
    world.run(spec, ROWS[0], row("a", "3", "Pin", "8"))
    assert sorted(world.lines().values()) == [("Pin", 8.0), ("Tax", 1.0), ("Top", 1.0), ("Wish", 2.0)]
    assert (world.result.lines.removed, world.result.lines.updated) == (1, 1)
    assert world.run(spec, ROWS[0], row("a", "3", "Pin", "8")) == 0
    world.run(spec, row("a"))
    assert sorted(world.lines().values()) == [("Tax", 1.0), ("Wish", 2.0)]


def test_a_plan_says_what_the_run_will_do(world):
    """It knows the same lines, and remembers none."""
    spec = bom_job(rest="remove", key="sequence")
    world.odoo.add(BOM, {"code": "a", "name": "N"})
    world.odoo.add(
        LINE, *[{"bom_id": 1, "sequence": n, "name": name, "quantity": 1.0} for n, name in [(1, "Top"), (2, "Leg")]]
    )
    rows = [row("a", "1", "Top", "1"), row("a", "2", "Leg", "1")]
    assert world.run(spec, *rows, shown=9) == 0
    assert world.run(spec, rows[0], shown=9) == 0
    assert not world.result.changes
    assert world.run(spec, *rows) == 0
    world.run(spec, rows[0], shown=9)
    assert [list(one.changes) for one in world.result.changes] == [["line_ids[2]"]]
    world.run(spec, rows[0])
    assert list(world.lines().values()) == [("Top", 1.0)]


def test_lines_that_were_there_before_the_job_stay(world):
    """The source never had them."""
    world.odoo.add(BOM, {"code": "a", "name": "N"})
    world.odoo.add(LINE, {"bom_id": 1, "sequence": 7, "name": "Old", "quantity": 1.0})
    spec = bom_job(rest="remove", key="sequence")
    world.run(spec, *ROWS)
    assert ("Old", 1.0) in world.lines().values()
    assert world.run(spec, *ROWS) == 0


def test_an_id_that_belongs_to_another_line_since_a_backup_was_put_back(world):
    """When it was created tells."""
    world.odoo = Dated()
    world.odoo.add("res.lang", {"code": "en_US"})
    spec = bom_job(rest="remove", key="sequence")
    world.run(spec, *ROWS)
    world.odoo.records[LINE][2] = {**world.odoo.records[LINE][2], "name": "Else", "create_date": "later"}
    assert world.run(spec, ROWS[0], ROWS[2]) == 0
    assert len(world.lines()) == 3


class Dated(MemoryOdoo):
    """An Odoo that says when lines were created."""

    def fields_get(self, model, fields=None, attributes=None, *, context=None):
        """One field more."""
        found = super().fields_get(model, fields, attributes, context=context)
        return (
            {**found, "create_date": {"type": "datetime"}}
            if model == LINE and "create_date" in (fields or ())
            else found
        )

    def _read(self, model, name, record, context=None):
        return record.get(name, "first") if name == "create_date" else super()._read(model, name, record, context)


UNREADABLE = [
    "a line that is no row",
    row("", "2", "Leg", "4"),
]


@pytest.mark.parametrize("bad", UNREADABLE)
@pytest.mark.parametrize("rest", ["remove", "archive"])
def test_no_line_goes_where_a_row_cannot_be_read(world, bad, rest):
    """It may be the one that is missed; the run says so."""
    spec = bom_job(rest=rest, key="sequence")
    world.run(spec, *ROWS)
    assert world.run(spec, ROWS[0], ROWS[2], bad) == 0
    assert len(world.lines()) == 3
    assert [note for note in world.result.notes if note.startswith("no line was removed or archived: 1 row has no key")]
    world.run(spec, ROWS[0], ROWS[2])
    assert len(world.lines()) == 2
    assert not world.result.notes


def test_rows_of_a_selection_take_no_line_away(world):
    """`retry` and `--limit` may have some rows of a record only; what has no key and differs is not guessed."""
    spec = bom_job(rest="remove", key="sequence")
    world.run(spec, *ROWS)
    assert world.run(spec, ROWS[0], part=True) == 0
    assert "no line was removed or archived: the rows may be some of their records' only" in world.result.notes
    assert world.run(spec, row("a", "2", "Leg", "5"), part=True) == 1
    assert world.lines() == {1: ("Top", 1.0), 2: ("Leg", 5.0), 3: ("Pin", 9.0)}
    keyless = bom_job(rest="remove")
    assert world.run(keyless, row("a", "3", "Pin", "8"), part=True) == 0
    assert (world.rejects[0].code, world.rejects[0].field) == ("lines_unclear", "line_ids[1]")
    assert world.run(keyless, ROWS[0], part=True) == 0
    assert not world.rejects


def test_rows_that_are_left_alone_keep_their_lines(world):
    """`on_missing: skip_row` says nothing of the line that such a row may be."""
    world.odoo.add(BOM, {"code": "P1"}, {"code": "P2"}, {"code": "P3"})
    part = {"column": "part", "lookup": {"model": BOM, "by": "code", "on_missing": "skip_row"}}
    fields = {"sequence": {"column": "pos", "type": "integer"}, "part_id": part}
    spec = bom_job(rest="remove", key="sequence", line_fields=fields)
    rows = [row("a", str(n), f"P{n}", "") for n in (1, 2, 3)]
    world.run(spec, *rows)
    del world.odoo.records[BOM][2]
    assert world.run(spec, *rows) == 0
    assert (world.result.counts.skipped, len(world.odoo.records[LINE])) == (1, 3)
    assert any("records some of whose rows were left alone" in note for note in world.result.notes)
    world.run(spec, rows[0], rows[2])
    assert len(world.odoo.records[LINE]) == 2


def test_archived_lines_come_back_with_their_row(world):
    """And stay archived where the source lacks them."""
    spec = bom_job(rest="archive", key="sequence")
    world.run(spec, *ROWS)
    world.run(spec, ROWS[0], ROWS[2])
    assert (world.lines(), world.lines(archived=True)) == ({1: ("Top", 1.0), 3: ("Pin", 9.0)}, {2: ("Leg", 4.0)})
    assert world.run(spec, ROWS[0], ROWS[2]) == 0
    world.run(spec, *ROWS)
    assert (len(world.lines()), world.result.lines.updated) == (3, 1)
    assert world.run(spec, *ROWS) == 0
    world.odoo.records[LINE][3]["active"] = False
    spec = bom_job(rest="keep", key="sequence")
    world.run(spec, *ROWS, shown=9)
    assert [one.changes for one in world.result.changes] == [{"line_ids[3].active": (False, True)}]
    world.run(spec, *ROWS)
    assert len(world.lines()) == 3


def test_lines_of_lines_that_the_source_never_had_stay(world):
    """At any depth."""
    spec = bom_job(key="sequence", steps=True)
    lines = {"step_ids": {**STEPS, "rest": "remove"}}
    spec = bom_job(key="sequence", lines=lines)
    rows = [row("a", "1", "Top", "1", step=("cut", "5")), row("a", "1", "Top", "1", step=("glue", "7"))]
    world.run(spec, *rows)
    world.odoo.add(STEP, {"line_id": 1, "name": "look", "minutes": 1})
    world.run(spec, rows[0])
    assert [one["name"] for one in world.odoo.records[STEP].values()] == ["cut", "look"]
    assert world.result.lines.removed == 1


def halved(model, values, record, _others):
    """Odoo keeps no quantity above 5."""
    if model == LINE and values.get("quantity", 0) > 5:
        record["quantity"] = 5.0


@pytest.mark.parametrize("key", [{"key": "sequence"}, {}])
def test_values_that_odoo_does_not_keep_are_remembered_of_the_line_itself(world, key):
    """Not of its place: rows in another order, and further ones, are the same lines; nothing is written again."""
    world.odoo.keeps = halved
    spec, rows = bom_job(**key), [row("a", "1", "Top", "1"), row("a", "2", "Leg", "9"), row("a", "3", "Pin", "8")]
    world.run(spec, *rows)
    assert sorted(one.kept for one in world.result.discrepancies.not_kept) == [5.0, 5.0]
    assert world.run(spec, *rows) == 0
    if key:
        assert world.run(spec, *reversed(rows)) == 0
    world.odoo.keeps = MemoryOdoo().keeps
    world.odoo.records[LINE][1]["quantity"] = 5.0
    world.run(spec, row("a", "1", "Top", "9"), *rows[1:])
    assert world.lines()[1] == ("Top", 9.0)


def test_a_line_without_a_key_that_odoo_keeps_otherwise_is_added_once(world):
    """Although a line of Odoo's own comes with it, and although the run that adds it may be killed."""

    def keeps(model, values, record, others):
        halved(model, values, record, others)
        if model == LINE and values.get("name") == "New":
            world.odoo.add(LINE, {"bom_id": 1, "name": "Tax of new", "quantity": 3.0})

    spec, rows = bom_job(rest="remove"), [*ROWS[:2], row("a", "9", "New", "9")]
    world.run(spec, *ROWS[:2])
    world.odoo.keeps = keeps
    world.run(spec, *rows)
    assert sorted(world.lines().values()) == [("Leg", 4.0), ("New", 5.0), ("Tax of new", 3.0), ("Top", 1.0)]
    assert world.run(spec, *rows) == 0
    world.run(spec, *ROWS[:2])
    assert sorted(world.lines().values()) == [("Leg", 4.0), ("Tax of new", 3.0), ("Top", 1.0)]
    assert world.run(spec, *ROWS[:2]) == 0


def test_a_killed_run_has_added_its_lines(world):
    """The next one finds them, though Odoo keeps them otherwise."""

    class Killed(BaseException):
        pass

    def before(call, _payload):
        if call == f"{LINE}.search_read" and world.armed and len(world.odoo.records[LINE]) > 2:
            raise Killed

    spec, rows = bom_job(), [*ROWS[:2], row("a", "9", "New", "9")]
    world.run(spec, *ROWS[:2])
    world.odoo.keeps, world.odoo.before, world.armed = halved, before, True
    with pytest.raises(Killed):
        world.run(spec, *rows)
    assert len(world.lines()) == 3
    world.armed = False
    world.run(spec, *rows)
    assert sorted(world.lines().values()) == [("Leg", 4.0), ("New", 5.0), ("Top", 1.0)]
    assert world.run(spec, *rows) == 0


def renamed(model, values, record, _others):
    """Odoo keeps names of lines in its own way."""
    if model == LINE and "name" in values:
        record["name"] = values["name"].upper()


@pytest.mark.parametrize("rest", ["keep", "remove"])
def test_a_key_of_lines_that_odoo_does_not_keep_ends_the_job_after_one_record(world, rest):
    """Whether the lines come with new records, or with others."""
    world.odoo.keeps = renamed
    spec = bom_job(key="name", rest=rest)
    rows = [row("x"), *(row(code, "1", "Top", "1") for code in "abc"), row("y")]
    world.run(spec, *rows)
    assert (world.result.status, world.result.exit_code) == ("failed", 1)
    assert "line_ids of a (id 1): lines that were written are not found by their key: Top" in world.result.error
    assert len(world.lines()) == 1
    world.odoo.keeps = MemoryOdoo().keeps
    world.run(spec, *[row(code) for code in "xabcy"])
    world.odoo.keeps = renamed
    world.run(spec, *[row(code, "1", "Leg", "1") for code in "xabcy"])
    assert (world.result.status, len(world.lines())) == ("failed", 2)


def test_a_key_that_odoo_keeps_of_some_lines_only_ends_the_job_after_its_first_records(world):
    """Those that follow the first one are looked at as well."""

    def keeps(model, values, record, others):
        if values.get("name", "").islower():
            renamed(model, values, record, others)

    world.odoo.keeps = keeps
    spec = bom_job(key="name", load={"chunk_size": 3})
    rows = [row(code, "1", "TOP" if code < "c" else "top", "1") for code in "abcdefghi"]
    world.run(spec, *rows)
    assert (world.result.status, len(world.odoo.records[BOM])) == ("failed", 3)


def test_a_line_that_somebody_takes_away_meanwhile_is_not_lost(world):
    """The next run adds it again."""
    gone = []

    def before(call, _payload):
        if call == f"{LINE}.search_read" and len(world.odoo.records.get(LINE, ())) == 3 and world.odoo.calls[call] > 1:
            gone.append(world.odoo.records[LINE].pop(2))

    world.odoo.before = before
    spec = bom_job(key="sequence")
    world.run(spec, *ROWS)
    assert (world.result.status, len(gone)) == ("done", 1)
    world.odoo.before = lambda _call, _payload: None
    assert world.run(spec, *ROWS) == 1
    assert len(world.lines()) == 3


@pytest.mark.parametrize("landed", [True, False])
@pytest.mark.parametrize("key", [{"key": "sequence"}, {}])
@pytest.mark.parametrize("major", [18, 19])
def test_no_line_is_doubled_where_a_write_gets_no_answer(world, landed, key, major):
    """It is not sent again before it is known what became of it; the run ends well."""
    world.odoo = Silent()
    world.odoo.major = major
    world.odoo.add("res.lang", {"code": "en_US"})
    spec = bom_job(rest="remove", **key)
    world.run(spec, *ROWS, row("b", "1", "Top", "1"))
    world.odoo.is_silent, world.odoo.lands = True, landed
    rows = [*ROWS[:2], row("a", "7", "New", "7"), row("b", "1", "Top", "2"), row("b", "8", "New", "8")]
    world.run(spec, *rows)
    assert (world.result.status, world.result.counts.updated) == ("done", 5)
    assert sorted(world.lines().values()) == [("Leg", 4.0), ("New", 7.0), ("New", 8.0), ("Top", 1.0), ("Top", 2.0)]
    assert (world.result.lines.created, world.result.lines.removed) == ((2, 1) if key else (1, 0))
    assert world.run(spec, *rows) == 0


class Silent(Shuffled):
    """An Odoo that once does not answer a write to bills, which has landed or not."""

    is_silent, lands = False, True

    def _update(self, model, *args):
        if model != BOM or not self.is_silent:
            super()._update(model, *args)
            return
        self.is_silent = False
        if self.lands:
            super()._update(model, *args)
        raise UnknownOutcome("no answer")


def test_lines_that_their_field_hides_are_not_made_again(world):
    """Where the job once saw them; else it ends at once."""
    world.odoo = Narrowed()
    world.odoo.add("res.lang", {"code": "en_US"})
    spec, rows = bom_job(key="name"), [row("a", "1", "Top", "1"), row("a", "2", "Leg", "4")]
    world.run(spec, *rows)
    world.odoo.records[LINE][2]["sequence"] = 30
    fields = {name: one for name, one in FIELDS.items() if name != "sequence"}
    spec = bom_job(key="name", line_fields=fields)
    assert world.run(spec, *rows) == 0
    assert world.run(spec, rows[0], row("a", "2", "Leg", "5")) == 1
    assert sorted(world.lines().values()) == [("Leg", 5.0), ("Top", 1.0)]
    spec = bom_job(key="name")
    world.run(spec, rows[0], row("b", "40", "Pin", "5"), row("c", "40", "Pin", "5"))
    assert (world.result.status, len(world.odoo.records[BOM])) == ("failed", 2)
    assert "or the field does not show them" in world.result.error
