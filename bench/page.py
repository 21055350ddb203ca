"""The printed table, and docs/performance.md: its parts between marks are written anew, the words around them stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.book import Book, Measurement
from bench.plot import svg
from bench.steps import FIRST, LIMIT
from bench.targets import Line, Measured, Target, targets, user_limit

DOCS = Path(__file__).parents[1] / "docs"
INSTANT = ("own", "scale")  # steps that no Odoo has a part in
HEAD = ("rows", "work", "who", "rounds", "seconds", "rows/s", "CPU s", "peak MiB", "calls", "fault")


def as_text(measurements: Sequence[Measurement]) -> str:
    """The table of medians and the targets, for a terminal."""
    cells = [HEAD, *(_cells(line) for line in Measured(measurements).lines())]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([*table, "", *map(str, targets(measurements))])


def publish(book: Book) -> None:
    """Write the plot and the marked parts of docs/performance.md."""
    measured = Measured(book.measurements)
    (DOCS / "performance.svg").write_text(svg(measured.lines()))
    page = DOCS / "performance.md"
    text = page.read_text()
    for mark, part in {
        "machine": _about(book),
        "targets": _markdown(("target", "measured", "wanted", ""), map(_target_cells, targets(book.measurements))),
        "medians": _markdown(HEAD, map(_cells, measured.lines())),
        "user": _user_limit(measured),
        "stages": _stages(book),
    }.items():
        text = _replaced(text, mark, part)
    page.write_text(text)


def _replaced(text: str, mark: str, part: str) -> str:
    """The text with another part between the two comments of a mark."""
    between = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", flags=re.DOTALL)
    return between.sub(lambda found: f"{found[1]}{part}\n{found[2]}", text)


def _cells(line: Line) -> tuple[str, ...]:
    return (
        f"{line.rows:,}" if line.rows else "",
        line.what if line.step not in INSTANT else f"{line.what}, instant server",
        line.who,
        str(line.rounds),
        f"{line.seconds:.2f}",
        f"{line.rows / line.seconds:,.0f}" if line.rows and line.seconds else "",
        f"{line.cpu_s:.2f}" if line.cpu_s is not None else "",
        f"{line.peak_mib:.0f}" if line.peak_mib is not None else "",
        f"{line.calls:.0f}" if line.calls is not None else "",
        line.fault or "",
    )


def _target_cells(target: Target) -> tuple[str, ...]:
    bound = f"{'≥' if target.at_least else '≤'} {target.bound:,g}"
    verdict = "reached" if target.met else "**MISSED**"
    return target.text, f"{target.value:,.2f}", bound, f"{verdict} {target.note}".strip()


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
    )


def _about(book: Book) -> str:
    machine, versions = book.about["machine"], book.about["versions"]
    return (
        f"{machine['cpus']} processors ({machine['processor']}), {machine['memory_gib']} GiB, {machine['system']}; "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + f"; begun {book.about['began'][:10]}."
    )


def _user_limit(measured: Measured) -> str:
    sizes = sorted({line.rows for line in measured.lines() if (line.what, line.who) == (FIRST, LIMIT)})
    shares = [f"{share:.2f} at {rows:,} rows" for rows in sizes if (share := user_limit(measured, rows))]
    return f"Beside the same user in the shell, a first load reaches {', '.join(shares)}." if shares else ""


def _stages(book: Book) -> str:
    if not book.stages:
        return ""
    names = list(dict.fromkeys(name for stages in book.stages.values() for name in stages))
    rows = [[what, *(f"{stages.get(name, 0):.2f}" for name in names)] for what, stages in book.stages.items()]
    return _markdown(["seconds of threads", *names], rows)
