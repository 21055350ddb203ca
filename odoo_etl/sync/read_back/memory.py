"""The memory of values that Odoo keeps otherwise: while a row says X and Odoo holds Y, nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from odoo_etl.planning import NoChange, Plan, Update
from odoo_etl.state import KeptValue, KeptValues, value_digest
from odoo_etl.sync.outcome import Outcome, Refuse
from odoo_etl.sync.read_back.report import Difference, ValueReport, differences_of

CarryOut = Callable[[Plan, int, Outcome, Refuse], None]
Known = Mapping[tuple[int, str], KeptValue]


class Memory:
    """The kept values of one job; may be used from several lanes.

    Args:
        values: the ledger's; None where nothing is kept.
        report: hears what is explained by them.
        anew: what Odoo did not keep is tried again.
    """

    def __init__(self, values: KeptValues | None, report: ValueReport, *, anew: bool = False) -> None:
        self._values, self._report, self._anew = values, report, anew
        self._learned = False

    def explain(self, plan: Plan) -> list[NoChange]:
        """Take out of a plan's updates what is known to be kept otherwise; the records that need no write then."""
        if self._values is None or not plan.updates or not (self._learned or self._any_known):
            return []
        differing = [list(differences_of([update])) for update in plan.updates]
        known = self._values.recall({one.place[0] for several in differing for one in several})
        if not known:
            return []
        explained: list[NoChange] = []
        updates: list[Update] = []
        for update, several in zip(plan.updates, differing, strict=True):
            left = update.only({one.field for one in several if not self._is_known(one, known)})
            if left:
                updates.append(left)
            else:
                explained.append(NoChange(update.record, update.id))
        plan.updates = updates
        return explained

    def fields(self) -> set[str]:
        """The fields of which runs have learned that Odoo may keep them otherwise."""
        return self._values.fields() if self._values is not None and self._any_known else set()

    def before(self, carry_out: CarryOut) -> CarryOut:
        """The same, but it first remembers what updates replace: if Odoo comes back to that, it does not keep them."""

        def remembered(plan: Plan, chunk: int, outcome: Outcome, refuse: Refuse) -> None:
            self.remember(differences_of(plan.updates), same=False)
            carry_out(plan, chunk, outcome, refuse)

        return remembered

    def remember(self, differences: Iterable[Difference], *, same: bool) -> None:
        """Keep these for later runs.

        Args:
            same: they are the sent values in forms of Odoo's own.
        """
        if self._values is None:
            return
        values = [
            KeptValue(*one.place, value_digest(one.sent), value_digest(comparable_form(one.kept)), same)
            for one in differences
        ]
        self._learned = self._learned or bool(values)
        self._values.remember(values)

    @cached_property
    def _any_known(self) -> bool:
        return self._values is not None and self._values.any()

    def _is_known(self, difference: Difference, known: Known) -> bool:
        one = known.get(difference.place)
        if one is None or not is_known(one, difference.sent, difference.kept) or (self._anew and not one.same):
            return False
        (self._report.rewritten if one.same else self._report.not_kept)(difference)
        return True


def is_known(one: KeptValue | None, sent: Any, kept: Any) -> bool:
    """Whether exactly this was sent, and exactly that kept of it."""
    return one is not None and (one.sent, one.kept) == (value_digest(sent), value_digest(comparable_form(kept)))


def is_dropped(one: KeptValue | None, sent: Any) -> bool:
    """Whether Odoo did not keep this when it was sent."""
    return one is not None and not one.same and one.sent == value_digest(sent)


def comparable_form(kept: Any) -> Any:
    """Bring equal answers of Odoo into one form: the order of records in an x2many field means nothing."""
    if isinstance(kept, list) and all(isinstance(each, int) for each in kept):
        return sorted(kept)
    return kept
