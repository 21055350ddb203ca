"""The samples are what their script makes, and as nasty as they claim to be."""

from __future__ import annotations

import runpy
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from odoo_etl.sources import open_source
from odoo_etl.spec.sources import CsvSource

SAMPLES = Path(__file__).parents[4] / "samples"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with freshly made samples."""
    folder = tmp_path_factory.mktemp("samples")
    runpy.run_path(str(SAMPLES / "make_samples.py"))["main"](folder)
    return folder


@pytest.mark.parametrize("name", ["partners.csv", "partner_tags.csv"])
def test_files_are_what_the_script_makes(made, name):
    """The script is seeded: it makes the committed files, byte by byte."""
    assert (made / name).read_bytes() == (SAMPLES / name).read_bytes()


def dumped(folder):
    """The tables of the shop, as statements."""
    with closing(sqlite3.connect(folder / "shop.db")) as connection:
        return list(connection.iterdump())


def test_the_shop_is_what_the_script_makes(made):
    """The same holds for the tables of the database (its header depends on the SQLite version)."""
    fresh, kept = map(dumped, (made, SAMPLES))
    assert fresh == kept
    assert sum('INTO "products"' in line for line in kept) == 600


def test_partners_are_nasty():
    """The partners hold what breaks naive readers: ragged lines, NA, leading zeros, line breaks, a repeated key."""
    chunks = list(open_source(CsvSource(type="csv", path=str(SAMPLES / "partners.csv"))).chunks(5000))
    (chunk,) = chunks
    assert len(chunk.lines) == 2398
    assert [bad.reason.split(":")[0] for bad in chunk.bad] == ["too few cells", "too many cells"]
    numbers = [number for number in chunk.columns["customer_no"] if number]
    assert len(numbers) - len(set(numbers)) == 1
    assert {"NA", "null"} < set(chunk.columns["name"])
    assert {"NA", "DE", "XX"} < set(chunk.columns["country"])
    assert any("\n" in note for note in chunk.columns["note"] if note)
    assert chunk.lines[-1] > 2401
