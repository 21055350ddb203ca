"""Records and their lines as rows."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source

LINES = {"child_ids": {"fields": {"name": "name", "of": "parent_id.ref"}}}


@pytest.fixture
def family(client):
    """Three companies, of which one has two contacts, one none, and one a contact with a contact."""
    first, _, third = client.create("res.partner", [{"name": name, "ref": name} for name in ("A", "B", "C")])
    contacts = [
        {"name": "Ann", "parent_id": first},
        {"name": "Bob", "parent_id": first},
        {"name": "Cyd", "parent_id": third},
    ]
    *_, cyd = client.create("res.partner", contacts)
    client.create("res.partner", [{"name": "Dan", "parent_id": cyd}])


def rows(source, chunk_rows=100, reads=None):
    """The rows with their lines."""
    chunks = open_source(source, None, reads).chunks(chunk_rows)
    return [row for chunk in chunks for row in zip(chunk.lines, *chunk.columns.values(), strict=True)]


def test_lines_stand_behind_the_row_of_their_record(source, family):
    """With its cells, under the name of the field; all in the line of the record."""
    spec = source({"ref": "ref"}, lines=LINES)
    assert open_source(spec).columns() == ["ref", "child_ids.name", "child_ids.of"]
    assert rows(spec) == [
        (1, "A", None, None),
        (1, "A", "Ann", "A"),
        (1, "A", "Bob", "A"),
        (2, "B", None, None),
        (3, "C", None, None),
        (3, "C", "Cyd", "C"),
    ]


def test_lines_that_no_column_reads_make_no_rows(source, family):
    """Nor are they asked for."""
    spec = source({"ref": "ref"}, lines=LINES)
    assert rows(spec, reads={"ref"}) == [(1, "A"), (2, "B"), (3, "C")]
    assert rows(spec, reads={"ref", "child_ids.name"}) == rows(spec)


def test_a_domain_of_lines(source, family):
    """The others are no rows."""
    lines = {"child_ids": {"fields": {"name": "name"}, "domain": [["name", "=", "Bob"]]}}
    assert [row[2] for row in rows(source({"ref": "ref"}, lines=lines)) if row[2]] == ["Bob"]


def test_a_domain_of_lines_is_none_of_a_path_over_the_same_field(source, family):
    """Which leads to all."""
    lines = {"child_ids": {"fields": {"name": "name"}, "domain": [["name", "=", "Bob"]]}}
    assert rows(source({"all": "child_ids.name"}, lines=lines))[0][1] == ["Ann", "Bob"]


def test_lines_of_lines(source, family):
    """Stand behind theirs."""
    inner = {"fields": {"name": "name"}, "lines": {"child_ids": {"fields": {"name": "name"}}}}
    found = rows(source({"ref": "ref"}, lines={"child_ids": inner}))
    assert found[-3:] == [(3, "C", None, None), (3, "C", "Cyd", None), (3, "C", "Cyd", "Dan")]


def test_chunks_may_end_among_lines(source, family):
    """Every row comes once."""
    spec = source({"ref": "ref"}, lines=LINES)
    assert rows(spec, 1) == rows(spec, 4) == rows(spec)


def test_a_field_without_lines(source, family):
    """Is no place for lines."""
    with pytest.raises(SourceError, match=r"`name` of res\.partner is a char field, which has no lines") as error:
        open_source(source(["ref"], lines={"name": {"fields": ["name"]}})).columns()
    assert error.value.at == ("source", "lines", "name")


def test_a_field_of_lines_that_is_not_there(source, family):
    """The error has its place."""
    with pytest.raises(SourceError, match="no field `nme`") as error:
        open_source(source(["ref"], lines={"child_ids": {"fields": {"x": "nme"}}})).columns()
    assert error.value.at == ("source", "lines", "child_ids", "fields", "x")


def test_a_domain_of_lines_that_is_refused(source, family):
    """Before the first row."""
    with pytest.raises(SourceError, match="nope"):
        open_source(source(["ref"], lines={"child_ids": {"fields": ["name"], "domain": [["nope", "=", 1]]}})).columns()
