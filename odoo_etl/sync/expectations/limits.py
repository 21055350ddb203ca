"""The number that a sum or a count is to be, or the limits that it is to be between."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from odoo_etl.spec import OdooExpected, RowsExpected, SumExpected
from odoo_etl.sync.expectations.cells import EXACT, as_number


@dataclass(frozen=True, slots=True)
class Limits:
    """One number, with a tolerance; or the least and the largest one."""

    equals: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    tolerance: Decimal = Decimal(0)

    @classmethod
    def of_rows(cls, expected: RowsExpected) -> Limits:
        """The limits of a number of rows."""
        least, most = (None if one is None else Decimal(one) for one in (expected.min, expected.max))
        return cls(None, least, most)

    @classmethod
    def of(cls, expected: SumExpected | OdooExpected, other: Decimal | None = None) -> Limits:
        """The limits that an expectation says.

        Args:
            other: what its `equals` stands for, where that is no number.
        """
        equals = expected.equals if isinstance(expected.equals, Decimal) else other
        return cls(equals, expected.min, expected.max, expected.tolerance or Decimal(0))

    def holds(self, number: Decimal) -> bool:
        """Whether a number is as it is to be."""
        return not self.wrong(number)

    def wrong(self, number: Decimal) -> str:
        """The way in which a number is not as it is to be, or ""."""
        if self.equals is not None:
            apart = EXACT.subtract(number, self.equals)
            if abs(apart) <= self.tolerance:
                return ""
            return f"{as_number(abs(apart))} {'more' if apart > 0 else 'less'} than {as_number(self.equals)}"
        if self.least is not None and number < self.least:
            return f"less than {as_number(self.least)}"
        if self.most is not None and number > self.most:
            return f"more than {as_number(self.most)}"
        return ""

    def difference(self, number: Decimal) -> str | None:
        """How much a number is above the one that it is to equal; None where it is to equal none."""
        return None if self.equals is None else as_number(EXACT.subtract(number, self.equals))

    def __str__(self) -> str:
        """The number, or both limits."""
        if self.equals is not None:
            return as_number(self.equals)
        ends = [("at least", self.least), ("at most", self.most)]
        return ", ".join(f"{word} {as_number(one)}" for word, one in ends if one is not None)
