"""Names of columns for a message: the one that was meant, and what in it cannot be seen."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches


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
