"""The loop of a server: neither a fault nor a ledger that is away ends it."""

from __future__ import annotations

import threading

import pytest

import odoo_etl
from odoo_etl.serving import Serve, opened_server, served

HOURLY = 'schedule: "0 * * * *"'


class Faulty:
    """A server whose first step goes wrong as nobody foresaw."""

    def __init__(self, stop: threading.Event, station: object) -> None:
        self.station = station
        self.stopped, self.steps, self._stop = [], 0, stop
        self.is_idle = self.has_failed = self.is_lost = self.has_work = False
        self.codes = set()

    def step(self) -> float:
        """Look."""
        self.steps += 1
        if self.steps == 1:
            raise ZeroDivisionError("nobody foresaw this")
        self._stop.set()
        return 0.0

    def stop(self, *, stop_runs: bool) -> None:
        """The end."""
        self.stopped.append(stop_runs)


def test_a_fault_is_told_and_ends_nothing(world, monkeypatch):
    monkeypatch.setattr("odoo_etl.serving.opened.AFTER_FAULT_S", 0.0)
    world.write(nightly=HOURLY)
    stop = threading.Event()
    serve = Serve(odoo_etl.Workspace(world.folder), world.news.append)
    with opened_server(serve) as real:
        server = Faulty(stop, real.station)
        assert served(serve, server, stop) == 0
    assert server.steps == 2
    assert [one.event for one in world.news] == ["fault"]
    assert "nobody foresaw this" in world.news[0].text
    assert "nobody foresaw this" in (world.folder / ".odoo_etl/serve/server.jsonl").read_text("utf-8")


def test_once_ends_with_an_error_after_a_fault(world):
    """Nobody waits for a platform's limit, and a step that went wrong is no success."""
    world.write(nightly=HOURLY)
    serve = Serve(odoo_etl.Workspace(world.folder), world.news.append, once=True)
    with opened_server(serve) as real:
        server = Faulty(threading.Event(), real.station)
        assert served(serve, server, threading.Event()) == 1
    assert server.steps == 1


def test_once_without_anything_to_do_ends_at_once(world):
    world.write(nightly=HOURLY)
    serve = Serve(odoo_etl.Workspace(world.folder), world.news.append, once=True)
    with opened_server(serve) as server:
        assert served(serve, server, threading.Event()) == 0
    assert world.events() == ["schedule"]


def test_once_ends_with_an_error_where_the_ledger_cannot_be_used(world):
    world.write(nightly=HOURLY)
    serve = Serve(odoo_etl.Workspace(world.folder), world.news.append, once=True)
    with opened_server(serve) as server:
        (world.folder / ".odoo_etl/state.db").unlink()
        assert served(serve, server, threading.Event()) == 1
    assert "ledger_failed" in world.events()


def test_another_ledger_in_its_place_ends_the_server(world):
    """It would write for nobody until somebody notices; who starts it again has the new one."""
    world.write(nightly=HOURLY)
    serve = Serve(odoo_etl.Workspace(world.folder), world.news.append)
    with opened_server(serve) as server:
        server.step()
        state = world.folder / ".odoo_etl/state.db"
        state.rename(state.with_suffix(".former"))
        state.write_bytes(b"another one")
        assert served(serve, server, threading.Event()) == 1
    assert world.events() == ["schedule", "ledger_replaced"]
    assert "start it again" in world.news[-1].text


def test_a_ledger_that_comes_back_is_used_again(world):
    """It is told once that it is away, and once that it is back; what was due meanwhile is made up for."""
    world.write(nightly=HOURLY)
    world.begin()
    world.step()
    state = world.folder / ".odoo_etl/state.db"
    away = state.rename(state.with_suffix(".away"))
    world.step(3600)
    world.step(10)
    away.rename(state)
    world.settle(120)
    assert [one for one in world.events() if one.startswith("ledger")] == ["ledger_failed", "ledger_back"]
    assert world.told() == [("time", "ended", 0, ["run:0"])]


@pytest.mark.parametrize(("ends_after_s", "steps"), [(30.0, 3), (900.0, 6)])
def test_runs_that_are_interrupted_at_the_end_are_waited_for(world, monkeypatch, ends_after_s, steps):
    """For a minute: until then, how they ended comes into the ledger; then they are left to the next server."""
    monkeypatch.setattr("odoo_etl.serving.opened._ENDING_STEP_S", 0.0)
    world.write(nightly=HOURLY)
    stop, time = threading.Event(), world.time
    stop.set()
    serve = Serve(odoo_etl.Workspace(world.folder), world.news.append, stop_runs=True, clock=time)

    class Ending(Faulty):
        has_work = property(lambda self: time.passed < ends_after_s, lambda self, _: None)

        def step(self) -> float:
            self.steps += 1
            time.forward(10)
            return 0.0

    with opened_server(serve) as real:
        server = Ending(stop, real.station)
        assert served(serve, server, stop) == 0
    assert (server.steps, server.stopped) == (steps, [True, False])


def test_a_project_without_schedules_says_so(world):
    world.write(nightly="")
    world.begin()
    world.step()
    world.step(60)
    assert world.events() == ["no_schedule"]
