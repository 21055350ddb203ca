"""Forgetting, on SQLite as on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from odoo_etl.state import Found, Ledger, Writer

AHEAD = datetime.now(UTC) + timedelta(days=1000)


def wrote(ledger: Ledger, run: str) -> int:
    """A run that created two records, updated one, and rejected a row; the number of its job."""
    ledger.start_run(run, "run")
    job = ledger.start_job(run, "partners", "res.partner", "db", "spec")
    job.done(job.sent(0, "create", keys=[{"ref": "A"}, {"ref": "B"}], after=[{"name": "Ann"}, {"name": "Bob"}]), [1, 2])
    job.done(job.sent(1, "update", keys=[{"ref": "A"}], ids=[1], before=[{"name": "Ann"}], after=[{"name": "Zoe"}]))
    rejects = [{"line": 4, "cells": ["A", "x"], "reason": "A is bad"}, {"line": 5, "cells": ["C", "y"], "reason": "?"}]
    job.confirmed(0, {"created": 2, "rejected": 2}, rejects)
    job.finish("done", {"created": 2}, {"reasons": [[1, "A is bad"]]})
    ledger.finish_run(run, 3)
    return job.id


def test_of_a_purged_run_calls_keys_and_ids_are_left(ledger: Ledger) -> None:
    """What it replaced, rejected and reported is gone; it is not purged twice."""
    job = wrote(ledger, "r1")
    assert [one.id for one in ledger.purges.ended_before(AHEAD)] == ["r1"]
    assert ledger.purges.purged_at("r1") is None
    assert ledger.purges.forget_run("r1") == 2
    assert ledger.purges.ended_before(AHEAD) == []
    assert ledger.purges.purged_at("r1") is not None
    calls = list(ledger.calls(job))
    assert [(one.keys, one.ids, one.before, one.after) for one in calls] == [
        ([{"ref": "A"}, {"ref": "B"}], [1, 2], None, None),
        ([{"ref": "A"}], [1], None, None),
    ]
    assert ledger.result_of(job) == {}


def test_of_a_forgotten_record_no_call_speaks(ledger: Ledger) -> None:
    """The others stay as they are."""
    job = wrote(ledger, "r1")
    assert ledger.purges.writers() == [Writer("partners", "res.partner", "db")]
    found = ledger.purges.records_with(lambda key: key == {"ref": "A"})
    assert found == {Found("res.partner", "db", 1)}
    assert ledger.purges.forget_records(found, lambda key: key == {"ref": "A"}) == 2
    calls = list(ledger.calls(job))
    assert [(one.keys, one.ids, one.after) for one in calls] == [([{"ref": "B"}], [2], [{"name": "Bob"}]), ([], [], [])]
    assert ledger.touched("partners", "res.partner", "db") == {2}


def test_rejects_and_results_are_edited(ledger: Ledger) -> None:
    """Those that are changed are counted."""
    job = wrote(ledger, "r1")
    assert ledger.purges.edit_rejects(lambda row: {**row, "cells": []} if row["cells"][0] == "A" else row) == 1
    assert ledger.purges.edit_results(lambda result: {**result, "reasons": []}) == 1
    assert ledger.purges.edit_results(lambda result: result) == 0
    assert ledger.result_of(job) == {"reasons": []}


def test_the_room_is_given_back(ledger: Ledger) -> None:
    """A server does so by itself."""
    wrote(ledger, "r1")
    ledger.purges.forget_run("r1")
    assert ledger.purges.compact()


def test_a_call_without_an_outcome_keeps_its_key(ledger: Ledger) -> None:
    """Whoever settles it goes by the key."""
    ledger.start_run("r1", "run")
    job = ledger.start_job("r1", "partners", "res.partner", "db", "spec")
    job.unknown(job.sent(0, "create", keys=[{"ref": "A"}]))
    (found,) = ledger.purges.records_with(lambda key: key == {"ref": "A"})
    assert found.is_open
    ledger.purges.forget_records([found], lambda key: key == {"ref": "A"})
    assert next(ledger.calls(job.id)).keys == [{"ref": "A"}]
