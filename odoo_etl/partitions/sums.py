"""The result of a divided job, from those of its parts and of the run over all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from odoo_etl.results import JobResult, RejectedRow, RejectSink, VanishedRecords
from odoo_etl.sync.counts import SHOWN_REASONS
from odoo_etl.sync.line_counts import added
from odoo_etl.sync.read_back import all_discrepancies


@contextmanager
def rejects_of_all(rejects: RejectSink, results: Sequence[JobResult]) -> Iterator[None]:
    """Tell in the last result, and in those that are added, where their rejected rows are when no more come."""
    first = len(results) - 1
    try:
        yield
    finally:
        path = rejects.end(results[first].job)
        for result in (one for one in results[first:] if one.job == results[first].job):
            result.rejects_file = path if result.counts.rejected else ""


def add_part(job: JobResult, part: JobResult) -> None:
    """Add what became of a part to what became of the job."""
    for kind, count in asdict(part.counts).items():
        if kind not in {"read", "filtered", "failed"}:
            setattr(job.counts, kind, getattr(job.counts, kind) + count)
    job.lines = added([job.lines, part.lines])
    for code, count in part.reject_codes.items():
        job.reject_codes[code] = job.reject_codes.get(code, 0) + count
    job.reasons = _summed([*job.reasons, *part.reasons])
    job.duplicates += part.duplicates
    job.held_back += part.held_back
    job.settled += part.settled
    job.wrote = job.wrote or part.wrote
    job.before = _added(job.before, part.before)
    job.notes += part.notes
    job.discrepancies = all_discrepancies(job.discrepancies, part.discrepancies)
    job.vanished = _all_vanished(job.vanished, part.vanished)


def judged_again(job: JobResult, landed: Sequence[RejectedRow]) -> None:
    """Take back what the run over all parts has said anew.

    Args:
        landed: rows that a part rejected and that land now: they had only waited for those of other parts.
    """
    job.counts.rejected -= len(landed)
    job.counts.unchanged += len(landed)
    job.held_back += len(landed)
    job.reject_codes = dict(Counter(job.reject_codes) - Counter(row.code for row in landed))
    job.reasons = _summed(job.reasons, less=[row.reason for row in landed])
    if job.vanished is not None:
        job.vanished = replace(job.vanished, refused=())


def _all_vanished(one: VanishedRecords | None, more: VanishedRecords | None) -> VanishedRecords | None:
    """Records that parts found to be back; what vanished only the run over all of them knows."""
    if one is None or more is None:
        return one or more
    returned = [each.returned for each in (one, more) if each.returned is not None]
    return VanishedRecords(refused=(*one.refused, *more.refused), returned=sum(returned) if returned else None)


def _added(before: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Add up what the run that is resumed had done of some parts."""
    return {name: what if name == "run" else before.get(name, 0) + what for name, what in more.items()} or dict(before)


def _summed(reasons: Sequence[tuple[int, str]], less: Iterable[str] = ()) -> list[tuple[int, str]]:
    """The most frequent reasons, those of several parts added up."""
    sums: Counter[str] = Counter()
    for count, reason in reasons:
        sums[reason] += count
    return [(count, reason) for reason, count in (sums - Counter(less)).most_common(SHOWN_REASONS)]
