"""Edits of a text at places that the tree of a YAML file names: all else of the text stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from odoo_etl.spec.tree import Mark

_LINES = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")  # as PyYAML counts them


class NotThere(ValueError):
    """The text at a place is another one than the edit replaces."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A text in place of another.

    Attributes:
        line: of its beginning, from 1.
        column: of its beginning, in characters, from 1.
        old: what stands there; "" where `new` is put in between.
        new: what stands there afterwards.
    """

    line: int
    column: int
    old: str
    new: str


class Text:
    """The text of a file, with the places of its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in _LINES.finditer(text))]
        first = _LINES.search(text)
        self.newline = first[0] if first else "\n"

    def offset(self, mark: Mark) -> int:
        """Where a place is, in characters."""
        return self._starts[mark.line - 1] + mark.column - 1

    def before(self, mark: Mark) -> str:
        """The part of its line that stands before a place."""
        return self.text[self._starts[mark.line - 1] : self.offset(mark)]

    def renamed(self, mark: Mark, old: str, new: str) -> Edit:
        """The edit that renames the key (or the plain text) at a place, however it is quoted."""
        at = self.offset(mark)
        quote = self.text[at : at + 1] if self.text[at : at + 1] in {"'", '"'} else ""
        return Edit(mark.line, mark.column, f"{quote}{old}{quote}", f"{quote}{new}{quote}")

    def key_first(self, mark: Mark, key: str, value: str) -> Edit:
        """The edit that puts a key before all others of the mapping at a place."""
        if self.text.startswith("{", self.offset(mark)):
            return Edit(mark.line, mark.column, "{", f"{{{key}: {value}, ")
        return Edit(mark.line, mark.column, "", f"{key}: {value}{self.newline}{self.before(mark)}")


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits; one that is there twice, as by an alias, is made once.

    Raises:
        NotThere: something else stands at a place, or two edits meet.
    """
    places = Text(text)
    done, end = text, len(text) + 1
    for edit in sorted(set(edits), reverse=True):
        at = places.offset(Mark(edit.line, edit.column))
        if not text.startswith(edit.old, at) or at + len(edit.old) > end:
            raise NotThere(f"line {edit.line}, column {edit.column}")
        done = done[:at] + edit.new + done[at + len(edit.old) :]
        end = at
    return done
