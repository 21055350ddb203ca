"""The steps on the records of a job are put together here: of a plan, a part, a second look, or the whole job."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from odoo_etl.planning import Update
from odoo_etl.spec import CallStep, JobSpec, RecordStep
from odoo_etl.state import CLOSING
from odoo_etl.sync.after import (
    AfterSteps,
    LedgerPage,
    MethodCalls,
    NoSteps,
    PlannedSteps,
    RevisitedSteps,
    RunPage,
    Sends,
    StepPage,
    StepProgress,
    Steps,
    StepWork,
    ValueWrites,
    Verdicts,
    written_fields,
)
from odoo_etl.sync.components import Reading, Writing
from odoo_etl.sync.read_back import SecondLook
from odoo_etl.sync.request import JobRequest
from odoo_etl.sync.session import Past
from odoo_etl.sync.staging import Batch
from odoo_etl.sync.witness import UNWITNESSED, JobWitness
from odoo_etl.sync.writing import Updates


@dataclass(frozen=True, slots=True)
class Around:
    """The parts of a run that its steps work with.

    Attributes:
        second: looks again at what steps changed.
        verdicts: takes back what was said of rows.
        confirmed: the batches that the run that is resumed had done.
        witness: hears of steps before they are done.
    """

    writing: Writing
    second: SecondLook
    verdicts: Verdicts
    confirmed: Collection[int]
    witness: JobWitness = UNWITNESSED


def assemble_steps(spec: JobSpec, reading: Reading, past: Past | None, request: JobRequest, around: Around) -> Steps:
    """The steps of a run; they begin here, before its first write. Calls of runs that died are settled."""
    steps, booking = spec.record_steps, request.booking
    if not steps:
        return NoSteps()
    progress = [StepProgress(step, reading.target, _page(step, past)) for step in steps]
    if request.planned is not None:
        return PlannedSteps(progress, around.witness.step)
    if past is not None and booking is not None:
        numbers = [step.identity for step in steps]
        if booking.again:
            return RevisitedSteps(past.steps(), numbers, past.run_id)
        past.steps().begin(numbers, past.run_id)
        if booking.job_part.part not in {"", CLOSING}:
            return NoSteps()  # whoever closes the job does them for the records of all parts
    sends = Sends(around.writing.recorder, request.settler, spec.load.retry.attempts, spec.load.call_time)
    retried = past is not None and bool(past.retried)
    works = [_work(reading, one, sends, around.witness, retried=retried) for one in progress]
    find = partial(_found, reading, around.confirmed)
    owes = request.rows.is_whole and spec.target.mode != "mirror"
    after = AfterSteps(works, around.verdicts, find, around.second.touched, owes=owes)
    after.begin(booking.note if booking is not None else _unheard)
    return after


def _page(step: RecordStep, past: Past | None) -> StepPage:
    return RunPage() if past is None else LedgerPage(past.steps(), step, past.run_id, told=bool(past.retried))


def _work(reading: Reading, progress: StepProgress, sends: Sends, witness: JobWitness, *, retried: bool) -> StepWork:
    step = progress.step
    ask = partial(witness.step, step.name)
    if isinstance(step, CallStep):
        return StepWork(progress, MethodCalls(step, progress, sends), ask, retried=retried)
    target, dependents = reading.target, partial(reading.schema.dependents, reading.target.model)
    updates = Updates(target, sends.recorder, dependents, _unnamed)
    fields = written_fields(step, target.model, reading.schema)
    writes = ValueWrites(step, updates, fields, progress, sends.call_time_s)
    return StepWork(progress, writes, ask, retried=retried)


def _unheard(text: str) -> None:
    """Nobody listens to a run without books."""


def _unnamed(updates: Sequence[Update]) -> list[dict[str, Any]]:
    """The journal knows the records by earlier calls."""
    return [{} for _ in updates]


def _found(reading: Reading, confirmed: Collection[int], batch: Batch) -> dict[int, int]:
    """The ids of the records of a batch that an earlier run had done, by the hash of their keys."""
    if batch.number not in confirmed:
        return {}
    ready, _ = reading.lookups.resolve(batch.records, last=True)
    keys = {reading.finder.key_of(record): hash(record.key) for record in ready}
    return {keys[key]: ids[0] for key, ids in reading.finder.ids(keys).items() if len(ids) == 1}
