"""`binary`: files and images, as base64 and nothing else, though a path such as `photo/ab12` may pass for it.

Base64 knows no dots, colons, backslashes and blanks, which all but bare names have. What is left is told apart by what
it would be the content of: a name decodes to a few bytes that are neither text nor begin as any file does.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

from odoo_etl.fieldtypes.cells import BadValue, Convert, parse_as_is, parse_text, shown
from odoo_etl.fieldtypes.content import (
    Content,
    ContentRef,
    content_in_odoo,
    is_by_reference,
    refers_to_content,
    rules_of,
    same_content,
    show_content,
)
from odoo_etl.fieldtypes.field_type import Field, FieldType
from odoo_etl.fieldtypes.text import same_text
from odoo_etl.spec import MOST_BYTES, FieldSpec
from odoo_etl.text import OdooContent

SMALLEST_FILE: Final = 24  # bytes; below, only text is a file: the smallest image has 26
_SOME_CAPITAL: Final = 12  # characters; as long a base64 has capitals
LONGEST_NAME: Final = 256  # characters
_ADDRESS: Final = re.compile(r"[a-zA-Z][\w+.-]*:|www\.|//", re.ASCII)  # of the web, of a share, or C:
_PATH: Final = re.compile(r".*[\\/]|.*\.\w{1,5}$", re.DOTALL)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# Letters of one case, or digits: names are made of few of them, base64 changes at every other character.
_RUN: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_SHORTEST_RUN: Final = 2.6  # characters on average
REMEDY: Final = (
    "cells must hold the content itself, as base64 (in a query: bytes, or encode(column, 'base64')); for paths say"
    " `type: file`, for addresses `type: url`"
)


def content_of(text: str) -> bytes:
    """The bytes that a cell holds in base64.

    Raises:
        BadValue: it holds something else.
    """
    packed = text.replace("\r", "").replace("\n", "")  # encoders break their lines
    try:
        content = binascii.a2b_base64(packed, strict_mode=True)
    except ValueError:
        raise BadValue("bad_binary", f"{shown(text)} {_seems(text)}; {REMEDY}") from None
    if _is_a_name(packed, content):
        raise BadValue("bad_binary", f"{shown(text)} looks like a name or path, not like content; {REMEDY}")
    return content


def _seems(text: str) -> str:
    """Say what a cell that is no base64 looks like to a person."""
    path = _ADDRESS.match(text) or (len(text) <= LONGEST_NAME and _PATH.match(text))
    return "looks like a path or URL" if path else "is no base64"


def _is_a_name(packed: str, content: bytes) -> bool:
    """Whether what happens to be base64 is rather the name of a file: it has no padding, and no file begins like it."""
    if packed.endswith("=") or len(packed) > LONGEST_NAME or b"\0\0" in content:
        return False
    if packed.isdigit() or (packed.islower() and len(packed) >= _SOME_CAPITAL):
        return True
    if _is_text(content):
        return False
    runs = _RUN.findall(packed)
    return len(content) < SMALLEST_FILE or sum(map(len, runs)) > _SHORTEST_RUN * len(runs)


def _is_text(content: bytes) -> bool:
    try:
        return not _CONTROL.search(content.decode())
    except UnicodeDecodeError:
        return False


def read_binary(spec: FieldSpec) -> Convert:
    """The path or address of a content where the job says so, else the cell as it is: the content itself."""
    if not refers_to_content(spec):
        return parse_as_is(spec)
    rules, text = rules_of(spec), parse_text(spec)
    return lambda cell: ContentRef(text(cell).strip(), rules)


def encode_binary(field: Field) -> Convert:
    """Base64 of bytes, or of what is base64 already; nothing is guessed. References stay references."""

    def encode(value: Any) -> str | ContentRef | Content:
        if isinstance(value, ContentRef):
            return value
        if isinstance(value, OdooContent):
            return _in_odoo(value)
        if not isinstance(value, str | bytes):
            raise BadValue("bad_binary", f"{shown(value)} is no content of {field.name}; {REMEDY}")
        content = value if isinstance(value, bytes) else content_of(value)
        return base64.b64encode(content).decode()  # as Odoo gives it back

    return encode


def _in_odoo(cell: OdooContent) -> Content:
    if cell.size > MOST_BYTES:
        reason = f"{cell.place} has {cell.size:,} bytes, more than the {MOST_BYTES:,} that one request to Odoo can hold"
        raise BadValue("file_too_large", reason)
    return content_in_odoo(cell)


def same_file(ours: Any, theirs: Any) -> bool:
    """Whether two contents are the same, one of them maybe by reference."""
    return same_content(ours, theirs) if is_by_reference(ours) or is_by_reference(theirs) else same_text(ours, theirs)


BINARY = FieldType(
    read=read_binary,
    encode=encode_binary,
    fitting=("base64", "file", "url", "char", "text"),
    typed=lambda answered: answered or None,
    same=lambda _: same_file,
    cell=lambda value: value,
    show=show_content,
    is_exact=False,
    is_dated=True,
    is_heavy=True,
    is_restorable=False,
    is_file=True,
)
