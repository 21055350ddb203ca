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
