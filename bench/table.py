"""From rounds to what is printed and kept: medians, ratios, and the targets beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from bench.experiment import STEPS, Round
from bench.measure import Run

FIRST_LOAD_RATIO = 0.85  # at least, of Odoo's own limit
UNCHANGED_CALLS = 15  # at most, for 10,000 rows
PEAK_GROWTH = 1.15  # at most, from 10,000 to 100,000 rows

HEAD = ("rows", "step", "seconds", "rows/s", "limit rows/s", "of limit", "as user", "calls", "per 1,000", "peak MiB")


@dataclass(frozen=True, slots=True)
class Line:
    """Medians of one step over the rounds of one size.

    Attributes:
        limit_rows_s: what Odoo itself reached at creating or writing, None where nothing compares.
        of_limit: median of the rounds' own ratios, because neighbours in time share the machine's noise.
        of_user_limit: the same beside what Odoo reaches for the user that the tool logs in as.
    """

    rows: int
    step: str
    seconds: float
    rows_s: float
    limit_rows_s: float | None
    of_limit: float | None
    of_user_limit: float | None
    calls: float
    peak_mib: float

    def cells(self) -> tuple[str, ...]:
        """The line as it is printed."""
        return (
            f"{self.rows:,}",
            self.step,
            f"{self.seconds:.2f}",
            f"{self.rows_s:,.0f}",
            f"{self.limit_rows_s:,.0f}" if self.limit_rows_s else "",
            f"{self.of_limit:.2f}" if self.of_limit else "",
            f"{self.of_user_limit:.2f}" if self.of_user_limit else "",
            f"{self.calls:.0f}",
            f"{self.calls * 1000 / self.rows:.2f}",
            f"{self.peak_mib:.1f}",
        )


def lines(count: int, rounds: Sequence[Round]) -> list[Line]:
    """The lines of one size."""
    return [_line(count, step, rounds) for step in STEPS]


def _line(count: int, step: str, rounds: Sequence[Round]) -> Line:
    runs = [one.runs[step] for one in rounds]
    limits = {
        "first load": [one.limit.create_s for one in rounds],
        "all changed": [one.limit.write_s for one in rounds],
    }.get(step)
    user_limits = [one.limit.create_as_user_s for one in rounds] if step == "first load" else None
    return Line(
        rows=count,
        step=step,
        seconds=median(run.seconds for run in runs),
        rows_s=count / median(run.seconds for run in runs),
        limit_rows_s=count / median(limits) if limits else None,
        of_limit=_ratio(limits, runs),
        of_user_limit=_ratio(user_limits, runs),
        calls=median(run.calls for run in runs),
        peak_mib=median(run.peak_mib for run in runs),
    )


def _ratio(limits: Sequence[float] | None, runs: Sequence[Run]) -> float | None:
    return median(limit / run.seconds for limit, run in zip(limits, runs, strict=True)) if limits else None


def as_text(table: Sequence[Line]) -> str:
    """The table, its columns aligned."""
    cells = [HEAD, *(line.cells() for line in table)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if name == "step" else cell.rjust(width)
            for name, cell, width in zip(HEAD, row, widths, strict=True)
        )
        for row in cells
    )


def targets(table: Sequence[Line]) -> list[tuple[bool, str]]:
    """Every target that these sizes can show: whether it is reached, and its figures."""
    by_step = {(line.rows, line.step): line for line in table}
    found = [
        (
            line.of_limit >= FIRST_LOAD_RATIO,
            f"first load of {line.rows:,}: {line.of_limit:.2f} of the limit (>= {FIRST_LOAD_RATIO})",
        )
        for line in table
        if line.step == "first load" and line.of_limit
    ]
    if same := by_step.get((10_000, "unchanged")):
        found.append(
            (same.calls <= UNCHANGED_CALLS, f"unchanged 10,000: {same.calls:.0f} calls (<= {UNCHANGED_CALLS})")
        )
    for step in STEPS:
        small, large = by_step.get((10_000, step)), by_step.get((100_000, step))
        if small and large:
            growth = large.peak_mib / small.peak_mib
            found.append(
                (growth <= PEAK_GROWTH, f"{step}: peak memory x {growth:.2f} from 10,000 to 100,000 (<= {PEAK_GROWTH})")
            )
    return found


def as_json(table: Sequence[Line], rounds: Mapping[int, Sequence[Round]]) -> dict[str, Any]:
    """What is kept of a benchmark: the medians, and every round they come from."""
    return {
        "lines": [asdict(line) for line in table],
        "targets": {text: met for met, text in targets(table)},
        "rounds": {count: [asdict(one) for one in several] for count, several in rounds.items()},
    }
