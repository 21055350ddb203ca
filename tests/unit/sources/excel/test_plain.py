"""Sheets whose bytes tell what is lost in them: what spreadsheets write is plain, what hides something is not."""

from __future__ import annotations

import io

import pytest

from odoo_etl.sources.excel import plain
from odoo_etl.sources.excel.cells import Lost
from odoo_etl.sources.excel.plain import plain_errors
from odoo_etl.sources.excel.xlsx import parsed_errors

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<worksheet><dimension ref="A1"/><cols><col min="1"/></cols><sheetData>'
PLAIN = [
    '<row r="1" spans="1:3" x14ac:dyDescent="0.25"/>',
    '<row r="2" ht="15"><c r="A2"/><c r="B2" s="1"/><c r="C2" s="1" t="n"></c></row>',
    '<row r="3"><c r="A3" s="1" t="s"><v>0</v></c><c r="BL3" t="b"><v>1</v></c><c r="C3"><v>-1.5E+20</v></c></row>',
    '<row r="4"><c r="A4"><f aca="false">A1&lt;2</f><v>1</v></c><c r="B4"><f t="shared" si="0"/><v>1</v></c></row>',
    '<row r="5"><c r="A5" t="str"><f>""</f><v></v></c><c r="B5" t="str"><f>A1</f><v>a &amp; b</v></c></row>',
    '<row r="6"><c r="A6" t="inlineStr"><is><t xml:space="preserve"> a &amp;\n b</t></is></c></row>',
    '<row r="7"><c r="XZ99999"><v>1</v></c></row>',
    '<row r="8"><c r="A8" s="1" t="e"><v>#N/A</v></c><c r="C8" t="e" s="1"><f>1/0</f><v>#DIV/0!</v></c></row>',
    '<row r="9"><c r="A9" s="1"><f>A1</f><v></v></c><c r="C9"><f/></c></row>',
    '<row r="10"><c r="B10" s="1" t="str"><f>""</f><v></v></c></row>',
]
OTHERS = [
    '<c r="A1" t="e"><v></v></c>',
    '<c r="A1" t="e"><v>#N/A<!-- --></v></c>',
    "<c r='A1' t='e'><v>#N/A</v></c>",
    '<c r="A1"><f>A2</f><v> </v></c>',
    '<c r="A1"><v>1</v><f>A2</f></c>',
    '<c r="A1"><v><![CDATA[1]]></v></c>',
    '<c r="A1"><v>&#49;</v></c>',
    '<c r="A1" t="s"><v>1.5</v></c>',
    '<c r="A1" t="inlineStr"><v>1</v></c>',
    '<c r="A1" t="inlineStr"><is><t>a</t></is><v/></c>',
    "<c><v>1</v></c>",
    '<c r="A1000000"><v>1</v></c>',
    '<c r="YA1"><v>1</v></c>',
    '<x:c r="A1"><x:v>1</x:v></x:c>',
    "</row><!-- --><row>",
    "</row></sheetData-><row>",
]


def sheet(*rows, head=HEAD, tail="</sheetData></worksheet>"):
    """A way to open a sheet of such rows."""
    return lambda: io.BytesIO((head + "".join(rows) + tail).encode())


@pytest.mark.parametrize("block", [1 << 20, 400])
def test_what_spreadsheets_write(monkeypatch, block):
    """It is plain, and a parser finds the same in it; wherever its blocks end, if a row fits into one."""
    monkeypatch.setattr(plain, "BLOCK_BYTES", block)
    assert plain_errors(sheet(*PLAIN)) == {8: {0: "#N/A", 2: "#DIV/0!"}, 9: {0: Lost.UNSAVED, 2: Lost.UNSAVED}}
    for rows in (PLAIN, *([row] for row in PLAIN), PLAIN * 9):
        assert plain_errors(sheet(*rows)) == parsed_errors(sheet(*rows), "it")
    assert plain_errors(sheet(head="\ufeff" + HEAD)) == {}
    assert plain_errors(sheet(*PLAIN, f'<row r="1" x="{"a" * 2 * block}"/>')) is None


def test_formulas_that_were_not_calculated():
    """Of a workbook that says so, the number 0 is what a program writes for any; a truth value or a text is not."""
    formula = '<c r="%s"%s><f>A9</f><v>%s</v></c>'
    cells = [("A1", "", "0"), ("B1", ' s="1" t="n"', "0"), ("C1", ' t="b"', "0"), ("D1", "", "0.5"), ("E1", "", "10")]
    row = "".join(formula % cell for cell in [*cells, ("F1", ' t="str"', "0")])
    opened = sheet(f'<row r="1">{row}<c r="G1"><v>0</v></c><c r="H1"><f>A9</f></c></row>')
    found = {0: Lost.UNSAVED, 1: Lost.UNSAVED, 7: Lost.UNSAVED}
    for errors in (plain_errors(opened, is_uncalculated=True), parsed_errors(opened, "it", is_uncalculated=True)):
        assert errors == {1: found}
    assert plain_errors(opened) == parsed_errors(opened, "it") == {1: {7: Lost.UNSAVED}}


@pytest.mark.parametrize("cell", OTHERS)
def test_what_only_a_parser_can_tell(cell):
    """One cell of another kind is enough, wherever it is."""
    row = f'<row r="1">{cell}</row>'
    assert [plain_errors(sheet(*rows)) for rows in ([row], [row, *PLAIN], [*PLAIN * 99, row])] == [None] * 3


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("<worksheet><!-- <sheetData>", "</sheetData> --><sheetData/></worksheet>"),
        ("<worksheet><a b='<sheetData>", "</sheetData>'/><sheetData/></worksheet>"),
        ("<worksheet><a b='><sheetData>", "</sheetData>'/><sheetData/></worksheet>"),
        ("<worksheet><?a ><sheetData>", "</sheetData>?><sheetData/></worksheet>"),
        ("<!DOCTYPE a><worksheet><sheetData>", "</sheetData></worksheet>"),
        ("", "</sheetData><sheetData/>"),
        (HEAD, ""),
        (HEAD, "</row>"),
    ],
)
def test_rows_that_may_be_others(head, tail):
    """What stands before the rows cannot make something else of them."""
    assert plain_errors(sheet(*PLAIN, head=head, tail=tail)) is None


def test_a_sheet_reaches_not_too_far_if_it_is_plain():
    """All addresses of one sheet are within a rectangle that can be held in memory."""
    far = ['<row r="1"><c r="XZ1"><v>1</v></c></row>', '<row r="100000"><c r="A100000"><v>1</v></c></row>']
    assert [plain_errors(sheet(*rows)) for rows in (far[:1], far[1:], far)] == [{}, {}, None]
