"""Bills of materials with lines, steps of lines, languages and companies: the general form of a record, in short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from odoo_etl.mapping import OWN, Key, Lines, Record, Row, Variant, VariantValues
from odoo_etl.planning import Existing, FieldTree, LineRules, Planner, RecordRules, Update
from odoo_etl.results import JobResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.spec import TargetSpec
from odoo_etl.state import Ledger
from odoo_etl.sync import CONTEXT
from odoo_etl.sync.existing import DeepReader, KeyFinder, Schema
from odoo_etl.sync.outcome import Outcome, refusal
from odoo_etl.sync.ports import Target
from odoo_etl.sync.session import known_database
from odoo_etl.sync.writing import Creates, Recorder, RefusalRate, Rights, Updates, Writer
from odoo_etl.undoing import UndoRequest, undo_job
from tests.builders import PATIENT, Heard, find_field
from tests.memory_odoo import MemoryOdoo

BOM, LINE, STEP = "mrp.bom", "mrp.bom.line", "mrp.bom.step"
FRENCH, OTHER = Variant("fr_FR"), Variant(company=3)

STEPS = FieldTree({OWN: {"name", "minutes"}})
LINES = FieldTree({OWN: {"sequence", "name", "quantity", "active"}, FRENCH: {"name"}}, {"step_ids": STEPS})
TREE = FieldTree({OWN: {"code", "name", "cost"}, FRENCH: {"name"}, OTHER: {"cost"}}, {"line_ids": LINES})

Variants = Mapping[Variant, dict[str, Any]]
NO_VARIANTS: Variants = {}


def rules(**line_options: Any) -> RecordRules:
    """A bill is found by its code, a line by its sequence unless told otherwise, a step by its name."""
    steps = LineRules(_fields(STEP, "name", "minutes"), ("name",))
    lines = _fields(LINE, "sequence", "name", "quantity", "active")
    options = {"key": ("sequence",), "children": {"step_ids": steps}, **line_options}
    return RecordRules(
        _fields(BOM, "code", "name", "cost"), ("code",), children={"line_ids": LineRules(lines, **options)}
    )


def bom(code: str, *lines: Record, row: int = 2, variants: Variants = NO_VARIANTS, **values: Any) -> Record:
    """A bill of materials of one row."""
    return Record(
        (code,),
        {"code": code, **values},
        [Row(row, "", (code,), row)],
        children=(Lines("line_ids", lines),) if lines else (),
        variants=tuple(map(VariantValues, variants.keys(), variants.values())),
    )


def line(sequence: int, *steps: Record, variants: Variants = NO_VARIANTS, **values: Any) -> Record:
    """A line of one."""
    return Record(
        (sequence,),
        {"sequence": sequence, **values},
        [],
        children=(Lines("step_ids", steps),) if steps else (),
        variants=tuple(map(VariantValues, variants.keys(), variants.values())),
    )


def step(name: str, minutes: int) -> Record:
    """A step of a line."""
    return Record((name,), {"name": name, "minutes": minutes}, [])


def _fields(model: str, *names: str) -> dict[str, Any]:
    return {name: find_field(model, name) for name in names}


@dataclass
class BomWorld:
    """An Odoo with bills of materials, and a ledger of the runs that write them.

    What a job does with its records, from the look at Odoo to the journal, without the job.
    """

    ledger: Ledger
    odoo: MemoryOdoo = field(default_factory=MemoryOdoo)

    def run(self, run_id: str, *records: Record, **line_options: Any) -> Outcome:
        """Bring the bills in step with these records; what became of them."""
        self.ledger.start_run(run_id, "run")
        database = known_database(self.odoo, "db", self.ledger, str)
        journal = self.ledger.start_job(run_id, "boms", BOM, database, "", {"context": CONTEXT})
        planner, target = Planner("upsert", rules(**line_options)), Target(self.odoo, BOM, CONTEXT)
        finder = KeyFinder(self.odoo, TargetSpec(model=BOM, key="code"), planner, rules().fields, CONTEXT)
        recorder, schema = Recorder(journal, PATIENT.pause, Rights(target)), Schema(self.odoo, CONTEXT)
        named = partial(_named, finder)
        updates = Updates(target, recorder, partial(schema.dependents, BOM), named)
        writer = Writer(Creates(target, recorder, finder, PATIENT), updates, RefusalRate())
        plan, outcome = planner.plan(records, self.existing(finder, schema, records)), Outcome()
        outcome.unchanged += plan.unchanged
        try:
            writer.apply(plan, 0, outcome, lambda record, error: outcome.rejects.extend(refusal(record, error)))
        finally:
            journal.finish("done", {})
        return outcome

    def existing(self, finder: KeyFinder, schema: Schema, records: Sequence[Record]) -> dict[Key, list[Existing]]:
        """What Odoo has of these bills, in full depth."""
        found = finder.ids({finder.key_of(one) for one in records})
        ids = [each for some in found.values() for each in some]
        rows = DeepReader(self.odoo, schema, CONTEXT).read(BOM, ids, TREE)
        return {key: [rows[each] for each in some] for key, some in found.items()}

    def undo(self, run_id: str, undo_id: str, *, shown: int | None = None) -> JobResult:
        """Take a run back; what became of it."""
        if shown is None:
            self.ledger.start_run(undo_id, "undo", parent=run_id)
        (entry,) = self.ledger.jobs(run_id)
        so_far = JobSoFar.begun("boms", BOM)
        result = undo_job(entry, self.odoo, Heard(), so_far, UndoRequest(self.ledger, undo_id, "db", PATIENT, shown))
        assert not result.error
        return result

    def state(self) -> list[dict[str, Any]]:
        """All bills with their lines and steps, without ids: what stands in Odoo, for people."""
        schema, tables = Schema(self.odoo, CONTEXT), self.odoo.records
        rows = DeepReader(self.odoo, schema, CONTEXT).read(BOM, list(tables.get(BOM, {})), TREE)
        return [_bare(row) for row in rows.values()]


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(one) for one in value]
    return {name: _bare(one) for name, one in value.items() if name != "id"} if isinstance(value, dict) else value


def _named(finder: KeyFinder, updates: Sequence[Update]) -> Sequence[Mapping[str, Any]]:
    return finder.named([finder.key_of(one.record) for one in updates])
