"""Updates keep what they replace, and what Odoo computes anew because of them."""

from __future__ import annotations

from odoo_etl.mapping import Record
from odoo_etl.planning import Dependents, Update
from odoo_etl.sync.outcome import Outcome
from odoo_etl.sync.ports import NoJournal, Target
from odoo_etl.sync.writing.bisection import RefusalRate
from odoo_etl.sync.writing.recorder import Recorder
from odoo_etl.sync.writing.rights import Rights
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
