"""Results of looking at a model: its fields, and how well some of them tell its records apart. Plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldReport:
    """A field of a model, as a server or a snapshot describes it.

    Attributes:
        label: the name that people see.
        relation: the model that it refers to, or "".
        inverse: of lines, the field of that model that says whose they are, or "".
        readonly: people cannot change it; the API takes what is written, unless Odoo computes it and does not store it.
        given: a new record gets a value by itself.
        by_company: each company has a value of its own.
        selection: the values that it may have, each with its label.
        related: the path of fields whose value it shows, or "".
        depends: the paths of fields that Odoo computes it from; empty where it does not.
        recomputes: the fields that Odoo computes anew when this one is written, through any number of others.
    """

    name: str
    label: str
    type: str
    relation: str = ""
    inverse: str = ""
    required: bool = False
    given: bool = False
    readonly: bool = False
    stored: bool = True
    searchable: bool = True
    translated: bool = False
    by_company: bool = False
    selection: tuple[tuple[Any, str], ...] = ()
    digits: tuple[int, int] | None = None
    related: str = ""
    depends: tuple[str, ...] = ()
    recomputes: tuple[str, ...] = ()
    help: str = ""

    @property
    def is_computed(self) -> bool:
        """Whether Odoo computes it; what is neither stored nor computed from fields is computed from something else."""
        return bool(self.depends or self.related or not self.stored)


@dataclass(frozen=True, slots=True)
class RepeatedValue:
    """A value of a key that stands on several records.

    Attributes:
        value: one part for each field of the key.
        records: on how many it stands.
        first: the ids of the first of them, with their names.
    """

    value: tuple[Any, ...]
    records: int
    first: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class KeyReport:
    """How well some fields tell the records of a model apart, archived ones included.

    Attributes:
        archived: how many of the records are; None where the model has no such thing.
        blank: field to the records that have no value there.
        without: records that have no value in any of the fields: no row finds them.
        repeated: how many values stand on several records.
        records_of_repeated: on how many records those stand together.
        alike: further values that differ from others in upper and lower case, or blanks at the ends, alone.
        examples: the first of the repeated values.
        notes: what else speaks against these fields as a key.
    """

    fields: Sequence[str]
    records: int
    archived: int | None = None
    blank: Mapping[str, int] = field(default_factory=dict)
    without: int = 0
    repeated: int = 0
    records_of_repeated: int = 0
    alike: int = 0
    examples: Sequence[RepeatedValue] = ()
    notes: Sequence[str] = ()

    @property
    def is_unique(self) -> bool:
        """Whether no value stands on several records."""
        return not self.repeated


@dataclass(frozen=True, slots=True)
class ModelReport:
    """A model as a server, or the snapshot of one, describes it.

    Attributes:
        label: the name that people see, or "".
        origin: who says so: the server, or the file of the snapshot.
        version: of the server.
        every: how many fields the model has; `fields` may be some of them.
        rights: operation (`read`, `create`, `write`, `unlink`) to whether the user may; empty where nobody was asked.
        key: what was asked of a key.
        notes: what a person should know of the answer.
    """

    model: str
    label: str
    origin: str
    version: str
    every: int
    fields: Sequence[FieldReport]
    rights: Mapping[str, bool] = field(default_factory=dict)
    key: KeyReport | None = None
    notes: Sequence[str] = ()

    def only(self, pattern: str = "", word: str = "") -> ModelReport:
        """The report with fields whose name is like a pattern and that hold a word; in any case of letters.

        Args:
            pattern: with `*` and `?`; several with commas between them; "" for all.
            word: in the name, the label, the relation or a value's label; "" for all.
        """
        patterns = [one.strip().casefold() for one in pattern.split(",") if one.strip()]
        sought = word.strip().casefold()
        return replace(self, fields=[one for one in self.fields if _is_like(one, patterns) and _holds(one, sought)])


def _is_like(report: FieldReport, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(report.name.casefold(), each) for each in patterns)


def _holds(report: FieldReport, sought: str) -> bool:
    texts = (report.name, report.label, report.relation, *(label for _, label in report.selection))
    return any(sought in text.casefold() for text in texts)
