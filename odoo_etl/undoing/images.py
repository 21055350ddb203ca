"""The images of several calls that wrote the same record, as one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from odoo_etl.fieldtypes import IdList
from odoo_etl.planning import LINES, Image


def first_before(first: dict[str, Any], later: Image) -> dict[str, Any]:
    """The values of a record before two calls: what the second replaced counts where the first left it alone.

    Lines that only the second found were made by the first.
    """
    for name, value in later.items():
        if name.endswith(LINES) and name in first:
            known = {one["id"]: one for one in value}
            first[name] = [first_before(one, known.get(one["id"], {})) for one in first[name]]
        else:
            first.setdefault(name, value)
    return first


def last_after(first: dict[str, Any], later: Image) -> dict[str, Any]:
    """The values that two calls wrote: the second wins; commands for lines are carried out one after the other."""
    for name, value in later.items():
        first[name] = [*first.get(name, ()), *value] if name.endswith(LINES) else value
    return first


def lines_in(image: Image) -> Iterator[tuple[str, list[Any]]]:
    """The one2many fields of an image, each with its lines or commands."""
    for name, value in image.items():
        if name.endswith(LINES):
            yield name.removesuffix(LINES), value


def without_lines(image: Image) -> dict[str, Any]:
    """The other values of an image."""
    return {name: value for name, value in image.items() if not name.endswith(LINES)}


@dataclass(slots=True)
class Commands:
    """The commands of a run's calls to the lines of one field of a record.

    Attributes:
        updates: id to what was written last.
        creates: what each new line was given.
        removed: ids of the lines that went.
    """

    updates: dict[int, dict[str, Any]] = field(default_factory=dict)
    creates: list[Image] = field(default_factory=list)
    removed: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, commands: Iterable[Sequence[Any]]) -> Commands:
        """Read them in their order."""
        found = cls()
        for code, number, image in commands:
            if code == 0:
                found.creates.append(image)
            elif code == 1:
                found.updates[number] = last_after(found.updates.get(number, {}), image)
            else:
                found.removed.add(number)
        return found


def as_value(written: Any) -> Any:
    """A value as the external API takes it, as planning compares it: x2many commands become ids."""
    is_written_as_commands = isinstance(written, list) and written and isinstance(written[0], list)
    return IdList.of_written(written) if is_written_as_commands else written
