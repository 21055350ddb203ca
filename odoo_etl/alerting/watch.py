"""The look from time to time at what no run would tell: jobs that are silent, keys that expire, jobs that are gone.

`Watch` is for a server that looks again and again; whoever looks once, as `odoo-etl alerts --check` does, makes one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from odoo_etl.alerting.by_schedules import BySchedules
from odoo_etl.alerting.delivery import Delivery, Send, send_message
from odoo_etl.alerting.keys import AskExpiry, ask_server, judge_keys
from odoo_etl.alerting.silence import judge_silence
from odoo_etl.spec import AlertsSpec, Project
from odoo_etl.state import AlertState, Judged, Ledger

KEYS_EACH_S: Final = 6 * 3_600.0


def alerts_of(project: Project) -> AlertsSpec | None:
    """The alerts of a project; None where nobody is to be told of anything."""
    spec = project.project.alerts
    return spec if spec is not None and spec.on else None


class Watch:
    """Looks at a project from time to time, and tells its channels what they are owed.

    Args:
        clock: epoch seconds: what is judged, and when channels are told.
        send: sends one message to a channel.
        ask_expiry: asks a server when its key expires.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        send: Send = send_message,
        ask_expiry: AskExpiry = ask_server,
    ) -> None:
        self._clock, self._ask = clock, ask_expiry
        self._delivery = Delivery(clock, send)
        self._keys_asked_at = float("-inf")

    def look(self, project: Project, ledger: Ledger) -> list[str]:
        """Judge, and tell; nothing where the project has no alerts.

        Returns:
            A sentence for each channel that could not be told.

        Raises:
            StateError: the ledger cannot be read or written; nothing was told then, and nothing is lost.
        """
        spec = alerts_of(project)
        if spec is None:
            return []
        now = self._clock()
        known = ledger.alerts.states(project.environment)
        by_place = {(one.subject, one.kind): one for one in known}
        timetable = BySchedules(project, ledger.slots(project.environment).met())
        judged = [*judge_silence(project, spec, by_place, timetable, now), *_gone(project, known)]
        if not 0 <= now - self._keys_asked_at < KEYS_EACH_S:
            self._keys_asked_at = now
            judged += judge_keys(project, spec, self._ask, now)
        ledger.alerts.note(project.environment, judged, now)
        return [*unusable(project), *self._delivery.tell(ledger.alerts, project, spec)]


def unusable(project: Project) -> Iterator[str]:
    """A sentence for each channel that lacks a variable."""
    for name, problems in project.unusable_channels.items():
        yield f"channel {name} of `alerts` cannot be used: {'; '.join(map(str, problems))}"


def _gone(project: Project, known: Iterable[AlertState]) -> Iterator[Judged]:
    """Alerts of jobs and connections that the project has no longer."""
    for state in known:
        job, connection = str(state.fired.get("job", "")), str(state.fired.get("connection", ""))
        is_gone = (job and _own(job, project) is None) or (connection and connection not in _connections(project))
        if state.firing and is_gone:
            facts = {"job": job, "connection": connection, "summary": f"{job or connection} is gone from the project"}
            yield Judged(state.subject, state.kind, firing=False, facts=facts)


def _own(name: str, project: Project) -> object | None:
    """The job of the project; records that it creates on the way are a job `NAME.FIELD`."""
    return project.jobs.get(name) or project.jobs.get(name.partition(".")[0])


def _connections(project: Project) -> set[str]:
    return {*project.project.connections, *project.unusable}
