"""Passwords are in no text that a person reads, whatever is wrong with them."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.mapping import Mapper, Row
from tests.builders import find_field, job_spec, target

SECRET = "S3cr3t"


def mapped(name, field):
    """One row with that password, after mapping."""
    spec = job_spec({"ref": {"value": "key"}, name: field})
    fields = {"ref": target("char", "ref"), name: target("char", name)}
    return Mapper(spec, fields, find_field).records({"cell": [SECRET]}, [Row(2, "", (SECRET,))])


@pytest.mark.parametrize("name", ["password", "new_password"])
@pytest.mark.parametrize(
    ("field", "code"),
    [
        ({"column": "cell", "transform": [{"regex": {"pattern": "[0-9]{3}", "take": 0}}]}, "no_match"),
        ({"column": "cell", "map": {"x": "y"}}, "not_in_map"),
        ({"column": "cell", "type": "integer"}, "bad_number"),
        ({"column": "cell", "type": "date"}, "bad_date"),
        ({"expr": "int(cell)"}, "bad_expression"),
    ],
)
def test_a_password_is_not_in_the_reason(name, field, code):
    """Reports, mails and logs have it; the code says what is wrong."""
    (reject,) = mapped(name, field).rejects
    (flaw,) = reject.flaws
    assert (flaw.code, SECRET in flaw.reason, "not shown" in flaw.reason) == (code, False, True)


def test_a_constant_password_is_not_in_the_error():
    """It may come from a variable of the environment."""
    with pytest.raises(UsageError, match="not shown") as caught:
        mapped("password", {"value": f"{SECRET}\0"})
    assert SECRET not in str(caught.value)
