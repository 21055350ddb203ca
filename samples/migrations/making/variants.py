"""03-variants: clothes in sizes and colours, and what is known of each variant."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from making.files import write_csv, write_workbook
from making.numbers import barcode

ATTRIBUTES = {
    "Size": ("XS", "S", "M", "L", "XL", "XXL"),
    "Shoe size": ("36", "37", "38", "39", "40", "41", "42", "43", "44"),
    "Colour": ("Black", "White", "Navy", "Bordeaux", "Olive", "Ecru"),
    "Fabric": ("Cotton", "Linen", "Wool"),
}
COLOURS = {
    "Black": "#101010", "White": "#FFFFFF", "Navy": "#1B2A49", "Bordeaux": "#5E1224", "Olive": "#6B6B2F",
    "Ecru": "#F2EAD3",
}  # fmt: skip
SHOWN = {"Size": "pills", "Shoe size": "select", "Colour": "color", "Fabric": "radio"}
# name, its attributes and how many values it has of each
CLOTHES = (
    ("T-shirt Gent", {"Size": 4, "Colour": 3}), ("Shirt Leuven", {"Size": 3, "Colour": 2, "Fabric": 2}),
    ("Pullover Aachen", {"Size": 4, "Colour": 2}), ("Work trousers Namur", {"Size": 5}),
    ("Apron Brugge", {"Colour": 4}),
    ("Sneaker Maastricht", {"Shoe size": 6, "Colour": 2}), ("Safety shoe Köln", {"Shoe size": 7}),
    ("Scarf Eupen", {"Colour": 3, "Fabric": 2}), ("Cap Breda", {"Colour": 5}),
    ("Socks Hasselt", {"Size": 2, "Colour": 3}),
)  # fmt: skip
FIRST_BARCODE = 541_000_777_000


def make(folder: Path) -> None:
    """Write the files."""
    chance = random.Random(3)
    values = [
        {"attribute": attribute, "value": value, "place": place, "html_colour": COLOURS.get(value, "")}
        for attribute, some in ATTRIBUTES.items()
        for place, value in enumerate(some, 1)
    ]
    attributes = [{"attribute": attribute, "shown_as": shown} for attribute, shown in SHOWN.items()]
    write_workbook(folder / "attributes.xlsx", {"Attributes": attributes, "Values": values})
    chosen = [
        (name, {attribute: _some(chance, attribute, n) for attribute, n in some.items()}) for name, some in CLOTHES
    ]
    prices = {name: chance.randrange(990, 9990, 100) / 100 for name, _ in chosen}
    articles = [
        {"article": name, "price": prices[name], "attribute": attribute, "values": "|".join(some)}
        for name, lines in chosen
        for attribute, some in lines.items()
    ]
    write_csv(folder / "articles.csv", articles)
    write_csv(folder / "variants.csv", list(_variants(chance, chosen)))


def _some(chance: random.Random, attribute: str, count: int) -> list[str]:
    """Neighbours, as sizes are sold."""
    values = ATTRIBUTES[attribute]
    start = chance.randrange(len(values) - count + 1)
    return list(values[start : start + count])


def _variants(chance: random.Random, chosen: list[tuple[str, dict[str, list[str]]]]) -> Iterator[dict[str, Any]]:
    number = 0
    for name, lines in chosen:
        for values in product(*lines.values()):
            number += 1
            shuffled = chance.sample(values, len(values))  # the old program did not care about their order
            yield {
                "sku": f"K-{number:04}",
                "article": name,
                "values": ", ".join(shuffled),
                "barcode": barcode(FIRST_BARCODE + number),
                "weight_kg": f"{chance.uniform(0.05, 1.4):.2f}".replace(".", ","),
            }
