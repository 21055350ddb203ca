"""Where the parts of a job run: in processes of this machine, or on a Dask cluster. Threads need no executor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from odoo_etl.errors import UsageError
from odoo_etl.executors.scheduler import check_scheduler, is_here
from odoo_etl.partitions import Executor
from odoo_etl.spec import ExecutorSpec

__all__ = ["EXECUTORS", "open_executor"]


def _processes(spec: ExecutorSpec) -> AbstractContextManager[Executor]:
    from odoo_etl.executors.processes import processes  # noqa: PLC0415 - only where it is used

    return processes(spec.workers)


def _dask(spec: ExecutorSpec) -> AbstractContextManager[Executor]:
    from odoo_etl.executors.dask import cluster  # noqa: PLC0415 - an extra

    return cluster(spec.workers, spec.scheduler)


EXECUTORS: dict[str, Callable[[ExecutorSpec], AbstractContextManager[Executor]]] = {
    "processes": _processes,
    "dask": _dask,
}


@contextmanager
def open_executor(spec: ExecutorSpec, state_url: str) -> Iterator[Executor | None]:
    """The executor that is asked for; None for threads in this process.

    Raises:
        UsageError: workers on other machines could not see the state, or would be spoken to unencrypted.
    """
    if spec.type == "threads":
        yield None
        return
    if spec.type == "dask" and spec.scheduler:
        check_scheduler(spec.scheduler, insecure=spec.insecure)
    if spec.scheduler and state_url.startswith("sqlite") and not is_here(spec.scheduler):
        raise UsageError(
            f"the workers of {spec.scheduler} cannot see the file of {state_url}: name a PostgreSQL database in state:"
            " of project.yaml"
        )
    with EXECUTORS[spec.type](spec) as executor:
        yield executor
