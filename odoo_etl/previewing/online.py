"""The first rows of a job as a run would take them: they are planned, and the plan is watched; nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from odoo_etl.errors import unless_refused
from odoo_etl.mapping import SKIP, Column, Mapper, Record, Reject, shown_key
from odoo_etl.observers import NoObserver
from odoo_etl.previewing.shown import Cells, Shown, with_names
from odoo_etl.previewing.watched import Header, WatchedPlan
from odoo_etl.previews import JobPreview, PreviewedRecord
from odoo_etl.results import JobResult
from odoo_etl.so_far import JobsSoFar
from odoo_etl.sources import Source
from odoo_etl.spec import ExpectSpec, JobSpec
from odoo_etl.sync import JobRequest, Reading, SomeRows, run_job, supplied
from odoo_etl.sync.existing import find_companies
from odoo_etl.sync.misfits import ProblemAt, without_file
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.session import Booking

_MISSING: Final = "lookup_missing"
_HALF: Final = ("a run writes the record without that field, then rejects the row",)
_EVERY: Final = {"active_test": False}


@dataclass(frozen=True, slots=True)
class Planning:
    """The terms on which rows are previewed.

    Attributes:
        client: asks the server.
        rows: at most so many.
        source: the picked rows; None for the first ones of the job.
        booking: the ledger, where there is one, which is only looked into.
        problem: says where in the job's file a key stands.
        makers: model to the job that runs before this one and creates such records.
    """

    client: Odoo
    rows: int
    source: Source | None = None
    booking: Booking | None = None
    problem: ProblemAt = without_file
    makers: Mapping[str, str] = field(default_factory=dict)


def preview_online(spec: JobSpec, planning: Planning) -> JobPreview:
    """Plan the first rows of a job, and show what becomes of each."""
    plan, header, results = WatchedPlan(spec), Header(), JobsSoFar()
    so_far = results.begin(spec.job, spec.target.model)
    request = JobRequest(
        plan,
        planning.booking,
        SomeRows(planning.source, planning.rows),
        problem=planning.problem,
        rejects=header,
    )
    if spec.creating:
        request = supplied(spec.job, planning.client, NoObserver(), results.begin, request)
    run_job(bounded(spec, planning.rows), planning.client, NoObserver(), so_far, request)
    return _preview(spec, planning, plan, header.columns, so_far.result)


def bounded(spec: JobSpec, rows: int) -> JobSpec:
    """The job without what is about all of its rows, in one lane, which reads no more than it needs."""
    size = min(spec.load.chunk_size, max(rows, 100))
    load = spec.load.model_copy(update={"chunk_size": size, "concurrency": 1, "max_rejects": None})
    return spec.model_copy(update={"load": load, "expect": ExpectSpec()})


def _preview(
    spec: JobSpec, planning: Planning, plan: WatchedPlan, columns: Sequence[str], result: JobResult
) -> JobPreview:
    records = list(_records(spec, planning, plan, columns))
    rejected = any(one.fate == "reject" for one in records)
    return JobPreview(
        job=spec.job,
        model=spec.target.model,
        destination=str(result.destination or ""),
        columns=tuple(columns),
        read=result.counts.of_job,
        filtered=result.counts.filtered,
        records=tuple(records),
        created_beside=plan.beside,
        notes=result.notes,
        error=result.error,
        exit_code=result.exit_code or (1 if result.error else 3 if rejected else 0),
    )


def _records(spec: JobSpec, planning: Planning, plan: WatchedPlan, columns: Sequence[str]) -> Iterator[PreviewedRecord]:
    """Every row's record or reject, in the order of the source."""
    if plan.reading is None or plan.rules is None:
        return
    companies = {number: name for name, number in find_companies(spec, planning.client).ids.items()}
    shown = Shown(spec, Cells(spec, columns, companies), plan.reading.fields)
    rejected = {one.row.number for one in plan.rejects}
    seen = [one for one in plan.seen.values() if rejected.isdisjoint(row.number for row in one.record.rows)]
    made = [(one.record.rows[0], one.record.number, shown.record(one, plan.rules)) for one in seen]
    lost = _Rejects(spec, plan.reading, columns, planning.makers)
    for reject in plan.rejects:
        row = reject.row
        told = shown.reject(lost.explained(reject), lost.values(reject), lost.key(reject))
        made.append((row, row.number, replace(told, notes=_HALF if row.number in plan.seen else ())))
    referred = shown.referred.values()
    wanted = [*referred, (spec.target.model, tuple(one.id for _, _, one in made if one.id))]
    names = {**dict(_names(planning.client, wanted)), **_planned_names(plan, referred)}
    for _, number, one in sorted(made, key=lambda each: (each[0].file, each[0].line, each[1])):
        name = names.get((spec.target.model, one.id), "") if one.id else ""
        yield replace(with_names(one, number, shown.referred, names), name=name)


def cells_of(mapper: Mapper, columns: Sequence[str], reject: Reject) -> dict[str, Column]:
    """The fields of a rejected row; none of a line that is no row."""
    return mapper.cells(_by_column(columns, reject), 1) if reject.row.number >= 0 else {}


def key_of(mapper: Mapper, columns: Sequence[str], reject: Reject) -> str:
    """The key of a rejected row for people; "" where it has none."""
    key = mapper.keys(_by_column(columns, reject), 1)[0] if reject.row.number >= 0 else None
    return "" if key is None else shown_key(Record(key, {}, [reject.row]))


def _by_column(columns: Sequence[str], reject: Reject) -> dict[str, list[Any]]:
    return {name: [cell] for name, cell in zip(columns, reject.row.cells, strict=True)}


class _Rejects:
    """Rows that become no record.

    Args:
        makers: model to the job that runs before this one and creates such records.
    """

    def __init__(self, spec: JobSpec, reading: Reading, columns: Sequence[str], makers: Mapping[str, str]) -> None:
        self._spec, self._reading, self._columns, self._makers = spec, reading, columns, makers

    def key(self, reject: Reject) -> str:
        """The key of the row, as far as it has one."""
        return key_of(self._reading.mapper, self._columns, reject)

    def values(self, reject: Reject) -> dict[str, Any]:
        """The values of the good cells by field, with the records that lookups find."""
        found = cells_of(self._reading.mapper, self._columns, reject)
        bad = {flaw.field for flaw in reject.flaws}
        return {name: self._resolved(name, one, reject) for name, one in found.items() if name not in bad}

    def _resolved(self, name: str, column: Column, reject: Reject) -> Any:
        value = column.values[0]
        if value is SKIP or column.flaws:
            return SKIP
        ready, _ = self._reading.lookups.resolve([Record((), {name: value}, [reject.row])], last=True)
        return ready[0].values.get(name, SKIP) if ready else value

    def explained(self, reject: Reject) -> Reject:
        """The same where a record is missing that other rows or jobs may bring before this one is written."""
        return replace(
            reject,
            flaws=tuple(
                replace(flaw, reason=flaw.reason + self._may_come(flaw.field)) if flaw.code == _MISSING else flaw
                for flaw in reject.flaws
            ),
        )

    def _may_come(self, path: str) -> str:
        lookups = one.lookup if (one := self._spec.every_field.get(path)) is not None else ()
        jobs = sorted({self._makers[lookup.model] for lookup in lookups if lookup.model in self._makers})
        made = f"; the job {' and '.join(jobs)}, which runs before this one, may create it" if jobs else ""
        if any(lookup.on_missing == "defer" for lookup in lookups):
            made += "; a run asks again when all rows are written, and these are only the first"
        return made


def _names(client: Odoo, referred: Iterable[tuple[str, Iterable[int]]]) -> Iterator[tuple[tuple[str, int], str]]:
    """Names of records as people see them, by model and id: one call a model; nothing of what the user may not read."""
    ids = defaultdict[str, set[int]](set)
    for model, some in referred:
        ids[model].update(each for each in some if each > 0)
    for model, wanted in sorted(ids.items()):
        with unless_refused():
            domain = [["id", "in", sorted(wanted)]]
            rows = client.search_read(model, domain, ["display_name"], context=_EVERY) if wanted else []
            yield from (((model, row["id"]), str(row["display_name"] or "")) for row in rows)


def _planned_names(plan: WatchedPlan, referred: Iterable[tuple[str, Iterable[int]]]) -> dict[tuple[str, int], str]:
    """The records that the run itself would create."""
    made = {(model, each) for model, ids in referred for each in ids if each < 0}
    return {(model, each): f"{plan.key_of(each)} (new)" for model, each in made}
