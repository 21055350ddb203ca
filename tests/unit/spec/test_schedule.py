"""The key `schedule`: what may stand there, and whose schedule a job runs by."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import Choice, load_project, scheduled
from tests.unit.spec.conftest import job_text

PROJECT = "connections: {main: {url: sandbox}}\n"


@pytest.fixture
def schedules(make_project):
    """The schedules of a project: name to cron, timezone and jobs."""

    def found(project: str, environment: str | None = None, **jobs: str):
        texts = {name: job_text(name, text) for name, text in jobs.items()}
        loaded = load_project(make_project(project=PROJECT + project, **texts), {}, choice=Choice(environment))
        return {name: (one.spec.cron, one.spec.timezone, one.jobs) for name, one in scheduled(loaded).items()}

    return found


@pytest.fixture
def told(make_project):
    """The problems of a project, as text."""

    def found(project: str = "", **jobs: str) -> list[str]:
        texts = {name: job_text(name, text) for name, text in jobs.items()}
        with pytest.raises(SpecError) as caught:
            load_project(make_project(project=PROJECT + project, **texts), {})
        return [str(problem).rpartition("pipelines/")[2] for problem in caught.value.problems]

    return found


def test_a_job_runs_by_its_own_else_by_its_tags_else_by_the_projects(schedules):
    found = schedules(
        'defaults: {timezone: Europe/Brussels}\nschedule: "0 1 * * *"\ntags: {nightly: {schedule: "0 2 * * *"}}\n',
        own='schedule: {cron: "0 3 * * *", timezone: Asia/Tokyo}\ntags: [nightly]\n',
        tagged="tags: [daily, nightly]\n",
        tagged_too="tags: [nightly]\n",
        rest="",
        never="schedule: none\ntags: [nightly]\n",
    )
    assert found == {
        "own": ("0 3 * * *", "Asia/Tokyo", ("own",)),
        "tag:nightly": ("0 2 * * *", "Europe/Brussels", ("tagged", "tagged_too")),
        "project": ("0 1 * * *", "Europe/Brussels", ("rest",)),
    }


def test_without_any_there_is_none(schedules):
    assert schedules("", rest="") == {}


def test_an_environment_has_it_otherwise(schedules):
    project = (
        'schedule: "0 1 * * *"\ntags: {nightly: {schedule: {cron: "0 2 * * *", retries: 5}}}\n'
        'environments: {dev: {schedule: none, tags: {nightly: {schedule: {cron: "0 4 * * *"}}}}}\n'
    )
    jobs = {"rest": "", "tagged": "tags: [nightly]\n"}
    assert schedules(project, **jobs) == {
        "project": ("0 1 * * *", "UTC", ("rest",)),
        "tag:nightly": ("0 2 * * *", "UTC", ("tagged",)),
    }
    assert schedules(project, "dev", **jobs) == {"tag:nightly": ("0 4 * * *", "UTC", ("tagged",))}


def test_a_variable_may_say_it(schedules):
    """So that one environment is without the schedule of a job."""
    project = 'variables: {night: "0 2 * * *"}\nenvironments: {dev: {variables: {night: none}}}\n'
    assert schedules(project, own='schedule: "${night}"\n') == {"own": ("0 2 * * *", "UTC", ("own",))}
    assert schedules(project, "dev", own='schedule: "${night}"\n') == {}


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ('"0 25 * * *"', "the hour `25` is none (0 to 23, as in 2, */4, 6,18 or 8-17)"),
        ('"60 2 * * *"', "the minute `60` is none (0 to 59"),
        ('"0 2 32 * *"', "the day of the month `32` is none (1 to 31"),
        ('"0 2 * FOO *"', "the month `FOO` is none (1 to 12, or JAN to DEC)"),
        ('"0 2 * * MON#6"', "the day of the week `MON#6` is none (0 to 7"),
        ('"0 2 * *"', "must be a cron expression of five fields"),
        ('"0 0 2 * * *"', "must be a cron expression of five fields"),
        ('"@daily"', "must be a cron expression, not '@daily' (\"0 0 * * *\" is that)"),
        ('"0 0 30 2 *"', "there is no such day, so it would never run"),
        ('"0 0 31 4,6,9,11 *"', "there is no such day, so it would never run"),
        ('{cron: "0 2 * * *", timezone: Europe/Brussel}', "no such time zone, not 'Europe/Brussel' (did you mean"),
        ('{cron: "0 2 * * *", timezone: ""}', "no such time zone"),
        (
            '{cron: "0,10 2 * * *", jitter: 10m}',
            "must be less than the 10m that lie between two times of `0,10 2 * * *`",
        ),
        ('{cron: "0 2 * * *", jitter: 25h}', "must be at most 86400"),
        ('{cron: "0 2 * * *", retries: 11}', "must be at most 10, not 11"),
        ('{cron: "0 2 * * *", retries: -1}', "must be at least 0, not -1"),
        ('{cron: "0 2 * * *", timeout: 0s}', "must be at least 1"),
        (
            '{cron: "0 2 * * *", catch_up: lates}',
            "must be one of latest, all, none, not 'lates' (did you mean `latest`?)",
        ),
        ('{cron: "0 2 * * *", on: file}', "must be one of files, not 'file' (did you mean `files`?)"),
        ('{cron: "0 2 * * *", tz: UTC}', "unknown key"),
        ('{cron: "0 2 * * *", poll: 5m}', "`poll` is for `on: files` (remove it)"),
        ("{on: files, jitter: 5m}", "`jitter` is for `cron` (remove it)"),
        ("{on: files, timezone: UTC}", "`timezone` is for `cron` (remove it)"),
        ("{retries: 1}", "a schedule needs `cron`, or `on: files`"),
        ("{cron: none, retries: 1}", "`none` stands alone"),
        ("[1]", "must be a mapping"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(told, written, problem):
    found = told(own=f"schedule: {written}\n")
    assert len(found) == 1
    assert found[0].startswith("own.yaml:6:")
    assert problem in found[0]


@pytest.mark.parametrize(
    "cron", ["0 0 29 2 *", "0 0 L * *", "0 0 LW * *", "0 0 * * 5L", "0 0 * 2 MON#5", "*/15 8-17 * * MON-FRI"]
)
def test_seldom_is_not_never(schedules, cron):
    assert schedules("", own=f'schedule: "{cron}"\n')["own"][0] == cron


def test_a_jitter_may_be_as_long_as_a_time_less_one(schedules):
    assert schedules("", own='schedule: {cron: "0,10 2 * * *", jitter: 599s}\n')


def test_two_tags_cannot_both_say_when(told):
    project = 'tags: {a: {schedule: "0 1 * * *"}, b: {schedule: "0 2 * * *"}, c: {schedule: none}}\n'
    assert told(project, both="tags: [a, b, c]\n", one="tags: [a, c]\n") == [
        (
            "both.yaml:6:1: tags: its tags `a` and `b` have a schedule each (give the job a `schedule` of its own, or"
            " `schedule: none`)"
        )
    ]


def test_a_tag_that_no_job_has(told):
    assert told('tags: {nightl: {schedule: "0 1 * * *"}}\n', one="tags: [nightly]\n") == [
        "project.yaml:2:8: tags.nightl: no job has the tag `nightl` (did you mean `nightly`?)"
    ]


def test_a_job_cannot_be_called_as_the_projects_schedule(make_project):
    text = 'schedule: "0 1 * * *"\n'
    with pytest.raises(SpecError, match=r"the schedule of project\.yaml is called `project`, too \(rename the job"):
        load_project(make_project(project=PROJECT + text, other=job_text("project", text)), {})


WEB = "{type: csv, path: 'https://example.com/rows.csv'}"
STDIN = "{type: csv, path: '-'}"
SQL = "{type: sql, url: 'sqlite:///x.db', query: select 1}"
STORE = "{type: csv, path: 's3://bucket/rows-*.csv'}"


@pytest.mark.parametrize("source", [WEB, STDIN, SQL])
def test_files_can_only_start_jobs_that_read_some(problems, source):
    assert problems(job_text("partners", "schedule: {on: files}\n", source=source)) == [
        (
            "schedule.on",
            "the job reads no files that could arrive",
            "`on: files` is for files and patterns of this machine or of a store (s3:, sftp:, ...)",
        )
    ]


def test_of_several_jobs_one_must_read_files(make_project):
    project = PROJECT + "tags: {nightly: {schedule: {on: files}}}\n"
    one, other = (job_text(name, "tags: [nightly]\n", source=SQL) for name in ("one", "other"))
    with pytest.raises(SpecError, match=r"tags\.nightly\.schedule\.on: none of its jobs reads files that could arrive"):
        load_project(make_project(project=project, one=one, other=other), {})
    third = job_text("third", "tags: [nightly]\n", source=STORE)
    loaded = load_project(make_project(project=project, one=one, other=other, third=third), {})
    assert scheduled(loaded)["tag:nightly"].jobs == ("one", "other", "third")
