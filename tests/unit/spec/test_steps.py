"""Steps before and after a job: what they may say, and what a person is told when they may not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from odoo_etl.errors import SpecError
from odoo_etl.spec import CallStep, CommandHook, HttpHook, JobSpec, SqlHook, WriteStep, load_project
from tests.unit.spec.conftest import job_text

PAGE = (Path(__file__).parents[3] / "docs/steps.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def job(**keys):
    """A job with these keys."""
    return JobSpec.model_validate(
        {
            "version": 1,
            "job": "orders",
            "source": {"type": "csv", "path": "rows.csv"},
            "target": {"model": "sale.order", "key": "name", **keys.pop("target", {})},
            "fields": {"name": "name", "note": "note"},
            **keys,
        }
    )


@pytest.mark.parametrize("text", [one for one in EXAMPLES if "connections" not in one])
def test_documented_steps_are_valid(make_project, text):
    """Copied into a job as they stand."""
    spec = load_project(make_project(partners=job_text() + text), {}).jobs["partners"].spec
    assert len(spec.after) + len(spec.before) >= 3


def test_documented_steps_of_a_run_are_valid(make_project):
    """In project.yaml."""
    (text,) = [one for one in EXAMPLES if "connections" in one]
    folder = make_project(partners=job_text())
    (folder / "pipelines/project.yaml").write_text(text)
    project = load_project(folder, {}).project
    assert (len(project.before), len(project.after)) == (1, 1)


def test_each_kind_is_known_by_its_key():
    """Records first, what follows them last."""
    spec = job(
        after=[
            {"call": "action_confirm"},
            {"write": {"locked": True}},
            {"sql": "SELECT 1", "url": "sqlite:///x"},
            {"http": {"url": "https://h/x"}},
            {"command": ["x"]},
        ]
    )
    assert [type(step) for step in spec.after] == [CallStep, WriteStep, SqlHook, HttpHook, CommandHook]
    assert [step.name for step in spec.record_steps] == ["action_confirm", "write locked"]
    assert [hook.name for hook in spec.last_hooks] == ["sql", "http POST https://h", "command x"]


@pytest.mark.parametrize(
    ("step", "at", "words"),
    [
        ({"call": "_confirm"}, ("after", 0, "call"), "begins with _"),
        ({"call": "unlink"}, ("after", 0, "call"), "is no step"),
        ({"call": "write"}, ("after", 0, "call"), "is no step"),
        ({"call": "a.b"}, ("after", 0, "call"), "match pattern"),
        ({"call": "x", "kwargs": {"context": {}}}, ("after", 0, "kwargs", "context"), "its own `context`"),
        ({"call": "x", "kwargs": {"ids": [1]}}, ("after", 0, "kwargs", "ids"), "its own `ids`"),
        ({"call": "x", "where": [["a", "~", 1]]}, ("after", 0, "where"), "has the operator"),
        ({"call": "x", "size": 0}, ("after", 0, "size"), "greater than or equal to 1"),
        ({"write": {"note": "x"}}, ("after", 0, "write", "note"), "rows say what `note` is"),
        ({"write": {}}, ("after", 0, "write"), "at least 1 item"),
        ({"sql": "x", "url": "sqlite:///x", "timeout": "0s"}, ("after", 0, "timeout"), "greater than 0"),
        ({"http": {"url": "ftp://x"}}, ("after", 0, "http", "url"), "must be http"),
        ({"http": {"url": "http://x", "body": "a", "json": 1}}, ("after", 0, "http", "json"), "both what is sent"),
        ({"http": {"url": "http://x", "method": "GET", "body": "a"}}, ("after", 0, "http", "body"), "has no body"),
        ({"command": []}, ("after", 0, "command"), "at least 1 item"),
        ({"where": []}, ("after", 0, "call"), "required"),
    ],
)
def test_what_a_step_cannot_be(step, at, words):
    """Each fault has its place."""
    with pytest.raises(ValidationError) as refused:
        job(after=[step])
    found = [
        (tuple(key for key in one["loc"] if not str(key).startswith("(")), one["msg"]) for one in refused.value.errors()
    ]
    assert [where for where, _ in found] == [at]
    assert words.lower() in found[0][1].lower()


def test_steps_on_records_stand_above_the_others():
    """What follows the job waits for all of them."""
    with pytest.raises(ValidationError, match="steps on records come first"):
        job(after=[{"command": ["x"]}, {"call": "action_confirm"}])


def test_mode_create_leaves_others_alone():
    """So `on: all` would be a promise that it does not keep."""
    with pytest.raises(ValidationError, match="leaves records alone"):
        job(after=[{"call": "x", "on": "all"}], target={"mode": "create"})


def test_a_step_is_known_by_what_it_says():
    """Not by how many records go into a call."""
    plain = CallStep(call="x", where=[["a", "=", 1]])
    assert plain.identity == CallStep(call="x", where=[["a", "=", 1]], size=7).identity
    others = [
        CallStep(call="y", where=plain.where),
        CallStep(call="x"),
        CallStep(call="x", where=plain.where, on="all"),
    ]
    others += [CallStep(call="x", where=plain.where, args=[1]), WriteStep(write={"x": 1}), WriteStep(write={"x": 2})]
    assert len({one.identity for one in (plain, *others)}) == len(others) + 1


def test_secrets_of_steps_are_known(make_project):
    """Passwords of URLs, what stands behind the host, headers; of the project, too."""
    text = yaml.safe_dump(
        {
            "before": [{"sql": "SELECT 1", "url": "postgresql://me:sesame@h/db"}],
            "after": [{"http": {"url": "https://h/hook-token?key=k-e-y", "headers": {"X": "head-secret"}}}],
        }
    )
    project = load_project(make_project(partners=job_text() + text), {})
    assert {"sesame", "/hook-token", "key=k-e-y", "head-secret"} <= project.secrets()


def test_paths_of_databases_start_at_the_file(make_project):
    """As those of sources do."""
    text = yaml.safe_dump({"after": [{"sql": "SELECT 1", "url": "sqlite:///../shop.db"}]})
    folder = make_project(partners=job_text() + text)
    (hook,) = load_project(folder, {}).jobs["partners"].spec.last_hooks
    assert hook.url.get_secret_value().endswith(f"{folder}/shop.db")


def test_a_step_of_a_run_knows_no_record(make_project):
    """`call` has no place there."""
    folder = make_project(partners=job_text())
    (folder / "pipelines/project.yaml").write_text("connections: {main: {url: sandbox}}\nafter: [{call: x}]\n")
    with pytest.raises(SpecError, match="key `command` is missing"):
        load_project(folder, {})
