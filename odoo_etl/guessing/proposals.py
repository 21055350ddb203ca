"""The result of a guess: a proposal for each column, the keys, and what is to be said of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from odoo_etl.guessing.keys import KeyCandidate


@dataclass(frozen=True, slots=True)
class Proposal:
    """The field that one column is taken for.

    Attributes:
        path: of the field: its name, or `lines.field` of its lines; "" where it is for none.
        keys: of the field's mapping besides its column.
        how: how it was known.
        sure: from 0 to 1.
        active: whether the job maps it; else it stands there as a comment.
        against: what speaks against it, and what is to be said besides.
        runner_up: the field that was second, "" where none was near.
        examples: some of its values.
        variant: of a translation, its language; the field is that of another column.
        filled: how many rows have a value.
    """

    column: str
    path: str = ""
    keys: Mapping[str, Any] = field(default_factory=dict)
    how: str = ""
    sure: float = 0.0
    active: bool = False
    against: tuple[str, ...] = ()
    runner_up: str = ""
    examples: tuple[str, ...] = ()
    variant: str = ""
    filled: int = 0


@dataclass(frozen=True, slots=True)
class Guess:
    """A job as it may be, for one file and one model.

    Attributes:
        source: the keys of `source:`, with the absolute path.
        proposals: one a column, in the order of the file.
        keys: ways to identify a record, the best first; none where there is only an external id.
        external_id: the template that identifies records where no field does; "" where one does.
        line_keys: of each one2many field, the fields that tell its lines apart.
        lacking: fields that new records need and no column is for.
        notes: for people: of the file, of broken rows and of keys that occur twice.
        rows: that were read; `is_whole` says whether these are all.
    """

    model: str
    source: Mapping[str, Any]
    proposals: Sequence[Proposal]
    keys: Sequence[KeyCandidate] = ()
    external_id: str = ""
    line_keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    lacking: Sequence[str] = ()
    notes: Sequence[str] = ()
    rows: int = 0
    is_whole: bool = True

    @property
    def mapped(self) -> list[Proposal]:
        """The proposals that the job maps."""
        return [one for one in self.proposals if one.active]

    @property
    def unsure(self) -> list[Proposal]:
        """The proposals that stand in the job as comments."""
        return [one for one in self.proposals if one.path and not one.active]

    @property
    def unmapped(self) -> list[Proposal]:
        """The columns that are for no field."""
        return [one for one in self.proposals if not one.path]
