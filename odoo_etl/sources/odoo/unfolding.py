"""Records with lines as rows: as those of any nested records, under the names that the job gives the columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from odoo_etl.sources.nested import Node, Tree
from odoo_etl.spec import OdooLines


def tree_of(fields: Mapping[str, Any], lines: Mapping[str, OdooLines]) -> Tree:
    """The columns of records and of their lines: where the cells of each stand in a row."""
    names: list[str] = []
    root = Node()
    _fill(root, fields, lines, names)
    return Tree(tuple(names), root)


def _fill(node: Node, fields: Mapping[str, Any], lines: Mapping[str, OdooLines], names: list[str]) -> None:
    above = f"{node.name}." if node.name else ""
    for column in fields:
        node.inner[column] = Node(f"{above}{column}", len(names))
        names.append(f"{above}{column}")
    for name, one in lines.items():
        inner = node.inner[name] = Node(f"{above}{name}", is_many=True)
        _fill(inner, one.fields, one.lines, names)
