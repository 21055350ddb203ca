"""The columns that a job reads."""

from __future__ import annotations

from collections.abc import Iterator

from odoo_etl.mapping.columns import columns_of
from odoo_etl.mapping.external_id import ExternalId
from odoo_etl.spec import FieldSpec, JobSpec


def used_columns(spec: JobSpec) -> dict[str, list[str]]:
    """Column name to the fields that read it, for the check that the source has them all."""
    used: dict[str, list[str]] = {}
    for path, one in _every_field(spec):
        for column in columns_read(one):
            used.setdefault(column, []).append(path)
    for column in ExternalId.of(spec.target.external_id.template).columns if spec.target.external_id else ():
        used.setdefault(column, []).append("external_id")
    for column, (expect, side, number) in spec.expect.columns():
        used.setdefault(column, []).append(f"{expect}.{side}[{number}]")
    return used


def columns_read(one: FieldSpec) -> Iterator[str]:
    """The columns that a field reads; one that it reads twice comes twice."""
    yield from one.columns or ((one.column,) if one.column else ())
    yield from (one.model_column,) if one.model_column else ()
    yield from one.beside
    yield from columns_of(one.expr) if one.expr else ()


def _every_field(spec: JobSpec) -> Iterator[tuple[str, FieldSpec]]:
    """Each mapped field by its path, those of lines and of other languages and companies among them."""
    for name, own in spec.fields.items():
        yield name, own
        for other, one in {**own.in_languages, **own.in_companies}.items():
            yield f"{name}@{other}", one
    for name, lines in spec.lines.items():
        yield from ((f"{name}.{path}", one) for path, one in lines.every_field.items())
