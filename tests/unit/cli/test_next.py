"""The command that comes next: one that there is, with the options of this one."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl.cli._choice import Chosen
from odoo_etl.cli._next import lines_for, options
from odoo_etl.cli.main import app
from odoo_etl.results import Counts, JobResult, RunResult

ALL = {"doctor", "resume", "retry", "undo", "show", "run"}


def result(code, command="run", jobs=("partners",), rejects=(), **known):
    """The result of a run."""
    made = [JobResult(job, "res.partner", counts=Counts(3), rejects_file=file) for job, file in paired(jobs, rejects)]
    return RunResult("r1", command, "now", exit_code=code, jobs=tuple(made), **known)


def paired(jobs, rejects):
    """Each job and its rejects file."""
    return [(job, rejects[n] if n < len(rejects) else "") for n, job in enumerate(jobs)]


@pytest.mark.parametrize(
    ("ended", "lines"),
    [
        (result(0), ["next: odoo-etl show r1"]),
        (result(0, "plan"), []),
        (result(1), ["next: odoo-etl resume r1"]),
        (result(130), ["next: odoo-etl resume r1"]),
        (result(143, "resume"), ["next: odoo-etl resume r1"]),
        (result(4), ["next: odoo-etl resume r1"]),
        (result(130, "retry", parent="r0"), ["next: odoo-etl retry r0"]),
        (result(130, "undo", parent="r0"), ["next: odoo-etl undo r0"]),
        (result(130, "plan"), []),
        (result(1, jobs=()), []),
        (result(2), []),
        (result(5), ["next: odoo-etl doctor"]),
        (result(6), []),
        (result(3), ["next: odoo-etl show r1"]),
        (result(3, rejects=["/r/a.csv"]), ["next: mend /r/a.csv, then", "      odoo-etl retry r1"]),
        (
            result(3, jobs="ab", rejects=["/r/a.csv", "/r/b.csv"]),
            ["next: mend /r/a.csv and", "      mend /r/b.csv, then", "      odoo-etl retry r1"],
        ),
        (
            result(3, jobs="abcd", rejects=[f"/r/{name}.csv" for name in "abcd"]),
            ["next: mend the rows in /r, then", "      odoo-etl retry r1"],
        ),
    ],
)
def test_each_ending_has_its_command(ended, lines):
    """The best first; none where a run has nothing to go on with."""
    assert list(lines_for(ended, ALL)) == lines


def test_no_command_is_named_that_there_is_not():
    """Another one, or none."""
    assert list(lines_for(result(0), ALL - {"show"})) == []
    assert list(lines_for(result(3, rejects=["/r/a.csv"]), {"show"})) == ["next: odoo-etl show r1"]


def test_the_verbs_that_are_named_are_there():
    """All but those that others may add."""
    names = {one.name or one.callback.__name__ for one in app.registered_commands}
    assert names >= ALL - {"show"}


def test_the_options_of_this_command_go_along():
    """Else the next one would work on another project, or another database."""
    choice = Chosen("production", "backup", {"region": "the north"})
    ending = options(choice, Path("/opt/my shop"))
    assert ending == " --project '/opt/my shop' --env production --connection backup --var 'region=the north'"
    assert list(lines_for(result(1), ALL, ending)) == [f"next: odoo-etl resume r1{ending}"]
    assert options(Chosen(), None) == ""
