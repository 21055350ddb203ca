"""Which database a server gave us, and what becomes of books under marks of earlier releases."""

from __future__ import annotations

import pytest

from odoo_etl.errors import AccessRefused, OdooError, ProtocolError
from odoo_etl.sync.session.history import database_mark, known_database
from tests.builders import watermark_of
from tests.memory_odoo import MemoryOdoo, raising

UUID = "0f5d9c1e-aaaa-11ef-8000-0242ac120002"
MADE, FIRM = "2026-01-01 00:00:07", "2026-01-01 00:00:01"
MARK, BY_UUID, BY_FIRM = f"{MADE}/main", f"{UUID}/main", f"{FIRM}/main"
NO_RIGHTS = AccessRefused("no", name="odoo.exceptions.AccessError")


def odoo(refused: OdooError | None = None) -> MemoryOdoo:
    """A database, and whether its parameters may be read."""
    made = MemoryOdoo()
    made.add("res.lang", {"code": "en_US", "create_date": MADE, "active": False})
    made.add("res.company", {"name": "Firm", "create_date": FIRM})
    made.add("ir.config_parameter", {"key": "database.uuid", "value": UUID})
    if refused:
        made.before = raising(refused, "ir.config_parameter.search_read")
    return made


def wrote(ledger, run, database, watermark):
    """A run that wrote to a database."""
    ledger.start_run(run, "run")
    entry = ledger.start_job(run, "partners", "res.partner", database, "spec")
    entry.done(entry.sent(0, "create"), [int(run[-1])])
    ledger.marks("partners", database).set_watermark(watermark, run)
    ledger.marks("partners", database).set_files({run: "1"}, run)
    return entry.id


@pytest.mark.parametrize("refused", [None, NO_RIGHTS])
def test_every_user_sees_the_same_mark(refused, ledger):
    """It costs one question where the ledger is new, and where it knows the mark."""
    client = odoo(refused)
    assert database_mark(client, "main") == MARK
    wrote(ledger, "r1", MARK, 1)
    client.calls.clear()
    assert known_database(client, "main", ledger, [].append) == MARK
    assert client.calls == {"res.lang.search_read": 1}


def test_without_a_name():
    """JSON-2 may leave the name to the server."""
    assert database_mark(odoo(), "") == MADE


def test_an_administrator_takes_over_what_older_releases_knew(ledger):
    """Of both users; the later run's watermark and files count, and is told."""
    entries = [wrote(ledger, "r1", BY_FIRM, 5), wrote(ledger, "r2", BY_UUID, 9)]
    wrote(ledger, "r3", f"{UUID}/other", 7)
    notes = []
    assert known_database(odoo(), "main", ledger, notes.append) == MARK
    assert ledger.databases() == {MARK, f"{UUID}/other"}
    assert (watermark_of(ledger, "partners", MARK), ledger.marks("partners", MARK).files()[0]) == (9, {"r2": "1"})
    assert ledger.touched("partners", "res.partner", MARK) == {1, 2}
    assert [ledger.database_of(entry) for entry in entries] == [MARK, MARK]
    assert [BY_UUID in note and BY_FIRM in note for note in notes] == [True]
    assert known_database(odoo(), "main", ledger, notes.append) == MARK
    assert len(notes) == 1


def test_who_cannot_tell_says_so(ledger):
    """Until an administrator comes, also when the new mark has books already."""
    wrote(ledger, "r1", BY_UUID, 9)
    notes = []
    assert known_database(odoo(NO_RIGHTS), "main", ledger, notes.append) == MARK
    assert ["administrator" in note for note in notes] == [True]
    assert watermark_of(ledger, "partners", MARK) is None
    wrote(ledger, "r2", MARK, 10)
    assert known_database(odoo(), "main", ledger, notes.append) == MARK
    assert ledger.touched("partners", "res.partner", MARK) == {1, 2}


def test_another_database_of_the_same_name_is_left_alone(ledger):
    """It was deleted and made anew."""
    wrote(ledger, "r1", "0f5d9c1e-aaaa-11ef-8000-0242ac120003/main", 9)
    notes = []
    assert known_database(odoo(), "main", ledger, notes.append) == MARK
    assert (len(ledger.databases()), watermark_of(ledger, "partners", MARK)) == (1, None)


@pytest.mark.parametrize("error", [ProtocolError("a page"), AccessRefused("a firewall")])
def test_not_odoos_word(error, ledger):
    """What something on the way says in Odoo's place makes no other database of it."""
    wrote(ledger, "r1", BY_UUID, 9)
    with pytest.raises(type(error)):
        known_database(odoo(error), "main", ledger, [].append)
