"""Planned changes as lines for a terminal: `+` comes, `~` changes, `-` goes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from odoo_etl.reporting.plans.value_texts import cut, difference_of, shown, value_of
from odoo_etl.results import Change, ChangedField

ROOM: Final = 120  # characters of a line where no terminal says how wide it is
REMOVED: Final = "(removed)"  # as planning shows it in place of the new value of a line
NARROWEST: Final = 20  # characters of a value
MARKS: Final = {"create": "+", "update": "~", "activate": "~", "set": "~", "archive": "-", "delete": "-", "report": " "}
DONE: Final = {"activate": "make active", "archive": "archive", "delete": "delete", "set": "set", "report": "report"}
_BRACKETS: Final = re.compile(r"\[.*?\]")
_COMPANY: Final = re.compile(r"company:\d+")

Fields = Mapping[str, ChangedField]


class Line(NamedTuple):
    """A line of text, and the mark that says what it tells of: `+`, `~`, `-`, or none."""

    text: str
    mark: str = ""


def change_lines(change: Change, fields: Fields, room: int = ROOM) -> Iterator[Line]:
    """A record that changes, and a line for each of its values.

    Args:
        fields: path without the marks of lines to what the field is.
        room: as many characters of a line as values are cut to fit in.
    """
    mark = MARKS[change.action]
    yield Line(f"  {mark} {title_of(change)}", mark)
    if change.action not in {"activate", "archive", "delete", "report"}:
        yield from _ValueLines(change, fields, room).lines()


def title_of(change: Change) -> str:
    """The record: `C-2 (id 5, archived), line 3 of a.csv`."""
    known = [f"id {change.id}"] if change.id else []
    known += ["archived"] if change.archived else []
    file = f" of {change.file}" if change.file else ""
    place = f", line {change.line}{file}" if change.line else ""
    done = f": {DONE[change.action]}" if change.action in DONE else ""
    beside = f" ({', '.join(known)})" if known else ""
    return f"{cut(shown(change.key), ROOM)}{beside}{place}{done}"


class _ValueLines:
    """The lines of one change, as wide as there is room."""

    def __init__(self, change: Change, fields: Fields, room: int) -> None:
        self._change, self._fields, self._room = change, fields, room
        self._is_new = change.action == "create"

    def lines(self) -> Iterator[Line]:
        """A line for each value; those of a new line stand below it."""
        told = set[str]()
        for path, pair in self._change.changes.items():
            line = self._new_line(path)
            if line and line not in told:
                told.add(line)
                yield Line(f"      + {path_shown(line, self._fields)}", "+")
            if pair[1] == REMOVED:
                yield Line(f"      - {path_shown(path, self._fields)}{self._held(path)}", "-")
            else:
                yield self._value(path, line)

    def _new_line(self, path: str) -> str:
        return next((one for one in self._change.new_lines if path.startswith(f"{one}.")), "")

    def _value(self, path: str, line: str) -> Line:
        before = "      " if self._is_new else "          " if line else "      ~ "
        name = path_shown(path.removeprefix(f"{line}.") if line else path, self._fields)
        left = self._room - len(before) - len(name) - 2
        known = self._change.changes[path], self._change.names.get(path), field_of(path, self._fields)
        if self._is_new or line:
            return Line(f"{before}{name}: {value_of(*known, max(NARROWEST, left))}", "+")
        width = max(NARROWEST, (left - 3) // 2)
        return Line(f"{before}{name}: {difference_of(*known, width)}", MARKS[self._change.action])

    def _held(self, path: str) -> str:
        """The values of a line that goes, first its name: ` (product_id: Desk, price_unit: 5.00)`."""
        row: Any = self._change.changes[path][0]
        if not isinstance(row, Mapping):
            return ""
        held = sorted(((name, one) for name, one in row.items() if one), key=lambda one: one[0] != "name")
        told = ", ".join(f"{name}: {self._value_held(f'{path}.{name}', one)}" for name, one in held)
        return f" ({cut(told, max(NARROWEST, self._room - len(path) - 12))})" if told else ""

    def _value_held(self, path: str, value: Any) -> str:
        names = self._change.names.get(path)
        return value_of((None, value), names and (None, names[0]), field_of(path, self._fields), NARROWEST * 2)


def field_of(path: str, fields: Fields) -> ChangedField | None:
    """The kind of the field at a path."""
    return fields.get(_BRACKETS.sub("", path) if "[" in path else path)


def path_shown(path: str, fields: Fields) -> str:
    """A path with the name of the company in place of its id: `standard_price@My Company (BE)`."""
    one = field_of(path, fields) if "@" in path else None
    return shown(_COMPANY.sub(lambda _: one.company, path) if one and one.company else path)
