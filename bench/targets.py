"""From measurements to medians, ratios, and the targets beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from statistics import median
from typing import Any

from bench.book import Measurement
from bench.dashboard import PAGES
from bench.exports import EXPORTED, LOOP
from bench.own import HELP, VALIDATE
from bench.peers import FLUVO
from bench.scale import BOTH_HALVES, ONE_HALF, WORKERS
from bench.steps import (
    ALL,
    COPIED,
    EXCEL,
    EXTERNAL_ID,
    FIRST,
    HUNDRED,
    LIMIT,
    LOAD_ORDERS,
    LOAD_PRODUCTS,
    ONE_PERCENT,
    ORDERS_UNCHANGED,
    REFUSED,
    TOOL,
    UNCHANGED,
    USER_LIMIT,
)

SMALL, LARGE = 10_000, 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """Medians over the rounds of one work by one contender.

    Attributes:
        rounds: how many there were; those with a fault are not in the medians unless all have one.
        fault: the first fault.
    """

    step: str
    rows: int
    what: str
    who: str
    rounds: int
    seconds: float
    cpu_s: float | None
    peak_mib: float | None
    calls: float | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """One target beside what was measured.

    Attributes:
        value: the ratio or figure.
        bound: it is to be at least that (`at_least`) or at most.
        note: why the value means less than it seems.
    """

    text: str
    value: float
    bound: float
    at_least: bool
    note: str = ""

    @property
    def met(self) -> bool:
        """Reached; a run with wrong data never is."""
        return not self.note.startswith("WRONG") and (
            self.value >= self.bound if self.at_least else self.value <= self.bound
        )

    def __str__(self) -> str:
        """As it is printed."""
        sign, verdict = "≥" if self.at_least else "≤", "reached" if self.met else "MISSED "
        return (
            f"{verdict}  {self.text}: {self.value:,.2f} ({sign} {self.bound:,g}){'  ' if self.note else ''}{self.note}"
        )


class Measured:
    """The measurements of a benchmark, to ask of."""

    def __init__(self, measurements: Sequence[Measurement]) -> None:
        self._all = measurements

    def lines(self) -> list[Line]:
        """The medians, in the order in which the works were first measured."""
        order = list(dict.fromkeys(map(_work, self._all)))
        ranked = sorted(self._all, key=lambda one: order.index(_work(one)))
        return [_line(list(several)) for _, several in groupby(ranked, key=_work)]

    def sizes(self, *steps: str) -> list[int]:
        """The numbers of rows that these steps were measured with, soundly or not."""
        return sorted({one.rows for one in self._all if one.step in steps})

    def of(self, step: str, rows: int, what: str, who: str) -> dict[int, Measurement]:
        """The rounds of one work by one contender."""
        return {one.round: one for one in self._all if _work(one) == (step, rows, what, who)}

    def faster(self, step: str, rows: int, what: str, who: tuple[str, str]) -> tuple[float, str] | None:
        """How many times faster the first is than the second, and a note; None when one was not measured.

        The median of the rounds' own ratios, because neighbours in time share the machine's noise.
        """
        ours, theirs = (self.of(step, rows, what, each) for each in who)
        both = [number for number in ours if number in theirs and ours[number].seconds]
        if not both:
            return None
        ratio = median(theirs[number].seconds / ours[number].seconds for number in both)
        return ratio, _note(ours.values(), "WRONG: ") or _note(theirs.values(), f"{who[1]} failed: ")


def targets(measurements: Sequence[Measurement]) -> list[Target]:
    """Every target that these measurements can show."""
    measured = Measured(measurements)
    parts = (_ratios, _orders_again, _copies, _workbook, _calls, _own, _scaling, _start, _pages)
    return [target for part in parts for target in part(measured)]


# step, work, ours, theirs, at least so many times as fast at 10,000 and at 100,000 rows.
_RATIOS = (
    ("first", FIRST, TOOL, LIMIT, 0.95, 0.95),
    ("first", FIRST, TOOL, FLUVO, 1.0, 1.0),
    ("first", FIRST, EXTERNAL_ID, FLUVO, 0.9, 0.9),
    ("rerun", UNCHANGED, TOOL, FLUVO, 25, 40),
    ("rerun", ONE_PERCENT, TOOL, FLUVO, 20, 35),
    ("rerun", ALL, TOOL, FLUVO, 6, 6),
    ("refused", REFUSED, TOOL, FLUVO, 10, 10),
    ("export", EXPORTED, TOOL, FLUVO, 1.0, 1.0),
    ("export", EXPORTED, TOOL, LOOP, 0.5, 1.0),  # whose program starts in no time
    ("copies", FIRST, COPIED, TOOL, 0.8, 0.8),
    ("products", LOAD_PRODUCTS, TOOL, FLUVO, 1.0, 1.0),
    ("orders", LOAD_ORDERS, TOOL, LIMIT, 0.85, 0.85),
    ("orders", LOAD_ORDERS, TOOL, FLUVO, 1.0, 1.0),
)


def _ratios(measured: Measured) -> list[Target]:
    found = []
    for step, what, ours, theirs, small, large in _RATIOS:
        for rows in measured.sizes(step):
            ratio = measured.faster(step, rows, what, (ours, theirs))
            if ratio:
                beside = "of the limit" if theirs == LIMIT else f"× as fast as {theirs}"
                text = f"{rows:,} rows, {what}, {ours}, {beside}"
                found.append(Target(text, ratio[0], large if rows >= LARGE else small, True, ratio[1]))
    return found


def _orders_again(measured: Measured) -> list[Target]:
    """How many times faster orders are found unchanged than they were loaded."""
    found = []
    for rows in measured.sizes("orders"):
        load, again = (measured.of("orders", rows, what, TOOL) for what in (LOAD_ORDERS, ORDERS_UNCHANGED))
        ratios = [load[number].seconds / one.seconds for number, one in again.items() if number in load and one.seconds]
        if ratios:
            text = f"{rows:,} orders, unchanged, × as fast as the first load"
            found.append(Target(text, median(ratios), 20, True, _note([*load.values(), *again.values()], "WRONG: ")))
    return found


def _copies(measured: Measured) -> list[Target]:
    """Seconds of a run that finds 100 changed records in the Odoo that it reads from."""
    found = {rows: measured.of("copies", rows, HUNDRED, COPIED).values() for rows in measured.sizes("copies")}
    text = "records of another Odoo, 100 of them changed since the last run, seconds"
    return [
        Target(f"{rows:,} {text}", median(one.seconds for one in runs), 2.0, False, _note(runs, "WRONG: "))
        for rows, runs in found.items()
        if runs
    ]


def _workbook(measured: Measured) -> list[Target]:
    """A workbook beside the CSV file of the same rows."""
    sizes = measured.sizes("workbook")
    found = {rows: measured.faster("workbook", rows, UNCHANGED, (TOOL, EXCEL)) for rows in sizes}
    text = "rows, unchanged, an xlsx file beside CSV, × as long"
    return [Target(f"{rows:,} {text}", one[0], 1.5, False, one[1]) for rows, one in found.items() if one]


def _calls(measured: Measured) -> list[Target]:
    """Calls for 1,000 more rows that are unchanged, without those that every run begins with."""
    small, large = (_median(measured, "rerun", rows, UNCHANGED, lambda one: one.calls) for rows in (SMALL, LARGE))
    if small is None or large is None:
        return []
    return [Target("calls per 1,000 unchanged rows", (large - small) / (LARGE - SMALL) * 1000, 1.0, False)]


def _own(measured: Measured) -> list[Target]:
    """Memory of the largest file beside that of the smallest, and rows a second of the largest."""
    sizes = measured.sizes("own")
    peaks = {rows: _median(measured, "own", rows, FIRST, lambda one: one.peak_mib) for rows in sizes}
    if len(sizes) < 2 or not all(peaks.values()):
        return []
    small, large = peaks[sizes[0]] or 0.0, peaks[sizes[-1]] or 0.0
    cpu_s = _median(measured, "own", sizes[-1], FIRST, lambda one: one.cpu_s) or 0.0
    text = f"peak memory of {sizes[-1]:,} rows"
    return [
        Target(f"{text} beside {sizes[0]:,}", large / small, 1.1, False),
        Target(f"{text}, MB", large * 2**20 / 1e6, 250, False),
        Target(f"own cost, rows/s on one processor, {sizes[-1]:,} rows", sizes[-1] / cpu_s, 60_000, True),
    ]


def _scaling(measured: Measured) -> list[Target]:
    """Two Dask workers beside one: whole processes, and what more rows take, which start-up has no part in."""
    sizes = measured.sizes("scale")
    if not sizes:
        return []
    large = sizes[-1]
    seconds = {
        (rows, what): _median(measured, "scale", rows, what, lambda one: one.seconds) or 0.0
        for rows in sizes
        for what in (*WORKERS.values(), ONE_HALF, BOTH_HALVES)
    }
    if not all(seconds.values()):
        return []
    one, two = ({rows: seconds[rows, what] for rows in sizes} for what in WORKERS.values())
    note = f"this machine gives {2 * seconds[large, ONE_HALF] / seconds[large, BOTH_HALVES]:.2f} to two runs apart"
    text = f"2 Dask workers beside 1, {large:,} rows, instant server"
    found = [Target(text, one[large] / two[large], 1.8, True, note)]
    if len(sizes) > 1:
        ratio = (one[large] - one[sizes[0]]) / (two[large] - two[sizes[0]])
        found.append(Target(f"{text}, without what {sizes[0]:,} rows take", ratio, 1.8, True, note))
    return found


def _start(measured: Measured) -> list[Target]:
    bounds = {HELP: 0.25, VALIDATE: 1.5}
    medians = {what: _median(measured, "start", 0, what, lambda one: one.seconds) for what in bounds}
    return [Target(f"{what}, s", medians[what] or 0.0, bound, False) for what, bound in bounds.items() if medians[what]]


def _pages(measured: Measured) -> list[Target]:
    found = [
        (f"page of {what}, {rows:,} rejects, s", _median(measured, "page", rows, what, lambda one: one.seconds))
        for rows in measured.sizes("page")
        for what in PAGES
    ]
    return [Target(text, seconds, 0.3, False) for text, seconds in found if seconds]


def as_json(measurements: Sequence[Measurement]) -> dict[str, Any]:
    """What is kept beside the rounds: the medians and the targets."""
    return {
        "targets": [{**asdict(one), "met": one.met} for one in targets(measurements)],
        "medians": [asdict(one) for one in Measured(measurements).lines()],
    }


def user_limit(measured: Measured, rows: int) -> float | None:
    """What share of the limit of the user that it logs in as the tool reaches."""
    ratio = measured.faster("first", rows, FIRST, (TOOL, USER_LIMIT))
    return ratio[0] if ratio else None


def _work(one: Measurement) -> tuple[str, int, str, str]:
    return one.step, one.rows, one.what, one.who


def _line(several: Sequence[Measurement]) -> Line:
    sound = [one for one in several if not one.fault] or several
    return Line(
        *_work(several[0]),
        len(several),
        median(one.seconds for one in sound),
        _known_median(one.cpu_s for one in sound),
        _known_median(one.peak_mib for one in sound),
        _known_median(one.calls for one in sound),
        next((one.fault for one in several if one.fault), None),
    )


def _median(
    measured: Measured, step: str, rows: int, what: str, figure: Callable[[Measurement], float | None]
) -> float | None:
    return _known_median(figure(one) for one in measured.of(step, rows, what, TOOL).values() if not one.fault)


def _known_median(values: Any) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _note(several: Any, prefix: str) -> str:
    return next((prefix + one.fault for one in several if one.fault), "")
