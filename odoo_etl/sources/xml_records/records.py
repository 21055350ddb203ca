"""Records of an XML file: the elements at the end of one way of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.nested import Block, Part, keys_of
from odoo_etl.sources.xml_records.elements import Elements
from odoo_etl.sources.xml_records.parsing import events, fits
from odoo_etl.sources.xml_records.survey import forget, line_of, local_name, survey
from odoo_etl.spec import XmlSource

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

AT_ONCE: Final = 500  # records of a block
_RECORDS: Final = 2  # so many elements of one name, and they are records themselves
_SHOWN: Final = 10
_STEP: Final = re.compile(r"(?:\{[^}]*\})?[^/{}]+")


def read_elements(part: Part, spec: XmlSource) -> Iterator[Block]:
    """The records of a file. Raises SourceError."""
    place = spec.records if spec.records is not None else survey(part).place(part.file.name)
    steps = _STEP.findall(place)
    elements = Elements(part.file.name, _ambiguous(part, spec))
    records, lines, is_found = list[dict[str, Any]](), list[int](), False
    try:
        for element in _elements(part, steps):
            is_found = True
            records.append(elements.record(element))
            lines.append(line_of(element))
            forget(element)
            if len(records) == AT_ONCE:
                yield Block(records, lines, part.file.name)
                records, lines = [], []
    except SourceError:
        if records:
            yield Block(records, lines, part.file.name)
        raise
    if records:
        yield Block(records, lines, part.file.name)
    if not is_found and not _has_place(part, steps):
        raise SourceError(f"{part.file}: has no element {place}{_there(part)}", ("source", "records"))


def _elements(part: Part, steps: Sequence[str]) -> Iterator[Element]:
    """Each element at the end of the way, once it is whole."""
    for kind, element in events(part, steps):
        if kind == "end" and _way(element) == len(steps) and _fits(element, steps):
            yield element


def _has_place(part: Part, steps: Sequence[str]) -> bool:
    """Whether the file just has no record today: what would hold them is there, without records of another name."""
    root, *between = steps[:-1] or ["?"]
    seen = survey(part)
    if local_name(seen.root) != local_name(root):
        return False
    if between:
        return local_name(between[0]) in set(map(local_name, seen.children))
    return max(seen.children.values(), default=0) < _RECORDS


def _there(part: Part) -> str:
    """The elements that a file has in place of those that are meant."""
    seen = survey(part)
    names = sorted(set(map(local_name, seen.children)))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"; in <{local_name(seen.root)}> stand {', '.join(names[:_SHOWN]) or 'no elements'}{more}"


def _way(element: Element) -> int:
    return 1 + sum(1 for _ in element.iterancestors())


def _fits(element: Element, steps: Sequence[str]) -> bool:
    """Whether the names of an element, and of those it stands in, are these."""
    way = [element, *element.iterancestors()]
    return all(fits(one, step) for one, step in zip(reversed(way), steps, strict=True))


def _ambiguous(part: Part, spec: XmlSource) -> frozenset[str]:
    """The local names that stand with their namespace: where the columns are named, those that do so there."""
    if spec.columns is None:
        return survey(part).ambiguous
    keys = {key.removeprefix("@") for name in spec.columns for key in keys_of(name)}
    return frozenset(local_name(key) for key in keys if key.startswith("{"))
