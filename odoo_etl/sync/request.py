"""The terms on which a run does a job, besides what the job says."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from odoo_etl.results import Counts, JobResult, KeepSuccess, RejectSink
from odoo_etl.sources import Source
from odoo_etl.spec import JobSpec
from odoo_etl.sync.dry_run import Planned
from odoo_etl.sync.extent import AllRows, Extent
from odoo_etl.sync.mirror import Mirror, MirrorOfDomain
from odoo_etl.sync.misfits import ProblemAt, without_file
from odoo_etl.sync.read_back import Ties
from odoo_etl.sync.reported_rows import NoSink
from odoo_etl.sync.session import Booking, RejectedLines
from odoo_etl.sync.staging import Gathered
from odoo_etl.sync.witness import UNWITNESSED, Witness
from odoo_etl.sync.writing import Settler


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The other jobs of a run, as far as one of them must know them.

    Attributes:
        models: that they write.
        are_kin: one of them writes the same fields of the same model, or records related to this job's.
        keep: takes the job's rows, to be closed, and its ties to other jobs.
    """

    models: frozenset[str]
    are_kin: bool
    keep: Callable[[Gathered, RejectedLines, Ties], object]


@dataclass(frozen=True, slots=True)
class Made:
    """The outcome of a job that creates what lookups of another one do not find.

    Attributes:
        reasons: why a record was not created, by the line of its row.
    """

    result: JobResult
    reasons: Mapping[int, str]


CreatesMissing = Callable[[JobSpec, Source], Made]


@dataclass(frozen=True, slots=True)
class JobRequest:
    """The terms on which a run does a job, besides what the job says.

    Attributes:
        planned: given, the job is only planned.
        booking: where the run keeps its books, which a plan only looks into.
        rows: which rows of the job the run takes.
        settler: waits for open outcomes.
        now: seconds since 1970.
        problem: says where in the job's file a key stands.
        once: what is written now is not fought over: what undoes it again before a later run is reported, not written.
        neighbours: the other jobs of the run, where there are any that matter.
        rejects: keeps the rejected rows.
        skipped: keeps the first of the skipped rows.
        create_missing: runs the jobs that create what lookups of this one do not find.
        before: carries out the job's steps that come before its work.
        ended: carries out those that come after it, given the counts.
        listed: tells whoever plans of both.
        witness: hears of each planned write before it is carried out.
        keep_success: keeps the rows that landed; None where nobody asks for them.
    """

    planned: Planned | None = None
    booking: Booking | None = None
    rows: Extent = field(default_factory=AllRows)
    settler: Settler = field(default_factory=Settler)
    now: Callable[[], float] = time.time
    problem: ProblemAt = without_file
    once: bool = False
    neighbours: Neighbours | None = None
    create_missing: CreatesMissing | None = None
    before: Callable[[], object] = lambda: None
    ended: Callable[[Counts], object] = lambda _: None
    listed: tuple[str, ...] = ()
    witness: Witness = UNWITNESSED
    keep_success: KeepSuccess | None = None
    rejects: RejectSink = field(kw_only=True)
    skipped: RejectSink = field(default_factory=NoSink)

    @property
    def compares(self) -> bool:
        """Whether the run only tells how Odoo differs from the source, as it is now."""
        return self.planned is not None and self.planned.compares

    @property
    def mirror(self) -> type[Mirror]:
        """The mirror that finds what the source lacks."""
        return MirrorOfDomain if self.compares else Mirror
