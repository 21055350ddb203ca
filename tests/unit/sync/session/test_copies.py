"""A database and its copies, which have its mark: each has books of its own."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from odoo_etl.results import Destination
from odoo_etl.sync.session.copies import mark_of_copy

MARK = "2026-01-01 00:00:07/erp"


@pytest.fixture
def write(ledger):
    """A function that writes a job somewhere, and gives its mark and what was noted."""
    runs = []

    def wrote(environment, url, connection="main"):
        where, notes = Destination(connection, url, "erp", "me", "Odoo 19.0", environment), []
        mark = mark_of_copy(MARK, ledger, lambda: where, notes.append)
        runs.append(f"r{len(runs)}")
        ledger.start_run(runs[-1], "run")
        ledger.start_job(runs[-1], "partners", "res.partner", mark, "spec", {"destination": asdict(where)})
        return mark, notes

    return wrote


def test_a_copy_in_another_environment_has_its_own(write):
    """From the first run on, whichever comes first, and in turns."""
    assert write("production", "https://erp") == (f"{MARK}@production", [])
    assert write("dev", "https://dev") == (f"{MARK}@dev", [])
    assert write("production", "https://erp") == (f"{MARK}@production", [])
    assert write("dev", "https://dev") == (f"{MARK}@dev", [])


def test_a_project_that_gets_environments_goes_on(write):
    """Where its address is the one that it always wrote to; what is known of a copy is of the copy alone."""
    assert write("", "https://erp") == (MARK, [])
    assert write("dev", "https://dev") == (f"{MARK}@dev", [])
    assert write("production", "https://erp") == (MARK, [])


def test_environments_of_one_address_share_theirs(write):
    """Else two runs of them could be alive at once."""
    assert write("nightly", "https://erp") == (f"{MARK}@nightly", [])
    assert write("production", "https://erp") == (f"{MARK}@nightly", [])


def test_another_connection_may_lead_to_a_copy(write):
    """Without environments, too."""
    assert write("", "https://erp") == (MARK, [])
    assert write("", "https://copy", "copy") == (f"{MARK}@copy", [])
    assert write("", "https://erp") == (MARK, [])


def test_a_database_that_has_moved_is_the_same_and_told(write):
    """Nobody can tell it from a copy, but whoever reads the note."""
    write("production", "https://old")
    mark, (note,) = write("production", "https://new")
    assert mark == f"{MARK}@production"
    assert "at https://old and goes on" in note
    assert "if https://new is a copy of it, stop" in note
    assert write("production", "https://new") == (mark, [])


def test_no_two_copies_have_one_mark(write):
    """Also where one has moved away from where another comes to."""
    write("production", "https://a", "x")
    assert write("production", "https://b", "y")[0] == f"{MARK}@production.2"


def test_where_nobody_knows_the_place(ledger):
    """The mark is all there is."""
    assert mark_of_copy(MARK, ledger, None, [].append) == MARK
