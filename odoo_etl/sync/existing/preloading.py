"""Preloading: all records that a lookup may find are read in pages, where that takes fewer calls and less time.

A question for the keys of a batch is one call. Where many are to come, and each so far brought keys that were not
known, the records are counted once; if reading them all costs less than the questions that are to come, that is done,
and questions are answered from what was read. See docs/decisions/0028-preloading.md for the figures.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Lookup, in_one_case
from odoo_etl.sync.existing.sought import Rows, Sought, cased, context_of, domain_of
from odoo_etl.sync.ports import Odoo

PAGE = 10_000  # records of one call
ASKED_FIRST = 2  # questions before counting; most targets are known by then
# Odoo takes records out of what a search with a limit has found, or finds more where the domain names ids.
HIDES = frozenset({"ir.attachment", "mail.activity", "mail.message"})

Ask = Callable[[Sought], Rows]
WORTH_COUNTING = 10  # questions that are to come
COUNTING = 2  # calls that cost as much as counting
KEYS_A_CALL, RECORDS_A_CALL = 1000, 2000  # asked or read, they cost as much as a call does by itself
COMPARISONS_A_CALL = 50_000  # of a text with a record, in any case: no index helps


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


class Ahead(NamedTuple):
    """The questions that are to come, and all their keys."""

    calls: float
    keys: float


def questions_ahead(keys: Sequence[int], later: int) -> Ahead:
    """The questions that are to come, as those so far let expect: their keys become fewer at the same pace.

    Args:
        keys: of each question so far; the last one is yet to be asked.
        later: how many may come after it.
    """
    pace = min(1.0, (keys[-1] / keys[0]) ** (1 / (len(keys) - 1))) if len(keys) > 1 else 1.0
    times = later + 1 if pace == 1.0 else (1 - pace ** (later + 1)) / (1 - pace)
    return Ahead(min(later + 1, keys[-1] * times), keys[-1] * times)


def is_worth_counting(ahead: Ahead) -> bool:
    """Whether enough is to come that records may be counted."""
    return ahead.calls >= WORTH_COUNTING


def pays(ahead: Ahead, records: int, page: int, *, any_case: bool) -> bool:
    """Whether reading that many records takes fewer calls than asking, and less time."""
    pages = records // page + 1
    a_key = records / COMPARISONS_A_CALL if any_case else 1 / KEYS_A_CALL
    asking, reading = ahead.calls + ahead.keys * a_key, COUNTING + pages + records / RECORDS_A_CALL
    return 1 + pages < ahead.calls and reading < asking


class Records:
    """All records that a question can find, whatever values it is asked with.

    In any case, a record is found where the database takes its capital letters for the small ones of a key. Which it
    does depends on how it was set up, so a letter counts only when an answer has shown it.

    Args:
        fields: those that records are found by, by name.
        rows: the records as Odoo gives them.
    """

    def __init__(self, fields: Mapping[str, TargetField], rows: Iterable[Mapping[str, Any]], *, any_case: bool) -> None:
        self._names, self._any_case = ("id", *fields), any_case
        forms = [one.comparable for one in fields.values()]
        every = [(row["id"], *(form(row[name]) for name, form in zip(fields, forms, strict=True))) for row in rows]
        self._count = len(every)
        self._place = max(range(1, len(self._names)), key=lambda place: len({row[place] for row in every}))
        self._rows: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)  # by what tells most of them apart
        for row in every:
            self._rows[cased(row[self._place], any_case=any_case)].append(row)
        self._shown: set[str] = set()

    def __len__(self) -> int:
        """How many records there are."""
        return self._count

    def found(self, sought: Sought, ask: Callable[[Sought], Rows]) -> Rows:
        """Those that a search would find now; Odoo is asked for the keys of which that cannot be told."""
        rows = self._alike(sought)
        unsure = [row for row in rows if not self._is_sure(row)]
        if not unsure:
            return rows
        asked = ask(sought.only({key for row in unsure for key in sought.keys_of(row)}))
        self._learn(sought, asked)
        known = {row["id"]: row for row in asked}
        return [*asked, *(row for row in rows if row["id"] not in known and self._is_sure(row))]

    def confirm(self, sought: Sought, rows: Rows) -> bool:
        """Learn from an answer of Odoo; whether it would be the same now.

        Some modules make a search find other records than those whose values are equal, or not all of these.
        """
        theirs, ours = self._learn(sought, rows), self._alike(sought)
        return {row["id"] for row in ours if self._is_sure(row)} <= theirs <= {row["id"] for row in ours}

    def _alike(self, sought: Sought) -> Rows:
        """Those with keys that are sought, but for the case of letters."""
        wanted = dict(sought.values)[self._names[self._place]]
        near = (dict(zip(self._names, row, strict=True)) for value in wanted for row in self._rows.get(value, ()))
        return [row for row in near if sought.keys_of(row)]

    def _learn(self, sought: Sought, rows: Rows) -> set[int]:
        """The ids of records that Odoo has found, whose capital letters now count."""
        found = [row for row in rows if sought.keys_of(row)]
        if self._any_case:
            self._shown.update(*map(_capitals, found))
        return {row["id"] for row in found}

    def _is_sure(self, row: Mapping[str, Any]) -> bool:
        return not self._any_case or _capitals(row) <= self._shown


def _capitals(row: Mapping[str, Any]) -> set[str]:
    """The letters of a record's texts that have a small one."""
    return {letter for text in row.values() if isinstance(text, str) for letter in {*text} - {*in_one_case(text)}}
