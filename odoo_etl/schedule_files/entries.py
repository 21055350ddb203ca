"""The schedules as a platform takes them: which it can say, under which name, and what it does otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from odoo_etl.schedule_files.cron import Cron
from odoo_etl.schedule_files.model import Place, ScheduledRun, lost, slugs


@dataclass(frozen=True, slots=True)
class Entry:
    """A schedule on a platform.

    Attributes:
        name: of what belongs to it there; no two are the same.
        cron: None where the platform cannot say its times, or only files start it.
        notes: what the platform does otherwise.
    """

    run: ScheduledRun
    place: Place
    name: str
    cron: Cron | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform, and how far it goes with schedules.

    Attributes:
        what: has the times there, in words: `crontab`.
        lacks: sentences on keys, as `lost` has them.
        can_say: whether it has words for an expression.
        odd: where it runs at other times than the schedule says, in sentences.
    """

    what: str
    lacks: Mapping[str, str]
    can_say: Callable[[Cron], bool]
    odd: Callable[[ScheduledRun, Cron, Place], list[str]]

    def entries(self, runs: tuple[ScheduledRun, ...], place: Place) -> tuple[Entry, ...]:
        """All schedules, those among them that it cannot say, in order."""
        names = slugs(runs)
        return tuple(self._entry(one, place, f"{place.prefix}-{names[one.name]}") for one in runs)

    def _entry(self, one: ScheduledRun, place: Place, name: str) -> Entry:
        cron = Cron.of(one.cron) if one.cron else None
        notes = lost(one, self.lacks)
        if cron is None:
            return Entry(one, place, name, None, tuple(notes))
        if not self.can_say(cron):
            left_out = f"{one.name}: no {self.what} can say `{cron.text}`: it is left out"
            return Entry(one, place, name, None, (*notes, left_out))
        odd = (f"{one.name}: {each}" for each in self.odd(one, cron, place))
        return Entry(one, place, name, cron, (*notes, *odd))


def said(entries: tuple[Entry, ...]) -> Iterator[tuple[Entry, Cron]]:
    """Those that the platform can say."""
    return ((one, one.cron) for one in entries if one.cron is not None)


def notes_of(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """All notes, in order."""
    return tuple(note for one in entries for note in one.notes)


def at_changes(differences: list[str]) -> list[str]:
    """Differences on the days on which clocks change, as sentences."""
    return [f"where clocks are put forward or back, {each}" for each in differences]
