"""Sources and names as a person writes them: what is refused, with its place in the file."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import load_project
from tests.unit.spec.conftest import job_text

SQL = "{type: sql, url: 'sqlite:///a.db', query: SELECT 1 AS at"


@pytest.fixture
def problem(make_project):
    """The one problem of a job, as (file name, line, column, path, message and hint)."""

    def found(text: str, env: dict[str, str] | None = None) -> tuple[str, int, int, str, str]:
        with pytest.raises(SpecError) as caught:
            load_project(make_project(partners=text), env or {})
        (one,) = caught.value.problems
        return one.file.rpartition("/")[2], one.line, one.column, one.path, f"{one.message} {one.hint}"

    return found


PATHS = ["../x", "..", "'.'", "/etc/passwd", "a/b", "a/../../b", "a\\b", ".hidden", "-rf", "'~root'", "C:x", "é"]


@pytest.mark.parametrize("name", [*PATHS, r'"a\0b"', r'"a\nb"', r'"a\n"', "''"])
def test_a_job_name_is_never_a_path(problem, name):
    """Names become names of files: what could lead out of a folder is refused with its place."""
    file, line, column, path, said = problem(job_text(name=name))
    assert (file, line, column, path) == ("partners.yaml", 2, 6, "job")
    assert "may have letters, digits, _ . -" in said


@pytest.mark.parametrize("key", ["depends_on: ['../x']\n", "tags: ['../x']\n"])
def test_neither_are_names_of_other_jobs_and_tags(problem, key):
    """The same goes for every name that a job gives."""
    file, line, _, path, said = problem(job_text(extra=key))
    assert (file, line, path) == ("partners.yaml", 6, f"{key.split(':')[0]}[0]")
    assert "may have letters, digits" in said


def test_a_variable_cannot_smuggle_a_path_in(problem):
    """Names are checked after their variables are filled in."""
    assert problem(job_text(name="${WHO}"), {"WHO": "../x"})[1:4] == (2, 6, "job")


@pytest.mark.parametrize(
    ("source", "path", "words"),
    [
        (SQL + ", incremental: {}}", "source.incremental", "`cursor` is missing"),
        (SQL + ", incremental: at}", "source.incremental", "must be a mapping"),
        (SQL + ", incremental: {cursor: at, lag: soon}}", "source.incremental.lag", "must be a duration"),
        (SQL + ", incremental: {cursor: at, lag: [1]}}", "source.incremental.lag", "must be a duration"),
        (SQL + ", incremental: {cursor: at, upper: now}}", "source.incremental.upper", "run_start, not 'now'"),
        (SQL + ", incremental: {cursor: at, initial: [1]}}", "source.incremental.initial", "text or a number"),
        (SQL + ", incremental: {cursr: at, cursor: at}}", "source.incremental.cursr", "did you mean `cursor`?"),
        (SQL + ", incremental: {cursor: at}, min_rows: 5}", "source.min_rows", "only changed ones are read"),
        (SQL + ", only_new: true}", "source.only_new", "unknown key"),
        ("{type: csv, path: a.csv, only_new: maybe}", "source.only_new", "true or false"),
        ("{type: csv, path: a.csv, only_new: true, min_rows: 5}", "source.min_rows", "only changed ones are read"),
        ("{type: csv, path: a.csv, incremental: {cursor: at}}", "source.incremental", "unknown key"),
    ],
)
def test_sources_that_cannot_be(problem, source, path, words):
    """What is wrong with a source is told with its key and what may stand there."""
    *_, at, said = problem(job_text(source=source))
    assert (at, words in said) == (path, True), said


@pytest.mark.parametrize(
    ("lag", "means"),
    [
        ("10m", timedelta(minutes=10)),
        ("600", Decimal(600)),
        ("0.5", Decimal("0.5")),
        ("${LAG}", Decimal(7)),
        ("0", Decimal(0)),
    ],
)
def test_a_lag_is_kept_as_it_is_meant(make_project, lag, means):
    """A duration stays one and a number stays one, also from a variable."""
    source = f"{SQL}, incremental: {{cursor: at, lag: '{lag}', initial: 0}}}}"
    (job,) = load_project(make_project(partners=job_text(source=source)), {"LAG": "7"}).jobs.values()
    assert (job.spec.source.incremental.lag, job.spec.source.incremental.initial) == (means, 0)
