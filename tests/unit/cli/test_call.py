"""`odoo-etl call`: what is wrong on the command line is said before anything is sent."""

from __future__ import annotations

import pytest

from odoo_etl.cli.call import call
from odoo_etl.errors import UsageError

WRONG = {
    "an argument that is no JSON": ({"args": ["[1,"]}, "argument '\\[1,' is not JSON"),
    "ids that are no numbers": ({"ids": "1,x"}, "--ids '1,x' are not numbers"),
    "a parameter without a value": ({"param": ["operation"]}, "--param 'operation' is not name=JSON"),
    "a parameter that is no JSON": ({"param": ["operation=read"]}, "--param operation 'read' is not JSON"),
    "ids among the parameters": ({"param": ["ids=[1]"]}, "--param ids cannot be given like this: give --ids 7,12"),
    "a model among the parameters": ({"param": ["model=1"]}, "give it by its position"),
    "a context among the parameters": ({"param": ["context={}"]}, "give --context"),
    "a context that is no object": ({"context": "[]"}, "--context '\\[\\]' is not a JSON object"),
}


@pytest.mark.parametrize("case", WRONG)
def test_bad_usage_is_named_with_an_example(case):
    """Exit code 2; no project is looked for yet."""
    options, text = WRONG[case]
    with pytest.raises(UsageError, match=text):
        call("res.partner", "search", **options)
