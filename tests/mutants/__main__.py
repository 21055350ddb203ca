"""`python -m tests.mutants`: put faults into a copy of the package, print what unit tests miss."""

from __future__ import annotations

import argparse
import random
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tests.mutants.areas import AREAS, area_tests
from tests.mutants.mutations import Mutation, mutations
from tests.mutants.trials import ROOT, Area, BrokenTests, Copy, copied


@dataclass(frozen=True, slots=True)
class Fault:
    """A mutation of the source of a module, which is named by its path; `area` is what `area_tests` knows."""

    area: str
    module: str
    source: bytes
    mutation: Mutation

    def __str__(self) -> str:
        return f"{self.module}:{self.mutation.line(self.source)}"


def faults(area: str) -> list[Fault]:
    """Every fault that an area could have."""
    root = ROOT / "odoo_etl" / area
    paths = [path for path in sorted(root.rglob("*.py")) or [root] if path.name != "__init__.py"]
    sources = {str(path.relative_to(ROOT)): path.read_bytes() for path in paths}
    return [Fault(area, module, source, one) for module, source in sources.items() for one in mutations(source)]


def survivors(copy: Copy, chosen: Sequence[Fault]) -> list[Fault]:
    """Those that no unit test noticed, printed as they are found."""
    areas = {tests: Area.of(copy, tests) for tests in sorted({area_tests(one.area) for one in chosen})}
    survived = []
    for number, one in enumerate(chosen, 1):
        noticed = areas[area_tests(one.area)].notices(copy, one.module, one.mutation)
        print(f"[{number}/{len(chosen)}] {'noticed ' if noticed else 'SURVIVED'} {one}", flush=True)
        if not noticed:
            print(one.mutation.diff(one.source, one.module), flush=True)
            survived.append(one)
    return survived


def main() -> int:
    """Try the faults and print the share that was noticed; 2 when tests fail without any."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=7, help="which faults: the same seed takes the same ones (7)")
    parser.add_argument("--count", type=int, default=90, help="how many (90)")
    parser.add_argument(
        "--areas",
        nargs="+",
        default=AREAS,
        metavar="AREA",
        help=f"{', '.join(AREAS)}; or a folder or module below one, as state/slots.py",
    )
    options = parser.parse_args()
    try:
        every = [one for area in options.areas if area_tests(area) for one in faults(area)]
    except ValueError as error:
        parser.error(str(error))
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that the copy goes
    chosen = random.Random(options.seed).sample(every, min(options.count, len(every)))
    try:
        with copied() as copy:
            survived = survivors(copy, chosen)
    except BrokenTests as error:
        print(error)
        return 2
    noticed = len(chosen) - len(survived)
    print(
        f"noticed {noticed} of {len(chosen)} ({noticed / len(chosen):.0%}); seed {options.seed}, {len(every)} possible"
    )
    return 0


sys.exit(main())
