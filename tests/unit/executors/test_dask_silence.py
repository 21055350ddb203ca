"""A library is silent while a run uses it, and heard again as before."""

from __future__ import annotations

import logging
from contextlib import ExitStack

import pytest

from odoo_etl.executors.dask import silenced

NAMES = ("noisy", "noisy.worker", "noisy.worker.memory")


class Kept(logging.Handler):
    """Keeps what it is given."""

    def __init__(self):
        super().__init__()
        self.said = []

    def emit(self, record):
        """Keep it."""
        self.said.append((record.name, record.levelname))


@pytest.fixture
def kept():
    """The one handler of a library that has loggers with levels of their own."""
    handler, library = Kept(), logging.getLogger("noisy")
    library.propagate = False
    library.addHandler(handler)
    library.setLevel(logging.INFO)
    logging.getLogger("noisy.worker.memory").setLevel(logging.DEBUG)
    yield handler
    library.removeHandler(handler)


def say(level=logging.ERROR):
    """Each logger says something."""
    for name in NAMES:
        logging.getLogger(name).log(level, "a worker died")


def test_it_is_silent_meanwhile(kept):
    """And afterwards it is heard."""
    with silenced("noisy"):
        say()
    assert kept.said == []
    say()
    assert [name for name, _ in kept.said] == list(NAMES)


def test_nothing_of_its_set_up_changes(kept):
    """Levels are whose program it is: what they let through before, they let through again."""
    levels = [logging.getLogger(name).level for name in NAMES]
    with silenced("noisy"):
        assert [logging.getLogger(name).level for name in NAMES] == levels
    assert [logging.getLogger(name).level for name in NAMES] == levels
    assert [logging.getLogger(name).filters for name in NAMES] == [[], [], []]
    assert kept.filters == []


def test_what_is_critical_is_heard(kept):
    """Whatever uses the library."""
    with silenced("noisy"):
        say(logging.CRITICAL)
    assert len(kept.said) == 3


def test_loggers_that_come_later_are_silent_too(kept):
    """Some modules are loaded when they are needed."""
    with silenced("noisy"):
        logging.getLogger("noisy.later").error("a connection broke")
    assert kept.said == []


def test_others_are_heard(kept):
    """Also those whose names begin alike."""
    neighbour = logging.getLogger("noisy_neighbour")
    neighbour.addHandler(other := Kept())
    with silenced("noisy"):
        neighbour.error("hello")
    neighbour.removeHandler(other)
    assert other.said == [("noisy_neighbour", "ERROR")]


def test_runs_side_by_side(kept):
    """The first that ends leaves the other's silence alone."""
    with ExitStack() as second:
        with silenced("noisy"):
            second.enter_context(silenced("noisy"))
        say()
        assert kept.said == []
    say()
    assert len(kept.said) == 3
