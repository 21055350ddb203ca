"""Columns of another Odoo: fields by version, those of lines."""

from __future__ import annotations

import pytest

from odoo_etl.spec import OdooField, OdooSource
from odoo_etl.spec.sources.odoo_fields import is_of_versions


@pytest.mark.parametrize(
    ("versions", "fitting"),
    [
        ("<17", {14, 15, 16}),
        ("<=17", {14, 15, 16, 17}),
        (">17", {18, 19}),
        (">= 17", {17, 18, 19}),
        ("17", {17}),
        ("=17", {17}),
        ("==17", {17}),
        ("!=17", {14, 15, 16, 18, 19}),
        (">=15, <18", {15, 16, 17}),
    ],
)
def test_versions(versions, fitting):
    """Major ones, compared as numbers."""
    assert {major for major in range(14, 20) if is_of_versions(versions, major)} == fitting
    field = OdooField.model_validate({"field": "name", "when": {"source.version": versions}})
    assert {major for major in range(14, 20) if field.is_in(major)} == fitting


def test_a_version_may_be_a_number():
    """As YAML reads it."""
    assert OdooField.model_validate({"field": "name", "when": {"source.version": 17}}).is_in(17)


def test_a_field_without_a_condition_is_in_every_version():
    """Whatever comes."""
    assert OdooField(field="name").is_in(99)


def test_lines_that_are_read():
    """Those with a column that somebody reads, at any depth."""
    inner = {"fields": ["name"], "lines": {"tax_ids": {"fields": ["name"]}}}
    lines = {"order_line": inner, "other_ids": {"fields": ["name"]}}
    spec = OdooSource.model_validate(
        {"type": "odoo", "connection": "old", "model": "sale.order", "fields": ["id"], "lines": lines}
    )
    assert spec.columns == ["id", "order_line.name", "order_line.tax_ids.name", "other_ids.name"]
    assert spec.with_lines({"id"}).columns == ["id"]
    assert spec.with_lines({"id", "order_line.name"}).columns == ["id", "order_line.name"]
    assert spec.with_lines({"order_line.tax_ids.name"}).columns == ["id", "order_line.name", "order_line.tax_ids.name"]
    assert spec.shares_lines
    assert not spec.with_lines({"id"}).shares_lines
