"""Files that lie elsewhere than on this machine: over each protocol, in an archive."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import fsspec

from odoo_etl.spec.sources import CsvSource
from tests import s3, sftp, web

PLACES = ("web", "sftp", "s3", "memory", "zip")
Moved = Callable[[CsvSource], CsvSource]


@contextmanager
def moving(place: str) -> Iterator[Moved]:
    """A function that puts a file there, and describes it as the same source."""
    with ExitStack() as stack:
        yield _MOVES[place](stack)


def _at(spec: CsvSource, path: str, **options: object) -> CsvSource:
    return spec.model_copy(update={"path": path, "storage_options": options})


def _web(stack: ExitStack) -> Moved:
    server = stack.enter_context(web.serving())

    def move(spec: CsvSource) -> CsvSource:
        server.page("/rows.csv", Path(spec.path).read_bytes())
        return _at(spec, server.url("/rows.csv"))

    return move


def _sftp(stack: ExitStack) -> Moved:
    def move(spec: CsvSource) -> CsvSource:
        server = stack.enter_context(sftp.serving(Path(spec.path).parent))
        return _at(spec, server.url("/*.csv"), **server.options)

    return move


def _s3(stack: ExitStack) -> Moved:
    store = stack.enter_context(s3.serving())

    def move(spec: CsvSource) -> CsvSource:
        store.put("in/rows.csv", Path(spec.path).read_bytes())
        return _at(spec, store.url("in/*.csv"), **store.options)

    return move


def _memory(_: ExitStack) -> Moved:
    def move(spec: CsvSource) -> CsvSource:
        fsspec.filesystem("memory").pipe_file("/rows.csv", Path(spec.path).read_bytes())
        return _at(spec, "memory://rows.csv")

    return move


def _zip(_: ExitStack) -> Moved:
    def move(spec: CsvSource) -> CsvSource:
        path = Path(spec.path).with_suffix(".zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(spec.path, "in/rows.csv")
        return _at(spec, str(path))

    return move


_MOVES: dict[str, Callable[[ExitStack], Moved]] = {
    "web": _web,
    "sftp": _sftp,
    "s3": _s3,
    "memory": _memory,
    "zip": _zip,
}
