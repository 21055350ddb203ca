"""One call to Odoo, independent of the protocol that carries it; the parameters of methods, and what repeating does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from odoo_etl.errors import ProtocolError

# x2many commands: a create makes a second record, a delete finds its record gone; an update may hold either.
_CREATE, _UPDATE, _DELETE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Call:
    """`model.method` on `ids` with named `params`.

    Attributes:
        ids: the records the method works on; None for methods of the model itself.
        params: parameters by Odoo 19's names.
        context: Odoo's context; sent only when it holds something.
        args: positional parameters of a method that is not in `METHODS`, as the caller gave them.
    """

    model: str
    method: str
    ids: Sequence[int] | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    args: Sequence[Any] = ()

    def __str__(self) -> str:
        """`res.partner.create`: no values, so that it may stand in any log."""
        return f"{self.model}.{self.method}"

    @property
    def changes(self) -> bool:
        """False where the method is known only to read."""
        return self._again is not Again.NOTHING

    @property
    def repeatable(self) -> bool:
        """True where sending the call again after no answer came changes nothing more."""
        if self._again is Again.SAME:
            return not _does_more_each_time(self.params)
        if self._again is Again.NAMED:
            return _names_every_record(self.params.get("fields", ()), self.params.get("data", ()))
        return self._again is Again.NOTHING

    @property
    def size(self) -> int:
        """How many records the call carries or works on; 0 where it does neither."""
        rows = self.params.get("vals_list", self.params.get("data", self.ids))
        return 1 if isinstance(rows, Mapping) else len(rows or ())

    @property
    def _again(self) -> Again:
        signature = METHODS.get(self.method)
        return signature.again if signature else Again.TWICE

    @classmethod
    def of(  # noqa: PLR0913 - the parts of a call
        cls,
        model: str,
        method: str,
        args: Sequence[Any] = (),
        *,
        ids: Sequence[int] | None = None,
        params: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Call:
        """A call from positional and named parameters, as one would write it in Odoo.

        A known method's positional parameters get their names; of a method on records the first one is `ids` unless
        `ids` is given. An unknown method keeps them in `args`.

        Raises:
            ProtocolError: more positional parameters than the method has, or one given twice.
        """
        named, rest = dict(params or {}), list(args)
        signature = METHODS.get(method)
        if signature is None:
            return cls(model, method, ids, named, context or {}, tuple(rest))
        if signature.on_records and ids is None:
            ids = rest.pop(0) if rest else []
        for name, value in _named(f"{model}.{method}", signature.params, rest).items():
            if name in named:
                raise ProtocolError(f"{model}.{method}: the parameter {name} is given by position and by name")
            named[name] = value
        return cls(model, method, _listed(ids), named, context or {})

    def by_position(self) -> tuple[list[Any], dict[str, Any]]:
        """`args` and `kwargs` for `execute_kw`: known leading parameters by position, the others by name."""
        named = dict(self.params)
        args: list[Any] = [] if self.ids is None else [self.ids]
        args.extend(self.args)
        signature = METHODS.get(self.method)
        for name in signature.params if signature else ():
            if name not in named:
                break
            args.append(named.pop(name))
        if self.context:
            named["context"] = self.context
        return args, named

    def by_name(self) -> dict[str, Any]:
        """The body of a JSON-2 request.

        Raises:
            ProtocolError: the method is unknown to us, so its positional parameters have no names.
        """
        body = dict(self.params)
        ids = self.ids
        if self.args:
            ids = self._ids_from_args()
        if ids is not None:
            body["ids"] = ids
        if self.context:
            body["context"] = self.context
        return body

    def _ids_from_args(self) -> Sequence[int]:
        """The one positional parameter of an unknown method that JSON-2 can name: a list of record ids."""
        first = self.args[0]
        if self.ids is None and len(self.args) == 1 and isinstance(first, list | tuple) and _are_ids(first):
            return first
        raise ProtocolError(
            f"{self}: JSON-2 takes named parameters only, and the names of this method's parameters are not known; "
            "give them by name (in Python: name=value, in the shell: --param name=JSON)"
        )


def names_parameters(protocol: str, method: str) -> bool:
    """Whether positional parameters of a method reach a server over a protocol: JSON-2 needs their names."""
    return protocol != "json2" or method in METHODS


def _named(where: str, names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """Positional values under their names, in order."""
    if len(values) > len(names):
        allowed = ", ".join(names) or "none"
        raise ProtocolError(f"{where}: {len(values)} positional parameters given, it takes {len(names)}: {allowed}")
    return dict(zip(names, values, strict=False))


def _listed(ids: Sequence[int] | int | None) -> Sequence[int] | None:
    """A single id as Odoo's users write it (`read`, 7) becomes a list of one."""
    return [ids] if isinstance(ids, int) else ids


def _are_ids(values: Sequence[Any]) -> bool:
    return all(isinstance(value, int) and not isinstance(value, bool) for value in values)


def _does_more_each_time(params: Mapping[str, Any]) -> bool:
    """True if the values to write hold an x2many command that creates or deletes."""
    vals_list = params.get("vals_list") or [params.get("vals") or {}]
    return any(_creates_or_deletes(vals) for vals in vals_list)


def _creates_or_deletes(vals: Mapping[str, Any]) -> bool:
    commands = (command for value in vals.values() if isinstance(value, list | tuple) for command in value)
    return any(_is_create_or_delete(command) for command in commands)


def _is_create_or_delete(command: Any) -> bool:
    if not isinstance(command, list | tuple) or not command:
        return False
    return command[0] in (_CREATE, _DELETE) or (command[0] == _UPDATE and _creates_or_deletes(command[2]))


def _names_every_record(fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> bool:
    """True if each row of a `load` has its external id, and no column makes records that have none."""
    if "id" not in fields or not all(map(_only_links, fields)):
        return False
    column = list(fields).index("id")
    return all(len(row) > column and row[column] for row in rows)


def _only_links(field: str) -> bool:
    """True for `name`, `country_id`, `country_id/id`; False for `line_ids/name`, a column of further records."""
    _, _, rest = field.partition("/")
    return rest in ("", "id", ".id")


class Again(Enum):
    """The effect of sending a call a second time after the first one got no answer."""

    NOTHING = "it only reads"
    SAME = "it writes the same thing again, unless its values hold commands that create or delete"
    NAMED = "records and their external ids appear together: the same thing where every row has an external id"
    TWICE = "it may create or trigger something twice, or find its records gone"


@dataclass(frozen=True, slots=True)
class Signature:
    """A method's named parameters in order; `on_records` is True where it works on the records in `ids`."""

    params: tuple[str, ...]
    on_records: bool = False
    again: Again = Again.NOTHING


METHODS: dict[str, Signature] = {
    "search": Signature(("domain", "offset", "limit", "order")),
    "search_count": Signature(("domain", "limit")),
    "search_read": Signature(("domain", "fields", "offset", "limit", "order")),
    "read": Signature(("fields", "load"), on_records=True),
    "read_group": Signature(("domain", "fields", "groupby", "offset", "limit", "orderby", "lazy")),
    "formatted_read_group": Signature(("domain", "groupby", "aggregates", "having", "offset", "limit", "order")),
    "fields_get": Signature(("allfields", "attributes")),
    "default_get": Signature(("fields",)),
    "name_search": Signature(("name", "domain", "operator", "limit")),
    "context_get": Signature(()),
    "has_access": Signature(("operation",), on_records=True),
    "check_access_rights": Signature(("operation", "raise_exception")),
    "get_metadata": Signature((), on_records=True),
    "get_external_id": Signature((), on_records=True),
    "export_data": Signature(("fields_to_export",), on_records=True),
    "get_field_translations": Signature(("field_name", "langs"), on_records=True),
    "web_read": Signature(("specification",), on_records=True),
    "web_search_read": Signature(("domain", "specification", "offset", "limit", "order", "count_limit")),
    "write": Signature(("vals",), on_records=True, again=Again.SAME),
    "web_save_multi": Signature(("vals_list", "specification"), on_records=True, again=Again.SAME),
    "update_field_translations": Signature(
        ("field_name", "translations", "source_lang"), on_records=True, again=Again.SAME
    ),
    "unlink": Signature((), on_records=True, again=Again.TWICE),
    "action_archive": Signature((), on_records=True, again=Again.SAME),
    "action_unarchive": Signature((), on_records=True, again=Again.SAME),
    "create": Signature(("vals_list",), again=Again.TWICE),
    "load": Signature(("fields", "data"), again=Again.NAMED),
    "name_create": Signature(("name",), again=Again.TWICE),
    "copy": Signature(("default",), on_records=True, again=Again.TWICE),
    "web_save": Signature(("vals", "specification", "next_id"), on_records=True, again=Again.TWICE),
}
