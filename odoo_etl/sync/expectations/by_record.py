"""A number of each record against what its rows say of it: how many records differ, and the first of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from odoo_etl.results import DifferingRecord
from odoo_etl.spec import OdooExpected
from odoo_etl.sync.expectations.cells import EXACT, as_number, from_odoo
from odoo_etl.sync.expectations.job_records import Standing
from odoo_etl.sync.expectations.rows import FIRST

NOT_FOUND = "not among those that `where` finds"


class ByRecord:
    """Compares the records of an expectation one by one, where its other side says something of each.

    Attributes:
        count: how many differ.
        first: the first of them.
    """

    def __init__(self, expected: OdooExpected) -> None:
        self._field, self._side = expected.sum, expected.of_source
        self._tolerance = expected.tolerance or Decimal(0)
        self.count, self.first = 0, list[DifferingRecord]()

    def see(self, standing: Standing, row: Mapping[str, Any] | None) -> None:
        """Compare one record; no row where it does not count."""
        said = self._said(standing)
        if said is None:
            return
        if row is None:
            if abs(said) > self._tolerance:
                known = standing.row["id"] if standing.row is not None else None
                self._differs(standing, known, said, NOT_FOUND if known else standing.missing)
        elif self._field and abs(EXACT.subtract(found := from_odoo(row[self._field]), said)) > self._tolerance:
            self._differs(standing, row["id"], said, as_number(found))

    def _said(self, standing: Standing) -> Decimal | None:
        """Give what the source says of one record; None where it speaks of all of them only."""
        if self._side is None:
            return None
        if self._field:
            return standing.said.get(self._side)
        return Decimal(1) if self._side.count == "records" else None

    def _differs(self, standing: Standing, record_id: int | None, said: Decimal, found: str) -> None:
        self.count += 1
        if len(self.first) < FIRST:
            at = standing.shown, standing.line, standing.file_name
            self.first.append(DifferingRecord(*at, record_id, as_number(said), found))
