"""Undo makes lines again: once, in all languages, as the job's own, whatever Odoo makes of them or of the answer."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UnknownOutcome
from odoo_etl.so_far import JobSoFar
from odoo_etl.state import open_ledger
from odoo_etl.undoing.job import UndoRequest, undo_job
from tests.boms import LINE, STEP
from tests.builders import PATIENT, Heard
from tests.unit.sync.test_job_lines_fields import FRENCH, World, texts

ROWS = [("x", "1", "Top", "Haut", "Oben"), ("x", "2", "Leg", "Pied", ""), ("x", "3", "Pin", "Cheville", "")]


@pytest.fixture
def world(tmp_path):
    """Nothing is there yet."""
    with open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as ledger:
        some = World(ledger)
        some.odoo.add("res.lang", *({"code": code} for code in ("en_US", "fr_FR", "de_DE")))
        yield some


def undone(world, name="u"):
    """The result of the undo of the last run."""
    (entry,) = world.ledger.jobs(f"r{world.runs}")
    world.ledger.start_run(name, "undo", parent=entry.run_id)
    request = UndoRequest(world.ledger, name, "db", PATIENT)
    return undo_job(entry, world.odoo, Heard(), JobSoFar.begun(entry.job, entry.model), request)


@pytest.mark.parametrize("french", ["Haut", "Dessus"])
def test_a_line_comes_back_once_in_all_languages(world, french):
    """Under a new id, as Odoo gives them; a second undo writes nothing."""
    later = [("x", "1", "Top", french, "Oben"), ROWS[2]]
    world.run(FRENCH, *ROWS, rest="remove")
    assert world.run(FRENCH, *later, rest="remove").result.lines.removed == 1
    result = undone(world)
    assert sorted(texts(world)) == [("Leg", "Pied", False), ("Pin", "Cheville", False), ("Top", "Haut", "Oben")]
    assert (result.undone.put_back, result.undone.left) == (1, ())
    before = world.odoo.writes()
    undone(world, "again")
    assert world.odoo.writes() == before


def test_lines_that_came_back_go_again(world):
    """The job's next run takes them away, as the one that was undone did; those below them, too."""
    steps = {"key": "name", "rest": "remove", "fields": {"name": "step"}}
    rows = [("x", "1", "Top", "", "", "cut"), ("x", "1", "Top", "", "", "glue"), ("x", "2", "Leg", "", "", "cut")]
    lines = {"rest": "remove", "lines": {"step_ids": steps}}
    world.run({}, *rows, **lines)
    assert world.run({}, rows[0], **lines).result.lines.removed == 3
    undone(world)
    assert (len(world.lines("name")), len(world.lines("name", model=STEP))) == (2, 3)
    assert world.run({}, rows[0], **lines).result.lines.removed == 3
    assert (world.lines("name"), world.lines("name", model=STEP)) == ([("Top",)], [("cut",)])


def test_a_line_that_odoo_keeps_otherwise_is_made_once(world):
    """The undo says so."""
    world.run({"note": "a"}, *ROWS, rest="remove")
    world.run({"note": "a"}, *ROWS[1:], rest="remove")

    def keeps(model, sent, record, _table):
        if model == LINE and "note" in sent:
            record["note"] = "<p>Odoo's own</p>"

    world.odoo.keeps = keeps
    result = undone(world)
    assert sorted(world.lines("name")) == [("Leg",), ("Pin",), ("Top",)]
    assert [one.reason for one in result.undone.left] == ["Odoo keeps other values than before: line_ids[id 1]"]


@pytest.mark.parametrize("lands", [True, False])
def test_a_write_without_an_answer_is_put_back_all_the_same(world, lands):
    """Nothing is doubled, and nothing is left as the run made it."""
    rows = [*ROWS, ("y", "1", "Top", "Haut", "Oben"), ("y", "2", "Leg", "Pied", "")]
    world.run(FRENCH, *rows, rest="remove")
    before = sorted(texts(world))
    world.run(FRENCH, rows[0], ("x", "9", "New", "Neuf", ""), rows[3], rest="remove")
    plain = world.odoo._update
    silent = [True]

    def update(model, *args):
        if not silent:
            return plain(model, *args)
        silent.clear()
        if lands:
            plain(model, *args)
        raise UnknownOutcome("no answer")

    world.odoo._update = update
    result = undone(world)
    assert (result.error, result.undone.put_back, result.undone.left) == ("", 2, ())
    assert sorted((name, french) for name, french, _ in texts(world)) == [(name, french) for name, french, _ in before]
