"""Rows that landed, with the ids of their records: whichever run wrote them, and whatever became of the others."""

from __future__ import annotations

import pytest

from odoo_etl.errors import Interrupted
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync import AllRows, JobRequest, run_job
from odoo_etl.sync.session import Booking
from tests.builders import PATIENT, Heard, ListSource, job_spec
from tests.memory_odoo import MemoryOdoo

FIELDS = {"ref": "ref", "name": "name"}
COUNTRY = {"column": "country", "lookup": {"model": "res.country", "by": "code"}}


class World:
    """An Odoo and a ledger."""

    def __init__(self, ledger):
        self.ledger, self.odoo, self.runs = ledger, MemoryOdoo(), 0
        self.told, self.gone = [], False

    def run(self, rows, spec=None, columns=("ref", "name"), *, resumed="", asked=True):
        """The rows that a run tells; its result."""
        self.runs += 1
        self.told = []
        self.ledger.start_run(f"r{self.runs}", "resume" if resumed else "run", resumed)
        entry = self.ledger.jobs(resumed)[-1] if resumed else None
        booking = Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None, resumed=entry)
        source = AllRows(ListSource(list(columns), [list(row) for row in rows]))
        request = JobRequest(
            None, booking, source, PATIENT, rejects=Heard(), keep_success=self._keep if asked else None
        )
        so_far = JobSoFar.begun("partners", "res.partner")
        return run_job(spec or job_spec(FIELDS), self.odoo, Heard(), so_far, request)

    def _keep(self, job, names, rows):
        if self.gone:
            self.odoo.records["res.partner"].clear()
        self.told = [tuple(names), *rows]
        return f"{job}.csv"

    @property
    def rows(self):
        """Line, key, action and name of the record of each row that was told."""
        partners = self.odoo.records["res.partner"]
        return [(one.line, *one.key, one.action, partners[one.id]["name"]) for one in self.told[1:]]


@pytest.fixture
def world(ledger):
    """Nothing was run yet."""
    return World(ledger)


def test_each_row_has_the_id_of_its_record(world):
    """Created, updated, or equal; rows of one key have the record that they share."""
    world.odoo.add("res.partner", {"ref": "b", "name": "old"}, {"ref": "c", "name": "C"})
    result = world.run([("a", "A"), ("b", "B"), ("c", "C"), ("a", "AA")])
    assert result.success_file == "partners.csv"
    assert world.told[0] == ("ref",)
    assert sorted(world.rows) == [
        (2, "a", "created", "AA"),
        (3, "b", "updated", "B"),
        (4, "c", "unchanged", "C"),
        (5, "a", "created", "AA"),
    ]


def test_rows_that_did_not_land_are_not_told(world):
    """Rejected for what they say or what Odoo says, or left alone: also where Odoo has such a record."""
    world.odoo.add("res.partner", {"ref": "b", "name": "old"}, {"ref": "c", "name": "old"})
    skips = {**COUNTRY, "lookup": {**COUNTRY["lookup"], "on_missing": "skip_row"}}
    rows = [("a", "A", ""), ("b", "B", "XX"), ("c", "C", "")]
    spec = job_spec({**FIELDS, "country_id": skips})
    world.run(rows, spec, ("ref", "name", "country"))
    assert [row[1] for row in world.rows] == ["a", "c"]
    spec = job_spec({**FIELDS, "country_id": COUNTRY})
    result = world.run(rows, spec, ("ref", "name", "country"))
    assert (result.counts.rejected, [row[1] for row in world.rows]) == (1, ["a", "c"])


def test_nothing_is_read_where_nobody_asks(world):
    """The same calls as ever; with it, one more read."""
    rows = [("a", "A"), ("b", "B")]
    world.run(rows)
    plain, asked = world.run(rows, asked=False), world.run(rows)
    assert (plain.success_file, asked.success_file) == ("", "partners.csv")
    more = {name: count - plain.calls.get(name, 0) for name, count in asked.calls.items()}
    assert {name: count for name, count in more.items() if count} == {"res.partner.search_read": 1}


def test_a_run_that_goes_on_tells_what_the_earlier_one_wrote(world):
    """The first batch landed before it was killed: created, though this run only finds it."""
    spec = job_spec(FIELDS, load={"chunk_size": 2, "concurrency": 1, "breaker": 1})
    rows = [(name, name.upper()) for name in "abcdef"]

    def ended(method, _payload):
        if method == "res.partner.create" and world.odoo.calls[method] == 3:
            raise Interrupted(15)

    world.odoo.before = ended
    with pytest.raises(Interrupted):
        world.run(rows, spec)
    world.odoo.before = lambda _method, _payload: None
    result = world.run(rows, spec, resumed="r1")
    assert (result.error, result.before["created"]) == ("", 2)
    assert world.rows == [(n + 2, name, "created", name.upper()) for n, name in enumerate("abcdef")]


def test_records_of_groups(world):
    """Each row of a group has its own record."""
    spec = job_spec(FIELDS, load={"together": "name"})
    world.run([("a", "G"), ("b", "G"), ("c", "H")], spec)
    assert [row[:3] for row in world.rows] == [(2, "a", "created"), (3, "b", "created"), (4, "c", "created")]
    assert len({one.id for one in world.told[1:]}) == 3


def test_a_record_that_is_gone_is_told_as_such(world):
    """Somebody deletes it between the write and the end: the file lacks the row, and a note says so."""
    world.run([("a", "A"), ("b", "B")])
    world.gone = True
    result = world.run([("a", "AA")])
    assert (world.rows, [note for note in result.notes if "success" in note]) == (
        [],
        ["the success file lacks 1 row: its record is not found by the key any more"],
    )


def test_mode_create_tells_what_it_left_alone(world):
    """The id of what was there is worth knowing, too."""
    world.odoo.add("res.partner", {"ref": "b", "name": "theirs"})
    world.run([("a", "A"), ("b", "B")], job_spec(FIELDS, mode="create"))
    assert world.rows == [(2, "a", "created", "A"), (3, "b", "skipped", "theirs")]
