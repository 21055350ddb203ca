"""The job that loads an exported file back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from odoo_etl.errors import UsageError
from odoo_etl.exporting import BackJob, Layout, OutColumn, check_key, target_of
from odoo_etl.exporting.targets import FileTarget
from odoo_etl.spec import Job, JobSpec

COLUMNS = (
    OutColumn("ref", "text", ("ref",)),
    OutColumn("active", "boolean", ("active",)),
    OutColumn("tags", "list", ("tags",)),
    OutColumn("a: b", "text", ("x",)),
)
FIELDS = {
    "ref": {"column": "ref"},
    "active": {"column": "active"},
    "category_id": {"column": "tags", "split": "|", "lookup": {"model": "res.partner.category", "by": "name"}},
}


def job(tmp_path, **more):
    given = {"target": target_of("res.partner", ["ref"], "main"), "fields": FIELDS, "lost": {}, **more}
    form = {name: given.pop(name) for name in ("delimiter", "encoding", "safe") if name in given}
    file = FileTarget(tmp_path / "data/out.csv", given.pop("format", "csv"), **form)
    return BackJob(tmp_path / "pipelines/back.yaml", file, Layout({}, COLUMNS), **given)


def read(made):
    """The job as a mapping, which is a job."""
    made.check({}, force=False)
    return yaml.safe_load(made.text())


def test_a_job_for_the_file(tmp_path):
    """Its path starts at the folder of the job."""
    found = read(job(tmp_path, lost={"display_name": "Odoo fills it itself"}))
    assert (found["job"], found["target"]) == ("back", {"model": "res.partner", "key": "ref"})
    assert found["source"] == {"type": "csv", "path": "../data/out.csv", "delimiter": ","}
    assert found["fields"] == {"ref": "ref", "active": "active", "category_id": FIELDS["category_id"]}
    made = job(tmp_path, lost={"display_name": "Odoo fills it itself"})
    assert "#   display_name: Odoo fills it itself" in made.text()
    assert made.notes == ("the job leaves display_name out: Odoo fills it itself",)


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({"delimiter": "\t"}, {"type": "csv", "path": "../data/out.csv", "delimiter": "\t"}),
        ({"encoding": "cp1252"}, {"type": "csv", "path": "../data/out.csv", "delimiter": ",", "encoding": "cp1252"}),
        ({"encoding": "UTF-8-SIG"}, {"type": "csv", "path": "../data/out.csv", "delimiter": ","}),
        ({"format": "xlsx"}, {"type": "excel", "path": "../data/out.csv"}),
        ({"format": "parquet"}, {"type": "parquet", "path": "../data/out.csv"}),
    ],
)
def test_the_source_is_read_as_it_was_written(tmp_path, given, source):
    """Whatever is usual is not said."""
    assert read(job(tmp_path, **given))["source"] == source


def test_apostrophes_are_taken_off_again(tmp_path):
    """From texts only, and of CSV files only."""
    fields = read(job(tmp_path, safe=True))["fields"]
    assert fields["ref"] == {"column": "ref", "transform": "unguard"}
    assert (fields["active"], fields["category_id"]["transform"]) == ("active", "unguard")
    assert read(job(tmp_path, safe=True, format="xlsx"))["fields"]["ref"] == "ref"


def test_a_folder_of_files_is_named_from_the_folder_of_the_job(tmp_path):
    """As every path of a job."""
    fields = {**FIELDS, "image_1920": {"column": "ref", "type": "file", "root": str(tmp_path / "data/images")}}
    assert read(job(tmp_path, fields=fields))["fields"]["image_1920"]["root"] == "../data/images"


def test_keys_of_json_objects(tmp_path):
    """A dot in them leads to no value below."""
    fields = {
        "ref": {"column": "a.ref", "translations": {"fr_FR": "a.ref@fr_FR", "de_DE": {"value": "x.y"}}},
        "action": {"column": "action", "model_column": "action.model", "lookup": {"by": "id"}},
        "state_id": {"columns": ["s.code", "s.c.code"], "lookup": {"model": "m.s", "by": ["code", "c.code"]}},
    }
    found = read(job(tmp_path, fields=fields, format="jsonl"))["fields"]
    assert found["ref"] == {
        "column": r"a\.ref",
        "translations": {"fr_FR": r"a\.ref@fr_FR", "de_DE": {"value": "x.y"}},
    }
    assert found["action"]["model_column"] == r"action\.model"
    assert found["state_id"]["columns"] == [r"s\.code", r"s\.c\.code"]
    assert read(job(tmp_path, fields=fields))["fields"]["action"]["model_column"] == "action.model"


def test_names_that_yaml_would_misread(tmp_path):
    """They are quoted."""
    fields = {"ref": {"column": "ref"}, "name": {"column": "a: b"}}
    assert read(job(tmp_path, fields=fields))["fields"]["name"] == "a: b"


def test_what_is_found_by_its_id_is_only_updated():
    """A record cannot be created with an id of one's own."""
    assert target_of("res.partner", ["id"], "old") == {
        "connection": "old",
        "model": "res.partner",
        "key": "id",
        "mode": "update",
    }
    assert target_of("res.partner", ["a", "b"], "main")["key"] == ["a", "b"]


def test_a_key_that_the_file_has_not():
    """The error says what it has."""
    with pytest.raises(UsageError, match=r"--key names nope, .* it has ref, active, category_id"):
        check_key(["ref", "nope"], FIELDS)


def test_another_job_is_not_written_over(tmp_path):
    """Neither its file nor its name."""
    made = job(tmp_path)
    made.write()
    with pytest.raises(UsageError, match=r"back\.yaml is there already"):
        made.check({}, force=False)
    made.check({}, force=True)
    other = Job(JobSpec.model_validate(yaml.safe_load(made.text())), tmp_path / "other.yaml")
    other.path.touch()
    with pytest.raises(UsageError, match="has a job back already"):
        made.check({"back": other}, force=True)
    replace(made, path=Path(tmp_path / "pipelines/third.yaml")).check({"back": other}, force=False)
