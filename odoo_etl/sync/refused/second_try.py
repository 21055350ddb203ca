"""Refused records are tried once more when other records of the job have changed since.

A later write may have freed a unique value, or made what a constraint asks for. Where refused records want what others
of them have, they land in that order; a cycle is opened by emptying one value for a moment. A row is a reject only
after its last try, and its chunk is confirmed only then. See docs/decisions/0018-refused-twice.md.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import Record
from odoo_etl.planning import Update
from odoo_etl.sync.counts import BatchProgress, Tally
from odoo_etl.sync.outcome import Refusal, refusal
from odoo_etl.sync.refused.swaps import replaced_by, unique_values, wanted_by

MOST_KEPT = 10_000  # refused records of a job; further ones are rejects at once
BEYOND_LIMIT = 100  # the same where `max_rejects` would not bear so many
IN_VAIN = 10  # second tries of rows refused for one reason, none of which landed: the others would not land either
ALL_IN_VAIN = 100  # the same for rows of whatever reason, where each has its own
MOST_FREED = 200_000  # values that are remembered to be free now; when there are more, any row may want one


class RefusedRecords:
    """Refused records of one job that wait for a second try; may be told from several lanes.

    Attributes:
        landed: how many updates of the job have landed.
        rows: how many rows are kept.
    """

    def __init__(self, tally: Tally, most: int = MOST_KEPT) -> None:
        self._tally, self._most = tally, most
        self.landed = self.rows = 0
        self._batches: dict[int, tuple[BatchProgress, int]] = {}  # by number, with the rows that it keeps
        self._freed: set[int] = set()  # hashes of fields and values
        self._lock = threading.Lock()

    def wrote(self, updates: int) -> None:
        """So many updates have landed."""
        with self._lock:
            self.landed += updates

    def gave_up(self, fields: Mapping[str, TargetField], updates: Iterable[Update]) -> None:
        """These updates have landed: what the records held is free for others."""
        freed = {hash(place) for one in updates for place in unique_values(fields, replaced_by(one)).items()}
        with self._lock:
            if len(self._freed) < MOST_FREED:
                self._freed |= freed

    def may_have(self, values: Mapping[str, Any]) -> bool:
        """Whether one of these values was given up by a record of the job."""
        with self._lock:
            return len(self._freed) >= MOST_FREED or any(hash(place) in self._freed for place in values.items())

    def keep(self, progress: BatchProgress, refused: Refusal) -> bool:
        """Keep a refused record of a chunk; False where it must have its verdict now."""
        rows = len(refused.record.rows)
        with self._lock:
            room = BEYOND_LIMIT if self._tally.would_exceed(self.rows + rows) else self._most
            if self.rows + rows > room:
                return False
            self.rows += rows
            _, before = self._batches.get(progress.number, (progress, 0))
            self._batches[progress.number] = progress, before + rows
        progress.refused.append(refused)
        self._tally.refused(refused.error)
        return True

    def take(self, progress: BatchProgress) -> list[Refusal]:
        """The refused records of a chunk, once."""
        taken, progress.refused = progress.refused, []
        with self._lock:
            _, rows = self._batches.pop(progress.number, (progress, 0))
            self.rows -= rows
        return taken

    def batches(self) -> list[BatchProgress]:
        """The chunks that have any."""
        with self._lock:
            return [progress for progress, _ in self._batches.values()]

    def give_up(self, batches: Iterable[BatchProgress]) -> None:
        """Tell as rejects what had no second try; records of several rows, of which some might stand, are left open."""
        for progress in batches:
            for one in self.take(progress):
                if not one.record.parts:
                    self._tally.rejected(progress, refusal(one.record, one.error), counted=True)


class Lands(Protocol):
    """The part of `Sync` that this needs."""

    def again(
        self, records: Sequence[Record], progress: BatchProgress, chunk: int, refused: list[Refusal] | None
    ) -> None:
        """Plan and write records whose lookups are resolved; what is refused goes to the list, or is a reject."""


class SecondTries:
    """The second tries of one job.

    Args:
        fields: the mapped fields by name.
    """

    def __init__(self, sync: Lands, kept: RefusedRecords, fields: Mapping[str, TargetField]) -> None:
        self._sync, self._refused, self._fields = sync, kept, fields
        self._vain: Counter[str] = Counter()  # tries in vain by reason
        self._all_in_vain = 0
        self._lock = threading.Lock()

    def once_more(self, progress: BatchProgress, chunk: int) -> None:
        """Try the records of a chunk again that others may have made room for; what is refused again stays.

        Those that want what a record gave up are all tried, of others only so many for each reason until one lands.
        """
        landed = self._refused.landed
        waiting = [one for one in progress.refused if one.landed < landed]
        progress.refused = [one for one in progress.refused if one.landed >= landed]
        chosen, waiting = self._promising(waiting)
        while chosen:
            still: list[Refusal] = []
            self._sync.again([one.record for one in chosen], progress, chunk, still)
            progress.refused += still
            self._learn(chosen, still)
            chosen, waiting = self._promising(waiting)
        progress.refused += waiting

    def _promising(self, waiting: Sequence[Refusal]) -> tuple[list[Refusal], list[Refusal]]:
        """The records to try next, and the others."""
        with self._lock:
            room = {str(one.error): IN_VAIN - self._vain[str(one.error)] for one in waiting}
            left = ALL_IN_VAIN - self._all_in_vain
        chosen, others = list[Refusal](), list[Refusal]()
        for one in waiting:
            reason = str(one.error)
            if self._refused.may_have(unique_values(self._fields, wanted_by(one))):
                chosen.append(one)
            elif room[reason] > 0 and left > 0:
                room[reason], left = room[reason] - 1, left - 1
                chosen.append(one)
            else:
                others.append(one)
        return chosen, others

    def _learn(self, tried: Sequence[Refusal], still: Sequence[Refusal]) -> None:
        """Where one lands, others may."""
        with self._lock:
            if len(still) < len(tried):
                self._all_in_vain = 0
                for one in tried:
                    self._vain.pop(str(one.error), None)
            self._all_in_vain += len(still)
            self._vain.update(str(one.error) for one in still)

    def conclude(self, progress: BatchProgress, chunk: int) -> None:
        """Make rejects of what is refused still; of records of several rows each row gets its own verdict."""
        several = [one.record for one in progress.refused if one.record.parts]
        progress.refused = [one for one in progress.refused if not one.record.parts]
        self._refused.give_up([progress])
        self._sync.again(several, progress, chunk, None)
