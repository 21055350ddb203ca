"""Python values on the wire: the same over JSON and XML-RPC, or refused."""

from __future__ import annotations

import json
import math
import xmlrpc.client
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType

import pytest

from odoo_etl.errors import Refused
from odoo_etl.odoo.transports.xmlrpc import encode
from odoo_etl.odoo.wire_values import dump_json, load_json


def over_json(value):
    """What arrives at Odoo over JSON."""
    return json.loads(dump_json([value], "m.f"))[0]


def over_xml(value):
    """What arrives at Odoo over XML-RPC."""
    return xmlrpc.client.loads(encode("f", (value,), "m.f").decode(), use_datetime=True)[0][0]


WIRES = {"json": over_json, "xmlrpc": over_xml}

ARRIVES = {
    "text": ("Ünï & <b> ]]> 'x' \"y\"", "Ünï & <b> ]]> 'x' \"y\""),
    "line ends": ("a\r\nb\rc\nd\te", "a\r\nb\rc\nd\te"),
    "beyond the basic plane": ("😀", "😀"),
    "none": (None, None),
    "false": (False, False),
    "a large integer": (2**31, 2**31),
    "the largest integer": (2**63 - 1, 2**63 - 1),
    "the smallest integer": (-(2**63), -(2**63)),
    "a float": (0.1, 0.1),
    "a decimal": (Decimal("10.50"), 10.5),
    "a date": (date(2026, 1, 31), "2026-01-31"),
    "a naive datetime": (datetime(2026, 1, 31, 23, 0, 0, 999), "2026-01-31 23:00:00"),  # noqa: DTZ001 - naive is the case
    "a datetime with zone": (datetime(2026, 2, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2026-01-31 23:00:00"),
    "a datetime in UTC": (datetime(2026, 1, 31, 23, tzinfo=UTC), "2026-01-31 23:00:00"),
    "bytes": (b"\x00\xff", "AP8="),
    "commands as tuples": ([(6, 0, (1, 2))], [[6, 0, [1, 2]]]),
    "a set": ({7}, [7]),
    "a range": (range(3), [0, 1, 2]),
    "a mapping": (MappingProxyType({"a": None}), {"a": None}),
}

REFUSED = {
    "NaN": [math.nan],
    "infinity": {"x": {"y": -math.inf}},
    "a decimal NaN": Decimal("NaN"),
    "an integer over 64 bits": 2**64,
    "a lone surrogate": "x\ud800",
    "an object": object(),
}


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("case", ARRIVES)
def test_a_value_arrives_as_odoo_takes_it(wire, case):
    """Both wires carry the same value in the same form."""
    sent, expected = ARRIVES[case]
    arrived = WIRES[wire](sent)
    assert arrived == expected
    assert type(arrived) is type(expected)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_arrive_is_refused_before_it_is_sent(wire, case):
    """The row is at fault; the error names the call and not the value."""
    with pytest.raises(Refused, match=r"^m\.f: "):
        WIRES[wire]({"value": REFUSED[case]})


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1f", "\ufffe"])
def test_control_characters_have_no_form_in_xml(character):
    """XML-RPC refuses them by their code; JSON carries them and leaves the verdict to Odoo."""
    with pytest.raises(Refused, match=f"U\\+{ord(character):04X}"):
        over_xml({"name": f"a{character}b"})
    assert over_json(character) == character


def test_json_with_a_bare_nan_is_read():
    """Odoo's JSON-RPC writes NaN as no JSON allows."""
    assert math.isnan(load_json(b'{"result": NaN}')["result"])


@pytest.mark.parametrize("text", [b"", b'{"result": [1, 2', b"<html>"])
def test_what_is_no_json_is_a_value_error(text):
    """Cut off or not JSON at all: the transport decides what that means."""
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        load_json(text)
