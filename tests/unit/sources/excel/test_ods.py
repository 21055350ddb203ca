"""Sheets of ods, in every way that XML can be written: no cell in which something stands becomes an empty one."""

from __future__ import annotations

import re
import zipfile

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.sources.excel import cells
from odoo_etl.sources.excel.cells import Lost
from odoo_etl.sources.excel.ods import ods_errors
from odoo_etl.spec.sources import ExcelSource
from odoo_etl.text import OutOfRange

ROOT = "office:document-content"
SPACES = " ".join(f'xmlns:{one}="urn:{one}"' for one in ("office", "table", "text", "x"))
HEAD = f'<?xml version="1.0"?><{ROOT} {SPACES}>'
ROW, CELL = "table:table-row", "table:table-cell"
VALUE = f'<{CELL} office:value-type="float" office:value="7"/>'
ERROR = (
    f'<{CELL} table:formula="of:=NA()" office:value-type="string" office:string-value="" x:value-type="error">'
    f"<text:p>#N/A</text:p></{CELL}>"
)
TWICE = ERROR.replace("table:formula", 'table:number-columns-repeated="2" table:formula')
UNSAVED = f'<{CELL} table:formula="of:=A1*2"/>'
SHEET = (
    f"<{ROW}>{VALUE}{ERROR}</{ROW}>"
    f'<{ROW} table:number-rows-repeated="2"><{CELL} table:number-columns-repeated="2"/>{ERROR}</{ROW}>'
    f'<{ROW} table:number-rows-repeated="3"/>'
    f"<{ROW}>{TWICE}{UNSAVED}{VALUE}</{ROW}>"
    f"<{ROW}><{CELL}/>{UNSAVED}</{ROW}>"
)
NA = "#N/A is an error of the sheet, in its cell T!%s"
LATER = "#%s, in the cell T!%s: save the workbook in a spreadsheet"
NO_VALUE = LATER % ("UNSAVED is a formula without the value it gives", "%s")
UNREAD = LATER % ("UNREAD is a value that is written in a way that cannot be read", "%s")
ROWS = {
    1: (7, NA % "B1", None, None),
    2: (None, None, NA % "C2", None),
    3: (None, None, NA % "C3", None),
    7: (NA % "A7", NA % "B7", NO_VALUE % "C7", 7),
    8: (None, NO_VALUE % "B8", None, None),
}


def content(rows, before=""):
    """The XML of two sheets, of which the second has the rows."""
    first = f'<table:table table:name="S"><{ROW}>{ERROR}</{ROW}></table:table>'
    return f'{HEAD}{first}{before}<table:table table:name="T">{rows}</table:table></{ROOT}>'


def rows_of(folder, xml, header="abcd"):
    """The rows of the second sheet, by their numbers; what is wrong with a cell, for its value."""
    path = folder / "book.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", xml)
    chunks = list(open_source(ExcelSource(type="excel", path=str(path), sheet="T", header=list(header))).chunks(100))
    return {
        line: tuple(f"{cell.text} {cell.why}" if type(cell) is OutOfRange else cell for cell in cells)
        for chunk in chunks
        for line, *cells in zip(chunk.lines, *chunk.columns.values(), strict=True)
    }


def in_groups(xml):
    """Put the first row of each sheet among those that are repeated on each page, the others into a group."""
    head, rows = "table:table-header-rows", "table:table-row-group"
    grouped = re.sub(rf'(<table:table table:name="T">)(<{ROW}>.*?</{ROW}>)', rf"\1<{head}>\2</{head}><{rows}>", xml)
    return grouped.replace(f"</table:table></{ROOT}>", f"</{rows}></table:table></{ROOT}>")


WAYS = {
    "as it is": lambda xml: xml,
    "single quotes": lambda xml: xml.replace('"', "'"),
    "blanks in tags": lambda xml: xml.replace('" ', '"\n\t').replace("/>", " />").replace('">', '"\r\n>'),
    "blanks round =": lambda xml: re.sub(r"(:[\w-]+)=", r"\1 = ", xml),
    "blanks round texts": lambda xml: xml.replace("<text:p>", "\n<text:p>\n").replace("</text:p>", "\n</text:p>\n"),
    "spans": lambda xml: xml.replace("<text:p>", "<text:p><text:span>").replace("</text:p>", "</text:span></text:p>"),
    "comments": lambda xml: xml.replace("<text:p>#", "<!-- <text:p>1</text:p> --><text:p>#<!-- -->"),
    "comments that look like tables": lambda xml: xml.replace("<table:table ", "<!-- </table:table> --><table:table "),
    "CDATA": lambda xml: xml.replace("#N/A", "<![CDATA[#N/A]]>"),
    "references": lambda xml: xml.replace("#N/A", "&#35;N/A"),
    "> in attributes": lambda xml: xml.replace("of:=", "of:=1>"),
    "no prefix": lambda xml: xml.replace("x:value-type", "value-type"),
    "another prefix": lambda xml: xml.replace("x:value-type", "calcext:value-type").replace("xmlns:x", "xmlns:calcext"),
    "notes": lambda xml: xml.replace(
        "<text:p>", "<office:annotation><text:p>by <text:s/>me</text:p></office:annotation><text:p>"
    ),
    "groups": in_groups,
    "covered cells": lambda xml: re.sub("(<|</)table:table-cell", r"\1table:covered-table-cell", xml),
    "as OpenOffice does": lambda xml: xml.replace(
        'string" office:string-value="" x:value-type="error"', 'float" office:value="0"'
    ),
    "formulas with a type": lambda xml: xml.replace('A1*2"', 'A1*2" office:value-type="float"'),
    "formulas with a text": lambda xml: xml.replace(UNSAVED, UNSAVED[:-2] + f"><text:p>5</text:p></{CELL}>"),
    "tables without a name": lambda xml: xml.replace("</table:table>", "</table:table><table:table></table:table>", 1),
}


@pytest.mark.parametrize("way", WAYS)
def test_however_a_sheet_is_written(tmp_path, way):
    """Errors, and formulas that were saved without their values, are found in their cells, and no others."""
    assert rows_of(tmp_path, WAYS[way](content(SHEET))) == ROWS


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<C><text:p>five</text:p></C>", UNREAD % "A1"),
        ('<C office:value-type="string"><text:p><![CDATA[five]]></text:p></C>', UNREAD % "A1"),
        ('<C office:value-type="string"><text:p>a &amp;<text:span> b</text:span></text:p></C>', "a & b"),
        ('<C office:value-type="string" office:string-value="a"><text:p><![CDATA[b]]></text:p></C>', "a"),
        ('<C office:value-type="string" table:formula="of:=A2"><text:p>#N/A</text:p></C>', "#N/A"),
        ('<C office:value-type="string" table:formula="of:=A2"/>', None),
        ('<C office:value-type="float" office:value="5" table:formula="of:=A2"><text:p>#5</text:p></C>', 5),
        ("<C><office:annotation><text:p>a note</text:p></office:annotation></C>", None),
        ("<C><draw:frame xmlns:draw='d'><text:p>a drawing</text:p></draw:frame></C>", None),
        ('<C x:value-type="error" office:value-type="string"/>', "#ERROR is an error of the sheet, in its cell T!A1"),
    ],
)
def test_values_that_the_library_leaves_out(tmp_path, cell, value):
    """They are no empty cells, either; those that it reads are read."""
    cells = cell.replace("<C", f"<{CELL}").replace("</C", f"</{CELL}")
    assert rows_of(tmp_path, content(f"<{ROW}>{cells}{VALUE}</{ROW}>"), "ab") == {1: (value, 7)}


def test_many_cells():
    """Repeated cells end where a sheet ends for the library, and take no room for each row."""
    cell = f'<{CELL} table:formula="1" table:number-columns-repeated="99999"/>'
    row = f'<{ROW} table:number-rows-repeated="2000000">{cell}</{ROW}>'
    found = ods_errors(content(row).encode(), 1)
    assert (len(found), set(found[1 << 20].values()), max(found[1])) == (1 << 20, {Lost.UNSAVED}, (1 << 14) - 1)
    assert ods_errors(content(row).encode(), 2) == {}


def test_sheets_that_are_refused(monkeypatch, tmp_path):
    """What is too large, or would be read in part."""
    inside = "<table:shapes><table:table table:name='U'></table:table></table:shapes>"
    with pytest.raises(SourceError, match="a table stands in another"):
        rows_of(tmp_path, content(f"<{ROW}>{VALUE}</{ROW}>{inside}"))
    monkeypatch.setattr(cells, "MOST_CELLS", 35)
    assert rows_of(tmp_path, content(SHEET).replace(f"{UNSAVED}{VALUE}", UNSAVED))[1] == ROWS[1]
    with pytest.raises(SourceError, match="the sheet 'T' reaches to D9, over 35 cells"):
        rows_of(tmp_path, content(SHEET + f"<{ROW}>{UNSAVED * 4}</{ROW}>"))
