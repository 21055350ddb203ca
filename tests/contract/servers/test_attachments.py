"""Attachments: contents with their checksums, also those of binary fields of other models."""

from __future__ import annotations

import base64
import hashlib

import pytest

from odoo_etl import OdooClient
from odoo_etl.errors import Refused
from tests.e2e.test_contents import OTHER, SMALL

TEXT = base64.b64encode(b"hello").decode()
KNOWN = ["checksum", "file_size", "mimetype"]


def sha1(content: str) -> str:
    """The checksum of a content in base64."""
    return hashlib.sha1(base64.b64decode(content), usedforsecurity=False).hexdigest()


def of_field(odoo: OdooClient, partner: int) -> list[dict[str, object]]:
    """What is known of a partner's image."""
    domain = [["res_model", "=", "res.partner"], ["res_field", "=", "image_1920"], ["res_id", "in", [partner]]]
    found = odoo.search_read("ir.attachment", domain, [*KNOWN, "res_id"])
    return [{name: value for name, value in row.items() if name != "id"} for row in found]


def test_an_attachment_knows_its_content(odoo: OdooClient, unique: str) -> None:
    """Also another one that is written to it."""
    each = odoo.create("ir.attachment", {"name": f"{unique}.txt", "datas": TEXT})
    known = odoo.read("ir.attachment", [each], [*KNOWN, "datas", "type", "db_datas", "res_id"])[0]
    assert known == {
        "id": each,
        "checksum": sha1(TEXT),
        "file_size": 5,
        "mimetype": "text/plain",
        "datas": TEXT,
        "type": "binary",
        "db_datas": False,
        "res_id": 0,
    }
    odoo.write("ir.attachment", [each], {"datas": SMALL})
    known = odoo.read("ir.attachment", [each], [*KNOWN, "datas"])[0]
    assert (known["checksum"], known["mimetype"], known["datas"]) == (sha1(SMALL), "image/png", SMALL)


def test_an_image_is_an_attachment(odoo: OdooClient, unique: str) -> None:
    """For as long as it is there; another one is another content."""
    partner = odoo.create("res.partner", {"name": unique, "image_1920": SMALL})
    size = len(base64.b64decode(SMALL))
    expected = {"checksum": sha1(SMALL), "file_size": size, "mimetype": "image/png", "res_id": partner}
    assert of_field(odoo, partner) == [expected]
    odoo.write("res.partner", [partner], {"image_1920": OTHER})
    assert of_field(odoo, partner)[0]["checksum"] == sha1(OTHER)
    odoo.write("res.partner", [partner], {"image_1920": False})
    assert of_field(odoo, partner) == []


def test_attachments_of_fields_are_found_only_by_who_asks(odoo: OdooClient, unique: str) -> None:
    """And all of them go with their record."""
    partner = odoo.create("res.partner", {"name": unique, "image_1920": SMALL})
    scan = odoo.create("ir.attachment", {"name": unique, "datas": TEXT, "res_model": "res.partner", "res_id": partner})
    ours = [["res_model", "=", "res.partner"], ["res_id", "=", partner]]
    assert odoo.search("ir.attachment", ours) == [scan]
    assert len(odoo.search("ir.attachment", [*ours, ["res_field", "=", "image_1920"]])) == 1
    odoo.unlink("res.partner", [partner])
    assert odoo.search("ir.attachment", [*ours, ["id", ">", 0]]) == []


@pytest.mark.parametrize("content", [TEXT, base64.b64encode(b"%PDF-1.4 not an image").decode()])
def test_no_image_is_refused(odoo: OdooClient, unique: str, content: str) -> None:
    """Where images belong."""
    with pytest.raises(Refused):
        odoo.create("res.partner", {"name": unique, "image_1920": content})
