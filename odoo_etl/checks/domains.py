"""Domains of a job that Odoo does not take: the one of its key, and those of its lookups."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from odoo_etl.errors import AccessRefused, Problem, ProtocolError, Refused
from odoo_etl.spec import Job, place_of
from odoo_etl.sync.ports import Odoo

Place = tuple[str | int, ...]


def check_domains(job: Job, client: Odoo, context: Mapping[str, Any]) -> list[Problem]:
    """Ask Odoo for one record by each domain, equal ones once: it says whether it understands them.

    Odoo 19 does not look at the rest of a domain that finds nothing (`id in []`), so that no shorter question will do.
    """
    asked: dict[str, str] = {}
    problems = []
    for place, model, domain in _domains(job):
        text = json.dumps([model, domain], default=str)
        if text not in asked:
            asked[text] = _fault(client, model, domain, context)
        if asked[text]:
            message = f"Odoo does not take this domain: {asked[text]}"
            problems.append(job.problem(place, message, f"fields of {model}, and values of their types"))
    return problems


def _domains(job: Job) -> Iterator[tuple[Place, str, Sequence[Any]]]:
    """Each domain, with its place and its model."""
    target = job.spec.target
    if target.key_domain:
        yield ("target", "key_domain"), target.model, target.key_domain
    for path, field in job.spec.every_field.items():
        for number, lookup in enumerate(field.lookup):
            if lookup.domain and lookup.model:
                several = (number,) if len(field.lookup) > 1 else ()
                yield (*place_of(path), "lookup", *several, "domain"), lookup.model, lookup.domain


def _fault(client: Odoo, model: str, domain: Sequence[Any], context: Mapping[str, Any]) -> str:
    """Why Odoo finds nothing by a domain; "" where it does, or where `check_rights` tells that nobody may ask."""
    try:
        client.search_read(model, domain, ["id"], limit=1, context=context)
    except AccessRefused:
        return ""
    except (Refused, ProtocolError) as error:
        if not error.name:  # the words of a proxy, say
            raise
        return str(error)
    return ""
