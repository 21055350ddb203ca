"""A model as lines of text."""

import pytest

from odoo_etl.inspections import FieldReport, KeyReport, ModelReport, RepeatedValue
from odoo_etl.reporting.inspected import inspected_lines

ORDER = [
    FieldReport("amount_total", "Total", "monetary", readonly=True, depends=("order_line.price_total", "currency_id")),
    FieldReport("name", "Order Reference", "char", required=True, given=True),
    FieldReport("note", "Terms and conditions", "html", translated=True, by_company=True, searchable=False),
    FieldReport("partner_id", "Customer", "many2one", "res.partner", required=True, recomputes=("note", "user_id")),
    FieldReport("state", "Status", "selection", selection=(("draft", "Quotation"), ("sale", "Sales Order"))),
]


def text(fields=ORDER, key=None, width=80, **options):
    """The lines of a report."""
    report = ModelReport(
        "sale.order", "Sales Order", "https://erp.example.com", "19.0", 90, fields, {"read": True}, key
    )
    lines = list(inspected_lines(report, width, **options))
    return lines[lines.index("") + 1 :]


def test_few_fields_are_told_whole():
    """Flags beside the type, everything else below."""
    assert text() == [
        'amount_total  monetary, "Total", computed, readonly',
        "    computed from: order_line.price_total, currency_id",
        'name          char, "Order Reference", required, and given by itself',
        'note          html, "Terms and conditions", not searchable, translated, by',
        "              company",
        'partner_id    many2one → res.partner, "Customer", REQUIRED',
        "    computed anew when it is written: note, user_id",
        'state         selection, "Status"',
        "    values: draft (Quotation), sale (Sales Order)",
    ]


def test_many_fields_have_a_line_each():
    """With the values of selections; more is a word away."""
    many = [*ORDER, *(FieldReport(f"x_{n}", "", "char") for n in range(10))]
    lines = text(many)
    assert not [line for line in lines if "computed from" in line]
    assert "    draft: Quotation, sale: Sales Order" in lines
    assert "--details" in lines[-1]
    assert [line for line in text(many, details=True) if "computed from" in line]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_lines_keep_to_the_terminal(width):
    """However narrow it is."""
    key = KeyReport(["name"], 9, 2, {"name": 1}, 1, 1, 2, 1, [RepeatedValue(("S" * 90,), 9, {1: "N" * 90})], ["why"])
    assert max(map(len, [*text(width=width), *text(width=width, details=True)])) <= width
    assert max(map(len, text(key=key, width=max(width, 80)))) <= max(width, 80)


def test_a_key_is_judged():
    """The verdict first, then the values that stand twice."""
    key = KeyReport(["ref"], 1200, 2, {"ref": 3}, 3, 12, 30, 1, [RepeatedValue(("a",), 3, {1: "P0", 3: "P2"})])
    assert text(key=key) == [
        "ref on 1,200 records, 2 of them archived:",
        "  12 values on several records each, 30 records together: a row with such a key",
        "  is rejected as ambiguous",
        "  3 records without ref: no row finds them",
        "  1 value more would stand twice, but for upper and lower case or blanks",
        "    a: 3 records: 1 P0, 3 P2 and 1 more",
        "    ... and 11 more values",
    ]
    assert text(key=KeyReport(["ref"], 5)) == ["ref on 5 records:", "  no value stands twice"]
    assert text(key=KeyReport(["ref"], 0))[-1] == "  there is no record yet"


def test_nothing_is_no_empty_page():
    """A filter that fits nothing says so."""
    assert text([])[-1].startswith("No field is like that")
