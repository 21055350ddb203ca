"""The spans of a run: `run > job > batch > call`, made of what an observer hears. No value of a row is in any."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from odoo_etl.events import Answered, Phase, Wait
from odoo_etl.observers import NoObserver
from odoo_etl.results import Destination, JobResult, RunResult

_NS: Final = 1_000_000_000
_ANSWERED: Final = "answered"
_WELL: Final = (0, 3, 8)


class Spans(NoObserver):
    """Makes spans of what it hears; called from several threads.

    A call belongs to the batch of the thread that sent it, or to its job where that is at work on none.

    Args:
        tracer: begins spans.
        parent: the context that the run, or the part of a job, is below.
        now_ns: nanoseconds since 1970.
        part: i/N of a job, where this process only does that; "" for whole jobs.
    """

    def __init__(
        self, tracer: Tracer, parent: Context, now_ns: Callable[[], int] = time.time_ns, *, part: str = ""
    ) -> None:
        self._tracer, self._parent, self._now_ns, self._part = tracer, parent, now_ns, part
        self._lock = threading.Lock()
        self._run: Span | None = None
        self._jobs: dict[str, Span] = {}
        self._batches: dict[int, tuple[str, Span]] = {}  # thread to its job and batch
        self._phases: dict[str, str] = {}
        self._attempts: dict[int, int] = {}  # thread to the attempt that its next call is

    def traceparent(self, job: str) -> str:
        """The span of a job as other processes are told of it."""
        carrier: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(carrier, self._context(self._job(job)))
        return carrier.get("traceparent", "")

    def run_started(self, run_id: str, _folder: Path) -> None:
        """Begin the span of the run."""
        self._run = self._tracer.start_span("run", self._parent, attributes={"odoo_etl.run_id": run_id})

    def connected(self, destination: Destination) -> None:
        """Note where the run writes."""
        if self._run is not None:
            where = {"connection": destination.connection, "url": destination.url, "database": destination.database}
            self._run.add_event("connected", {f"odoo_etl.{name}": text for name, text in where.items()})

    def phase(self, job: str, phase: Phase) -> None:
        """Note it on the job; the first one begins the job's span."""
        self._phases[job] = phase.value
        self._job(job).add_event(f"phase {phase.value}")

    def batch_started(self, job: str, number: int, rows: int) -> None:
        """Begin the span of a batch, which this thread works on."""
        attributes = {"odoo_etl.batch": number, "odoo_etl.rows": rows}
        span = self._tracer.start_span("batch", self._context(self._job(job)), attributes=attributes)
        self._batches[threading.get_ident()] = job, span

    def batch_ended(self, _job: str, _number: int) -> None:
        """End it."""
        _, span = self._batches.pop(threading.get_ident(), ("", None))
        if span is not None:
            span.end()

    def answered(self, job: str, answered: Answered) -> None:
        """Make the span of a call, which is over; calls of other processes have theirs there."""
        if answered.elsewhere:
            return
        model, _, method = answered.call.rpartition(".")
        ended = self._now_ns()
        span = self._tracer.start_span(
            answered.call,
            self._context(self._at_work(job)),
            kind=SpanKind.CLIENT,
            start_time=ended - int(answered.seconds * _NS),
            attributes={
                "odoo_etl.model": model,
                "odoo_etl.method": method,
                "odoo_etl.records": answered.records,
                "odoo_etl.outcome": answered.outcome,
                "odoo_etl.attempt": self._attempts.pop(threading.get_ident(), 1),
                "odoo_etl.phase": self._phases.get(job, ""),
            },
        )
        if answered.outcome != _ANSWERED:
            span.set_status(StatusCode.ERROR, answered.outcome)
        span.end(ended)

    def waiting(self, job: str, wait: Wait) -> None:
        """Note it on the batch, or the job; what is waited for may be an answer, after which a call is sent again."""
        if wait.attempt:
            self._attempts[threading.get_ident()] = wait.attempt
        attributes = {"odoo_etl.reason": wait.reason, "odoo_etl.seconds": wait.seconds}
        if wait.attempt:
            attributes["odoo_etl.next_attempt"] = wait.attempt
        self._at_work(job).add_event("wait", attributes)

    def job_finished(self, result: JobResult) -> None:
        """End the span of a job."""
        span = self._job(result.job)
        self._jobs.pop(result.job, None)
        known: dict[str, str | int] = {"odoo_etl.model": result.model, "odoo_etl.status": result.status}
        known |= {f"odoo_etl.rows.{kind}": rows for kind, rows in asdict(result.counts).items()}
        _end(span, {**known, "odoo_etl.exit_code": result.exit_code}, well=result.status == "done")

    def run_finished(self, result: RunResult) -> None:
        """End the span of the run, and those of jobs that did not come to their end."""
        for span in self._jobs.values():
            _end(span, {}, well=False)
        self._jobs.clear()
        known: dict[str, str | int] = {"odoo_etl.command": result.command, "odoo_etl.environment": result.environment}
        known |= {"odoo_etl.parent": result.parent, "odoo_etl.exit_code": result.exit_code}
        if self._run is not None:
            _end(self._run, known, well=result.exit_code in _WELL)

    def _job(self, job: str) -> Span:
        """The span of a job, which begins when it is first heard of."""
        with self._lock:
            if job not in self._jobs:
                above = self._parent if self._run is None else self._context(self._run)
                name, known = (
                    (f"part {self._part}", {"odoo_etl.part": self._part}) if self._part else (f"job {job}", {})
                )
                self._jobs[job] = self._tracer.start_span(name, above, attributes={"odoo_etl.job": job, **known})
            return self._jobs[job]

    def _at_work(self, job: str) -> Span:
        """The batch that this thread works on, if it is of this job; else the job."""
        its, span = self._batches.get(threading.get_ident(), ("", None))
        return span if span is not None and its == job else self._job(job)

    @staticmethod
    def _context(span: Span) -> Context:
        return set_span_in_context(span, Context())


def _end(span: Span, known: Mapping[str, str | int], *, well: bool) -> None:
    span.set_attributes(dict(known))
    if not well:
        span.set_status(StatusCode.ERROR)
    span.end()
