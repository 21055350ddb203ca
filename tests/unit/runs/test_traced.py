"""Spans of a run, from the standard variables to a collector."""

from __future__ import annotations

import gzip
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import forkserver

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from odoo_etl.executors.processes import processes
from odoo_etl.runs import Workers, Workspace, use_cases
from odoo_etl.runs.traced import Traced

OUTER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Collector:
    """Takes spans over OTLP."""

    def __init__(self):
        spans = self.spans = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    spans.extend(span for scope in resource.scope_spans for span in scope.spans)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def tree(self):
        """Each span's name to that of the one above it."""
        names = {span.span_id: span.name for span in self.spans}
        return {span.name: names.get(span.parent_span_id, span.parent_span_id.hex()) for span in self.spans}


@pytest.fixture
def collector(monkeypatch):
    """One that the exporter is told of by the standard variable, which it reads of the process."""
    with Collector() as one:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", one.url)
        yield one


def test_a_run_leaves_its_spans_with_the_collector(shop, collector):
    """Below the span that it is told of; each call below its job, those with rows below a batch."""
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "TRACEPARENT": OUTER}
    result = use_cases.run(Workspace(shop.root, environ=environ), ["firms"])
    assert (result.exit_code, result.notes) == (0, ())
    tree = collector.tree()
    assert tree["run"] == OUTER.split("-")[2]
    assert (tree["job firms"], tree["batch"], tree["res.partner.create"]) == ("run", "job firms", "batch")
    assert tree["common.version"] == "job firms"
    assert {span.trace_id.hex() for span in collector.spans} == {OUTER.split("-")[1]}


@pytest.fixture
def known_workers():
    """What workers are forked off has begun before anybody wants spans, with the variables of then."""
    with processes(1):
        forkserver.ensure_running()


@pytest.mark.usefixtures("known_workers")
def test_workers_join_in(shop, collector):
    """Each part is below the job, and has the calls that it sent; none is there twice."""
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
    result = use_cases.run(Workspace(shop.root, environ=environ), ["firms"], divided=Workers(2))
    assert result.exit_code == 0
    tree = collector.tree()
    assert (tree["part 1/2"], tree["part 2/2"]) == ("job firms", "job firms")
    assert tree["res.partner.create"] == "batch"
    assert [span.name for span in collector.spans].count("res.partner.create") == 1
    assert len({span.trace_id for span in collector.spans}) == 1


def test_a_collector_that_is_away_fails_no_run(shop, monkeypatch):
    """The run says what was lost."""
    url = "http://127.0.0.1:9"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
    monkeypatch.setattr("odoo_etl.tracing.provider.FLUSH_S", 0.2)
    result = use_cases.run(Workspace(shop.root, environ={"OTEL_EXPORTER_OTLP_ENDPOINT": url}), ["firms"])
    assert result.exit_code == 0
    assert any("collector" in note for note in result.notes)


def test_without_the_extra_it_is_named(monkeypatch):
    """The run goes on without spans."""
    for name in [name for name in sys.modules if name.startswith("odoo_etl.tracing") and "wanted" not in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    said = []
    traced = Traced({"OTEL_TRACES_EXPORTER": "otlp"}, said.append)
    assert (traced.observers, traced.traceparent("x"), traced.close()) == ((), "", "")
    assert said == ["spans are wanted, and opentelemetry.sdk.resources is not installed: pip install 'odoo-etl[otel]'"]


def test_an_unknown_exporter_is_noted():
    """With those that there are."""
    said = []
    assert Traced({"OTEL_TRACES_EXPORTER": "zipkin"}, said.append).observers == ()
    assert "allowed: otlp, console, none" in said[0]


@pytest.mark.parametrize("name", ["OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"])
def test_a_variable_that_opentelemetry_refuses_fails_no_run(shop, monkeypatch, name):
    """It raises an error of its own kind; the run is done without spans, and says why."""
    monkeypatch.setenv(name, "-1")
    result = use_cases.run(
        Workspace(shop.root, environ={"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}), ["firms"]
    )
    assert (result.exit_code, len(result.notes)) == (0, 1)
    assert "OpenTelemetry refuses a variable" in result.notes[0]


def test_off_nobody_hears():
    """Without the variables of OpenTelemetry."""
    assert Traced({}, print).observers == ()
