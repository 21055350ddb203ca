"""Calls without a network: transactions, threads, files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from odoo_etl.sandbox.database import Database
from odoo_etl.sandbox.errors import AccessDenied, DatabaseError, HttpError, UserError, ValidationError
from odoo_etl.sandbox.keys import API_KEY
from odoo_etl.sandbox.service import DB, UID, Service

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def service():
    """A sandbox without its server."""
    database = Database()
    yield Service(database)
    database.close()


def call(service, model, method, *args, **params):
    """A call as the old protocols make it."""
    return service.object("execute_kw", [DB, UID, API_KEY, model, method, list(args), params])


def test_a_refused_call_leaves_nothing(service):
    """One bad record undoes the good ones of its call, x2many included."""
    good = {"name": "good", "function": "undo", "category_id": [[0, 0, {"name": "undo"}]]}
    with pytest.raises(ValidationError):
        call(service, "res.partner", "create", [good, {"function": "undo"}])
    assert call(service, "res.partner", "search_count", [["function", "=", "undo"]]) == 0
    assert call(service, "res.partner.category", "search_count", [["name", "=", "undo"]]) == 0


@pytest.mark.parametrize(("major", "listed"), [(14, False), (15, True), (19, True)])
def test_odoo_14_takes_a_zero_in_a_list_for_no_value(service, major, listed):
    """As measured there: `in [0]` finds what is NULL alone, `=` finds the zero; other numbers are found in any case."""
    older = Service(service.database, major)
    zero, other = call(
        older, "res.partner", "create", [{"name": "n", "ref": f"zero {major}", "color": n} for n in (0, 5)]
    )

    def found(*terms):
        return call(older, "res.partner", "search", [["ref", "=", f"zero {major}"], *terms])

    assert found(["color", "=", 0]) == [zero]
    assert found(["color", "in", [0]]) == [zero] * listed
    assert sorted(found(["color", "in", [False, 0, 5]])) == [zero, other][not listed :]
    assert sorted(found(["color", "not in", [0]])) == [zero, other][listed:]
    assert sorted(found("|", ["color", "=", 0], ["color", "in", [0, 5]])) == [zero, other]


@pytest.mark.parametrize(("major", "count"), [(14, 0), (15, 1)])
def test_odoo_14_lists_no_attachments_of_fields(service, major, count):
    """Whatever the domain asks for."""
    older = Service(service.database, major)
    made = call(older, "res.partner", "create", {"name": "n", "image_1920": PIXEL})
    asked = [["res_model", "=", "res.partner"], ["res_field", "=", "image_1920"], ["res_id", "=", made]]
    assert call(older, "ir.attachment", "search_count", asked) == count


def test_threads_take_turns(service):
    """Calls from many threads neither fail nor lose a record."""

    def work(number):
        ids = call(service, "res.partner", "create", [{"name": f"t{number}", "function": "turns"}] * 5)
        call(service, "res.partner", "write", ids, {"city": str(number)})
        return ids

    with ThreadPoolExecutor(8) as pool:
        ids = [record for made in pool.map(work, range(24)) for record in made]
    assert len(set(ids)) == 120
    assert call(service, "res.partner", "search_count", [["function", "=", "turns"]]) == 120


def test_a_file_keeps_records(tmp_path: Path):
    """What was written is there when the file is opened again; two openers see each other's records."""
    path = tmp_path / "records.db"
    first, second = Database(path), Database(path)
    made = call(Service(first), "res.partner", "create", {"name": "kept"})
    also = call(Service(second), "res.partner", "create", {"name": "too"})
    assert also == made + 1
    first.close()
    second.close()
    again = Database(path)
    assert call(Service(again), "res.partner", "read", [made, also], ["name"])[1]["name"] == "too"
    again.close()


def test_another_file_is_not_overwritten(tmp_path: Path):
    """A file that is no database is refused, and stays as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but a text that is long enough to be read as one" * 20)
    with pytest.raises(OSError, match="no database of a sandbox"):
        Database(path)
    assert path.read_text().startswith("not a database")


@pytest.mark.parametrize(
    ("db", "uid", "secret", "error"),
    [("other", UID, API_KEY, DatabaseError), (DB, 1, API_KEY, AccessDenied), (DB, UID, "wrong", AccessDenied)],
)
def test_logins(service, db, uid, secret, error):
    """Every call proves who it is."""
    with pytest.raises(error):
        service.object("execute_kw", [db, uid, secret, "res.partner", "search", [[]]])


def test_execute_without_names(service):
    """`execute` takes positional parameters only."""
    assert service.object("execute", [DB, UID, API_KEY, "res.country", "search_count", [["code", "=", "DE"]]]) == 1


def test_what_is_not_bundled_is_an_error(service):
    """The sandbox never invents an answer."""
    with pytest.raises(UserError, match=r"Object sale\.order doesn't exist"):
        call(service, "sale.order", "search", [])
    with pytest.raises(AttributeError, match="does not exist"):
        call(service, "res.partner", "message_post", [1])
    with pytest.raises(UserError, match="does not load the column"):
        call(service, "res.partner", "load", ["name", "child_ids/name"], [["a", "b"]])


@pytest.mark.parametrize(
    ("model", "method", "params", "status"),
    [
        ("no.model", "read", {}, 404),
        ("res.partner", "no_method", {}, 404),
        ("res.partner", "search", {"domain": [], "ids": [1]}, 422),
        ("res.partner", "search", {"nothing": 1}, 422),
    ],
)
def test_json2_statuses(service, model, method, params, status):
    """JSON-2 refuses what does not fit before anything runs."""
    with pytest.raises(HttpError) as caught:
        service.json2(model, method, params)
    assert caught.value.http_status == status


def test_the_languages_on_offer(service):
    """`lang` offers the active languages only."""
    described = call(service, "res.partner", "fields_get", ["lang", "ref"], ["selection", "type"])
    assert described == {
        "lang": {"type": "selection", "selection": [["en_US", "English (US)"], ["fr_FR", "French / Français"]]},
        "ref": {"type": "char"},
    }


def test_context_of_the_user(service):
    """Clients ask for the user's language and zone first."""
    assert call(service, "res.users", "context_get") == {"lang": "en_US", "tz": False, "uid": UID}


def test_a_database_has_the_name_that_it_is_given(service):
    """Two sandboxes are two databases also where both were made in one second."""
    old = Service(service.database, name="old")
    assert old.authenticate("old", "admin", "admin", {}) == UID
    with pytest.raises(DatabaseError):
        old.authenticate(DB, "admin", "admin", {})
