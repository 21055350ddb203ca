"""Bills of materials with lines, steps of lines, languages and companies: the general form of a record, in short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from odoo_etl.mapping import Lines, Record, Row, Variant, VariantValues
from odoo_etl.planning import LineRules, RecordRules
from tests.builders import find_field

BOM, LINE, STEP = "mrp.bom", "mrp.bom.line", "mrp.bom.step"
FRENCH, OTHER = Variant("fr_FR"), Variant(company=3)

Variants = Mapping[Variant, dict[str, Any]]
NO_VARIANTS: Variants = {}


def rules(**line_options: Any) -> RecordRules:
    """A bill is found by its code, a line by its sequence unless told otherwise, a step by its name."""
    steps = LineRules(_fields(STEP, "name", "minutes"), ("name",))
    lines = _fields(LINE, "sequence", "name", "quantity", "active")
    options = {"key": ("sequence",), "children": {"step_ids": steps}, **line_options}
    return RecordRules(
        _fields(BOM, "code", "name", "cost"), ("code",), children={"line_ids": LineRules(lines, **options)}
    )


def bom(code: str, *lines: Record, row: int = 2, variants: Variants = NO_VARIANTS, **values: Any) -> Record:
    """A bill of materials of one row."""
    return Record(
        (code,),
        {"code": code, **values},
        [Row(row, "", (code,))],
        children=(Lines("line_ids", lines),) if lines else (),
        variants=tuple(map(VariantValues, variants.keys(), variants.values())),
    )


def line(sequence: int, *steps: Record, variants: Variants = NO_VARIANTS, **values: Any) -> Record:
    """A line of one."""
    return Record(
        (sequence,),
        {"sequence": sequence, **values},
        [],
        children=(Lines("step_ids", steps),) if steps else (),
        variants=tuple(map(VariantValues, variants.keys(), variants.values())),
    )


def step(name: str, minutes: int) -> Record:
    """A step of a line."""
    return Record((name,), {"name": name, "minutes": minutes}, [])


def _fields(model: str, *names: str) -> dict[str, Any]:
    return {name: find_field(model, name) for name in names}
