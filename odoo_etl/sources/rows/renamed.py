"""Columns under the names that the job gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from odoo_etl.errors import SourceError
from odoo_etl.sources.model import Chunk

NO_NAMES: Mapping[str, str] = {}


def renamed_columns(
    columns: Sequence[str], rename: Mapping[str, str], ambiguous: Mapping[str, str] = NO_NAMES
) -> list[str]:
    """The names of the columns after `rename`, in the same order.

    Args:
        rename: new name to old name.
        ambiguous: names that several columns have, to where these stand.

    Raises:
        SourceError: a column is not there, or another one has the new name already.
    """
    new_names = {old: new for new, old in rename.items()}
    check_there(list(rename.values()), columns, "rename", ambiguous)
    found = [new_names.get(name, name) for name in columns]
    if twice := [name for name in rename if found.count(name) > 1]:
        raise SourceError(
            f"rename: the source has a column {', '.join(map(repr, twice))} already: rename that one, too, or take"
            " another name",
            ("source", "rename"),
        )
    return found


def renamed(chunks: Iterable[Chunk], rename: Mapping[str, str]) -> Iterator[Chunk]:
    """The chunks with their columns renamed. Raises SourceError."""
    for chunk in chunks:
        names = renamed_columns(list(chunk.columns), rename)
        yield replace(chunk, columns=dict(zip(names, chunk.columns.values(), strict=True)))


def check_there(
    names: Sequence[str],
    columns: Sequence[str],
    key: str,
    ambiguous: Mapping[str, str] = NO_NAMES,
    source: str = "the source",
) -> None:
    """Refuse names, of a key of the job's source, that no column of a source has. Raises SourceError."""
    at = ("source", *key.split("."))
    if twice := [name for name in names if name in ambiguous]:
        where = "; ".join(f"{name!r} ({ambiguous[name]})" for name in twice)
        raise SourceError(f"{key}: {source} has more than one column {where}: give each a name of its own", at)
    if missing := [name for name in names if name not in columns]:
        near = get_close_matches(missing[0], columns, n=1)
        raise SourceError(
            f"{key}: {source} has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, columns))}"
            + (f" (did you mean {near[0]!r}?)" if near else ""),
            at,
        )
