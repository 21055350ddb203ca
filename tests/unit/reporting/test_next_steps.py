"""The command that comes next, whatever became of a run: on the terminal, in `show` and on the page."""

from __future__ import annotations

import pytest

from odoo_etl.cli.main import app
from odoo_etl.reporting.next_steps import next_steps
from odoo_etl.results import AppliedPlan, Counts, JobResult, RunResult, VanishedRecords

PLAN = AppliedPlan("night.plan", "d1", "now", "1.0", ("tag:daily", "a*"))
MENDED = "feeds the rejected rows again, once they, or Odoo, are mended"


def result(code, command="run", jobs=("partners",), rejects=(), **known):
    """The result of a run."""
    made = [JobResult(job, "res.partner", counts=Counts(3), rejects_file=file) for job, file in paired(jobs, rejects)]
    return RunResult("r1", command, "now", exit_code=code, jobs=tuple(made), **known)


def paired(jobs, rejects):
    """Each job and its rejects file."""
    return [(job, rejects[n] if n < len(rejects) else "") for n, job in enumerate(jobs)]


def pending(command="plan", code=0, **known):
    """A plan that would write."""
    job = JobResult("partners", "res.partner", counts=Counts(3, created=3), planned={"create": 3})
    return RunResult("r1", command, "now", exit_code=code, jobs=(job,), **known)


def commands(ended, **how):
    """The commands that are named, in their order."""
    return [step.command.removeprefix("odoo-etl ") for step in next_steps(ended, **how)]


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (result(0), []),
        (result(1), ["resume r1"]),
        (result(1, rejects=["/r/a.csv"]), ["resume r1", "retry r1"]),
        (result(1, jobs=()), []),
        (result(1, "apply"), ["resume r1"]),
        (result(1, "retry", parent="r0"), ["retry r0"]),
        (result(2), ["validate"]),
        (result(3), []),
        (result(3, rejects=["/r/a.csv"]), ["retry r1"]),
        (result(4), ["resume r1"]),
        (result(4, "reconcile"), []),
        (result(5), ["doctor"]),
        (result(6), ["history"]),
        (result(7, "apply", plan=PLAN), ["plan --out night.plan tag:daily 'a*'"]),
        (result(7, "apply", plan=PLAN, error="run r0 has begun: `odoo-etl resume r0` goes on with it"), []),
        (result(7, "resume"), []),
        (result(130), ["resume r1"]),
        (result(130, "apply"), ["resume r1"]),
        (result(143, "resume"), ["resume r1"]),
        (result(130, "retry", parent="r0"), ["retry r0"]),
        (result(130, "undo", parent="r0"), ["undo r0"]),
        (result(130, "plan"), []),
        (result(130, "undo", parent="r0", only_planned=True), []),
        (result(0, "plan"), []),
        (pending(), ["run partners"]),
        (pending(code=8), ["run partners"]),
        (pending(environment="prod"), ["run --env prod partners"]),
        (pending(code=1), []),
        (pending("undo", parent="r0", only_planned=True), ["undo r0"]),
        (pending("undo", parent="r0"), []),
        (result(3, "plan", rejects=["/r/a.csv"]), ["plan partners"]),
        (
            RunResult("r1", "plan", "now", jobs=(JobResult("p", "m", vanished=VanishedRecords("archive", 2)),)),
            ["run p"],
        ),
    ],
)
def test_each_ending_has_its_commands(ended, told):
    """The best first; none where all is well, or a run has nothing to go on with."""
    assert commands(ended) == told


def test_a_killed_run_goes_on_as_its_verb_does():
    """It has no exit code that could be believed, and what ran before it may be all that there is to go on with."""
    assert commands(result(0), killed=True) == ["resume r1"]
    assert commands(result(0, jobs=()), killed=True) == ["resume r1"]
    assert commands(result(0, "undo", parent="r0"), killed=True) == ["undo r0"]


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (result(0), ["show r1"]),
        (result(0, "undo", parent="r0"), ["show r1"]),
        (result(3), ["show r1"]),
        (result(3, rejects=["/r/a.csv"]), ["retry r1"]),
        (result(2), []),
        (result(1, jobs=()), []),
        (result(0, "plan"), []),
    ],
)
def test_who_has_seen_a_summary_is_led_to_the_rest(ended, told):
    """Not to what the error before it says already."""
    assert commands(ended, brief=True) == told


@pytest.mark.parametrize(
    ("ended", "before"),
    [
        (result(3, rejects=["/r/a.csv"]), ("mend /r/a.csv, then",)),
        (result(3, jobs="ab", rejects=["/r/a.csv", "/r/b.csv"]), ("mend /r/a.csv and", "mend /r/b.csv, then")),
        (result(3, jobs="abcd", rejects=[f"/r/{name}.csv" for name in "abcd"]), ("mend the rows in /r, then",)),
        (result(4), ("mend the source, or the limit, then",)),
        (result(3, "plan", rejects=["/r/a.csv"]), ("mend in the source what is listed in", "/r/a.csv")),
    ],
)
def test_what_is_to_be_done_before(ended, before):
    """A line has one path, and the command one of its own."""
    (step,) = next_steps(ended)
    assert step.before == before
    assert list(step.lines()) == [f"next: {before[0]}", *(f"      {line}" for line in (*before[1:], step.command))]


def test_the_options_of_the_command_line_go_along():
    """Else the next one would work on another project, or another database."""
    (step,) = next_steps(result(1), options=" --project '/opt/my shop' --env prod")
    assert step.command == "odoo-etl resume r1 --project '/opt/my shop' --env prod"
    assert commands(result(5, environment="prod"), options=" --env prod") == ["doctor --env prod"]
    assert commands(result(5, environment="prod")) == ["doctor --env prod"]
    assert commands(result(1, environment="prod")) == ["resume r1"]  # who follows a run works where that did


def test_the_verbs_that_are_named_are_there():
    """A command that is pasted works."""
    names = {one.name or one.callback.__name__ for one in app.registered_commands}
    assert names >= {"resume", "retry", "undo", "plan", "run", "validate", "doctor", "history", "show"}
