"""Every kind of store in turn, and processes of their own that use it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from odoo_etl.state import JobLedger, Ledger, open_ledger

ROOT = Path(__file__).parents[3]
Start = Callable[..., subprocess.Popen[str]]


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

        def begin(verb: str, *arguments: str) -> subprocess.Popen[str]:
            command = [sys.executable, "-m", "tests.contract.state.actors", url, str(run_dir), verb, *arguments]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield begin
