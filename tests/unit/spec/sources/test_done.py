"""Where files go once they are done."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from odoo_etl.spec import JobSpec
from odoo_etl.spec.project_file import absolute_source
from odoo_etl.spec.sources import CsvSource, is_found


def source(path, **done):
    """A source whose files go somewhere."""
    return CsvSource.model_validate({"type": "csv", "path": path, "done": done})


@pytest.mark.parametrize(
    ("path", "folder"),
    [("/in/*.csv", "/done"), ("/in/a.csv", "/in/done"), ("/in/*.csv", "/in/done"), ("/data/in/**/*.csv", "/data/done")],
)
def test_folders_that_are_not_read(path, folder):
    """Both may be such."""
    done = source(path, move=folder, failed=folder).done
    assert (done.move, done.failed) == (folder, folder)


@pytest.mark.parametrize("key", ["move", "failed"])
@pytest.mark.parametrize(
    ("path", "folder", "message"),
    [
        ("/in/*.csv", "/in", "is the folder of the files themselves"),
        ("/in/**/*.csv", "/in/done", "in which `path` finds files"),
        ("/in/*/*.csv", "/in/done", "in which `path` finds files"),
    ],
)
def test_folders_that_are_read(key, path, folder, message):
    """Would give the same rows again."""
    with pytest.raises(ValidationError, match=message):
        source(path, **{"move": "/else", key: folder})


@pytest.mark.parametrize("path", ["-", "https://example.com/a.csv", "s3://bucket/*.csv"])
def test_files_of_other_machines_stay(path):
    """Nobody moves them."""
    with pytest.raises(ValidationError, match="only files of this machine can be moved"):
        source(path, move="/done")


@pytest.mark.parametrize(
    ("pattern", "path", "found"),
    [
        ("/in/*.csv", "/in/a.csv", True),
        ("/in/*.csv", "/in/b/a.csv", False),
        ("/in/**/*.csv", "/in/a.csv", True),
        ("/in/**/*.csv", "/in/b/c/a.csv", True),
        ("/in/**/*.csv", "/other/a.csv", False),
        ("/in/[ab].csv", "/in/a.csv", True),
        ("/in/[1].csv", "/in/[1].csv", True),
        ("/in/a.csv", "/in/b.csv", False),
    ],
)
def test_files_of_a_pattern(pattern, path, found):
    """As a glob finds them."""
    assert is_found(pattern, path) is found


def test_folders_are_relative_to_the_job(tmp_path):
    """Joined sources as well."""
    inner = {"path": "b.csv", "done": {"move": "../done", "failed": "/failed"}}
    data = {"path": "a.csv", "done": {"move": "done"}, "join": {"source": inner}}
    absolute_source(data, tmp_path / "pipelines")
    assert data["done"]["move"] == str(tmp_path / "pipelines/done")
    assert inner == {
        "path": str(tmp_path / "pipelines/b.csv"),
        "done": {"move": str(tmp_path / "done"), "failed": "/failed"},
    }


def test_a_mirror_reads_all_of_its_files_each_time():
    """So they stay."""
    job = {
        "version": 1,
        "job": "a",
        "source": {"type": "csv", "path": "/in/*.csv", "done": {"move": "/done"}},
        "target": {"model": "res.partner", "key": "ref", "mode": "mirror"},
        "fields": {"ref": "ref"},
    }
    with pytest.raises(ValidationError, match="needs the whole source, so it cannot have `done`"):
        JobSpec.model_validate(job)
