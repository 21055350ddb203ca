"""What a job maps, the other way round."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import yaml

from odoo_etl.errors import UsageError
from odoo_etl.exporting import SOURCE_ID, ExportedModels, JobColumns
from odoo_etl.sources import Chunk
from odoo_etl.spec import JobSpec
from tests.unit.exporting.test_model_layout import Server, field

MODELS = {
    "sale.order": {
        "id": field("integer", readonly=True),
        "name": field("char"),
        "amount": field("float"),
        "date_order": field("datetime"),
        "day": field("date"),
        "note": field("html"),
        "state": field("selection", selection=[["draft", "Quotation"], ["sale", "Order"]]),
        "is_open": field("boolean"),
        "photo": field("binary"),
        "partner_id": field("many2one", "res.partner"),
        "categ_id": field("many2one", "product.category"),
        "tag_ids": field("many2many", "crm.tag"),
        "order_line": field("one2many", "sale.order.line"),
        "ref_id": field("reference"),
    },
    "sale.order.line": {
        "sequence": field("integer"),
        "kind": field("char"),
        "product_id": field("many2one", "product.product"),
    },
    "product.product": {"default_code": field("char")},
    "res.partner": {"ref": field("char"), "name": field("char"), "country_id": field("many2one", "res.country")},
    "res.country": {"code": field("char")},
    "crm.tag": {"name": field("char")},
    "product.category": {"name": field("char"), "complete_name": field("char")},
}
LABELS = {"draft": "Angebot", "sale": "Auftrag"}


class Orders(Server):
    """Describes orders."""

    def fields_get(self, model, *_, **__):
        return MODELS[model]


def made(fields, *, exact=False, doubled=(), files=None, **more):
    """The layout of a job with these fields, in YAML."""
    given = {"version": 1, "job": "orders", "source": {"type": "csv", "path": "a.csv"}, **more}
    given.setdefault("target", {"model": "sale.order", "key": "name"})
    job = JobSpec.model_validate({**given, "fields": {"name": "no", **(yaml.safe_load(fields) or {})}})
    models = ExportedModels(Orders(), {})
    return JobColumns(models, lambda *_: LABELS, lambda *one: one not in doubled, exact, files).of(job)


def cells(found, name, *values):
    """The cells of a column for what was read, a value for each of its inputs."""
    (column,) = (one for one in found.layout.columns if one.name == name)
    assert len(column.inputs) == len(values)
    return list(column.cells(Chunk(dict(zip(column.inputs, values, strict=True)), list(range(len(values[0]))))))


@pytest.mark.parametrize(
    ("mapping", "value", "cell"),
    [
        ("amount: c", 1234.5, 1234.5),
        ('amount: {column: c, type: decimal, decimal: ","}', 1234.5, "1234,5"),
        ('amount: {column: c, type: decimal, decimal: ",", thousands: "."}', -1234567.0, "-1.234.567"),
        ("amount: {column: c, type: decimal, percent: share}", 0.19, "19%"),
        ("amount: {column: c, type: decimal, percent: points}", 19.0, 19.0),
        ('day: {column: c, type: date, format: "%d.%m.%Y"}', date(2026, 1, 2), "02.01.2026"),
        ("date_order: {column: c, type: date}", datetime.fromisoformat("2026-01-02T10:00:00"), date(2026, 1, 2)),
        (
            "date_order: {column: c, timezone: Europe/Berlin}",
            datetime.fromisoformat("2026-07-01T22:30:00"),
            datetime.fromisoformat("2026-07-02T00:30:00"),
        ),
        ("state: {column: c, map: {Q: draft, O: sale, X: sale}}", "sale", "O"),
        ("state: {column: c, labels: de_DE}", "draft", "Angebot"),
        ("is_open: {column: c, map: {up: true, down: false}}", False, "down"),
        ("note: c", "<p>a &amp; b<br>c</p>", "a & b\nc"),
        ("note: c", "<p>a <b>b</b></p>", "<p>a <b>b</b></p>"),
        ("note: {column: c, type: html}", "<p>a</p>", "<p>a</p>"),
    ],
)
def test_values(mapping, value, cell):
    """As the job's source has them, and nothing where there is nothing."""
    assert cells(made(mapping), "c", [value, None]) == [cell, None]


def test_a_value_that_the_map_lacks():
    """It is counted, and said."""
    found = made("state: {column: c, map: {Q: draft}}")
    assert cells(found, "c", ["sale", "draft"]) == [None, "Q"]
    assert found.missed.notes() == ["state: 1 of its values are none that a cell can stand for, and are left empty"]


ONE_LOOKUP = "partner_id: {column: c, lookup: {model: res.partner, by: ref}}"


@pytest.mark.parametrize(
    ("mapping", "column", "values", "expected"),
    [
        (ONE_LOOKUP, "c", [[7, None], ["R", None]], ["R", None]),
        ("partner_id: {column: c, lookup: {by: id}}", "c", [[7, None], [7, None]], [7, None]),
        (
            "partner_id: {column: c, lookup: [{model: res.partner, by: ref}, {model: res.partner, by: name}]}",
            "c",
            [[7, 8], ["R", None], ["N", "M"]],
            ["R", "M"],
        ),
        (
            "partner_id: {column: c, map: {A: R}, lookup: {model: res.partner, by: ref}}",
            "c",
            [[7, 8], ["R", "S"]],
            ["A", None],
        ),
        (
            "partner_id: {column: c, lookup: {model: res.partner, by: external_id, module: legacy, prefix: p_}}",
            "c",
            [[7, 8], ["legacy.p_12", "base.x"]],
            ["12", None],
        ),
        (
            "partner_id: {columns: [c, d], lookup: {model: res.partner, by: [name, country_id.code]}}",
            "d",
            [[7], ["BE"]],
            ["BE"],
        ),
        (
            'categ_id: {column: c, lookup: {model: product.category, by: name, path: "|"}}',
            "c",
            [[7], ["All / Office / Chairs"]],
            ["All|Office|Chairs"],
        ),
        (
            'tag_ids: {column: c, split: ",", lookup: {model: crm.tag, by: name}}',
            "c",
            [[[1, 2], []], [["a", "b,c"], []]],
            ['a,"b,c"', None],
        ),
    ],
)
def test_lookups(mapping, column, values, expected):
    """Cells hold what the lookups look for."""
    assert cells(made(mapping), column, *values) == expected


def test_external_ids_of_records():
    """The template, the other way round."""
    found = made("", target={"model": "sale.order", "external_id": "legacy.order_{no}"})
    assert [column.name for column in found.layout.columns] == ["no"]
    assert cells(found, "no", ["legacy.order_A-1", "base.x", None]) == ["A-1", None, None]


def test_records_of_the_job():
    """They have its constants, and a key; a map of the key says which there are."""
    found = made(
        "{is_open: {value: true}, state: {column: c, map: {Q: draft, O: sale}}, day: {value: null}}",
        target={"model": "sale.order", "key": ["name", "state"], "key_domain": [["amount", ">", 0]]},
    )
    assert found.domain == [
        ["amount", ">", 0],
        ["name", "!=", False],
        ["is_open", "=", True],
        ["state", "in", ["draft", "sale"]],
        ["day", "=", False],
    ]
    assert [column.name for column in found.layout.columns] == ["no", "c"]


def test_lines():
    """They have the columns of the job; constants say which lines are meant."""
    lines = {
        "order_line": {
            "key": "sequence",
            "fields": {
                "sequence": "pos",
                "kind": {"value": "A"},
                "product_id": {"column": "sku", "lookup": {"model": "product.product", "by": "default_code"}},
            },
        }
    }
    found = made("", lines=lines)
    assert found.layout.reads == {SOURCE_ID: "id", "name": "name"}
    assert found.layout.lines["order_line"] == {
        "fields": {
            "sequence": "sequence",
            "product_id": "product_id",
            "product_id.default_code": "product_id.default_code",
        },
        "domain": [["kind", "=", "A"]],
    }
    assert [(one.name, one.inputs) for one in found.layout.columns] == [
        ("no", ("name",)),
        ("pos", ("order_line.sequence",)),
        ("sku", ("order_line.product_id", "order_line.product_id.default_code")),
    ]
    assert found.lines["order_line"]["key"] == ["sequence"]
    assert found.lines["order_line"]["fields"]["sequence"] == {"column": "pos"}


def test_lines_with_a_source_of_their_own():
    """Their columns have the field before them, and the job that comes back reads one file."""
    source = {"type": "csv", "path": "lines.csv"}
    lines = {"order_line": {"source": source, "match": {"order": "no"}, "fields": {"sequence": "no"}}}
    found = made("", lines=lines)
    assert [one.name for one in found.layout.columns] == ["no", "order_line.no"]
    assert found.lines["order_line"] == {"fields": {"sequence": {"column": "order_line.no"}}}
    assert "source of their own" in found.lost["order_line"]


def test_other_languages_and_companies():
    """Each has its column."""
    fields = "{state: {column: c, translations: {fr_FR: c_fr}}, amount: {column: d, companies: {B: d_b}}}"
    found = made(fields)
    assert [one.name for one in found.layout.columns] == ["no", "c", "c_fr", "d", "d_b"]
    assert found.layout.reads["state@fr_FR"] == {"field": "state", "lang": "fr_FR"}
    assert found.layout.reads["amount@B"] == {"field": "amount", "company": "B"}
    assert found.fields["state"] == {"column": "c", "translations": {"fr_FR": "c_fr"}}


def test_what_cannot_be_undone():
    """It is in a column called after the field, and said."""
    found = made("{amount: {expr: cents / 100}, state: {column: c, transform: {replace: {from: a, to: b}}}, photo: p}")
    assert [one.name for one in found.layout.columns] == ["no", "amount", "c"]
    assert "`expr: cents / 100` cannot be undone" in found.lost["amount"]
    assert "`transform: replace` cannot be undone" in found.lost["state"]
    assert found.lost["photo"] == "contents of files are exported with --files DIR"
    assert found.fields["amount"] == {"column": "amount"}


def test_contents_of_files(tmp_path):
    """The job that comes back reads them from their folder."""
    found = made("photo: {column: p, type: url, write: create}", files=tmp_path)
    assert found.layout.contents == ("photo",)
    assert found.fields["photo"] == {"column": "p", "type": "file", "root": str(tmp_path), "write": "create"}
    assert "photo" not in found.lost


def test_one_column_of_two_fields():
    """The first one stands for both; where the file is to come back, each has its own."""
    fields = "{state: {column: 'no'}, note: {column: 'no'}}"
    assert [one.name for one in made(fields).layout.columns] == ["no"]
    found = made(fields, exact=True)
    assert [one.name for one in found.layout.columns] == ["no", "state", "note"]
    assert found.fields["note"] == {"column": "note", "type": "html"}


def test_records_that_a_lookup_does_not_tell_apart():
    """Where the file is to come back, they are named by external ids."""
    found = made(ONE_LOOKUP, exact=True, doubled=[("res.partner", "ref")])
    assert found.fields["partner_id"] == {
        "column": "partner_id",
        "lookup": [{"model": "res.partner", "by": "external_id"}, {"by": "id"}],
    }
    assert made(ONE_LOOKUP, exact=True).fields["partner_id"]["column"] == "c"
    assert made(ONE_LOOKUP, doubled=[("res.partner", "ref")]).fields["partner_id"]["column"] == "c"


def test_several_tags_where_a_cell_holds_one():
    """The job that comes back splits them."""
    mapping = "tag_ids: {column: c, lookup: {model: crm.tag, by: name}}"
    found = made(mapping, exact=True)
    assert found.fields["tag_ids"]["split"] == "|"
    assert cells(found, "c", [[1, 2]], [["a", "b"]]) == ["a|b"]
    found = made(mapping)
    assert cells(found, "c", [[1, 2], [1]], [["a", "b"], ["a"]]) == [None, "a"]
    assert found.missed.counts == {"tag_ids": 1}


def test_a_record_of_any_model():
    """It comes back by its id, with a column for its model."""
    mapping = "ref_id: {column: c, model_column: m, lookup: {by: name}}"
    found = made(mapping, exact=True)
    assert (cells(found, "c", ["res.partner,7", None]), cells(found, "m", ["res.partner,7", None])) == (
        [7, None],
        ["res.partner", None],
    )
    assert found.fields["ref_id"] == {"column": "c", "model_column": "m", "lookup": {"by": "id"}}
    assert "by its id alone" in made(mapping).lost["ref_id"]


def test_columns_are_called_as_in_the_source():
    """`rename` is undone, but not where a job comes beside."""
    source = {"type": "csv", "path": "a.csv", "rename": {"no": "Order No."}}
    assert [one.name for one in made("", source=source).layout.columns] == ["Order No."]
    assert [one.name for one in made("", source=source, exact=True).layout.columns] == ["no"]


def test_a_field_that_the_server_lacks():
    """The nearest one is named."""
    with pytest.raises(UsageError, match=r"sale\.order has no field amont: did you mean amount"):
        made("amont: c")


OLD = {
    "type": "odoo",
    "connection": "old",
    "model": "sale.order",
    "fields": {"no": "name", "c": "partner_id", "n": "tag_ids"},
}


@pytest.mark.parametrize("exact", [False, True])
def test_ids_of_another_database(exact):
    """Nobody can say them again: cells hold external ids, or ids where there are none."""
    mapping = """
        partner_id: {column: c, lookup: {model: res.partner, by: source_id, on_missing: defer}}
        tag_ids: {column: n, lookup: {model: crm.tag, by: source_id}}
    """
    found = made(mapping, exact=exact, source=OLD)
    assert set(found.lost) == {"partner_id", "tag_ids"}
    assert all("source_id" not in str(read) for read in found.layout.reads.values())
    assert cells(found, "partner_id", [7, 8, None], ["m.p7", None, None]) == ["m.p7", "8", None]
    assert cells(found, "tag_ids", [[7, 8], None], [["m.t7", None], None]) == [["m.t7", "8"], None]
    assert found.fields["partner_id"]["lookup"] == [{"model": "res.partner", "by": "external_id"}, {"by": "id"}]
    assert found.fields["tag_ids"]["column"] == "tag_ids"


def test_a_constant_id_of_another_database_chooses_no_records():
    """No field of Odoo has it."""
    found = made("partner_id: {value: 7, lookup: {model: res.partner, by: source_id}}", source=OLD)
    assert found.domain == [["name", "!=", False]]
