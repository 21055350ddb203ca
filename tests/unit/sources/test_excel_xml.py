"""The XML of sheets, whatever prefix its elements have."""

from __future__ import annotations

import io

import pytest

from odoo_etl.sources import excel_xml
from odoo_etl.sources.excel_xml import pieces_of, xlsx_errors


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_a_sheet_is_read_row_by_row(monkeypatch, prefix):
    """No piece ends within a row, and an error is found in its cell."""
    monkeypatch.setattr(excel_xml, "_BLOCK_BYTES", 64)
    cell = f'<{prefix}c r="A%d" t="e"><{prefix}v>#N/A</{prefix}v></{prefix}c>'
    rows = [f'<{prefix}row r="{number}">{cell % number}</{prefix}row>' for number in range(1, 6)]
    xml = f"<{prefix}sheetData>{''.join(rows)}<{prefix}rowBreaks/></{prefix}sheetData>".encode()
    pieces = list(pieces_of(io.BytesIO(xml)))
    assert b"".join(pieces) == xml
    assert len(pieces) > 3
    assert {piece.count(b"</") % 3 for piece in pieces[:-1]} == {0}
    assert xlsx_errors(pieces, "it") == {number: {0: "#N/A"} for number in range(1, 6)}


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize(
    ("cell", "unsaved"),
    [
        ('<c r="B2"><f>A1*2</f><v></v></c>', True),
        ('<c r="B2" s="1"><f>A1*2</f><v/></c>', True),
        ('<c r="B2"><f>A1*2</f><v /></c>', True),
        ('<c r="B2"><f t="shared" si="0"/></c>', True),
        ('<c r="B2"><f t="shared" ref="B2:B3" si="0">A1&lt;2</f></c>', True),
        ('<c r="B2"><f>A1*2</f><v>4</v></c>', False),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', False),
        ('<c r="B2"><v></v></c>', False),
        ('<c r="B2"><f/><v>7</v></c><c r="C2"/>', False),
    ],
)
def test_formulas_that_were_saved_without_their_values(prefix, cell, unsaved):
    """Programs that calculate nothing write them; they are no empty cells."""
    xml = f'<row r="2"><c r="A2"><f>1</f><v>1</v></c>{cell}</row>'
    piece = xml.replace("</", "\0").replace("<", f"<{prefix}").replace("\0", f"</{prefix}").encode()
    assert xlsx_errors([piece], "it") == ({2: {1: "#UNSAVED"}} if unsaved else {})


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_the_last_row_that_holds_something_counts(monkeypatch, prefix):
    """Rows that only have a height do not."""
    monkeypatch.setattr(excel_xml, "MOST_CELLS", 26 * 100)
    full = f'<{prefix}row r="100"><{prefix}c r="A100"><{prefix}v>1</{prefix}v></{prefix}c></{prefix}row>'
    xlsx_errors([f'{full}<{prefix}row r="5000" ht="15"/>'.encode()], "it")
    with pytest.raises(excel_xml.SourceError):
        xlsx_errors([full.replace("100", "101").encode()], "it")
