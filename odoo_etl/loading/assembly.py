"""What the run of a job is made of: put together here once, used from all its lanes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from odoo_etl.errors import UsageError
from odoo_etl.loading.fitting import ProblemAt, refuse_misfits, without_file
from odoo_etl.loading.held.contents import ContentHoldings, content_fields
from odoo_etl.loading.held.holdings import ExternalHoldings, Holdings, KeyHoldings
from odoo_etl.loading.held.remembered import WRITE_DATE, RememberedHoldings, by_ledger
from odoo_etl.loading.held.resolve import Lookups
from odoo_etl.loading.journal.books import Books
from odoo_etl.loading.journal.past import Past
from odoo_etl.loading.planned import Planned
from odoo_etl.loading.ports import Odoo, Target
from odoo_etl.loading.schema import Schema
from odoo_etl.loading.tally import Tally
from odoo_etl.loading.writing.call_size import CallSize
from odoo_etl.loading.writing.creates import Creates, Imports
from odoo_etl.loading.writing.doubts import Doubts
from odoo_etl.loading.writing.isolate import RefusalRate
from odoo_etl.loading.writing.recorder import Recorder
from odoo_etl.loading.writing.removals import Remover
from odoo_etl.loading.writing.rights import Rights
from odoo_etl.loading.writing.settle import Settler
from odoo_etl.loading.writing.updates import Updates
from odoo_etl.loading.writing.writer import Writer
from odoo_etl.mapping import Mapper, TargetField
from odoo_etl.planning import Planner
from odoo_etl.planning.diff import REWRITTEN
from odoo_etl.planning.loadable import Loader
from odoo_etl.spec import JobSpec

# Reads see archived records; writes send no mails, follow nothing and log no changes (odoo.md, side effects).
CONTEXT = {
    "active_test": False,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "no_reset_password": True,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What leads from rows to a plan.

    Attributes:
        target: where the job writes, with the context of every call.
        fields: the mapped fields by name.
    """

    target: Target
    fields: Mapping[str, TargetField]
    mapper: Mapper
    planner: Planner
    lookups: Lookups
    holdings: Holdings


@dataclass(frozen=True, slots=True)
class Writing:
    """What carries out a plan."""

    recorder: Recorder
    writer: Writer
    remover: Remover


def assemble_reading(  # noqa: PLR0913 - options by keyword
    spec: JobSpec,
    client: Odoo,
    planned: Planned | None,
    past: Past | None = None,
    *,
    now: Callable[[], float] = time.time,
    problem: ProblemAt = without_file,
) -> Reading:
    """Learn what must be known of Odoo before the first row.

    Args:
        past: what the ledger knows of the job; a plan looks at Odoo alone.
        now: seconds since 1970.
        problem: says where in the job's file a key stands.

    Raises:
        UsageError: the job does not fit the model.
        OdooError: Odoo cannot be asked.
    """
    target = Target(client, spec.target.model, {**CONTEXT, **spec.target.context})
    schema = Schema(client, target.context)
    known = schema.fields(target.model, spec.fields, [WRITE_DATE])
    fields = {name: known[name] for name in spec.fields}
    refuse_misfits(spec, client, fields, problem)
    if rewritten := [name for name in spec.target.key if (target.model, name) in REWRITTEN]:
        raise UsageError(
            f"job {spec.job}: Odoo rewrites the key field {rewritten[0]}, so that records are not found by what was"
            " written: take another key, or external_id"
        )
    decimals = _currency_decimals(client, fields)
    planner = Planner(spec.target.mode, spec.target.key, fields, target.model, decimals, deferred=spec.deferred)
    contents = content_fields(target.model, fields)
    others = {name: one for name, one in fields.items() if name not in contents}
    holdings = _holdings(spec, target, planner, others)
    if past is not None and planned is None and WRITE_DATE in known and by_ledger(spec, others):
        holdings = RememberedHoldings(holdings, target, others, past.known("equal"), now)
    if contents:
        made = past.known("made") if past is not None else None
        holdings = ContentHoldings(holdings, target, contents, made, learns=planned is None)
    asking = [name for name, one in spec.fields.items() if one.lookup]
    lookups = Lookups(client, schema, target.context, fields=asking, growing=target.model, planned=planned)
    return Reading(target, fields, Mapper(spec, fields, schema.find), planner, lookups, holdings)


def assemble_writing(spec: JobSpec, reading: Reading, books: Books, settler: Settler, tally: Tally) -> Writing:
    """Put together what writes; the books are open."""
    recorder = Recorder(books.journal, settler.pause, Rights(reading.target))
    parts = (reading.target, recorder, reading.holdings, settler, tally.settled)
    creates = Creates(*parts) if spec.target.external_id is None else Imports(_loader(reading), *parts)
    rate = RefusalRate(CallSize(spec.load.chunk_size, spec.load.call_time), Doubts(spec.fields))
    writer = Writer(creates, Updates(reading.target, recorder), rate)
    return Writing(recorder, writer, Remover(reading.target, recorder, settler))


def _holdings(spec: JobSpec, target: Target, planner: Planner, fields: Mapping[str, TargetField]) -> Holdings:
    """What finds the job's records in Odoo."""
    if spec.target.external_id is None:
        return KeyHoldings(target.client, spec.target, planner, fields, target.context)
    module = spec.target.external_id.partition(".")[0]
    return ExternalHoldings(target.client, target.model, module, fields, target.context)


def _loader(reading: Reading) -> Loader:
    """What makes rows of `load`; it must know what selections are called."""
    target, fields = reading.target, reading.fields
    names = [name for name, one in fields.items() if one.ttype == "selection"]
    if not names:
        return Loader(fields, {})
    answer = target.client.fields_get(target.model, names, ["selection"], context=target.context)
    return Loader(fields, {name: one.get("selection", ()) for name, one in answer.items()})


def _currency_decimals(client: Odoo, fields: Mapping[str, TargetField]) -> dict[int, int]:
    """Digits after the point by currency, asked only where an amount of money is mapped."""
    if not any(one.ttype == "monetary" for one in fields.values()):
        return {}
    rows: list[dict[str, Any]] = client.search_read(
        "res.currency", [], ["decimal_places"], context={"active_test": False}
    )
    return {row["id"]: row["decimal_places"] for row in rows}
