"""Removing records, and bringing back what was archived: with the journal, and what Odoo refuses one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from odoo_etl.errors import Refused, UnknownOutcome
from odoo_etl.fieldtypes import type_of
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing.bisection import RefusalRate, isolate
from odoo_etl.sync.writing.recorder import Recorder
from odoo_etl.sync.writing.settler import Settler

IDS_A_CALL = 1000
NO_CHUNK = 0
UNLINK_ATTEMPTS = 3
ORPHANS = "orphans"  # the kind of a call that deletes lines of records which are gone
# Others write these: Odoo itself, or the records at the other end.
_NOT_KEPT = frozenset({"id", "display_name", "create_uid", "create_date", "write_uid", "write_date", "parent_path"})


@dataclass(frozen=True, slots=True)
class Removal:
    """One record, what it held before, and what the job knows it by, where that is known."""

    id: int
    before: dict[str, Any]
    key: Mapping[str, Any] = field(default_factory=dict)


Landed = Callable[[Sequence[Removal]], object]
RefusedOne = Callable[[Removal, Refused], object]


class Remover:
    """Writes the same values to records, or deletes them; for use by one thread."""

    def __init__(self, target: Target, recorder: Recorder, settler: Settler) -> None:
        self._target, self._recorder, self._settler = target, recorder, settler
        self._rate = RefusalRate()

    def write(
        self, kind: str, removals: Sequence[Removal], values: Mapping[str, Any], landed: Landed, refused: RefusedOne
    ) -> None:
        """Write the values to the records."""
        self._isolate(removals, partial(self._write, kind, values), landed, refused)

    def unlink(self, ids: Sequence[int], landed: Landed, refused: RefusedOne) -> None:
        """Delete the records; the journal keeps what can be written again.

        A record that others hold may go once they are gone: what is refused is tried again as long as others go.
        """
        fields = self._kept_fields()
        errors = self._unlink_each(ids, fields, landed)
        last = len(ids)
        while errors and len(errors) < last:
            last = len(errors)
            errors = self._unlink_each([item.id for item, _ in errors], fields, landed)
        for item, error in errors:
            refused(item, error)

    def _unlink_each(self, ids: Sequence[int], fields: Sequence[str], landed: Landed) -> list[tuple[Removal, Refused]]:
        """Delete what can be deleted now; the others, and why they cannot."""
        errors: list[tuple[Removal, Refused]] = []
        for page in pages(ids):
            removals = [Removal(row["id"], _without_id(row)) for row in self._read(page, fields)]
            self._isolate(removals, self._unlink, landed, lambda item, error: errors.append((item, error)))
        return errors

    def _isolate(
        self,
        removals: Sequence[Removal],
        send: Callable[[Sequence[Removal]], None],
        landed: Landed,
        refused: RefusedOne,
    ) -> None:
        """Send every record to its verdict; one that somebody deleted meanwhile has gone as well."""

        def refuse(item: Removal, error: Refused) -> None:
            if self._read([item.id], ["id"]):
                refused(item, error)

        for page in pages(removals):
            isolate(page, send, self._rate, lambda items, _: landed(items), refuse)

    def _write(self, kind: str, values: Mapping[str, Any], items: Sequence[Removal]) -> None:
        target, ids = self._target, [item.id for item in items]
        before = [item.before for item in items]
        keys = [item.key for item in items] if any(item.key for item in items) else []
        after = [dict(values)] * len(ids)
        call = self._recorder.begin(NO_CHUNK, kind, keys=keys, ids=ids, before=before, after=after)
        self._recorder.send(call, partial(target.client.write, target.model, ids, values, context=target.writing))
        self._recorder.done(call, ids)

    def _unlink(self, items: Sequence[Removal]) -> None:
        """Delete in one call. Without an answer the records themselves say what became of it."""
        left, target = list(items), self._target
        for _ in range(UNLINK_ATTEMPTS):
            ids = [item.id for item in left]
            call = self._recorder.begin(NO_CHUNK, "unlink", ids=ids, before=[item.before for item in left])
            try:
                self._recorder.send(call, partial(target.client.unlink, target.model, ids, context=target.writing))
            except UnknownOutcome as error:
                there = self._settled_unlink(ids, error.sent_s_ago)
                self._recorder.settled(call, [each for each in ids if each not in there])
                left = [item for item in left if item.id in there]
                if not left:
                    return
            else:
                self._recorder.done(call, ids)
                return
        raise UnknownOutcome(f"{len(left)} records of {self._target.model} were deleted again and again without answer")

    def _settled_unlink(self, ids: Sequence[int], sent_s_ago: float) -> set[int]:
        """Which records are still there once the call can no longer land."""
        self._settler.wait(lambda: not self._read(ids, ["id"]), sent_s_ago)
        return {row["id"] for row in self._read(ids, ["id"])}

    def _read(self, ids: Collection[int], fields: Sequence[str]) -> list[dict[str, Any]]:
        target, domain = self._target, [["id", "in", list(ids)]]
        return target.client.search_read(target.model, domain, fields, load="_classic_write", context=target.context)

    def _kept_fields(self) -> list[str]:
        return sorted(restorable_fields(self._target))


def restorable_fields(target: Target) -> dict[str, Mapping[str, Any]]:
    """Fields whose values a new record could be given: stored, not computed, and not large or another record's."""
    attributes = ("type", "store", "readonly", "related", "depends")
    known = target.client.fields_get(target.model, None, attributes, context=target.context)
    return {
        name: one
        for name, one in known.items()
        if one.get("store", True)
        and not (one.get("related") or (one.get("readonly") and one.get("depends")))
        and type_of(one["type"]).is_restorable
        and name not in _NOT_KEPT
    }


def pages(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The items, so many that one call bears them."""
    for start in range(0, len(items), IDS_A_CALL):
        yield items[start : start + IDS_A_CALL]


def _without_id(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}
