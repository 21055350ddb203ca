"""What a lookup created is taken back only where nobody else uses it by now."""

from __future__ import annotations

import pytest

from odoo_etl.errors import AccessRefused
from odoo_etl.odoo import ACCESS_ERROR
from odoo_etl.so_far import JobsSoFar
from odoo_etl.sync import AllRows, JobRequest, run_job, supplied
from odoo_etl.sync.existing import ALLOWED
from odoo_etl.sync.ports import Target
from odoo_etl.sync.session.books import Booking
from odoo_etl.undoing.job import UndoRequest, undo_job
from odoo_etl.undoing.links import links_to
from odoo_etl.undoing.referrers import Referrers, Withdrawn
from tests.builders import PATIENT, Heard, ListSource, job_spec
from tests.memory_odoo import UID, MemoryOdoo, raising

TAG = "res.partner.category"
ORDERS, LINES = "sale.order", "sale.order.line"
FIELD = {"ttype": "many2one", "store": True, "readonly": False}
ORDER_OF_LINE = {**FIELD, "model": LINES, "name": "order_id", "relation": ORDERS}
LOOKUP = {"column": "tag", "split": "|", "lookup": {"model": TAG, "by": "name", "on_missing": "create"}}


class World:
    """An Odoo whose partners get tags that are not there; runs, and undos."""

    def __init__(self, ledger):
        self.ledger, self.odoo = ledger, MemoryOdoo()

    def run(self, run_id, *rows, lookup=LOOKUP, job="partners"):
        """Rows of ref and tags."""
        self.ledger.start_run(run_id, "run")
        spec, jobs = job_spec({"ref": "ref", "name": "ref", "category_id": lookup}), JobsSoFar()
        spec = spec.model_copy(update={"job": job})
        own = jobs.begin(spec.job, spec.target.model)
        booking = Booking(self.ledger, run_id, "db", PATIENT, lambda _: None)
        request = JobRequest(None, booking, AllRows(ListSource(["ref", "tag"], rows)), PATIENT, rejects=Heard())
        run_job(spec, self.odoo, Heard(), own, supplied(spec.job, self.odoo, Heard(), jobs.begin, request))
        assert [one.error for one in jobs.results()] == [""] * len(jobs.results())

    def undo(self, run_id, undo_id, **options):
        """Why tags were left alone; what a plan said before is the same."""
        planned = self._undo(run_id, UndoRequest(self.ledger, undo_id, "db", PATIENT, shown=5, **options))
        self.ledger.start_run(undo_id, "undo", run_id)
        done = self._undo(run_id, UndoRequest(self.ledger, undo_id, "db", PATIENT, **options))
        assert planned == done
        return {one.name or one.id: one.reason for one in done}

    def tags(self):
        """Name to whether it is active."""
        return {one["name"]: one["active"] for one in self.odoo.records.get(TAG, {}).values()}

    def _undo(self, run_id, request):
        left, jobs = [], JobsSoFar()
        for entry in sorted(self.ledger.jobs(run_id), key=lambda one: (bool(one.details.get("made_for")), -one.id)):
            result = undo_job(entry, self.odoo, Heard(), jobs.begin(entry.job, entry.model), request)
            assert result.error == ""
            left += result.undone.left
        return left


@pytest.fixture
def world(ledger):
    """Two partners of one run, with a tag each and one of both."""
    world = World(ledger)
    world.odoo.keeps = lambda _model, sent, record, _table: record.update(display_name=sent.get("name", ""))
    world.run("r1", ("a", "red|both"), ("b", "blue|both"))
    return world


@pytest.mark.parametrize("delete", [False, True])
def test_what_nobody_else_uses_goes(world, delete):
    """The records of the run itself use nothing more, archived or deleted."""
    assert world.undo("r1", "u1", delete=delete) == {}
    assert world.tags() == ({} if delete else {"red": False, "both": False, "blue": False})


@pytest.mark.parametrize("delete", [False, True])
def test_what_a_person_uses_stays(world, delete):
    """Also where the record of that person is archived; it is told, in a plan as well."""
    tags = {one["name"]: number for number, one in world.odoo.records[TAG].items()}
    world.odoo.add("res.partner", {"category_id": [tags["red"]]})
    world.odoo.add("res.partner", {"category_id": [tags["red"], tags["both"]], "active": False})
    assert world.undo("r1", "u1", delete=delete) == {
        "red": "used by 2 records of res.partner",
        "both": "used by 1 record of res.partner",
    }
    assert [name for name, active in world.tags().items() if active] == ["red", "both"]


def test_what_a_later_run_uses_stays_until_that_is_undone(world):
    """A record that an undo archived uses nothing, but for one that a person made active again."""
    world.run("r2", ("c", "red"), ("d", "both"))
    assert sorted(world.undo("r1", "u1")) == ["both", "red"]
    assert world.undo("r2", "u2") == {}
    [number] = [number for number, one in world.odoo.records["res.partner"].items() if one["ref"] == "d"]
    world.odoo.records["res.partner"][number]["active"] = True
    assert world.undo("r1", "u3") == {"both": "used by 1 record of res.partner"}


def test_a_record_that_gets_its_own_values_back_uses_nothing_more(world):
    """The run gave a tag to one that was there."""
    world.run("r2", ("a", "green"))
    assert world.undo("r2", "u1") == {}
    assert [name for name, active in world.tags().items() if not active] == ["green"]


def test_what_a_record_uses_that_is_left_alone_stays(world):
    """Somebody changed the partner since."""
    world.odoo.records["res.partner"][1]["name"] = "A person's"
    left = world.undo("r1", "u1")
    assert left == {
        "a": "changed since: name",
        "red": "used by 1 record of res.partner",
        "both": "used by 1 record of res.partner",
    }


def test_levels_of_a_tree_go_together(ledger):
    """Those above are used by those below, which go first."""
    world = World(ledger)
    path = {"column": "tag", "lookup": {**LOOKUP["lookup"], "path": "/"}}
    world.run("r1", ("a", "A/B/C"), lookup=path)
    assert world.undo("r1", "u1") == {}
    assert set(world.tags().values()) == {False}


def test_what_an_undo_archived_is_made_active_for_any_job(world):
    """Once: a person who archives it again has the last word."""
    world.undo("r1", "u1")
    world.run("r2", ("c", "red"), job="others")
    assert world.tags() == {"red": True, "both": False, "blue": False}
    [red] = [number for number, one in world.odoo.records[TAG].items() if one["name"] == "red"]
    world.odoo.records[TAG][red]["active"] = False
    world.run("r3", ("d", "red|both"), job="renamed")
    assert world.tags() == {"red": False, "both": True, "blue": False}


def links(odoo, model, *known):
    """Fields that refer to a model."""
    return [(one.model, one.name) for one in links_to(Target(odoo, model, {}), known)]


def test_all_links_are_known_to_those_who_may_list_fields():
    """Others know those of the models that runs wrote."""
    odoo = MemoryOdoo()
    assert links(odoo, TAG, TAG, "res.partner") == [("res.partner", "category_id"), (TAG, "parent_id")]
    odoo.add("ir.model.fields", ORDER_OF_LINE, {**ORDER_OF_LINE, "store": False}, {**ORDER_OF_LINE, "readonly": True})
    assert links(odoo, ORDERS, "res.partner") == [(LINES, "order_id")]
    odoo.before = raising(AccessRefused("no", name=ACCESS_ERROR), "ir.model.fields.search_read")
    assert links(odoo, ORDERS, "res.partner") == []


def referrers(odoo, ledger, model, until=""):
    """Those of one model."""
    return Referrers(Target(odoo, model, {}), "db", ledger, Withdrawn(), until)


class OfCompanies(MemoryOdoo):
    """Shows the records of the companies that a call names, or of all of the user's."""

    def search_read(self, model, domain, fields, **named):
        """Those that have no company are everybody's."""
        allowed = named["context"].get(ALLOWED)
        theirs = [] if allowed is None else ["|", ["company_id", "=", False], ["company_id", "in", allowed]]
        return super().search_read(model, [*domain, *theirs], fields, **named)


def test_users_in_other_companies_count(ledger):
    """Whatever company the job is for."""
    odoo = OfCompanies()
    odoo.add("res.partner", {"category_id": [1], "company_id": 2})
    ledger.start_run("r1", "run")
    ledger.start_job("r1", "partners", "res.partner", "db", "")
    target = Target(odoo, TAG, {ALLOWED: [1]})
    found = Referrers(target, "db", ledger, Withdrawn(), "").reasons([1])
    assert found == {1: "used by 1 record of res.partner"}


def test_what_the_user_may_not_read_is_not_counted(ledger):
    """But the answer of a proxy is none."""
    odoo = MemoryOdoo()
    odoo.add("res.partner", {"category_id": [1]})
    ledger.start_run("r1", "run")
    ledger.start_job("r1", "partners", "res.partner", "db", "")
    odoo.before = raising(AccessRefused("no", name=ACCESS_ERROR), "res.partner.search_read", at=None)
    assert referrers(odoo, ledger, TAG).reasons([1]) == {}
    odoo.before = raising(AccessRefused("no"), "res.partner.search_read", at=None)
    with pytest.raises(AccessRefused):
        referrers(odoo, ledger, TAG).reasons([1])


@pytest.mark.parametrize(
    ("user", "written", "uses"),
    [
        (UID, "10:05", False),  # by Odoo, while the run went on: a variant of a template
        (UID, "10:31", True),
        (7, "10:05", True),  # by a person meanwhile
        (7, "09:00", False),  # before the record was made: it refers to them, as a user to groups
    ],
)
def test_what_odoo_wrote_along_with_the_run_uses_nothing(ledger, user, written, uses):
    """Unless jobs write to its model: they may have it from anywhere."""
    odoo = MemoryOdoo()
    odoo.add("ir.model.fields", ORDER_OF_LINE)
    odoo.add(ORDERS, {"create_date": "10:00"})
    odoo.add(LINES, {"order_id": 1, "write_date": written, "write_uid": user})
    told = {1: f"used by 1 record of {LINES}"}
    assert referrers(odoo, ledger, ORDERS, until="10:30").reasons([1]) == (told if uses else {})
    ledger.start_run("r1", "run")
    ledger.start_job("r1", "lines", LINES, "db", "")
    assert referrers(odoo, ledger, ORDERS, until="10:30").reasons([1]) == told
