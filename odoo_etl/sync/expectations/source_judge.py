"""Judges `expect.source`, and reads the numbers that Odoo is to be compared with, in one reading of the rows."""

from __future__ import annotations

from odoo_etl.results import Expectation
from odoo_etl.spec import JobSpec
from odoo_etl.sync.expectations.rows import RowReader
from odoo_etl.sync.expectations.source_checks import OF_WHOLE, Check, check_of
from odoo_etl.sync.expectations.source_numbers import SourceNumbers
from odoo_etl.sync.expectations.terms import left_open
from odoo_etl.sync.staging import Gathered


class SourceJudge:
    """Judges the source of one job.

    Args:
        partial: why not all of its rows are here, or "".
        now: seconds since 1970.

    Attributes:
        numbers: of the source, which Odoo is to be compared with.
    """

    def __init__(self, spec: JobSpec, reader: RowReader, partial: str, now: float) -> None:
        self._spec, self._reader, self._partial = spec, reader, partial
        self._checks = [check_of(spec, one, now) for one in spec.expect.source]
        sides = [one.of_source for one in spec.expect.odoo if one.of_source is not None]
        self.numbers = SourceNumbers(spec, () if partial else sides)

    def judge(self, gathered: Gathered) -> list[Expectation]:
        """Read the rows; what is found of each expectation."""
        checks = [one for number, one in enumerate(self._checks) if not self._is_open(number)]
        for rows in self._reader.of(gathered):
            self.numbers.see(rows)
            for check in checks:
                check.see(rows)
        found = [self._found(number, check, gathered) for number, check in enumerate(self._checks)]
        return [*found, *self._unreadable()]

    def _is_open(self, number: int) -> bool:
        """Whether some rows of the source say nothing of an expectation."""
        return bool(self._partial) and self._spec.expect.source[number].kind in OF_WHOLE

    def _found(self, number: int, check: Check, gathered: Gathered) -> Expectation:
        place, expected = f"source[{number}]", self._spec.expect.source[number]
        if self._is_open(number):
            return left_open(place, check.about, expected, self._partial)
        return check.verdict(lambda: self._reader.of(gathered)).as_result(place, check.about, expected)

    def _unreadable(self) -> list[Expectation]:
        """The expectations of Odoo that want the sum of a column whose cells are no numbers."""
        found = []
        for number, one in enumerate(self._spec.expect.odoo):
            side = one.of_source
            if side is not None and not self._partial and (wrong := self.numbers.wrong(side)):
                rows = self.numbers.first_wrong(side)
                about = f"sum of {side.sum} in the source"
                found.append(Expectation(f"odoo[{number}]", about, one.severity, "failed", wrong, rows=rows))
        return found
