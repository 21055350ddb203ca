"""Values that observers of a run hear: where a job is, which calls were answered, what is waited for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Phase(StrEnum):
    """A phase of a job; a job goes through them from top to bottom, and leaves out what it has no use for."""

    BEFORE = "before"  # SQL, HTTP requests and commands that come before the job
    SERVER = "server"  # login, fields and rights
    LOCKS = "locks"  # the job is taken, and calls of runs that died are settled
    SOURCE = "source"  # the source is read once; nothing is known of its rows yet
    CHECKS = "checks"  # limits and expectations of the source
    MISSING = "missing"  # records that lookups lack are created
    ROWS = "rows"  # lookups, existing records, writes, what Odoo kept of them
    AGAIN = "again"  # what Odoo refused, and what waited for other rows
    STEPS = "steps"  # methods and values on the records that were written
    LOOK = "look"  # records that may have changed since are looked at once more
    VANISHED = "vanished"  # records that the source lacks
    EXPECTATIONS = "expectations"  # of Odoo
    AFTER = "after"  # SQL, HTTP requests and commands that come after the job
    EXPORT = "export"  # the only one of what is exported, after the server
    UNDO = "undo"  # the only one of a job that is undone


@dataclass(frozen=True, slots=True)
class Answered:
    """Calls that came to an end, well or not.

    Attributes:
        call: `res.partner.create`; `common.login` and `common.version` of those that begin a session.
        records: how many the calls carried or worked on; 0 where they did neither.
        seconds: how long the calls took, all of them together.
        outcome: `answered`, or the class of the error.
        calls: how many they are: one, but of a job whose parts run elsewhere, which tell of many at a time.
        elsewhere: another process sent them.
    """

    call: str
    records: int
    seconds: float
    outcome: str = "answered"
    calls: int = 1
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that a job waits for; the wait is over after its seconds, or is told of again.

    Attributes:
        reason: `server` (away, busy), `answer` (a call got none: has it landed?), `lock` (of another run), `parts` (of
            the job, which other processes do).
        text: what is waited for, in a sentence.
        seconds: until it is looked at again.
        attempt: the number of the next attempt, of those that are counted; else 0.
        attempts: how many there are at most; 0 where only time ends them.
    """

    reason: Literal["server", "answer", "lock", "parts"]
    text: str
    seconds: float
    attempt: int = 0
    attempts: int = 0
