"""The places where delivered files lie, each opened once, with the login that its job has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from odoo_etl.errors import SourceError
from odoo_etl.sources.files import Here, Place, elsewhere
from odoo_etl.spec import FileKeys, Job, is_found, store_and_path

if TYPE_CHECKING:
    from odoo_etl.state import Delivery


class Places:
    """The places of files: this machine, and stores, which stay open until the end.

    Args:
        jobs: whose sources say how to log in to stores; the ledger does not.
    """

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        self._jobs, self._here = jobs, Here()
        self._opened, self._stores = ExitStack(), dict[int, Place | SourceError]()

    def __enter__(self) -> Self:
        """Open nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the stores."""
        self._opened.close()

    def of(self, one: Delivery) -> Place:
        """The place of a file. Raises SourceError: its store cannot be reached, or no job says how."""
        if not is_elsewhere(one.path):
            return self._here
        spec = self._source(one)
        if id(spec) not in self._stores:
            self._stores[id(spec)] = self._store(spec)
        store = self._stores[id(spec)]
        if isinstance(store, SourceError):
            raise store
        return store

    def _store(self, spec: FileKeys) -> Place | SourceError:
        try:
            return self._opened.enter_context(elsewhere(spec))
        except SourceError as error:  # it is not asked again for each file
            return error

    def _source(self, one: Delivery) -> FileKeys:
        job = self._jobs.get(one.job)
        sources = [spec for spec in file_sources(job) if _is_of_store(spec, one.path)] if job else []
        if not sources:
            raise SourceError(f"job {one.job} has no source there (any more), which would say how to log in")
        return next((spec for spec in sources if is_found(spec.path, one.path)), sources[0])


def file_sources(job: Job) -> Iterator[FileKeys]:
    """The sources of a job that are files, joined ones among them."""
    return (one for one in job.spec.every_source if isinstance(one, FileKeys))


def is_elsewhere(path: str) -> bool:
    """Whether a file lies in a store."""
    return "://" in path


def _is_of_store(spec: FileKeys, path: str) -> bool:
    return not spec.is_here and not spec.is_stdin and store_and_path(spec.path)[0] == store_and_path(path)[0]
