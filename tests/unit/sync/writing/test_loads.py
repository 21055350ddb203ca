"""`load`: what its answers mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from odoo_etl.errors import ProtocolError, Refused, UnknownOutcome
from odoo_etl.sync.writing.bisection import RowsRefused
from odoo_etl.sync.writing.loads import load_records

ROWS = [["m.1", "a"], ["m.2", "b"], ["m.3", "c"]]
TOO_MANY = {"type": "warning", "message": "Found more than 10 errors"}


@dataclass
class Answering:
    """Gives one answer to `load`, and keeps what it was asked."""

    answer: Any
    asked: list[Any] = field(default_factory=list)

    def load(self, *args: Any, context: Any = None, fence: Any = None) -> Any:
        self.asked.append((*args, context))
        return self.answer


def load(messages: list[dict[str, Any]], ids: Any = False) -> list[int]:
    """Load three rows."""
    return load_records(Answering({"ids": ids, "messages": messages}), "res.partner", ["id", "name"], ROWS, context={})


def error(record: int, message: str, **more: str) -> dict[str, Any]:
    """A message about a row."""
    return {"type": "error", "record": record, "rows": {"from": record, "to": record}, "message": message, **more}


def test_ids_come_in_the_order_of_the_rows():
    """Warnings change nothing."""
    client = Answering({"ids": [7, 5, 6], "messages": [{"type": "warning", "record": 1, "message": "hm"}]})
    assert load_records(client, "res.partner", ["id", "name"], ROWS, context={"tz": "UTC"}) == [7, 5, 6]
    assert client.asked == [("res.partner", ["id", "name"], ROWS, {"tz": "UTC"})]


def test_every_bad_row_is_named_with_its_field():
    """Of two errors of a row the last counts: what befell the call as a whole comes first, told of the first row."""
    with pytest.raises(RowsRefused) as caught:
        load([error(0, "as a whole"), error(0, "Name is missing", field="name"), error(2, "No"), TOO_MANY])
    named = caught.value.named
    assert {row: (str(one), one.field) for row, one in named.items()} == {
        0: ("res.partner.load: Name is missing", "name"),
        2: ("res.partner.load: No", ""),
    }


@pytest.mark.parametrize("message", [{"type": "error", "message": "all of it"}, error(99, "all of it")])
def test_an_error_that_names_no_row(message):
    """Is a refusal of the call."""
    with pytest.raises(Refused, match="all of it") as caught:
        load([message])
    assert not isinstance(caught.value, RowsRefused)


def test_fewer_ids_than_rows():
    """Something landed: the caller must look what."""
    with pytest.raises(UnknownOutcome, match="2 ids for 3 rows"):
        load([], ids=[1, 2])


def test_an_answer_that_is_none():
    """Neither ids nor errors is not Odoo's answer."""
    with pytest.raises(ProtocolError):
        load([])
