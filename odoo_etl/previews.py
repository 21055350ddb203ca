"""Results of looking at the first rows of a job: cells beside the values that a run would send. Plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

REMOVED: Final = "(removed)"  # the value of a line that goes
Fate = Literal["create", "update", "unchanged", "skip", "reject", "unknown"]


@dataclass(frozen=True, slots=True)
class Pick:
    """The choice of rows; without any, the first ones of the source.

    Attributes:
        line: the row that begins in this line of the file, or has this number in a query.
        key: rows with this text in a column of the job's key; several columns with commas between their texts.
        where: rows for which this expression is true.
        file: part of the name of the file, where there are several.
    """

    line: int = 0
    key: str = ""
    where: str = ""
    file: str = ""

    @property
    def is_any(self) -> bool:
        """Whether any rows are as good as others."""
        return self == Pick()


@dataclass(frozen=True, slots=True)
class PreviewedFlaw:
    """One thing that is wrong with a row, as the run would say it."""

    code: str
    reason: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class PreviewedField:
    """A value that a record is to have, beside the cells that it comes from.

    Attributes:
        path: `name`, `name@fr_FR` in another language, `order_line[30].price_unit` of a line.
        cells: by column; empty for a constant.
        value: as a run would send it; records are ids, and those that the run itself would create are negative.
        is_silent: the row says nothing of the field, so that Odoo keeps what it has.
        names: what people call the records that the value refers to, in their order; one that the run would create ends
            with `(new)`.
        asked: of a lookup that nobody has answered: which records are asked for.
        old: what Odoo has now, where that is to change.
        changes: the value differs from what Odoo has.
        flaws: what is wrong with it.
    """

    path: str
    cells: Mapping[str, Any] = field(default_factory=dict)
    value: Any = None
    is_silent: bool = False
    names: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    old: Any = None
    changes: bool = False
    flaws: tuple[PreviewedFlaw, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewedRecord:
    """A record that rows of the source become, or a row that becomes none.

    Attributes:
        lines: of its rows in the source.
        file: of the first of them, where the source has several; else "".
        fate: what a run would do with it; `unknown` where no server was asked.
        key: what the record is found by.
        id: of the record in Odoo, or None.
        name: what people call that record.
        flaws: what is wrong with the row and stands in no field.
        notes: what else a person should know.
    """

    lines: tuple[int, ...]
    fate: Fate
    file: str = ""
    key: str = ""
    id: int | None = None
    name: str = ""
    fields: Sequence[PreviewedField] = ()
    flaws: tuple[PreviewedFlaw, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def every_flaw(self) -> list[PreviewedFlaw]:
        """The flaws of the row and of its fields."""
        return [*self.flaws, *(flaw for one in self.fields for flaw in one.flaws)]


@dataclass(frozen=True, slots=True)
class JobPreview:
    """The first rows of a job, and what a run would make of them.

    Attributes:
        destination: the server, database, user and version; "" where none was asked.
        columns: of the source.
        read: how many rows of the job were read.
        filtered: how many other rows the job leaves out, as far as it was read.
        created_beside: model to the records that lookups would create.
        error: what keeps the job from being previewed, or "".
    """

    job: str
    model: str
    destination: str = ""
    columns: Sequence[str] = ()
    read: int = 0
    filtered: int = 0
    records: Sequence[PreviewedRecord] = ()
    created_beside: Mapping[str, int] = field(default_factory=dict)
    notes: Sequence[str] = ()
    error: str = ""
    exit_code: int = 0
