"""Rows of partners with a key and a name, and the fields that they fill."""

from __future__ import annotations

from tests.builders import ListSource

NAMED = {"ref": "ref", "name": "name"}
COLUMNS = ["ref", "name"]


def rows(*pairs):
    """A source of (ref, name) rows."""
    return ListSource(COLUMNS, pairs)
