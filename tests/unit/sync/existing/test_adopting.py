"""Records that their key finds get the external id of their row."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UnknownOutcome
from tests.builders import ListSource, World, job_spec
from tests.memory_odoo import MemoryOdoo

FIELDS = {"ref": "ref", "name": "name"}
ADOPTING = {"key": "ref", "external_id": "legacy.p_{no}"}


class LoadingOdoo(MemoryOdoo):
    """Also makes records and their external ids together, of texts."""

    def load(self, model, fields, rows, *, context=None, fence=None):
        """One call of `load`, whose first column is the external id."""
        ids = self.create(model, [dict(zip(fields[1:], row[1:], strict=True)) for row in rows])
        for row, number in zip(rows, ids, strict=True):
            module, _, name = row[0].partition(".")
            self.add("ir.model.data", {"module": module, "name": name, "model": model, "res_id": number})
        return {"ids": ids, "messages": []}


class LostAnswers(LoadingOdoo):
    """Whose first answer to the creation of external ids is lost on the way; they are there, or not."""

    lands = True
    lost = 1

    def create(self, model, values, *, context=None, fence=None):
        """Create, or not; the answer is lost."""
        if model != "ir.model.data" or not self.lost:
            return super().create(model, values, context=context, fence=fence)
        self.lost -= 1
        if self.lands:
            super().create(model, values, context=context, fence=fence)
        raise UnknownOutcome("gone")


def ran(odoo, *rows, shown=None, load=None, **target):
    """Run a job that adopts; what it told."""
    spec = job_spec(FIELDS, load=load, **{**ADOPTING, **target})
    return World(odoo).run(spec, ListSource(["no", "ref", "name"], list(rows)), shown=shown)


def names(odoo):
    """External id to its record."""
    return {row["name"]: row["res_id"] for row in odoo.records.get("ir.model.data", {}).values()}


@pytest.mark.parametrize("mode", ["update", "upsert"])
def test_adoption_comes_with_what_differs(mode):
    """And without; then nothing is left to do."""
    odoo = LoadingOdoo()
    one, two = odoo.add("res.partner", {"ref": "a", "name": "old"}, {"ref": "b", "name": "B"})
    rows = (["1", "a", "A"], ["2", "b", "B"])
    assert ran(odoo, *rows, shown=5, mode=mode).counts == {"updated": 2}
    assert ran(odoo, *rows, mode=mode).counts == {"updated": 2}
    assert names(odoo) == {"p_1": one, "p_2": two}
    again = ran(odoo, *rows, mode=mode)
    assert (again.counts, again.writes) == ({"unchanged": 2}, 0)


def test_a_job_that_creates_leaves_alone_what_is_there():
    """It gives no external id either."""
    odoo = LoadingOdoo()
    odoo.add("res.partner", {"ref": "a", "name": "old"})
    assert ran(odoo, ["1", "a", "A"], mode="create").counts == {"skipped": 1}
    assert names(odoo) == {}


@pytest.mark.parametrize("lands", [True, False])
def test_an_adoption_without_an_answer_is_settled(lands):
    """It is sent again where it did not land."""
    odoo = LostAnswers()
    odoo.lands = lands
    one, two = odoo.add("res.partner", {"ref": "a", "name": "A"}, {"ref": "b", "name": "old"})
    done = ran(odoo, ["1", "a", "A"], ["2", "b", "B"])
    assert (done.counts, done.result.settled, names(odoo)) == ({"updated": 2}, 1, {"p_1": one, "p_2": two})
    assert odoo.records["res.partner"][two]["name"] == "B"


def test_without_a_key_only_the_external_id_finds():
    """Records without the key are not all meant."""
    odoo = LoadingOdoo()
    odoo.add("res.partner", {"ref": False, "name": "old"})
    assert ran(odoo, ["1", "", "A"]).counts == {"created": 1}


def test_what_means_two_records_is_a_reject():
    """Each reason names them."""
    odoo = LoadingOdoo()
    one, _ = odoo.add("res.partner", {"ref": "a", "name": "A"}, {"ref": "b", "name": "B"})
    odoo.add("res.partner", {"ref": "c", "name": "1"}, {"ref": "c", "name": "2"})
    odoo.add("ir.model.data", {"module": "legacy", "name": "p_1", "model": "res.partner", "res_id": one})
    rows = (["1", "b", "A"], ["2", "a", "A"], ["3", "c", "C"], ["4", "d", "D"], ["5", "d", "E"])
    done = ran(odoo, *rows)
    assert done.codes == ["ambiguous_key", "same_record", "same_record", "two_records"]
    assert done.counts == {"created": 1, "rejected": 4}
    reasons = {row.line: row.reason for row in done.heard.rejects}
    assert "legacy.p_1 is res.partner 1" in reasons[2]
    assert "ref = 'b' is res.partner 2" in reasons[2]
    assert "legacy.p_1 already" in reasons[3]


def test_rows_of_one_key_with_two_ids_make_one_record_across_chunks():
    """The first one does; the others are rejects, also in the next run."""
    odoo = LoadingOdoo()
    for _ in range(2):
        done = ran(odoo, *(["1", "a", "A"], ["2", "x", "X"], ["3", "a", "A"]), load={"chunk_size": 2})
        assert (done.codes, len(odoo.records["res.partner"])) == (["same_record"], 2)


def test_an_external_id_that_is_taken_meanwhile_costs_its_row():
    """The others are adopted."""
    odoo = LoadingOdoo(refuses=lambda values: values.get("name") == "p_2")
    odoo.add("res.partner", *({"ref": ref, "name": "old"} for ref in "abc"))
    done = ran(odoo, *([no, ref, "new"] for no, ref in zip("123", "abc", strict=True)))
    assert (done.counts, sorted(names(odoo))) == ({"updated": 2, "rejected": 1}, ["p_1", "p_3"])
    assert [row["name"] for row in odoo.records["res.partner"].values()] == ["new", "old", "new"]
