"""Updates keep what they replace, and what Odoo computes anew because of them."""

from __future__ import annotations

import pytest

from odoo_etl.fieldtypes import IdList
from odoo_etl.mapping import Record
from odoo_etl.planning import Dependents, Update
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.ports import NoJournal, Target
from odoo_etl.sync.writing.bisection import RefusalRate
from odoo_etl.sync.writing.recorder import Recorder, Rights
from odoo_etl.sync.writing.updates import Updates
from tests.memory_models import MODELS
from tests.memory_odoo import MemoryOdoo

LINES = "sale.order.line"


class Kept(NoJournal):
    """A journal that keeps what updates replaced, by record."""

    def __init__(self):
        self.before = {}

    def sent(self, chunk, kind, **what):
        self.before |= dict(zip(what["ids"], what["before"], strict=True))
        return 0


def test_what_one_record_names_is_kept_of_the_others_too():
    """Records of one call: the row of one has the field that Odoo computes anew, the row of the other has not."""
    odoo, journal = MemoryOdoo(), Kept()
    lines = [{"quantity": 1, "price": 5.0, "discount": 0.0}, {"quantity": 2, "price": 7.0, "discount": 1.0}]
    a, b = odoo.add(LINES, *lines)
    target = Target(odoo, LINES, {})
    recorder = Recorder(journal, lambda _: None, Rights(target))
    updates = Updates(target, recorder, lambda: Dependents(MODELS[LINES]), lambda items: [{}] * len(items))
    records = [Record((each,), {}, []) for each in (a, b)]
    both = [
        Update(records[0], a, {"quantity": (1, 3)}, along={"price": (5.0, 5.0)}),
        Update(records[1], b, {"quantity": (2, 4)}),
    ]
    updates.apply(both, 0, RefusalRate(), Outcome(), lambda *_: None)
    assert journal.before == dict(zip((a, b), lines, strict=True))


class Hearing(MemoryOdoo):
    """A server that keeps the context of each write."""

    def __init__(self):
        super().__init__()
        self.contexts = []

    def web_save_multi(self, model, ids, values_list, *, context=None, fence=None):
        self.contexts.append(context)
        super().web_save_multi(model, ids, values_list, context=context, fence=fence)


@pytest.mark.parametrize(
    ("changes", "context"),
    [
        ([{"name": (False, "A")}, {"name": (False, "B")}], {"lang": "fr_FR"}),
        (
            [{"name": (False, "A")}, {"category_id": ([], IdList((1,), "set"))}],
            {"active_test": False, "lang": "fr_FR"},
        ),
    ],
)
def test_archived_records_are_seen_by_writes_of_links_alone(changes, context):
    """Odoo counts them where it must not, for example the variants of a template that gets a barcode."""
    odoo = Hearing()
    odoo.add("res.partner.category", {"name": "tag"})
    ids = odoo.add("res.partner", {"name": "a"}, {"name": "b"})
    target = Target(odoo, "res.partner", {"active_test": False, "lang": "fr_FR"})
    recorder = Recorder(NoJournal(), lambda _: None, Rights(target))
    dependents = Dependents(MODELS["res.partner"])
    updates = Updates(target, recorder, lambda: dependents, lambda items: [{}] * len(items))
    wanted = [Update(Record((each,), {}, []), each, one) for each, one in zip(ids, changes, strict=True)]
    updates.apply(wanted, 0, RefusalRate(), Outcome(), lambda *_: None)
    assert odoo.contexts == [context]
