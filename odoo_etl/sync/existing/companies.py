"""The companies that a job names: found by name, external id or id, once before the first row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from odoo_etl.errors import AccessRefused
from odoo_etl.fieldtypes import TargetField
from odoo_etl.planning import Misfit
from odoo_etl.spec import JobSpec, place_of
from odoo_etl.sync.existing.external_ids import find_external_ids
from odoo_etl.sync.existing.schema import Schema
from odoo_etl.sync.ports import Odoo

COMPANY = "res.company"
ALLOWED = "allowed_company_ids"
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Companies:
    """The companies of a job.

    Attributes:
        ids: by what the job calls them, without those that are not there.
        own: the id of the one that every call means; 0 where nobody asked.
        usable: names of those that the user may use, by id.
    """

    ids: Mapping[str, int] = field(default_factory=dict)
    own: int = 0
    usable: Mapping[int, str] = field(default_factory=dict)


def find_companies(spec: JobSpec, client: Odoo) -> Companies:
    """Find the companies that a job names; nothing is asked where it names none."""
    named = sorted({name for _, name in _places(spec)})
    if not named:
        return Companies()
    [user] = client.read("res.users", [client.authenticate()], ["company_id", "company_ids"], load="_classic_write")
    rows = client.search_read(COMPANY, [["id", "in", user["company_ids"]]], ["name"])
    usable = {row["id"]: row["name"] for row in rows}
    ids = {name: found for name in named if (found := _id_of(name, usable, client))}
    given = (spec.target.context.get(ALLOWED) or [user["company_id"]])[0]
    return Companies(ids, ids.get(spec.target.company, 0) if spec.target.company else given, usable)


def _id_of(name: str, usable: Mapping[int, str], client: Odoo) -> int:
    """The id of a company by its name, else by its external id, else the number that it is; 0 for none."""
    if found := next((each for each, known in usable.items() if known == name), 0):
        return found
    module, dot, rest = name.partition(".")
    if dot and rest:
        record_id, model = find_external_ids(client, module, [rest]).get(rest, (0, ""))
        if model == COMPANY:
            return record_id
    domain: list[Any] = [["id", "=", int(name)]] if name.isdecimal() else [["name", "=", name]]
    return next((row["id"] for row in client.search_read(COMPANY, domain, ["name"])), 0)


def own_context(spec: JobSpec, companies: Companies) -> dict[str, Any]:
    """The job's own part of the context of every call."""
    return {**spec.target.context, **({ALLOWED: [companies.own]} if spec.target.company else {})}


def company_misfits(spec: JobSpec, companies: Companies) -> list[Misfit]:
    """The companies that are not there, or that the user may not use, or that say twice what one value is."""
    return [misfit for at, name in _places(spec) for misfit in _misfits_of(at, name, companies)] + [
        *_twice(spec, companies)
    ]


def _misfits_of(at: Place, name: str, companies: Companies) -> Iterator[Misfit]:
    number, usable = companies.ids.get(name), companies.usable
    if number is None:
        known = ", ".join(usable.values())
        yield Misfit(at, f"Odoo shows the user no company `{name}`", f"its name, external id or id; there are: {known}")
    elif number not in usable:
        hint = "add it to the user's allowed companies in Odoo (Settings, Users)"
        yield Misfit(at, f"the user may not use the company `{name}`", hint)
    elif at[0] != "target" and number == companies.own:
        message = f"`{name}` is the job's own company, for which the field itself gives the value"
        yield Misfit(at, message, "remove it, or say in `target.company` which company the job's own is")


def _twice(spec: JobSpec, companies: Companies) -> Iterator[Misfit]:
    for path, one in spec.every_field.items():
        known: dict[int, list[str]] = defaultdict(list)
        for company in one.companies:
            known[companies.ids.get(company, 0)].append(company)
        for number, (first, *others) in known.items():
            for other in others if number else ():
                at = (*place_of(path), "companies", other)
                yield Misfit(at, f"`{other}` and `{first}` are one company", "remove one of them")


def undivided_misfits(spec: JobSpec, schema: Schema, fields: Mapping[str, TargetField]) -> list[Misfit]:
    """Fields that have one value for all companies.

    Args:
        fields: the mapped fields that the model has, by name.
    """
    wanted = [name for name, one in spec.fields.items() if one.companies and name in fields]
    model = spec.target.model
    return [*_undivided_lines(spec, schema)] + [
        Misfit(
            ("fields", name, "companies"),
            f"`{name}` of {model} has one value for all companies",
            "remove `companies`; records of several companies are found by `target.key_domain`",
        )
        for name in wanted
        if not _differs(model, fields[name], schema)
    ]


def _undivided_lines(spec: JobSpec, schema: Schema) -> Iterator[Misfit]:
    """The same in lines of the records."""
    for name in spec.lines if any(one.companies for one in spec.every_field.values()) else ():
        field = schema.find(spec.target.model, name)
        if field.type.is_lines:  # else `line_misfits` tells of it
            own = spec.of_lines(name, field.relation)
            for one in undivided_misfits(own, schema, schema.fields(field.relation, (), list(own.fields))):
                yield replace(one, at=("lines", name, *one.at))


def _differs(model: str, one: TargetField, schema: Schema) -> bool:
    """Whether each company has its value, of the field itself or of what Odoo takes it from."""
    if one.by_company or one.stored:
        return one.by_company
    return any(_leaf_differs(model, path, schema) for path in one.depends)


def _leaf_differs(model: str, path: str, schema: Schema) -> bool:
    try:
        return schema.find(model, path).by_company
    except AccessRefused:  # then a run shows it: what Odoo does not keep is told
        return True


def _places(spec: JobSpec) -> Iterable[tuple[Place, str]]:
    """Every company that the job names, with its place."""
    own: Sequence[str] = (spec.target.company,) if spec.target.company else ()
    yield from ((("target", "company"), name) for name in own)
    for path, one in spec.every_field.items():
        yield from (((*place_of(path), "companies", company), company) for company in one.companies)
