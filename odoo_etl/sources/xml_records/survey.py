"""A first look at an XML file: where its records lie, and which names need their namespace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from odoo_etl.errors import SourceError
from odoo_etl.sources.nested import Part
from odoo_etl.sources.xml_records.parsing import events

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_OF_ROOT = 2  # the depth of the elements in the root


@dataclass(frozen=True, slots=True)
class Survey:
    """The elements of a file.

    Attributes:
        root: its name, as lxml writes it.
        children: how many elements of each name stand right in it.
        ambiguous: local names that elements of several namespaces have.
    """

    root: str
    children: Mapping[str, int]
    ambiguous: frozenset[str]

    def place(self, name: str) -> str:
        """The way to the records: the children of the root that are all called alike, or the only ones that repeat.

        Of a root without children, `*`: there is none today.

        Raises SourceError, which names the file.
        """
        if not self.children:
            return f"{local_name(self.root)}/*"
        repeated = [tag for tag, count in self.children.items() if count > 1]
        found = repeated if len(repeated) == 1 else list(self.children)
        if len(found) == 1:
            return f"{local_name(self.root)}/{local_name(found[0])}"
        root, names = local_name(self.root), ", ".join(sorted(map(local_name, self.children)))
        what = f"in <{root}> stand several kinds of elements, {names}"
        example = f"`records: {root}/{local_name(found[0])}`"
        raise SourceError(f"{name}: {what}: say which are the records, {example}", ("source", "records"))


@lru_cache(maxsize=64)
def survey(part: Part) -> Survey:
    """The elements of a file, which is read through. Raises SourceError."""
    tags, children, root, depth = set[str](), Counter[str](), "", 0
    for kind, element in events(part):
        if kind == "end":
            depth -= 1
            forget(element)
            continue
        depth += 1
        tags.add(element.tag)
        if depth == _OF_ROOT:
            children[element.tag] += 1
        root = root or element.tag
    return Survey(root, children, _ambiguous(tags))


def _ambiguous(tags: Iterable[str]) -> frozenset[str]:
    count = Counter(map(local_name, tags))
    return frozenset(name for name, times in count.items() if times > 1)


def local_name(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition("}")[2]


def line_of(element: Any) -> int:
    """The line that an element begins at; 0 where nobody knows."""
    return element.sourceline or 0


def forget(element: Element) -> None:
    """Give the memory of a whole element back, and of those before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
