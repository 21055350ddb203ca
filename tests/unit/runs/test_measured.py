"""The measures of a project, and the file that has them at the end of a run."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime

import pytest

import odoo_etl
from odoo_etl.measuring import KeyMeasures
from odoo_etl.odoo import KeyExpiry
from odoo_etl.reporting.run_folder import RESULTS_FILE
from odoo_etl.runs import use_cases
from odoo_etl.runs.measured import KEYS_EACH_S, KeyWatch, Measuring
from odoo_etl.runs.opening import open_state
from odoo_etl.state import Attempt, Slot

NAMED = "connections: {main: {url: sandbox}}\nmetrics: {file: %s}\n"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A project whose jobs ran, with a file of measures."""
    from tests.unit.runs.conftest import Shop

    shop = Shop(tmp_path_factory.mktemp("measured"))
    shop.write("pipelines/project.yaml", NAMED % "out/etl.prom")
    shop.job("firms")
    shop.write("firms.csv", "ref,name\nf,Firm\n")
    return shop, use_cases.run(shop.use())


def test_the_file_has_the_run_that_just_ended(ran):
    """What a program is given, the command prints, and /metrics answers."""
    shop, result = ran
    text = (shop.root / "out/etl.prom").read_text()
    assert 'odoo_etl_job_last_run_rows{environment="",etl_job="firms",outcome="created"} 1.0' in text
    (job,) = odoo_etl.measures(shop.use()).jobs
    assert (job.job, job.exit_code, job.rows["created"], job.calls["create"].calls) == ("firms", 0, 1, 1)
    assert (result.exit_code, result.notes) == (0, ())


def test_a_plan_writes_no_measures(ran):
    """Nothing has run."""
    shop, _ = ran
    path = shop.root / "out/etl.prom"
    before = path.stat().st_mtime_ns
    use_cases.plan(shop.use())
    assert path.stat().st_mtime_ns == before


def test_an_invalid_job_hides_no_measures(ran):
    """The ledger knows the names; it is project.yaml that must be right."""
    shop, _ = ran
    shop.write("pipelines/broken.yaml", "job: [")
    try:
        assert [job.job for job in odoo_etl.measures(shop.use()).jobs] == ["firms"]
    finally:
        (shop.root / "pipelines/broken.yaml").unlink()


def test_a_file_that_cannot_be_written_fails_no_run(shop):
    """It is noted, in the results on the disk, too."""
    shop.write("pipelines/project.yaml", NAMED % "firms.csv/etl.prom")
    result = use_cases.run(shop.use(), ["firms"])
    assert result.exit_code == 0
    (note,) = result.notes
    assert note.startswith(f"the measures could not be written to {shop.root / 'firms.csv/etl.prom'}: ")
    assert json.loads((result.folder / RESULTS_FILE).read_bytes())["notes"] == [note]


def test_schedules_are_among_them(shop):
    """When they are due next, what became of their slots, how late the last one was, whether they rest."""
    shop.write("pipelines/firms.yaml", (shop.root / "pipelines/firms.yaml").read_text() + "schedule: '0 2 * * *'\n")
    with open_state(shop.project) as ledger:
        slots = ledger.slots("")
        attempt = Attempt("run", 1010.0)
        slots.add(Slot("firms", 1000.0, "time", "ended", 1000.0, attempts=(attempt,), started_at=1010.0, exit_code=3))
        slots.add(Slot("firms", 500.0, "time", "missed", 400.0, times=2))
    (known,) = odoo_etl.measures(shop.use()).schedules
    assert (known.schedule, dict(known.slots), known.late_s) == ("firms", {"done": 1, "missed": 2}, 10.0)
    assert known.next_due_at > time.time()
    odoo_etl.pause(shop.use(), "firms", "ann")
    (paused,) = odoo_etl.measures(shop.use()).schedules
    assert (paused.is_paused, paused.next_due_at) == (True, None)


def test_keys_are_asked_for_some_times_a_day(shop):
    """Not when somebody waits for the measures; a server that does not say leaves its key out."""
    url = "{url: 'https://odoo.invalid', db: x, api_key: abcdefghijkl}"
    shop.write("pipelines/project.yaml", f"connections: {{main: {url}, other: {url}, box: {{url: sandbox}}}}\n")
    at, asked = datetime(2026, 12, 1, tzinfo=UTC), []

    def ask(_project, name, _now):
        asked.append(name)
        return KeyExpiry("key", at) if name == "main" else None

    now, later = [0.0], []
    watch = KeyWatch(ask, later.append, lambda: now[0])
    measuring = Measuring(shop.use(), open_state, lambda: 77.0, watch)
    assert measuring.measures().keys == ()
    assert asked == []
    later.pop()()
    found = measuring.measures()
    assert (found.keys, found.server_beat_at) == ((KeyMeasures("main", at.timestamp()),), 77.0)
    for moment in (KEYS_EACH_S - 1, KEYS_EACH_S):
        now[0] = moment
        measuring.measures()
    (again,) = later
    again()
    assert asked == ["main", "other"] * 2


def test_it_costs_nothing_where_nobody_asks(shop):
    """What makes measures is not even loaded."""
    for name in [name for name in sys.modules if name.startswith(("prometheus_client", "odoo_etl.measuring"))]:
        del sys.modules[name]
    assert use_cases.run(shop.use(), ["firms"]).exit_code == 0
    assert not [name for name in sys.modules if name.startswith(("prometheus_client", "odoo_etl.measuring"))]
