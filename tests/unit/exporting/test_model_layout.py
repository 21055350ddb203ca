"""The columns of fields of a model, and how a job says them."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SourceError, UsageError
from odoo_etl.exporting import SOURCE_ID, ExportedModels, Ways, default_fields, layout_of
from odoo_etl.sources import Chunk


def field(kind, relation="", **more):
    return {"type": kind, "relation": relation, "searchable": True, "store": True, **more}


MODELS = {
    "res.partner": {
        "id": field("integer", readonly=True),
        "name": field("char", required=True),
        "ref": field("char"),
        "comment": field("html"),
        "active": field("boolean"),
        "credit": field("monetary", store=False, readonly=True),
        "image_1920": field("binary"),
        "country_id": field("many2one", "res.country"),
        "state_id": field("many2one", "res.country.state"),
        "categ_id": field("many2one", "product.category"),
        "parent_id": field("many2one", "res.partner"),
        "category_id": field("many2many", "res.partner.category"),
        "child_ids": field("one2many", "res.partner", relation_field="parent_id"),
        "origin": field("reference"),
        "write_date": field("datetime", readonly=True),
    },
    "res.country": {"code": field("char"), "name": field("char"), "currency_id": field("many2one", "res.currency")},
    "res.currency": {"name": field("char")},
    "res.country.state": {"code": field("char"), "country_id": field("many2one", "res.country")},
    "res.partner.category": {"name": field("char")},
    "product.category": {
        "name": field("char"),
        "complete_name": field("char"),
        "parent_id": field("many2one", "product.category"),
    },
}


class Server:
    """Describes the models; some values are missing or doubled."""

    def __init__(self, empty=(), doubled=()):
        self.empty, self.doubled, self.asked = set(empty), set(doubled), []

    def fields_get(self, model, *_, **__):
        return MODELS[model]

    def search_count(self, model, domain=(), *, context=None):
        self.asked.append((model, domain[-1][0]))
        return int((model, domain[-1][0]) in self.empty)


NAMES_DOUBLED = (("res.partner.category", "name"), ("product.category", "name"))


def made(*paths, relations="keys", server=None, files=None):
    server = server or Server(doubled=NAMES_DOUBLED[1:])
    models = ExportedModels(server, {})
    ways = Ways(relations, server, models.fields, lambda *field: field not in server.doubled)
    return layout_of(models, "res.partner", paths, ways, files)


def names(found):
    return [(column.name, column.kind) for column in found.layout.columns]


def test_plain_fields():
    """Each is a column of its kind; its job says what an empty cell and HTML mean."""
    found = made("name", "comment", "active", "write_date")
    assert names(found) == [("name", "text"), ("comment", "text"), ("active", "boolean"), ("write_date", "datetime")]
    assert found.layout.reads == {SOURCE_ID: "id"} | {
        name: name for name in ("name", "comment", "active", "write_date")
    }
    assert found.back["name"] == {"column": "name"}
    assert found.back["comment"] == {"column": "comment", "type": "html", "empty": "clear"}


def test_relations_by_key():
    """A state needs its country, a category its path."""
    found = made("country_id", "state_id", "categ_id", "category_id")
    assert names(found) == [
        ("country_id", "text"),
        ("state_id.code", "text"),
        ("state_id.country_id.code", "text"),
        ("categ_id", "text"),
        ("category_id", "list"),
    ]
    assert found.back["country_id"]["lookup"] == {"model": "res.country", "by": "code"}
    assert found.back["state_id"]["columns"] == ["state_id.code", "state_id.country_id.code"]
    assert found.back["state_id"]["lookup"] == {"model": "res.country.state", "by": ["code", "country_id.code"]}
    assert found.back["categ_id"]["lookup"] == {"model": "product.category", "by": "name", "path": " / "}
    assert found.back["category_id"] == {
        "column": "category_id",
        "split": "|",
        "empty": "clear",
        "lookup": {"model": "res.partner.category", "by": "name"},
    }


@pytest.mark.parametrize(
    "server",
    [
        Server(empty=[("res.country", "code"), ("res.country", "name")]),
        Server(doubled=[("res.country", "code"), ("res.country", "name")]),
    ],
)
def test_no_field_tells_all_records_apart(server):
    """They are named by external ids, and where these lack by ids."""
    found = made("country_id", server=server)
    assert found.layout.reads == {
        SOURCE_ID: "id",
        "country_id": "country_id",
        "country_id.external_id": "country_id.external_id",
    }
    assert found.back["country_id"]["lookup"] == [{"model": "res.country", "by": "external_id"}, {"by": "id"}]


def test_a_model_is_looked_at_once():
    """However many fields refer to it."""
    server = Server()
    made("country_id", "parent_id.country_id", server=server)
    assert server.asked.count(("res.country", "code")) == 1


def test_relations_by_id():
    """Nothing is looked at."""
    server = Server()
    found = made("country_id", "category_id", relations="ids", server=server)
    assert names(found) == [("country_id", "integer"), ("category_id", "list")]
    assert (found.back["country_id"]["lookup"], server.asked) == ({"by": "id"}, [])


def test_paths():
    """One over a relation to a text is a lookup by it; a longer one is no field of the record."""
    found = made("country_id.name", "parent_id.country_id.code", "country_id.currency_id", "child_ids.name")
    assert names(found)[0] == ("country_id.name", "text")
    assert names(found)[3] == ("child_ids.name", "list")
    assert found.back == {
        "country_id": {
            "column": "country_id.name",
            "empty": "clear",
            "lookup": {"model": "res.country", "by": "name"},
        }
    }
    assert set(found.lost) == {"parent_id.country_id.code", "country_id.currency_id", "child_ids.name"}


def test_a_reference_has_a_column_with_its_model():
    """And one with its id."""
    found = made("origin")
    chunk = Chunk({"origin": ["res.partner,7", None]}, [1, 2])
    assert [list(column.cells(chunk)) for column in found.layout.columns] == [[7, None], ["res.partner", None]]
    assert found.back["origin"] == {
        "column": "origin",
        "empty": "clear",
        "lookup": {"by": "id"},
        "model_column": "origin.model",
    }


@pytest.mark.parametrize(
    ("relations", "ids", "keys", "cells"),
    [
        ("keys", [1, None], ["BE", None], ["BE", None]),
        ("external-ids", [1, 2, None], ["base.be", None, None], ["base.be", "2", None]),
    ],
)
def test_cells_of_a_relation(relations, ids, keys, cells):
    """None is empty that has a record."""
    found = made("country_id", relations=relations)
    (column,) = found.layout.columns
    assert list(column.cells(Chunk(dict(zip(column.inputs, [ids, keys], strict=True)), ids))) == cells


def test_a_key_that_was_emptied_meanwhile():
    """The export ends, rather than leave the record out."""
    (column,) = made("country_id").layout.columns
    with pytest.raises(SourceError, match="the record 7 has no value there any more"):
        column.cells(Chunk(dict(zip(column.inputs, [[7], [None]], strict=True)), [1]))


def test_cells_of_several_records():
    """Those that may not be read are missed."""
    (column,) = made("category_id", relations="external-ids").layout.columns
    chunk = Chunk(dict(zip(column.inputs, [[[1, 2], []], [["a.b", None], []]], strict=True)), [1, 2])
    assert list(column.cells(chunk)) == [["a.b", "2"], None]
    with pytest.raises(SourceError, match="may not read all of the records"):
        column.cells(Chunk(dict(zip(column.inputs, [[[1, 2]], [["a.b"]]], strict=True)), [1]))


def test_contents_of_files(tmp_path):
    """They need a folder; its files are what a job reads again."""
    with pytest.raises(UsageError, match="image_1920 is a binary field: say with --files DIR"):
        made("image_1920")
    found = made("image_1920", "parent_id.image_1920", files=tmp_path)
    assert found.layout.contents == ("image_1920", "parent_id.image_1920")
    assert found.back == {"image_1920": {"column": "image_1920", "type": "file", "root": str(tmp_path)}}
    with pytest.raises(UsageError, match=r"these are several: export res\.partner"):
        made("child_ids.image_1920", files=tmp_path)


def test_two_columns_of_one_name():
    """Such as a path and a key of the same."""
    with pytest.raises(UsageError, match=r"two columns of state_id\.code"):
        made("state_id", "state_id.code")


def test_fields_that_nobody_names():
    """All that a job could write."""
    found = default_fields(ExportedModels(Server(), {}), "res.partner")
    assert found == [
        *("id", "name", "ref", "comment", "active", "country_id", "state_id", "categ_id", "parent_id", "category_id"),
        "origin",
    ]


@pytest.mark.parametrize(
    ("server", "key"),
    [
        (Server(), "ref"),
        (Server(empty=[("res.partner", "ref")]), ""),
        (Server(doubled=[("res.partner", "ref")]), ""),
    ],
)
def test_the_key_of_a_model_is_no_name(server, key):
    """What was renamed would pass for a new record."""
    ways = Ways("ids", server, ExportedModels(server, {}).fields, lambda *field: field not in server.doubled)
    assert ways.own_key("res.partner", {"name", "ref"}, [["name", "!=", "x"]]) == key
