"""The text that Prometheus reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from odoo_etl.measuring import METRICS, JobMeasures, KeyMeasures, Measures, ScheduleMeasures, Waits, exposition
from odoo_etl.measuring.exposition import samples
from odoo_etl.reporting.events import Calls

JOB = JobMeasures(
    job='part"ners\n',
    environment="production",
    started_at=1.0,
    finished_at=3.0,
    duration_s=2.0,
    exit_code=3,
    succeeded_at=3.0,
    rows={"read": 5, "rejected": 2},
    rejects={"bad_number": 2},
    not_kept=0,
    calls={"create": Calls(2, 1, 0.5)},
    waits={"server": Waits(1, 4.0)},
)
FULL = Measures(
    jobs=(JOB,),
    schedules=(ScheduleMeasures("nightly", "", 9.0, is_paused=True, slots={"run": 7, "missed": 1}, late_s=0.5),),
    keys=(KeyMeasures("main", 99.0), KeyMeasures("old")),
    runs={("run", 0): 4, ("run", 3): 1},
    ledger_bytes=4096,
    server_beat_at=5.0,
    versions={"odoo-etl": "1.0", "python": "3.13"},
)


def read(measures):
    """Name and labels of each sample to its value, as a reader of the format has them."""
    families = text_string_to_metric_families(exposition(measures)[0].decode())
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for each in families for one in each.samples}


def test_every_metric_has_samples_that_can_be_read_back():
    """Labels of others are escaped."""
    found = read(FULL)
    assert {name for name, _ in found} == METRICS.keys()
    of_job = (("environment", "production"), ("etl_job", 'part"ners\n'))
    assert found["odoo_etl_job_last_run_exit_code", of_job] == 3
    assert found["odoo_etl_job_last_run_rows", (*of_job, ("outcome", "rejected"))] == 2
    assert (
        found[
            "odoo_etl_job_last_run_call_seconds",
            (*of_job, ("method", "create")),
        ]
        == 0.5
    )
    assert found["odoo_etl_runs_total", (("command", "run"), ("exit_code", "3"))] == 1
    assert found["odoo_etl_api_key_expiry_timestamp_seconds", (("connection", "main"),)] == 99
    assert found["odoo_etl_schedule_paused", (("environment", ""), ("schedule", "nightly"))] == 1


def test_what_is_not_known_has_no_sample():
    """A zero would be a claim."""
    assert exposition(Measures())[0] == b""
    assert {name for name, _ in read(Measures(jobs=(JobMeasures("a"),)))} == {"odoo_etl_job_running"}


def test_each_sample_has_the_labels_of_its_metric():
    """Prometheus would take another number of them for another series."""
    for name, labels, _ in samples(FULL):
        assert len(labels) == len(METRICS[name].labels), name


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())
def test_names_are_as_prometheus_wants_them(metric):
    """One prefix, base units, `_total` of counters only, no type in a name, a sentence of help."""
    assert re.fullmatch(r"odoo_etl(_[a-z]+)+", metric.name)
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert not re.search(r"_(ms|minutes|days|kb|count|gauge)(_|$)", metric.name)
    assert metric.name.endswith("_timestamp_seconds") or "timestamp" not in metric.name
    assert metric.help.endswith(".")
    assert all(re.fullmatch(r"[a-z_]+", label) for label in metric.labels)


def test_whoever_asks_for_openmetrics_gets_it():
    """Prometheus does; anybody else has the plain text."""
    text, kind = exposition(FULL, "application/openmetrics-text; version=1.0.0")
    assert text.endswith(b"# EOF\n")
    assert kind.startswith("application/openmetrics-text")
    assert exposition(FULL, "text/html")[1].startswith("text/plain")


def test_every_metric_is_in_the_docs():
    """With its labels and its help, in their order."""
    page = (Path(__file__).parents[3] / "docs/measures.md").read_text("utf-8")
    table = [line for line in page.splitlines() if line.startswith("| `odoo_etl_")]
    lines = [f"| `{one.name}` | {', '.join(one.labels)} | {one.help.rstrip('.')} |" for one in METRICS.values()]
    assert table == lines
