"""Lookups by source id are checked before anything is read."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from odoo_etl.spec import JobSpec, source_ids_of

ODOO = {"type": "odoo", "connection": "old", "model": "res.partner", "fields": ["id", "ref", "parent_id"]}
CSV = {"type": "csv", "path": "a.csv"}


def job(lookup, source=ODOO, **field):
    """A job with one lookup."""
    parent = {"column": "parent_id", "lookup": lookup, **field}
    target = {"model": "res.partner", "key": "ref"}
    return JobSpec(version=1, job="a", source=source, target=target, fields={"ref": "ref", "parent_id": parent})


BY_SOURCE = {"model": "res.partner", "by": "source_id"}


@pytest.mark.parametrize(
    "lookup",
    [
        BY_SOURCE,
        {**BY_SOURCE, "on_missing": "defer"},
        {**BY_SOURCE, "by": ["source_id"]},
        {**BY_SOURCE, "source_model": "old.partner", "domain": [["active", "=", True]]},
        [BY_SOURCE, {"model": "res.partner", "by": "id"}],
    ],
)
def test_lookups_that_are_taken(lookup):
    """Alone, and in turn with others."""
    (first, *_) = job(lookup).lookups
    assert first.is_by_source_id
    assert first.paths == ()
    assert job(lookup).looked_up == {"res.partner"}


@pytest.mark.parametrize(
    ("lookup", "field", "said"),
    [
        (
            {**BY_SOURCE, "on_missing": "create", "create": {"name": "A"}},
            {},
            "cannot be created with an id of your own",
        ),
        ({**BY_SOURCE, "ignore_case": True}, {}, "`ignore_case` needs fields in `by`, not ids"),
        ({**BY_SOURCE, "path": "/"}, {}, "`path` needs fields in `by`, not ids"),
        ({**BY_SOURCE, "by": ["source_id", "ref"]}, {}, "`source_id` stands alone"),
        ({"model": "res.partner", "by": "ref", "source_model": "a.b"}, {}, "`source_model` goes with `by: source_id`"),
        ({"by": "source_id", "source_model": "a.b"}, {"model_column": "m"}, "`source_model` beside `model_column`"),
    ],
)
def test_lookups_that_are_refused(lookup, field, said):
    """With what is wrong."""
    with pytest.raises(ValidationError, match=said):
        job(lookup, **field)


@pytest.mark.parametrize("lookup", [BY_SOURCE, [{"model": "res.partner", "by": "ref"}, BY_SOURCE]])
def test_other_sources_have_no_such_ids(lookup):
    """A number in a file is an id of nobody knows what."""
    with pytest.raises(ValidationError, match="needs rows that come from an Odoo, and the source is `type: csv`"):
        job(lookup, CSV)


@pytest.mark.parametrize(
    ("fields", "keys", "column"),
    [
        (["id", "name"], {}, "id"),
        ({"number": "id", "name": "name"}, {}, "number"),
        ({"number": "id"}, {"rename": {"no": "number"}}, "no"),
        ({"id": "parent_id"}, {}, ""),
        ({"a": "parent_id.id"}, {}, ""),
    ],
)
def test_the_column_with_the_ids(fields, keys, column):
    """It holds the field `id`, whatever it is called."""
    spec = job(BY_SOURCE, {**ODOO, "fields": fields, **keys})
    assert source_ids_of(spec.source).column == column


def test_rows_that_come_from_no_odoo():
    """Their ids stand for nothing."""
    assert source_ids_of(job({"model": "res.partner", "by": "ref"}, CSV).source) is None
