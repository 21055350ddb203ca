"""One job from its source to Odoo: the whole way of the data on one screen.

    rows ─► records ─► lookups ⇒ ids ─► existing ⇒ plan ⇒ outcomes ─► counts, rejects and journal
            Gathered   Lookups          Finder            Writer      Tally, Books
            staging/   existing/        existing/         writing/    counts, session/
                       └──────────────── batch ──────────────┘

⇒ marks what talks to Odoo. A plan takes the same way and only notes what would be written (`effect`). A run takes all
rows of the job, some of them, or one part (`extent`). What the steps do in detail is in `steps`.
"""

from __future__ import annotations

from odoo_etl.observers import JobObserver
from odoo_etl.results import JobResult
from odoo_etl.so_far import JobSoFar
from odoo_etl.spec import JobSpec
from odoo_etl.sync.ending import ending_recorded, faults_placed, rejects_recorded, skipped_recorded
from odoo_etl.sync.lanes import run_lanes
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.request import JobRequest
from odoo_etl.sync.steps import Steps


def run_job(spec: JobSpec, client: Odoo, observer: JobObserver, so_far: JobSoFar, request: JobRequest) -> JobResult:
    """Run a job, a part of one, or only plan it. Every way out, errors included, stands in the result.

    Args:
        so_far: the result while it goes on, which is all there is of it when a signal ends the run.
    """
    with (
        ending_recorded(client, observer, so_far),
        rejects_recorded(request.rejects, so_far),
        skipped_recorded(request.skipped, so_far),
        faults_placed(request.problem),
    ):
        _run(Steps(spec, client, observer, so_far, request), spec.load.concurrency)
    return so_far.result


def _run(steps: Steps, lanes: int) -> None:
    steps.prepare()  # SQL, HTTP requests, commands, before anything else
    source = steps.opened()  # what is not there is found before anything is asked of Odoo
    source = steps.meet_server(source)  # fields and rights
    with steps.books(), steps.gathered(source) as gathered:  # locks, calls of runs that died; the source, read once
        steps.check(gathered)  # limits and expectations: the last step before the first write
        steps.supply(gathered)  # records that lookups lack and are to create
        steps.begin(gathered)
        run_lanes(gathered.batches(), steps.batch, lanes)  # each: lookups, existing, plan, write, read back
        steps.end_rounds(gathered)  # what was refused, or waited for other rows
        steps.carry_on(gathered)  # steps on the records: methods, values
        steps.look_again(gathered)  # what Odoo may have changed since
        steps.end_writing(gathered)  # what vanished
        steps.expect(gathered)  # of Odoo, now that all is written
        steps.tell_success(gathered)  # row to id, where somebody asks for it
        steps.end(gathered)  # the watermark
        steps.follow()  # SQL, HTTP requests, commands, after all that
        steps.hand_over(gathered)  # to the run, where later jobs may change the records
