"""The keys of a field's mapping: how the cells of its column become its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from odoo_etl.guessing.columns import Column
from odoo_etl.guessing.evidence import labels_language
from odoo_etl.guessing.headers import heading_of
from odoo_etl.guessing.models import ENGLISH, ModelField
from odoo_etl.guessing.names import alike, folded
from odoo_etl.guessing.writings import Writing

_LEAST_ALIKE: Final = 0.8
_MOST_VALUES: Final = 12
_MOST_FOLDERS: Final = 200


@dataclass(frozen=True, slots=True)
class Mapped:
    """The keys besides `column`, and what is doubtful about them.

    Attributes:
        against: that make a wrong value likely, so that the mapping stands as a comment.
        remarks: that are to be said, and do no harm.
    """

    keys: Mapping[str, Any]
    against: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def mapping_of(column: Column, field: ModelField, folder: Path) -> Mapped:
    """How the column's cells become values of a field that holds no records.

    Args:
        folder: of the file, in and below which files are looked for that cells name.
    """
    kind = field.type
    if kind.has_choices:
        return _choices(column, field)
    if kind.is_number:
        return _numbers(column, field)
    if kind.is_moment:
        return _moments(column, field)
    if kind.false_is_a_value:
        return _truths(column)
    if kind.is_file:
        return _files(column, folder)
    return Mapped({"type": "html"} if kind.is_markup and column.kind == "HTML" else {})


def _written(writing: Writing | None, kind: str) -> Mapped:
    """A type with its marks, where these are to be said."""
    if writing is None:
        return Mapped({}, ("its values are none of this field",))
    keys = {"type": kind, **writing.keys} if writing.keys else {}
    return Mapped(keys, (writing.doubt,) if writing.doubt else ())


def _numbers(column: Column, field: ModelField) -> Mapped:
    found = _written(column.number, "integer" if field.type.is_exact else "decimal")
    if not heading_of(column.name).in_cents or not (column.number and column.number.is_whole):
        return found
    cells = column.name if column.name.isidentifier() else f'row["{column.name}"]'
    text = any(isinstance(cell, str) for cell in column.cells)
    return Mapped({"expr": f"({cells} | float) / 100" if text else f"{cells} / 100"}, found.against)


def _moments(column: Column, field: ModelField) -> Mapped:
    found = _written(column.day, field.ttype)
    if field.type.has_time and column.day and column.day.has_time:
        return Mapped(
            found.keys, found.against, ("its times are taken for UTC: say `timezone: Europe/Berlin` if they are not",)
        )
    return found


def _truths(column: Column) -> Mapped:
    found = column.truth or Writing()
    only_true = bool(found.keys) and all(found.keys["map"].values())
    keys = {**found.keys, **({"default": False} if only_true else {})}
    return Mapped(keys, () if column.truth else ("its values are neither true nor false",))


def _files(column: Column, folder: Path) -> Mapped:
    """Files that cells name, wherever below the folder of the table they are."""
    names = column.distinct[:5]
    places = [folder, *islice(_below(folder), _MOST_FOLDERS)]
    root = next((place for place in places if any((place / name).is_file() for name in names)), None)
    if root is None:
        return Mapped(
            {"type": "file", "root": str(folder)}, ("none of the files that it names was found near the table",)
        )
    return Mapped({"type": "file", "root": str(root)})


def _below(folder: Path) -> Iterator[Path]:
    """The folders in a folder, then those in them."""
    inner = sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
    yield from inner
    for one in inner:
        yield from (other for other in one.iterdir() if other.is_dir())


def _choices(column: Column, field: ModelField) -> Mapped:
    """Values of a selection as they are, by their labels, or by a map."""
    values = {value for some in field.choices.values() for value in some.values()}
    if all(text in values for text in column.distinct) or not field.choices:
        return Mapped({})
    language = labels_language(field, column.distinct)
    if language and column.distinct:
        return Mapped({"labels": language})
    found = {text: _choice(text, field) for text in column.distinct[:_MOST_VALUES]}
    missing = [text for text, value in found.items() if not value]
    known = {text: value for text, value in found.items() if value}
    against = (
        [f"no value of the field is like {', '.join(map(repr, missing[:4]))}: there are {_some(field)}"]
        if missing
        else []
    )
    if column.unique > _MOST_VALUES:
        against.append(f"{column.unique} different values for a field of {len(values)}")
    return Mapped({"map": known} if known else {}, tuple(against))


def _choice(text: str, field: ModelField) -> str:
    """The value of a selection that a text most likely means; "" for none."""
    wanted = folded(text)
    for labels in field.choices.values():
        for label, value in labels.items():
            if wanted in {label, folded(value)}:
                return value
    if field.name in {"lang", "lang_id"} and len(wanted) == 2:
        return next((value for value in field.choices[ENGLISH].values() if value.lower().startswith(f"{wanted}_")), "")
    pairs = [(alike(wanted, label), value) for labels in field.choices.values() for label, value in labels.items()]
    score, value = max(pairs, default=(0.0, ""))
    return value if score >= _LEAST_ALIKE else ""


def _some(field: ModelField) -> str:
    values = list(dict.fromkeys(value for some in field.choices.values() for value in some.values()))
    return ", ".join(values[:8]) + (", ..." if len(values) > 8 else "")
