"""How external ids are found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from odoo_etl.errors import AccessRefused
from odoo_etl.sync.existing.external_ids import ExternalNames, find_external_ids


@dataclass
class Answering:
    """Gives one answer, or raises it, and keeps what it was asked."""

    answer: Any
    asked: list[Any] = field(default_factory=list)

    def search_read(self, *args: Any, context: Any = None) -> Any:
        self.asked.append(args)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_external_ids_are_found_in_one_call():
    """Id and model by name."""
    client = Answering([{"id": 1, "name": "p_1", "model": "res.partner", "res_id": 7}])
    assert find_external_ids(client, "legacy", ["p_1", "p_2"]) == {"p_1": (7, "res.partner")}
    assert client.asked[0][:2] == ("ir.model.data", [["module", "=", "legacy"], ["name", "in", ["p_1", "p_2"]]])


def test_a_user_who_may_not_read_them():
    """Is told which right is missing."""
    refused = Answering(AccessRefused("no", name="odoo.exceptions.AccessError"))
    with pytest.raises(AccessRefused, match=r"ir\.model\.data.*base\.group_erp_manager") as caught:
        find_external_ids(refused, "legacy", ["p_1"])
    assert caught.value.name == "odoo.exceptions.AccessError"


def test_external_ids_of_records_are_asked_once():
    """Those without one that `load` could read are remembered, too."""
    rows = [
        {"module": "base", "name": "de", "res_id": 57},
        {"module": "other", "name": "de", "res_id": 57},
        {"module": "base", "name": "with.dot", "res_id": 58},
    ]
    client = Answering(rows)
    names = ExternalNames(client)
    for _ in range(2):
        assert names.of({"res.country": {57, 58, 59}}) == {"res.country": {57: "base.de"}}
    domain = [["model", "=", "res.country"], ["res_id", "in", [57, 58, 59]]]
    assert [asked[:2] for asked in client.asked] == [("ir.model.data", domain)]
