"""A rehearsal of a job: it finds what `plan` would refuse as `plan` does, and what it would reject of first rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from odoo_etl.checks.first_rows import ROWS
from odoo_etl.checks.sources import column_problems, is_at_hand
from odoo_etl.errors import (
    AccessRefused,
    CannotStart,
    OdooError,
    OdooEtlError,
    Problem,
    SourceError,
    SpecError,
    UsageError,
)
from odoo_etl.fieldtypes import refers_to_content
from odoo_etl.mapping import UnfitConstant, key_columns, named_columns
from odoo_etl.odoo import OdooClient
from odoo_etl.previewing import Planning, preview_offline, preview_online
from odoo_etl.previews import JobPreview, PreviewedFlaw
from odoo_etl.snapshots import Snapshot
from odoo_etl.sources import open_rows
from odoo_etl.spec import FileKeys, Job, JobSpec, SqlSource, place_of
from odoo_etl.sync import Planned, assemble_reading

_TOLD_ELSEWHERE: Final = frozenset({"lookup_missing", "ambiguous_lookup"})  # by `check_lookup_sample`


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The problems for which `plan` would refuse a job, and warnings of the first rows that it would reject."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def rehearse(job: Job, client: OdooClient) -> Rehearsal:
    """Do what `plan` does before the first row, then plan the first rows of local files; nothing is written."""
    spec = job.spec.without(refers_to_content)  # no file is read, and nothing is downloaded
    try:
        assemble_reading(spec, client, Planned([spec], 0), problem=job.problem)
    except SpecError as error:
        return Rehearsal(tuple(error.problems))
    except AccessRefused as error:  # `check_rights` tells of most of them, with their place
        return Rehearsal((job.problem(("target", "model"), str(error)),))
    except (UsageError, OdooEtlError) as error:
        return Rehearsal((job.problem(place_in(error), str(error)),))
    if fault := _source_fault(job):
        return fault
    if not is_local(job.spec):
        return Rehearsal()
    return _planned(job, preview_online(spec, Planning(client, ROWS, problem=job.problem)))


def place_in(error: OdooEtlError) -> tuple[str | int, ...]:
    """The key at fault, as far as the error knows it."""
    if isinstance(error, UnfitConstant):
        return (*place_of(error.path.partition("@")[0]), "value")
    return ("target", "model") if isinstance(error, OdooError) else ("job",)


def _source_fault(job: Job) -> Rehearsal | None:
    """Why a query or an Odoo cannot be read, which the server says; files may be other ones when the job runs."""
    if any(isinstance(one, FileKeys) and one.is_stdin for one in job.spec.every_source):
        return None  # it comes once, for the run
    try:
        faults = tuple(column_problems(job, open_rows(job.spec, key_columns(job.spec), named_columns(job.spec))))
    except SourceError as error:
        if is_local(job.spec):
            return Rehearsal()  # `check_sources` tells of it
        is_query = isinstance(job.spec.source, SqlSource)
        return Rehearsal((job.problem(error.at or ("source", *(["query"] if is_query else [])), str(error)),))
    except SpecError as error:
        return Rehearsal(tuple(error.problems))
    except (CannotStart, AccessRefused) as error:  # of an Odoo that is read from
        return Rehearsal((job.problem(("source",), str(error)),))
    return Rehearsal(faults) if faults else None


def is_local(spec: JobSpec) -> bool:
    """Whether all of its rows stand in files, whose first ones are read at once."""
    return all(map(is_at_hand, spec.every_source))


def _planned(job: Job, shown: JobPreview) -> Rehearsal:
    """The end of a plan of the first rows, and why rows are rejected, field by field."""
    if shown.error:
        return Rehearsal((job.problem(("target", "model"), shown.error),))
    return Rehearsal(warnings=tuple(flaws_in(job, shown, _TOLD_ELSEWHERE)))


def flaws_in(job: Job, shown: JobPreview, beside: Collection[str] = ()) -> Iterator[Problem]:
    """Why first rows would be rejected: how many for each field and code, with the first as an example.

    Args:
        beside: codes that something else tells of.
    """
    counts, first = Counter[tuple[str, str]](), dict[tuple[str, str], tuple[int, PreviewedFlaw]]()
    for record in shown.records:
        for flaw in record.every_flaw if record.fate == "reject" else ():
            if flaw.code not in beside:
                counts[flaw.field, flaw.code] += 1
                first.setdefault((flaw.field, flaw.code), (record.lines[0], flaw))
    for (field, code), count in counts.items():
        line, flaw = first[field, code]
        rows = "1 would be rejected" if count == 1 else f"{count} would be rejected"
        yield job.problem(_place(job.spec, field), f"of the first rows, {rows} ({code}): line {line}: {flaw.reason}")


def _place(spec: JobSpec, field: str) -> tuple[str | int, ...]:
    """The key of a field, or that of the source."""
    path = field.partition("@")[0].partition(",")[0]
    return place_of(path) if path in spec.every_field else ("source",)


def rehearse_offline(job: Job, snapshots: Mapping[str, Snapshot]) -> list[Problem]:
    """Map the first rows of local files; without a snapshot, fields are taken for texts.

    Functions of Python modules are not called: nobody who validates expects that.
    """
    spec = job.spec.without(lambda one: refers_to_content(one) or one.python is not None)
    if not is_local(spec) or not set(spec.target.own_key) <= spec.fields.keys():
        return []
    shown = preview_offline(spec, open_rows(spec, key_columns(spec), named_columns(spec)), ROWS, snapshots)
    return [] if shown.error else list(flaws_in(job, shown))
