"""The areas of the package that faults are put into, each with the tests that are to notice: none needs a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.mutants.trials import ROOT

SHOWN_ELSEWHERE: Final = frozenset({"cli", "odoo"})  # by tests/e2e and tests/contract, most of which start a server
PARTS: Final = {"odoo/retry.py": ("tests/unit/odoo",)}
FURTHER_TESTS: Final = {
    "alerting": ("tests/unit/cli/test_alerts.py", "tests/unit/runs/test_alerted.py"),
    "fieldtypes": ("tests/unit/mapping", "tests/unit/planning"),
    "launching": ("tests/unit/serving/test_processes.py",),
    "planfile": ("tests/unit/runs/test_applied.py", "tests/unit/runs/test_kept_plans.py"),
    "purging": ("tests/unit/runs/test_purged.py",),
    "rejects": ("tests/unit/runs/test_mending.py", "tests/unit/dashboard/rejects"),
    "scheduling": ("tests/unit/spec/test_schedule.py", "tests/unit/serving/test_server.py"),
    "undoing": ("tests/unit/sync/session/test_watermark.py",),
    "state": ("tests/contract/state", "tests/unit/alerting", "tests/unit/serving/test_server.py"),
}


def _areas() -> Mapping[str, tuple[str, ...]]:
    """Each folder of the package whose tests are in one of the same name, and modules that are tried alone."""
    tested = {path.name for path in (ROOT / "tests/unit").iterdir() if (ROOT / "odoo_etl" / path.name).is_dir()}
    names = sorted(tested - SHOWN_ELSEWHERE - {"__pycache__"})
    return {name: (f"tests/unit/{name}", *FURTHER_TESTS.get(name, ())) for name in names} | PARTS


AREAS: Final = _areas()  # folder or module of the package to its tests


def area_tests(area: str) -> tuple[str, ...]:
    """The tests of an area, or of the area that a folder or module is in. Raises ValueError where there is none."""
    name = area if area in AREAS else area.partition("/")[0]
    if name not in AREAS or not (ROOT / "odoo_etl" / area).exists():
        raise ValueError(f"{area}: no area, nor a folder or module below one: {', '.join(AREAS)}")
    return AREAS[name]
