"""Undo of lines that their field hides: a pricelist does not show the prices of archived products."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UnknownOutcome
from tests.boms import LINE
from tests.unit.sync.existing.test_reads_deep_reads import Narrowed
from tests.unit.sync.test_job_lines import bom_job, row
from tests.unit.sync.test_job_own_lines import Ledgered
from tests.unit.undoing.test_job_lines_again import undone

FIELDS = {"name": "part", "quantity": {"column": "qty", "type": "decimal"}}


@pytest.mark.parametrize("hidden", ["before", "since"])
def test_hidden_lines_are_put_back(ledger, hidden):
    """Those that changed, and those that went; what is hidden and not the run's stays as it is."""
    world = Ledgered(ledger, Narrowed())
    world.odoo.add("res.lang", {"code": "en_US"})
    spec = bom_job(key="name", rest="remove", line_fields=FIELDS)
    rows = [row("a", "1", "Top", "1"), row("a", "2", "Leg", "4"), row("a", "3", "Pin", "9")]
    world.odoo.keeps = lambda model, _sent, record, _table: model == LINE and record.setdefault("sequence", 1)
    world.run(spec, *rows)
    world.odoo.add(LINE, {"bom_id": 1, "sequence": 40, "name": "Theirs", "quantity": 1.0})
    if hidden == "before":
        world.odoo.records[LINE][2]["sequence"] = 30
    world.run(spec, rows[0], row("a", "2", "Leg", "5"))
    assert (world.result.lines.updated, world.result.lines.removed) == (1, 1)
    world.odoo.records[LINE][2]["sequence"] = 30
    result = undone(world)
    assert (result.error, result.undone.put_back, result.undone.left) == ("", 1, ())
    assert sorted(world.lines().values()) == [("Leg", 4.0), ("Pin", 9.0), ("Theirs", 1.0), ("Top", 1.0)]


@pytest.mark.parametrize("answers", [True, False])
def test_a_hidden_line_is_no_unchanged_one(ledger, answers):
    """Where nothing else of its record changed; also where the write that changed it got no answer."""
    world = Ledgered(ledger, Narrowed())
    world.odoo.add("res.lang", {"code": "en_US"})
    spec = bom_job(key="name", line_fields=FIELDS)
    world.odoo.keeps = lambda model, _sent, record, _table: model == LINE and record.setdefault("sequence", 1)
    world.run(spec, row("a", "1", "Top", "1"), row("a", "2", "Leg", "4"))
    world.odoo.records[LINE][2]["sequence"] = 30
    plain = world.odoo._update

    def update(model, *args):
        plain(model, *args)
        world.odoo._update = plain
        raise UnknownOutcome("no answer")

    world.odoo._update = plain if answers else update
    world.run(spec, row("a", "1", "Top", "1"), row("a", "2", "Leg", "5"))
    assert (world.result.status, world.result.counts.updated) == ("done", 2)
    assert undone(world).undone.put_back == 1
    assert world.lines()[2] == ("Leg", 4.0)
