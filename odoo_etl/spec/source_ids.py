"""Ids that rows have in the Odoo which they come from: where they stand, and which lookups may ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from odoo_etl.spec.base import Issue
from odoo_etl.spec.line_fields import place_of
from odoo_etl.spec.lookup import SOURCE_ID
from odoo_etl.spec.sources import OdooSource, SourceSpec

_ID: Final = "id"
_ODOO: Final = "odoo"


class CameFromSpec(NamedTuple):
    """Where the rows of a job come from, if that is an Odoo.

    Attributes:
        source: the server and the model that they are read from.
        column: the one that holds their ids, by the name that the job knows it by; "" for none.
    """

    source: OdooSource
    column: str

    @property
    def model(self) -> str:
        """Their model there."""
        return self.source.model


def source_ids_of(source: SourceSpec) -> CameFromSpec | None:
    """The Odoo that rows come from; None of other sources, whose ids stand for nothing."""
    if not isinstance(source, OdooSource):
        return None
    own = next((name for name, ways in source.fields.items() if all(one.field == _ID for one in ways)), "")
    return CameFromSpec(source, next((new for new, old in source.rename.items() if old == own), own))


def source_id_issues(source: Any, fields: Mapping[str, Any]) -> Iterator[Issue]:
    """Source ids are those of the Odoo that rows come from.

    Args:
        fields: every field as it is written, by its path.
    """
    kind = source.get("type") if isinstance(source, Mapping) else getattr(source, "type", _ODOO)
    for path, field in fields.items() if kind != _ODOO else ():
        lookup = field.get("lookup") if isinstance(field, Mapping) else None
        several = isinstance(lookup, (list, tuple))
        for number, one in enumerate(lookup if isinstance(lookup, (list, tuple)) else [lookup]):
            if isinstance(one, Mapping) and one.get("by") in (SOURCE_ID, [SOURCE_ID]):
                message = f"`by: {SOURCE_ID}` needs rows that come from an Odoo, and the source is `type: {kind}`"
                place = (*place_of(path), "lookup", *((number,) if several else ()), "by")
                yield Issue(message, place, "`source: {type: odoo, ...}`, or look the record up by a field")
