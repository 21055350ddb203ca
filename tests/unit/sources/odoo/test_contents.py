"""Contents by reference: checksums, so that nobody reads contents for nothing."""

from __future__ import annotations

import base64
import hashlib

import pytest

from odoo_etl.odoo import OdooClient
from odoo_etl.sandbox import Sandbox
from odoo_etl.sources.odoo.pages import PageSize, Range
from odoo_etl.sources.odoo.reading import Reading
from odoo_etl.text import OdooContent

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(40))


def reference(model, one, name, content):
    """The cell of a content."""
    sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    return OdooContent("old", model, one, name, sha1, len(content))


@pytest.fixture
def pictures(client):
    """Two partners, one of which has a picture."""
    image = base64.b64encode(PNG).decode()
    return client.create("res.partner", [{"name": "A", "ref": "A", "image_1920": image}, {"name": "B", "ref": "B"}])


def test_a_content_is_a_reference_by_the_checksum_that_odoo_keeps(reading, pictures, client):
    """It is not read."""
    before = client.calls["res.partner.read"]
    assert reading(["name", "image_1920"]) == [
        ("A", reference("res.partner", pictures[0], "image_1920", PNG)),
        ("B", None),
    ]
    assert client.calls["res.partner.read"] == before + 1


def test_over_a_relation(reading, pictures, client):
    """The content is that of the other record."""
    client.create("res.partner", [{"name": "C", "ref": "C", "parent_id": pictures[0]}])
    assert reading({"picture": "parent_id.image_1920"})[2] == (
        reference("res.partner", pictures[0], "image_1920", PNG),
    )


def test_attachments_have_their_checksums_beside_them(reading, client):
    """No content is read."""
    [one] = client.create("ir.attachment", [{"name": "a.txt", "datas": base64.b64encode(b"text").decode()}])
    rows = reading(["datas"], model="ir.attachment", domain=[["id", "=", one]])
    assert rows == [(reference("ir.attachment", one, "datas", b"text"),)]


def test_a_server_that_lists_no_contents_is_read(source, tmp_path):
    """For the checksum alone; records without a content are not."""
    with (
        Sandbox(major=14) as sandbox,
        OdooClient(sandbox.url, sandbox.db, user=sandbox.user, api_key=sandbox.api_key) as old,
    ):
        image = base64.b64encode(PNG).decode()
        [first, _] = old.create(
            "res.partner", [{"name": "A", "ref": "A", "image_1920": image}, {"name": "B", "ref": "B"}]
        )
        one = Reading(source(["image_1920"]), old)
        [page] = one.pages(Range(), PageSize(100, 100))
        assert one.table(page)["image_1920"] == [reference("res.partner", first, "image_1920", PNG), None]
