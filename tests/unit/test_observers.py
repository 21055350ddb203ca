"""An observer that fails is left out: the run goes on, and says so once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from odoo_etl.errors import Interrupted
from odoo_etl.events import Answered, Phase, Wait
from odoo_etl.observers import GuardedObserver, NoObserver, Observer, Several
from odoo_etl.results import Counts, Destination, JobResult, RejectedRow, RunResult
from odoo_etl.text import keep_secret

ROW = RejectedRow(7, "", ("a", "b"), "name", "map", "required", "needs a value")
EVENTS = {
    "run_started": ("r1", Path("runs/r1")),
    "jobs_chosen": (["partners"],),
    "connected": (Destination("main", "https://erp.example.com", "erp", "bot", "Odoo 19.0"),),
    "phase": ("partners", Phase.ROWS),
    "job_started": ("partners", 3),
    "resumed": ("partners", 2),
    "batch_started": ("partners", 0, 3),
    "batch_ended": ("partners", 0),
    "calling": ("partners", ("res.partner.create",)),
    "answered": ("partners", Answered("res.partner.create", 3, 0.5)),
    "waiting": ("partners", Wait("server", "HTTP 503", 8.0, 3, 6)),
    "progressed": ("partners", Counts()),
    "exported": ("partners", 2_000),
    "rejected": ("partners", ROW),
    "note": ("partners", "waits"),
    "job_finished": (JobResult("partners", "res.partner"),),
    "run_finished": (RunResult("r1", "run", "2026-01-31"),),
}


class Raising(NoObserver):
    """Keeps what it hears, and raises an error at one event."""

    def __init__(self, event="", error=None):
        self.heard = []
        for name in EVENTS:
            setattr(self, name, lambda *values, name=name: self._hear(name, values, event, error))

    def _hear(self, name, values, event, error):
        self.heard.append((name, values))
        if name == event:
            raise error


def hear_all(observer):
    """Let an observer hear of each event once."""
    for name, values in EVENTS.items():
        getattr(observer, name)(*values)


def test_an_observer_hears_everything():
    """Each event as it is, and nothing is said of it."""
    own, said = Raising(), []
    hear_all(GuardedObserver(own, said.append))
    assert (own.heard, said) == (list(EVENTS.items()), [])


def test_these_are_all_events():
    """So that none is left out here, nor by who hands them on."""
    names = {name for name in dir(Observer) if not name.startswith("_")}
    assert names == set(EVENTS)
    for one in (NoObserver, GuardedObserver, Several):
        assert names <= set(vars(one))


def test_several_observers_hear_everything():
    """Each of them, in their order."""
    first, second = Raising(), Raising()
    hear_all(Several(first, second, NoObserver()))
    assert first.heard == second.heard == list(EVENTS.items())


@pytest.mark.parametrize("event", EVENTS)
def test_an_observer_that_raises_hears_nothing_more(event):
    """Whatever it raises at; the note says what that was."""
    own, said = Raising(event, RuntimeError("display is gone")), []
    guarded = GuardedObserver(own, said.append)
    hear_all(guarded)
    hear_all(guarded)
    assert own.heard == list(EVENTS.items())[: list(EVENTS).index(event) + 1]
    assert said == [f"the observer of the run failed at {event} and heard nothing more: RuntimeError: display is gone"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), Interrupted(15)])
def test_what_ends_the_program_is_raised(error):
    """It is no failure of the observer, which goes on to hear."""
    own, said = Raising("note", error), []
    guarded = GuardedObserver(own, said.append)
    with pytest.raises(type(error)):
        guarded.note("partners", "waits")
    guarded.job_started("partners", 3)
    assert ([name for name, _ in own.heard], said) == (["note", "job_started"], [])


def test_an_observer_without_a_method_is_left_out():
    """Nobody has checked it before."""
    said = []
    hear_all(GuardedObserver(object(), said.append))
    assert len(said) == 1
    assert "AttributeError" in said[0]


def test_it_is_said_once_by_all_threads():
    """Several lanes may be in the observer when it fails."""
    meet, said = threading.Barrier(4), []

    class Late(NoObserver):
        def note(self, job, text):
            meet.wait(10)
            raise ValueError(job)

    guarded = GuardedObserver(Late(), said.append)
    threads = [threading.Thread(target=guarded.note, args=("partners", "waits")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(said) == 1


def test_the_note_tells_no_secret():
    """The observer may have quoted what it knows."""
    keep_secret(["hush-hush"])
    own, said = Raising("note", ValueError("https://me:hush-hush@host")), []
    GuardedObserver(own, said.append).note("partners", "waits")
    assert "hush" not in said[0]
    assert "https://me:***@host" in said[0]
