"""Fixed width."""

from __future__ import annotations

import gzip
import pickle

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import Divisible, open_source
from odoo_etl.sources.files import table_files
from odoo_etl.spec import FixedSource
from tests.unit.sources.json_text.conftest import read, stored

COLUMNS = {"sku": 4, "name": 11, "qty": [17, 19]}


@pytest.fixture
def read_fixed(tmp_path):
    """A function that reads a file."""

    def reading(text, **keys):
        path = stored(tmp_path / "stock.txt", text)
        return read(FixedSource.model_validate({"type": "fixed", "path": path, "columns": COLUMNS, **keys}))

    return reading


def test_cells_stand_at_their_places(read_fixed):
    """By widths, one behind the other, or by the first and the last character; blanks at their end are none."""
    found = read_fixed("A001Chair       010\nA002  Désk é   x7  \r\n\n   \nA003                 \n")
    assert found.columns == ["sku", "name", "qty"]
    assert found.rows == [
        (1, {"sku": "A001", "name": "Chair", "qty": "010"}),
        (2, {"sku": "A002", "name": "  Désk é", "qty": "7"}),
        (5, {"sku": "A003"}),
    ]
    assert found.bad == []


def test_lines_that_are_no_rows(read_fixed):
    """Are told with their cells; blanks behind the columns are none."""
    found = read_fixed("A1\nA002Desk        007x\nA003Lamp        1\nA\0\nA004Sofa        002   \n")
    assert [number for number, _ in found.rows] == [3, 5]
    assert [(bad.line, bad.code, bad.cells) for bad in found.bad] == [
        (1, "ragged_line", ("A1", "", "")),
        (2, "ragged_line", ("A002", "Desk", "007", "x")),
        (4, "nul_character", ("A␀", "", "")),
    ]
    assert "too short: 2 characters, and the last column begins at 17" in found.bad[0].reason
    assert "too long: 20 characters where the columns have 19" in found.bad[1].reason


def test_short_lines_may_be_meant(read_fixed):
    """With `ragged: pad`, what they lack is empty."""
    found = read_fixed("A1\nA002Desk\nA003Lamp        007 x\n", ragged="pad")
    assert found.rows == [(1, {"sku": "A1"}), (2, {"sku": "A002", "name": "Desk"})]
    assert [bad.line for bad in found.bad] == [3]


def test_the_keys_of_other_text(read_fixed):
    """Lines above the rows, comments, null values, cells that stand for those above them."""
    text = "SKU NAME\n----\nA001n/a         010\n* no\n    Desk        007\n"
    found = read_fixed(text, skip=2, comment="*", null_values=["", "n/a"], fill_down=["sku"])
    assert found.rows == [(3, {"sku": "A001", "qty": "010"}), (5, {"sku": "A001", "name": "Desk", "qty": "007"})]


def test_encodings_and_gzip(read_fixed):
    """Places are counted in characters."""
    text = "Ä001Désk        007\n"
    whole = read_fixed(text)
    assert whole.rows == [(1, {"sku": "Ä001", "name": "Désk", "qty": "007"})]
    assert read_fixed(text.encode("cp1252"), encoding="cp1252") == whole
    assert read_fixed(gzip.compress(text.encode())) == whole
    with pytest.raises(SourceError, match="line 1: byte 0xc4"):
        read_fixed(text.encode("cp1252"))


@pytest.mark.parametrize("block", [1, 5, 19, 64])
def test_blocks_end_anywhere(read_fixed, monkeypatch, block):
    """In the middle of lines and of their ends; the end of a file of DOS is no line."""
    text = "A001Chair       010\r\nA002Désk        007\r\n\r\nA3\r\n\x1a"
    whole = read_fixed(text)
    assert [number for number, _ in whole.rows] == [1, 2]
    monkeypatch.setattr("odoo_etl.sources.files.text.BLOCK_BYTES", block)
    assert read_fixed(text) == whole


def test_an_endless_line(read_fixed, monkeypatch):
    """Is one that is too long."""
    monkeypatch.setattr("odoo_etl.sources.fixed_width.MAX_LINE_CHARS", 100)
    monkeypatch.setattr("odoo_etl.sources.files.text.BLOCK_BYTES", 30)
    found = read_fixed("A001Chair       010\n" + "x" * 1_000 + "\nA002Desk        007\n")
    assert [number for number, _ in found.rows] == [1, 3]
    assert [(bad.line, bad.code) for bad in found.bad] == [(2, "too_long")]


def test_ranges(tmp_path, monkeypatch):
    """Are stretches of the file with the lines of the whole."""
    monkeypatch.setattr(table_files, "LEAST_RANGE_BYTES", 100)
    monkeypatch.setattr("odoo_etl.sources.files.by_lines._AT_ONCE", 64)
    path = stored(tmp_path / "a.txt", "head\n" + "".join(f"{number:04}é         \n" for number in range(50)))
    source = open_source(FixedSource(type="fixed", path=path, columns={"n": 4, "v": 1}, skip=1))
    assert isinstance(source, Divisible)
    parts = [pickle.loads(pickle.dumps(part)) for part in source.ranges(4)]
    assert len(parts) == 4
    chunks = [chunk for part in parts for chunk in part.chunks(7)]
    assert [line for chunk in chunks for line in chunk.lines] == list(range(2, 52))
    assert [cell for chunk in chunks for cell in chunk.columns["n"]] == [f"{number:04}" for number in range(50)]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": 0}, "must be a width"),
        ({"a": [3, 2]}, "must be a width"),
        ({"a": [1, 2, 3]}, "must be a width"),
        ({"a": "x"}, "must be a width"),
        ({"a": True}, "must be a width"),
        ({"a": 5, "b": [4, 9]}, "the columns 'a' and 'b' share the character 4"),
        ({"b": [4, 9], "a": [1, 4]}, "share the character 4"),
        ({}, "at least 1"),
    ],
)
def test_places_that_cannot_be_meant(columns, message):
    """Are refused with the job."""
    with pytest.raises(ValueError, match=message):
        FixedSource(type="fixed", path="a.txt", columns=columns)
