"""The result of a divided job, from those of its parts and of the run over all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from odoo_etl.results import JobResult, RejectedRow, RejectSink, VanishedRecords
from odoo_etl.so_far import JobSoFar, JobsSoFar
from odoo_etl.sync import reject_groups
from odoo_etl.sync.counts import SHOWN_REASONS
from odoo_etl.sync.line_counts import added
from odoo_etl.sync.planned_changes import most_first
from odoo_etl.sync.read_back import all_discrepancies

OF_THE_WHOLE = {"read", "filtered", "failed", "not_attempted"}  # counts that no part knows


@contextmanager
def rejects_of_all(rejects: RejectSink, its: JobSoFar, so_far: JobsSoFar) -> Iterator[None]:
    """Tell in a job's result, and in those that are added for it, where their rejected rows are when no more come."""
    try:
        yield
    finally:
        job = its.result.job
        path = rejects.end(job)
        for one in so_far.since(its):
            if one.result.job == job:
                one.know(rejects_file=path if one.result.counts.rejected else "")


def with_part(job: JobResult, part: JobResult) -> JobResult:
    """The result of a job with what became of one more of its parts."""
    rows = {kind: count for kind, count in asdict(part.counts).items() if kind not in OF_THE_WHOLE}
    return replace(
        job,
        counts=job.counts.plus(**rows),
        lines=added([job.lines, part.lines]),
        reject_codes=dict(Counter(job.reject_codes) + Counter(part.reject_codes)),
        reasons=_summed([*job.reasons, *part.reasons]),
        reject_groups=reject_groups.added([*job.reject_groups, *part.reject_groups]),
        duplicates=job.duplicates + part.duplicates,
        held_back=job.held_back + part.held_back,
        settled=job.settled + part.settled,
        wrote=job.wrote or part.wrote,
        before=_added(job.before, part.before),
        notes=(*job.notes, *part.notes),
        changed_fields=most_first(Counter(job.changed_fields) + Counter(part.changed_fields)),
        discrepancies=all_discrepancies(job.discrepancies, part.discrepancies),
        vanished=_all_vanished(job.vanished, part.vanished),
        expectations=(*job.expectations, *part.expectations),
    )


def judged_again(job: JobResult, landed: Sequence[RejectedRow]) -> JobResult:
    """The result of a job without what the run over all parts has said anew.

    Args:
        landed: rows that a part rejected and that land now: they had only waited for those of other parts.
    """
    return replace(
        job,
        counts=job.counts.plus(rejected=-len(landed), unchanged=len(landed)),
        held_back=job.held_back + len(landed),
        reject_codes=dict(Counter(job.reject_codes) - Counter(row.code for row in landed)),
        reasons=_summed(job.reasons, less=[row.reason for row in landed]),
        reject_groups=reject_groups.without(job.reject_groups, landed),
        vanished=job.vanished and replace(job.vanished, refused=()),
    )


def _all_vanished(one: VanishedRecords | None, more: VanishedRecords | None) -> VanishedRecords | None:
    """Records that parts found to be back; what vanished only the run over all of them knows."""
    if one is None or more is None:
        return one or more
    returned = [each.returned for each in (one, more) if each.returned is not None]
    return VanishedRecords(refused=(*one.refused, *more.refused), returned=sum(returned) if returned else None)


def _added(before: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Add up what the run that is resumed had done of some parts."""
    return {name: what if name == "run" else before.get(name, 0) + what for name, what in more.items()} or dict(before)


def _summed(reasons: Sequence[tuple[int, str]], less: Iterable[str] = ()) -> tuple[tuple[int, str], ...]:
    """The most frequent reasons, those of several parts added up."""
    sums: Counter[str] = Counter()
    for count, reason in reasons:
        sums[reason] += count
    return tuple([(count, reason) for reason, count in (sums - Counter(less)).most_common(SHOWN_REASONS)])
