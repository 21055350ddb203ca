"""The content of a file, by reference: a path or an address first, then where it lies and its checksum.

Contents are not held in memory: what travels through lookups, plans and ledger is one of these, until it is written.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from odoo_etl.spec import CONTENT_TYPES, FieldSpec
from odoo_etl.text import ODOO, OdooContent

SHOWN_DIGITS = 12  # of a checksum
_IN_THE_LEDGER = frozenset({"name", "path", "size", "sha1"})  # where `Content` is JSON


@dataclass(frozen=True, slots=True)
class ContentRules:
    """Where the contents of a field are found, and which are taken.

    Attributes:
        on_the_web: names are addresses, not paths.
        root: the folder of files.
        max_bytes: a larger one is refused.
        on_missing: `reject` the row, or leave the field `empty`.
        hosts: that may have addresses of private networks.
        timeout_s: for one address, from its first redirect to its last byte.
    """

    root: str
    max_bytes: int
    on_missing: str
    on_the_web: bool = False
    hosts: tuple[str, ...] = ()
    timeout_s: float = 0.0


class ContentRef(NamedTuple):
    """A value of a binary field that is still a path or an address, as the cell has it."""

    name: str
    rules: ContentRules


@dataclass(frozen=True, slots=True)
class Content:
    """A content that was looked at: it is read again when it is written.

    Attributes:
        name: the path or address, as the cell has it.
        path: the file that holds it; of a content in another Odoo, what `OdooContent.parse` reads.
        size: in bytes.
        sha1: its checksum, as Odoo has it.
    """

    name: str
    path: str
    size: int
    sha1: str


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A content that Odoo has, and that nobody has read yet.

    Attributes:
        made_of: the checksum of what Odoo made it of, where a run has learned that.
    """

    size: int
    sha1: str
    made_of: str = ""


def content_in_odoo(cell: OdooContent) -> Content:
    """The content that a cell stands for, as it is planned."""
    return Content(cell.place, str(cell), cell.size, cell.sha1)


def cell_of(content: Content) -> OdooContent | None:
    """The cell that a content was planned from; None of one that a file holds."""
    return OdooContent.parse(content.path) if content.path.startswith(ODOO) else None


def refers_to_content(spec: FieldSpec) -> bool:
    """Whether the cells of a field name contents that lie elsewhere."""
    return spec.type in {"file", "url"}


def is_for_files(spec: FieldSpec) -> bool:
    """Whether a job says of a field that it holds files: no other field can be meant."""
    return spec.type in CONTENT_TYPES


def rules_of(spec: FieldSpec) -> ContentRules:
    """Where the contents of a field are found, as the job says."""
    return ContentRules(
        spec.root or "", spec.max_size, spec.on_missing, spec.type == "url", tuple(spec.hosts), spec.timeout
    )


def sha1_of(value: Any) -> str | None:
    """The checksum of a content in whatever form: by reference, as base64, or as the ledger has it; None for none."""
    if isinstance(value, Content | StoredContent):
        return value.sha1
    if isinstance(value, Mapping):
        return str(value["sha1"]) if is_by_reference(value) else None
    if not isinstance(value, str) or not value:
        return None
    try:
        return hashlib.sha1(base64.b64decode(value), usedforsecurity=False).hexdigest()
    except binascii.Error:
        return None


def is_by_reference(value: Any) -> bool:
    """Whether a value stands for a content that is not in it, here or in the ledger."""
    return isinstance(value, Content | StoredContent) or (isinstance(value, Mapping) and value.keys() == _IN_THE_LEDGER)


def same_content(ours: Any, theirs: Any) -> bool:
    """Whether two values are the same content, or none."""
    if not (ours and theirs) or ours == theirs:
        return not (ours or theirs) or bool(ours == theirs)
    if not (is_by_reference(ours) or is_by_reference(theirs)):
        return False
    sent = sha1_of(ours)
    return sent == sha1_of(theirs) or (isinstance(theirs, StoredContent) and bool(sent) and sent == theirs.made_of)


def show_content(value: Any) -> Any:
    """A content for people: its name, size and checksum, never what it holds."""
    sha1 = sha1_of(value)
    if sha1 is None:
        return None if value is False else value
    size = value.size if isinstance(value, Content | StoredContent) else _size(value)
    name = f"{value.name}, " if isinstance(value, Content) else ""
    return f"{name}{size:,} bytes, sha1 {sha1[:SHOWN_DIGITS]}"


def _size(value: Any) -> int:
    return int(value["size"]) if isinstance(value, Mapping) else len(base64.b64decode(value))
