"""New records as rows of `load`: every value as the text that becomes it again."""

from __future__ import annotations

import pytest

from odoo_etl.fieldtypes import IdList
from odoo_etl.mapping import Lines, Record, Row
from odoo_etl.planning import Create, Update
from odoo_etl.planning.loadable import Loader
from tests.builders import target

TYPES = ["contact", "invoice", "other"]
FIELDS = {
    "name": target("char", "name"),
    "color": target("integer", "color"),
    "weight": target("float", "weight"),
    "active": target("boolean", "active"),
    "date": target("date", "date"),
    "start": target("datetime", "start"),
    "image": target("binary", "image"),
    "source": target("reference", "source"),
    "settings": target("json", "settings"),
    "properties": target("properties", "properties"),
    "type": target("selection", "type", selection=[(one, one) for one in TYPES]),
    "country_id": target("many2one", "country_id", relation="res.country"),
    "tag_ids": target("many2many", "tag_ids", relation="res.tag"),
}
CHOICES = {"type": [("contact", "Contact"), ("invoice", "Other"), ("other", "Misc")]}
LOADER = Loader(FIELDS, CHOICES)


def create(line: int = 1, **values: object) -> Create:
    """A new record whose external id is m.<line>."""
    return Create(Record((f"m.{line}",), values, [Row(line, "", (), line)]))


@pytest.mark.parametrize(
    ("field", "value", "column", "cell"),
    [
        ("name", "  two\nlines ", "name", "  two\nlines "),
        ("name", False, "name", ""),
        ("color", 0, "color", "0"),
        ("color", -7, "color", "-7"),
        ("weight", 0.0, "weight", "0.0"),
        ("weight", 0.1 + 0.2, "weight", "0.30000000000000004"),
        ("weight", 1e22, "weight", "1e+22"),
        ("weight", False, "weight", ""),
        ("active", True, "active", "1"),
        ("active", False, "active", "0"),
        ("date", "2024-02-29", "date", "2024-02-29"),
        ("date", "1000-01-01", "date", "1000-01-01"),
        ("start", "1000-01-01 00:00:00", "start", "1000-01-01 00:00:00"),
        ("start", "2024-02-29 23:59:59", "start", "2024-02-29 23:59:59"),
        ("image", "aGVsbG8=", "image", "aGVsbG8="),
        ("source", "res.partner,7", "source", "res.partner,7"),
        ("settings", {"a": [1, None]}, "settings", '{"a": [1, null]}'),
        ("type", "contact", "type", "contact"),
        ("country_id", 57, "country_id/.id", "57"),
        ("country_id", False, "country_id/.id", ""),
        ("tag_ids", IdList((3, 1), "set"), "tag_ids/.id", "3,1"),
        ("tag_ids", IdList((), "set"), "tag_ids/.id", ""),
        ("tag_ids", IdList((3,), "add"), "tag_ids/.id", "3"),
    ],
)
def test_a_value_as_text(field, value, column, cell):
    """The column says how the text is meant."""
    [group], rejects = LOADER.groups([create(**{field: value})])
    assert rejects == []
    assert group.columns == ("id", column)
    assert group.rows[0].cells == ("m.1", cell)


def test_only_moments_need_a_time_zone():
    """The model's defaults are worked out in the user's."""
    groups, _ = LOADER.groups([create(1, date="2024-01-01"), create(2, start="2024-01-01 00:00:00")])
    assert [group.context for group in groups] == [{}, {"tz": "UTC"}]


def test_records_that_lack_a_field_go_apart():
    """So that Odoo's defaults fill it; the order stays inside a group."""
    records = [create(1, name="a", color=1), create(2, name="b"), create(3, name="c", color=3)]
    groups, _ = LOADER.groups(records)
    assert [(group.columns, [row.create for row in group.rows]) for group in groups] == [
        (("id", "name", "color"), [records[0], records[2]]),
        (("id", "name"), [records[1]]),
    ]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("date", "0999-12-31", "0999-12-31, a year before 1000"),
        ("start", "0001-01-01 00:00:00", "a year before 1000"),
        ("properties", {"a": 1}, "a properties field"),
        ("type", "other", "the value 'other', because another value of type is called so"),
    ],
)
def test_what_load_cannot_say(field, value, reason):
    """Is a reject that names the field; the other records go on."""
    groups, rejects = LOADER.groups([create(1, **{field: value}), create(2, name="x")])
    assert [row.create.record.key for group in groups for row in group.rows] == [("m.2",)]
    [flaw] = rejects[0].flaws
    assert (flaw.stage, flaw.code, flaw.field) == ("plan", "not_loadable", field)
    assert reason in flaw.reason


def test_a_record_with_lines_cannot_be_loaded():
    """They would be lost."""
    with_lines = create(1, name="x")
    with_lines.record.children = (Lines("line_ids", ()),)
    _, rejects = LOADER.groups([with_lines])
    [flaw] = rejects[0].flaws
    assert (flaw.code, flaw.field) == ("not_loadable", "line_ids")


def test_no_records():
    """Nothing to load is no call."""
    assert LOADER.groups([]) == ([], [])


NAMES = {"res.country": {57: "base.de", 75: "base.fr"}, "res.tag": {1: "m.red", 3: "m.blue"}}


def test_records_with_external_ids_go_by_these():
    """Odoo finds them in its cache; a field goes by ids when one of its records has no external id."""
    creates = [create(1, country_id=57, tag_ids=IdList((3, 1), "set")), create(2, country_id=False, tag_ids=False)]
    (group,), _ = LOADER.groups(creates, NAMES)
    assert group.columns == ("id", "country_id/id", "tag_ids/id")
    assert [row.cells for row in group.rows] == [("m.1", "base.de", "m.blue,m.red"), ("m.2", "", "")]
    (group,), _ = LOADER.groups([*creates, create(3, country_id=1, tag_ids=IdList((1,), "set"))], NAMES)
    assert group.columns == ("id", "country_id/.id", "tag_ids/id")
    assert group.rows[0].cells == ("m.1", "57", "m.blue,m.red")


def test_what_the_records_refer_to():
    """By model, each once."""
    creates = [create(1, country_id=57, name="A"), create(2, country_id=57, tag_ids=IdList((3, 1), "add"))]
    assert LOADER.references(creates) == {"res.country": {57}, "res.tag": {1, 3}}


def update(number: int, **changes: object) -> Update:
    """A change of a record that Odoo has."""
    return Update(
        Record((number,), changes, [Row(number, "", (), number)]), number, {n: (None, v) for n, v in changes.items()}
    )


@pytest.mark.parametrize(
    ("changes", "columns", "cells"),
    [
        ({"name": "a"}, (".id", "name"), ("7", "a")),
        ({"color": 3, "weight": 0.5}, (".id", "color", "weight"), ("7", "3", "0.5")),
        ({"active": False, "date": False}, (".id", "active", "date"), ("7", "0", "")),
        ({"country_id": 57, "color": 0}, (".id", "country_id/.id", "color"), ("7", "57", "0")),
        ({"tag_ids": IdList((1, 2), "set")}, (".id", "tag_ids/.id"), ("7", "1,2")),
    ],
)
def test_updates_are_rows_by_the_id_of_their_records(changes, columns, cells):
    """Of whatever types their fields are; equal fields share a group."""
    groups, others = LOADER.updates([update(7, **changes), update(8, name="b", color=1), update(9, **changes)])
    assert others == []
    assert [(one.columns, [row.cells for row in one.rows]) for one in groups] == [
        (columns, [cells, ("9", *cells[1:])]),
        ((".id", "name", "color"), [("8", "b", "1")]),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"image": "aGVsbG8="},
        {"source": "res.partner,7"},
        {"type": "other"},
        {"tag_ids": IdList((), "set")},
        {"tag_ids": IdList((1,), "add")},
        {"unmapped": 1},
        {"name": "a", "image": False},
    ],
)
def test_updates_that_load_cannot_say_are_left_to_write(changes):
    """All of what a record gets, since it is one write."""
    groups, others = LOADER.updates([update(7, **changes), update(8, name="b")])
    assert ([one.id for one in others], [len(one.rows) for one in groups]) == ([7], [1])
