"""A cron expression as other schedulers understand it: its fields, in their spelling, and where they differ.

Ours mean what Debian's cron makes of them (cronsim): a time that does not exist on a day comes at the next moment that
does, one that exists twice comes once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from cronsim import CronSim

YEAR: Final = timedelta(days=366)
_DAY: Final = timedelta(days=1)
_FULL: Final = {"minutes": 60, "hours": 24, "months": 12}
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Days:
    """Days on which an expression fits: all conditions together.

    Attributes:
        days: of the month; None for any. Negative ones count from its end: -1 is the last.
        weekdays: 0 is Sunday; None for any.
    """

    days: tuple[int, ...] | None = None
    weekdays: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Cron:
    """An expression, taken apart.

    Attributes:
        minutes, hours, months: those that fit.
        days: one of them must fit.
        is_plain: no part of it is an addition of ours (`L`, `LW`, `MON#1`, `5L`).
        is_strict: day of the month and day of the week are both said, and both must fit, since one begins with `*`.
    """

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: tuple[int, ...]
    days: tuple[Days, ...]
    is_plain: bool
    is_strict: bool

    @classmethod
    def of(cls, text: str) -> Self:
        """Take an expression apart. Raises CronSimError: it is none."""
        found: Any = CronSim(text, datetime(2028, 1, 1, tzinfo=UTC))
        months_days, week = list(_days(found.days)), list(_weekdays(found.weekdays))
        fields = text.split()
        special = any(not isinstance(one, int) or one < 0 for one in {*found.days, *found.weekdays})
        both = not _is_any_day(found.days) and not _is_any_weekday(found.weekdays)
        pairs = [_both(one, other) for one in months_days for other in week]
        days = pairs if found.day_and else [*months_days, *week]
        return cls(
            " ".join(fields),
            tuple(sorted(found.minutes)),
            tuple(sorted(found.hours)),
            tuple(sorted(found.months)),
            tuple(one for one in days if one is not None),
            not special,
            both and found.day_and,
        )

    @property
    def posix(self) -> str:
        """The expression as every cron understands it: Sunday is 0, `5/15` is spelled out.

        Only for one that `is_posix`.
        """
        minute, hour, day, month, weekday = self.text.split()
        sets: Any = CronSim(self.text, datetime(2028, 1, 1, tzinfo=UTC))
        return " ".join(
            [
                minute if _is_posix(minute) else _listed(self.minutes),
                hour if _is_posix(hour) else _listed(self.hours),
                day if _is_posix(day) else _listed(sorted(sets.days)),
                month if _is_posix(month) else _listed(self.months),
                weekday
                if _is_posix(weekday) and "7" not in weekday
                else _listed(sorted({one % 7 for one in sets.weekdays})),
            ]
        )

    @property
    def is_posix(self) -> bool:
        """Whether every cron understands it, and as we do."""
        return self.is_plain and not self.is_strict

    @property
    def is_each_hour(self) -> bool:
        """Whether it goes by the minute of each hour alone: then a timezone whose offset is in hours is none."""
        return len(self.hours) == _FULL["hours"] and self.is_each_day

    @property
    def is_each_day(self) -> bool:
        """Whether it fits on every day."""
        return len(self.months) == _FULL["months"] and any(one == Days() for one in self.days)

    def times(self, zone: str, since: datetime) -> Iterator[datetime]:
        """Its times after a moment, in UTC, in the order in which they come."""
        last = since
        for each in CronSim(self.text, since.astimezone(ZoneInfo(zone))):
            if (moment := each.astimezone(UTC)) > last:
                last = moment
                yield moment

    def shortest_s(self, since: datetime) -> float:
        """How many seconds two times lie apart at least, as far as the next hundred say."""
        found = list(islice(self.times("UTC", since), 100))
        return min(((later - one).total_seconds() for one, later in pairwise(found)), default=YEAR.total_seconds())


# What others make of a time that the clock of a timezone shows: the moments, in UTC.
Rule = Callable[[datetime, ZoneInfo], list[datetime]]


def first_of_those_that_exist(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """A time that does not exist is left out; of two the first."""
    return each_that_exists(wall, zone)[:1]


def each_that_exists(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """A time that does not exist is left out; one that exists twice comes twice."""
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(one for one in both if one.astimezone(zone).replace(tzinfo=None) == wall)


def differences(cron: Cron, zone: str, since: datetime, rule: Rule) -> list[str]:
    """The moments of the next year at which a scheduler with such a rule runs otherwise than we do, in words.

    They are looked for where clocks are put forward or back.
    """
    place = ZoneInfo(zone)
    told = [each for change in _changes(place, since) for each in _odd(cron, zone, change, rule)]
    return [*told[:_SHOWN], *([f"{len(told) - _SHOWN} more"] if len(told) > _SHOWN else [])]


def moved_or_second(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """A time that does not exist comes as much later as clocks are put forward; of two the second."""
    return [*each_that_exists(wall, zone)[-1:]] or [wall.replace(tzinfo=zone, fold=0).astimezone(UTC)]


def doubled(cron: Cron, zone: str, since: datetime) -> list[str]:
    """The times of the next year that the clock of a timezone shows twice."""
    place, found = ZoneInfo(zone), list[str]()
    for change in _changes(place, since):
        walls = _walls(cron, zone, change - 2 * _DAY, change + _DAY)
        found += [f"{wall:%Y-%m-%d %H:%M}" for wall in walls if len(each_that_exists(wall, place)) > 1]
    return found[:_SHOWN]


def _odd(cron: Cron, zone: str, change: datetime, rule: Rule) -> Iterator[str]:
    """The same of the days around one change."""
    since, until, place = change - 2 * _DAY, change + 2 * _DAY, ZoneInfo(zone)
    ours = set(takewhile(lambda each: each <= until, cron.times(zone, since)))
    walls = _walls(cron, zone, since - _DAY, until + _DAY)
    theirs = {each for wall in walls for each in rule(wall, place) if since < each <= until}
    for each in sorted(ours ^ theirs):
        what = "it does not run" if each in ours else "it runs as well"
        yield f"at {each.astimezone(place):%Y-%m-%d %H:%M (UTC%z)} {what}"


def _walls(cron: Cron, zone: str, since: datetime, until: datetime) -> Iterator[datetime]:
    """The times between two moments as clocks show them, whether such a time exists or not."""
    place = ZoneInfo(zone)
    end = until.astimezone(place).replace(tzinfo=None)
    start = since.astimezone(place).replace(tzinfo=None)
    return takewhile(lambda each: each <= end, CronSim(cron.text, start))


def _changes(zone: ZoneInfo, since: datetime) -> list[datetime]:
    """The days of the next year on which clocks are put forward or back."""
    days = [since + each * _DAY for each in range(367)]
    return [
        later for one, later in pairwise(days) if one.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset()
    ]


def has_whole_hours(zone: str, since: datetime) -> bool:
    """Whether the clock of a timezone shows the same minute as that of UTC, all year."""
    place = ZoneInfo(zone)
    offsets = {(since + timedelta(days=each)).astimezone(place).utcoffset() for each in range(0, 366, 7)}
    return all(one is not None and one.total_seconds() % 3600 == 0 for one in offsets)


def _days(found: set[int]) -> Iterator[Days]:
    """The days of the month, each condition that is one of its own."""
    if _is_any_day(found):
        yield Days()
        return
    if plain := tuple(sorted(one for one in found if one > 0)):
        yield Days(plain)
    if CronSim.LAST in found:
        yield Days((-1,))
    if CronSim.LAST_WEEKDAY in found:  # a Friday, where a Saturday or a Sunday is the last
        yield Days((-1,), (1, 2, 3, 4, 5))
        yield Days((-2, -3), (5,))


def _weekdays(found: set[Any]) -> Iterator[Days]:
    if _is_any_weekday(found):
        yield Days()
        return
    if plain := tuple(sorted({one % 7 for one in found if isinstance(one, int)})):
        yield Days(None, plain)
    for weekday, which in sorted(one for one in found if isinstance(one, tuple)):
        nth = range(-7, 0) if which == CronSim.LAST else range(which * 7 - 6, min(which * 7, 31) + 1)
        yield Days(tuple(nth), (weekday % 7,))


def _both(one: Days, other: Days) -> Days | None:
    """The days that fit both; None where there are none, or no way to say them."""
    days = _common(one.days, other.days)
    weekdays = _common(one.weekdays, other.weekdays)
    return None if days == () or weekdays == () else Days(days, weekdays)


def _common(one: tuple[int, ...] | None, other: tuple[int, ...] | None) -> tuple[int, ...] | None:
    if one is None or other is None:
        return other if one is None else one
    return tuple(each for each in one if each in other)


def _is_any_day(found: set[int]) -> bool:
    return set(range(1, 32)) <= found


def _is_any_weekday(found: set[Any]) -> bool:
    return set(range(7)) <= {one % 7 for one in found if isinstance(one, int)}


def _is_posix(field: str) -> bool:
    """Whether a field is spelled as POSIX and all others have it: steps only of ranges and of `*`."""
    return re.fullmatch(r"(\*|[\w]+(-[\w]+)?)|((\*|[\w]+-[\w]+)(/\d+)?)|[\w,-]+", field) is not None


def _listed(values: Sequence[int]) -> str:
    """Numbers as a list of ranges."""
    return ",".join(f"{one}-{last}" if last > one else f"{one}" for one, last in ranges(values))


def ranges(values: Sequence[int]) -> list[tuple[int, int]]:
    """Numbers in order as first and last of each stretch without a gap."""
    found: list[tuple[int, int]] = []
    for each in values:
        if found and found[-1][1] == each - 1:
            found[-1] = found[-1][0], each
        else:
            found.append((each, each))
    return found
