"""The ends of a job in its result: of which server, and how its work ended."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from odoo_etl.errors import OdooEtlError, SourceError
from odoo_etl.observers import JobObserver
from odoo_etl.results import Destination, RejectSink
from odoo_etl.so_far import JobSoFar
from odoo_etl.sync.misfits import ProblemAt
from odoo_etl.sync.ports import Odoo


@contextmanager
def ending_recorded(client: Odoo, observer: JobObserver, so_far: JobSoFar) -> Iterator[None]:
    """Tell how the work on a job that has begun ends; errors end here, what is none goes up and has interrupted it."""
    started = time.monotonic()
    before = Counter(client.calls)
    try:
        yield
        so_far.succeed()
    except OdooEtlError as error:
        so_far.fail(error)
    finally:
        counts = so_far.result.counts
        failed = max(0, counts.read - counts.accounted)
        so_far.know(
            counts=replace(counts, failed=failed, not_attempted=min(failed, counts.not_attempted)),
            calls=dict(sorted((client.calls - before).items())),
            elapsed_s=round(time.monotonic() - started, 3),
        )
        observer.job_finished(so_far.result)


@contextmanager
def faults_placed(problem: ProblemAt) -> Iterator[None]:
    """Say of an error of the source where the job's file has the key at fault, as far as that is known."""
    try:
        yield
    except SourceError as error:
        raise SourceError(str(problem(error.at, str(error), "")) if error.at else str(error), error.at) from error


@contextmanager
def rejects_recorded(rejects: RejectSink, so_far: JobSoFar) -> Iterator[None]:
    """Tell where the rejected rows are, once no further ones come."""
    try:
        yield
    finally:
        so_far.know(rejects_file=rejects.end(so_far.result.job))


@contextmanager
def skipped_recorded(skipped: RejectSink, so_far: JobSoFar) -> Iterator[None]:
    """Tell where the first of the skipped rows are, once no further ones come."""
    try:
        yield
    finally:
        so_far.know(skipped_file=skipped.end(so_far.result.job))


def server_recorded(client: Odoo, so_far: JobSoFar, destination: Callable[[], Destination] | None) -> None:
    """Tell what answers there, before anything is asked of its data."""
    so_far.know(protocol=client.protocol, server=client.version().text)
    so_far.know(destination=destination() if destination else None)
