"""`selection`: one of the values that the field offers."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from odoo_etl.fieldtypes.cells import BadValue, Convert, as_text, read_as, shown
from odoo_etl.fieldtypes.field_type import Field, FieldType
from odoo_etl.fieldtypes.text import encode_text, same_text, text_or_false
from odoo_etl.versions import choice_hint

MOST_LABELS = 40  # that a message lists


def encode_selection(field: Field) -> Convert:
    """One of the values that the field offers."""
    text = encode_text(field)
    allowed = field.selection

    def encode(value: Any) -> str:
        choice: str = text(value)
        if allowed is not None and choice not in allowed:
            some = ", ".join(sorted(map(str, allowed))[:12]) + (", …" if len(allowed) > 12 else "")
            renamed = choice_hint(field.model, field.name, choice, allowed)
            hint = f" ({renamed})" if renamed else ""
            raise BadValue("bad_selection", f"{shown(value)} is not among the values of {field.name}: {some}{hint}")
        return choice

    return encode


def read_label(name: str, labels: Sequence[tuple[str, str]], language: str) -> Convert:
    """The function from what a value of a selection is called to the value; case and blanks make no difference.

    Args:
        name: of the field.
        labels: the values, each with what it is called in the language.
    """
    exact, alike = _by_label(labels, str), _by_label(labels, _folded)

    def read(cell: Any) -> str:
        text = as_text(cell)
        found = exact.get(text) or alike.get(_folded(text), ())
        if len(found) == 1:
            return found[0]
        if found:
            raise BadValue("ambiguous_label", f"{shown(text)} is what {name} calls {' and '.join(found)} in {language}")
        near = get_close_matches(_folded(text), alike, n=1)
        hint = (
            f"; did you mean {shown(next(label for _, label in labels if _folded(label) == near[0]))}?" if near else ""
        )
        some = ", ".join(label for _, label in labels[:MOST_LABELS]) + (", …" if len(labels) > MOST_LABELS else "")
        raise BadValue("bad_label", f"{shown(text)} is not among the labels of {name} in {language}: {some}{hint}")

    return read


def _by_label(labels: Sequence[tuple[str, str]], form: Callable[[str], str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for value, label in labels:
        found[form(label)] = (*found.get(form(label), ()), value)
    return found


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


SELECTION = FieldType(
    read=read_as("char"),
    encode=encode_selection,
    same=lambda _: same_text,
    comparable=lambda _: text_or_false,
    cell=str,
    is_text=True,
    is_dated=True,
    has_choices=True,
)
