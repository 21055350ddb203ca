"""Keeping a plan: everything that a dry run hears of its writes goes into the plan file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from odoo_etl.mapping import Record, Reject, shown_key
from odoo_etl.planfile.kept import Image, as_json, digest_of, image_of_new, image_of_update, place_of
from odoo_etl.planfile.store import PlanFileMaker
from odoo_etl.planning import NoChange, Plan, RecordRules
from odoo_etl.spec import JobSpec

REJECT: Final = "reject"  # the kind of rows that cannot land, by number
STEP: Final = "step "  # before the name of a step, as the kind of records that it is for


class Keeper:
    """Keeps the plan of a run."""

    def __init__(self, maker: PlanFileMaker) -> None:
        self._maker = maker

    def of(self, spec: JobSpec, /, *, again: bool = False) -> JobKeeper:
        """Who keeps the plan of one job; a plan looks at none again."""
        del again
        return JobKeeper(self._maker, spec)


class JobKeeper:
    """Keeps the plan of one job; may be told from several lanes."""

    def __init__(self, maker: PlanFileMaker, spec: JobSpec) -> None:
        self._maker, self._job = maker, spec.job
        self._target = spec.target.model, spec.target.connection

    def gathered(self, fingerprint: str, rows: int, mark: str, /) -> None:
        """Keep what the source held, and what was left out of it."""
        self._maker.source(self._job, fingerprint, rows, mark)

    def writes(self, rules: RecordRules, plan: Plan, /) -> Mapping[int, str]:
        """Keep the writes of a plan."""
        self._maker.write(self._rows(rules, plan))
        return {}

    def completed(self, rules: RecordRules, records: Iterable[Record], /) -> None:
        """Keep what new records get once the others are there."""
        for record in records:
            place = place_of(record)
            if before := self._maker.image(self._job, place):
                image = {**image_of_new(record, rules), **before}
                self._maker.replace(self._job, place, digest_of(image), as_json(image))

    def left(self, _records: Sequence[NoChange], /) -> None:
        """Records that need no write are not kept."""

    def rejected(self, rejects: Sequence[Reject], /) -> None:
        """Keep which rows cannot land, so that they stay rejects."""
        reasons = {one.row.number: one.flaws[0].reason for one in rejects if not one.is_skipped}
        self._maker.others(self._job, REJECT, reasons)

    def made(self, _ids: Sequence[int], /) -> None:
        """A plan makes nothing."""

    def removals(self, kind: str, names: Mapping[int, str], /) -> None:
        """Keep which records go, or become active again."""
        self._maker.others(self._job, kind, names)

    def step(self, name: str, ids: Collection[int], /) -> None:
        """Keep which records that are there a step may be for."""
        self._maker.others(self._job, STEP + name, dict.fromkeys(ids, ""))

    def _rows(self, rules: RecordRules, plan: Plan) -> Iterator[tuple[Any, ...]]:
        for create in plan.creates:
            yield self._row("create", None, create.record, image_of_new(create.record, rules))
        for update in plan.updates:
            yield self._row("update", update.id, update.record, image_of_update(update, rules))

    def _row(self, kind: str, record_id: int | None, record: Record, image: Image) -> tuple[Any, ...]:
        line = record.rows[0].line if record.rows else 0
        number = record.number if record.rows else -1
        what = (shown_key(record), place_of(record), number, line, len(record.rows), digest_of(image), as_json(image))
        return (self._job, kind, *self._target, record_id, *what)
