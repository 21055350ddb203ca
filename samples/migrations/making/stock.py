"""05-stock: wine and cheese with lots, machines with serial numbers, and what was counted where."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from making.files import write_csv, write_workbook

# article, tracking
GOODS = (
    ("Riesling Mosel dry", "lot"), ("Crémant de Limoux", "lot"), ("Pinot noir Pfalz", "lot"), ("Tripel 33 cl", "lot"),
    ("Oude Geuze 75 cl", "lot"), ("Gouda old", "lot"), ("Comté 18 months", "lot"), ("Herve AOP", "lot"),
    ("Bergkäse", "lot"), ("Passendale", "lot"), ("Apple juice", "lot"), ("Speculoos", "lot"),
    ("Espresso machine", "serial"), ("Cheese slicer", "serial"), ("Beer tap", "serial"),
    ("Wine glass", "none"), ("Beer crate", "none"), ("Corkscrew", "none"), ("Cheese board", "none"),
    ("Gift box", "none"),
)  # fmt: skip
PLACES = tuple(f"WH/Stock/{aisle}/{shelf}" for aisle in ("Cellar", "Cold store", "Shop") for shelf in (1, 2, 3, 4))


def make(folder: Path) -> None:
    """Write the files."""
    chance = random.Random(5)
    articles = [
        {"sku": f"W-{number:03}", "name": name, "tracking": tracking}
        for number, (name, tracking) in enumerate(GOODS, 1)
    ]
    write_workbook(folder / "articles.xlsx", {"Articles": articles})
    counted = [row for article in articles for row in _counted(chance, article)]
    chance.shuffle(counted)
    write_csv(folder / "count.csv", [{"count_no": f"N{number:03}", **row} for number, row in enumerate(counted, 1)])


def _counted(chance: random.Random, article: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Where an article was found; a lot may lie in several places, a serial number only in one.

    Two articles that came together have lots of one name.
    """
    sku, tracking = article["sku"], article["tracking"]
    if tracking == "none":
        for place in chance.sample(PLACES, 2):
            yield {"sku": sku, "lot": "", "place": place, "counted": chance.randrange(4, 240)}
        return
    for number in range(1, 4):
        lot = {"lot": f"L25-{(int(sku[2:]) + 1) // 2:03}{number}", "serial": f"SN{sku[2:]}-{number:04}"}[tracking]
        for place in chance.sample(PLACES, 2 if tracking == "lot" else 1):
            quantity = 1 if tracking == "serial" else chance.randrange(4, 240)
            yield {"sku": sku, "lot": lot, "place": place, "counted": quantity}
