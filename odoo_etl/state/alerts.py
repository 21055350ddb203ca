"""Alerts as the ledger knows them: what is wrong since when, and what each channel was told of it.

Whoever wants to tell a channel claims that first, so that several runs and servers tell it once. A claim that nobody
confirmed (its process was killed) is taken over once `LEASE_S` have passed: so it is told at least once, and twice only
where the process died between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal
from uuid import uuid4

import sqlalchemy as sa

from odoo_etl.state.payload import pack, unpack
from odoo_etl.state.slots import SET_BACK_S
from odoo_etl.state.store import Store
from odoo_etl.state.tables import alert_sends, alerts

LEASE_S: Final = 120.0
LONGEST_WAIT_S: Final = 3_600.0  # for another try to tell a channel

_KEPT_AS_THEY_ARE: Final = ("environment", "subject", "kind", "firing", "change", "since", "well_at")
AlertEvent = Literal["firing", "repeated", "recovered"]


@dataclass(frozen=True, slots=True)
class Judged:
    """Something that was looked at.

    Attributes:
        subject: the job, connection or part of a job; "" for the project.
        kind: of alert: failed, rejects, ...
        facts: what is to be said of it.
        well_at: epoch seconds since when all is known to be well; None where it is only not known to be otherwise.
        memory: kept for the next look; None leaves what there is.
    """

    subject: str
    kind: str
    firing: bool
    facts: Mapping[str, Any] = field(default_factory=dict)
    well_at: float | None = None
    memory: Any = None


@dataclass(frozen=True, slots=True)
class AlertState:
    """The state of a subject and a kind. Times are epoch seconds, by the clock of whoever judged.

    Attributes:
        change: how often it has changed: odd while it fires.
        since: when it changed last.
        well_at: when all was known to be well last; when it was first looked at, before that.
        fired, well: the facts of the last alert, `at` which it began, and the facts of the recovery from it.
        memory: as in `Judged`; None before there is any.
    """

    environment: str
    subject: str
    kind: str
    firing: bool
    change: int
    since: float
    well_at: float
    fired: Mapping[str, Any]
    well: Mapping[str, Any]
    memory: Any


@dataclass(frozen=True, slots=True)
class AlertSend:
    """The last that a channel was told of a state.

    Attributes:
        firing, change: of the state as it was told; `change` is 0 where nothing was.
        told_at: when; 0 where nothing was.
        repeats: how often it was told again since.
        tries: how often sending failed since; `error` has why, and `next_at` when it is tried again.
    """

    channel: str
    firing: bool = False
    change: int = 0
    told_at: float = 0.0
    repeats: int = 0
    token: str = ""
    claimed_at: float = 0.0
    tries: int = 0
    next_at: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to tell a channel of a state."""

    state: AlertState
    send: AlertSend
    event: AlertEvent


# The events that channels are owed; None where the state counts as told, and nothing is said.
Decide = Callable[[AlertState, Mapping[str, AlertSend]], Iterable[tuple[str, AlertEvent | None]]]


class Alerts:
    """The alerts of a ledger. Every method may raise StateError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def states(self, environment: str) -> list[AlertState]:
        """All that were ever looked at, by subject and kind."""
        with self._store.read() as connection:
            return list(_states(connection, environment))

    def sends(self, environment: str) -> dict[tuple[str, str], dict[str, AlertSend]]:
        """By subject and kind, then by channel: what was told last."""
        with self._store.read() as connection:
            return _sends(connection, environment)

    def memory(self, environment: str, subject: str, kind: str) -> Any:
        """The memory that the last look kept; None before the first."""
        query = sa.select(alerts.c.memory).where(_at(alerts, environment, subject, kind))
        with self._store.read() as connection:
            found = connection.execute(query).scalar_one_or_none()
        return None if found is None else unpack(found)

    def note(self, environment: str, judged: Sequence[Judged], now: float) -> None:
        """Keep what was found; a state that is another one than before has changed `now`."""
        with self._store.read() as connection:  # mostly nothing is new, and nobody has to wait for a writer
            is_new = bool(_changed(connection, environment, judged, now))
        if not is_new:
            return
        with self._store.write(durable=True) as connection:
            self._store.queue_up(connection, "etl_alerts")
            if rows := _changed(connection, environment, judged, now):
                self._store.put(connection, alerts, rows)

    def claim(self, environment: str, decide: Decide, now: float) -> list[Claim]:
        """Take on to tell what is owed, but what others have taken on, or what is to wait after a failure.

        Args:
            decide: says what each channel is owed for a state that has changed at least once.
        """
        with self._store.read() as connection:
            is_owed = any(_owed(connection, environment, decide, now))
        if not is_owed:
            return []
        claims = list[Claim]()
        with self._store.write(durable=True) as connection:
            self._store.queue_up(connection, "etl_alerts")
            rows = []
            for one in list(_owed(connection, environment, decide, now)):
                claims += [one] if isinstance(one, Claim) else []
                state, send = (one.state, one.send) if isinstance(one, Claim) else one
                rows.append(_send_row(state, send))
            if rows:
                self._store.put(connection, alert_sends, rows)
        return claims

    def told(self, claims: Iterable[Claim], now: float) -> None:
        """The channel knows."""
        self._settle(claims, lambda one: _as_told(one, now))

    def not_told(self, claims: Iterable[Claim], error: str, next_at: float) -> None:
        """The channel could not be told: it is tried again, by whoever looks from then on."""
        self._settle(claims, lambda one: {"tries": one.send.tries + 1, "next_at": next_at, "error": error})

    def forget_values(self, run_id: str | None = None) -> None:
        """Take values of rows out of what alerts say: of those of a run, or of all."""
        with self._store.write(durable=True) as connection:
            for row in connection.execute(sa.select(alerts)).all():
                facts = unpack(row.facts)
                kept = {name: _without_values(one, run_id) for name, one in facts.items()}
                if kept != facts:
                    this = _at(alerts, row.environment, row.subject, row.kind)
                    connection.execute(alerts.update().where(this).values(facts=pack(kept)))

    def _settle(self, claims: Iterable[Claim], values: Callable[[Claim], Mapping[str, Any]]) -> None:
        """A claim that another one has taken over is the other's."""
        with self._store.write(durable=True) as connection:
            for one in claims:
                state, send = one.state, one.send
                this = _at(alert_sends, state.environment, state.subject, state.kind)
                mine = this & (alert_sends.c.channel == send.channel) & (alert_sends.c.token == send.token)
                connection.execute(alert_sends.update().where(mine).values(token="", **values(one)))


def _as_told(claim: Claim, now: float) -> dict[str, Any]:
    repeats = claim.send.repeats + 1 if claim.event == "repeated" else 0
    known = {"firing": claim.state.firing, "change": claim.state.change, "told_at": now, "repeats": repeats}
    return {**known, "tries": 0, "next_at": 0.0, "error": ""}


def _at(table: sa.Table, environment: str, subject: str, kind: str) -> sa.ColumnElement[bool]:
    return (table.c.environment == environment) & (table.c.subject == subject) & (table.c.kind == kind)


def _states(connection: sa.Connection, environment: str, *, changed: bool = False) -> Iterator[AlertState]:
    query = sa.select(alerts).where(alerts.c.environment == environment).order_by(alerts.c.subject, alerts.c.kind)
    for row in connection.execute(query.where(alerts.c.change > 0) if changed else query):
        facts = unpack(row.facts)
        yield AlertState(
            *(row.environment, row.subject, row.kind, row.firing, row.change, row.since, row.well_at),
            *(facts.get("fired", {}), facts.get("well", {}), unpack(row.memory)),
        )


def _sends(connection: sa.Connection, environment: str) -> dict[tuple[str, str], dict[str, AlertSend]]:
    found: dict[tuple[str, str], dict[str, AlertSend]] = {}
    for row in connection.execute(sa.select(alert_sends).where(alert_sends.c.environment == environment)):
        values = {
            name: value for name, value in row._asdict().items() if name not in {"environment", "subject", "kind"}
        }
        found.setdefault((row.subject, row.kind), {})[row.channel] = AlertSend(**values)
    return found


def _changed(connection: sa.Connection, environment: str, judged: Sequence[Judged], now: float) -> list[dict[str, Any]]:
    """The rows of states that are others than before."""
    known = {(one.subject, one.kind): one for one in _states(connection, environment)} if judged else {}
    new = [_after(known.get((one.subject, one.kind)), one, environment, now) for one in judged]
    return [_row(state) for state in new if state is not None]


def _owed(
    connection: sa.Connection, environment: str, decide: Decide, now: float
) -> Iterator[Claim | tuple[AlertState, AlertSend]]:
    """Claims on all that is owed and nobody else has taken on; what counts as told without a word."""
    sends = _sends(connection, environment)
    for state in list(_states(connection, environment, changed=True)):
        known = {name: _forgiven(one, now) for name, one in sends.get((state.subject, state.kind), {}).items()}
        for channel, event in decide(state, known):
            send = known.get(channel, AlertSend(channel))
            if event is None:
                yield state, replace(send, firing=state.firing, change=state.change)
            elif send.next_at <= now and not (send.token and now - send.claimed_at < LEASE_S):
                yield Claim(state, replace(send, token=uuid4().hex, claimed_at=now), event)


def _forgiven(send: AlertSend, now: float) -> AlertSend:
    """Times that a clock left behind which has been set back since count as long ago: nobody waits for them."""
    latest = now + SET_BACK_S
    return replace(
        send,
        told_at=send.told_at if send.told_at <= latest else 0.0,
        claimed_at=send.claimed_at if send.claimed_at <= latest else 0.0,
        next_at=send.next_at if send.next_at <= latest + LONGEST_WAIT_S else 0.0,
    )


def _after(before: AlertState | None, judged: Judged, environment: str, now: float) -> AlertState | None:
    """The state after a look; None where there is nothing to be kept."""
    new = before or AlertState(environment, judged.subject, judged.kind, False, 0, now, now, {}, {}, None)
    changes = judged.firing != new.firing
    kept: dict[str, Any] = {"firing": judged.firing, "change": new.change + 1, "since": now} if changes else {}
    if judged.firing:
        kept |= {"fired": {**judged.facts, "at": now if changes else new.since}, "well": {}}
    elif changes:
        kept["well"] = judged.facts
    if judged.well_at is not None:
        is_earlier = before is not None and new.well_at <= now + SET_BACK_S  # else that clock has been set back
        kept["well_at"] = max(judged.well_at, new.well_at) if is_earlier else judged.well_at
    if judged.memory is not None:
        kept["memory"] = judged.memory
    return replace(new, **kept) if kept or before is None else None


def _row(state: AlertState) -> dict[str, Any]:
    known = {name: getattr(state, name) for name in _KEPT_AS_THEY_ARE}
    return {**known, "facts": pack({"fired": state.fired, "well": state.well}), "memory": pack(state.memory)}


def _send_row(state: AlertState, send: AlertSend) -> dict[str, Any]:
    known = {name: getattr(send, name) for name in AlertSend.__dataclass_fields__}
    return {**known, "environment": state.environment, "subject": state.subject, "kind": state.kind}


def _without_values(facts: Mapping[str, Any], run_id: str | None) -> Mapping[str, Any]:
    if run_id is not None and facts.get("run") != run_id:
        return facts
    return {name: value for name, value in facts.items() if name != "values"}
