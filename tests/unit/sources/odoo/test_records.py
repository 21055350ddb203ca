"""Records of another Odoo as a source."""

from __future__ import annotations

import pickle

import pytest

from odoo_etl.errors import AccessRefused, CannotStart, Problem, SourceError, SpecError
from odoo_etl.sources import open_source
from odoo_etl.sources.odoo.pages import PageSize, Range
from odoo_etl.sources.odoo.reading import Reading
from odoo_etl.spec import ConnectionSpec, OdooSource, Server


def names(chunks):
    """The names in chunks."""
    return [name for chunk in chunks for name in chunk.columns["name"]]


@pytest.fixture
def partners(client):
    """A number of partners."""
    return client.create("res.partner", [{"name": f"P{n:04}", "ref": str(n)} for n in range(250)])


def test_the_records_that_match_come_by_their_ids(source, partners):
    """In chunks of the size that is asked for."""
    rows = open_source(source({"id": "id", "name": "name"}))
    assert rows.columns() == ["id", "name"]
    chunks = list(rows.chunks(120))
    assert [len(chunk.lines) for chunk in chunks] == [120, 120, 10]
    assert names(chunks) == [f"P{n:04}" for n in range(250)]
    assert [one for chunk in chunks for one in chunk.columns["id"]] == partners


def test_records_that_are_deleted_while_others_are_read(source, partners, client):
    """They are not there; the others are."""
    reading = Reading(source(["name"]), client)
    pages = list(reading.pages(Range(), PageSize(100, 100)))
    client.unlink("res.partner", partners[240:245])
    found = [name for page in pages for name in reading.table(page)["name"]]
    assert found == [f"P{n:04}" for n in range(250) if not 240 <= n < 245]


def test_archived_records_come_when_they_are_asked_for(source, partners, client):
    """As Odoo itself shows none."""
    client.write("res.partner", partners[:1], {"active": False})
    assert len(names(open_source(source(["name"])).chunks(500))) == 249
    assert len(names(open_source(source(["name"], archived=True)).chunks(500))) == 250


def test_a_source_can_be_pickled_with_its_server(source, partners):
    """Workers read it."""
    again = pickle.loads(pickle.dumps(open_source(source(["name"]))))
    assert len(names(again.chunks(500))) == 250


def test_no_secret_of_the_server_is_in_what_is_shown_or_kept_of_a_source(source, sandbox):
    """Neither in its text nor in its dump."""
    spec = source(["name"])
    assert sandbox.api_key not in repr(spec)
    assert "server" not in spec.model_dump()
    assert sandbox.api_key not in repr(spec.server)


def test_a_source_that_nobody_bound_to_a_server():
    """The error names the connection."""
    spec = OdooSource(type="odoo", connection="old", model="res.partner", fields=["id"])
    with pytest.raises(SourceError, match="no connection `old`") as error:
        open_source(spec).columns()
    assert error.value.at == ("source", "connection")


def test_a_connection_that_cannot_be_used(source, tmp_path):
    """The problem is that of project.yaml."""
    spec = source(["id"]).on(Server(None, tmp_path, (Problem("variable KEY is not set", "project.yaml"),)))
    with pytest.raises(SpecError, match="KEY is not set"):
        next(open_source(spec).chunks(1))


def test_a_server_that_does_not_let_us_in(source, server, tmp_path):
    """The error says that it is the source's."""
    wrong = server.connection.model_copy(update={"api_key": ConnectionSpec(url="sandbox", api_key="x").api_key})
    with pytest.raises(AccessRefused, match="the source's connection `old`"):
        open_source(source(["id"]).on(Server(wrong, tmp_path))).columns()


def test_a_server_that_is_not_there(source, tmp_path):
    """The same."""
    gone = ConnectionSpec(url="http://127.0.0.1:9", db="x", api_key="k")
    with pytest.raises(CannotStart, match="the source's connection `old`"):
        open_source(source(["id"]).on(Server(gone, tmp_path))).columns()


def test_a_model_that_is_not_there(source):
    """With the place, and the name that was meant."""
    with pytest.raises(SourceError, match=r"no model `res\.partnr`") as error:
        open_source(source(["id"], model="res.partnr")).columns()
    assert error.value.at == ("source", "model")


def test_a_domain_that_the_server_refuses(source):
    """Is an error of the source, with Odoo's own words."""
    with pytest.raises(SourceError, match=r"old.*res\.partner.*nope"):
        list(open_source(source(["id"], domain=[["nope", "=", 1]])).chunks(10))
