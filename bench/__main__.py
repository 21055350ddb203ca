"""`python -m bench [--rows N ...] [--runs N] [--quick]`: measure, print, keep; exit code 1 for wrong data.

Missed targets are printed, not punished: other work on the machine can be the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.experiment import Round, measure_round
from bench.measure import WrongResult, compile_package
from bench.table import as_json, as_text, lines, targets
from tests.real_odoo import parts
from tests.real_odoo.server import OdooHost

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure what the command line asks for."""
    options = _options()
    try:
        host = OdooHost.open("bench")
    except parts.Unavailable as error:
        sys.exit(f"no real Odoo here: {error}")
    compile_package()
    rounds: dict[int, list[Round]] = {}
    try:
        for count in options.rows:
            rounds[count] = [_round(host, count, number) for number in range(1, options.runs + 1)]
    except WrongResult as error:
        sys.exit(f"wrong result: {error}")
    finally:
        host.close()
    _report(rounds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure odoo-etl beside Odoo's own limit.")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000], help="sizes to measure")
    parser.add_argument("--runs", type=int, default=3, help="rounds of each size; medians are printed")
    parser.add_argument("--quick", action="store_true", help="one round of 10,000 rows")
    options = parser.parse_args()
    if options.quick:
        options.rows, options.runs = [10_000], 1
    return options


def _round(host: OdooHost, count: int, number: int) -> Round:
    print(f"{count:,} rows, round {number} ...", file=sys.stderr, flush=True)
    return measure_round(host, count)


def _report(rounds: dict[int, list[Round]]) -> None:
    table = [line for count, several in rounds.items() for line in lines(count, several)]
    print(as_text(table))
    for met, text in targets(table):
        print(f"{'reached' if met else 'MISSED '}  {text}")
    now = datetime.now(UTC)
    path = RESULTS / f"{now:%Y-%m-%dT%H%M%S}.json"
    machine = {"cpus": os.cpu_count(), "python": platform.python_version()}
    path.write_text(
        json.dumps({"measured_at": now.isoformat(timespec="seconds"), **machine, **as_json(table, rounds)}, indent=2)
        + "\n"
    )
    print(f"kept in {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")


if __name__ == "__main__":
    main()
