"""Odoo's domains as a tree: parsing and negation, with Odoo's own rules (`odoo/orm/domains.py`, version 19)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

NEGATIVE = {
    "not any": "any",
    "not in": "in",
    "not like": "like",
    "not ilike": "ilike",
    "not =like": "=like",
    "not =ilike": "=ilike",
    "!=": "=",
    "<>": "=",
}
INVERSE = NEGATIVE | {positive: negative for negative, positive in NEGATIVE.items() if negative != "<>"}
INEQUALITY = {"<": ">=", ">": "<=", ">=": "<", "<=": ">"}
OPERATORS = frozenset({*INVERSE, *INEQUALITY, "==", "=?", "child_of", "parent_of"})


@dataclass(frozen=True, slots=True)
class Constant:
    """Matches everything or nothing."""

    value: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """One leaf: `(field, operator, value)`; the field may be a dotted path."""

    field: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Not:
    """All records that the child does not match, empty values included."""

    child: Node


@dataclass(frozen=True, slots=True)
class Group:
    """All (`&`) or any (`|`) of the children."""

    operator: str
    children: tuple[Node, ...]


Node = Constant | Condition | Not | Group
TRUE = Constant(value=True)
FALSE = Constant(value=False)


def conjunction(children: list[Node]) -> Node:
    """All of the children; everything when there are none."""
    return children[0] if len(children) == 1 else Group("&", tuple(children)) if children else TRUE


def disjunction(children: list[Node]) -> Node:
    """Any of the children; nothing when there are none."""
    return children[0] if len(children) == 1 else Group("|", tuple(children)) if children else FALSE


def parse(domain: Any) -> Node:
    """The tree of a domain in prefix notation; neighbours without an operator are joined by `&`.

    Raises:
        ValueError, TypeError: the domain is malformed (the same classes as in Odoo).
    """
    if isinstance(domain, Constant | Condition | Not | Group):
        return domain
    if domain is True or domain == []:
        return TRUE
    if domain is False:
        return FALSE
    if not isinstance(domain, list | tuple):
        raise TypeError(f"Domain() invalid argument type for domain: {domain!r}")
    stack: list[Node] = []
    try:
        for item in reversed(domain):
            _push(stack, item)
    except IndexError:
        raise ValueError(f"Domain() malformed domain {domain!r}") from None
    return conjunction(list(reversed(stack)))


def _push(stack: list[Node], item: Any) -> None:
    """Add one item of the prefix notation, read from its end."""
    if isinstance(item, list | tuple) and len(item) == 3:
        stack.append(leaf(*item))
    elif item in ("&", "|"):
        stack.append(Group(item, (stack.pop(), stack.pop())))
    elif item == "!":
        stack.append(Not(stack.pop()))
    else:
        raise ValueError(f"Domain() invalid item in domain: {item!r}")


def leaf(name: Any, operator: Any, value: Any) -> Node:
    """One condition, checked.

    Raises:
        TypeError: the field's name is no text.
        ValueError: the operator is unknown.
    """
    if not isinstance(name, str):
        if (name, operator, value) in ((1, "=", 1), (0, "=", 1)):
            return Constant(value=name == 1)
        raise TypeError(f"Domain() invalid arguments: {(name, operator, value)!r}")
    if not name:
        raise TypeError(f"Empty field name in condition {(name, operator, value)!r}")
    lowered = str(operator).lower()
    if lowered not in OPERATORS:
        raise ValueError(f"Invalid operator in condition {(name, operator, value)!r}")
    return Condition(name, lowered, False if value is None else value)


def negate(node: Node, has_falsy: Callable[[str], bool]) -> Node:
    """The opposite of a tree, pushed down to the conditions as far as Odoo does.

    Args:
        node: the tree.
        has_falsy: tells for a field whether its empty cells equal a value (an empty number is 0); a comparison of a
            field without such a value also matches, negated, the records where it is empty.
    """
    if isinstance(node, Constant):
        return Constant(value=not node.value)
    if isinstance(node, Not):
        return node.child
    if isinstance(node, Group):
        flipped = "|" if node.operator == "&" else "&"
        return Group(flipped, tuple(negate(child, has_falsy) for child in node.children))
    return _opposite(node, has_falsy)


def _opposite(node: Condition, has_falsy: Callable[[str], bool]) -> Node:
    if "." in node.field:
        head, _, rest = node.field.partition(".")
        return Condition(head, "not any", Condition(rest, node.operator, node.value))
    if node.operator in INVERSE:
        return Condition(node.field, INVERSE[node.operator], node.value)
    if node.operator in INEQUALITY:
        opposite = Condition(node.field, INEQUALITY[node.operator], node.value)
        if has_falsy(node.field):
            return opposite
        return Group("|", (Condition(node.field, "in", [False]), opposite))
    return Not(node)
