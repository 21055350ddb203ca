"""The columns that a job uses, held against those of its source."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from odoo_etl.errors import SourceError
from odoo_etl.mapping import place_of_column, used_columns
from odoo_etl.sources import Headed, Source
from odoo_etl.spec import JobSpec


def check_columns(spec: JobSpec, source: Source) -> list[str]:
    """The columns of a source, once it is known to have all that the job uses. Raises SourceError."""
    columns = source.columns()
    if missing := missing_columns(spec, columns):
        name, users = next(iter(missing.items()))
        raise SourceError(f"{lacks(spec, source, missing)}. Nothing was written", place_of_column(spec, users[0], name))
    return columns


def missing_columns(spec: JobSpec, columns: Sequence[str]) -> dict[str, list[str]]:
    """The columns that a job uses and its source lacks, each with what reads it."""
    return {name: users for name, users in used_columns(spec, columns).items() if name not in columns}


def lacks(spec: JobSpec, source: Source, missing: Mapping[str, Sequence[str]]) -> str:
    """The words for columns that a source lacks, or has more than once."""
    columns = source.columns()
    several = source.ambiguous if isinstance(source, Headed) else {}
    if twice := [f"{name!r} ({several[name]}, for {', '.join(missing[name])})" for name in missing if name in several]:
        return (
            f"the source of job {spec.job} has more than one column {'; '.join(twice)}: give each a name of its own, in"
            " the file or by header: in the job"
        )
    wanted = "; ".join(f"{name!r} (for {', '.join(fields)}{meant(name, columns)})" for name, fields in missing.items())
    return f"the source of job {spec.job} lacks the column {wanted}; it has {', '.join(map(shown, columns))}"


def shown(name: str) -> str:
    """The name as it is, or with every character that cannot be seen written out."""
    plain = name.isprintable() and name == name.strip() and "," not in name
    return name if plain else repr(name)


def meant(name: str, columns: Sequence[str]) -> str:
    """`; did you mean ...?`, or nothing where no column is near; of names that look alike the difference is shown."""
    for column in columns:
        if _visible(column) == _visible(name):
            alike = unicodedata.normalize("NFKC", column) == unicodedata.normalize("NFKC", name)
            return f"; did you mean {ascii(column) if alike and column.isprintable() else repr(column)}?"
    near = get_close_matches(name, columns, n=1, cutoff=0.7)
    return f"; did you mean {near[0]!r}?" if near else ""


def _visible(name: str) -> str:
    """The part of a name that a reader sees: no kinds of blanks, no marks without width, no upper case."""
    letters = (one for one in unicodedata.normalize("NFKC", name) if unicodedata.category(one) not in {"Cf", "Cc"})
    return " ".join("".join(letters).casefold().split())
