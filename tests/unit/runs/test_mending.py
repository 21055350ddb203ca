"""Rejects of a run are mended in their file, and retried: what was mended lands, once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from odoo_etl.errors import Busy, UsageError
from odoo_etl.observers import NoObserver
from odoo_etl.rejects.mending import RejectsFilter, Replacement
from odoo_etl.reporting.events import EventLog
from odoo_etl.runs import Workspace, mend, rejects_of, retry, run
from odoo_etl.runs.opening import open_state

PEOPLE = "ref,name,firm\np,Person,f\nq,Nobody's,none\nr,Nobody's,none\ns,,f\n"


@pytest.fixture
def ran(shop):
    """Three of four people were rejected."""
    shop.write("people.csv", PEOPLE)
    shop.job("people", parent_id={"column": "firm", "lookup": {"model": "res.partner", "by": "ref"}})
    text = (shop.root / "pipelines/people.yaml").read_text()
    shop.write("pipelines/people.yaml", text.replace("name: name", "name: {column: name, required: true}"))
    result = run(shop.use())
    assert [job.counts.rejected for job in result.jobs] == [0, 3]
    return shop, result.run_id


class Changing(NoObserver):
    """Somebody who changes a file while its rows are retried."""

    def __init__(self, act):
        self.act = act

    def job_started(self, job, rows):
        """The rows were read."""
        self.act()


def mended(shop, run_id):
    """The table, with all mended but one row."""
    table = mend(shop.use(), run_id, "people")
    replacement = Replacement("firm", "none", "f")
    wanted = RejectsFilter(code="lookup_missing", text="q", column="ref")
    assert table.replace(replacement, wanted, table.preview(replacement, wanted).version, "anna").cells == 1
    (row,) = table.page(RejectsFilter(field="name")).rows
    table.change(row.number, row.version, {"name": "Named"}, "anna")
    return table


def test_mended_rows_land_once(ran):
    """The others stay, and can be mended again; the last retry takes the file away."""
    shop, run_id = ran
    table = mended(shop, run_id)
    (job,) = retry(shop.use(), run_id).jobs
    assert (job.counts.read, job.counts.created, job.counts.rejected) == (3, 2, 1)
    (row,) = table.page().rows
    assert ([cell.text for cell in row.cells], row.attempts) == (["r", "Nobody's", "none"], 2)
    table.change(row.number, row.version, {"firm": "f"}, "anna")
    (job,) = retry(shop.use(), run_id).jobs
    assert (job.counts.read, job.counts.created, job.counts.rejected) == (1, 1, 0)
    assert rejects_of(shop.use(), run_id).jobs == ()
    with pytest.raises(UsageError, match=rf"run {run_id} has no rejected rows of job 'people'"):
        mend(shop.use(), run_id, "people")
    (job,) = run(shop.use(), "people").jobs
    assert (job.counts.created, job.counts.unchanged) == (0, 1)


def test_a_run_that_is_named_is_not_looked_for_among_all(ran):
    """Pages ask at each click, and a ledger has 10,000 runs."""
    shop, run_id = ran
    asked = []

    def hear(_, __, statement, *___):
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        mend(shop.use(), run_id, "people").page()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)
    runs = [one for one in asked if "FROM etl_runs" in one]
    assert runs
    assert [one for one in runs if "WHERE" not in one] == []


def test_which_jobs_have_rejects(ran):
    """By the run's id, the beginning of it, or the last one that has any."""
    shop, run_id = ran
    for name in (run_id, run_id[:-3], "last"):
        assert rejects_of(shop.use(), name).jobs == ("people",)
    with pytest.raises(UsageError, match="has no rejected rows of job 'firms'; it has those of people"):
        mend(shop.use(), run_id, "firms")
    for name in ("../x", "nothing"):
        with pytest.raises(UsageError, match="there is no run"):
            mend(shop.use(), name, "people")


def test_no_run_yet(shop):
    """There is nothing to mend."""
    assert rejects_of(shop.use()).jobs == ()
    with pytest.raises(UsageError, match="there are no rejected rows"):
        mend(shop.use(), "last", "people")


@pytest.mark.parametrize("command", ["run", "retry"])
def test_a_run_at_work(ran, command):
    """Neither rejects that are still being written are changed, nor those that are being retried; until it ends."""
    shop, run_id = ran
    table = mend(shop.use(), run_id, "people")
    seen = table.row(0)
    with open_state(shop.project) as ledger:
        ledger.start_run("20991231T000000-00000abcd", command, run_id)
    folder = shop.use().runs / "20991231T000000-00000abcd"
    folder.mkdir()
    log = EventLog(folder, command, failed=pytest.fail)
    log.run_started(folder.name, folder)
    with pytest.raises(Busy, match=rf"run {folder.name} is at work on these rows \(`{command}`\)"):
        table.change(0, seen.version, {"firm": "f"}, "anna")
    assert table.page().changed == 0
    log.close()
    table.change(0, seen.version, {"firm": "f"}, "anna")


def test_changed_while_it_is_retried(ran):
    """Whoever does that, as in a spreadsheet: what they changed is kept, and the run says where."""
    shop, run_id = ran
    table = mended(shop, run_id)
    changed = table.path.read_bytes().replace(b"Nobody", b"Somebody")
    workspace = Workspace(shop.root, environ={}, observer=Changing(lambda: table.path.write_bytes(changed)))
    result = retry(workspace, run_id)
    (note,) = [one for one in result.notes if "was changed while its rows were retried" in one]
    kept = table.path.parent / ".mended/people.former-1.csv"
    assert str(kept) in note
    assert kept.read_bytes() == changed
    assert table.page().total == 1
