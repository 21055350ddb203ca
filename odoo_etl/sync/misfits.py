"""A job that can never work with its server is refused before its first write, with the place in its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

from odoo_etl.errors import AccessRefused, Problem, SpecError
from odoo_etl.fieldtypes import TargetField
from odoo_etl.mapping import FindField
from odoo_etl.planning import ACTIVE, Misfit, inverse_misfits, misfits
from odoo_etl.spec import JobSpec, place_of, under

Has = Callable[[str, str], bool]  # (model, field)
ProblemAt = Callable[[Sequence[str | int], str, str], Problem]  # (key path, message, hint), as `Job.problem`

MODULE: Final = "ir.module.module"
DATA: Final = "ir.model.data"
_ABSENT: Final = ["uninstalled", "uninstallable"]
_CODE: Final = ["ir.model", "ir.model.fields", "ir.model.access", "ir.ui.view", "ir.ui.menu", "ir.actions.act_window"]


class Asks(Protocol):
    """The part of a client that this needs."""

    def search_read(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], *, context: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The records that match."""
        ...


def without_file(at: Sequence[str | int], message: str, hint: str) -> Problem:
    """A problem of a job that stands in no file."""
    return Problem(message, path=".".join(map(str, at)), hint=hint)


def refuse_misfits(
    spec: JobSpec,
    client: Asks,
    fields: Mapping[str, TargetField],
    problem: ProblemAt = without_file,
    more: Sequence[Misfit] = (),
) -> None:
    """Refuse a job that does not fit.

    Args:
        fields: the mapped fields by name.
        problem: says where in the job's file a key stands.
        more: further misfits.

    Raises:
        SpecError: with every misfit.
    """
    refuse([*misfits(spec, fields), *server_misfits(spec, client), *more], problem)


def refuse(found: Sequence[Misfit], problem: ProblemAt) -> None:
    """Refuse a job for its misfits, where there are any.

    Raises:
        SpecError: with every one of them.
    """
    if found:
        raise SpecError([problem(each.at, each.message, each.hint) for each in found])


def line_misfits(spec: JobSpec, find_field: FindField, has: Has, below: tuple[str, ...] = ()) -> Iterator[Misfit]:
    """Faults of lines beside their models.

    Args:
        has: whether a model has a field.
        below: where the lines of these lines stand.

    Raises:
        UsageError: a model lacks a field.
    """
    for name, lines in spec.lines.items():
        field, here = find_field(spec.target.model, name), (*below, "lines", name)
        if not field.type.is_lines:
            message = f"`{name}` of {spec.target.model} is {field.described}, which has no lines"
            yield Misfit(here, message, "map it in `fields`")
            continue
        for each in inverse_misfits(lines, field):
            yield replace(each, at=(*here, *each.at))
        own = spec.of_lines(name, field.relation)
        for each in misfits(own, {one: find_field(field.relation, one) for one in lines.fields}):
            yield replace(each, at=under(here, each.at))
        if lines.rest == "archive" and not has(field.relation, ACTIVE):
            message = f"{field.relation} has no field `{ACTIVE}`, so that its records cannot be archived"
            yield Misfit((*here, "rest"), message, "`rest: remove`, or `rest: keep`")
        yield from line_misfits(own, find_field, has, here)


def server_misfits(spec: JobSpec, client: Asks) -> list[Misfit]:
    """The misfits that only the server knows of, whatever the model."""
    return [*module_misfits(spec, client), *language_misfits(spec, client)]


def language_misfits(spec: JobSpec, client: Asks) -> list[Misfit]:
    """Languages that are not installed; asked only where a field of the job names one."""
    named = list(named_languages(spec))
    if not named:
        return []
    try:
        installed = sorted(row["code"] for row in client.search_read("res.lang", [], ["code"]))
    except AccessRefused:  # then Odoo itself refuses calls in such a language
        return []
    hint = f"install it in Odoo (Settings, Languages), or take one of {', '.join(installed)}"
    missing = [(at, code) for at, code in named if code not in installed]
    return [Misfit(at, f"the language `{code}` is not installed in Odoo", hint) for at, code in missing]


def named_languages(spec: JobSpec) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The languages that fields name, each with its place; with translations the job's own, where it names none."""
    every = spec.every_field
    for path, one in every.items():
        if one.labels:
            yield (*place_of(path), "labels"), one.labels
        yield from (((*place_of(path), "translations", code), code) for code in one.translations)
    if any(one.translations for one in every.values()) and "lang" not in spec.target.context:
        yield ("target", "context", "lang"), spec.language


def module_misfits(spec: JobSpec, client: Asks) -> list[Misfit]:
    """External ids under the name of an installed module: Odoo takes their records for the module's own."""
    if spec.target.external_id is None or (spec.target.mode == "update" and not spec.target.adopts):
        return []
    module, _, name = spec.target.external_id.template.partition(".")
    if not (message := why_taken(client, module)):
        return []
    return [Misfit(("target", "external_id"), message, f"any name that is no module's, for example `legacy.{name}`")]


def why_taken(client: Asks, module: str) -> str:
    """Why no record gets an external id under a module; "" where it may."""
    if not is_installed(client, module):
        return ""
    return f"`{module}` is an installed module of Odoo, which deletes records under its name when it is upgraded"


def is_installed(client: Asks, module: str) -> bool:
    """Whether Odoo has the module; who may not ask that sees it by what only a module's own code brings along."""
    try:
        return bool(client.search_read(MODULE, [["name", "=", module], ["state", "not in", _ABSENT]], ["name"]))
    except AccessRefused:
        return bool(client.search_read(DATA, [["module", "=", module], ["model", "in", _CODE]], ["name"]))
