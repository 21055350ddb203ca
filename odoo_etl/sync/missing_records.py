"""Records that lookups of a job do not find and are to create: each once, before the rows that refer to them.

A small job of its own creates them (`products.tag_ids`). So they have what records of every job have: a plan shows
them, the ledger knows them, a killed run leaves none twice, and `undo` takes them back. Jobs that need records of one
model at the same time wait for each other. `creating_jobs` runs these jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from graphlib import CycleError, TopologicalSorter
from typing import Any

from odoo_etl.errors import OdooEtlError
from odoo_etl.mapping import FindField, Key, Lookup, Record, Ref, RefList, refs_of, sanitised, unbound
from odoo_etl.results import JobResult
from odoo_etl.sources import Chunk
from odoo_etl.spec import EXTERNAL_ID, JobSpec, LookupSpec, place_of
from odoo_etl.sync.components import Reading
from odoo_etl.sync.creating_specs import NAME, job_by_fields, job_of_level, job_of_module
from odoo_etl.sync.existing import alike
from odoo_etl.sync.misfits import why_taken
from odoo_etl.sync.request import CreatesMissing
from odoo_etl.sync.session import Past
from odoo_etl.sync.staging import Gathered

_Lacking = Callable[[Iterable[Ref]], Sequence[Ref]]  # those of which there is no record


class CannotSupply(OdooEtlError):
    """The job that creates what lookups lack did not end well."""


class KeysAsRows:
    """The keys of missing records, as a source."""

    cursor: str | None = None
    fingerprints: Mapping[str, str] = {}

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self._columns, self._rows = columns, rows

    def columns(self) -> list[str]:
        """The fields that the records are looked up by."""
        return list(self._columns)

    def chunks(self, chunk_rows: int) -> Iterator[Chunk]:
        """The keys, a row each."""
        for first in range(0, len(self._rows), chunk_rows):
            some = self._rows[first : first + chunk_rows]
            cells = {name: [row[place] for row in some] for place, name in enumerate(self._columns)}
            yield Chunk(cells, list(range(first + 1, first + 1 + len(some))))


@dataclass(frozen=True, slots=True)
class _Shortage:
    """The records that one field's lookup is to create: a job, the columns and rows of its source, each row's key.

    Attributes:
        asked: what finds the records when they are there.
    """

    asked: Lookup
    spec: JobSpec
    columns: Sequence[str]
    keys: Sequence[Key]
    rows: Sequence[Sequence[Any]]


def supply(spec: JobSpec, reading: Reading, gathered: Gathered, past: Past | None, create: CreatesMissing) -> None:
    """Create what the lookups of a job do not find, and make active what they created and an undo archived.

    Raises:
        CannotSupply: that did not end well.
    """
    every, asked = spec.every_field, _refs_in(gathered, in_order(spec, reading.schema.find))
    reading.lookups.tell_apart(ref for name in asked if every[name].lookup[-1].names_new_records for ref in asked[name])
    for name, refs in asked.items():
        archived = _archived(refs, past)
        lacking = partial(reading.lookups.missing, archived=archived)
        missing = _creatable(lacking(refs), reading)
        for shortage in _shortages(spec, name, missing, reading, lacking) if missing else ():
            job = _bringing_back(shortage.spec) if archived else shortage.spec
            made = create(job, KeysAsRows(shortage.columns, shortage.rows))
            _check(name, made.result)
            why = {shortage.keys[line - 1]: reason for line, reason in made.reasons.items()}
            for lookup in {shortage.asked, missing[0].lookup}:
                reading.lookups.supplied(lookup, why)


def in_order(spec: JobSpec, find_field: FindField) -> list[str]:
    """The fields whose lookups create records, those first whose records others are looked up by."""
    given = {path: spec.every_field[path].lookup[-1] for path in spec.creating}
    wanted = {path: _models_by_dots(one, find_field) for path, one in given.items()}
    before = {path: [other for other in given if given[other].model in models] for path, models in wanted.items()}
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError:
        return list(given)


def _models_by_dots(lookup: LookupSpec, find_field: FindField) -> set[str]:
    """The models of other records that those of a lookup are found by, but for its own."""
    heads = [path.rpartition(".")[0] for path in lookup.by if "." in path]
    return {find_field(lookup.model, head).relation for head in heads} - {lookup.model}


def _archived(refs: Iterable[Ref], past: Past | None) -> set[int]:
    """The records of such lookups that any job has created for its own, and that an undo archived."""
    models = {ref.every[-1].lookup.model for ref in refs}  # the last one creates
    return set[int]().union(*(past.archived_made(model) for model in models)) if past is not None else set()


def _bringing_back(job: JobSpec) -> JobSpec:
    """The same job, which makes records active that an undo has archived, and changes nothing else of them."""
    fields = {name: one.model_copy(update={"write": "create"}) for name, one in job.fields.items()}
    target = job.target.model_copy(update={"mode": "upsert"})
    return job.model_copy(update={"target": target, "fields": fields})


def _check(name: str, result: JobResult) -> None:
    if result.status == "done":
        return
    place = ".".join(map(str, place_of(name)))
    failed = CannotSupply(f"the records that {place}.lookup is to create were not created: {result.error}")
    failed.exit_code = result.exit_code or CannotSupply.exit_code
    raise failed


def _refs_in(gathered: Gathered, names: Sequence[str]) -> dict[str, dict[Ref, None]]:
    """The records that some fields of all rows ask for, each once, by the path of the field."""
    asked: dict[str, dict[Ref, None]] = {name: {} for name in names}
    for batch in gathered.batches() if names else ():
        for part in _parts(batch.records):
            for name, refs in asked.items():
                for value in _values_at(part, name):
                    if isinstance(value, (Ref, RefList)):
                        refs.update(dict.fromkeys(ref for ref in refs_of(value) if ref.on_missing == "create"))
    return asked


def _values_at(part: Record, path: str) -> Iterator[Any]:
    """The value of a field of a row; of a field of lines, that of each line that the row brings."""
    name, _, rest = path.partition(".")
    if not rest:
        yield part.values.get(name)
    for line in (line for lines in part.children if rest and lines.name == name for line in lines.records):
        yield from _values_at(line, rest)


def _creatable(missing: Sequence[Ref], reading: Reading) -> Sequence[Ref]:
    """The missing records but for those with an external id that no new record gets: their rows tell why."""
    if not missing or missing[0].lookup.by != (EXTERNAL_ID,):
        return missing
    taken = cache(partial(why_taken, reading.target.client))
    refused = {ref.key: why for ref in missing if (why := _not_given(ref.key[0], taken))}
    if refused:
        reading.lookups.supplied(missing[0].lookup, refused)
    return [ref for ref in missing if ref.key not in refused]


def _not_given(external_id: str, taken: Callable[[str], str]) -> str:
    """Why no new record gets an external id; "" where one does."""
    module, _, name = external_id.partition(".")
    given = f"{module}.{sanitised(name)}"
    return taken(module) if given == external_id else f"a new record would be {given}"


def _parts(records: Iterable[Record]) -> Iterator[Record]:
    for record in unbound(records):
        yield from record.parts or (record,)


def _shortages(
    spec: JobSpec, name: str, missing: Sequence[Ref], reading: Reading, lacking: _Lacking
) -> Iterator[_Shortage]:
    """The jobs for the missing records: one for each level of a tree, or module of external ids, else one."""
    lookup = spec.every_field[name].lookup[-1]
    if lookup.path is not None:
        return _levels(spec, name, missing, lacking, reading.schema.find)
    if lookup.is_by_external_id:
        return _modules(spec, name, missing)
    return iter([_by_fields(spec, name, missing, reading.schema.find)])


def _by_fields(spec: JobSpec, name: str, missing: Sequence[Ref], find_field: FindField) -> _Shortage:
    keys, columns = _distinct(missing), spec.every_field[name].lookup[-1].by
    return _Shortage(missing[0].lookup, job_by_fields(spec, name, find_field), columns, keys, keys)


def _modules(spec: JobSpec, name: str, missing: Sequence[Ref]) -> Iterator[_Shortage]:
    modules: dict[str, list[Key]] = {}
    for key in _distinct(missing):
        modules.setdefault(key[0].partition(".")[0], []).append(key)
    for module, some in modules.items():
        rows = [(key[0].partition(".")[2],) for key in some]
        yield _Shortage(missing[0].lookup, job_of_module(spec, name, module), [NAME], some, rows)


def _levels(
    spec: JobSpec, name: str, missing: Sequence[Ref], lacking: _Lacking, find_field: FindField
) -> Iterator[_Shortage]:
    """A level is looked at when the one above it is there."""
    given, asked = spec.every_field[name].lookup[-1], missing[0].lookup
    mark = given.path or ""
    ways = [key[0].split(mark) for key in _distinct(missing)]
    for lookup, some in _by_depth(asked, ways):
        begun = [missing[0]._replace(lookup=lookup, key=(mark.join(way),)) for way in some]
        if keys := _distinct(lacking(begun)):
            split = [key[0].split(mark) for key in keys]
            job = job_of_level(spec, name, find_field, is_end=bool(lookup.domain))
            rows = [(way[-1], mark.join(way[:-1])) for way in split]
            yield _Shortage(lookup, job, [*given.by, given.parent], keys, rows)


def _by_depth(asked: Lookup, ways: Sequence[Sequence[str]]) -> Iterator[tuple[Lookup, list[Sequence[str]]]]:
    """The beginnings of the ways, level by level; the domain is for what the ways end with, not for what is above."""
    for depth in range(1, max(map(len, ways)) + 1):
        if asked.domain:
            yield asked._replace(domain=""), [way[:depth] for way in ways if len(way) > depth]
            yield asked, [way for way in ways if len(way) == depth]
        else:
            yield asked, [way[:depth] for way in ways if len(way) >= depth]


def _distinct(missing: Iterable[Ref]) -> list[Key]:
    """The keys, each once: texts that differ in their case are one where the lookup says so."""
    known: dict[Key, Key] = {}
    for ref in missing:
        known.setdefault(alike(ref.lookup, ref.key), ref.key)
    return list(known.values())
