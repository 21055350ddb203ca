"""The bundled snapshot holds together, and the sandbox serves all of it."""

from __future__ import annotations

from importlib import resources

import pytest

from odoo_etl.sandbox.constraints import CHECKS
from odoo_etl.sandbox.expressions import COMPUTED
from odoo_etl.sandbox.field_values import INTO
from odoo_etl.sandbox.schema import X2MANY, load_catalog, load_records, unique_columns

CATALOG = load_catalog()
FIELDS = [field for model in CATALOG.values() for field in model.fields.values()]


def test_relations_stay_inside_the_bundle():
    """Every relational field leads to a bundled model, every one2many to a field of it."""
    assert {field.relation for field in FIELDS if field.relation} <= CATALOG.keys()
    inverses = [field for field in FIELDS if field.type == "one2many"]
    assert all(field.inverse in CATALOG[field.relation].fields for field in inverses)


def test_every_type_can_be_stored():
    """There is a conversion for every type that has a column."""
    assert {field.type for field in FIELDS if field.column} <= INTO.keys()


def test_every_field_has_a_source():
    """A field has a column, a path, a link, a formula, or is the display name."""
    loose = [
        str(field)
        for field in FIELDS
        if not (field.column or field.path or field.type in X2MANY or (field.model, field.name) in COMPUTED)
    ]
    assert loose == [f"{model}.display_name" for model in CATALOG]


def test_every_constraint_is_checked():
    """Unique constraints are read from their definition, checks have a formula."""
    unknown = [
        constraint["name"]
        for model in CATALOG.values()
        for constraint in model.constraints
        if not unique_columns(constraint["definition"]) and constraint["name"] not in CHECKS
    ]
    assert unknown == []


def test_records_fit_their_models():
    """Every bundled record has as many values as there are fields, and all fields exist."""
    for name, content in load_records().items():
        assert set(content["fields"]) <= CATALOG[name].fields.keys()
        assert {len(row) for row in content["rows"]} <= {len(content["fields"])}


@pytest.mark.parametrize("name", ["models.json", "records.json"])
def test_the_bundle_is_small(name):
    """A wheel carries it without weight."""
    assert len(resources.files("odoo_etl.sandbox.snapshot").joinpath(name).read_bytes()) < 750_000
