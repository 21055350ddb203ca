"""Updates to calls: records that get the same values share one `write`, the rest go together."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from odoo_etl.planning.changes import Update

WORTH_A_CALL = 20  # equal updates: from here on a `write` of their own is quicker than the per-record way
WORTH_A_CALL_BEFORE_19 = 3  # the same beside `load`, which takes longer for each record


@dataclass(frozen=True, slots=True)
class EqualWrites:
    """One `write` of the same values to several records."""

    updates: tuple[Update, ...]

    @property
    def values(self) -> dict[str, Any]:
        """The values that all of them get."""
        return self.updates[0].values


@dataclass(frozen=True, slots=True)
class ManyWrites:
    """Records that get values of their own, together: by `web_save_multi`, before Odoo 19 by `load`."""

    updates: tuple[Update, ...]


def batches(updates: Sequence[Update], *, many: bool, alone: Collection[str] = ()) -> list[EqualWrites | ManyWrites]:
    """Group the updates of a chunk into calls.

    Args:
        many: whether the server has `web_save_multi` (Odoo 19 and later).
        alone: fields whose value one `write` gives to the first of its records only.
    """
    groups: dict[str, list[Update]] = {}
    for update in updates:
        values = json.dumps(update.values, sort_keys=True, default=repr)
        own = f"{update.id} " if any(name in update.sent for name in alone) else ""
        groups.setdefault(own + values, []).append(update)
    calls: list[EqualWrites | ManyWrites] = []
    loose: list[Update] = []
    for group in groups.values():
        if len(group) >= (WORTH_A_CALL if many else WORTH_A_CALL_BEFORE_19) or len(groups) == 1:
            calls.append(EqualWrites(tuple(group)))
        else:
            loose.extend(group)
    if loose:
        calls.append(ManyWrites(tuple(loose)))
    return calls
