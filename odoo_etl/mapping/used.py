"""The columns that a job reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from odoo_etl.mapping.columns import columns_of
from odoo_etl.mapping.external_id import ExternalId
from odoo_etl.spec import FieldSpec, JobSpec, joined_name


def used_columns(spec: JobSpec, columns: Collection[str] = ()) -> dict[str, list[str]]:
    """Column name to the fields that read it, for the check that the source has them all.

    Args:
        columns: those that the source has: of lines with a source of their own, a column that is not there is one of
            the record.
    """
    used: dict[str, list[str]] = {}
    for path, one in _every_field(spec):
        field = path.partition(".")[0]
        for column in columns_read(one):
            own = joined_name(field, column) if field in spec.line_sources else column
            used.setdefault(column if own not in columns and column in columns else own, []).append(path)
    for field, lines in spec.line_sources.items():
        for ours, theirs in lines.match.items():
            used.setdefault(joined_name(field, ours), []).append(f"lines.{field}.match")
            used.setdefault(theirs, []).append(f"lines.{field}.match")
    for column in ExternalId.of(spec.target.external_id.template).columns if spec.target.external_id else ():
        used.setdefault(column, []).append("external_id")
    return used


def key_columns(spec: JobSpec) -> list[str]:
    """The columns of which the key of a record is made."""
    return list(dict.fromkeys(column for name in spec.target.own_key for column in columns_read(spec.fields[name])))


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
