"""What Odoo keeps in a form of its own, and what it did not keep."""

from __future__ import annotations

import pytest

from tests.builders import target


@pytest.mark.parametrize(
    ("ttype", "sent", "kept"),
    [
        ("char", "be 0477.472-701", "BE0477472701"),
        ("char", "www.shop.example", "http://www.shop.example"),
        ("char", "0477 85 12 30", "+32 477 85 12 30"),
        ("char", "Straße 5", "STRASSE 5"),
        ("text", "a\tb", "a b"),
        ("char", "1234", "x1234"),
        ("char", "001234", "+32 1234"),
        ("char", "1234", "1234" + "x" * 16),
        ("html", "<p>Hi <script>x()</script>there</p>", "<p>Hi there</p>"),
        ("html", "<p>1 &lt; 2</p>", "<div>1 &lt; 2</div>"),
        ("float", 0.1234567, 0.12),
        ("float", 2.5, 2.0),
        ("float", 1.4, 1.0),
        ("monetary", -1234.565, -1234.57),
        ("monetary", 4.2e14, 4.2e14 + 0.06),
        ("float", 1e12, 1e12 + 1),
        ("float", 0.123456789016, 0.12345678902),
        ("float", 1 / 3, 0.33333333333),
        ("float", 2.5, 3.0),
        ("float", 0.125, 0.13),
        ("properties", {"a": "<b>x</b>"}, [{"name": "a", "type": "html", "value": "<span><b>x</b></span>"}]),
    ],
)
def test_a_value_in_another_form_is_the_value(ttype, sent, kept):
    """A person sees the same."""
    assert target(ttype).is_form(sent, kept)


@pytest.mark.parametrize(
    ("ttype", "sent", "kept"),
    [
        ("char", "5901234123457", False),
        ("properties", {"a": "x"}, [{"name": "b", "type": "char", "value": "x"}]),
        ("properties", {"a": "x"}, [{"name": "a", "type": "selection", "value": False}]),
        ("char", "", "something"),
        ("char", "94059", "94060"),
        ("char", "12", "3124"),
        ("char", "234", "x234"),
        ("char", "00234", "x234"),
        ("char", "1234", "1234" + "x" * 17),
        ("char", "Long name that was cut", "Long name"),
        ("char", "---", "..."),
        ("char", "Anna", "Annapurna Trading and Consulting"),
        ("html", "<p>kept</p>", "<p>another</p>"),
        ("float", 0.4, 0.0),
        ("float", 7.77, 10.0),
        ("float", 1e11 + 0.5, 1e11 + 2.5),
        ("float", 2.0, 2.00000001),
        ("float", 0.125, 0.14),
        ("float", 12.0, 10.0),
        ("integer", 5, 4),
        ("boolean", True, False),
        ("selection", "draft", "sale"),
        ("date", "2024-01-01", "2024-01-02"),
        ("datetime", "2024-01-01 10:00:00", "2026-11-28 09:00:00"),
        ("many2one", 3, 4),
        ("many2many", [3], [4]),
    ],
)
def test_another_value_was_not_kept(ttype, sent, kept):
    """Empty, cut, or of somebody else."""
    assert not target(ttype).is_form(sent, kept)


def test_what_can_never_be_read_back_is_taken_as_kept():
    """A password; not the barcode of a template with variants, which hangs on these."""
    assert target("char", store=False).is_form("secret", False)
    assert not target("char", store=False, depends=["product_variant_ids.barcode"]).is_form("590123", False)
