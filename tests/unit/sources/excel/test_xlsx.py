"""Sheets of xlsx, in every way that XML can be written: no cell in which something stands becomes an empty one."""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import suppress
from itertools import product
from xml.etree import ElementTree as ET

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.sources.excel import cells, plain, xlsx
from odoo_etl.sources.excel.cells import Lost
from odoo_etl.sources.excel.xlsx import parsed_errors, xlsx_errors
from odoo_etl.spec.sources import ExcelSource
from odoo_etl.text import OutOfRange

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": f'<R><Relationship Type="{TYPES}/officeDocument" Target="xl/workbook.xml"/></R>',
    "xl/workbook.xml": '<workbook><sheet name="S" r:id="r"/></workbook>',
    "xl/_rels/workbook.xml.rels": f'<R><Relationship Id="r" Type="{TYPES}/worksheet" Target="s.xml"/></R>',
    "xl/sharedStrings.xml": "<sst><si><t>first</t></si><si><t>second</t></si></sst>",
}
PARTS = {name: text.replace("R>", "Relationships>") for name, text in PARTS.items()}
HEAD = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}" xmlns:p="{MAIN}"><sheetData>'
TAIL = '</sheetData><extLst><ext><f>A1</f><c r="A1" t="e"><v>#REF!</v></c></ext></extLst></worksheet>'
SHEET = (
    f'{HEAD}<row r="1"><c r="A1" s="0" t="inlineStr"><is><t>a</t></is></c><c r="B1"><v>2</v></c></row>'
    '<row r="2"><c r="A2"><v>7</v></c><c r="B2" t="e"><f>NA()</f><v>#N/A</v></c><c r="C2"><f>A2*2</f><v></v></c></row>'
    '<row r="3"/>'
    '<row r="4"><c r="A4"/><c r="B4" t="e"><v>#DIV/0!</v></c><c r="C4"><f t="shared" si="0"/><v></v></c></row>'
    '<row r="5"><c r="A5" t="str"><f>B5&amp;""</f><v></v></c><c r="B5"><f>1&lt;2</f><v>1</v></c></row>'
    f'<row r="6"><c r="A6"/><c r="B6"/><c r="C6"/><c r="D6" s="0"><f>A6</f><v></v></c></row>{TAIL}'
)
SAVE = "save the workbook in a spreadsheet"
UNSAVED = f"#UNSAVED is a formula without the value it gives, in the cell S!%s: {SAVE}"
ROWS = {
    1: ("a", 2, None, None),
    2: (7, "#N/A is an error of the sheet, in its cell S!B2", UNSAVED % "C2", None),
    4: (None, "#DIV/0! is an error of the sheet, in its cell S!B4", UNSAVED % "C4", None),
    5: (None, 1, None, None),
    6: (None, None, None, UNSAVED % "D6"),
}


def rows_of(folder, xml, header="abcd"):
    """The rows of a sheet, by their numbers; what is wrong with a cell, for its value."""
    path = folder / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**PARTS, "xl/s.xml": xml}.items():
            archive.writestr(name, text)
    chunks = list(open_source(ExcelSource(type="excel", path=str(path), header=list(header))).chunks(100))
    return {
        line: tuple(f"{cell.text} {cell.why}" if type(cell) is OutOfRange else cell for cell in cells)
        for chunk in chunks
        for line, *cells in zip(chunk.lines, *chunk.columns.values(), strict=True)
    }


def unsaved(new):
    """Write the values that formulas do not have in this way; that of type str has one."""
    return lambda xml: xml.replace("<v></v>", new).replace(f'</f>{new}</c><c r="B5"', '</f><v></v></c><c r="B5"')


WAYS = {
    "as it is": lambda xml: xml,
    "cells without addresses": lambda xml: re.sub(r'<c r="[A-Z]\d"', "<c", xml),
    "rows without numbers": lambda xml: re.sub(r'<row r="\d"', "<row", xml),
    "nothing with an address": lambda xml: re.sub(r'<(c|row) r="[A-Z]?\d"', r"<\1", xml),
    "some addresses": lambda xml: re.sub(r'<c r="[BD]\d"', "<c", xml),
    "cells of other rows": lambda xml: xml.replace("<row r=", "<row x="),
    "small letters": lambda xml: re.sub(r'r="[A-D]\d"', lambda found: found[0].lower(), xml),
    "addresses at the end": lambda xml: re.sub(r'<c (r="[A-Z]\d")([^>]*?)(/?)>', r"<c\2 \1\3>", xml),
    "lines": lambda xml: re.sub("><(?!/v)", ">\r\n<", xml),
    "lines in tags": lambda xml: re.sub(r"(<\w[^>]*?) (\w+=)", "\\1\n\t\\2", xml),
    "blanks in tags": lambda xml: re.sub(r"<(/?\w[^>?]*?)(/?)>", r"<\1 \2>", xml.replace("/>", " />")),
    "blanks round =": lambda xml: re.sub(r"\b(r|t|s|si)=", r"\1 = ", xml),
    "single quotes": lambda xml: xml.replace('"', "'").replace("&amp;''", '&amp;""'),
    "> in attributes": lambda xml: xml.replace("<c ", '<c ph=">" ').replace("<row ", '<row spans="/>" '),
    "a prefix": lambda xml: re.sub(r"<(/?)(?=\w)", r"<\1p:", xml),
    "a prefix of several letters": lambda xml: re.sub(r"<(/?)(?=\w)", r"<\1é-1.x:", xml.replace(":p=", ":é-1.x=")),
    "a mark of UTF-8": lambda xml: "\ufeff" + xml,
    "an empty value": unsaved("<v/>"),
    "an empty value with a blank": unsaved("<v />"),
    "no value": unsaved(""),
    "a blank value": unsaved("<v> \n</v>"),
    "a value of kept blanks": unsaved('<v xml:space="preserve"></v>'),
    "a value of nothing but a comment": unsaved("<v><!-- 1 --></v>"),
    "a value of empty CDATA": unsaved("<v><![CDATA[]]></v>"),
    "comments": lambda xml: xml.replace("<c ", '<!-- <c r="B9" t="e"><v>1</v></c> --><c ').replace("<f", "<!-- --><f"),
    "comments behind formulas": lambda xml: xml.replace("</f>", "</f><!--x-->").replace('si="0"/>', 'si="0"/><!-- -->'),
    "instructions": lambda xml: xml.replace("<c ", "<?x <c>?><c ").replace("</f>", "</f><?x?>"),
    "comments in errors": lambda xml: xml.replace("<v>#", "<v><!-- -->#"),
    "CDATA in errors": lambda xml: re.sub("<v>(#[^<]*)", r"<v><![CDATA[\1]]>", xml),
    "references in errors": lambda xml: xml.replace("<v>#", "<v>&#x23;"),
    "CDATA in formulas": lambda xml: re.sub("<f>([^<&]*)", r"<f><![CDATA[\1</f>]]>", xml),
    "values before formulas": lambda xml: re.sub("(<f[^>]*/>|<f>[^<]*</f>)(<v>(?:#N/A)?</v>)", r"\2\1", xml),
    "Latin 1": lambda xml: xml.replace('"1.0"', '"1.0" encoding="ISO-8859-1"'),
}


@pytest.mark.parametrize("way", WAYS)
def test_however_a_sheet_is_written(tmp_path, way):
    """Errors, and formulas that were saved without their values, are found in their cells, and no others."""
    xml = WAYS[way](SHEET)
    ET.fromstring(xml.removeprefix("\ufeff").encode())
    assert rows_of(tmp_path, xml) == ROWS


def test_what_is_saved_is_no_error(tmp_path):
    """Rows without errors are as the library has them, also where they are parsed."""
    xml = re.sub(r'<c [^>]*><f[^<]*(?:</f>)?<v></v></c>|<c [^>]*t="e">.*?</c>', "", SHEET)
    assert rows_of(tmp_path, xml) == {1: ROWS[1], 2: (7, None, None, None), 5: ROWS[5]}
    assert rows_of(tmp_path, xml.replace("><", ">\n<")) == rows_of(tmp_path, xml)


VALUES = ["", " ", "1", " 1 ", "&#49;", "1&#49;", "<![CDATA[1]]>", "<!--x-->1", "1<?x?>", "<x>1</x>", "#N/A", "&lt;"]
CHILDREN = [
    *("<v>%s</v>", "<f>A1</f><v>%s</v>", "<v>%s</v><f>A1</f>", "<v>%s</v><v/>"),
    *("<is><t>%s</t></is>", "<is><t>%s</t></is><v/>", "<v>9</v><is><t>%s</t></is>"),
]
MEANT = {"": 1, "n": 1, "s": "second", "b": True}


@pytest.mark.parametrize("kind", ["", "n", "s", "b", "str", "inlineStr", "e", "d"])
def test_nothing_is_lost(tmp_path, kind):
    """What stands in a cell is read, or an error, or its workbook is refused; it is never nothing or something else."""
    for children, value in product(CHILDREN, VALUES):
        xml = f"<row><c{kind and f' t={kind!r}'}>{children.replace('%s', value)}</c></row>"
        said = "".join(ET.fromstring(f"<x>{value}</x>").itertext()).strip()
        meant = MEANT.get(kind, said) if said == "1" and "<is>" not in children else said
        with suppress(SourceError):
            (cell,) = rows_of(tmp_path, f"{HEAD}{xml}{TAIL}", "a").get(1, [""])
            is_error = isinstance(cell, str) and cell.startswith("#")
            is_lost = not said and (kind == "e" or ("<f>" in xml and kind != "str"))
            assert is_error or (not is_lost and (cell.strip() if isinstance(cell, str) else cell) == meant), (xml, cell)


ODD = f"#UNREAD is a value that is written in a way that cannot be read, in the cell S!A1: {SAVE}"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<c><v><![CDATA[5]]></v></c>", ODD),
        ('<c t="str"><v><![CDATA[five]]></v></c>', ODD),
        ("<c><v>5</v><f>A2</f></c>", ODD),
        ('<c t="s"><v>\n1</v></c>', ODD),
        ('<c t="inlineStr"><v>five</v></c>', ODD),
        ('<c t="str"><v>a &amp;&#10;b</v></c>', "a &\nb"),
        ('<c t="inlineStr"><v>x</v><is><t>a<![CDATA[ & ]]>&#98;</t></is></c>', "a & b"),
        ('<c t="s"><v>1</v></c>', "second"),
        ('<c t="e"/>', "#ERROR is an error of the sheet, in its cell S!A1"),
        ('<c t="e"><v>&#35;UNSAVED</v></c>', "#UNSAVED is an error of the sheet, in its cell S!A1"),
        ('<c t="e"><v><![CDATA[a b]]></v></c>', "#ERROR is an error of the sheet, in its cell S!A1"),
    ],
)
def test_values_that_the_library_leaves_out(tmp_path, cell, value):
    """They are no empty cells, either; those that it reads are read."""
    assert rows_of(tmp_path, f"{HEAD}<row>{cell}<c><v>0</v></c></row>{TAIL}", "ab") == {1: (value, 0)}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<worksheet", "<!DOCTYPE worksheet [<!ENTITY v '5'>]><worksheet", "its XML has a DOCTYPE"),
        ("</row>", "</wor>", "mismatched tag"),
        ('r="A4"', 'r="4A"', "'4A' is no address of a cell or a row"),
        ('r="2"', 'r="0"', "'0' is no address"),
    ],
)
def test_sheets_that_are_refused(tmp_path, old, new, words):
    """What is wrong with the XML is said, and what helps."""
    with pytest.raises(SourceError, match=rf"book.xlsx: the workbook cannot be read: .*{words}.*open in a spreadsheet"):
        rows_of(tmp_path, SHEET.replace(old, new, 1))


@pytest.mark.parametrize("row", ['<row r="{0}"><c r="A{0}">{1}</c></row>', '<p:row r="{0}"><p:c>{1}</p:c></p:row>'])
def test_the_last_row_that_holds_something_counts(monkeypatch, row):
    """Rows that only have a height do not, and cells that only have a style."""
    monkeypatch.setattr(cells, "MOST_CELLS", 26 * 100)
    value = "<p:v>1</p:v>"

    def read(*rows):
        return parsed_errors(lambda: io.BytesIO((HEAD + "".join(rows) + TAIL).encode()), "it")

    assert read(row.format(100, value), '<row r="5000" ht="15"/>', row.format(200, ""), '<c r="ZZ300" s="1"/>') == {}
    for far in (row.format(101, value), '<c r="aa100"><v>1</v></c>', '<row r="1"><c r="A101" t="e"/></row>'):
        with pytest.raises(SourceError, match=r"it reaches to (Z101|AA100), over 2,600 cells"):
            read(far)


@pytest.mark.parametrize("block", [1, 7, 64, 1000])
@pytest.mark.parametrize("way", ["as it is", "CDATA in errors", "references in errors", "lines"])
def test_blocks_of_any_size(monkeypatch, way, block):
    """A sheet is read as it is unpacked, and what is found does not depend on where blocks end."""
    for module in (plain, xlsx):
        monkeypatch.setattr(module, "BLOCK_BYTES", block)
    found = xlsx_errors(lambda: io.BytesIO(WAYS[way](SHEET).encode()), "it")
    unsaved = Lost.UNSAVED
    assert found == {2: {1: "#N/A", 2: unsaved}, 4: {1: "#DIV/0!", 2: unsaved}, 6: {3: unsaved}}
