"""06-boms: bills of materials with components and operations."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from making.files import write_csv, write_workbook

PARTS = (
    ("Board oak 40 mm", "Units"), ("Board beech 28 mm", "Units"), ("Table leg steel", "Units"),
    ("Castor 50 mm", "Units"),
    ("Screw 5x60", "Units"), ("Dowel 8 mm", "Units"), ("Wood glue", "kg"), ("Oil, natural", "L"),
    ("Varnish, matt", "L"),
    ("Edge band oak", "m"), ("Drawer runner 450", "Units"), ("Handle brass", "Units"), ("Felt pad", "Units"),
    ("Cable tray", "Units"), ("Shelf support", "Units"), ("Hinge 110°", "Units"),
)  # fmt: skip
MADE = tuple(
    f"{name} {wood}"
    for name in ("Desk 160", "Desk 180", "Sideboard", "Shelf unit", "Drawer unit", "Meeting table", "Bench", "Wardrobe")
    for wood in ("oak", "beech")
)
CENTRES = (("Saw", 55), ("Joinery bench", 48), ("Finishing", 42), ("Assembly", 38))
COLUMNS = ("bom", "sku", "makes", "line", "part", "quantity", "unit", "operation", "work_centre", "minutes")


def make(folder: Path) -> None:
    """Write the files."""
    chance = random.Random(6)
    parts = [{"sku": f"M-{number:02}", "name": name, "unit": unit} for number, (name, unit) in enumerate(PARTS, 1)]
    made = [{"sku": f"Q-{number:02}", "name": name, "unit": "Units"} for number, name in enumerate(MADE, 1)]
    centres = [{"work_centre": name, "per_hour": costs} for name, costs in CENTRES]
    write_workbook(folder / "master_data.xlsx", {"Articles": parts + made, "Work centres": centres})
    write_csv(folder / "boms.csv", [row for article in made for row in _bom(chance, article, parts)])


def _bom(chance: random.Random, made: dict[str, str], parts: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """One row for each component, then one for each operation."""
    head = {"bom": f"BOM-{made['sku']}", "sku": made["sku"], "makes": 1}
    for line, part in enumerate(chance.sample(parts, chance.randrange(5, 9)), 1):
        counted = part["unit"] == "Units"
        quantity = chance.randrange(2, 25) if counted else chance.randrange(1, 40) / 10
        yield _row(**head, line=line * 10, part=part["sku"], quantity=quantity, unit=part["unit"])
    for line, (centre, _) in enumerate(chance.sample(CENTRES, 3), 1):
        what = f"{centre}: {made['name']}"
        yield _row(**head, line=line * 10, operation=what, work_centre=centre, minutes=chance.randrange(5, 60, 5))


def _row(**cells: Any) -> dict[str, Any]:
    return {**dict.fromkeys(COLUMNS, ""), **cells}
