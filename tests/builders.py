"""A whole test world from dict literals: jobs, target fields, mappers, sources, runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from odoo_etl.events import Phase
from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Mapper, Record, Row
from odoo_etl.observers import NoObserver
from odoo_etl.reporting.run_folder import as_json
from odoo_etl.results import Change, Counts, JobResult, RejectedRow, RunResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.sources import BadLine, Chunk
from odoo_etl.spec import FieldSpec, JobSpec
from odoo_etl.state import Ledger
from odoo_etl.sync import AllRows, JobRequest, run_job
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.writing.settler import Settler
from tests.memory_models import MODELS
from tests.memory_odoo import MemoryOdoo

PATIENT = Settler(pause=lambda _: None, settle_s=0)  # does not wait: what has not landed will not


def job_spec(
    fields: Mapping[str, Any], *, path: Path | str = "rows.csv", load: Mapping[str, Any] | None = None, **target: Any
) -> JobSpec:
    """A job on res.partner by `ref`, unless told otherwise."""
    key = {} if "external_id" in target else {"key": "ref"}
    min_rows, lines = target.pop("min_rows", 0), target.pop("lines", {})
    return JobSpec.model_validate(
        {
            "version": 1,
            "job": "partners",
            "source": {"type": "csv", "path": str(path), "min_rows": min_rows},
            "target": {"model": "res.partner", **key, **target},
            "fields": dict(fields),
            "lines": lines,
            "load": load or {},
        }
    )


def target(ttype: str, name: str = "field", **attributes: Any) -> TargetField:
    """One target field as `fields_get` would describe it."""
    return TargetField.of(name, {"type": ttype, **attributes})


def find_field(model: str, path: str) -> TargetField:
    """The field at the end of a path, among the fake's models."""
    head, _, rest = path.partition(".")
    found = TargetField.of(head, MODELS[model][head])
    return find_field(found.relation, rest) if rest else found


def partner_fields(*names: str) -> dict[str, TargetField]:
    """The fake's partner fields."""
    return {name: find_field("res.partner", name) for name in names}


def mapper(spec: JobSpec) -> Mapper:
    """The job's mapper on the fake's models."""
    return Mapper(spec, {name: find_field(spec.target.model, name) for name in spec.fields}, find_field)


def field_spec(**keys: Any) -> FieldSpec:
    """A mapped field that reads the column `cell` unless it says where else its value comes from."""
    origin = {} if keys.keys() & {"column", "columns", "value", "expr"} else {"column": "cell"}
    return FieldSpec.model_validate({**origin, **keys})


def record(key: Any, line: int = 2, **values: Any) -> Record:
    """A record of one row whose key is `ref`."""
    return Record((key,), {"ref": key, **values}, [Row(line, "", (key, *values.values()), line)])


@dataclass
class ListSource:
    """A source that is a list of rows; a string among them is a line that is no row."""

    names: Sequence[str]
    rows: Sequence[Sequence[Any] | str]
    read: int = 0

    def columns(self) -> list[str]:
        """The names."""
        return list(self.names)

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """Chunks of so many rows."""
        numbered = list(enumerate(self.rows, 2))
        for start in range(0, len(numbered), chunk_rows):
            self.read += 1
            part = numbered[start : start + chunk_rows]
            good = [(line, row) for line, row in part if not isinstance(row, str)]
            yield Chunk(
                columns={name: [row[place] for _, row in good] for place, name in enumerate(self.names)},
                lines=[line for line, _ in good],
                bad=tuple(BadLine(line, "ragged_line", "no row", (row,)) for line, row in part if isinstance(row, str)),
            )


@dataclass
class Heard(NoObserver):
    """An observer and a sink that keep what they were told."""

    rejects: list[RejectedRow] = field(default_factory=list)
    finished: list[JobResult] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    moves: list[Counts] = field(default_factory=list)
    rows: int = 0

    def begin(self, job: str, columns: list[str]) -> None:
        """See `results.RejectSink`."""

    def keep(self, job: str, row: RejectedRow) -> None:
        """See `results.RejectSink`."""
        self.rejects.append(row)

    def end(self, job: str) -> str:
        """See `results.RejectSink`."""
        return ""

    def phase(self, job: str, phase: Phase) -> None:
        """See `observers.Observer`."""
        self.phases.append(phase)

    def job_started(self, job: str, rows: int) -> None:
        """See `observers.Observer`."""
        self.rows = rows

    def progressed(self, job: str, counts: Counts) -> None:
        """See `observers.Observer`."""
        self.moves.append(counts)

    def job_finished(self, result: JobResult) -> None:
        """See `observers.Observer`."""
        self.finished.append(result)

    @property
    def rejected_lines(self) -> list[int]:
        """Lines of the rejected rows, sorted."""
        return sorted(row.line for row in self.rejects)


@dataclass
class World:
    """An Odoo and what it answered to runs."""

    odoo: MemoryOdoo = field(default_factory=MemoryOdoo)

    def run(
        self, spec: JobSpec, source: ListSource, *, shown: int | None = None, heard: list[JobResult] | None = None
    ) -> Ran:
        """Run the job on these rows, or with `shown` only plan it; `heard` receives the result also when it raises."""
        observer = Heard(finished=[] if heard is None else heard)
        so_far = JobSoFar.begun(spec.job, spec.target.model)
        planned = None if shown is None else Planned([spec], shown)
        before = self.odoo.writes()
        result = run_job(
            spec,
            self.odoo,
            observer,
            so_far,
            JobRequest(planned, rows=AllRows(source), settler=PATIENT, rejects=observer),
        )
        return Ran(result, observer, self.odoo.writes() - before)

    def partners(self, *names: str) -> list[tuple[Any, ...]]:
        """The named fields of all partners."""
        table = self.odoo.records.get("res.partner", {})
        return sorted(tuple(one.get(name, False) for name in names) for one in table.values())


@dataclass(frozen=True)
class Ran:
    """What a run told."""

    result: JobResult
    heard: Heard
    writes: int

    @property
    def counts(self) -> dict[str, int]:
        """The counts that are not zero, without `read`."""
        kinds = ("created", "updated", "unchanged", "skipped", "rejected", "failed")
        return {kind: getattr(self.result.counts, kind) for kind in kinds if getattr(self.result.counts, kind)}

    @property
    def adds_up(self) -> bool:
        """The counts add up: read = created + updated + unchanged + skipped + rejected + failed."""
        return self.result.counts.read == self.result.counts.accounted

    @property
    def codes(self) -> list[str]:
        """Codes of the rejects, sorted."""
        return sorted(row.code for row in self.heard.rejects)

    @property
    def changes(self) -> list[Change]:
        """What a plan showed."""
        return self.result.changes


def vanished(result: JobResult) -> dict[str, Any]:
    """What the report of a run says of a job's vanished records."""
    report = json.loads(json.dumps(as_json(RunResult("run", "run", "now", jobs=(result,)))))
    return report["jobs"][0]["vanished"]


def watermark_of(ledger: Ledger, job: str, database: str) -> Any:
    """The value behind which the next run of a job begins; None before the first."""
    found = ledger.marks(job, database).watermark()
    return None if found is None else found.value


def undone_numbers(result: JobResult) -> dict[str, Any]:
    """What an undo counted, or its plan: records by what was done with them, those left alone, and lines."""
    undone = {name: one for name, one in asdict(result.undone).items() if name != "left"}
    left = sorted({one.id for one in result.undone.left})
    return {**undone, "left": left, "counts": asdict(result.counts), "lines": asdict(result.lines)}
