"""Temporary databases."""

from __future__ import annotations

from contextlib import closing

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources.joined.temporary import kept, restored, room_for, temporary_database


def test_what_is_kept_comes_back():
    """With its types."""
    with closing(temporary_database("CREATE TABLE one (content BLOB)")) as database:
        database.execute("INSERT INTO one VALUES (?)", (kept((1, "1", None)),))
        ((content,),) = database.execute("SELECT content FROM one")
    assert restored(content) == (1, "1", None)


def test_a_full_disk_is_an_error_that_says_what_to_do():
    """It names what waits there, and the variable for another folder."""
    said = "^rows wait in a temporary file, which cannot be written: .*full; TMPDIR names another folder$"
    database = temporary_database("CREATE TABLE one (content BLOB)", most_pages=20)
    with closing(database), pytest.raises(SourceError, match=said), room_for("rows"):
        database.executemany("INSERT INTO one VALUES (?)", [(b"x" * 4096,)] * 100)
