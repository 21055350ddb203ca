"""The command that comes next, with the options of this one."""

from __future__ import annotations

from pathlib import Path

from odoo_etl.cli._choice import Chosen
from odoo_etl.cli._next import next_lines, options
from odoo_etl.results import Counts, JobResult, RunResult

JOB = JobResult("partners", "res.partner", counts=Counts(3), rejects_file="/r/partners.csv")


def test_the_best_command_is_named_with_what_comes_before():
    """Others are in `show`."""
    ended = RunResult("r1", "run", "now", exit_code=1, jobs=(JOB,))
    assert list(next_lines(ended, Path("p"))) == ["next: odoo-etl resume r1 --project p"]
    rejects = RunResult("r1", "run", "now", exit_code=3, jobs=(JOB,))
    assert list(next_lines(rejects, None)) == ["next: mend /r/partners.csv, then", "      odoo-etl retry r1"]


def test_the_options_of_this_command_go_along():
    """Quoted, where the shell would break them."""
    choice = Chosen("production", "backup", {"region": "the north"})
    ending = options(choice, Path("/opt/my shop"))
    assert ending == " --project '/opt/my shop' --env production --connection backup --var 'region=the north'"
    assert options(Chosen(), None) == ""
