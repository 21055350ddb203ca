"""Calls and waits of a client, told to the observer of a run as those of the job that is at work."""

from __future__ import annotations

import threading

from odoo_etl.events import Answered, Wait
from odoo_etl.observers import JobObserver
from odoo_etl.odoo import RetryEvent


class CallsOf:
    """Hears of the calls of a client, and hands them to an observer; several threads may call at once.

    Attributes:
        job: whose calls they are; jobs that share a client work one after the other.
    """

    def __init__(self, observer: JobObserver, job: str) -> None:
        self._observer, self.job = observer, job
        self._now: dict[int, str] = {}  # by thread: each has one call at a time

    def began(self, call: str) -> None:
        """A call is about to be sent."""
        self._now[threading.get_ident()] = call
        self._observer.calling(self.job, tuple(self._now.values()))

    def ended(self, call: str, records: int, seconds: float, outcome: str) -> None:
        """A call was answered, or met an error."""
        self._now.pop(threading.get_ident(), None)
        self._observer.answered(self.job, Answered(call, records, seconds, outcome))
        self._observer.calling(self.job, tuple(self._now.values()))

    def retried(self, event: RetryEvent) -> None:
        """A call is sent again after a wait."""
        self._observer.waiting(self.job, wait_of(event))


def wait_of(event: RetryEvent) -> Wait:
    """The wait before a call is sent again."""
    attempt = event.attempt + 1 if event.attempts else 0
    return Wait("server", str(event.error), event.wait_s, attempt, event.attempts)
