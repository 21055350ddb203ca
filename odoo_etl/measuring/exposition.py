"""Measures as Prometheus reads them: names, units and help of each metric, and the text that has them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry

from odoo_etl.measuring.measures import JobMeasures, Measures, ScheduleMeasures

_OF_JOB: Final = ("etl_job", "environment")  # Prometheus has a label `job` of its own
_OF_SCHEDULE: Final = ("schedule", "environment")
_LAST: Final = "odoo_etl_job_last_run_"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric.

    Attributes:
        name: as Prometheus has it; a counter ends in `_total`, what has a unit in that unit.
        help: one line.
        labels: those that tell its samples apart; all of them have few values.
    """

    name: str
    help: str
    labels: tuple[str, ...] = ()
    kind: Literal["gauge", "counter"] = "gauge"


Sample = tuple[str, tuple[str, ...], float]  # of which metric, its labels, its value

METRICS: Final[Mapping[str, Metric]] = {
    metric.name: metric
    for metric in (
        Metric("odoo_etl_build_info", "Versions of what does the work; always 1.", ("version", "python")),
        Metric(f"{_LAST}start_timestamp_seconds", "When the last run of the job began.", _OF_JOB),
        Metric(f"{_LAST}end_timestamp_seconds", "When the last run of the job ended.", _OF_JOB),
        Metric(f"{_LAST}duration_seconds", "How long the job took in its last run.", _OF_JOB),
        Metric(f"{_LAST}exit_code", "Exit code of the job in its last run: 0 done, 3 with rejects.", _OF_JOB),
        Metric("odoo_etl_job_running", "1 while a run of the job is at work.", _OF_JOB),
        Metric("odoo_etl_job_last_success_timestamp_seconds", "When the whole job was last done.", _OF_JOB),
        Metric(f"{_LAST}rows", "Rows of the last run by outcome: read is the sum.", (*_OF_JOB, "outcome")),
        Metric(f"{_LAST}rejects", "Rejected rows of the last run by code.", (*_OF_JOB, "code")),
        Metric(f"{_LAST}not_kept_values", "Values of the last run that Odoo did not keep.", _OF_JOB),
        Metric(f"{_LAST}calls", "Calls of the last run to Odoo, by method.", (*_OF_JOB, "method")),
        Metric(f"{_LAST}failed_calls", "Those of them that met an error.", (*_OF_JOB, "method")),
        Metric(f"{_LAST}call_seconds", "How long the calls of a method took together.", (*_OF_JOB, "method")),
        Metric(f"{_LAST}waits", "How often the last run waited, by what for.", (*_OF_JOB, "reason")),
        Metric(f"{_LAST}wait_seconds", "How long it waited together.", (*_OF_JOB, "reason")),
        Metric("odoo_etl_runs_total", "Runs that ended, by exit code.", ("command", "exit_code"), "counter"),
        Metric("odoo_etl_schedule_next_due_timestamp_seconds", "When the schedule is due next.", _OF_SCHEDULE),
        Metric("odoo_etl_schedule_paused", "1 while the schedule is paused.", _OF_SCHEDULE),
        Metric(
            "odoo_etl_schedule_slots", "Slots by what became of them: done, failed, missed.", (*_OF_SCHEDULE, "outcome")
        ),
        Metric("odoo_etl_schedule_last_slot_late_seconds", "How late the last slot began.", _OF_SCHEDULE),
        Metric("odoo_etl_server_last_beat_timestamp_seconds", "When a server last gave a sign of life."),
        Metric("odoo_etl_ledger_size_bytes", "Room that the ledger takes."),
        Metric("odoo_etl_api_key_expiry_timestamp_seconds", "When the API key expires.", ("connection",)),
    )
}


def samples(measures: Measures) -> Iterator[Sample]:
    """Every sample of some measures; what is not known has none."""
    versions = measures.versions
    if versions:
        yield "odoo_etl_build_info", (versions.get("odoo-etl", ""), versions.get("python", "")), 1
    for job in measures.jobs:
        yield from _of_job(job)
    for (command, code), number in sorted(measures.runs.items()):
        yield "odoo_etl_runs_total", (command, str(code)), number
    for schedule in measures.schedules:
        yield from _of_schedule(schedule)
    known = {
        "odoo_etl_server_last_beat_timestamp_seconds": measures.server_beat_at,
        "odoo_etl_ledger_size_bytes": measures.ledger_bytes,
    }
    yield from _known(known, ())
    for key in measures.keys:
        yield from _known({"odoo_etl_api_key_expiry_timestamp_seconds": key.expires_at}, (key.connection,))


def _of_job(job: JobMeasures) -> Iterator[Sample]:
    labels = (job.job, job.environment)
    known = {
        f"{_LAST}start_timestamp_seconds": job.started_at,
        f"{_LAST}end_timestamp_seconds": job.finished_at,
        f"{_LAST}duration_seconds": job.duration_s,
        f"{_LAST}exit_code": job.exit_code,
        "odoo_etl_job_running": job.running,
        "odoo_etl_job_last_success_timestamp_seconds": job.succeeded_at,
        f"{_LAST}not_kept_values": job.not_kept,
    }
    yield from _known(known, labels)
    yield from ((f"{_LAST}rows", (*labels, outcome), rows) for outcome, rows in job.rows.items())
    yield from ((f"{_LAST}rejects", (*labels, code), rows) for code, rows in sorted(job.rejects.items()))
    for method, calls in sorted(job.calls.items()):
        yield f"{_LAST}calls", (*labels, method), calls.calls
        yield f"{_LAST}failed_calls", (*labels, method), calls.failed
        yield f"{_LAST}call_seconds", (*labels, method), calls.seconds
    for reason, waits in sorted(job.waits.items()):
        yield f"{_LAST}waits", (*labels, reason), waits.times
        yield f"{_LAST}wait_seconds", (*labels, reason), waits.seconds


def _of_schedule(schedule: ScheduleMeasures) -> Iterator[Sample]:
    labels = (schedule.schedule, schedule.environment)
    known = {
        "odoo_etl_schedule_next_due_timestamp_seconds": schedule.next_due_at,
        "odoo_etl_schedule_paused": schedule.is_paused,
        "odoo_etl_schedule_last_slot_late_seconds": schedule.late_s,
    }
    yield from _known(known, labels)
    for outcome, number in sorted(schedule.slots.items()):
        yield "odoo_etl_schedule_slots", (*labels, outcome), number


def _known(values: Mapping[str, float | None], labels: Sequence[str]) -> Iterator[Sample]:
    for name, value in values.items():
        if value is not None:
            yield name, tuple(labels), value


def exposition(measures: Measures, accept: str = "") -> tuple[bytes, str]:
    """The measures as text, and what type of content that is.

    Args:
        accept: the types that whoever asks would take, as HTTP has it; "" for the plain text format.
    """
    if not accept:
        return generate_latest(_registry(measures)), CONTENT_TYPE_PLAIN_0_0_4
    encode, content_type = choose_encoder(accept)
    return encode(_registry(measures)), content_type


def _registry(measures: Measures) -> CollectorRegistry:
    """A registry of our own: nothing of the process, nothing of other libraries."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(measures))
    return registry


class _Collected(Collector):
    """Gives the families of some measures."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def collect(self) -> Iterator[Family]:
        """Every family that has a sample."""
        return _families(self._measures)


def _families(measures: Measures) -> Iterator[Family]:
    kinds = {"gauge": GaugeMetricFamily, "counter": CounterMetricFamily}
    families = {name: kinds[one.kind](name, one.help, labels=one.labels) for name, one in METRICS.items()}
    for name, labels, value in samples(measures):
        families[name].add_metric(labels, value)
    yield from (family for family in families.values() if family.samples)
