"""Elements as nested records.

<order id="7"><total currency="EUR">5</total><line><sku>A</sku></line><line><sku>B</sku></line></order>

@id  total  total.@currency  line.sku
7    5      EUR
7    5      EUR              A
7    5      EUR              B
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.nested import OWN
from odoo_etl.sources.xml_records.survey import line_of, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class Elements:
    """Makes records of elements.

    Args:
        ambiguous: local names that stand with their namespace.
    """

    def __init__(self, file: str, ambiguous: Collection[str]) -> None:
        self._file, self._ambiguous = file, ambiguous
        self._names: dict[str, str] = {}

    def record(self, element: Element) -> dict[str, Any]:
        """The record that an element is. Raises SourceError: it names an entity."""
        value = self._value(element)
        if not isinstance(value, dict):
            value = {OWN: value}
        own = value.pop(OWN, None)
        return {self._name(element.tag): own, **value} if own is not None else value

    def _value(self, element: Element) -> Any:
        """Its text, or its attributes and elements with the text as `OWN`; None where it has nothing."""
        attributes = element.attrib
        if not attributes and not len(element):
            return (element.text or "").strip() or None
        if attributes.get(_NIL) in {"true", "1"}:
            return None
        found: dict[str, Any] = {"@" + self._name(name): text for name, text in attributes.items() if name != _NIL}
        lists = set[str]()
        for one in element:
            if not isinstance(one.tag, str):
                raise self._entity(one)
            name, value = self._name(one.tag), self._value(one)
            if name in lists:
                found[name].append(value)
            elif name in found:
                found[name] = [found[name], value]
                lists.add(name)
            else:
                found[name] = value
        if text := self._text(element):
            found[OWN] = text
        return found

    def _text(self, element: Element) -> str:
        """The text that stands right in an element; with that of the elements between it, where there are such."""
        own = [element.text, *(one.tail for one in element)]
        if not any(text and text.strip() for text in own):
            return ""
        return "".join(map(str, element.itertext())).strip()

    def _name(self, tag: Any) -> str:
        """The key of an element or attribute."""
        name = self._names.get(tag)
        if name is None:
            local = local_name(tag)
            name = self._names[tag] = tag if local in self._ambiguous else local
        return name

    def _entity(self, element: Element) -> SourceError:
        above = element.getparent()
        place = f"{self._file}: line {line_of(above)}" if above is not None else self._file
        known = "XML knows lt, gt, amp, quot and apos only: write its text out"
        return SourceError(f"{place}: names the entity {element.text}, and {known}", ("source", "path"))
