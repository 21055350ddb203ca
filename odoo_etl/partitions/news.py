"""How far the parts of a job are, while they run elsewhere: each tells whoever directs them, some times a second.

Nothing hangs on it: what became of a part is in its result, and what is lost on the way is told anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from odoo_etl.events import Answered, Wait
from odoo_etl.observers import JobObserver, NoObserver
from odoo_etl.results import Counts
from odoo_etl.so_far import JobSoFar

EVERY_S = 0.5
MOST_ANSWERED = 20  # kinds of calls in one message, which is to stay small: a pipe takes up to 4 KiB as one
LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class PartNews:
    """A part by now.

    Attributes:
        resumed: rows that an earlier run had done.
        calls: on their way.
        answered: since the news before.
        wait: since the news before, if there was one.
    """

    job: str
    part: str
    counts: Counts = field(default_factory=Counts)
    resumed: int = 0
    calls: tuple[str, ...] = ()
    answered: tuple[Answered, ...] = ()
    wait: Wait | None = None

    def as_plain(self) -> dict[str, Any]:
        """The news as values that every way of sending knows."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> PartNews:
        """Make the news from `as_plain`; tuples may have become lists."""
        return cls(
            plain["job"],
            plain["part"],
            Counts(**plain["counts"]),
            plain["resumed"],
            tuple(plain["calls"]),
            tuple([Answered(**one) for one in plain["answered"]]),
            Wait(**plain["wait"]) if plain["wait"] else None,
        )


Tell = Callable[[Mapping[str, Any]], object]  # sends news, as plain values


class PartReporter(NoObserver):
    """The observer of a part: tells how far it is; its notes go into its result.

    Args:
        tell: sends the news; may block, and is called from one thread only. None where nobody wants any.
    """

    def __init__(self, so_far: JobSoFar, tell: Tell | None) -> None:
        self._so_far, self._tell = so_far, tell
        self._news = PartNews(so_far.result.job, so_far.result.part)
        self._sums: dict[tuple[str, str], Answered] = {}
        self._told = self._news
        self._lock = threading.Lock()
        self._ended: SimpleQueue[None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="news", daemon=True)
        if tell is not None:
            self._thread.start()

    def resumed(self, _job: str, rows: int) -> None:
        """Add them up."""
        with self._lock:
            self._news = replace(self._news, resumed=self._news.resumed + rows)

    def calling(self, _job: str, calls: Sequence[str]) -> None:
        """Keep them for the next news."""
        with self._lock:
            self._news = replace(self._news, calls=tuple(calls))

    def answered(self, _job: str, answered: Answered) -> None:
        """Add it to those of its kind."""
        kind = answered.call, answered.outcome
        with self._lock:
            self._sums[kind] = added(self._sums.get(kind), replace(answered, elsewhere=True))

    def waiting(self, _job: str, wait: Wait) -> None:
        """Keep it for the next news."""
        with self._lock:
            self._news = replace(self._news, wait=replace(wait, text=wait.text[:LONGEST_TEXT]))

    def progressed(self, _job: str, counts: Counts) -> None:
        """Keep them for the next news."""
        with self._lock:
            self._news = replace(self._news, counts=counts)

    def note(self, _job: str, text: str) -> None:
        """Keep it, with the part that it is of."""
        self._so_far.note(f"part {self._so_far.result.part}: {text}")

    def close(self) -> None:
        """Tell the last news, if somebody takes them."""
        self._ended.put(None)
        if self._thread.is_alive():
            self._thread.join(2 * EVERY_S)

    def _run(self) -> None:
        while True:
            try:
                self._ended.get(timeout=EVERY_S)
            except Empty:
                self._send()
            else:
                self._send()
                return

    def _send(self) -> None:
        for news in self._take():
            if self._tell is not None:
                self._tell(news.as_plain())

    def _take(self) -> list[PartNews]:
        """The news since the last time, in messages that are small."""
        with self._lock:
            sums, self._sums = list(self._sums.values()), {}
            news, self._news = self._news, replace(self._news, wait=None)
        if news == self._told and not sums:
            return []
        self._told = replace(news, wait=None)
        groups = [sums[start : start + MOST_ANSWERED] for start in range(0, len(sums), MOST_ANSWERED)] or [[]]
        return [replace(news, answered=tuple(group)) for group in groups]


def added(known: Answered | None, more: Answered) -> Answered:
    """Calls of one kind, and some more of them."""
    if known is None:
        return more
    records, seconds = known.records + more.records, known.seconds + more.seconds
    return replace(more, records=records, seconds=seconds, calls=known.calls + more.calls)


class PartsProgress:
    """How far a job is whose parts run elsewhere: tells its observer what they tell; from any thread.

    Args:
        counts: of the job, whose parts know nothing of `read` and `filtered`.
    """

    def __init__(self, job: str, observer: JobObserver, counts: Counts) -> None:
        self._job, self._observer = job, observer
        self._all = Counts(read=counts.read, filtered=counts.filtered)
        self._parts: dict[str, PartNews] = {}
        self._ended: set[str] = set()
        self._lock = threading.Lock()

    def hear(self, plain: Mapping[str, Any]) -> None:
        """News of a part; of one that has ended nothing is new, nor of another job."""
        news = PartNews.from_plain(plain)
        with self._lock:
            before = self._parts.get(news.part, PartNews(self._job, news.part))
            if news.part in self._ended or news.job != self._job:
                return
            self._parts[news.part] = replace(news, answered=(), wait=None)
            events = [*self._since(before, news), *self._now()]
        for tell in events:
            tell()

    def ended(self, part: str, counts: Counts) -> None:
        """A part ended with these counts."""
        with self._lock:
            self._ended.add(part)
            before = self._parts.get(part, PartNews(self._job, part))
            self._parts[part] = replace(before, counts=counts, calls=())
            events = self._now()
        for tell in events:
            tell()

    def _since(self, before: PartNews, news: PartNews) -> list[Callable[[], object]]:
        observer, job = self._observer, self._job
        events: list[Callable[[], object]] = [partial(observer.answered, job, one) for one in news.answered]
        if news.resumed > before.resumed:
            events.append(partial(observer.resumed, job, news.resumed - before.resumed))
        if news.wait is not None:
            wait = replace(news.wait, text=f"part {news.part}: {news.wait.text}")
            events.append(partial(observer.waiting, job, wait))
        return events

    def _now(self) -> list[Callable[[], object]]:
        counts, calls = self._all, list[str]()
        for part in self._parts.values():
            counts = counts.plus(**_outcomes(part.counts))
            calls += part.calls
        return [
            partial(self._observer.calling, self._job, tuple(calls)),
            partial(self._observer.progressed, self._job, counts),
        ]


OUTCOMES = ("created", "updated", "unchanged", "skipped", "rejected")


def _outcomes(counts: Counts) -> dict[str, int]:
    return {kind: getattr(counts, kind) for kind in OUTCOMES}
