"""Calls of runs that died: what became of them is found out before anything else is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from odoo_etl.mapping import Key, in_one_case
from odoo_etl.spec import EXTERNAL_ID
from odoo_etl.state import ALL, CREATING, CallEntry, JobPart, Ledger, step_of
from odoo_etl.sync.existing import IN_ANY_CASE, ExternalIdFinder, in_any_case, named_in, one_of, read_written
from odoo_etl.sync.ports import Odoo
from odoo_etl.sync.writing import ADOPT, DISOWN, ORPHANS, Settler, holds, made_by_one_call

SEEN = {"active_test": False}
KEYS_A_CALL = 1000


class Recovery:
    """Settles the open calls of earlier runs.

    Args:
        note: told when there is something to wait for.
    """

    def __init__(self, client: Odoo, ledger: Ledger, settler: Settler, note: Callable[[str], None]) -> None:
        self._client, self._ledger, self._settler, self._note = client, ledger, settler, note

    def settle(self, job: str, model: str, database: str, *, creates: bool, job_part: JobPart = ALL) -> int:
        """Settle the open calls that matter to a job and write down what became of them; how many there were.

        Args:
            job: its own calls are those of dead runs, since the caller has its lock.
            creates: the caller has the lock for creating records of the model, so those of others are dead too.
            job_part: the part that the caller has; the calls of the others of its group may be on their way.
        """
        calls = [
            call
            for call in self._ledger.open_calls(model, database)
            if step_of(call.kind) is None  # what a step did is for `sync.after` to find out, which knows the step
            and (call.job == job or (creates and call.kind in CREATING))
            and not _lives(call, job, job_part)
        ]
        sent = self._since_sent(calls)
        for call in calls:
            sent_s_ago = sent(call)
            left_s = self._settler.settle_s - sent_s_ago
            if left_s > 0:
                self._note(
                    f"run {call.run_id} ended before it heard what became of a {call.kind} on {model};"
                    f" it may still land for {left_s:.0f} s, or until its records appear"
                )
            if call.kind in CREATING:
                made = self._made(call, model, sent_s_ago)
                self._ledger.settled(call.id, list(made.values()), list(made))
            else:
                self._ledger.settled(call.id, self._outcome(call, model, sent_s_ago))
        return len(calls)

    def _since_sent(self, calls: Sequence[CallEntry]) -> Callable[[CallEntry], float]:
        """Build a function that says how many seconds ago a call was sent, whatever the ledger's clock does meanwhile.

        One that was sent in the future was sent before that clock was set: nobody knows when, so it is waited for as
        long as if it were sent now.
        """
        begin, now = self._settler.clock(), self._ledger.now() if calls else 0.0
        ages = {call.id: max(now - call.sent_at, 0.0) for call in calls}
        return lambda call: ages[call.id] + self._settler.clock() - begin

    def _made(self, call: CallEntry, model: str, sent_s_ago: float) -> dict[int, int]:
        """Which of a call's records it made, by the number of their keys, once that is certain; to their ids."""
        if not call.keys:
            return {}
        names = tuple(call.keys[0])
        keys = [_key(named, names) for named in call.keys]
        sent = dict(zip(keys, call.after or [{}] * len(keys), strict=True))

        def found(wanted: Collection[Key]) -> Mapping[Key, Sequence[int]]:
            ids = self._ids(call, model, names, wanted)
            if names == (EXTERNAL_ID,):  # nobody else gives a record our external id
                return ids
            others = {
                key: {name: one for name, one in values.items() if name not in names} for key, values in sent.items()
            }
            return made_by_one_call(self._client, model, ids, others, _context(call), by_us=False)

        made = self._settler.records(keys, found, sent_s_ago)
        return {number: made[key][0] for number, key in enumerate(keys) if made.get(key)}

    def _outcome(self, call: CallEntry, model: str, sent_s_ago: float) -> Sequence[int]:
        """The records that a call changed, once that is certain."""
        if call.kind == ORPHANS:  # lines, of another model, of records that are gone
            return call.ids
        if call.kind in {ADOPT, DISOWN}:
            return self._named(call, model, sent_s_ago)
        if call.kind == "unlink":
            self._settler.wait(lambda: not self._there(call, model), sent_s_ago)
            there = self._there(call, model)
            return [number for number in call.ids if number not in there]
        landed = self._settler.wait(lambda: len(self._holding(call, model)) == len(call.ids), sent_s_ago)
        return call.ids if landed else self._holding(call, model)

    def _named(self, call: CallEntry, model: str, sent_s_ago: float) -> list[int]:
        """The records that got their external ids in a call, or lost them."""
        wanted = {key[EXTERNAL_ID]: each for key, each in zip(call.keys, call.ids, strict=True)}

        def done() -> set[str]:
            there = named_in(self._client, model, wanted)
            return there if call.kind == ADOPT else set(wanted) - there

        self._settler.wait(lambda: len(done()) == len(wanted), sent_s_ago)
        landed = done()
        return [each for name, each in wanted.items() if name in landed]

    def _there(self, call: CallEntry, model: str) -> set[int]:
        rows = self._client.search_read(model, [["id", "in", list(call.ids)]], ["id"], context=SEEN)
        return {row["id"] for row in rows}

    def _holding(self, call: CallEntry, model: str) -> list[int]:
        """The records that have the values which the call was to write."""
        if not any(call.after or ()):
            return []
        existing = read_written(self._client, model, call.ids, call.after or (), _context(call))
        return [
            number
            for number, values in zip(call.ids, call.after or (), strict=True)
            if number in existing and holds(values, existing[number])
        ]

    def _ids(self, call: CallEntry, model: str, names: Sequence[str], keys: Collection[Key]) -> Mapping[Key, list[int]]:
        """Key to ids, as the call's job finds its records."""
        if names == (EXTERNAL_ID,):
            return self._by_external_id(model, keys)
        wanted = [named for named in call.keys if _key(named, names) in keys]
        found: dict[Key, list[int]] = {}
        size = IN_ANY_CASE if call.details.get("ignore_case") else KEYS_A_CALL
        for start in range(0, len(wanted), size):
            part = wanted[start : start + size]
            domain = [*call.details.get("key_domain", []), *_conditions(call, names, part)]
            rows = self._client.search_read(model, domain, names, load="_classic_write", context=_context(call))
            for row in rows:
                found.setdefault(_cased(call, _key(row, names)), []).append(row["id"])
        return found

    def _by_external_id(self, model: str, keys: Collection[Key]) -> Mapping[Key, list[int]]:
        module = str(next(iter(keys))[0]).partition(".")[0]
        return ExternalIdFinder(self._client, model, module, {}, SEEN).ids(keys)


def _lives(call: CallEntry, job: str, job_part: JobPart) -> bool:
    """Whether whoever sent the call may be at work beside the caller."""
    return job_part != ALL and (call.job, call.group_id) == (job, job_part.group) and call.part != job_part.part


def _context(call: CallEntry) -> dict[str, Any]:
    """The job's own, so that translated values are those it wrote; archived records are seen."""
    return {**call.details.get("context", {}), **SEEN}


def _conditions(call: CallEntry, names: Sequence[str], keys: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The domain of records that have one of the values in each field."""
    wanted = {name: sorted({key.get(name, False) for key in keys}, key=str) for name in names}
    if not call.details.get("ignore_case"):
        return [term for name, values in wanted.items() for term in one_of(name, values)]
    texts = {name: any(isinstance(one, str) for one in values) for name, values in wanted.items()}
    return [
        term
        for name, values in wanted.items()
        for term in (in_any_case(name, values) if texts[name] else one_of(name, values))
    ]


def _cased(call: CallEntry, key: Key) -> Key:
    """The key of a record as the call's job knows it."""
    return tuple(map(in_one_case, key)) if call.details.get("ignore_case") else key


def _key(values: Mapping[str, Any], names: Sequence[str]) -> Key:
    """The key of a record, with one form for a part that is empty."""
    return tuple(values.get(name) or False for name in names)
