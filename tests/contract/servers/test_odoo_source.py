"""Records of another Odoo as a source: the same rows from the sandbox and from a real Odoo."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.odoo import OdooClient
from odoo_etl.sources import Chunk, SourceMemory, open_source
from odoo_etl.spec import ConnectionSpec, OdooSource
from odoo_etl.spec import Server as ConnectedServer
from odoo_etl.text import OdooContent
from tests.servers import Server

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Described = Callable[..., OdooSource]
NO_CELLS = {"binary"}  # of which the source gives references


@pytest.fixture
def source(server: Server, odoo: OdooClient) -> Described:
    """A function that describes records of the server as a source, over the protocol whose turn it is."""
    login = {"url": server.url, "db": server.db, "user": server.user, "api_key": server.api_key}
    connection = ConnectionSpec.model_validate({**login, "protocol": odoo.protocol})

    def described(model: str, fields: Any, **keys: Any) -> OdooSource:
        spec = {"type": "odoo", "connection": "old", "model": model, "fields": fields, **keys}
        return OdooSource.model_validate(spec).on(ConnectedServer(connection, Path()))

    return described


def rows_of(chunks: Iterator[Chunk]) -> list[tuple[Any, ...]]:
    """The rows of all chunks."""
    return [row for chunk in chunks for row in zip(*chunk.columns.values(), strict=True)]


def read(spec: OdooSource, chunk_rows: int = 100) -> list[tuple[Any, ...]]:
    """The rows of a source."""
    return rows_of(open_source(spec).chunks(chunk_rows))


def typed(ttype: str, answered: Any) -> Any:
    """The cell that an answer of Odoo is to become, said once more."""
    if ttype == "boolean":
        return answered
    if ttype == "date" and answered:
        return date.fromisoformat(answered)
    if ttype == "datetime" and answered:
        return datetime.fromisoformat(answered).replace(tzinfo=UTC)
    if ttype == "properties" and answered:
        return {one["name"]: one.get("value", False) for one in answered}
    if ttype in {"one2many", "many2many", "many2one", "many2one_reference", "properties"}:
        return answered or None
    return None if answered is False else answered


@pytest.mark.parametrize(
    "model",
    ["res.partner", "product.template", "ir.attachment", "res.users", "res.currency", "res.country", "res.lang"],
)
def test_every_field_of_a_model_has_the_type_that_it_has_there(
    odoo: OdooClient, source: Described, model: str, unique: str
) -> None:
    """Texts, numbers, moments in UTC, ids and lists of ids; None where there is nothing."""
    if model == "product.template":
        odoo.create(model, {"name": unique, "list_price": 1.5})
    known = odoo.fields_get(model, attributes=["type"])
    names = [name for name, one in known.items() if one["type"] not in NO_CELLS and name != "id"]
    ids = odoo.search(model, [], limit=20, order="id desc")
    rows = read(source(model, ["id", *names], domain=[["id", "in", ids]]))
    answers = {row["id"]: row for row in odoo.read(model, ids, names, load="_classic_write")}
    assert [row[0] for row in rows] == sorted(ids)
    for row in rows:
        expected = {name: typed(known[name]["type"], answers[row[0]][name]) for name in names}
        assert dict(zip(names, row[1:], strict=True)) == expected


@pytest.fixture
def family(odoo: OdooClient, unique: str) -> list[int]:
    """A Belgian company with two tags and two contacts, one of which is archived; another one without anything."""
    tags = odoo.create("res.partner.category", [{"name": f"{unique} {name}"} for name in ("a", "b")])
    [belgium] = odoo.search("res.country", [["code", "=", "BE"]])
    company = {"name": "Acme", "is_company": True, "ref": unique, "country_id": belgium, "category_id": [[6, 0, tags]]}
    ids = odoo.create("res.partner", [company, {"name": "Bolt", "is_company": True, "ref": unique}])
    people = [{"name": name, "parent_id": ids[0], "active": name != "Old"} for name in ("Ann", "Old")]
    odoo.create("res.partner", people)
    return ids


def test_paths_over_relations(source: Described, family: list[int], unique: str) -> None:
    """One call reads the records that all of a page lead to."""
    columns = {
        "country": "country_id.code",
        "xmlid": "country_id.external_id",
        "currency": "country_id.currency_id.name",
        "tags": "category_id.name",
        "people": "child_ids.name",
    }
    acme, bolt = read(source("res.partner", columns, domain=[["ref", "=", unique]]))
    assert acme[:3] == ("BE", "base.be", "EUR")
    assert sorted(acme[3]) == [f"{unique} a", f"{unique} b"]
    assert acme[4] == ["Ann"]
    assert bolt == (None,) * 5


def test_archived_records_in_relations_come_when_they_are_asked_for(
    odoo: OdooClient, source: Described, family: list[int], unique: str
) -> None:
    """Elsewhere Odoo hides them."""
    [tag] = odoo.search("res.partner.category", [["name", "=", f"{unique} b"]])
    odoo.write("res.partner.category", [tag], {"active": False})
    columns, domain = {"tags": "category_id.name"}, [["ref", "=", unique]]
    assert read(source("res.partner", columns, domain=domain))[0] == ([f"{unique} a"],)
    archived = read(source("res.partner", columns, domain=domain, archived=True))
    assert sorted(archived[0][0]) == [f"{unique} a", f"{unique} b"]


def test_lines_are_rows_behind_that_of_their_record(source: Described, family: list[int], unique: str) -> None:
    """With the cells of the record."""
    lines = {"child_ids": {"fields": {"name": "name", "country": "parent_id.country_id.code"}}}
    assert read(source("res.partner", {"n": "name"}, lines=lines, domain=[["ref", "=", unique]])) == [
        ("Acme", None, None),
        ("Acme", "Ann", "BE"),
        ("Bolt", None, None),
    ]


def test_a_content_is_its_checksum(odoo: OdooClient, source: Described, family: list[int], unique: str) -> None:
    """As Odoo keeps it, or as what is read gives it."""
    odoo.write("res.partner", family[:1], {"image_1920": base64.b64encode(PNG).decode()})
    [kept] = [base64.b64decode(row["image_1920"]) for row in odoo.read("res.partner", family[:1], ["image_1920"])]
    sha1 = hashlib.sha1(kept, usedforsecurity=False).hexdigest()
    acme, bolt = read(source("res.partner", ["image_1920"], domain=[["ref", "=", unique]]))
    assert acme == (OdooContent("old", "res.partner", family[0], "image_1920", sha1, len(kept)),)
    assert bolt == (None,)


def test_languages_and_companies(odoo: OdooClient, source: Described, french: str, unique: str) -> None:
    """Each column has its own."""
    other = odoo.create("res.company", {"name": unique})
    product = odoo.create("product.template", {"name": unique, "standard_price": 2.0})
    odoo.write("product.template", [product], {"standard_price": 3.0}, context={"allowed_company_ids": [other]})
    odoo.write("product.template", [product], {"name": "Chaise"}, context={"lang": french})
    columns = {
        "name": "name",
        "name_fr": {"field": "name", "lang": french},
        "cost": "standard_price",
        "cost_there": {"field": "standard_price", "company": unique},
    }
    spec = source("product.template", columns, domain=[["id", "=", product]], context={"lang": "en_US"})
    assert read(spec) == [(unique, "Chaise", 2.0, 3.0)]


def test_records_that_others_write_and_delete_meanwhile(odoo: OdooClient, source: Described, unique: str) -> None:
    """None comes twice; none that is there all the time is left out."""
    ids = odoo.create("res.partner", [{"name": f"{unique} {n}", "ref": unique} for n in range(450)])
    chunks = open_source(source("res.partner", ["id", "name"], domain=[["ref", "=", unique]])).chunks(100)
    first = next(chunks)
    odoo.unlink("res.partner", [*ids[:50], *ids[400:]])
    odoo.write("res.partner", ids[100:150], {"name": "A new name, which sorts first"})
    odoo.write("res.partner", ids[150:200], {"ref": f"{unique}-other"})
    odoo.create("res.partner", [{"name": unique, "ref": unique} for _ in range(50)])
    found = [row[0] for row in rows_of(iter([first, *chunks]))]
    assert len(found) == len(set(found))
    assert found == sorted(found)
    assert set(ids[50:400]) <= set(found)


def test_the_next_run_reads_what_changed_since(odoo: OdooClient, source: Described, unique: str) -> None:
    """What was written in the second of the watermark comes again, since Odoo cuts what is shorter."""
    odoo.create("res.partner", [{"name": name, "ref": unique} for name in "AB"])
    spec = source("res.partner", ["name"], domain=[["ref", "=", unique]], incremental={"cursor": "write_date"})
    [chunk] = open_source(spec).chunks(10)
    mark = chunk.columns["write_date"][-1]
    [late] = odoo.create("res.partner", [{"name": "C", "ref": unique}])
    found = rows_of(open_source(spec, SourceMemory(mark)).chunks(10))
    assert [row[0] for row in found][-1] == "C"
    assert [row[1] for row in found] == sorted(row[1] for row in found)
    odoo.unlink("res.partner", [late])
    assert rows_of(open_source(spec, SourceMemory(mark + timedelta(seconds=60))).chunks(10)) == []


def test_ranges_have_all_records_together(source: Described, family: list[int]) -> None:
    """For several workers."""
    spec = source("res.country", ["id", "code"])
    parts = open_source(spec).ranges(5)  # type: ignore[attr-defined]
    assert len(parts) == 5
    assert [row for part in parts for row in rows_of(part.chunks(100))] == read(spec)


@pytest.mark.parametrize(
    ("model", "keys"),
    [
        ("res.nothing", {}),
        ("res.partner", {"fields": ["nothing"]}),
        ("res.partner", {"domain": [["nothing", "=", 1]]}),
        ("res.partner", {"context": {"lang": "de_AT"}}),
        ("res.partner", {"company": "Nowhere at all"}),
    ],
)
def test_what_the_server_lacks(source: Described, model: str, keys: dict[str, Any]) -> None:
    """Is an error before the first row."""
    with pytest.raises(SourceError):
        open_source(source(model, **{"fields": ["id"], **keys})).columns()
