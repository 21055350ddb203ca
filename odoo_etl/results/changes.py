"""Planned writes, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Action = Literal["create", "update", "archive", "activate", "delete", "set", "report"]


@dataclass(frozen=True, slots=True)
class ChangedField:
    """The kind of a field that changes.

    Attributes:
        type: as Odoo has it: `many2one`, `float`, ...
        model: whose records it refers to, or "".
        digits: after the point, of a number; None where Odoo says nothing of them.
        company: the name of the company whose value it is, where that is not the job's own.
    """

    type: str
    model: str = ""
    digits: int | None = None
    company: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One planned write: what happens to which record, field by field.

    Attributes:
        action: `archive`, `delete`, `set` and `report` of what vanished from the source of a mirror, as its policy is;
            `activate` of what is there again. An undo has `update`, `activate`, `archive` and `delete`.
        key: what the record is found by; of an undo, what Odoo calls it.
        id: None for what is new.
        line: where the first of its rows stands; 0 where it has none.
        changes: path to (old, new): `name`, `name@fr_FR` in another language, `order_line[30].price_unit` of a line;
            old is None for what is new.
        file: in which file, where the source has several; else "".
        names: path to (old, new) in which each record is what people call it: only of fields that refer to records.
        new_lines: the paths of lines that an existing record gets: `order_line[40]`.
        archived: the record is archived in Odoo now.
    """

    action: Action
    key: str
    id: int | None
    line: int
    changes: dict[str, tuple[Any, Any]]
    file: str = ""
    names: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    new_lines: tuple[str, ...] = ()
    archived: bool = False
