"""`char` and `text`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from odoo_etl.fieldtypes.cells import BadValue, Convert, as_text, read_as, shown
from odoo_etl.fieldtypes.field_type import Field, FieldType, show_value
from odoo_etl.spec import FieldSpec

# XML makes others of line ends, and cannot hold the rest.
NOT_EXACT = re.compile(r"[\x01-\x08\x0b-\x1f\ufffe\uffff]")
SHORTEST = 4  # characters that must be the same before what surrounds them may be Odoo's own
LONGEST_MARK = 16  # characters that Odoo puts around a value: a scheme, the code of a country


def encode_text(field: Field) -> Convert:
    """Text that PostgreSQL can store and the field is long enough for."""

    def encode(value: Any) -> str:
        text: str = value if type(value) is str else as_text(value)
        if field.size and len(text) > field.size:
            raise BadValue("too_long", f"{shown(text)} has {len(text)} characters; {field.name} takes {field.size}")
        if "\0" in text:
            raise BadValue("bad_text", f"{field.name} holds a NUL character, which PostgreSQL cannot store")
        if field.searched and NOT_EXACT.search(text):
            reason = f"{field.name} holds a control character, so that no record is found by it for sure"
            raise BadValue("bad_text", f"{reason} (`transform: collapse` makes line ends blanks)")
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise BadValue("bad_text", f"{field.name} holds half a character (a lone surrogate)") from None
        return text

    return encode


def are_planned_texts(cells: Sequence[Any], field: Field) -> bool:
    """Whether all cells are texts that the text field can hold."""
    try:
        together = "".join(cells)
        together.encode()
    except (TypeError, UnicodeEncodeError):  # not all are texts; half a character
        return False
    if "\0" in together or (field.searched and NOT_EXACT.search(together)):
        return False
    return field.size is None or max(map(len, cells), default=0) <= field.size


def takes_text(spec: FieldSpec) -> bool:
    """Whether cells are read as text."""
    return spec.type in {None, "char", "text", "html"}


def same_text(ours: Any, theirs: Any) -> bool:
    """Equal but for the kind of line end: XML-RPC turns each into a bare line feed (XML 1.0, 2.11)."""
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours == theirs or _unix(ours) == _unix(theirs)
    return (ours or False) == (theirs or False)


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def text_or_false(value: Any) -> Any:
    """A text as a key: the empty one is none."""
    return value or False


def is_form_of_text(sent: Any, kept: Any) -> bool:
    """Whether both have the same letters and digits, but for what Odoo puts around them."""
    ours, theirs = bare(str(sent)), bare(str(kept))
    if ours == theirs:
        return bool(ours)
    core = ours.lstrip("0")
    return len(core) >= SHORTEST and core in theirs and len(theirs) <= len(core) + LONGEST_MARK


def bare(text: str) -> str:
    """Letters and digits alone, in lower case."""
    return "".join(char for char in text.casefold() if char.isalnum())


CHAR = FieldType(
    read=read_as("char"),
    takes_text=takes_text,
    encode=encode_text,
    same=lambda _: same_text,
    comparable=lambda _: text_or_false,
    is_form=is_form_of_text,
    cell=str,
    empties=(False, ""),
    is_text=True,
    is_dated=True,
    is_unique=True,
)
TEXT = replace(CHAR, is_unique=False)

PASSWORDS = frozenset({"password", "new_password"})  # of users, whatever the model


def show_hidden(value: Any) -> Any:
    """In place of a password; that there is none may be known."""
    return "(hidden)" if value else show_value(value)


PASSWORD = replace(CHAR, show=show_hidden)
