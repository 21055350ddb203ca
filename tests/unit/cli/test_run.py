"""What `odoo-etl run` refuses before it looks for a project, and what a signal does while it runs."""

from __future__ import annotations

import signal

import pytest
import typer
from typer.testing import CliRunner

from odoo_etl.cli._run import carry_out
from odoo_etl.cli.main import app
from odoo_etl.errors import Interrupted, UsageError
from odoo_etl.results import RunResult


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--workers", "2"], "neither --workers nor --scheduler"),
        (["--scheduler", "tls://dask:8786"], "neither --workers nor --scheduler"),
        (["--limit", "5"], "no limit"),
    ],
)
def test_one_part_goes_with_little_else(options, why):
    """A scheduler starts the other parts, and each part has rows of its own."""
    result = CliRunner().invoke(app, ["run", "--partition", "1/2", *options])
    assert isinstance(result.exception, UsageError)
    assert why in str(result.exception)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_and_no_report(number, capsys):
    """Else the program would end in another way than its report says, or leave none."""

    def running(workspace):
        workspace.stop.begin()
        signal.raise_signal(number)

    def reporting(workspace):
        workspace.stop.begin()
        workspace.stop.end()
        signal.raise_signal(number)
        return RunResult("r1", "run", "", exit_code=3)

    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(Interrupted):
        carry_out(running, None, as_json=True)
    with pytest.raises(typer.Exit) as ended:
        carry_out(reporting, None, as_json=True)
    assert ended.value.exit_code == 3
    assert '"run_id": "r1"' in capsys.readouterr().out
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before
