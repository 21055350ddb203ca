"""Every kind of store in turn, and processes of their own that use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from odoo_etl.state import JobLedger, Ledger, open_ledger
from tests.contract.state.actors import Actor

Start = Callable[[str, str], Actor]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a store that holds nothing yet."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path}/state/state.db"


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    """Folder of the runs; nobody has made it yet."""
    return tmp_path / "runs"


@pytest.fixture
def ledger(url: str, run_dir: Path) -> Iterator[Ledger]:
    """An open ledger."""
    with open_ledger(url, run_dir) as opened:
        yield opened


@pytest.fixture
def job(ledger: Ledger) -> JobLedger:
    """The job `partners` of a run that has just begun."""
    ledger.start_run("r1", "run")
    return ledger.start_job("r1", "partners", "res.partner", "db", "spec")


@pytest.fixture
def start(url: str, run_dir: Path) -> Iterator[Start]:
    """A function that starts an actor (see actors.py) on the store; what still runs at the end is killed."""
    with ExitStack() as stack:

        def begin(verb: str, run_id: str) -> Actor:
            actor = Actor(url, run_dir, verb, run_id)
            stack.callback(actor.close)
            return actor

        yield begin
