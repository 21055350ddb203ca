"""Expectations of a job, and whether they are met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class DifferingRecord:
    """A record of which Odoo does not have what the source says.

    Attributes:
        key: what the record is found by.
        line: where the last of its rows stands.
        id: None where Odoo does not have it.
        expected: what the source says, as a number.
        found: what Odoo has, as a number, or why there is none.
    """

    key: str
    line: int
    file: str
    id: int | None
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something that the job expects, and whether it is so.

    Attributes:
        place: where it stands in the job: `source[0]`, `odoo[2]`.
        about: what is looked at: `unique order_no`, `sum of amount_total`.
        outcome: `open` where nobody looked, and `told` says why.
        told: what was found, in a sentence.
        found, expected, difference: the numbers, exact, where two are compared.
        rows: the first of the rows that are not as they should be.
        records: the first of the records that differ.
        differing: how many records differ.
    """

    place: str
    about: str
    severity: Literal["error", "warn"]
    outcome: Literal["met", "failed", "open"]
    told: str
    found: str | None = None
    expected: str | None = None
    difference: str | None = None
    rows: tuple[str, ...] = ()
    records: tuple[DifferingRecord, ...] = ()
    differing: int = 0

    @property
    def is_error(self) -> bool:
        """Whether it ends the job."""
        return self.outcome == "failed" and self.severity == "error"
