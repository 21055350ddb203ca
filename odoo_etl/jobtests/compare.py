"""Holds what came of the rows of a test against what it expects: field by field, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from odoo_etl.errors import Problem
from odoo_etl.jobtests.meaning import EXTERNAL_ID, NOTHING, Meaning, text
from odoo_etl.mapping import Record, shown_key, values_by_path
from odoo_etl.results import RejectedRow
from odoo_etl.spec import ExpectedReject, JobTest

Place = tuple[str | int, ...]
Wanted = Mapping[str, Any]


@dataclass(frozen=True)
class Happened:
    """The outcome of a test's rows.

    Attributes:
        meaning: tells whether their values are the expected ones.
        skipped, filtered: numbers of rows.
    """

    records: Sequence[Record]
    rejects: Sequence[RejectedRow]
    meaning: Meaning
    skipped: Sequence[int] = ()
    filtered: Sequence[int] = ()


def differences(test: JobTest, happened: Happened) -> list[Problem]:
    """Whatever is not as the test expects it."""
    expect = test.spec.expect
    found: list[Problem] = []
    if expect.records is not None:
        found += RecordComparison(test, happened.meaning).differences(expect.records, happened.records)
    found += _reject_differences(test, happened.rejects)
    rows = {"skipped": (expect.skipped, happened.skipped), "filtered": (expect.filtered, happened.filtered)}
    for name, (wanted, came) in rows.items():
        if wanted is not None and set(wanted) != set(came):
            found.append(_differs(test, ("expect", name), sorted(set(wanted)), sorted(set(came))))
    return found


def _differs(test: JobTest, at: Place, wanted: Any, came: Any, what: str = "") -> Problem:
    return test.problem(at, f"{what}expected {text(wanted)}, came {text(came)}")


@dataclass(frozen=True)
class RecordComparison:
    """The comparison of the records of a test."""

    test: JobTest
    meaning: Meaning

    def differences(self, wanted: Sequence[Wanted], came: Sequence[Record]) -> Iterator[Problem]:
        """Every difference, record by record."""
        model, left = self.test.job.spec.target.model, list(came)
        for number, (one, record) in enumerate(self._pairs(wanted, left)):
            at = ("expect", "records", number)
            if record is None:
                others = f"; there are {', '.join(map(shown_key, left))}" if left else ""
                yield self.test.problem(at, f"no row became this record{others}")
            else:
                yield from self._record(at, model, one, record)
        for record in left:
            rows = ", ".join(str(row.line) for row in record.rows)
            message = f"row {rows} became a record that is not expected: {self.meaning.shown(model, record)}"
            yield self.test.problem(("expect", "records"), message)

    def _pairs(self, wanted: Sequence[Wanted], left: list[Record]) -> list[tuple[Wanted, Record | None]]:
        """Each expected record with the one of its key; without a key, with the next one that is left."""
        found = [self._of_key(one, left) for one in wanted]
        return [
            (one, left.pop(0) if record is None and left and not self._names_key(one) else record)
            for one, record in zip(wanted, found, strict=True)
        ]

    def _of_key(self, wanted: Wanted, left: list[Record]) -> Record | None:
        if not self._names_key(wanted):
            return None
        model = self.test.job.spec.target.model
        for record in left:
            if all(self.meaning.same(model, name, wanted[name], self._value(record, name)) for name in self._key):
                left.remove(record)
                return record
        return None

    @property
    def _key(self) -> Sequence[str]:
        """The names under which a test gives the key of a record."""
        target = self.test.job.spec.target
        return target.key if target.external_id is None else (EXTERNAL_ID,)

    def _names_key(self, wanted: Wanted) -> bool:
        return all(name in wanted for name in self._key)

    def _value(self, record: Record, path: str) -> Any:
        if path == EXTERNAL_ID and self.test.job.spec.target.external_id is not None:
            return record.key[0]
        return values_by_path(record).get(path, NOTHING)

    def _record(self, at: Place, model: str, wanted: Wanted, record: Record) -> Iterator[Problem]:
        lines = {one.name: one.records for one in record.children}
        for path, value in wanted.items():
            if path in lines or self._has_lines(model, path):
                relation = self.meaning.fields_of(model)[path].relation
                yield from self._lines((*at, path), relation, value or [], lines.get(path, ()))
            elif not self.meaning.same(model, path, value, came := self._value(record, path)):
                yield _differs(self.test, (*at, path), value, self.meaning.show(model, path, came))
        if self.test.spec.expect.exactly:
            for path, came in values_by_path(record).items():
                if path not in wanted:
                    yield _differs(self.test, at, NOTHING, self.meaning.show(model, path, came), f"{path}: ")
            for path in lines.keys() - wanted.keys():
                yield self.test.problem(at, f"{path}: expected no lines, came {len(lines[path])}")

    def _has_lines(self, model: str, name: str) -> bool:
        known = self.meaning.field(model, name)
        return known is not None and known.type.is_many and not known.type.is_writable

    def _lines(self, at: Place, relation: str, wanted: Any, came: Sequence[Record]) -> Iterator[Problem]:
        """The lines of a record, one after the other."""
        if not isinstance(wanted, list) or not all(isinstance(line, Mapping) for line in wanted):
            yield self.test.problem(at, "lines are a list of mappings, field to value")
        elif len(wanted) != len(came):
            shown = ", ".join(self.meaning.shown(relation, one) for one in came)
            yield self.test.problem(at, f"expected {len(wanted)} lines, came {len(came)}: {shown}")
        else:
            for number, (line, record) in enumerate(zip(wanted, came, strict=True)):
                yield from self._record((*at, number), relation, line, record)


def _reject_differences(test: JobTest, rejects: Sequence[RejectedRow]) -> Iterator[Problem]:
    """Rejects that are expected and did not come, and those that nobody expects."""
    wanted = test.spec.expect.rejects
    for number, one in enumerate(wanted):
        if not any(_is_expected(one, row) for row in rejects):
            came = "; ".join(map(_shown, rejects)) or "no row was rejected"
            yield test.problem(("expect", "rejects", number), f"there is no such reject: {came}")
    for row in rejects:
        if not any(_is_expected(one, row) for one in wanted):
            at = ("given", row.line - 1) if 0 < row.line <= len(test.spec.given) else ("given",)
            yield test.problem(at, f"a reject that is not expected: {_shown(row)}")


def _is_expected(wanted: ExpectedReject, row: RejectedRow) -> bool:
    return (
        wanted.row in {None, row.line}
        and wanted.code in {None, row.code}
        and (wanted.field is None or wanted.field in row.field.split(", "))
        and (wanted.reason is None or wanted.reason in row.reason)
    )


def _shown(row: RejectedRow) -> str:
    field = f" ({row.field})" if row.field else ""
    return f"row {row.line}: {row.code}{field}: {row.reason}"
