"""The XML of workbooks, in whatever way it is written: its elements, and the parts that hold the sheets."""

from __future__ import annotations

import io
import zipfile

import pytest

from odoo_etl.sources.excel.xml import elements, is_uncalculated, xlsx_part

PARTS = {
    "_rels/.rels": '<R><Relationship Type="x/relationships/officeDocument" Target="/xl/workbook.xml"/></R>',
    "xl/workbook.xml": '<w><sheet name="A" sheetId="7" r:id="r1"/><sheet name="B" r:id="r2"/></w>',
    "xl/_rels/workbook.xml.rels": (
        '<R><Relationship Id="r2" Type="x" Target="sheets/b.xml"/>'
        '<Relationship Id="r1" Type="x" Target="/xl/sheets/a.xml"/></R>'
    ),
    "xl/sheets/A.xml": "",
    "xl/sheets/b.xml": "",
}


def parts(texts):
    """The parts that hold the first three sheets of a workbook."""
    with zipfile.ZipFile(io.BytesIO(), "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        return [xlsx_part(archive, number) for number in range(3)]


@pytest.mark.parametrize(
    "write",
    [
        lambda xml: xml,
        lambda xml: xml.replace('"', "'"),
        lambda xml: xml.replace("=", "\n= "),
        lambda xml: xml.replace("<R", "<p:R").replace("<s", "<p:s").replace("</R", "</p:R"),
        lambda xml: xml.replace(' name="', ' x="a>b" name="').replace(" Id=", ' x="/>" Id='),
        lambda xml: xml.replace("<s", '<!-- <sheet r:id="r9"/> --><s').replace("<R", '<?x <sheet r:id="r9"/>?><R'),
        lambda xml: xml.replace("r1", "&#114;1").replace("sheets/", "sheets&#47;"),
    ],
)
def test_the_parts_of_sheets(write):
    """They are the library's, in the order of the workbook, however it is written; a number too large has none."""
    texts = {name: write(text) if text else "" for name, text in PARTS.items()}
    assert parts(texts) == ["xl/sheets/A.xml", "xl/sheets/b.xml", ""]


def test_workbooks_in_other_folders():
    """The relations of the archive name the folder; without them it is `xl`."""
    moved = {name.replace("xl/", "Book\\"): text.replace("xl/", "book/") for name, text in PARTS.items()}
    assert parts(moved) == ["Book\\sheets/A.xml", "Book\\sheets/b.xml", ""]
    at_root = {name.removeprefix("xl/"): text.replace("/xl/", "/") for name, text in PARTS.items()}
    assert parts(at_root) == ["sheets/A.xml", "sheets/b.xml", ""]
    assert parts({name: text for name, text in PARTS.items() if name != "_rels/.rels"})[0] == "xl/sheets/A.xml"
    assert parts({}) == ["", "", ""]


@pytest.mark.parametrize(
    ("calculation", "found"),
    [
        ('<calcPr calcId="1" fullCalcOnLoad="1"/>', True),
        ("<p:calcPr fullCalcOnLoad='true'/>", True),
        ('<calcPr fullCalcOnLoad="0"/>', False),
        ('<!-- <calcPr fullCalcOnLoad="1"/> -->', False),
        ("", False),
    ],
)
def test_workbooks_that_have_to_be_calculated(calculation, found):
    """They say so themselves, or it is taken that they were."""
    with zipfile.ZipFile(io.BytesIO(), "w") as archive:
        assert not is_uncalculated(archive)
        archive.writestr("xl/workbook.xml", f"<w>{calculation}</w>")
        assert is_uncalculated(archive) is found


def test_entities_are_not_followed():
    """A DOCTYPE is refused, since it can make a few bytes huge or read other files."""
    with pytest.raises(ValueError, match="has a DOCTYPE"):
        elements(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "a")
