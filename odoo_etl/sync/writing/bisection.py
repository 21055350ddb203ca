"""Finding the few rows that Odoo refuses among many, with as few calls as that takes.

`isolate` is for calls that are refused as a whole. It splits by generalised binary splitting (Hwang 1972): send a group
so large that, at the observed rate of refusals, every second one lands; in a refused group search its first culprit by
halves. What lands on the way has landed. Rows go out in order, but those come last, and alone, that look like rows that
were refused before (`LikelyRefusals`).

`isolate_named` is for `load`, which says which rows are bad: it drops them and sends the others.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from odoo_etl.errors import Refused
from odoo_etl.sync.writing.call_size import CallSize, TooSlow

Item = TypeVar("Item")
Answer = TypeVar("Answer")
NOTHING: Mapping[str, Any] = MappingProxyType({})

# The first refused rows say little about the rest: as if so many good ones had been seen.
GOOD_ROWS_ASSUMED = 32
# Once so much is known, it is halved: bad rows come in clusters, and the rate follows them.
REFUSALS_REMEMBERED = 64
ROWS_REMEMBERED = 3000
Values = Mapping[str, Any]

REASONS = 20  # so many are followed; where each row has its own, nothing can be learned
ENOUGH = 2  # refusals for one reason before it counts


class RefusalRate:
    """The share of rows that Odoo refused of late; one per job, shared by its lanes.

    Args:
        calls: bounds the size of groups, and learns how long they took.
        likely: learns which rows are refused; those that it expects to be refused are not in the share.
    """

    def __init__(self, calls: CallSize | None = None, likely: LikelyRefusals | None = None) -> None:
        self.calls, self.likely = calls or CallSize(), likely or LikelyRefusals()
        self._lock = threading.Lock()
        self._rows = self._refused = 0.0

    def group_size(self, most: int, weights: Sequence[int] | None = None) -> int:
        """How many of the next `most` rows to send in one call: all that it may hold while nothing was refused.

        Args:
            weights: as how many records each of them counts.
        """
        most = self.calls.of_next(most) if weights is None else self.calls.of_weights(weights)
        with self._lock:
            if not self._refused:
                return most
            good_half_the_time = math.log(2) * (self._rows + GOOD_ROWS_ASSUMED) / self._refused
        return max(1, min(most, int(good_half_the_time)))

    def note(self, rows: int, refused: int) -> None:
        """Of so many rows, so many were refused."""
        with self._lock:
            self._rows += rows
            self._refused += refused
            if self._rows > ROWS_REMEMBERED or self._refused > REFUSALS_REMEMBERED:
                self._rows /= 2
                self._refused /= 2


def isolate(  # noqa: PLR0913 - what to send, how, and whom to tell
    items: Sequence[Item],
    send: Callable[[Sequence[Item]], Answer],
    rate: RefusalRate,
    landed: Callable[[Sequence[Item], Answer], object],
    refused: Callable[[Item, Refused], object],
    *,
    values: Callable[[Item], Values] = lambda _: NOTHING,
    weigh: Callable[[Item], int] | None = None,
) -> None:
    """Send every item to its verdict: it landed, or Odoo refused it alone in its call.

    Args:
        send: carries out all of the items or none of them; after `TooSlow` they are sent again in smaller groups.
        landed: is told of items that landed, with what `send` returned; what it raises ends everything.
        refused: is told of an item that was refused alone; the same.
        values: what an item would write.
        weigh: as how many records an item counts; None where each is one.

    Raises:
        Exception: whatever `send` raises besides Refused, at once; the items without a verdict were not sent, those of
            that call excepted.
    """
    likely, lessons, likely_count = rate.likely, 0, 0  # the last so many items are in doubt
    first = suspect_end = 0  # a culprit is among items[first:suspect_end], if there are any
    most = len(items)
    while first < len(items):
        suspects = suspect_end - first
        if suspects <= 0 and lessons != likely.lessons:
            lessons = likely.lessons
            items, likely_count = _likely_last(items[first:], lambda item: likely.about(values(item)))
            first = suspect_end = 0
        sure = len(items) - first - likely_count
        if suspects > 0:
            size = max(1, suspects // 2)
        elif sure > 0:
            size = rate.group_size(sure, _weights(items[first : first + sure], weigh))
        else:
            size = 1
        size = min(size, most)
        group = items[first : first + size]
        try:
            with rate.calls.timed(sum(_weights(group, weigh) or [size])):
                answer = send(group)
        except TooSlow:
            most = max(1, size // 2)
            continue
        except Refused as error:
            suspect_end = first + size
            if size > 1:
                continue
            if sure > 0:
                rate.note(1, refused=1)
            likely.refused(values(group[0]), str(error))
            refused(group[0], error)
        else:
            rate.note(size, refused=0)
            likely.landed(map(values, group))
            landed(group, answer)
        first += size


def _weights(items: Sequence[Item], weigh: Callable[[Item], int] | None) -> list[int] | None:
    return None if weigh is None else list(map(weigh, items))


def _likely_last(items: Sequence[Item], is_likely: Callable[[Item], bool]) -> tuple[list[Item], int]:
    """The items, those that Odoo will likely refuse at the end, and how many these are."""
    sure: list[Item] = []
    others: list[Item] = []
    for item in items:
        (others if is_likely(item) else sure).append(item)
    return sure + others, len(others)


class RowsRefused(Refused):
    """Odoo refused a call, carried out none of it, and named rows that it holds for bad.

    Attributes:
        named: position in the call to the error of that row; at least one. The first row is named also when the error
            is not its own: `load` blames it for what befell the call as a whole.
    """

    def __init__(self, named: Mapping[int, Refused]) -> None:
        super().__init__("; ".join(str(error) for error in named.values()))
        self.named = named


def isolate_named(
    items: Sequence[Item],
    send: Callable[[Sequence[Item]], Answer],
    rate: RefusalRate,
    landed: Callable[[Sequence[Item], Answer], object],
    refused: Callable[[Item, Refused], object],
) -> None:
    """Send every item to its verdict, with a `send` that raises RowsRefused.

    A row that is named may be good: the database may have been busy with it just then, or it stood first. So the others
    are sent without the named rows, then the named ones among themselves; refused is what is named there again. The
    first row stays among the others as long as one of these is named beside it: it may be named for their sake.

    Args and errors are those of `isolate`, which does the work where a refusal names nobody.
    """
    pending, suspects = list(items), list[Item]()
    while pending:
        try:
            with rate.calls.timed(len(pending)):
                answer = send(pending)
        except RowsRefused as error:
            named = (error.named.keys() - {0}) or {0}
            suspects += [pending[position] for position in sorted(named)]
            pending = [item for position, item in enumerate(pending) if position not in named]
        except Refused:
            isolate(pending, send, rate, landed, refused)
            break
        else:
            landed(pending, answer)
            break
    _try_again(suspects, send, rate, landed, refused)


def _try_again(
    suspects: list[Item],
    send: Callable[[Sequence[Item]], Answer],
    rate: RefusalRate,
    landed: Callable[[Sequence[Item], Answer], object],
    refused: Callable[[Item, Refused], object],
) -> None:
    """Send items that were named once; refuse those that are named again."""
    while suspects:
        try:
            answer = send(suspects)
        except RowsRefused as error:
            sure = {position: one for position, one in error.named.items() if position or len(suspects) == 1}
            if not sure:
                _try_again(suspects[:1], send, rate, landed, refused)
                suspects = suspects[1:]
                continue
            for position in sorted(sure):
                refused(suspects[position], sure[position])
            suspects = [item for position, item in enumerate(suspects) if position not in sure]
        except Refused:
            isolate(suspects, send, rate, landed, refused)
            return
        else:
            landed(suspects, answer)
            return


@dataclass(slots=True)
class _Cause:
    """The values that rows refused for one reason share and no row that landed has; and how many rows they are."""

    values: dict[str, Any]
    rows: int = 0

    @property
    def counts(self) -> bool:
        """Whether anything follows from it."""
        return self.rows >= ENOUGH and bool(self.values)

    def fits(self, row: Values) -> bool:
        """Whether a row has all of it."""
        return self.counts and all(row.get(name) == one for name, one in self.values.items())


class LikelyRefusals:
    """The lessons of one job from its refusals; may be used from several lanes.

    Args:
        names: the fields to look at; a row that lacks one has no value for it.

    Attributes:
        lessons: grows whenever other rows may be in doubt than before.
    """

    def __init__(self, names: Collection[str] = ()) -> None:
        self._names, self.lessons = names, 0
        self._causes: dict[str, _Cause] = {}
        self._lock = threading.Lock()

    def about(self, row: Values) -> bool:
        """Whether Odoo is likely to refuse a row."""
        return any(cause.fits(row) for cause in tuple(self._causes.values()))  # other lanes may add to them meanwhile

    def refused(self, row: Values, reason: str) -> None:
        """Odoo refused a row."""
        with self._lock:
            cause = self._causes.get(reason)
            if cause is None:
                if len(self._causes) >= REASONS:
                    return
                cause = self._causes[reason] = _Cause({name: row.get(name) for name in self._names})
            self._keep(cause, row, equal=True)
            cause.rows += 1
            self.lessons += cause.rows == ENOUGH

    def landed(self, rows: Iterable[Values]) -> None:
        """Odoo took these rows."""
        with self._lock:
            causes = [cause for cause in self._causes.values() if cause.counts]
            for row in rows if causes else ():
                for cause in causes:
                    self._keep(cause, row, equal=False)

    def _keep(self, cause: _Cause, row: Values, *, equal: bool) -> None:
        """Keep of a cause the values that a row has, or those that it has not."""
        kept = {name: one for name, one in cause.values.items() if (row.get(name) == one) is equal}
        if len(kept) < len(cause.values):
            cause.values = kept
            self.lessons += 1
