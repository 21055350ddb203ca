"""`python -m bench`: measure, print, keep; exit code 1 when the tool left wrong data.

Missed targets are printed, not punished: other work on the machine can be the reason.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import peers, steps
from bench.book import Book
from bench.dashboard import pages
from bench.exports import export
from bench.own import own, stages, start
from bench.page import as_text, publish
from bench.scale import scale
from bench.targets import as_json
from bench.tool import compile_package
from tests.real_odoo import parts
from tests.real_odoo.server import OdooHost

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the plan.

    Attributes:
        rounds: how many, by number of rows.
        quick: the same for `--quick`.
        scales: False for a step whose sizes are its own.
    """

    work: Callable[[steps.Round], None]
    rounds: dict[int, int]
    quick: dict[int, int]
    scales: bool = True


# Rounds at 100,000 rows are few where the peer takes many minutes.
PLAN = {
    "start": Step(start, {0: 11}, {0: 3}, scales=False),
    "own": Step(own, {10_000: 5, 1_000_000: 3}, {10_000: 1, 100_000: 1}, scales=False),
    "scale": Step(scale, {10_000: 3, 1_000_000: 3}, {10_000: 1, 100_000: 1}, scales=False),
    "first": Step(steps.first, {10_000: 5, 100_000: 5}, {10_000: 1}),
    "rerun": Step(steps.rerun, {10_000: 5, 100_000: 1}, {10_000: 1}),
    "workbook": Step(steps.workbook, {50_000: 5}, {10_000: 1}),
    "copies": Step(steps.copies, {10_000: 3, 100_000: 3}, {10_000: 1}),
    "products": Step(steps.load_products, {100_000: 3}, {2_000: 1}),
    "catalogue": Step(steps.load_catalogue, {100_000: 1}, {2_000: 1}),
    "orders": Step(steps.load_orders, {10_000: 3}, {500: 1}),
    "invoices": Step(steps.load_invoices, {2_000: 3}, {200: 1}),
    "export": Step(export, {100_000: 3}, {10_000: 1}),
    "refused": Step(steps.refused, {10_000: 5, 100_000: 1}, {1_000: 1}),
    "page": Step(pages, {100_000: 3}, {10_000: 1}),
    "stages": Step(stages, {100_000: 1}, {10_000: 1}),
    "tune": Step(steps.tune, {10_000: 3}, {2_000: 1}),
}
DEFAULT = [name for name in PLAN if name != "tune"]


def main() -> None:
    """Measure what the command line asks for."""
    options = _options()
    if options.publish:
        publish(Book.read(options.publish))
        return
    try:
        versions = _versions()
        host = OdooHost.open("bench")
    except parts.Unavailable as error:
        sys.exit(f"cannot measure: {error}")
    compile_package()
    book = Book.open(options.out, versions)
    try:
        _measure(host, book, options)
    finally:
        host.close()
        book.save(**as_json(book.measurements))
    print(as_text(book.measurements))
    print(f"kept in {options.out}; `python -m bench --publish {options.out}` writes docs/performance.md from it")
    sys.exit(any(one.fault and one.who in (steps.TOOL, steps.EXTERNAL_ID) for one in book.measurements))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure odoo-etl beside its peers and beside Odoo's own limit."
    )
    parser.add_argument(
        "--steps", nargs="+", choices=PLAN, default=DEFAULT, help="what to measure; default: all but tune"
    )
    parser.add_argument("--rows", type=int, nargs="+", help="only these sizes (of every step but start, own and scale)")
    parser.add_argument("--rounds", type=int, help="so many rounds of each size")
    parser.add_argument("--quick", action="store_true", help="one round of the smaller sizes: minutes, not hours")
    parser.add_argument("--out", type=Path, help="the results; what the file holds already is not measured again")
    parser.add_argument("--publish", type=Path, metavar="RESULTS", help="write docs/performance.md and end")
    options = parser.parse_args()
    options.out = options.out or RESULTS / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}.json"
    return options


def _measure(host: OdooHost, book: Book, options: argparse.Namespace) -> None:
    began, works = time.monotonic(), _works(options)
    for index, (name, rows, number) in enumerate(works, 1):
        minutes = (time.monotonic() - began) / 60
        size = f" {rows:,} rows" if rows else ""
        print(f"[{index}/{len(works)}, {minutes:.0f} min] {name}{size}, round {number}", flush=True)
        if book.has(name, rows, number):
            print("    known")
            continue
        this = steps.Round(host, name, rows, number)
        PLAN[name].work(this)
        book.stages.update(this.stages)
        book.keep(name, rows, number, this.measured)


def _works(options: argparse.Namespace) -> list[tuple[str, int, int]]:
    """Step, size and round of everything to do, small sizes first."""
    works = []
    for name in options.steps:
        plan = PLAN[name].quick if options.quick else PLAN[name].rounds
        if options.rows and PLAN[name].scales:
            plan = {rows: plan.get(rows, 1) for rows in options.rows}
        works += [
            (name, rows, number) for rows, rounds in plan.items() for number in range(1, (options.rounds or rounds) + 1)
        ]
    return works


def _versions() -> dict[str, str]:
    names = (peers.FLUVO, peers.CLASSIC)
    return {
        "odoo-etl": version("odoo-etl"),
        "Odoo": parts.PACKAGE.removeprefix("odoo-"),
        "Python": platform.python_version(),
        **{name: peers.version(name) for name in names},
    }


if __name__ == "__main__":
    main()
