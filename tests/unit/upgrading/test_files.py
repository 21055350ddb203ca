"""The files of a project, and their former contents."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from odoo_etl.errors import SpecError, UsageError
from odoo_etl.upgrading import upgrade_project, write_upgrades

NOW = datetime(2027, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def project(tmp_path):
    """A project with an old job, an old file of tests, and a new job."""
    (tmp_path / "pipelines/tests").mkdir(parents=True)
    for name, text in {
        "project.yaml": "connections: {main: {url: sandbox}}\n",
        "old.yaml": "# mine\njob: old\n",
        "new.yaml": "version: 1\njob: new\n",
        "tests/old.yml": "job: old\n",
        ".hidden.yaml": "job: hidden\n",
    }.items():
        (tmp_path / "pipelines" / name).write_text(text, "utf-8")
    return tmp_path


def test_jobs_and_tests_are_upgraded(project):
    """As a whole, with what they were beside them; a second time there is nothing to do."""
    (project / "pipelines/old.yaml").chmod(0o640)
    found = upgrade_project(project)
    assert (found.looked_at, found.newest) == (3, 1)
    assert [each.path.name for each in found.older] == ["old.yaml", "old.yml"]
    assert "+version: 1" in found.older[0].diff
    kept = write_upgrades(found, NOW)
    assert (project / "pipelines/old.yaml").read_text("utf-8") == "# mine\nversion: 1\njob: old\n"
    assert (project / "pipelines/old.yaml").stat().st_mode & 0o777 == 0o640
    assert kept == project / ".odoo_etl/upgrades/20270131T120000"
    assert (kept / "pipelines/old.yaml").read_text("utf-8") == "# mine\njob: old\n"
    assert (kept / "pipelines/tests/old.yml").read_text("utf-8") == "job: old\n"
    assert upgrade_project(project).older == ()
    assert {path.name for path in (project / "pipelines").iterdir() if "partial" in path.name} == set()


def test_a_file_that_is_a_link_stays_one(project):
    """To a file that several projects share, say."""
    shared = project / "shared.yaml"
    (project / "pipelines/old.yaml").rename(shared)
    (project / "pipelines/old.yaml").symlink_to(shared)
    write_upgrades(upgrade_project(project), NOW)
    assert (project / "pipelines/old.yaml").is_symlink()
    assert shared.read_text("utf-8").startswith("# mine\nversion: 1\n")


def test_one_file_that_cannot_be_upgraded_stops_all(project):
    """Every problem of every file is told."""
    (project / "pipelines/broken.yaml").write_text("a: [\n", "utf-8")
    (project / "pipelines/newer.yaml").write_text("version: 2\n", "utf-8")
    with pytest.raises(SpecError) as raised:
        upgrade_project(project)
    assert [problem.file.rpartition("/")[2] for problem in raised.value.problems] == ["broken.yaml", "newer.yaml"]


def test_a_file_that_changed_meanwhile_stays(project):
    """Somebody is at work on it."""
    found = upgrade_project(project)
    (project / "pipelines/old.yaml").write_text("job: other\n", "utf-8")
    with pytest.raises(UsageError, match="has changed meanwhile"):
        write_upgrades(found, NOW)
    assert (project / "pipelines/old.yaml").read_text("utf-8") == "job: other\n"


def test_without_a_project(tmp_path):
    """As everywhere."""
    with pytest.raises(UsageError, match=r"no pipelines/project\.yaml"):
        upgrade_project(tmp_path)
