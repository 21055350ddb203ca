"""The tree of spans that a run makes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from odoo_etl.events import Answered, Phase, Wait
from odoo_etl.results import Counts, Destination, JobResult, RunResult
from odoo_etl.tracing import Spans

THERE = Destination("main", "https://erp.example.com", "erp", "etl", "Odoo 19.0")
OUTER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Told:
    """Spans that are kept in memory."""

    def __init__(self, parent=None, **options):
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.now_ns = 10_000_000_000
        self.spans = Spans(provider.get_tracer("test"), parent or Context(), lambda: self.now_ns, **options)

    @property
    def ended(self):
        """Those that ended."""
        return self._exporter.get_finished_spans()

    def one(self, name):
        """The only one of a name."""
        (found,) = [one for one in self.ended if one.name == name]
        return found

    def above(self, name):
        """The name of the span above one."""
        parent = self.one(name).parent
        return next((one.name for one in self.ended if parent and one.context.span_id == parent.span_id), None)


@pytest.fixture
def told():
    """A run that has begun."""
    told = Told()
    told.spans.run_started("r1", Path("runs/r1"))
    return told


def finish(told, code=0, **job):
    """End the job and the run."""
    told.spans.job_finished(JobResult("partners", "res.partner", counts=Counts(read=3, created=3), **job))
    told.spans.run_finished(RunResult("r1", "run", "2026-01-31", environment="test", exit_code=code))


def test_a_call_is_below_its_batch_its_job_and_its_run(told):
    """With the model, the method, how many records, which attempt, in which phase; and the time that it took."""
    spans = told.spans
    spans.phase("partners", Phase.ROWS)
    spans.batch_started("partners", 4, 100)
    spans.answered("partners", Answered("res.partner.create", 100, 2.0))
    spans.batch_ended("partners", 4)
    finish(told)
    assert told.above("res.partner.create") == "batch"
    assert told.above("batch") == "job partners"
    assert told.above("job partners") == "run"
    call = told.one("res.partner.create")
    assert dict(call.attributes) == {
        "odoo_etl.model": "res.partner",
        "odoo_etl.method": "create",
        "odoo_etl.records": 100,
        "odoo_etl.outcome": "answered",
        "odoo_etl.attempt": 1,
        "odoo_etl.phase": "rows",
    }
    assert (call.end_time - call.start_time, call.kind.name, call.status.is_ok) == (2_000_000_000, "CLIENT", True)
    assert dict(told.one("batch").attributes) == {"odoo_etl.batch": 4, "odoo_etl.rows": 100}
    job = told.one("job partners")
    assert (job.attributes["odoo_etl.rows.created"], job.attributes["odoo_etl.status"]) == (3, "done")
    assert [event.name for event in job.events] == ["phase rows"]
    assert told.one("run").attributes["odoo_etl.environment"] == "test"


def test_a_repeat_is_the_next_attempt(told):
    """The wait before it is an event, and what failed an error."""
    spans = told.spans
    spans.batch_started("partners", 0, 1)
    spans.answered("partners", Answered("res.partner.write", 1, 0.1, "TransientError"))
    spans.waiting("partners", Wait("server", "HTTP 503", 8.0, 2, 6))
    spans.answered("partners", Answered("res.partner.write", 1, 0.1))
    spans.answered("partners", Answered("res.partner.read", 1, 0.1))
    spans.batch_ended("partners", 0)
    finish(told)
    calls = [one for one in told.ended if one.name.startswith("res.")]
    assert [(one.attributes["odoo_etl.attempt"], one.status.is_ok) for one in calls] == [
        (1, False),
        (2, True),
        (1, True),
    ]
    (wait,) = told.one("batch").events
    assert dict(wait.attributes) == {"odoo_etl.reason": "server", "odoo_etl.seconds": 8.0, "odoo_etl.next_attempt": 2}


def test_lanes_have_batches_of_their_own(told):
    """A call is of the batch of the thread that sent it; without one, of the job."""
    gate = threading.Barrier(2)

    def lane(number):
        told.spans.batch_started("partners", number, 1)
        gate.wait(5)
        told.spans.answered("partners", Answered(f"m.lane_{number}", 1, 0.1))
        gate.wait(5)
        told.spans.batch_ended("partners", number)

    lanes = [threading.Thread(target=lane, args=(number,)) for number in range(2)]
    for one in lanes:
        one.start()
    for one in lanes:
        one.join()
    told.spans.answered("partners", Answered("m.alone", 1, 0.1))
    finish(told)
    batches = {one.context.span_id: one.attributes["odoo_etl.batch"] for one in told.ended if one.name == "batch"}
    assert {one.name: batches.get(one.parent.span_id) for one in told.ended if one.name.startswith("m.")} == {
        "m.lane_0": 0,
        "m.lane_1": 1,
        "m.alone": None,
    }
    assert told.above("m.alone") == "job partners"


def test_calls_of_other_processes_have_their_spans_there(told):
    """The one that directs them hears of them, too."""
    told.spans.answered("partners", Answered("res.partner.create", 9, 1.0, calls=3, elsewhere=True))
    finish(told)
    assert [one.name for one in told.ended] == ["job partners", "run"]


def test_a_part_is_below_the_job_of_its_run(told):
    """Which is told of it in one text."""
    carrier = {"traceparent": told.spans.traceparent("partners")}
    part = Told(TraceContextTextMapPropagator().extract(carrier, Context()), part="1/2")
    part.spans.answered("partners", Answered("res.partner.create", 1, 0.1))
    part.spans.job_finished(JobResult("partners", "res.partner"))
    finish(told)
    span = part.one("part 1/2")
    assert span.parent.span_id == told.one("job partners").context.span_id
    assert span.context.trace_id == told.one("run").context.trace_id
    assert part.above("res.partner.create") == "part 1/2"


def test_a_run_is_below_the_span_that_it_is_told_of():
    """An orchestrator's, or a server's."""
    told = Told(TraceContextTextMapPropagator().extract({"traceparent": OUTER}, Context()))
    told.spans.run_started("r1", Path())
    finish(told, code=1)
    run = told.one("run")
    assert f"{run.context.trace_id:032x}-{run.parent.span_id:016x}" == OUTER[3:-3]
    assert not run.status.is_ok


def test_a_job_that_is_cut_off_has_a_span(told):
    """One that ends with the run, as an error."""
    told.spans.phase("partners", Phase.SOURCE)
    told.spans.run_finished(RunResult("r1", "run", "2026-01-31", exit_code=143))
    assert [(one.name, one.status.is_ok) for one in told.ended] == [("job partners", False), ("run", False)]


def test_no_text_of_an_error_is_in_a_span(told):
    """It may hold a value."""
    told.spans.waiting("partners", Wait("answer", "secret-value", 1.0))
    finish(told, code=1, status="failed", error="row 7: secret-value", exit_code=1)
    everything = "".join(one.to_json() for one in told.ended)
    assert "secret-value" not in everything


def test_where_a_run_writes_is_noted_on_it(told):
    """Each connection once; before the run has begun there is nothing to note it on."""
    Told().spans.connected(THERE)
    told.spans.connected(THERE)
    finish(told)
    (noted,) = [one for one in told.one("run").events if one.name == "connected"]
    assert noted.attributes == {
        "odoo_etl.connection": "main",
        "odoo_etl.url": "https://erp.example.com",
        "odoo_etl.database": "erp",
    }
