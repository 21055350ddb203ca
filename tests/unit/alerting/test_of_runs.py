"""What a run shows of its jobs, and of itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from odoo_etl.alerting import EndedRun, judge_run
from odoo_etl.results import Counts, Discrepancies, Discrepancy, JobResult, RejectGroup
from tests.unit.alerting.conftest import NOON, OPS, done, ran

LIMIT = JobResult("orders", "res.partner", "failed", error="40 % rejected, limit 2 %: see 'x'", exit_code=4)
SKIPPED = JobResult("orders", "res.partner", "skipped", error="another one failed")
KEPT_OTHERWISE = Discrepancies(not_kept_values=2, not_kept=(Discrepancy("k", 1, "vat", "a", "b"),))


@pytest.fixture
def judged(world):
    """A function from a result to (subject, kind) to whether it fires, `silent` left out."""

    def judge(result, *, is_whole=True, memory=(), **alerts):
        project = world.write({"channels": OPS, **alerts}, ({"job": "orders", "tags": ["nightly"]},))
        run = EndedRun(result, is_whole, lambda _: memory, NOON)
        judge.found = judge_run(run, project, project.project.alerts)
        return {(one.subject, one.kind): one.firing for one in judge.found if one.kind != "silent"}

    return judge


def facts(judge, kind):
    """What is to be said of a kind of alert."""
    return next(one.facts for one in judge.found if one.kind == kind)


WELL = {("orders", "failed"): False, ("orders", "rejects"): False, ("orders", "not_kept"): False}
WELL |= {("orders", "volume"): False, ("", "failed"): False}


def test_a_run_that_ends_well(judged):
    """Every kind is known to be well, the silence too."""
    assert judged(ran(done())) == WELL
    (silent,) = (one for one in judged.found if one.kind == "silent")
    assert (silent.subject, silent.firing, silent.well_at) == ("orders", False, NOON)


@pytest.mark.parametrize("command", ["plan", "undo", "reconcile", "export"])
def test_others_bring_no_rows(judged, command):
    """A person waits for them, and sees how they end."""
    assert judged(ran(done(rejected=3), command=command, code=1)) == {}


def test_a_job_that_failed(judged):
    """What it quotes is left out, its figures are not; what was known of its rows stays."""
    assert judged(ran(LIMIT, code=4)) == {("orders", "failed"): True}
    told = facts(judged, "failed")
    assert told["summary"] == "orders: failed with exit code 4: 40 % rejected, limit 2 %: see …"
    (reason,) = told["reasons"]
    assert reason["code"] == "4"
    assert reason["cure"].startswith("Look at them before")
    assert "values" not in told
    judged(ran(LIMIT, code=4), channels={"ops": {**OPS["ops"], "values": True}})
    assert facts(judged, "failed")["values"] == ["40 % rejected, limit 2 %: see 'x'"]


@pytest.mark.parametrize(
    ("job", "code", "rules", "found"),
    [
        (SKIPPED, 1, {}, {("", "failed"): True}),  # nobody else is to blame
        (LIMIT, 4, {"exit_codes": [1]}, {}),
        (replace(LIMIT, exit_code=130), 130, {}, {}),
        (replace(LIMIT, exit_code=0), 143, {}, {}),  # a signal came before anything was known of it
        (replace(LIMIT, exit_code=0), 1, {}, {("orders", "failed"): True}),
        (replace(LIMIT, exit_code=6), 6, {}, {}),
        (replace(LIMIT, exit_code=6), 6, {"exit_codes": [6]}, {("orders", "failed"): True}),
        (LIMIT, 4, {"on": False}, {}),
    ],
)
def test_which_exit_codes_count(judged, job, code, rules, found):
    """Those of the rule; interrupted and busy runs are none by default."""
    assert judged(ran(job, code=code), rules={"failed": rules}) == found


def test_a_run_that_failed_before_any_job(judged):
    """Or after all of them: it is the project's."""
    assert judged(ran(code=5, error="no such key 'k'")) == {("", "failed"): True}
    assert facts(judged, "failed")["summary"] == "the run failed with exit code 5: no such key …"
    found = judged(ran(done(), code=1, error="after: http: no answer"))
    assert (found["orders", "failed"], found["", "failed"]) == (False, True)
    assert ("", "failed") not in judged(ran(code=2, error="no such job"))


@pytest.mark.parametrize(
    ("over", "rejected", "firing"),
    [(0, 0, False), (0, 1, True), (5, 5, False), (5, 6, True), ("5%", 5, False), ("5%", 6, True)],
)
def test_rejects(judged, over, rejected, firing):
    """More than a number, or than a share of the rows of the job."""
    found = judged(ran(done(rejected=rejected), code=3 if rejected else 0), rules={"rejects": {"over": over}})
    assert found["orders", "rejects"] is firing


def test_reasons_of_rejects(judged):
    """The first three, with code, field, rows and cure."""
    groups = [RejectGroup(f"f{n}", "lookup_missing", "no …", n, 2, "", f"no 'X{n}'") for n in (4, 3, 2, 1)]
    judged(ran(done(rejected=10, reject_groups=tuple(groups)), code=3))
    told = facts(judged, "rejects")
    assert told["summary"] == "orders: 10 rows of 100 rejected"
    assert [(one["field"], one["rows"], one["text"]) for one in told["reasons"]] == [
        ("f4", 4, "no …"),
        ("f3", 3, "no …"),
        ("f2", 2, "no …"),
    ]
    assert all(one["cure"] for one in told["reasons"])
    assert told["counts"] == {"read": 100, "created": 90, "rejected": 10}


@pytest.mark.parametrize(("rejected", "found"), [(0, False), (1, None)])
def test_a_retry_shows_rejects_only_where_none_is_left(judged, rejected, found):
    """It has read no other rows."""
    result = judged(ran(done(read=2, rejected=rejected), command="retry", code=3 if rejected else 0))
    assert result.get(("orders", "rejects")) is found
    assert ("orders", "volume") not in result
    assert ("orders", "not_kept") not in result


@pytest.mark.parametrize(("over", "firing"), [(0, True), (1, True), (2, False)])
def test_values_that_were_not_kept(judged, over, firing):
    """Their fields are named, their values are not."""
    result = ran(done(discrepancies=KEPT_OTHERWISE), code=3)
    assert judged(result, rules={"not_kept": {"over": over}})["orders", "not_kept"] is firing
    if firing:
        assert [one["field"] for one in facts(judged, "not_kept")["reasons"]] == ["vat"]


def test_volume_of_whole_runs_only(judged):
    """It remembers the last ones, this one included."""
    result = ran(done(read=10))
    assert judged(result, memory=[1000] * 10)["orders", "volume"] is True
    (volume,) = (one for one in judged.found if one.kind == "volume")
    assert volume.memory == [*[1000] * 9, 10]
    assert "10 rows, fewer than usual" in volume.facts["summary"]
    for other in (judged(result, is_whole=False), judged(replace(result, command="resume"), memory=[1000] * 10)):
        assert ("orders", "volume") not in other


def test_rules_of_a_job_and_of_its_tags(judged):
    """Key by key: of the file, then of the tag, then of the job."""
    jobs = {"orders": {"rejects": {"over": "9%"}}, "tag:nightly": {"rejects": {"over": 0}, "volume": False}}
    found = judged(ran(done(rejected=9), code=3), jobs=jobs, rules={"rejects": False})
    assert found["orders", "rejects"] is False  # it is on again, with the job's own limit
    assert ("orders", "volume") not in found


def test_parts_of_a_job(judged):
    """Each is a subject of its own; none of them silences the job."""
    found = judged(ran(done(part="1/2", rejected=1), code=3))
    assert found["orders 1/2", "rejects"] is True
    assert {one.subject for one in judged.found if one.kind == "silent"} == {"orders"}


def test_two_entries_of_a_job(judged):
    """The worse one counts."""
    for jobs in ((done(rejected=1), done()), (done(), done(rejected=1))):
        assert judged(ran(*jobs, code=3))["orders", "rejects"] is True


def test_what_is_said_next(judged):
    """The command that a report names, or else that which shows the run."""
    judged(ran(LIMIT, code=4))
    assert facts(judged, "failed")["next"] == "odoo-etl show r1"
    judged(ran(replace(LIMIT, counts=Counts(read=5, failed=5)), code=4))
    assert facts(judged, "failed")["next"] == "odoo-etl resume r1"
    judged(replace(ran(LIMIT, code=4), environment="live"))
    assert facts(judged, "failed")["next"] == "odoo-etl show r1 --env live"
