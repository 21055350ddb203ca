"""`odoo-etl serve` ends in order, however often it is asked to."""

from __future__ import annotations

import gc
import signal
from contextlib import nullcontext

import pytest

from odoo_etl.cli._signals import ENDINGS
from odoo_etl.cli.serve import serve
from odoo_etl.gc_pauses import BY_DEFAULT, seldom_collected
from odoo_etl.stop import BetweenThreads


@pytest.fixture(autouse=True)
def _handlers():
    """The handlers of signals stay those of the tests."""
    before = {each: signal.getsignal(each) for each in ENDINGS}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def test_a_signal_may_come_while_another_one_is_heard_of(monkeypatch):
    """So the sign takes no lock: a handler that waits for what it has interrupted would wait for ever."""
    heard = []

    def served(_wanted, _server, stop):
        for each in ENDINGS * 2:
            signal.raise_signal(each)
        heard.append((type(stop), stop.wait(0)))
        return 0

    monkeypatch.setattr("odoo_etl.serving.opened_server", lambda _: nullcontext())
    monkeypatch.setattr("odoo_etl.serving.served", served)
    serve(no_page=True)
    assert heard == [(BetweenThreads, True)]


def test_what_goes_on_for_weeks_looks_for_garbage_as_often_as_python_does(monkeypatch):
    """A command that ends soon looks seldom; a server would let pages of a day lie in its memory."""
    seen = []
    monkeypatch.setattr("odoo_etl.serving.opened_server", lambda _: nullcontext())
    monkeypatch.setattr("odoo_etl.serving.served", lambda *_: seen.append(gc.get_threshold()) or 0)
    with seldom_collected():
        assert gc.get_threshold() != BY_DEFAULT
        serve(no_page=True)
        assert seen == [BY_DEFAULT]
        assert gc.get_threshold() != BY_DEFAULT
