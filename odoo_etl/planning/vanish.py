"""Records that a mirror may remove, and whether its policy fits the model. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from odoo_etl.errors import SafetyLimit
from odoo_etl.fieldtypes import BadValue, TargetField
from odoo_etl.mapping import constant
from odoo_etl.spec import FieldSpec, SetPolicy, VanishLimit, VanishSpec
from odoo_etl.versions import field_hint

# Below so many, a single record or row is a large share of all: the shares guard nothing then.
ENOUGH = 10
DEFAULT_PERCENT = 30.0

ACTIVE: Final = "active"
_ODOOS_OWN: Final = frozenset({"id", "create_uid", "create_date", "write_uid", "write_date"})
_PLAIN: Final = FieldSpec(value=None)


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """A part of a policy that does not fit the model: where below `vanish`, what, and the way out."""

    path: tuple[str, ...]
    message: str
    hint: str


def policy_name(vanish: VanishSpec) -> str:
    """report, archive, unlink or set."""
    return "set" if isinstance(vanish.policy, SetPolicy) else vanish.policy


def policy_fields(vanish: VanishSpec) -> list[str]:
    """The fields that the policy is about; `active` in any case, since what is archived has vanished already."""
    return sorted({ACTIVE, *(vanish.policy.set if isinstance(vanish.policy, SetPolicy) else ())})


def policy_faults(
    vanish: VanishSpec, model: str, fields: Mapping[str, TargetField], major: int
) -> Iterator[PolicyFault]:
    """The faults that keep the policy from being carried out.

    Args:
        fields: those of `policy_fields` that the model has.
        major: the server's version.
    """
    if policy_name(vanish) == "archive" and (ACTIVE not in fields or fields[ACTIVE].computed):
        message = f"{model} has no field `active` that can be written, so its records cannot be archived"
        yield PolicyFault(("policy",), message, "take unlink, report or {set: {field: value}}")
    for name, value in vanish.policy.set.items() if isinstance(vanish.policy, SetPolicy) else ():
        if name not in fields:
            hint = field_hint(model, name, None, major) or "check its name"
            yield _fault(name, f"{model} has no field `{name}`", hint)
        elif fields[name].computed or not fields[name].type.is_writable or name in _ODOOS_OWN:
            yield _fault(name, f"`{name}` of {model} cannot be written", "take another field")
        elif not _is_simple(value):
            yield _fault(
                name, f"{value!r} is no value for `{name}`", "a text, a number, true, false, null, a list of ids"
            )
        elif reason := _misfit(value, fields[name]):
            yield _fault(name, f"the value does not fit `{name}`: {reason}", "write what Odoo keeps")


def policy_values(vanish: VanishSpec, fields: Mapping[str, TargetField]) -> dict[str, Any]:
    """Field to value that a policy without faults writes; nothing for report and unlink."""
    if isinstance(vanish.policy, SetPolicy):
        return {name: constant(_PLAIN, value, fields[name], _no_lookup) for name, value in vanish.policy.set.items()}
    return {ACTIVE: False} if vanish.policy == "archive" else {}


def check_removals(limit: VanishLimit, job: str, found: int, kept: int) -> None:
    """Refuse to remove too much.

    Args:
        found: records that would be removed.
        kept: records that the job knows and that the source still has.

    Raises:
        SafetyLimit: more than `vanish.max` allows.
    """
    known = found + kept
    what = f"{found} of the {known} records that job {job} knows are no longer in its source"
    rest = "none of them was touched: check the source, or raise the limit in the job's target.vanish.max"
    if limit.count is not None and found > limit.count:
        raise SafetyLimit(f"{what}, more than vanish.max.count {limit.count} allows; {rest}")
    percent = limit.percent
    if percent is None:
        percent = DEFAULT_PERCENT if known >= ENOUGH else 100.0
    if found * 100 > percent * known:
        raise SafetyLimit(f"{what}, more than vanish.max.percent {percent:g}% allows; {rest}")


def check_shrink(most_percent: float, job: str, rows: int, last_rows: int | None) -> None:
    """Refuse a source that has become much shorter.

    Args:
        last_rows: rows of the last run that read the whole source and was done; None without one.

    Raises:
        SafetyLimit: it lost more than `vanish.max_shrink` of them.
    """
    if last_rows is None or last_rows < ENOUGH or (last_rows - rows) * 100 <= most_percent * last_rows:
        return
    raise SafetyLimit(
        f"the source of job {job} has {rows} rows, {last_rows - rows} fewer than the {last_rows} of the last run, which"
        f" is more than vanish.max_shrink {most_percent:g}% allows; nothing was written: check the source, or raise"
        " max_shrink in the job's target.vanish"
    )


def _fault(name: str, message: str, hint: str) -> PolicyFault:
    return PolicyFault(("policy", "set", name), message, hint)


def _is_simple(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return all(part is None or isinstance(part, (str, int, float, bool)) for part in parts)


def _misfit(value: Any, field: TargetField) -> str:
    try:
        constant(_PLAIN, value, field, _no_lookup)
    except BadValue as error:
        return error.reason
    return ""


def _no_lookup(model: str, path: str) -> NoReturn:
    raise LookupError(f"{model}.{path}: constants of a policy are looked up nowhere")
