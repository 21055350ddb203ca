"""The methods that can be called from outside, with Odoo 19's own signatures.

A method of a model (`@api.model` in Odoo) takes no ids; a method of records takes them first.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from odoo_etl.sandbox import keys, loading, reading, writing
from odoo_etl.sandbox.env import DEFAULT_LANG
from odoo_etl.sandbox.names import display_names
from odoo_etl.sandbox.translations import get_translations, update_translations

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Model

Domain = Any
Names = Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Method:
    """One public method.

    Attributes:
        run: the function; its first parameters are the environment and the model, then `ids` unless `on_model`.
        on_model: True when it takes no ids.
        only: the one model that has it, or "" for all.
    """

    run: Callable[..., Any]
    on_model: bool
    only: str = ""
    signature: inspect.Signature = field(init=False)

    def __post_init__(self) -> None:
        parameters = list(inspect.signature(self.run).parameters.values())[2 if self.on_model else 3 :]
        object.__setattr__(self, "signature", inspect.Signature(parameters))


def search(  # noqa: PLR0913, PLR0917 - Odoo's signature
    env: Env, model: Model, domain: Domain, offset: int = 0, limit: int | None = None, order: str | None = None
) -> list[int]:
    """Ids of the records that match."""
    return reading.search(env, model, domain, offset=offset, limit=limit, order=order)


def search_count(env: Env, model: Model, domain: Domain, limit: int | None = None) -> int:
    """How many match."""
    return reading.count(env, model, domain, limit)


def search_read(  # noqa: PLR0913, PLR0917 - Odoo's signature
    env: Env,
    model: Model,
    domain: Domain = None,
    fields: Names = None,
    offset: int = 0,
    limit: int | None = None,
    order: str | None = None,
    load: str | None = reading.CLASSIC_READ,
) -> list[reading.Row]:
    """Search and read in one; x2many values lack archived records, since Odoo forgets `active_test` in between."""
    ids = reading.search(env, model, domain, offset=offset, limit=limit, order=order)
    return reading.read(env.with_context(active_test=True), model, ids, fields, load)


def read(
    env: Env, model: Model, ids: Sequence[int], fields: Names = None, load: str | None = reading.CLASSIC_READ
) -> list[reading.Row]:
    """The fields of records."""
    return reading.read(env, model, ids, fields, load)


def create(env: Env, model: Model, vals_list: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int | list[int]:
    """New records: a list of ids for a list of values, one id for one."""
    if isinstance(vals_list, Mapping):
        return writing.create(env, model, [vals_list])[0]
    return writing.create(env, model, vals_list)


def write(env: Env, model: Model, ids: Sequence[int], vals: Mapping[str, Any]) -> bool:
    """The same values on every record."""
    writing.write(env, model, [(ids, vals)])
    return True


def web_save_multi(
    env: Env,
    model: Model,
    ids: Sequence[int],
    vals_list: Sequence[Mapping[str, Any]],
    specification: Mapping[str, Any],
) -> list[reading.Row]:
    """Each record its own values; answers what the specification asks for."""
    if len(ids) != len(vals_list):
        raise ValueError("Each record must have a corresponding vals entry.")
    writing.write(env, model, [((record,), vals) for record, vals in zip(ids, vals_list, strict=True)])
    return reading.read(env, model, ids, list(specification) or ["id"], load=None)


def unlink(env: Env, model: Model, ids: Collection[int]) -> bool:
    """Delete."""
    writing.unlink(env, model, ids)
    return True


def action_archive(env: Env, model: Model, ids: Sequence[int]) -> None:
    """Make records inactive."""
    writing.write(env, model, [(ids, {"active": False})])


def action_unarchive(env: Env, model: Model, ids: Sequence[int]) -> None:
    """Make records active."""
    writing.write(env, model, [(ids, {"active": True})])


def fields_get(env: Env, model: Model, allfields: Names = None, attributes: Names = None) -> dict[str, Any]:
    """The description of fields; the languages to choose from are the active ones.

    Raises:
        UserError: the language of the context is not active.
    """
    env.check_language(env.context.get("lang") or DEFAULT_LANG)  # its terms are English until others are installed
    described = {}
    for name, known in model.fields.items():
        if allfields and name not in allfields:
            continue
        attrs = dict(known.described)
        if name == "lang":
            attrs["selection"] = [list(pair) for pair in env.langs()]
        described[name] = {key: attrs[key] for key in attrs if not attributes or key in attributes}
    return described


def default_get(env: Env, model: Model, fields: Sequence[str]) -> dict[str, Any]:
    """The defaults of some fields."""
    given = {key.removeprefix("default_"): value for key, value in env.context.items() if key[:8] == "default_"}
    known = {**model.defaults, **given}
    return {name: known[name] for name in fields if name in known}


def name_search(  # noqa: PLR0913, PLR0917 - Odoo's signature
    env: Env, model: Model, name: str = "", domain: Domain = None, operator: str = "ilike", limit: int | None = 100
) -> list[list[Any]]:
    """`[id, display name]` of the records that a text finds."""
    ids = reading.search(env, model, [["display_name", operator, name], *(domain or [])], limit=limit)
    shown = display_names(env, model, ids)
    return [[record, shown[record]] for record in ids]


def name_create(env: Env, model: Model, name: str) -> list[Any]:
    """A new record from its name alone, as `[id, display name]`."""
    rec_name = "name" if model.fields[model.rec_name].described["readonly"] else model.rec_name
    record = writing.create(env, model, [{rec_name: name}])[0]
    return [record, display_names(env, model, [record])[record]]


def has_access(_env: Env, _model: Model, _ids: Sequence[int], operation: str) -> bool:
    """The sandbox's only login may do everything."""
    if operation not in ("read", "write", "create", "unlink"):
        raise AssertionError("Invalid access mode")
    return True


def check_access_rights(_env: Env, _model: Model, operation: str, raise_exception: bool = True) -> bool:  # noqa: ARG001 - Odoo's signature
    """The same under its older name."""
    return operation in ("read", "write", "create", "unlink")


def context_get(env: Env, _model: Model) -> dict[str, Any]:
    """The user's language and time zone."""
    row = reading.read(env, env.model("res.users"), [env.uid], ["lang", "tz"], load=None)[0]
    return {"lang": row["lang"] or "en_US", "tz": row["tz"], "uid": env.uid}


METHODS: dict[str, Method] = {
    "action_archive": Method(action_archive, on_model=False),
    "action_unarchive": Method(action_unarchive, on_model=False),
    "check_access_rights": Method(check_access_rights, on_model=True),
    "context_get": Method(context_get, on_model=True, only="res.users"),
    "create": Method(create, on_model=True),
    "default_get": Method(default_get, on_model=True),
    "fields_get": Method(fields_get, on_model=True),
    "generate": Method(keys.generate, on_model=True, only=keys.KEYS),
    "get_field_translations": Method(get_translations, on_model=False),
    "has_access": Method(has_access, on_model=False),
    "load": Method(loading.load, on_model=True),
    "make_key": Method(keys.make_key, on_model=False, only=keys.DESCRIPTION),
    "name_create": Method(name_create, on_model=True),
    "name_search": Method(name_search, on_model=True),
    "read": Method(read, on_model=False),
    "remove": Method(keys.remove, on_model=False, only=keys.KEYS),
    "revoke": Method(keys.revoke, on_model=True, only=keys.KEYS),
    "run_check": Method(keys.run_check, on_model=False, only=keys.IDENTITY),
    "search": Method(search, on_model=True),
    "search_count": Method(search_count, on_model=True),
    "search_read": Method(search_read, on_model=True),
    "unlink": Method(unlink, on_model=False),
    "update_field_translations": Method(update_translations, on_model=False),
    "web_save_multi": Method(web_save_multi, on_model=False),
    "write": Method(write, on_model=False),
}
