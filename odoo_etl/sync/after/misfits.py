"""Steps that can never work with the model or the server of their job are refused before the first write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from odoo_etl.errors import ProtocolError, Refused
from odoo_etl.fieldtypes import TargetField
from odoo_etl.odoo import names_parameters
from odoo_etl.planning import Misfit, policy_faults, policy_values
from odoo_etl.spec import CallStep, JobSpec, RecordStep, SetPolicy, VanishSpec, WriteStep
from odoo_etl.sync.existing import Schema
from odoo_etl.sync.ports import Target


def step_misfits(spec: JobSpec, target: Target, schema: Schema) -> list[Misfit]:
    """Whatever keeps the steps of a job from being carried out; Odoo is asked where the job has any.

    Whether it has a method nobody can ask.
    """
    found = list[Misfit]()
    for number, step in enumerate(spec.after):
        if isinstance(step, RecordStep):
            found += _of_where(number, step, target)
        if isinstance(step, CallStep):
            found += _of_parameters(number, step, target)
        if isinstance(step, WriteStep):
            fields = written_fields(step, target.model, schema)
            major = target.client.version().major
            for fault in policy_faults(_as_policy(step), target.model, fields, major):
                at: tuple[str | int, ...] = ("after", number, "write", *map(str, fault.path[2:]))
                found.append(Misfit(at, fault.message, fault.hint))
    return found


def written_fields(step: WriteStep, model: str, schema: Schema) -> dict[str, TargetField]:
    """The fields that a step writes, as far as the model has them."""
    known = schema.fields(model, (), sorted(step.write))
    return {name: known[name] for name in step.write if name in known}


def step_values(step: WriteStep, fields: Mapping[str, TargetField]) -> dict[str, Any]:
    """Field to the planned value that a step without misfits writes."""
    return policy_values(_as_policy(step), fields)


def _as_policy(step: WriteStep) -> VanishSpec:
    """The step as what a mirror writes to vanished records: the same values fit."""
    return VanishSpec(policy=SetPolicy(set=step.write))


def _of_parameters(number: int, step: CallStep, target: Target) -> Iterator[Misfit]:
    if step.args and not names_parameters(target.client.protocol, step.call):
        message = f"JSON-2 takes parameters by name only, and nobody knows those of `{step.call}`"
        yield Misfit(("after", number, "args"), message, "give them in `kwargs`, or take `protocol: jsonrpc`")


def _of_where(number: int, step: RecordStep, target: Target) -> Iterator[Misfit]:
    """Ask Odoo for one record: it says whether it understands the domain.

    Of a domain that finds nothing whatever the rest of it is (`id in []`), Odoo 19 does not look at the rest.
    """
    if not step.where:
        return
    try:
        target.client.search_read(target.model, step.where, ["id"], limit=1, context=target.context)
    except (Refused, ProtocolError) as error:
        yield Misfit(("after", number, "where"), f"Odoo does not take this domain: {error}", "check its fields")
