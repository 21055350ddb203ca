"""The changes of a plan as a table, a page at a time, as `changes.html` shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from odoo_etl.reporting.plans import TO_DO, Parts, Row, Shown, parts_of, shown_change
from odoo_etl.runs import WantedChanges

if TYPE_CHECKING:
    from odoo_etl.results import JobResult, RunResult
    from odoo_etl.runs import ChangesPage

PAGE: Final = 50  # changes
MOST_FIELDS: Final = 200  # of the filter
LONGEST_FILTER: Final = 200  # characters


class Value(NamedTuple):
    """A value of a change: the row of it, and where old and new differ.

    Attributes:
        is_new: there is nothing to compare it with.
    """

    row: Row
    parts: Parts
    is_new: bool


class ShownChange(NamedTuple):
    """A change: its job, and how it is shown."""

    job: str
    shown: Shown
    values: list[Value]


@dataclass(frozen=True, slots=True)
class Table:
    """A page of changes, with what its filters offer.

    Attributes:
        wanted: what is filtered by.
        number, last: which page this is, from 1 on, and which is the last.
    """

    page: ChangesPage
    wanted: WantedChanges
    number: int
    last: int

    @classmethod
    def of(cls, page: ChangesPage, wanted: WantedChanges) -> Table:
        """A page that was read."""
        return cls(page, wanted, page.offset // PAGE + 1, max(1, -(-page.total // PAGE)))

    @property
    def changes(self) -> Iterator[ShownChange]:
        """The changes of the page."""
        for job, change in self.page.changes:
            shown = shown_change(change, job.fields)
            yield ShownChange(job.job, shown, [_value(row, change.action) for row in shown.rows])

    @property
    def first(self) -> int:
        """The number of the first change of the page, from 1 on."""
        return self.page.offset + 1

    @property
    def end(self) -> int:
        """The number of the last one."""
        return self.page.offset + len(self.page.changes)

    @property
    def query(self) -> dict[str, str]:
        """The filters, for links to other pages."""
        known = {name: getattr(self.wanted, name) for name in ("job", "action", "field", "key")}
        return {name: value for name, value in known.items() if value}

    @property
    def jobs(self) -> list[str]:
        """The jobs that changes can be filtered by."""
        return [job.job for job in self.page.result.jobs if job.planned]

    @property
    def actions(self) -> Mapping[str, str]:
        """The actions, with words for them."""
        found = {action for job in self.page.result.jobs for action in job.planned}
        return {action: words for action, words in TO_DO.items() if action in found}

    @property
    def fields(self) -> list[str]:
        """The fields that change, those of the job that is filtered by."""
        jobs = [job for job in self.page.result.jobs if self.wanted.job in {"", job.job}]
        return sorted({name for job in jobs for name in job.fields})[:MOST_FIELDS]


def wanted_of(query: Mapping[str, str]) -> WantedChanges:
    """The filters that an address has."""
    return WantedChanges(*(query.get(name, "").strip()[:LONGEST_FILTER] for name in ("job", "action", "field", "key")))


def offset_of(query: Mapping[str, str]) -> int:
    """How many changes come before the page that an address has."""
    text = query.get("page", "1")
    number = int(text[:9]) if text.isascii() and text.isdigit() else 1
    return (max(number, 1) - 1) * PAGE


def planned(result: RunResult) -> dict[str, int]:
    """How many changes of all jobs there are, by the words for their action."""
    known = {**TO_DO, "update": "to put back"} if result.command == "undo" else TO_DO
    return {words: total for action, words in known.items() if (total := _total(result.jobs, action))}


def _total(jobs: Sequence[JobResult], action: str) -> int:
    return sum(job.planned.get(action, 0) for job in jobs)


def _value(row: Row, action: str) -> Value:
    return Value(row, parts_of(row.old, row.new), action == "create" or bool(row.kind))
