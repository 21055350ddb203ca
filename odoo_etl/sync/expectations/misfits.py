"""Faults of expectations that only the server knows of: models, fields and domains that it does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from odoo_etl.errors import ProtocolError, Refused
from odoo_etl.fieldtypes import ATTRIBUTES, type_of
from odoo_etl.planning import Misfit
from odoo_etl.spec import JobSpec, OdooExpected, OdooSide
from odoo_etl.sync.ports import Odoo
from odoo_etl.versions import field_hint, model_hint

Place = tuple[str | int, ...]


def expectation_misfits(spec: JobSpec, client: Odoo, context: Mapping[str, Any]) -> list[Misfit]:
    """The misfits of `expect.odoo`: each set of records is asked for once, so that no mistake is found after writes."""
    found: list[Misfit] = []
    for number, one in enumerate(spec.expect.odoo):
        for place, side in _sides(spec, number, one):
            found += _misfits(client, place, side, context)
    return found


def _sides(spec: JobSpec, number: int, one: OdooExpected) -> Iterator[tuple[Place, _Side]]:
    """The records that an expectation looks at, on both sides."""
    place: Place = ("expect", "odoo", number)
    domain_key = "where" if one.where is not None else "domain"
    yield place, _Side(one.model or spec.target.model, one.where or one.domain or [], one.sum, domain_key)
    if isinstance(one.equals, OdooSide):
        yield (*place, "equals"), _Side(one.equals.model, one.equals.domain, one.equals.sum, "domain")


@dataclass(frozen=True, slots=True)
class _Side:
    """Some records of Odoo, and what is measured of them.

    Attributes:
        key: where the job has the domain.
    """

    model: str
    domain: Sequence[Any]
    field: str | None
    key: str


def _misfits(client: Odoo, place: Place, side: _Side, context: Mapping[str, Any]) -> Iterator[Misfit]:
    """Whatever keeps a side from being measured; without a right on the model, AccessRefused."""
    name = side.field or "id"
    try:
        known = client.fields_get(side.model, [name], ATTRIBUTES, context=context)
    except (ProtocolError, Refused) as error:
        if not error.name:  # the words of a proxy, say
            raise
        hint = model_hint(side.model, client.version().major) or "its technical name, such as sale.order"
        yield Misfit((*place, "model"), f"Odoo has no model {side.model}", hint)
        return
    if name not in known or not type_of(known[name]["type"]).is_number:
        every = client.fields_get(side.model, attributes=["type"], context=context)
        yield Misfit((*place, "sum"), *_field_fault(side, every, client.version().major))
    if fault := _domain_fault(client, side, context):
        yield Misfit((*place, side.key), *fault)


def _field_fault(side: _Side, fields: Mapping[str, Mapping[str, Any]], major: int) -> tuple[str, str]:
    numbers = sorted(name for name, one in fields.items() if type_of(one["type"]).is_number and name != "id")
    near = get_close_matches(side.field or "", numbers, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"its numbers are {', '.join(numbers[:20]) or 'none'}"
    if side.field not in fields:
        renamed = field_hint(side.model, side.field or "", fields.keys(), major)
        return f"{side.model} has no field `{side.field}`", renamed or hint
    return f"`{side.field}` of {side.model} is no number", hint


def _domain_fault(client: Odoo, side: _Side, context: Mapping[str, Any]) -> tuple[str, str] | None:
    """Why Odoo finds nothing by a domain; where it may not be asked at all, AccessRefused."""
    try:
        client.search_read(side.model, side.domain, ["id"], limit=1, context=context)
    except (ProtocolError, Refused) as error:
        if not error.name:
            raise
        return f"Odoo does not understand it: {error}", "fields of the model, and values of their types"
    return None
