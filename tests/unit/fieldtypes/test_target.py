"""Fields: is what Odoo answers what was sent, or a form of it; and values of keys."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from odoo_etl.fieldtypes import IdList, TargetField
from tests.builders import target


def same(ttype, ours, theirs, **attributes):
    """Whether Odoo already holds the value."""
    return target(ttype, **attributes).comparer()(ours, theirs)


SAME = [
    ("char", "x", "x", {}),
    ("char", False, False, {}),
    ("char", "", False, {}),
    ("text", "a\nb", "a\nb", {}),
    ("integer", 0, False, {}),
    ("integer", False, 0, {}),
    ("float", 0.0, False, {}),
    ("float", -0.0, 0.0, {}),
    ("float", 1, 1.0, {}),
    ("float", 0.1 + 0.2, 0.3, {}),
    ("float", 0.1234567, 0.12, {"digits": [16, 2]}),
    ("float", 0.285, 0.29, {"digits": [16, 2]}),
    ("float", -0.285, -0.29, {"digits": [16, 2]}),
    ("float", 1e300, 1e300, {"digits": [16, 2]}),
    ("float", 9007199254740992.0, 9007199254741008.0, {"digits": [16, 2]}),
    ("float", 123456789012345.0, 123456789012345.01, {}),
    ("float", 1.23456789012345, 1.234567890123452, {}),
    ("boolean", False, False, {}),
    ("date", "0999-01-02", "999-01-02", {}),
    ("datetime", "0001-01-02 03:04:05", "1-01-02 03:04:05", {}),
    ("many2one", 5, 5, {}),
    ("many2one", 5, [5, "Name"], {}),
    ("many2one", False, False, {}),
    ("many2many", IdList((1, 2), "set"), [2, 1], {}),
    ("many2many", IdList((), "set"), [], {}),
    ("many2many", IdList((1,), "add"), [2, 1], {}),
    ("many2many", IdList((), "add"), [2, 1], {}),
    ("html", "x", "<p>x</p>", {}),
    ("html", False, False, {}),
    ("reference", "res.partner,1", "res.partner,1", {}),
]


@pytest.mark.parametrize(("ttype", "ours", "theirs", "attributes"), SAME)
def test_the_same_value_in_other_clothes(ttype, ours, theirs, attributes):
    """Nothing is written."""
    assert same(ttype, ours, theirs, **attributes)


OTHER = [
    ("char", "x", "X", {}),
    ("char", "x", "x ", {}),
    ("char", "0", False, {}),
    ("char", False, "0", {}),
    ("char", "é", "e\u0301", {}),
    ("char", "1", "1.0", {}),
    ("integer", 0, 1, {}),
    ("integer", 1, False, {}),
    ("float", 0.125, 0.12, {"digits": [16, 2]}),
    ("float", 0.12, 0.13, {"digits": [16, 2]}),
    ("float", 1.00001, 1.0, {}),
    ("float", 0.0, 0.01, {"digits": [16, 2]}),
    ("float", 9.1e15, 9.0e15, {"digits": [16, 2]}),
    ("float", 1.23456789012345, 1.23456789012346, {}),
    ("float", 5, False, {}),
    ("float", False, 5, {}),
    ("boolean", False, True, {}),
    ("boolean", True, False, {}),
    ("date", "2024-01-02", "2024-01-03", {}),
    ("date", "2024-01-02", False, {}),
    ("date", False, "2024-01-02", {}),
    ("many2one", 5, 6, {}),
    ("many2one", 5, [6, "Name"], {}),
    ("many2one", 5, False, {}),
    ("many2one", False, 5, {}),
    ("many2many", IdList((1, 2), "set"), [1, 2, 3], {}),
    ("many2many", IdList((1, 2), "set"), [1], {}),
    ("many2many", IdList((), "set"), [1], {}),
    ("many2many", IdList((1, 3), "add"), [1, 2], {}),
    ("html", "x", "<p>y</p>", {}),
    ("html", False, "<p>y</p>", {}),
    ("html", "x", "<p>x</p>", {"sanitize": False}),
]


@pytest.mark.parametrize(("ttype", "ours", "theirs", "attributes"), OTHER)
def test_another_value(ttype, ours, theirs, attributes):
    """It is written."""
    assert not same(ttype, ours, theirs, **attributes)


FLOATS = st.floats(min_value=-1e12, max_value=1e12)


@given(FLOATS, st.integers(0, 6))
def test_a_number_is_the_same_after_rounding_to_its_digits(value, decimals):
    """As Odoo stores it: half away from zero, at the digits of the field."""
    assume(abs(value) * 10**decimals < 1e10)  # beyond, Odoo sees other halves than a person
    stored = Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert same("float", value, float(stored), digits=[16, decimals])


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_numbers_that_differ_in_a_kept_digit_differ(one, other, decimals):
    """Every different multiple of the smallest step is another value."""
    step = 10**decimals
    assert same("float", one / step, other / step, digits=[16, decimals]) is (one == other)


@given(FLOATS)
def test_a_number_without_digits_is_the_same_as_itself(value):
    """Odoo keeps it as sent."""
    assert same("float", value, value)


@given(FLOATS, FLOATS)
def test_numbers_without_digits_differ_beyond_the_last_bits(one, other):
    """A relative difference of 1e-13 or more is a change."""
    assume(abs(one - other) > 1e-13 * max(abs(one), abs(other)))
    assert not same("float", one, other)


NO_RETURNS = st.text(st.characters(exclude_characters="\r"))


@given(NO_RETURNS, NO_RETURNS)
def test_texts_are_the_same_only_when_they_are_equal(one, other):
    """No blank, case or composition is overlooked."""
    assert same("char", one, one or False)
    assert same("char", one, other or False) is (one == other)


@pytest.mark.parametrize("ours", ["a\r\nb", "a\rb", "a\nb"])
def test_the_kind_of_line_end_is_no_change(ours):
    """XML-RPC gives every line end back as a line feed."""
    assert same("text", ours, "a\nb")
    assert not same("text", ours, "a\n\nb")


@given(st.sets(st.integers(1, 50)), st.lists(st.integers(1, 50)), st.sampled_from(["set", "add"]))
def test_many2many_is_compared_as_a_set(wanted, existing, command):
    """`set` wants exactly these, `add` at least these; order and doubles do not count."""
    expected = wanted == set(existing) if command == "set" else wanted <= set(existing)
    assert same("many2many", IdList(tuple(wanted), command), existing) is expected


@pytest.mark.parametrize(
    ("ttype", "one", "other"),
    [
        ("char", "", False),
        ("integer", 0, False),
        ("many2one", [5, "Name"], 5),
        ("date", "999-01-01", "0999-01-01"),
        ("float", 0.1 + 0.2, 0.3),
        ("float", 1.0000000000004, 1.0),
        ("monetary", 0, 0.0),
        ("float", 0.0, False),
        ("many2one", [], False),
        ("integer", [5, "Name"], 5),
        ("integer", (5, "Name"), 5),
        ("many2one", "", False),
        ("datetime", "999-01-01 00:00:00", "0999-01-01 00:00:00"),
    ],
)
def test_equal_keys_compare_equal(ttype, one, other):
    """Whichever side they come from."""
    assert target(ttype).comparable(one) == target(ttype).comparable(other)


@pytest.mark.parametrize(("one", "other"), [("a", "A"), ("a", "a "), ("0", False), ("é", "e\u0301")])
def test_different_text_keys_stay_different(one, other):
    """Nothing is folded."""
    assert target("char").comparable(one) != target("char").comparable(other)


@pytest.mark.parametrize(
    ("ttype", "attributes", "one", "other"),
    [
        ("float", {}, 1.000000000001, 1.0),
        ("float", {"digits": [16, 2]}, 1.01, 1.0),
        ("float", {"digits": [16, 0]}, 1.0, 2.0),
        ("monetary", {}, 1.0, 2.0),
        ("integer", {}, 1, 0),
        ("many2one", {}, [5, "Name"], 6),
        ("date", {}, "2024-01-01", "2024-01-02"),
    ],
)
def test_different_keys_stay_different(ttype, attributes, one, other):
    """Numbers up to their last digit."""
    field = target(ttype, **attributes)
    assert field.comparable(one) != field.comparable(other)


def test_keys_of_numbers_have_the_digits_of_their_field():
    """None is no digit, and no digits are twelve."""
    assert target("float", digits=[16, 0]).comparable(1.4) == 1.0
    assert target("float", digits=[16, 2]).comparable(1.004) == 1.0


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


@pytest.mark.parametrize(
    ("ttype", "attributes", "said"),
    [
        ("char", {}, {"computed": False, "derived": False, "searchable": True, "required": False, "stored": True}),
        ("char", {"required": True, "size": 8}, {"required": True, "size": 8}),
        ("char", {"size": 0}, {"size": None, "relation": "", "depends": (), "currency_field": ""}),
        ("char", {"readonly": True}, {"computed": False, "derived": False}),
        ("char", {"readonly": True, "store": False}, {"computed": True, "derived": True, "stored": False}),
        ("char", {"readonly": True, "depends": ["name"]}, {"computed": False, "derived": True, "depends": ("name",)}),
        ("char", {"readonly": True, "related": "a.b"}, {"computed": False, "derived": True}),
        ("char", {"depends": ["name"]}, {"computed": False, "derived": False}),
        ("char", {"store": False}, {"computed": False, "searchable": False}),
        ("char", {"store": False, "searchable": True}, {"searchable": True}),
        ("char", {"searchable": False}, {"searchable": False}),
        ("selection", {"selection": [["a", "A"], ["b", "B"]]}, {"selection": frozenset("ab")}),
        ("selection", {"selection": []}, {"selection": None}),
        ("reference", {"selection": [["res.partner", "Contact"]]}, {"selection": None}),
        ("float", {"digits": [16, 2]}, {"decimals": 2}),
        ("float", {"digits": [16, 0]}, {"decimals": 0}),
        ("float", {}, {"decimals": None}),
        ("html", {}, {"sanitized": True}),
        ("html", {"sanitize": False}, {"sanitized": False}),
        ("monetary", {"currency_field": "currency_id"}, {"currency_field": "currency_id"}),
    ],
)
def test_what_odoo_says_of_a_field(ttype, attributes, said):
    """As `fields_get` answers it; what it leaves out has Odoo's default."""
    field = target(ttype, **attributes)
    assert {name: getattr(field, name) for name in said} == said


@pytest.mark.parametrize(
    ("ttype", "attributes", "dated"),
    [
        ("char", {}, True),
        ("char", {"store": False}, False),
        ("char", {"related": "a.b"}, False),
        ("char", {"depends": ["name"]}, False),
        ("char", {"company_dependent": True}, False),
        ("binary", {}, True),
        ("binary", {"attachment": True}, False),
        ("monetary", {}, False),
        ("many2many", {}, False),
    ],
)
def test_which_changes_move_the_date_of_a_record(ttype, attributes, dated):
    """Those of its own columns."""
    assert target(ttype, **attributes).dated is dated


@pytest.mark.parametrize(
    ("ttype", "attributes", "attached"),
    [
        ("binary", {"attachment": True}, True),
        ("binary", {}, False),
        ("binary", {"attachment": True, "related": "a.b"}, False),
        ("char", {"attachment": True}, False),
    ],
)
def test_which_contents_have_a_checksum(ttype, attributes, attached):
    """Those that Odoo keeps as attachments of the record itself."""
    assert target(ttype, **attributes).attached is attached


def test_passwords_are_texts_that_no_report_shows():
    """A plan says that there is one; they are compared and written as any."""
    field = TargetField.of("password", {"type": "char"})
    assert (field.type.show("secret"), field.type.show(False)) == ("(hidden)", None)
    assert field.comparer()("secret", "secret")
    assert TargetField.of("name", {"type": "char"}).type.show("secret") == "secret"


@pytest.mark.parametrize(("command", "shown"), [("set", [3, "(new)"]), ("add", {"add": [3, "(new)"]})])
def test_records_that_come_in_addition_are_shown_so(command, shown):
    """What is there stays beside them, so that they are no new value of the field."""
    assert target("many2many").type.show(IdList((3, -1), command)) == shown
