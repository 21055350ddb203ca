"""A YAML file as a tree that remembers where each key and value stands.

Positions are 1-based. Aliases share the node of their anchor, so its position is that of the anchor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; line and column start at 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text, number, boolean or null, with the text it was written as."""

    mark: Mark
    value: Scalar
    text: str
    size: int = 1


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    mark: Mark
    items: tuple[Node, ...] = ()
    size: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping, where the key stands, and what it holds."""

    mark: Mark
    node: Node


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys, always text exactly as written, in their order."""

    mark: Mark
    entries: dict[str, Entry] = field(default_factory=dict)
    size: int = 1


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


@dataclass(frozen=True, slots=True)
class Found:
    """Where a path leads: the node, the mark of its key (its own mark in a list), and the path that exists."""

    node: Node
    key_mark: Mark
    path: Path


def step(node: Node, key: str | int) -> Entry | None:
    """The child of a node, or None when it has no such child."""
    if isinstance(node, MappingNode):
        return node.entries.get(str(key))
    if isinstance(node, SequenceNode) and isinstance(key, int) and 0 <= key < len(node.items):
        item = node.items[key]
        return Entry(item.mark, item)
    return None


def find(root: Node, path: Sequence[str | int]) -> Found:
    """Follow a path as far as it goes; steps that the file does not have are skipped.

    A short form (`ref: customer_no`) has fewer steps than the model it becomes, a union has more.
    """
    found = Found(root, root.mark, ())
    for key in path:
        child = step(found.node, key)
        if child is not None:
            found = Found(child.node, child.mark, (*found.path, key))
    return found


def plain(node: Node) -> Plain:
    """The tree as ordinary dicts, lists and scalars."""
    if isinstance(node, MappingNode):
        return {key: plain(entry.node) for key, entry in node.entries.items()}
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    return node.value


def shown(path: Sequence[str | int]) -> str:
    """A path as people write it: `fields.state_id.columns[1]`."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return text.removeprefix(".")
