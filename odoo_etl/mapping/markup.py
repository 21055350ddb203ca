"""Which cells for HTML fields look as if the job says the wrong one of `type: text` and `type: html`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from odoo_etl.fieldtypes import shown, text_of_paragraph

# Elements that people's notes are made of; "<b" of "a <b" is none.
_TAG = re.compile(
    r"</?(?:p|br|div|span|b|strong|i|em|u|a|ul|ol|li|h[1-6]|table|thead|tbody|tr|td|th|img|font|pre|hr|blockquote|html|body)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_LOST = re.compile(r"[\r\n<]")  # what text loses when it is read as HTML


def looks_like_html(text: str) -> bool:
    """Whether a person who reads the text would see markup in it."""
    return bool(_TAG.search(text) or _ENTITY.search(text))


def looks_like_text(text: str) -> bool:
    """Whether a cell without any markup has lines or signs that HTML does not show."""
    return bool(_LOST.search(text.strip())) and not looks_like_html(text)


def mistaken(cells: Sequence[object], *, html: bool) -> list[str]:
    """The cells that look as if the job says the wrong type.

    Args:
        html: whether it says `type: html`.
    """
    looks = looks_like_text if html else looks_like_html
    return [cell for cell in cells if isinstance(cell, str) and looks(cell)]


def mistaken_values(values: Sequence[object], *, html: bool) -> list[str]:
    """The same for the values that cells became."""
    texts = [value for value in values if isinstance(value, str) and (html or "&" in value)]
    return mistaken(texts if html else list(map(text_of_paragraph, texts)), html=html)


@dataclass(slots=True)
class Mistaken:
    """How many cells of each HTML field look like the other of text and HTML, and the first of each."""

    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, found: Mapping[str, Sequence[str]]) -> None:
        """Count the cells of some rows, by field."""
        for name, cells in found.items():
            if cells:
                self.counts[name] = self.counts.get(name, 0) + len(cells)
                self.first.setdefault(name, cells[0])

    def notes(self, as_html: frozenset[str]) -> Iterator[str]:
        """A sentence for each field; `as_html` are those of which the job says `type: html`."""
        for name, count in self.counts.items():
            yield f"{name}: {mistaken_text(count, self.first[name], html=name in as_html)}"


def mistaken_text(count: int, example: str, *, html: bool) -> str:
    """The message about cells that look like the other, and the way out."""
    cells = "1 cell looks" if count == 1 else f"{count:,} cells look"
    if html:
        return (
            f"{cells} like text, such as {shown(example)}: read as HTML, lines and signs get lost (remove type: html)"
        )
    return f"{cells} like HTML, such as {shown(example)}: the tags are written as text (type: html takes them as HTML)"
