"""Where a job names the columns that it reads."""

from __future__ import annotations

from collections.abc import Iterator

from odoo_etl.mapping.columns import columns_of
from odoo_etl.mapping.used import varied
from odoo_etl.spec import FieldSpec, JobSpec, place_of

Place = tuple[str | int, ...]


def place_of_column(spec: JobSpec, user: str, column: str) -> Place:
    """The key of a job that names a column.

    Args:
        user: what reads it, as `used_columns` calls it.
    """
    if user == "external_id":
        return ("target", "external_id")
    path, _, other = user.partition("@")
    if path in spec.every_field:
        return _in_field(spec, path, other, column)
    *above, name, last = user.replace("[", ".").rstrip("]").split(".")
    if above == ["expect"]:
        return ("expect", name, int(last))
    own = column.removeprefix(f"{name}.")  # lines.NAME.match
    return (*above, name, last, own) if own in spec.line_sources[name].match else (*above, name, last)


def _in_field(spec: JobSpec, path: str, other: str, column: str) -> Place:
    """The key of a field, or of what it is in another language or company."""
    at, one = place_of(path), spec.every_field[path]
    if other:
        kind = "translations" if other in one.in_languages else "companies"
        at, one = (*at, kind, other), varied(one)[other]
    above = path.partition(".")[0]
    names = {column, column.removeprefix(f"{above}.")} if above in spec.line_sources else {column}
    return (*at, *next((key for key, named in _named(one) if named in names), ()))


def _named(one: FieldSpec) -> Iterator[tuple[Place, str]]:
    """The columns of a field, each with the key that names it."""
    if one.column:
        yield ("column",), one.column
    yield from ((("columns", number), name) for number, name in enumerate(one.columns or ()))
    if one.model_column:
        yield ("model_column",), one.model_column
    yield from ((("transform",), name) for name in one.beside)
    yield from ((("expr",), name) for name in (columns_of(one.expr) if one.expr else ()))
