"""Preloading: all records that a lookup may find are read in pages, where that takes fewer calls and less time.

A question for the keys of a batch is one call. Where many are to come, and each so far brought keys that were not
known, the records are counted once; if reading them all costs less than the questions that are to come, that is done,
and questions are answered from what was read. See docs/decisions/0028-preloading.md for the figures.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Lookup
from odoo_etl.sync.existing.read_records import Records
from odoo_etl.sync.existing.sought import Rows, Sought, context_of, domain_of
from odoo_etl.sync.existing.worth import Ahead, is_worth_counting, pays, questions_ahead
from odoo_etl.sync.ports import Odoo

PAGE = 10_000  # records of one call
ASKED_FIRST = 2  # questions before counting; most targets are known by then
# Odoo takes records out of what a search with a limit has found, or finds more where the domain names ids.
HIDES = frozenset({"ir.attachment", "mail.activity", "mail.message"})

Ask = Callable[[Sought], Rows]


class Preloading:
    """Answers questions from records that were read at once, where that pays; may be used from several lanes.

    Args:
        growing: the model that the job itself writes; its records are always asked for.
        most: records that are kept for one question; where there are more, nothing is preloaded.
        page: records of one call.
    """

    def __init__(self, client: Odoo, context: Mapping[str, Any], growing: str, most: int, page: int = PAGE) -> None:
        self._client, self._context, self._growing, self._most, self._page = client, context, growing, most, page
        self._targets: dict[Lookup, _Target] = {}
        self._batches = 0
        self._guard = threading.Lock()

    def expect(self, batches: int) -> None:
        """So many batches are to come; without any, nothing is preloaded."""
        with self._guard:
            self._batches = batches

    def begun(self) -> None:
        """One of these batches has begun."""
        with self._guard:
            self._batches = max(0, self._batches - 1)

    def forget(self, model: str) -> None:
        """Forget what was read of a model: it has new records."""
        with self._guard:
            self._targets = {each: target for each, target in self._targets.items() if each.model != model}

    def rows(self, sought: Sought, ask: Ask) -> Rows:
        """The records that a batch seeks, as they were read or as Odoo answers now.

        Args:
            ask: asks Odoo, in one call.
        """
        found: dict[int, dict[str, Any]] = {}
        parts = list(sought.in_parts())
        for number, part in enumerate(parts, 1):
            later = len(parts) - number + len(parts) * self._batches
            found |= {row["id"]: row for row in self._answer(part, later, ask)}
        return list(found.values())

    def _answer(self, sought: Sought, later: int, ask: Ask) -> Rows:
        if sought.lookup.model == self._growing or not _equal_where_found(sought):
            return ask(sought)
        target = self._target(sought)
        with target.lock:  # lanes that need the same records wait for them
            if target.is_open and self._pays(target, len(sought.keys), later):
                target.keep(self._read(target, sought.fields))
            if target.records is not None:
                return target.records.found(sought, ask)
            rows = ask(sought)
            target.asked(sought, rows)
            return rows

    def _target(self, sought: Sought) -> _Target:
        lookup = sought.lookup
        question = lookup._replace(by=tuple(sought.fields), path=())
        with self._guard:
            return self._targets.setdefault(question, _Target(question))

    def _pays(self, target: _Target, keys: int, later: int) -> bool:
        """Whether the questions that are to come cost more than to read all records; counts these at most once."""
        if len(target.keys) < ASKED_FIRST:
            return False
        ahead = questions_ahead([*target.keys, keys], later)
        if not is_worth_counting(ahead):
            return False
        target.is_open = self._is_cheaper(target, ahead)
        return target.is_open

    def _is_cheaper(self, target: _Target, ahead: Ahead) -> bool:
        question, context = target.question, context_of(target.question, self._context)
        target.count = self._client.search_count(question.model, domain_of(question), context=context)
        return target.count <= self._most and pays(ahead, target.count, self._page, any_case=question.ignore_case)

    def _read(self, target: _Target, fields: Mapping[str, TargetField]) -> Records:
        rows = (row for page in self._pages(target) for row in page)
        return Records(fields, rows, any_case=target.question.ignore_case)

    def _pages(self, target: _Target) -> Iterator[Rows]:
        """As many records as were counted, in the order of their ids: what comes or goes meanwhile moves no other.

        A page may be short before the last one: what a user may not see, and what was just deleted, is left out.
        """
        question, beyond, read = target.question, list[Any](), 0
        while read < target.count:
            page = self._client.search_read(
                question.model,
                [*beyond, *domain_of(question)],
                question.by,
                load="_classic_write",
                limit=self._page,
                order="id",
                context=context_of(question, self._context),
            )
            if not page:
                return
            yield page
            beyond, read = [["id", ">", page[-1]["id"]]], read + len(page)


@dataclass(slots=True)
class _Target:
    """The records that one question is about, whatever values it is asked with.

    Attributes:
        question: a lookup by fields of the records themselves.
        keys: how many each question had so far.
        answers: the first ones.
        count: how many records there are, once they were counted.
        records: all of them, once they were read.
        is_open: they may yet be read.
    """

    question: Lookup
    lock: threading.Lock = field(default_factory=threading.Lock)
    keys: list[int] = field(default_factory=list)
    answers: list[tuple[Sought, Rows]] = field(default_factory=list)
    count: int = 0
    records: Records | None = None
    is_open: bool = True

    def asked(self, sought: Sought, rows: Rows) -> None:
        """Take note of a question."""
        self.keys.append(len(sought.keys))
        if len(self.answers) < ASKED_FIRST:
            self.answers.append((sought, rows))

    def keep(self, records: Records) -> None:
        """Keep all records, unless some were not shown, or the first questions had other answers than now."""
        self.is_open = False
        is_all = len(records) >= self.count
        if is_all and all(records.confirm(sought, rows) for sought, rows in self.answers):
            self.records = records
        self.answers.clear()


def _equal_where_found(sought: Sought) -> bool:
    """Whether a search finds just the records that have values equal to the wanted ones, as they are read."""
    if sought.lookup.model in HIDES or len(sought.fields) < len(sought.values):  # several paths through one field
        return False
    return all(_is_plain(sought.fields[name]) and _are_said(sought.fields[name], some) for name, some in sought.values)


def _is_plain(one: TargetField) -> bool:
    """Whether the field is a column of texts, whole numbers or records, which the database compares as they stand."""
    is_number = one.type.never_empty and one.type.is_exact
    return one.stored and not one.by_company and (one.type.is_text or one.type.is_one_record or is_number)


def _are_said(one: TargetField, values: Iterable[Any]) -> bool:
    """Whether values mean the same on every way: what is empty may be NULL or not, and line ends change in XML."""
    if one.type.is_one_record:
        return True
    return all(value and (not isinstance(value, str) or value.isprintable()) for value in values)
