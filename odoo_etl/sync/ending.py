"""The ends of a job in its result: of which server, and how its work ended."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from odoo_etl.errors import OdooEtlError
from odoo_etl.results import Destination, JobObserver, JobResult, RejectSink
from odoo_etl.sync.ports import Odoo


@contextmanager
def ending_recorded(client: Odoo, observer: JobObserver, result: JobResult) -> Iterator[None]:
    """Tell in `result` how the work on a job ends; errors end here, what is none goes up."""
    started = time.monotonic()
    before = Counter(client.calls)
    try:
        yield
    except OdooEtlError as error:
        result.status, result.error, result.exit_code = "failed", str(error), error.exit_code
    except BaseException:
        result.status, result.error = "failed", "interrupted"
        raise
    finally:
        result.counts.failed = max(0, result.counts.read - result.counts.accounted)
        result.calls = dict(sorted((client.calls - before).items()))
        result.elapsed_s = round(time.monotonic() - started, 3)
        observer.job_finished(result)


@contextmanager
def rejects_recorded(rejects: RejectSink, result: JobResult) -> Iterator[None]:
    """Tell in `result` where the rejected rows are, once no further ones come."""
    try:
        yield
    finally:
        result.rejects_file = rejects.end(result.job)


@contextmanager
def skipped_recorded(skipped: RejectSink, result: JobResult) -> Iterator[None]:
    """Tell in `result` where the first of the skipped rows are, once no further ones come."""
    try:
        yield
    finally:
        result.skipped_file = skipped.end(result.job)


def server_recorded(client: Odoo, result: JobResult, destination: Callable[[], Destination] | None) -> None:
    """Tell in `result` what answers there, before anything is asked of its data."""
    result.protocol, result.server = client.protocol, client.version().text
    result.destination = destination() if destination else None
