"""What the shell completes, and that a project in any state keeps nobody from typing on."""

from contextlib import chdir

import pytest

from odoo_etl.cli._completion import connections, environments, jobs, runs

JOB = "version: 1\njob: {name}\ntags: [{tags}]\n"


@pytest.fixture
def project(tmp_path):
    """A project with two jobs, two runs, and the current folder below it."""
    pipelines = tmp_path / "pipelines"
    pipelines.mkdir()
    (pipelines / "project.yaml").write_text("connections: {main: {}, test: {}}\nenvironments: {production: {}}\n")
    (pipelines / "a.yaml").write_text(JOB.format(name="partners", tags="nightly, base"))
    (pipelines / "b.yaml").write_text(JOB.format(name="products", tags="nightly"))
    for run in ("20260101T000000-1", "20260102T000000-2"):
        (tmp_path / ".odoo_etl/runs" / run).mkdir(parents=True)
    with chdir(pipelines):
        yield tmp_path


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("", ["partners", "products", "tag:base", "tag:nightly"]),
        ("pa", ["partners"]),
        ("+pr", ["+products"]),
        ("tag:n", ["tag:nightly"]),
        ("x", []),
    ],
)
def test_jobs(project, typed, completed):
    assert jobs(typed) == completed


def test_runs_newest_first(project):
    assert runs("") == ["last", "20260102T000000-2", "20260101T000000-1"]
    assert runs("20260101") == ["20260101T000000-1"]


def test_connections_and_environments(project):
    assert (connections("m"), environments("")) == (["main"], ["production"])


def test_a_project_that_cannot_be_read_completes_nothing(project):
    (project / "pipelines/project.yaml").write_text("connections: [\n")
    assert (connections(""), environments("")) == ([], [])


def test_no_project(tmp_path):
    with chdir(tmp_path):
        assert (jobs(""), runs(""), connections("")) == ([], ["last"], [])
