"""The files that schedules wait for: looked for beside the loop, so that a store which hangs holds nothing else up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from odoo_etl.serving.arrivals import Arrived, Inbox, Listing, listing_of, why_not
from odoo_etl.serving.attempts import NOT_BEGUN
from odoo_etl.serving.station import Station
from odoo_etl.spec import FileKeys, Project, Scheduled, file_sources


class Inboxes:
    """The inboxes of all schedules with `on: files`."""

    def __init__(self, station: Station) -> None:
        self._station, self._clock = station, station.parts.clock
        self._inboxes: dict[str, Inbox] = {}
        self._sources: dict[str, Sequence[FileKeys]] = {}
        self._poll_s: dict[str, float] = {}
        self._looked_at: dict[str, float] = {}
        self._looking: set[str] = set()
        self._arrived: dict[str, Arrived] = {}
        self._told: dict[str, str] = {}

    @property
    def names(self) -> list[str]:
        """The schedules that wait for files."""
        return list(self._inboxes)

    @property
    def is_settling(self) -> bool:
        """Whether it is not known yet what has arrived."""
        unknown = self._inboxes.keys() - self._looked_at.keys()
        return bool(unknown or self._looking) or any(inbox.is_settling for inbox in self._inboxes.values())

    def take_on(self, project: Project, schedules: Collection[Scheduled]) -> None:
        """These schedules wait for files, and no others."""
        known = self._inboxes
        self._sources = {one.name: file_sources(project.jobs[job] for job in one.jobs) for one in schedules}
        self._poll_s = {one.name: one.spec.poll for one in schedules}
        self._inboxes = {
            one.name: Inbox(
                self._seen(one.name, known.get(one.name)),
                one.spec.settle,
                self._clock.monotonic,
            )
            for one in schedules
        }
        for name in self._arrived.keys() - self._inboxes.keys():
            del self._arrived[name]

    def _seen(self, name: str, known: Inbox | None) -> set[str]:
        """The files that it has run for; none where its last run could not begin: the project is another by now."""
        slots = self._station.slots
        seen = slots.seen(name) if known is None else known.seen
        last = next(iter(slots.last(name, 1)), None)
        if last is None or last.kind != "files" or last.exit_code != NOT_BEGUN:
            return seen
        slots.unsee(name, seen)
        return set()

    def look(self, names: Collection[str]) -> None:
        """Look for the files of some schedules, where it is time to."""
        now = self._clock.monotonic()
        for name in names:
            if name in self._looking or now - self._looked_at.get(name, float("-inf")) < self._every_s(name):
                continue
            self._looking.add(name)
            self._station.parts.aside(partial(listing_of, self._sources[name]), partial(self._found, name))

    def wait_s(self, names: Collection[str]) -> float:
        """How many seconds until it is time to look for the files of one of these schedules."""
        now = self._clock.monotonic()
        waits = [self._looked_at.get(name, now) + self._every_s(name) - now for name in names]
        return min(waits, default=float("inf"))

    def arrived(self, name: str) -> Arrived | None:
        """The new files of a schedule, all of them whole."""
        return self._arrived.get(name)

    def are_whole(self, name: str, since: float | None) -> bool:
        """Whether all files of a schedule were whole at our last look, after that moment; with None, nobody asks."""
        inbox = self._inboxes.get(name)
        if since is None or inbox is None:
            return True
        if self._looked_at.get(name, float("-inf")) < since:
            self._looked_at.pop(name, None)  # the next look comes at once, however seldom they are
            return False
        return name in self._arrived or not inbox.is_settling

    def forget(self, name: str) -> None:
        """A run may have taken away what had arrived: look again."""
        if self._arrived.pop(name, None) is not None:
            self._looked_at.pop(name, None)

    def check(self, name: str) -> None:
        """Nothing is run for what has arrived: another server may have run for it."""
        arrived = self._arrived.get(name)
        if arrived is not None and arrived.keys <= self._station.slots.seen(name):
            self.saw(name, arrived)

    def saw(self, name: str, arrived: Arrived) -> None:
        """A schedule runs for these files, here or elsewhere."""
        self._arrived.pop(name, None)
        if inbox := self._inboxes.get(name):
            inbox.saw(arrived.keys)

    def _every_s(self, name: str) -> float:
        """Sooner while files are not known to be whole."""
        inbox = self._inboxes[name]
        return min(self._poll_s[name], max(1.0, inbox.settle_s)) if inbox.is_settling else self._poll_s[name]

    def _found(self, name: str, found: Listing | Exception) -> None:
        self._looking.discard(name)
        self._looked_at[name] = self._clock.monotonic()
        inbox = self._inboxes.get(name)
        if inbox is None:
            return
        if isinstance(found, Exception):
            self._tell(name, why_not(found))
            return
        self._tell(name, "")
        if gone := inbox.gone(found):
            self._station.slots.unsee(name, gone)  # first, since it may be away
            inbox.seen -= gone
        arrived = inbox.look(found)
        if arrived is None:
            self._arrived.pop(name, None)
        else:
            self._arrived[name] = arrived

    def _tell(self, name: str, why: str) -> None:
        """Tell once that files cannot be looked for, and why."""
        if why != self._told.get(name, ""):
            self._told[name] = why
            text = (
                f"{name}: its files cannot be looked for: {why}"
                if why
                else f"{name}: its files can be looked for again"
            )
            self._station.tell("files_unknown" if why else "files_known", text, level="warning", schedule=name)
