"""The files that a job was made of, as a run found them."""

from __future__ import annotations

from hashlib import sha256

from odoo_etl.runs.jobs.fingerprints import used_files
from odoo_etl.spec import load_project

JOB = """version: 1
job: partners
source: {type: csv, path: ../data/*.csv}
target: {model: res.partner, key: ref}
fields: {ref: ref}
"""


def job_in(folder):
    """A job whose source is all CSV files of data/."""
    (folder / "pipelines").mkdir()
    (folder / "data").mkdir()
    (folder / "pipelines/project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    (folder / "pipelines/partners.yaml").write_text(JOB)
    return load_project(folder, {}).jobs["partners"]


def test_the_job_and_its_sources_are_told(tmp_path):
    """From the project on, with what `sha256sum` would print."""
    job = job_in(tmp_path)
    for name in ("b", "a"):
        (tmp_path / f"data/{name}.csv").write_text(f"ref\n{name}\n")
    found = list(used_files(job, tmp_path))
    assert [(one.kind, one.path, one.size) for one in found] == [
        ("job", "pipelines/partners.yaml", len(JOB)),
        ("source", "data/a.csv", 6),
        ("source", "data/b.csv", 6),
    ]
    assert found[1].sha256 == sha256(b"ref\na\n").hexdigest()
    assert found[1].modified_at.endswith("+00:00")


def test_sources_of_which_some_rows_are_read_are_not_read_for_that(tmp_path):
    """And what is not there the job will say."""
    job = job_in(tmp_path)
    assert [one.kind for one in used_files(job, tmp_path)] == ["job"]
    (tmp_path / "data/a.csv").write_text("ref\n1\n")
    assert [bool(one.sha256) for one in used_files(job, tmp_path, hashed=False)] == [True, False]
