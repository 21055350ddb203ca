"""What the cells of a mapped field may hold, and what a record holds when Odoo kept it."""

from __future__ import annotations

import base64
import re
import struct
import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from html import unescape
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

PRINTABLE = st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"])
WORDS = [
    "Zoë",
    "a  b",
    " around ",
    "1 < 2 & 3",
    "O'Neil",
    '"quoted"',
    "0012",
    "ﬁ",
    "Straße",
    "😀",
    "a,b;c|d",
    "<b>x</b>",
]
Ids = Callable[[Mapping[str, Any], list[str]], list[tuple[str, int]]]  # lookup, cells: model and id of each
LINKS = 2  # at most so many in a many2many


@dataclass(frozen=True)
class Mapped:
    """One field of a job.

    Attributes:
        cells: texts; "" empties the field, unless it is required.
        spec: what the job says of the field besides its column.
        required: it is never emptied.
        unique: no two records share a value: cells are only the beginning of one.
    """

    cells: SearchStrategy[str]
    spec: Mapping[str, Any] = field(default_factory=dict)
    required: bool = False
    unique: bool = False

    def as_job(self, name: str) -> dict[str, Any]:
        """The field as the job has it."""
        if "expr" in self.spec:
            return {"expr": self.spec["expr"].replace("@", name)}
        return {"column": name, "empty": "reject" if self.required else "clear", **self.spec}


@st.composite
def columns(draw: st.DrawFn, mapped: Mapped, count: int) -> list[str]:
    """The cells of so many rows; some are empty."""
    cells = draw(st.lists(mapped.cells, min_size=count, max_size=count))
    empty = draw(st.sets(st.integers(0, count - 1), max_size=0 if mapped.required else count // 3))
    ends = [uuid.uuid4().hex[:12] if mapped.unique else "" for _ in cells]
    return ["" if n in empty else cell + ends[n] for n, cell in enumerate(cells)]


def char(most: int = 30) -> Mapped:
    """One line of text."""
    return Mapped(st.sampled_from(WORDS) | st.text(PRINTABLE, max_size=most))


def name() -> Mapped:
    """Text that a record cannot be without."""
    return Mapped(st.sampled_from(WORDS) | st.text(PRINTABLE, min_size=1, max_size=30).filter(str.strip), required=True)


def lines() -> Mapped:
    """Text of several lines."""
    return Mapped(st.lists(st.sampled_from(WORDS) | st.text(PRINTABLE, max_size=20), max_size=3).map("\n".join))


def one_of(*cells: str, required: bool = False) -> Mapped:
    """One of these texts, such as the values of a selection."""
    return Mapped(st.sampled_from(cells), required=required)


def code() -> Mapped:
    """Letters and digits that no other record has."""
    return Mapped(st.sampled_from(["", "0", "00X", "Ab"]), unique=True)


def whole(low: int = -(2**31), high: int = 2**31 - 1) -> Mapped:
    """An integer."""
    return Mapped(st.integers(low, high).map(str))


def number(low: float = -1e6, high: float = 1e6) -> Mapped:
    """A number with more digits than any field keeps."""
    fine = st.floats(low, high, allow_subnormal=False).map(repr)
    return Mapped(fine | st.decimals(low, high, places=3).map(str))


def boolean() -> Mapped:
    """True or false."""
    return Mapped(st.sampled_from(["true", "false", "1", "0"]))


def day(low: int = 2020, high: int = 2030) -> Mapped:
    """A date."""
    return Mapped(st.dates(date(low, 1, 1), date(high, 12, 31)).map(str))


def moment() -> Mapped:
    """A date and time in UTC, with fractions of a second."""
    return Mapped(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(str))  # noqa: DTZ001 - written as UTC


def link(model: str, by: str, *values: str, required: bool = False) -> Mapped:
    """A many2one, by what its record has in the field `by`."""
    return Mapped(st.sampled_from(values), {"lookup": {"model": model, "by": by}}, required=required)


def links(model: str, by: str, *values: str) -> Mapped:
    """A many2many."""
    some = st.lists(st.sampled_from(values), max_size=LINKS, unique=True).map("|".join)
    return Mapped(some, {"split": "|", "lookup": {"model": model, "by": by}})


def picture() -> Mapped:
    """A small PNG."""
    return Mapped(st.tuples(st.integers(1, 3), st.binary(min_size=3, max_size=3)).map(lambda made: _png(*made)))


def contents() -> Mapped:
    """Bytes of any kind."""
    return Mapped(st.binary(min_size=1, max_size=50).map(lambda made: base64.b64encode(made).decode()))


def _png(size: int, colour: bytes) -> str:
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + colour * size) * size)
    chunks = [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()


def word_property(definition: str) -> Mapped:
    """A text among the properties of a record, by the name that its definition has."""
    return Mapped(st.sampled_from(WORDS), {"expr": f"{{'{definition}': @}}"})


def kept(cell: str, existing: Any, attributes: Mapping[str, Any], spec: Mapping[str, Any], ids: Ids) -> bool:
    """Whether a record holds what the cell says; numbers as far as their field has digits.

    Args:
        held: as `read` gives it, a many2one as its id.
        attributes: of the field, from `fields_get`.
        ids: finds the records that a lookup means.
    """
    ttype = attributes["type"]
    if "lookup" in spec:
        existing = sorted(existing) if ttype == "many2many" else existing
        return existing == _linked(ttype, ids(spec["lookup"], cell.split("|") if cell else []))
    if ttype in {"float", "monetary"}:
        return _same_number(float(cell or 0), existing, (0, 2) if ttype == "monetary" else attributes.get("digits"))
    return READ.get(ttype, _text)(cell) == SHOWN.get(ttype, _itself)(existing)


def _linked(ttype: str, records: list[tuple[str, int]]) -> Any:
    if ttype == "many2many":
        return sorted(one for _, one in records)
    if not records:
        return False
    return records[0][1] if ttype == "many2one" else "{},{}".format(*records[0])


def _same_number(sent: float, existing: float, digits: Any) -> bool:
    if not digits:
        return sent == existing
    return abs(sent - existing) <= 0.5000001 * 10 ** -digits[1] + abs(sent) * 1e-15


def _text(cell: str) -> str | bool:
    return cell or False


def _itself(existing: Any) -> Any:
    return existing


def _seen(html: str) -> list[str]:
    """The words that a page shows."""
    return unescape(re.sub("<[^>]*>", " ", html or "")).split()


READ: Mapping[str, Callable[[str], Any]] = {
    "html": str.split,
    "integer": lambda cell: int(cell or 0),
    "boolean": lambda cell: cell in {"true", "1"},
    "datetime": lambda cell: cell[:19] or False,
}
SHOWN: Mapping[str, Callable[[Any], Any]] = {
    "html": _seen,
    "properties": lambda existing: next((one.get("value") or False for one in existing), False),
}
