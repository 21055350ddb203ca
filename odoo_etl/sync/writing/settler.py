"""Calls that got no answer: wait until they can no longer land, or until what they do appears.

Who waits finds out what became of them: `creates` with `own_records`, and of runs that died `session/open_calls`.

Odoo's external API has no way to ask whether a request is still at work (`lock_for_update` and its like are private in
Odoo 19), so time decides: the server ends every request at its own limit (`limit_time_real`, 120 s by default), and
`load.settle` lies above that. A `create` is one transaction: all its records appear, or none.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from odoo_etl.events import Wait
from odoo_etl.mapping import Key

_log = logging.getLogger("odoo_etl.sync")

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 10.0


@dataclass(frozen=True, slots=True)
class Settler:
    """Waits for open outcomes.

    Attributes:
        pause: waits that many seconds; may raise to end the wait.
        settle_s: how long after it was sent a call may still land.
        clock: seconds, from any beginning on, which nobody sets.
        tell: hears of each wait, also of those for a lock.
    """

    pause: Callable[[float], None] = time.sleep
    settle_s: float = 130.0
    clock: Callable[[], float] = time.monotonic
    tell: Callable[[Wait], object] = lambda _: None

    def records(
        self, keys: Collection[Key], find: Callable[[Collection[Key]], Mapping[Key, Sequence[int]]], sent_s_ago: float
    ) -> dict[Key, Sequence[int]]:
        """Ids by key, once every key has a record or a create sent so many seconds ago can no longer land.

        Args:
            find: ids by key; keys without a record are absent.
        """
        found: dict[Key, Sequence[int]] = {}

        def appeared() -> bool:
            found.clear()
            found.update(find(keys))
            return all(found.get(key) for key in keys)

        self.wait(appeared, sent_s_ago)
        return found

    def wait(self, landed: Callable[[], bool], sent_s_ago: float) -> bool:
        """Whether a call sent so many seconds ago landed; the last look comes when it can no longer do so."""
        until = self.clock() + self.settle_s - max(sent_s_ago, 0.0)
        pause_s = FIRST_PAUSE_S
        while True:
            left_s = until - self.clock()
            if landed():
                return True
            if left_s <= 0:
                return False
            _log.info(
                "a call that got no answer may still land within %.1f s: looking again in %.1f s", left_s, pause_s
            )
            pause_s = min(pause_s, max(left_s, 0.01))
            self.tell(Wait("answer", f"a call got no answer and may still land within {left_s:.0f} s", pause_s))
            self.pause(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
