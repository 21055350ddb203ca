"""Odoo was restored from a backup: ids that the ledger knows belong to other records now."""

from __future__ import annotations

import pytest

from odoo_etl.so_far import JobSoFar
from odoo_etl.sync import AllRows, JobRequest, run_job
from odoo_etl.sync.existing.finders import ExternalIdFinder
from odoo_etl.sync.session.books import Booking
from odoo_etl.undoing.job import UndoRequest, undo_job
from tests.builders import PATIENT, Heard, ListSource, job_spec, vanished
from tests.memory_odoo import MemoryOdoo

FIELDS = {"ref": "ref", "name": "name"}
LOOSE = {"max": {"percent": 100}, "max_shrink": "100%"}
MIRROR = job_spec(FIELDS, mode="mirror", vanish=LOOSE)


class World:
    """An Odoo and a ledger."""

    def __init__(self, ledger):
        self.ledger, self.odoo, self.runs = ledger, MemoryOdoo(), 0

    def run(self, *refs, spec=MIRROR, name="ours"):
        """A run over rows with these refs."""
        self.runs += 1
        self.ledger.start_run(f"r{self.runs}", "run")
        so_far = JobSoFar.begun("partners", "res.partner")
        booking = Booking(self.ledger, f"r{self.runs}", "db", PATIENT, lambda _: None)
        rows = ListSource(["ref", "name"], [[ref, name] for ref in refs])
        result = run_job(
            spec, self.odoo, Heard(), so_far, JobRequest(None, booking, AllRows(rows), PATIENT, rejects=Heard())
        )
        assert result.error == ""
        return result

    def undo(self, run):
        """Take a run back."""
        (entry,) = self.ledger.jobs(run)
        self.runs += 1
        so_far = JobSoFar.begun("partners", "res.partner")
        result = undo_job(entry, self.odoo, Heard(), so_far, UndoRequest(self.ledger, f"r{self.runs}", "db", PATIENT))
        assert result.error == ""
        return result

    def restore(self, **records):
        """Other records stand under ids: `id_7={...}`."""
        for name, values in records.items():
            self.odoo.records["res.partner"][int(name.removeprefix("id_"))] = {"active": True, **values}

    @property
    def partners(self):
        """Id to (ref, name, active)."""
        table = self.odoo.records["res.partner"]
        return {number: (one["ref"], one["name"], one["active"]) for number, one in table.items()}


@pytest.fixture
def world(ledger):
    """Nothing was run yet."""
    return World(ledger)


def test_a_mirror_removes_only_what_it_wrote(world):
    """What the ledger knows by another key is left alone and told; what was only updated is known as well."""
    (found,) = world.odoo.add("res.partner", {"ref": "d", "name": "theirs"})
    world.run("a", "b", "c", "d")
    world.restore(id_2={"ref": "x", "name": "new"}, **{f"id_{found}": {"ref": "y", "name": "new"}})
    result = world.run("b")
    assert (vanished(result)["found"], vanished(result)["archived"]) == (1, 1)
    assert world.partners == {
        1: ("y", "new", True),
        2: ("x", "new", True),
        3: ("b", "ours", True),
        4: ("c", "ours", False),
    }
    assert ["2 records are left alone" in note and "1 was d, 2 was a" in note for note in result.notes] == [True]
    assert vanished(world.run("b"))["found"] == 0


def test_what_comes_back_is_what_the_job_archived(world):
    """Another record under its id, which a person archived, stays archived."""
    world.run("a", "b")
    world.run("b")
    world.restore(id_1={"ref": "x", "name": "new", "active": False})
    result = world.run("b", "x", name="new")
    assert (vanished(result)["returned"], world.partners[1][2]) == (0, False)
    world.restore(id_1={"ref": "a", "name": "ours", "active": False})
    assert vanished(world.run("a", "b"))["returned"] == 1


def test_undo_leaves_other_records_alone(world):
    """Those that were created, and those that were updated; the run's own key counts, not that of later ones."""
    world.run("a", "b")
    world.run("a", "b", name="other")
    world.restore(id_1={"ref": "x", "name": "other"})
    undone = world.undo("r2").undone
    assert ([one.id for one in undone.left], undone.put_back) == ([1], 1)
    assert "ref is 'x' and was 'a'" in undone.left[0].reason
    world.run("b", "x", name="ours")
    undone = world.undo("r1").undone
    assert ([one.id for one in undone.left], undone.archived) == ([1], 1)
    assert world.partners == {1: ("x", "ours", True), 2: ("b", "ours", False)}


def test_records_that_were_known_by_other_fields_are_no_strangers(world):
    """The job has another key by now."""
    world.run("a", "b")
    by_name = job_spec(FIELDS, mode="mirror", key="name", vanish=LOOSE)
    assert vanished(world.run("c", spec=by_name, name="new"))["archived"] == 2


class Names:
    """An Odoo that has these external ids."""

    def __init__(self, **names):
        self._names = names

    def search_read(self, _model, domain, _fields, **_):
        wanted = domain[1][2]
        known = {name: what for name, what in self._names.items() if name in wanted}
        return [{"name": name, "model": model, "res_id": number} for name, (model, number) in known.items()]


def test_external_ids_tell_who_is_who():
    """They must still lead to the record."""
    odoo = Names(a=("res.partner", 1), b=("res.partner", 9), c=("res.users", 3))
    finder = ExternalIdFinder(odoo, "res.partner", "legacy", {}, {})
    known = {number: {"external_id": f"legacy.{name}"} for number, name in enumerate("abcd", 1)}
    assert finder.strangers({**known, 5: {"external_id": "other.a"}, 6: {"ref": "a"}}) == {2, 3, 4}
