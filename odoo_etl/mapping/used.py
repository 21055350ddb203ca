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
    for column, (expect, side, number) in spec.expect.columns():
        used.setdefault(column, []).append(f"{expect}.{side}[{number}]")
    return used


def named_columns(spec: JobSpec) -> frozenset[str]:
    """The columns that a job names, without the names of the fields whose lines have a source of their own."""
    named = [*used_columns(spec), *key_columns(spec)]
    of_lines = [name.removeprefix(joined_name(field, "")) for field in spec.line_sources for name in named]
    return frozenset([*named, *of_lines])


def own_columns(spec: JobSpec) -> frozenset[str]:
    """The columns that the fields of records read, those of lines apart."""
    every = [each for own in spec.fields.values() for each in (own, *varied(own).values())]
    return frozenset(column for one in every for column in columns_read(one))


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
    for path, own in spec.every_field.items():
        yield path, own
        yield from ((f"{path}@{other}", one) for other, one in varied(own).items())


def varied(own: FieldSpec) -> dict[str, FieldSpec]:
    """A field as it is in other languages and companies, by what the job calls these."""
    return {**own.in_languages, **own.in_companies}
