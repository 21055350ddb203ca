"""Does a job fit the server: pure checks of a job against what `fields_get` and the access rules say.

Every problem carries the place in the job file of the key at fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from odoo_etl.errors import Problem
from odoo_etl.fieldtypes import TargetField, type_of
from odoo_etl.planning.fit import inverse_misfits, misfits
from odoo_etl.planning.online_lines import line_problems, line_rights, with_lines
from odoo_etl.planning.online_required import unmapped
from odoo_etl.planning.online_warnings import constants
from odoo_etl.planning.server_models import Attributes, Fields, ServerModels
from odoo_etl.planning.vanish import policy_faults, policy_fields, policy_name
from odoo_etl.spec import FieldSpec, Job, LookupSpec
from odoo_etl.versions import field_hint, model_hint, value_hint

# What to ask of `fields_get`. Older servers leave out attributes that they do not know.
ATTRIBUTES: Final = (
    "type",
    "relation",
    "relation_field",
    "required",
    "readonly",
    "store",
    "selection",
    "searchable",
    "related",
    "depends",
    "translate",
    "company_dependent",
    "digits",
)

_EXTERNAL_IDS: Final = "ir.model.data"
_NEEDED: Final = {
    "create": ("read", "create"),
    "update": ("read", "write"),
    "upsert": ("read", "create", "write"),
    "mirror": ("read", "create", "write"),
}


def needed_rights(job: Job) -> set[tuple[str, str]]:
    """(model, operation) pairs that a run of the job needs."""
    target = job.spec.target
    needed = {(target.model, operation) for operation in _NEEDED[target.mode]}
    if target.mode == "mirror" and policy_name(target.vanish) == "unlink":
        needed.add((target.model, "unlink"))
    if target.adopts and target.mode != "create":
        needed.add((_EXTERNAL_IDS, "create"))
    by_external_id = target.external_id is not None or any(one.is_by_external_id for one in job.spec.lookups)
    asked = job.spec.looked_up | ({_EXTERNAL_IDS} if by_external_id else set())
    return needed | {(model, "read") for model in asked} | {(model, "create") for model in job.spec.supplied}


def models_of(jobs: Iterable[Job]) -> set[str]:
    """The models that the jobs name; dotted lookups lead on to others (see `next_models`)."""
    return {model for job in jobs for model, _ in needed_rights(job)}


def next_models(jobs: Iterable[Job], fields: Mapping[str, Fields | None]) -> set[str]:
    """Models that dotted lookups lead to and that are not yet in `fields`."""
    found: set[str] = set()
    for job in (each for one in jobs for each in with_lines(one, fields)):
        if job.spec.target.model not in fields:
            found.add(job.spec.target.model)
        for item in job.spec.fields.values():
            for lookup, path in ((one, path) for one in item.lookup for path in one.by):
                model = lookup.model
                for name in path.split(".")[:-1]:
                    model = (fields.get(model) or {}).get(name, {}).get("relation") or ""
                    if model and model not in fields:
                        found.add(model)
    return found


def check_rights(job: Job, server: ServerModels) -> list[Problem]:
    """Operations the job needs and the user may not do."""
    known = {name for name, fields in server.fields.items() if fields is not None}
    own = needed_rights(job)
    places = {**line_rights(job, server.fields), **{right: _place(job, right[0]) for right in own}}
    return [
        job.problem(
            places[model, operation],
            f"the user may not {operation} {model}",
            "give the user a group in Odoo that may",
        )
        for model, operation in sorted(places.keys() & server.forbidden)
        if model in known
    ]


def check_job(job: Job, server: ServerModels) -> list[Problem]:
    """Find where a job, and its lines, do not fit the server's models and fields."""
    return [problem for one in with_lines(job, server.fields) for problem in _check_one(one, server)]


def _check_one(job: Job, server: ServerModels) -> list[Problem]:
    target = job.spec.target
    fields = server.fields.get(target.model)
    problems = [*_language(job, server)]
    if fields is None and target.model not in server.unknown:
        problems.append(job.problem(("target", "model"), *unknown_model(target.model, server.major)))
    for name, spec in job.spec.fields.items():
        check = _FieldCheck(job, name, spec, server)
        problems += check.against(fields) if fields is not None else check.lookup()
    if fields is not None:
        problems += [*_misfits(job, fields), *_line_problems(job, fields, server.major), *line_problems(job, server)]
        problems += [] if job.below else [*unmapped(job, fields, server), *_vanish_problems(job, fields, server.major)]
    return problems


def _line_problems(job: Job, fields: Fields, major: int) -> Iterator[Problem]:
    """The fields whose lines the job names."""
    for name in job.spec.lines:
        if name not in fields:
            yield job.problem(("lines", name), *unknown_field(job.spec.target.model, name, fields, major))
        elif not type_of(fields[name]["type"]).is_lines:
            message = f"`{name}` of {job.spec.target.model} is a {fields[name]['type']} field, which has no lines"
            yield job.problem(("lines", name), message, "map it in `fields`")
        else:
            for one in inverse_misfits(job.spec.lines[name], TargetField.of(name, fields[name])):
                yield job.problem(("lines", name, *one.at), one.message, one.hint)


@dataclass(frozen=True, slots=True)
class _FieldCheck:
    """The checks of one mapped field."""

    job: Job
    name: str
    spec: FieldSpec
    server: ServerModels

    @property
    def _model(self) -> str:
        return self.job.spec.target.model

    def against(self, fields: Fields) -> list[Problem]:
        """All problems of the field, given the fields of the target model."""
        known = fields.get(self.name)
        if known is None:
            unknown = unknown_field(self._model, self.name, fields, self.server.major)
            return [self._problem((), *unknown), *self.lookup()]
        kind, models = type_of(known["type"]), {known.get("relation"), ""}
        refers = kind.any_model or (kind.has_model and all(one.model in models for one in self.spec.lookup))
        return [*self._selection(known), *(self.lookup() if refers else ())]  # `misfits` has the rest

    def lookup(self) -> list[Problem]:
        """The models of the lookups exist, and so do the fields that they search by."""
        several = len(self.spec.lookup) > 1
        places = [("lookup", number) if several else ("lookup",) for number in range(len(self.spec.lookup))]
        named = [(place, one) for place, one in zip(places, self.spec.lookup, strict=True) if one.model]
        return [problem for place, one in named for problem in self._one_lookup(place, one)]

    def _one_lookup(self, place: Sequence[str | int], lookup: LookupSpec) -> Iterator[Problem]:
        if lookup.model in self.server.unknown:
            return
        if self.server.fields.get(lookup.model) is None:
            yield self._problem((*place, "model"), *unknown_model(lookup.model, self.server.major))
            return
        for name in lookup.create:
            if name not in (known := self.server.fields.get(lookup.model) or {}):
                unknown = unknown_field(lookup.model, name, known, self.server.major)
                yield self._problem((*place, "create", name), *unknown)
        for index, path in enumerate(lookup.paths):
            at = (*place, "by", index) if len(lookup.by) > 1 else (*place, "by")
            for message, hint in self._search_path(lookup, path):
                yield self._problem(at, message, hint)

    def _search_path(self, lookup: LookupSpec, path: str) -> Iterator[tuple[str, str]]:
        model, names = lookup.model, path.split(".")
        for index, name in enumerate(names):
            if model in self.server.unknown:
                return
            fields = self.server.fields.get(model) or {}
            if name not in fields:
                yield unknown_field(model, name, fields, self.server.major)
                return
            if not _searchable(fields[name]):
                yield f"`{name}` of {model} cannot be searched", "look up by a stored field"
            if index + 1 < len(names) and not fields[name].get("relation"):
                yield f"`{name}` of {model} is no relation, so `{path}` leads nowhere", ""
                return
            model = str(fields[name].get("relation") or "")

    def _selection(self, known: Attributes) -> Iterator[Problem]:
        if not type_of(known["type"]).has_choices or not known.get("selection"):
            return
        allowed = [str(value) for value, _ in known["selection"]]
        for path, value in constants(self.spec):
            if value is not None and value is not False and str(value) not in allowed:
                renamed = value_hint(self._model, self.name, str(value), allowed, self.server.major)
                hint = renamed or _nearest(str(value), allowed)
                yield self._problem(path, f"{value!r} is not among the field's values", hint)

    def _problem(self, below: Sequence[str | int], message: str, hint: str) -> Problem:
        return self.job.problem(("fields", self.name, *below), message, hint)


def _misfits(job: Job, fields: Fields) -> Iterator[Problem]:
    """The problems that a run would refuse as well."""
    known = {name: TargetField.of(name, fields[name]) for name in job.spec.fields if name in fields}
    for misfit in misfits(job.spec, known):
        yield job.problem(misfit.at, misfit.message, misfit.hint)


def _language(job: Job, server: ServerModels) -> Iterator[Problem]:
    """The language of the context must be active: Odoo refuses every call with another one."""
    code = job.spec.target.context.get("lang")
    if code and server.languages is not None and code not in server.languages:
        message = f"the language {code!r} is not active on the server"
        hint = f"activate it in Odoo, or take one of {', '.join(sorted(server.languages))}"
        yield job.problem(("target", "context", "lang"), message, hint)


def _vanish_problems(job: Job, fields: Fields, major: int) -> Iterator[Problem]:
    """The problems that keep a mirror from treating vanished records as its policy says."""
    target = job.spec.target
    if target.mode != "mirror":
        return
    known = {name: TargetField.of(name, fields[name]) for name in policy_fields(target.vanish) if name in fields}
    for fault in policy_faults(target.vanish, target.model, known, major):
        yield job.problem(("target", "vanish", *fault.path), fault.message, fault.hint)


def _searchable(attributes: Attributes) -> bool:
    return bool(attributes.get("searchable", attributes.get("store", True)))


def _place(job: Job, model: str) -> tuple[str, ...]:
    return ("target", "model") if model == job.spec.target.model else _lookup_path(job, model)


def _lookup_path(job: Job, model: str) -> tuple[str, ...]:
    names = [name for name, item in job.spec.fields.items() if any(one.model == model for one in item.lookup)]
    return ("fields", names[0], "lookup", "model") if names else ("fields",)


def unknown_model(model: str, major: int) -> tuple[str, str]:
    """The words for a model that the server lacks, and the way out.

    Args:
        major: the server's version; 0 where nobody knows it.
    """
    return f"the server has no model {model}", model_hint(model, major) or "check its name; is its module installed?"


def unknown_field(model: str, name: str, fields: Fields, major: int) -> tuple[str, str]:
    """The words for a field that a model lacks, and what it is called there, or else the nearest one.

    Args:
        major: the server's version; 0 where nobody knows it.
    """
    hint = field_hint(model, name, fields.keys(), major) or _nearest(name, list(fields), listed=False)
    return f"{model} has no field `{name}`", hint


def _nearest(word: str, allowed: Sequence[str], *, listed: bool = True) -> str:
    near = get_close_matches(word, allowed, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"allowed: {', '.join(allowed)}" if listed else ""
