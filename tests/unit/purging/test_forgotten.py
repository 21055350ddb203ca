"""Texts and JSON without what is to be forgotten."""

from __future__ import annotations

import pytest

from odoo_etl.purging.forgotten import Forgotten


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("C-1 is gone", "(purged) is gone"),
        ("C-10 stays", "C-10 stays"),
        ("XC-1 stays", "XC-1 stays"),
        (["a C-1", "b"], ["a (purged)", "b"]),
        ([{"key": "C-1", "name": "Ann"}, {"key": "C-2", "name": "Bob"}], [{"key": "C-2", "name": "Bob"}]),
        ([[2, "C-1 is no date"], [1, "other"]], [[1, "other"]]),
        (
            {"example": {"key": "C-1", "id": 7, "sent": "x"}},
            {"example": {"key": "(purged)", "id": None, "sent": "(purged)"}},
        ),
        ({"counts": {"read": 2}, "error": "C-1 failed"}, {"counts": {"read": 2}, "error": "(purged) failed"}),
        (
            {"jobs": [{"job": "p", "counts": {}, "changes": [{"key": "C-1"}]}]},
            {"jobs": [{"job": "p", "counts": {}, "changes": []}]},
        ),
        (12, 12),
        (None, None),
    ],
)
def test_what_is_about_one_record_goes_whole(value, left):
    """Its other values are of the same record; a job stays, without the text."""
    assert Forgotten(["C-1"]).without(value) == left


def test_numbers_are_texts_too():
    """A key may be a number."""
    assert Forgotten(["42"]).without({"counts": {}, "jobs": [{"key": 42}, {"key": 420}]}) == {
        "counts": {},
        "jobs": [{"key": 420}],
    }


def test_nothing_to_forget_changes_nothing():
    """No text is every text."""
    assert Forgotten([]).without({"a": ""}) == {"a": ""}
