"""External ids that a run gave to records, or took from them: they are put back as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from odoo_etl.errors import Refused
from odoo_etl.sync.existing import named_in
from odoo_etl.sync.ports import Target
from odoo_etl.sync.writing import Adoptions
from odoo_etl.undoing.traces import Trace

NO_CHUNK = 0

Named = tuple[str, int]
Done = Callable[[str, Sequence[int]], object]


class ExternalIdsBack:
    """Puts back the external ids of the records of one job.

    Args:
        done: told what was done ("ids_taken", "ids_given") with which records.
        left: told of records that keep what the run gave them, and why.
        unchanged: told how many records, of which the run changed nothing else, are as before already.
    """

    def __init__(
        self,
        target: Target,
        traces: Mapping[int, Trace],
        done: Done,
        left: Callable[[int, str], object],
        unchanged: Callable[[int], object],
    ) -> None:
        self._target, self._traces, self._done = target, traces, done
        self._left, self._unchanged = left, unchanged

    def show(self, note: Callable[..., object]) -> None:
        """Tell what would be done; each of it is noted."""
        for what, _, named in self._due(None):
            for name, each in named:
                note(each, name, taken=what == "ids_taken")
            self._landed(what)(named, None)

    def carry_out(self, adoptions: Adoptions) -> None:
        """Take ids from records, and give others theirs again."""
        for what, send, named in self._due(adoptions):
            send(named, NO_CHUNK, self._landed(what), self._refused)

    def _due(self, adoptions: Adoptions | None) -> Iterator[tuple[str, Callable[..., None], list[Named]]]:
        sends = (adoptions.take, adoptions.give) if adoptions else (_nothing, _nothing)
        for given, what, send in ((True, "ids_taken", sends[0]), (False, "ids_given", sends[1])):
            named = [
                (name, each)
                for each, one in self._traces.items()
                for name, is_so in one.named.items()
                if is_so is given
            ]
            if not named:
                continue
            there = named_in(self._target.client, self._target.model, dict(named))
            standing = {each for _, each in named} if given else self._standing({each for _, each in named})
            due = [one for one in named if (one[0] in there) is given and one[1] in standing]
            alone = {each for _, each in named if self._traces[each].is_only_named}
            self._unchanged(len(alone - {each for _, each in due}))
            yield what, send, due

    def _standing(self, ids: set[int]) -> set[int]:
        target, domain = self._target, [["id", "in", sorted(ids)]]
        return {row["id"] for row in target.client.search_read(target.model, domain, ["id"], context=target.context)}

    def _landed(self, what: str) -> Callable[[Sequence[Named], object], None]:
        return lambda items, _: self._done_with(what, items)

    def _done_with(self, what: str, items: Sequence[Named]) -> None:
        self._done(what, [each for _, each in items])

    def _refused(self, item: Named, error: Refused) -> None:
        self._left(item[1], str(error))


def _nothing(*_: object) -> None:
    """Send nothing: the undo is only planned."""
