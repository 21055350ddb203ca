"""Where files go once they are done."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from odoo_etl.spec import JobSpec
from odoo_etl.spec.project_file import absolute_source
from odoo_etl.spec.sources import CsvSource, folder_of, is_found


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


@pytest.mark.parametrize("path", ["-", "https://example.com/a.csv", "HTTP://example.com/a.csv"])
def test_what_cannot_be_moved(path):
    """The standard input has no files, and the web keeps its own."""
    with pytest.raises(ValidationError, match="`done` moves files, and"):
        source(path, move="/done")


@pytest.mark.parametrize(
    ("path", "folder", "inside"),
    [
        ("s3://bucket/in/*.csv", "../done", "s3://bucket/done"),
        ("s3://bucket/in/*.csv", "done/late", "s3://bucket/in/done/late"),
        ("s3://bucket/a.csv", "done/", "s3://bucket/done"),
        ("s3://bucket/in/a.csv", "..", "s3://bucket"),
        ("s3://bucket/in/*.csv", "s3://bucket/done/", "s3://bucket/done"),
        ("sftp://anna:secret@host:22/in/*.csv", "../done", "sftp://host:22/done"),
        ("sftp://anna@host/in/*.csv", "sftp://host/all%20done", "sftp://host/all done"),
        ("sftp://host/*/in/a.csv", "../done", "sftp://host/*/done"),
        ("abfs://box@account/in/a.csv", "../done", "abfs://box/done"),
        ("abfs://box@account/in/a.csv", "abfs://box@account/done", "abfs://box/done"),
        ("memory://in/*.csv", "../done", "memory://done"),
        ("memory://in/a.csv", "memory://done", "memory://done"),
        ("/in/*.csv", "/done", "/done"),
    ],
)
def test_folders_of_stores(path, folder, inside):
    """Seen from the folder of the file, or as a URL; without a login."""
    assert source(path, move=folder).done.move == folder
    assert folder_of(path, folder) == inside


@pytest.mark.parametrize(
    ("path", "folder", "message"),
    [
        ("s3://bucket/in/*.csv", "/done", "`move` is no folder of the store that `path` names"),
        ("s3://bucket/in/*.csv", "~/done", "`move` is no folder of the store that `path` names"),
        ("s3://bucket/in/*.csv", "../../done", "`move` leads out of s3://bucket"),
        ("s3://bucket/in/*.csv", "s3://other/done", "`move` is not where `path` is"),
        ("sftp://host/in/*.csv", "sftp://other/done", "`move` is not where `path` is"),
        ("sftp://host/in/*.csv", "ftp://host/done", "`move` is not where `path` is"),
        ("sftp://a:secret@host/in/*.csv", "sftp://a:secret@host/done", "`move` names a user"),
        ("s3://bucket/in/*.csv", ".", "is the folder of the files themselves"),
        ("s3://bucket/in/*.csv", "s3://bucket/in/", "is the folder of the files themselves"),
        ("s3://bucket/**/[ab].csv", "../done", "in which `path` finds files"),
        ("s3://bucket/in/**", "done", "in which `path` finds files"),
        ("sftp://host/*/a.csv", "../done", "in which `path` finds files"),
        ("/in/*.csv", "s3://bucket/done", "`move` is a URL, and files of this machine stay on it"),
    ],
)
def test_folders_elsewhere(path, folder, message):
    """Files move within one store, with one login, which no message tells."""
    with pytest.raises(ValidationError, match=message) as caught:
        source(path, move=folder)
    assert "secret" not in str(caught.value.errors(include_input=False))


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
        ("s3://bucket/in/*.csv", "s3://bucket/in/a.csv", True),
        ("s3://bucket/in/*.csv", "s3://other/in/a.csv", False),
        ("sftp://anna:secret@host/in/*.csv", "sftp://host/in/a.csv", True),
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


def test_folders_of_a_url_stay_as_they_are(tmp_path):
    """They are seen from the file."""
    data = {"path": "s3://bucket/in/*.csv", "done": {"move": "../done"}}
    absolute_source(data, tmp_path)
    assert data["done"] == {"move": "../done"}


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
