"""Snapshots as files: the same content is the same text, and what is none is told."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.snapshots import Snapshot, read_snapshots, write_snapshot

FIELDS = {"name": {"type": "char", "required": True}, "active": {"type": "boolean", "string": "Aktiv – ja"}}
ONE = Snapshot("crm.tag", "19.0", FIELDS, "Tag", "name", {"active": True}, ("color",))


def test_what_is_written_is_read(tmp_path):
    """All of it, by the model."""
    write_snapshot(tmp_path / "schema", ONE)
    assert read_snapshots(tmp_path / "schema") == {"crm.tag": ONE}


def test_a_field_is_a_line(tmp_path):
    """In the order of the names, with sorted attributes: a new field is one line of a diff."""
    path = write_snapshot(tmp_path, ONE)
    lines = path.read_text("utf-8").splitlines()
    assert path.name == "crm.tag.json"
    assert lines[-3:] == [
        '"active": {"string": "Aktiv – ja", "type": "boolean"},',
        '"name": {"required": true, "type": "char"}',
        "}}",
    ]
    turned = Snapshot("crm.tag", "19.0", dict(reversed(FIELDS.items())), "Tag", "name", {"active": True}, ("color",))
    assert write_snapshot(tmp_path / "other", turned).read_text("utf-8") == path.read_text("utf-8")


def test_without_a_folder_there_is_none(tmp_path):
    """Nobody has pulled anything."""
    assert read_snapshots(tmp_path / "schema") == {}


def test_what_is_no_snapshot_is_told(tmp_path):
    """Every file that is none, with what to do."""
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text('{"model": "b", "fields": {"x": 1}, "server": "19.0"}')
    write_snapshot(tmp_path, ONE).rename(tmp_path / "crm.stage.json")
    with pytest.raises(SpecError) as caught:
        read_snapshots(tmp_path)
    assert [(one.file[-14:], one.message) for one in caught.value.problems] == [
        (str(tmp_path / "a.json")[-14:], "is no snapshot of a model"),
        (str(tmp_path / "b.json")[-14:], "is no snapshot of a model"),
        ("crm.stage.json", "is the snapshot of crm.tag"),
    ]
