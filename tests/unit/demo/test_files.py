"""The demo's files: what a wheel has of them, and what is written where."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from odoo_etl.demo import demo_files, files, lay
from odoo_etl.errors import UsageError

ROOT = Path(__file__).parents[3]


def test_a_wheel_has_what_the_checkout_has():
    """pyproject.toml puts the folder of jobs and each sample into it."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"] == {path: f"odoo_etl/demo/project/{path}" for path in (files.JOBS, *files.SAMPLES)}


def test_jobs_and_their_data_are_among_the_files():
    """And nothing that a run leaves."""
    found = demo_files()
    assert {"pipelines/project.yaml", "pipelines/partners.yaml", "samples/partners.csv", "samples/shop.db"} <= set(
        found
    )
    assert {path.split("/")[0] for path in found} == {"pipelines", "samples"}


def test_what_is_there_is_not_touched(tmp_path):
    """A second time writes nothing; an edited job stays as it is."""
    assert lay(tmp_path / "new").written == len(demo_files())
    (tmp_path / "new/pipelines/partners.yaml").write_text("edited", "utf-8")
    (tmp_path / "new/samples/products.sql").unlink()
    assert lay(tmp_path / "new").written == 1
    assert (tmp_path / "new/pipelines/partners.yaml").read_text("utf-8") == "edited"


def test_the_project_of_another_is_refused(tmp_path):
    """Its jobs would be run."""
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/project.yaml").write_text("connections: {}\n", "utf-8")
    with pytest.raises(UsageError, match=r"project\.yaml is not the demo's: name a folder without a project"):
        lay(tmp_path)
    assert not (tmp_path / "samples").exists()


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    """With its name."""
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(UsageError, match=r"the demo cannot be written into .*file: "):
        lay(tmp_path / "file")
