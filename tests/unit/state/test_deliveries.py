"""Delivered files as the ledger knows them."""

from __future__ import annotations

import socket

import pytest

from odoo_etl.state import open_ledger


@pytest.fixture
def ledger(tmp_path):
    """An empty ledger."""
    with open_ledger(f"sqlite:///{tmp_path}/state.db", tmp_path) as opened:
        yield opened


def test_what_was_noted_is_due_until_it_moved(ledger):
    """One without rejected rows is forgotten then; another one is known where it is now."""
    deliveries = ledger.deliveries
    deliveries.deliver("r1", "orders", [("/in/a", "m1", "/done", ""), ("/in/b", "m2", "/failed", "/done")])
    first, second = deliveries.all()
    assert (first.path, first.mark, first.folder, first.target, first.later) == ("/in/a", "m1", "/done", "", "")
    deliveries.moved(first, "/done/a")
    deliveries.moved(second, "/failed/b")
    (left,) = deliveries.all()
    assert (left.path, left.folder, left.later) == ("/failed/b", "", "/done")
    deliveries.retried(left, "r2")
    (left,) = deliveries.all()
    assert (left.run_id, left.folder, left.later) == ("r2", "/done", "")
    deliveries.forget(left)
    assert deliveries.all() == []


def test_a_later_run_of_the_job_knows_better(ledger):
    """What it notes of a file stands in place of what was noted before; other jobs and files are left alone."""
    deliveries = ledger.deliveries
    for run, job, path in [("r1", "a", "/in/x"), ("r1", "b", "/in/x"), ("r1", "a", "/in/y"), ("r2", "a", "/in/x")]:
        deliveries.deliver(run, job, [(path, "m", "/done", "")])
    assert [(one.run_id, one.job, one.path) for one in deliveries.all()] == [
        ("r1", "b", "/in/x"),
        ("r1", "a", "/in/y"),
        ("r2", "a", "/in/x"),
    ]


def test_one_run_claims_a_file(ledger):
    """Another one that saw it as it was before is too late."""
    deliveries = ledger.deliveries
    deliveries.deliver("r1", "a", [("/in/x", "m", "/done", "")])
    (seen,) = deliveries.all()
    assert deliveries.claim(seen, "/done/x")
    assert not deliveries.claim(seen, "/done/x.r1")
    assert deliveries.all()[0].target == "/done/x"


def test_files_of_other_machines_are_theirs(ledger, monkeypatch):
    """A ledger may serve several."""
    ledger.deliveries.deliver("r1", "a", [("/in/x", "m", "/done", "")])
    monkeypatch.setattr(socket, "gethostname", lambda: "elsewhere")
    assert ledger.deliveries.all() == []
