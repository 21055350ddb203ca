"""Changes in a file, found by action, field and key, and read where they stand."""

from __future__ import annotations

import os

from odoo_etl.reporting import changes_index
from odoo_etl.reporting.changes_file import write_changes
from odoo_etl.reporting.changes_index import WantedChanges, index_of
from odoo_etl.results import Change

CHANGES = (
    Change("create", "C-1", None, 2, {"name": (None, "Ann"), "lines[1].qty": (None, 2.0)}),
    Change("update", "Straße\n2", 7, 3, {"name": ("a", "b")}),
    Change("update", "half \ud800", 8, 4, {"email": (None, "x\u2028y"), "lines[7]": ({"qty": 1.0}, "(removed)")}),
    Change("archive", "c-2", 9, 0, {}),
)


def made(tmp_path, changes=CHANGES):
    """The index of a file that has them."""
    return index_of(write_changes(tmp_path, "partners", changes))


def found(index, **wanted):
    """The numbers of the changes that are wanted."""
    return list(index.numbers(WantedChanges(**wanted)))


def test_changes_are_found_by_what_they_are(tmp_path):
    """Fields of lines without their marks; keys in upper and lower case; several at once."""
    index = made(tmp_path)
    assert (len(index), found(index)) == (4, [0, 1, 2, 3])
    assert (found(index, action="update"), found(index, action="delete")) == ([1, 2], [])
    assert (found(index, field="name"), found(index, field="lines.qty"), found(index, field="lines")) == (
        [0, 1],
        [0],
        [2],
    )
    assert (found(index, key="c-"), found(index, key="STRASSE 2"), found(index, key="3")) == ([0, 3], [1], [])
    assert found(index, field="name", action="update", key="s") == [1]


def test_changes_come_back_as_they_were(tmp_path):
    """Those that are asked for, in that order."""
    assert list(made(tmp_path).changes([2, 0, 1])) == [CHANGES[2], CHANGES[0], CHANGES[1]]


def test_a_file_is_read_once_as_long_as_it_stays_as_it_is(tmp_path, monkeypatch):
    """Then anew."""
    reads = []
    monkeypatch.setattr(changes_index, "_loaded", lambda line, was=changes_index._loaded: reads.append(1) or was(line))
    first, again = made(tmp_path), index_of(tmp_path / "changes/partners.jsonl")
    assert (first is again, len(reads)) == (True, 4)
    other = made(tmp_path, CHANGES[:1])
    os.utime(tmp_path / "changes/partners.jsonl")
    assert (len(other), len(index_of(tmp_path / "changes/partners.jsonl"))) == (1, 1)


def test_no_changes(tmp_path):
    """A plan in which nothing changes."""
    index = made(tmp_path, ())
    assert (len(index), found(index), found(index, key="x")) == (0, [], [])
