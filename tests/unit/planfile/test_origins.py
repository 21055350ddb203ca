"""The things that a plan follows from besides rows and records, and what is told when one has changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from odoo_etl.planfile import Origins, changed_since, other_destinations
from odoo_etl.spec import load_project

CONNECTION = {"url": "https://erp.example.com", "db": "erp", "user": "etl", "api_key": "secret"}


@pytest.fixture
def files(tmp_path):
    """A project with a job of a query, which is in a file of its own, and with Python."""
    source = {"type": "sql", "url": "sqlite:///x.db", "query": {"file": "q.sql"}}
    fields = {"ref": "ref", "name": {"python": f"own_{tmp_path.name}:upper"}}
    job = {"version": 1, "job": "partners", "source": source, "target": {"model": "res.partner", "key": "ref"}}
    write(tmp_path, "pipelines/project.yaml", yaml.safe_dump({"connections": {"main": CONNECTION}}))
    write(tmp_path, "pipelines/partners.yaml", yaml.safe_dump({**job, "fields": fields}))
    write(tmp_path, "pipelines/q.sql", "select ref, name from t")
    write(tmp_path, f"own_{tmp_path.name}.py", "def upper(row):\n    return row['name'].upper()\n")
    return tmp_path


def write(root, name, text):
    """Write a file of the project."""
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def origins(root, **variables):
    """What a plan follows from now."""
    return Origins.of(load_project(root, variables), ["partners"])


def test_nothing_has_changed(files):
    """What is kept comes back as it was, and holds no secret."""
    now = origins(files)
    kept = Origins.kept(now.facts())
    assert (changed_since(kept, now), other_destinations(kept, now), "secret" in str(kept)) == ([], [], False)


@pytest.mark.parametrize("name", ["pipelines/project.yaml", "pipelines/partners.yaml", "pipelines/q.sql"])
def test_a_file_that_has_changed_is_named(files, name):
    """By its path in the project."""
    before = origins(files)
    write(files, name, (files / name).read_text() + "\n")
    assert changed_since(before, origins(files)) == [f"{name} has changed"]


def test_python_of_the_project(files):
    """Its module is among the files."""
    before, module = origins(files), f"own_{files.name}.py"
    assert module in before.files
    write(files, module, "def upper(row):\n    return row['name']\n")
    assert changed_since(before, origins(files)) == [f"{module} has changed"]


def test_a_variable_that_has_changed(files):
    """In a job, or in a step of project.yaml: the files are as they were, and what they say is not."""
    job = files / "pipelines/partners.yaml"
    job.write_text(job.read_text().replace("  ref: ref\n", "  ref: ref\n  comment: {value: 'of ${YEAR}'}\n"))
    assert "YEAR" in job.read_text()
    project = {"connections": {"main": CONNECTION}, "before": [{"command": ["echo", "${SAID}"]}]}
    write(files, "pipelines/project.yaml", yaml.safe_dump(project))
    then = {"YEAR": "2026", "SAID": "a"}
    before = origins(files, **then)
    assert changed_since(before, origins(files, **then)) == []
    (told,) = changed_since(before, origins(files, **{**then, "YEAR": "2027"}))
    assert told.startswith("job partners says something else now, though its file is as it was")
    (told,) = changed_since(before, origins(files, **{**then, "SAID": "b"}))
    assert told.startswith("the steps of project.yaml say something else now")


def test_a_job_that_is_selected_besides(files):
    """The files tell of it, as long as it has one of its own; else the job does."""
    job = (files / "pipelines/partners.yaml").read_text()
    write(files, "pipelines/others.yaml", job.replace("partners", "others"))
    project = load_project(files, {})
    before, now = Origins.of(project, ["partners"]), Origins.of(project, ["partners", "others"])
    assert changed_since(before, now) == ["pipelines/others.yaml is new"]
    assert changed_since(now, before) == ["pipelines/others.yaml is gone, or not used any more"]
    same = replace(before, files=now.files)
    assert changed_since(same, now) == ["job others is among the selected ones now"]


def test_another_destination(files):
    """It is no change: the plan is not for it."""
    before = origins(files)
    write(files, "pipelines/project.yaml", yaml.safe_dump({"connections": {"main": {**CONNECTION, "db": "copy"}}}))
    assert other_destinations(before, origins(files)) == [
        "connection main: the plan is for https://erp.example.com, erp, etl, this is https://erp.example.com, copy, etl"
    ]
