"""Names of other versions of Odoo, in words: hints for names that a server lacks, or "" where nothing is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from odoo_etl.versions.changes import NameChange, all_changes


def model_hint(model: str, major: int) -> str:
    """Say what a model that a server lacks is called there.

    Args:
        major: the server's version; 0 where nobody knows it.
    """
    return _hint(model, major, all_changes().of_models(), None)


def field_hint(model: str, name: str, known: Collection[str] | None, major: int) -> str:
    """Say what a field that a model lacks is called there.

    Args:
        known: the fields that the model has; no other one is named. None where nobody knows them all.
        major: the server's version; 0 where nobody knows it.
    """
    return _hint(name, major, all_changes().of_fields(model), known)


def value_hint(model: str, field: str, value: str, known: Collection[str], major: int) -> str:
    """Say what a value that a selection lacks is called there.

    Args:
        known: the values that the selection has; no other one is named.
        major: the server's version; 0 where nobody knows it.
    """
    return _hint(value, major, all_changes().of_values(model, field), known)


@lru_cache(maxsize=256)
def choice_hint(model: str, field: str, value: str, known: frozenset[Any]) -> str:
    """Say what a value that a selection lacks is called in another version, where nobody asks for the server's.

    Args:
        model: "" where nobody knows it.
        known: the values that the selection has; no other one is named.
    """
    for one in all_changes().of_values(model, field) if model else ():
        if one.old == value and one.new in known:
            return _with_note(f"since Odoo {one.version} this is {one.new}", one.note)
        if one.new == value and one.old in known:
            return _with_note(f"before Odoo {one.version} this is {one.old}", one.note)
    return ""


def _hint(name: str, major: int, changes: Iterable[NameChange], known: Collection[str] | None) -> str:
    if not major or not name:
        return ""
    every = list(changes)
    past, later = [one for one in every if one.version <= major], [one for one in every if one.version > major]
    return _later_name(name, major, past, known) or _earlier_names(name, major, later, known)


def _later_name(name: str, major: int, past: Iterable[NameChange], known: Collection[str] | None) -> str:
    """Follow a name through the changes up to the server's version, the oldest first."""
    last: NameChange | None = None
    for one in past:
        if one.old == name and name:
            name, last = one.new, one
    if last is None:
        return ""
    if not name:
        return _with_note(f"gone since Odoo {last.version}", last.note)
    if known is not None and name not in known:
        return ""
    return _with_note(f"in Odoo {major} this is `{name}`, since {last.version}", last.note)


def _earlier_names(name: str, major: int, later: Sequence[NameChange], known: Collection[str] | None) -> str:
    """Follow a name back through the changes since the server's version; several names may have become one."""
    brought = [one for one in later if one.new == name]
    if not brought:
        return ""
    since, note = brought[0].version, next((one.note for one in brought if one.note), "")
    before = list(dict.fromkeys(_before(name, later)))
    if not before:
        return _with_note(f"only since Odoo {since}, and this is {major}", note)
    named = " or ".join(f"`{one}`" for one in before if known is None or one in known)
    return _with_note(f"in Odoo {major} this is {named}; `{name}` since {since}", note) if named else ""


def _before(name: str, later: Sequence[NameChange]) -> Iterator[str]:
    """The names that one had before all of these changes."""
    brought = [one for one in later if one.new == name]
    if not brought:
        yield name
    for one in brought:
        if one.old:
            yield from _before(one.old, [each for each in later if each.version < one.version])


def _with_note(words: str, note: str) -> str:
    return f"{words}: {note}" if note else words
