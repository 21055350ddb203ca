"""Steps that can never work are refused before the first write, with their place."""

from __future__ import annotations

import pytest

from odoo_etl.errors import Refused
from odoo_etl.planning import Misfit
from odoo_etl.sync.after import step_misfits
from odoo_etl.sync.existing import Schema
from odoo_etl.sync.ports import Target
from tests.memory_odoo import MemoryOdoo, raising


def found(stepped, *after, protocol="jsonrpc", before=None):
    """The misfits of a job with these steps."""
    odoo = MemoryOdoo(protocol=protocol)
    odoo.before = before or odoo.before
    return step_misfits(stepped.spec(*after), Target(odoo, "res.partner", {}), Schema(odoo, {}))


def test_steps_that_fit(stepped):
    """Over JSON-2 with names, or where the names are known."""
    steps = [{"call": "confirm", "kwargs": {"force": True}}, {"call": "action_archive"}, {"write": {"color": 3}}]
    assert found(stepped, *steps, protocol="json2") == []
    assert found(stepped, {"call": "confirm", "args": [1]}) == []


def test_json2_needs_the_names_of_parameters(stepped):
    """Other protocols do not."""
    (one,) = found(stepped, {"call": "confirm", "args": [1]}, protocol="json2")
    assert (one.at, one.hint) == (("after", 0, "args"), "give them in `kwargs`, or take `protocol: jsonrpc`")


def test_a_domain_that_odoo_does_not_take(stepped):
    """In Odoo's own words; no record is asked for."""
    error = Refused("Invalid field res.partner.colour", name="builtins.ValueError")
    steps = [{"call": "a"}, {"call": "confirm", "where": [["colour", "=", 0]]}]
    (one,) = found(stepped, *steps, before=raising(error, "res.partner.search_read"))
    message = "Odoo does not take this domain: Invalid field res.partner.colour"
    assert one == Misfit(("after", 1, "where"), message, "check its fields")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"colour": 1}, "res.partner has no field `colour`"),
        ({"create_date": "2020-01-01"}, "cannot be written"),
        ({"color": "red"}, "does not fit `color`"),
        ({"color": {"a": 1}}, "is no value for `color`"),
    ],
)
def test_values_that_no_record_takes(stepped, values, said):
    """Those that a mirror could not set either."""
    (one,) = found(stepped, {"write": values})
    assert one.at == ("after", 0, "write", *values)
    assert said in one.message


def test_a_run_is_refused_with_them(stepped):
    """Nothing is written, exit code 2."""
    done = stepped.run(stepped.spec({"write": {"colour": 1}}), ("a", "A"))
    assert (done.status, done.exit_code, stepped.odoo.writes()) == ("failed", 2, 0)
    assert "after.0.write.colour: res.partner has no field `colour`" in done.error
