"""Texts that look like others and are none: letters written in parts (NFD), characters without width, outer blanks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from odoo_etl.mapping.record import Key

_WITHOUT_WIDTH = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_PARTS, _UNSEEN, _BLANKS = "nfc", "visible", "strip"
_SAYS = {
    _PARTS: "letters that are written in parts",
    _UNSEEN: "characters that cannot be seen",
    _BLANKS: "blanks at its ends",
}


def oddity(text: str) -> str:
    """The transform that would make the text what it looks like; "" where it is that."""
    if not text.isascii():
        if not unicodedata.is_normalized("NFC", text):
            return _PARTS
        if _WITHOUT_WIDTH.search(text):
            return _UNSEEN
    return _BLANKS if text != text.strip() else ""


def oddity_hint(values: Iterable[object]) -> str:
    """The end of a sentence about values that nobody has: what in them a reader does not see; "" for nothing."""
    odd = next((name for value in values if isinstance(value, str) and (name := oddity(value))), "")
    return f" (it holds {_SAYS[odd]}: `transform: {odd}`)" if odd else ""


@dataclass(slots=True)
class OddKeys:
    """How many rows have keys that look like others and are none, by transform, and the first of each."""

    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, keys: Iterable[Key | None]) -> None:
        """Count those among the keys of some rows; keys of plain letters cost next to nothing."""
        texts = [part for key in keys if key is not None for part in key if type(part) is str]
        if "".join(texts).isascii():
            return
        for text in texts:
            if not text.isascii() and (odd := oddity(text)) in {_PARTS, _UNSEEN}:
                self.counts[odd] = self.counts.get(odd, 0) + 1
                self.first.setdefault(odd, text)

    def notes(self, *, in_fields: bool) -> Iterator[str]:
        """A sentence for each kind.

        Args:
            in_fields: the keys are fields, which have transforms; else they are external ids.
        """
        for odd, count in self.counts.items():
            rows = "1 row has a key" if count == 1 else f"{count:,} rows have keys"
            remedy = f"`transform: {odd}` makes them alike" if in_fields else "make them alike in the source"
            shown = f"{self.first[odd]} ({self.first[odd]!a})"
            yield f"{rows} with {_SAYS[odd]}, such as {shown}: they look like others, and are none; {remedy}"
