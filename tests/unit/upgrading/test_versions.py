"""Upgrades from version to version: what they mean is what the text says afterwards, and all else stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import parse_yaml
from odoo_etl.spec.tree import MappingNode, plain
from odoo_etl.upgrading import NEWEST, UPGRADES, Edit, Upgrade, upgraded

ROOT = Path(__file__).parents[3]
JOBS = sorted([*ROOT.glob("pipelines/*.yaml"), *ROOT.glob("samples/migrations/*/pipelines/*.yaml")])


def renamed_values(values):
    """Of a version 2 that nobody needs: `fields` is called `values`, `empty: clear` is `empty: erase`."""
    fields = {name: erased(spec) for name, spec in values["fields"].items()}
    return (
        {"version": 2}
        | {{"fields": "values"}.get(key, key): value for key, value in values.items() if key != "version"}
        | {"values": fields}
    )


def erased(spec):
    """A field of that version."""
    is_odd = isinstance(spec, dict) and spec.get("empty") == "clear"
    return spec | {"empty": "erase"} if is_odd else spec


def renamed_text(root, text):
    """The same as edits."""
    yield Edit(root.entries["version"].node.mark.line, root.entries["version"].node.mark.column, "1", "2")
    yield text.renamed(root.entries["fields"].mark, "fields", "values")
    for entry in root.entries["fields"].node.entries.values():
        found = entry.node.entries.get("empty") if isinstance(entry.node, MappingNode) else None
        if found and found.node.value == "clear":
            yield text.renamed(found.node.mark, "clear", "erase")


NEXT = (*UPGRADES, Upgrade(2, "`fields` is called `values`", renamed_values, renamed_text))
JOB = """\
# yaml-language-server: $schema=job.schema.json
version: 1   # the format
job: partners
source: {type: csv, path: a.csv}   # by night
target: {model: res.partner, key: ref}

fields:      # what goes where
  ref: {column: no, empty: clear}
  name: name
"""


def test_the_newest_version_is_what_jobs_are_checked_against():
    """The schema of jobs knows that one alone."""
    assert UPGRADES[-1].to == NEWEST
    assert [upgrade.to for upgrade in UPGRADES] == list(range(1, NEWEST + 1))
    assert f'"const": {NEWEST}' in (ROOT / "pipelines/job.schema.json").read_text("utf-8")


@pytest.mark.parametrize("path", JOBS, ids=str)
def test_files_of_the_newest_version_stay(path):
    """Byte by byte; project.yaml has no version, and is none of them."""
    if path.name != "project.yaml":
        assert upgraded(path.read_bytes(), path.name) == (1, path.read_bytes())


def test_a_file_without_a_version_gets_one():
    """Before its first key, below its comments."""
    old = JOB.replace("version: 1   # the format\n", "")
    version, new = upgraded(old.encode(), "partners.yaml")
    assert version == 0
    assert new.decode() == JOB.replace("   # the format", "")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_comments_lines_and_marks_stay(newline, mark):
    """What is edited is edited; the rest is as it was."""
    old = (mark + JOB.replace("\n", newline)).encode()
    version, new = upgraded(old, "partners.yaml", NEXT)
    assert version == 1
    expected = (
        JOB.replace("version: 1", "version: 2")
        .replace("\nfields:", "\nvalues:")
        .replace("empty: clear", "empty: erase")
    )
    assert new.decode() == mark + expected.replace("\n", newline)
    assert upgraded(new, "partners.yaml", NEXT) == (2, new)


def test_upgrades_follow_each_other():
    """From no version to the last one."""
    old = JOB.replace("version: 1   # the format\n", "")
    version, new = upgraded(old.encode(), "partners.yaml", NEXT)
    assert version == 0
    assert "\nversion: 2\njob:" in new.decode()
    assert "\nvalues:      # what goes where\n" in new.decode()


@pytest.mark.parametrize("path", [path for path in JOBS if b"\nfields:" in path.read_bytes()], ids=str)
def test_every_sample_can_be_edited(path):
    """Nested mappings, flow style, quotes: the values are the upgrade's, the lines as many as before."""
    old = path.read_bytes()
    _, new = upgraded(old, path.name, NEXT)
    assert plain(parse_yaml(new, path.name).root) == renamed_values(plain(parse_yaml(old, path.name).root))
    assert len(new.splitlines()) == len(old.splitlines())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{job: a, 'fields': {}}", "{version: 2, job: a, 'values': {}}"),
        ('{version: 1, "fields": {a: {empty: "clear"}}}', '{version: 2, "values": {a: {empty: "erase"}}}'),
        (
            "version: 1\nfields:\n  a: &x {empty: clear}\n  b: *x\n",
            "version: 2\nvalues:\n  a: &x {empty: erase}\n  b: *x\n",
        ),
        ("---\nfields: {}\n...\n", "---\nversion: 2\nvalues: {}\n...\n"),
        ("  job: a\n  fields: {}\n", "  version: 2\n  job: a\n  values: {}\n"),
    ],
)
def test_however_it_is_written(old, new):
    """In flow style, in quotes, by aliases, indented."""
    assert upgraded(old.encode(), "a.yaml", NEXT)[1].decode() == new


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("version: 3\nfields: {}\n", "version 3 is of a newer odoo-etl"),
        ("version: one\n", "must be a number from 1 to 2"),
        ("version: 1.0\n", "must be a number from 1 to 2"),
        ("version: true\n", "must be a number from 1 to 2"),
        ("version: 0\n", "must be a number from 1 to 2"),
        ("- a\n", "must be keys with values"),
        ("a: [\n", "not valid YAML"),
        ("a: 1\na: 2\n", "stands here a second time"),
        # A key that is written in such a way is edited by nobody.
        ('version: 1\n"f\\x69elds": {}\n', "cannot be upgraded to version 2"),
    ],
)
def test_what_cannot_be_upgraded_is_told(text, problem):
    """With its place."""
    with pytest.raises(SpecError, match=problem) as raised:
        upgraded(text.encode(), "a.yaml", NEXT)
    assert "a.yaml:" in str(raised.value)


def test_an_upgrade_whose_edits_mean_something_else_is_not_made():
    """A person is told what to change."""
    wrong = Upgrade(1, "add `version: 1`", lambda values: {"version": 1, **values}, lambda root, text: [])
    with pytest.raises(SpecError, match="by hand: add `version: 1`"):
        upgraded(b"job: a\n", "a.yaml", (wrong,))
