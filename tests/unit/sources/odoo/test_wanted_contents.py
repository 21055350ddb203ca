"""Contents are read in full when somebody wants them, those of a field in one call."""

from __future__ import annotations

import base64
from collections import Counter

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import reach_contents
from odoo_etl.spec import OdooSource
from odoo_etl.sync.contents import Elsewhere
from odoo_etl.text import OdooContent

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 40).decode()
TEXT = base64.b64encode(b"a text").decode()


def cell(record, model="res.partner", field="image_1920", connection="old"):
    """A cell that stands for the content of a record."""
    return OdooContent(connection, model, record, field, "0" * 40, 48)


@pytest.fixture
def ids(client):
    """Two partners with an image, and an attachment."""
    partners = client.create("res.partner", [{"name": name, "image_1920": PNG} for name in "ab"])
    return [*partners, *client.create("ir.attachment", [{"name": "a.txt", "datas": TEXT}])]


def test_contents_of_a_field_are_read_together(source, ids):
    """One that is not there any more is left out."""
    first, second, attached = ids
    with reach_contents(source(["id"])) as reader:
        reader.read([cell(first)])
        before = Counter(reader._client.calls)
        gone = cell(99_999)
        found = reader.read([cell(first), cell(attached, "ir.attachment", "datas"), gone, cell(second)])
        assert found == {
            cell(first): PNG,
            cell(second): PNG,
            cell(attached, "ir.attachment", "datas"): TEXT,
        }
        assert Counter(reader._client.calls) - before == {"res.partner.read": 1, "ir.attachment.read": 1}


def test_a_field_that_is_not_there(source, ids):
    """The error says whose connection it is."""
    with reach_contents(source(["id"])) as reader, pytest.raises(SourceError, match="the source's connection `old`"):
        reader.read([cell(ids[0], field="x_gone")])


def test_each_database_is_reached_once(source, ids):
    """And none before something of it is wanted; nothing is found of a connection that no source has."""
    elsewhere = Elsewhere([source(["id"]), source(["name"])])
    assert elsewhere._reached == {}
    assert elsewhere.read([]) == elsewhere.read([cell(ids[0], connection="other")]) == {}
    assert elsewhere._reached == {}
    for _ in range(2):
        assert elsewhere.read([cell(ids[0])]) == {cell(ids[0]): PNG}
    [reader] = elsewhere._reached.values()
    assert reader._client.calls["res.partner.read"] == 2
    elsewhere.close()


def test_a_server_that_nobody_has_named():
    """It is an error of the source."""
    elsewhere = Elsewhere([OdooSource(type="odoo", connection="old", model="res.partner", fields=["id"])])
    with pytest.raises(SourceError, match="there is no connection `old`"):
        elsewhere.read([cell(1)])
