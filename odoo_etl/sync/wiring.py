"""The parts of a job's run, its finder among them, are put together here once; all its lanes use them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from odoo_etl.errors import ProtocolError, Refused, SpecError
from odoo_etl.fieldtypes import TargetField, id_of_answered, refers_to_content
from odoo_etl.mapping import Mapper
from odoo_etl.planning import Currencies, Loader, Misfit, Planner, RecordRules, unknown_field, unknown_model
from odoo_etl.spec import EXTERNAL_ID, JobSpec, source_ids_of
from odoo_etl.sync.after import step_misfits
from odoo_etl.sync.components import CONTEXT, Reading, Writing
from odoo_etl.sync.contents import Contents, Elsewhere, check_roots, downloads_of
from odoo_etl.sync.counts import Tally
from odoo_etl.sync.creating_misfits import creating_misfits
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.existing import (
    WRITE_DATE,
    AdoptingFinder,
    AttachmentFinder,
    ExternalIdFinder,
    Finder,
    GuardedFinder,
    KeyFinder,
    LedgerFinder,
    LineContents,
    LineContentsFinder,
    LinesFinder,
    Lookups,
    LostKeys,
    NoIds,
    NotesIds,
    OwnLines,
    Place,
    PlannedIds,
    Schema,
    SourceIds,
    VariantFinder,
    by_ledger,
    company_misfits,
    content_fields,
    fields_of_lines,
    find_companies,
    hold_contents,
    line_rules,
    own_context,
    undivided_misfits,
)
from odoo_etl.sync.mirror import Mirror, NoMirror, ReturnedRecords, RowFinder, Vanishing, tell_strangers
from odoo_etl.sync.misfits import ProblemAt, line_misfits, refuse, refuse_misfits, without_file
from odoo_etl.sync.ports import Odoo, Target
from odoo_etl.sync.read_back import PARENT, Family, Memory, ReadBack, SecondLook, ValueReport, of_own_making, relations
from odoo_etl.sync.session import Books, Past
from odoo_etl.sync.witness import UNWITNESSED, JobWitness, WitnessedRemover, WitnessedWriter
from odoo_etl.sync.writing import (
    Adoptions,
    CallSize,
    ChangedGroups,
    Creates,
    GroupCalls,
    GroupWriter,
    ImportedGroups,
    Imports,
    LikelyRefusals,
    NewGroups,
    NoAdoptions,
    Recorder,
    RefusalRate,
    Remover,
    Rights,
    Settler,
    Writer,
    updates_of,
)

Fields = Mapping[str, TargetField]


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
        SourceError: a folder of files is not there.
        UsageError: the job does not fit the model.
        OdooError: Odoo cannot be asked.
    """
    check_roots(spec.job, spec.every_field)
    companies = find_companies(spec, client)
    refuse(company_misfits(spec, companies), problem)
    target = Target(client, spec.target.model, {**CONTEXT, **own_context(spec, companies)})
    schema = Schema(client, target.context, lambda: client.version().major)
    known = _known_fields(spec, schema, problem)
    fields = {name: known[name] for name in spec.fields}
    more = [
        *undivided_misfits(spec, schema, fields),
        *line_misfits(spec, schema.find, schema.has),
        *creating_misfits(spec, client, schema, target.context),
    ]
    more += step_misfits(spec, target, schema)
    refuse_misfits(spec, client, fields, problem, more)
    fields = _with_labels(spec, schema, fields)
    alone = frozenset(name for name, one in fields.items() if one.is_computed_file)
    currencies = _currencies(client, schema, target.model, fields)
    own_key, any_case = spec.target.own_key, spec.target.ignore_case
    children = line_rules(spec, schema, partial(_currencies, client, schema), companies.ids)
    has_files = any(one.type.is_file for one in (*fields.values(), *fields_of_lines(children)))
    elsewhere = Elsewhere(spec.every_source) if has_files and planned is None else None
    target = replace(target, contents=has_files, alone=alone, elsewhere=elsewhere)
    rules = RecordRules(fields, own_key, currencies, spec.only_new, spec.if_empty, children=children, any_case=any_case)
    planner = Planner(spec.target.mode, rules, deferred=spec.deferred, rejects_absent=spec.target.on_absent == "reject")
    unread = _unread(spec, fields, past)
    compared = {name: one for name, one in fields.items() if name not in unread}
    related = relations(target.model, fields, known.get(PARENT), schema)
    own_lines = _own_lines(spec, planner, past, learns=planned is None)
    finding = Finding(spec, target, planner, past, planned is None, now, unread, schema, own_lines)
    finder = finding.finder(compared, related, is_dated=WRITE_DATE in known)
    lookups = _lookups(spec, schema, target, planned, past)
    lost_keys = LostKeys(target, finder, spec.target.own_key or (EXTERNAL_ID,), spec.target.own_key, past)
    mapper = Mapper(spec, fields, schema.find, companies.ids, partial(_fields_of_lines, schema))
    return Reading(target, fields, related, mapper, planner, lookups, finder, lost_keys, schema, own_lines)


def _known_fields(spec: JobSpec, schema: Schema, problem: ProblemAt) -> dict[str, TargetField]:
    """The mapped fields, and those that are asked for besides, of the job's model.

    Raises:
        SpecError: with the place of the model, or of every field, that the server lacks.
    """
    model = spec.target.model
    try:
        known = schema.fields(model, (), [*spec.fields, WRITE_DATE, PARENT])
        every = schema.described(model) if not spec.fields.keys() <= known.keys() else {}
    except (ProtocolError, Refused) as error:
        if not error.name:  # the words of a proxy, say
            raise
        raise SpecError([problem(("target", "model"), *unknown_model(model, schema.major()))]) from error
    if missing := [name for name in spec.fields if name not in known]:
        major = schema.major()
        refuse([Misfit(("fields", name), *unknown_field(model, name, every, major)) for name in missing], problem)
    return known


def assemble_mapper(spec: JobSpec, schema: Schema, companies: Mapping[str, int]) -> Mapper:
    """Put together what maps rows to records, where that is all there is: no server answers lookups.

    Args:
        companies: ids of those that the job names.

    Raises:
        UsageError: the job does not fit the model.
    """
    fields = _fields_of_lines(schema, spec)
    return Mapper(spec, fields, schema.find, companies, partial(_fields_of_lines, schema))


def assemble_writing(spec: JobSpec, reading: Reading, books: Books, settler: Settler, tally: Tally) -> Writing:
    """Put together what writes; the books are open."""
    recorder = Recorder(books.journal, settler.pause, Rights(reading.target))
    parts = (reading.target, recorder, reading.finder, settler, tally.settled)
    sizes = CallSize(spec.load.chunk_size, spec.load.call_time)
    dependents = partial(reading.schema.dependents, reading.target.model)
    changing = (reading.target, recorder, dependents, reading.named, cache(partial(_loader, reading)))
    remover = Remover(reading.target, recorder, settler)
    if spec.load.together:
        return Writing(recorder, _group_writer(spec, reading, parts, changing, sizes), remover)
    creates = Creates(*parts) if spec.target.external_id is None else Imports(_loader(reading), *parts)
    rate = RefusalRate(sizes, LikelyRefusals(spec.fields))
    updates = updates_of(reading.planner.rules, (settler, tally.settled), changing)
    adopts = spec.target.adopts
    adoptions = Adoptions(reading.target, recorder, settler, tally.settled) if adopts else NoAdoptions()
    writer = Writer(creates, updates, rate, adoptions)
    return Writing(recorder, writer, remover)


def witnessed(writing: Writing, witness: JobWitness, reading: Reading, settler: Settler) -> Writing:
    """The same parts, which tell the witness before they write, where there is one."""
    if witness is UNWITNESSED:
        return writing
    remover = WitnessedRemover(witness, reading.target, writing.recorder, settler)
    return Writing(writing.recorder, WitnessedWriter(writing.writer, witness, reading.planner.rules), remover)


def _group_writer(
    spec: JobSpec, reading: Reading, parts: Sequence[Any], changing: Sequence[Any], sizes: CallSize
) -> GroupWriter:
    """Put together what writes records in groups.

    Args:
        parts: of what creates.
        changing: the parts of what changes.
    """
    creates = NewGroups(*parts) if spec.target.external_id is None else ImportedGroups(_loader(reading), *parts)
    together = [reading.fields[name] for name in spec.load.together]
    changed = ChangedGroups(*changing, together=together, creates=creates, spares=reading.planner.rules.spares)
    return GroupWriter(creates, changed, GroupCalls(sizes, contents=reading.target.contents))


def assemble_read_back(  # noqa: PLR0913 - the parts of a job
    spec: JobSpec, reading: Reading, past: Past | None, report: ValueReport, writing: Writing, *, resumed: bool
) -> tuple[Memory, SecondLook]:
    """Put together what looks at what Odoo kept, and remembers it.

    Args:
        report: takes what Odoo keeps otherwise than it was sent.
        resumed: some rows are as another run left them, which ended before it could look again.
    """
    memory = Memory(past.kept(), report, anew=past.full_refresh) if past is not None else Memory(None, report)
    read_back = ReadBack(reading.target, reading.planner, reading.mapper.paths, memory, report)
    only_own = spec.target.mode == "create"
    family = Family(spec.target.model, spec.fields, reading.related, own=only_own)
    ours = past.created if only_own and past is not None else None
    carry_out = writing.writer.apply if resumed else of_own_making(writing.writer.apply)
    return memory, SecondLook(read_back, family, carry_out, everything=resumed, ours=ours)


def assemble_vanishing(
    spec: JobSpec,
    reading: Reading,
    past: Past | None,
    note: Callable[[str], object],
    mirror: type[Mirror] | None,
) -> Vanishing:
    """Put together what looks after records that the source lacks.

    Args:
        note: takes what a person should know.
        mirror: finds them; None where the run does not take every row of the job.
    """
    if spec.target.mode != "mirror" or past is None or mirror is None:
        return NoMirror(ReturnedRecords(spec, reading.target, past, note, reading.finder))
    return mirror(spec, reading.target, past, note, RowFinder(reading.mapper, reading.lookups, reading.finder))


def _unread(spec: JobSpec, fields: Fields, past: Past | None) -> frozenset[str]:
    """The fields that existing records keep whatever they hold; none where some may have to be finished first.

    Those that find the records are read all the same.
    """
    late = {name for name, one in fields.items() if one.is_computed_file}.union(spec.deferred)
    unread = spec.only_new - late - set(spec.target.key)
    return frozenset() if unread and past is not None and past.may_have_begun() else unread


def begun_records(spec: JobSpec, reading: Reading, past: Past | None, note: Callable[[str], object]) -> Collection[int]:
    """Find records of earlier runs that may have ended before they wrote all that new records get."""
    late = (
        spec.deferred
        or spec.has_variants
        or spec.has_variants_of_lines
        or any(one.is_computed_file for one in reading.fields.values())
    )
    owes = late if spec.target.mode == "create" else spec.only_new
    if past is None or not owes or not (begun := past.begun()):
        return ()
    return begun - tell_strangers(reading.finder, past.keys_of(begun), note)


def _source_ids(spec: JobSpec, planned: Planned | None, past: Past | None) -> NotesIds:
    """Build what knows which records came from which of the database that rows come from."""
    came_from = source_ids_of(spec.source)
    if came_from is None or (past is None and planned is None):
        return NoIds()
    place, noted = Place(spec.target.model, came_from.model, came_from.column), planned.source_ids if planned else None
    if past is None:  # as in tests of jobs: rows are known to each other
        return SourceIds(place, lambda: ("", ""), PlannedIds(()), noted)
    return SourceIds(place, past.databases, past.id_map(), noted)


def _lookups(spec: JobSpec, schema: Schema, target: Target, planned: Planned | None, past: Past | None) -> Lookups:
    """Build what answers lookups, and says where contents lie."""
    return Lookups(
        target.client,
        schema,
        target.context,
        contents=Contents(downloads_of(past.downloads) if past is not None else None),
        fields=[name for name, one in spec.fields.items() if one.lookup or refers_to_content(one)],
        growing=target.model,
        planned=planned,
        source_ids=_source_ids(spec, planned, past),
    )


def _own_lines(spec: JobSpec, planner: Planner, past: Past | None, *, learns: bool) -> OwnLines:
    """Build what knows the lines of the job's own."""
    if past is None or not spec.lines:
        return OwnLines(planner, None, frozenset[int], learns=learns)
    return OwnLines(planner, past.known("lines"), past.touched, learns=learns)


def _loader(reading: Reading) -> Loader:
    """Build the loader, which makes rows of `load`; it must know what selections are called."""
    target, fields = reading.target, reading.fields
    names = [name for name, one in fields.items() if one.type.has_choices]
    if not names:
        return Loader(fields, {})
    answer = target.client.fields_get(target.model, names, ["selection"], context=target.context)
    return Loader(fields, {name: one.get("selection", ()) for name, one in answer.items()})


def _fields_of_lines(schema: Schema, job: JobSpec) -> dict[str, TargetField]:
    """The mapped fields of lines, which are given as a job of their own."""
    return _with_labels(job, schema, schema.fields(job.target.model, job.fields))


def _with_labels(spec: JobSpec, schema: Schema, fields: Mapping[str, TargetField]) -> dict[str, TargetField]:
    """The mapped fields, those with their labels whose cells hold these."""
    labels = schema.labels(spec.target.model, {name: one.labels for name, one in spec.fields.items() if one.labels})
    return {name: replace(one, labels=labels[name]) if name in labels else one for name, one in fields.items()}


def _currencies(client: Odoo, schema: Schema, model: str, fields: Mapping[str, TargetField]) -> Currencies:
    """Build the `Currencies`, which round amounts of money; the server is asked only where one is mapped."""
    named = {name: one.currency_field for name, one in fields.items() if one.type.is_money}
    if not named:
        return Currencies()
    every = {"active_test": False}
    rows = client.search_read("res.currency", [], ["rounding"], context=every)
    steps: dict[int, float] = {row["id"]: row["rounding"] for row in rows}
    holders = schema.fields(model, (), sorted({*named.values()} - {""}))
    by_company = [name for name, one in holders.items() if one.depends and all(map(_of_company, one.depends))]
    if not by_company:
        return Currencies(steps, named)
    companies = client.search_read("res.company", [], ["currency_id"], load="_classic_write", context=every)
    finest = min((steps.get(id_of_answered(row["currency_id"]), 0.0) for row in companies), default=0.0)
    return Currencies(steps, named, dict.fromkeys(by_company, finest))


def _of_company(path: str) -> bool:
    return path.partition(".")[0] == "company_id"


@dataclass(frozen=True, slots=True)
class Finding:
    """Puts the finder of a job together.

    Attributes:
        past: what the ledger knows of the job; None where it knows nothing.
        learns: False for a plan, which sends nothing.
        now: seconds since 1970.
        unread: the fields that existing records keep whatever they hold.
        schema: of the models of lines.
        own_lines: those that rows of the job stood for.
    """

    spec: JobSpec
    target: Target
    planner: Planner
    past: Past | None
    learns: bool
    now: Callable[[], float]
    unread: Collection[str]
    schema: Schema
    own_lines: OwnLines

    def finder(self, fields: Fields, related: Fields, *, is_dated: bool) -> Finder:
        """The finder, which reads these fields.

        Args:
            fields: those that are compared, by name.
            related: what makes records relatives, by name.
            is_dated: records of the model say when they were last written.
        """
        spec, target, past = self.spec, self.target, self.past
        contents = content_fields(target.model, fields)
        others = {name: one for name, one in fields.items() if name not in contents}
        finder = self._searching({**others, **related})
        if past is not None and self.learns and is_dated and by_ledger(spec, others):
            finder = LedgerFinder(finder, target, others, past.known("equal"), self.now)
        if spec.target.adopts:
            finder = self._adopting(finder, {**others, **related})
        if contents:
            made = past.known("made") if past is not None else None
            finder = AttachmentFinder(finder, target, contents, made, learns=self.learns)
        if spec.lines:
            finder = self._with_contents(LinesFinder(finder, target, self.schema, self.own_lines))
        if spec.has_variants:
            finder = VariantFinder(finder, target, self.unread)
        return self._guarded(finder, past) if past is not None and past.retried else finder

    def _with_contents(self, finder: Finder) -> Finder:
        """The finder of records with lines, which brings the contents of lines, too, where they have any."""
        rules, past = self.planner.rules.children, self.past
        if not hold_contents(rules):
            return finder
        made = past.known("made") if past is not None else None
        contents = LineContents(self.target, rules, made, learns=self.learns)
        return LineContentsFinder(finder, self.planner, contents)

    def _searching(self, fields: Fields) -> Finder:
        spec, target = self.spec.target, self.target
        if spec.external_id is None:
            return KeyFinder(target.client, spec, self.planner, fields, target.context)
        return ExternalIdFinder(target.client, target.model, spec.external_id.module, fields, target.context)

    def _adopting(self, finder: Finder, fields: Fields) -> Finder:
        spec, target = self.spec.target, self.target
        by_key = Planner(spec.mode, replace(self.planner.rules, key=tuple(spec.key)))
        return AdoptingFinder(
            target.client, spec, finder, KeyFinder(target.client, spec, by_key, fields, target.context)
        )

    def _guarded(self, finder: Finder, past: Past) -> Finder:
        """The finder that leaves alone what runs wrote since the rows were rejected that are fed again."""
        later = past.later_writes()
        if not later.came:
            return finder
        past.note(
            f"run {later.came} came after these rows were rejected: records that runs wrote since are left alone; what"
            " it found equal to its source left no trace, so look whether the rows are still what the source says"
        )
        return GuardedFinder(finder, later)
