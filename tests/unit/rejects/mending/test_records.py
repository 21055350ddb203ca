"""Records of a rejects file as our writer makes them, and what is none."""

from __future__ import annotations

import pytest

from odoo_etl.rejects.form import UTF8
from odoo_etl.rejects.mending import records
from odoo_etl.rejects.mending.records import NotPlain, Writing, blocks_of


@pytest.mark.parametrize(
    ("rows", "is_ours"),
    [
        (["a" * 20] * 9, True),
        (['"' + "a\r\n" * 3 + '"'] * 9, True),
        (["a" * 38] * 2, True),
        (["a" * 39] * 2, False),
        (["a" * 50], False),
        (['"' + "a\r\n" * 30], False),
        (['"' + "a\r\n" * 30 + '"'], False),
    ],
)
def test_a_record_that_never_ends_is_not_waited_for(tmp_path, monkeypatch, rows, is_ours):
    """Whoever uploads a quote that is never closed does not fill the memory of the page."""
    monkeypatch.setattr(records, "LONGEST", 40)
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(["name", *rows, ""]).encode())
    found = blocks_of(path, Writing(UTF8, ","))
    assert next(found).cells == [["name"]]
    if is_ours:
        assert sum(len(block.cells) for block in found) == len(rows)
    else:
        with pytest.raises(NotPlain):
            list(found)


@pytest.mark.parametrize(
    ("rows", "sizes"),
    [
        (["a"] * 7, [3, 3, 1]),
        (["a" * 20] * 5, [2, 2, 1]),
        (["a" * 90, "a", "a" * 90], [1, 2]),
        (["a" * 19, "a" * 17, "a"], [3]),
        ([], []),
    ],
)
def test_a_block_holds_neither_many_records_nor_much_text(tmp_path, monkeypatch, rows, sizes):
    """It is what memory holds at once: of long cells, it has few records."""
    monkeypatch.setattr(records, "MOST_ROWS", 3)
    monkeypatch.setattr(records, "MOST_CHARS", 40)
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(["name", *rows, ""]).encode())
    header, *blocks = blocks_of(path, Writing(UTF8, ","))
    assert header.cells == [["name"]]
    assert [len(block.cells) for block in blocks] == sizes
    assert [cell for block in blocks for (cell,) in block.cells] == rows
