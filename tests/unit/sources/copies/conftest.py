"""Servers and stores on this machine, and what reads them."""

from __future__ import annotations

import fsspec
import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.spec.sources import CsvSource
from tests import s3, sftp
from tests.web import serving


@pytest.fixture
def web():
    """A web server."""
    with serving() as server:
        yield server


@pytest.fixture
def server(tmp_path):
    """An SFTP server."""
    folder = tmp_path / "served"
    folder.mkdir()
    with sftp.serving(folder) as running:
        yield running


@pytest.fixture(scope="module")
def store():
    """A store as S3."""
    with s3.serving() as running:
        yield running


@pytest.fixture
def memory():
    """The file system in memory, empty."""
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    yield files
    files.store.clear()


@pytest.fixture
def csv(tmp_path):
    """A function that describes a CSV file which keeps copies in the folder of the test."""

    def spec(path, **keys):
        found = CsvSource(type="csv", path=path, delimiter=";", **keys)
        found.keep_copies(tmp_path / "state" / "downloads")
        return found

    return spec


def rows_of(spec):
    """Its rows by file, each a tuple of cells."""
    found = {}
    for chunk in open_source(spec).chunks(100):
        found.setdefault(chunk.file, []).extend(zip(*chunk.columns.values(), strict=True))
    return found


def refusal(spec):
    """The reason why it cannot be read."""
    with pytest.raises(SourceError) as caught:
        rows_of(spec)
    return str(caught.value)
