"""XML."""

from __future__ import annotations

import gzip

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import open_source
from odoo_etl.spec import XmlSource
from tests.unit.sources.json_text.conftest import read, stored

ORDERS = """<?xml version="1.0"?>
<orders xmlns="urn:shop">
  <order id="7"><total currency="EUR">5</total><line><sku>A</sku></line>
    <line><sku>B</sku><qty/></line></order>
  <order id="8"><total> 6
    </total><line><sku>C</sku></line></order>
</orders>"""
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.fixture
def read_xml(tmp_path):
    """A function that reads a file."""

    def reading(text, **keys):
        return read(XmlSource(type="xml", path=stored(tmp_path / "orders.xml", text), **keys))

    return reading


def test_elements_are_nested_records(read_xml):
    """Attributes, texts beside them, lists of elements, the line that each begins at; a single one of a list is one."""
    found = read_xml(ORDERS)
    assert found.columns == ["@id", "total", "total.@currency", "line.sku", "line.qty"]
    first, second = {"@id": "7", "total": "5", "total.@currency": "EUR"}, {"@id": "8", "total": "6"}
    assert found.rows == [
        (3, first),
        (3, {**first, "line.sku": "A"}),
        (3, {**first, "line.sku": "B"}),
        (5, second),
        (5, {**second, "line.sku": "C"}),
    ]


@pytest.mark.parametrize(
    ("text", "records", "rows"),
    [
        ("<r><meta/><o><a>1</a></o><o><a>2</a></o></r>", None, ["1", "2"]),
        ("<r><o><a>1</a></o></r>", None, ["1"]),
        ("<r><x><o><a>1</a></o></x><x><o><a>2</a></o></x><o><a>3</a></o></r>", "r/x/o", ["1", "2"]),
        ("<o><a>1</a><o><a>2</a></o></o>", "o", ["1"]),
        ('<r xmlns:p="urn:p" xmlns:q="urn:q"><p:o><a>1</a></p:o><q:o><a>2</a></q:o></r>', "r/{urn:q}o", ["2"]),
        ("<r/>", None, []),
        ("<r><x/></r>", "r/x/o", []),
    ],
)
def test_where_the_records_lie(read_xml, text, records, rows):
    """Below the names that the job says, or the only elements of the root that repeat."""
    found = read_xml(text, records=records)
    assert [row["a"] for _, row in found.rows] == rows


@pytest.mark.parametrize(
    ("text", "records", "message"),
    [
        ("<r><a/><b/></r>", None, "in <r> stand several kinds of elements, a, b: say which .*`records: r/a`"),
        ("<r><o/></r>", "r/x/o", "has no element r/x/o; in <r> stand o"),
        ("<r><o/></r>", "q/o", "has no element q/o; in <r> stand o"),
        ("<r/>", "q/o", "has no element q/o; in <r> stand no elements"),
        ("<r><m/><o/><o/></r>", "r/x", "has no element r/x; in <r> stand m, o"),
    ],
)
def test_records_that_are_not_found(read_xml, text, records, message):
    """Are an error that says what there is."""
    with pytest.raises(SourceError, match=message) as raised:
        read_xml(text, records=records)
    assert raised.value.at == ("source", "records")


@pytest.mark.parametrize("records", [None, "r/o"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: no XML: the file is empty"),
        ("<r><o>\n</r>", "line 2, column 5: no XML: Opening and ending tag mismatch"),
        ("<r><o/>", "line 1, column 8: no XML: Premature end of data"),
        ("<r><o/></r>x", "line 1, column 12: no XML: Extra content"),
        ('{"a": 1}', "line 1, column 1: no XML: Start tag expected"),
        (b"<r><o>\xff</o></r>", "no XML: Invalid bytes in character encoding"),
        ("<r><o>&nope;</o></r>", "no XML: Entity 'nope' not defined"),
        ("<r>" + "<o>" * 300, "levels"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><r><o>&a;</o></r>', "declares entities in its DOCTYPE"),
        ('<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r><o>&a;</o></r>', "declares entities"),
        (f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><r><o>&l11;</o></r>', "declares entities"),
        (f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><r><o a="&l11;"/></r>', "declares entities|amplification"),
    ],
)
def test_a_broken_or_hostile_document(read_xml, text, message, records):
    """Is an error, with its place."""
    with pytest.raises(SourceError, match=message):
        read_xml(text, records=records)


def test_a_dtd_is_not_fetched(read_xml):
    """Nor does it disturb."""
    assert read_xml('<!DOCTYPE r SYSTEM "http://127.0.0.1:1/r.dtd"><r><o><a>1</a></o></r>').rows == [(1, {"a": "1"})]


def test_rows_before_the_broken_place_come_first(tmp_path):
    """As of every source, where the columns are known."""
    path = stored(tmp_path / "a.xml", "<r><o><a>1</a></o><o><a>2</a></o><o><a>3</b></o></r>")
    chunks = open_source(XmlSource(type="xml", path=path, columns=["a"], records="r/o")).chunks(1)
    assert [next(chunks).columns["a"] for _ in range(2)] == [["1"], ["2"]]
    with pytest.raises(SourceError, match="tag mismatch"):
        next(chunks)


def test_texts(read_xml):
    """CDATA and entities of XML are text; comments and instructions are none; nil and blanks are null."""
    nil = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'
    found = read_xml(
        f"<r><o><a><![CDATA[<x>]]></a><b>&lt;&#233;&amp;</b><c>1<!-- no -->2<?no?></c><d {nil}/><e> </e></o>"
        "<o>only <i>text</i> here</o></r>"
    )
    assert found.columns == ["a", "b", "c", "d", "e", "o", "i"]
    assert found.rows == [(1, {"a": "<x>", "b": "<é&", "c": "12"}), (1, {"o": "only text here", "i": "text"})]


def test_lists_of_texts_are_cells(read_xml):
    """As lists of JSON are."""
    found = read_xml("<r><o><t>a</t><t/><t>b</t></o><o><t>c</t></o></r>")
    assert [row["t"] for _, row in found.rows] == [["a", None, "b"], "c"]


def test_namespaces(read_xml):
    """Local names, unless several namespaces have one of them."""
    text = '<r xmlns:p="urn:p" xmlns:q="urn:q"><o><p:id>1</p:id><q:id>2</q:id><p:n>x</p:n></o></r>'
    found = read_xml(text)
    assert found.columns == ["{urn:p}id", "{urn:q}id", "n"]
    assert read_xml(text, columns=["{urn:q}id", "n"]).rows == [(1, {"{urn:q}id": "2", "n": "x"})]


def test_other_encodings_and_gzip(read_xml):
    """As the document itself says."""
    text = "<r><o><a>é</a></o></r>"
    declared = f'<?xml version="1.0" encoding="iso-8859-1"?>{text}'
    plain = text.encode()
    for data in (text.encode("utf-16"), gzip.compress(plain), declared.encode("latin-1"), b"\xef\xbb\xbf" + plain):
        assert read_xml(data).rows == [(1, {"a": "é"})]


@pytest.mark.parametrize("block", [1, 7, 100])
def test_blocks_end_anywhere(read_xml, monkeypatch, block):
    """And what stands between records is given back meanwhile."""
    text = ORDERS.replace("  <order", "  <other><x>1</x><y/></other><order")
    whole = read_xml(text, records="orders/order")
    monkeypatch.setattr("odoo_etl.sources.xml_records.parsing.BLOCK_BYTES", block)
    monkeypatch.setattr("odoo_etl.sources.xml_records.parsing.FORGOTTEN_BYTES", 1)
    assert read_xml(text, records="orders/order") == whole
    assert len(whole.rows) == 5


def test_one_endless_record(read_xml, monkeypatch):
    """Is an error before it fills the memory; what lies between records may be as long as it likes."""
    monkeypatch.setattr("odoo_etl.sources.xml_records.parsing.BLOCK_BYTES", 100)
    monkeypatch.setattr("odoo_etl.sources.xml_records.parsing.FORGOTTEN_BYTES", 200)
    monkeypatch.setattr("odoo_etl.sources.xml_records.parsing.MAX_RECORD_BYTES", 1_000)
    items = "<i>x</i>" * 500
    assert len(read_xml(f"<r><x>{items}</x><o><a>1</a></o></r>", records="r/o", columns=["a"]).rows) == 1
    with pytest.raises(SourceError, match="hold no whole record"):
        read_xml(f"<r><o>{items}</o></r>", records="r/o", columns=["a"])


@pytest.mark.parametrize("records", ["/o", "r/", "r o", "r/@id", ""])
def test_no_way_of_names(records):
    """Is refused with the job."""
    with pytest.raises(ValueError, match="records"):
        XmlSource(type="xml", path="a.xml", records=records)
