"""Texts of a loaded table as values, by field type (`ir.fields.converter` of Odoo 19)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from odoo_etl.sandbox import reading
from odoo_etl.sandbox.constraints import absent
from odoo_etl.sandbox.env import among
from odoo_etl.sandbox.field_values import to_column

if TYPE_CHECKING:
    from odoo_etl.sandbox.env import Env
    from odoo_etl.sandbox.schema import Field, Model

TRUE_WORDS = frozenset({"1", "true", "yes"})
FALSE_WORDS = frozenset({"", "0", "false", "no"})
REFERENCES = {".id": "database id", "id": "external id", "": "name"}


class Unconvertible(ValueError):
    """A text that does not fit its field; `more` are the keys that Odoo adds to its message."""

    def __init__(self, message: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.more = more or {}


def _unfit(target: Field, message: str, hint: Any = None) -> Unconvertible:
    """The error for one text of one field, with Odoo's hint where it gives one."""
    more = {} if hint is None else {"moreinfo": hint}
    return Unconvertible(message, {**more, "field_name": target.string})


@dataclass
class Converter:
    """Converts the cells of one `load` call; remembers what references were resolved to.

    Args:
        env: the call's environment.
        module: the module of external ids that name none.
        flush: creates the records of the rows so far, if one has the given external id (any, if it is empty).
    """

    env: Env
    module: str
    flush: Callable[[str], None]
    warnings: list[str] = field(default_factory=list)
    _found: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def convert(self, target: Field, cell: Any) -> Any:
        """The value to write.

        Args:
            target: the field.
            cell: a text, or for relational fields `{how: text}`, how being `""` (name), `id` or `.id`.

        Raises:
            Unconvertible: the text does not fit; the message is Odoo's.
        """
        if isinstance(cell, dict):
            return self._relation(target, {how: text for how, text in cell.items() if text})
        if not cell:
            return False
        known = CONVERTERS.get(target.type)
        return known(self, target, cell) if known else cell

    def _relation(self, target: Field, cell: Mapping[str, Any]) -> Any:
        if not cell:
            return False
        if len(cell) > 1:
            raise Unconvertible(
                f"Ambiguous specification for field '{target.string}', "
                "only provide one of name, external id or database id"
            )
        [(how, text)] = cell.items()
        if target.type == "many2one":
            return self._reference(target, how, text)
        return [[6, 0, [self._reference(target, how, part) for part in str(text).split(",")]]]

    def _reference(self, target: Field, how: str, text: Any) -> int | bool:
        """The id of the record that a text names."""
        if how and str(text).lower() in FALSE_WORDS:
            return False
        key = (target.relation, how, str(text))
        if key not in self._found:
            found = LOOKUPS[how](self, target, text)
            if found is None:
                raise _unfit(
                    target,
                    f"No matching record found for {REFERENCES[how]} '{text}' in field '{target.string}'",
                    _possible_values(target, how),
                )
            self._found[key] = found
        return self._found[key]

    def by_database_id(self, target: Field, text: Any) -> int | None:
        """The record of that id, if there is one."""
        try:
            record = int(text)
        except ValueError:
            raise _unfit(
                target, f"Invalid database id '{text}' for the field '{target.string}'", _possible_values(target, ".id")
            ) from None
        return None if absent(self.env, self.env.model(target.relation), {record}) else record

    def by_external_id(self, target: Field, text: Any) -> int | None:
        """The record of an external id, of the module that is loaded where it names none."""
        xmlid = text if "." in text else f"{self.module}.{text}"
        self.flush(xmlid)
        return external_ids(self.env, self.env.model(target.relation), [xmlid]).get(xmlid)

    def by_name(self, target: Field, text: Any) -> int | None:
        """The first record of a name."""
        comodel = self.env.model(target.relation)
        if target.relation == target.model:
            self.flush("")
        found = reading.search(self.env, comodel, [["display_name", "=", text]], limit=100)
        if len(found) > 1:
            self.warnings.append(
                f'Found multiple matches for value "{text}" in field "{target.string}" ({len(found)} matches)'
            )
        return found[0] if found else None

    def boolean(self, target: Field, text: Any) -> bool:
        """Yes and no in words; anything else is yes, and an error."""
        word = str(text).lower()
        if word in FALSE_WORDS:
            return False
        if word not in TRUE_WORDS:
            message = f"Unknown value '{text}' for boolean field '{target.string}'"
            raise _unfit(target, message, "Use '1' for yes and '0' for no")
        return True

    def integer(self, target: Field, text: Any) -> int:
        """A whole number."""
        try:
            return int(text)
        except ValueError:
            message = f"'{text}' does not seem to be an integer for field '{target.string}'"
            raise _unfit(target, message) from None

    def number(self, target: Field, text: Any) -> float:
        """A number with a decimal point."""
        try:
            return float(text)
        except ValueError:
            message = f"'{text}' does not seem to be a number for field '{target.string}'"
            raise _unfit(target, message) from None

    def moment(self, target: Field, text: Any) -> Any:
        """A date or datetime in ISO format, in UTC: the sandbox's user has no time zone."""
        try:
            return to_column(target, text)
        except ValueError:
            example = "2012-12-31" if target.type == "date" else "2012-12-31 23:59:59"
            message = f"'{text}' does not seem to be a valid {target.type} for field '{target.string}'"
            raise _unfit(target, message, f"Use the format '{example}'") from None

    def selection(self, target: Field, text: Any) -> Any:
        """The key of a choice, given by key or by label, whatever the case."""
        known = self.env.langs() if target.name == "lang" else target.described["selection"]
        for key, label in known:
            if str(text).lower() in (str(key).lower(), label.lower()):
                return key
        message = f"Value '{text}' not found in selection field '{target.string}'"
        raise _unfit(target, message, [label or str(key) for key, label in known])


CONVERTERS: dict[str, Callable[[Converter, Field, Any], Any]] = {
    "boolean": Converter.boolean,
    "integer": Converter.integer,
    "many2one_reference": Converter.integer,
    "float": Converter.number,
    "monetary": Converter.number,
    "date": Converter.moment,
    "datetime": Converter.moment,
    "selection": Converter.selection,
}
LOOKUPS: dict[str, Callable[[Converter, Field, Any], int | None]] = {
    ".id": Converter.by_database_id,
    "id": Converter.by_external_id,
    "": Converter.by_name,
}


def external_ids(env: Env, model: Model, xmlids: Collection[str]) -> dict[str, int]:
    """The ids of the existing records that complete external ids (`module.name`) stand for.

    Raises:
        ValueError: one stands for a record of another model.
    """
    known = env.db.tables["ir.model.data"]
    query = sa.select(known.c.module, known.c.name, known.c.model, known.c.res_id)
    rows = env.execute(query.where(among(known.c.name, {xmlid.partition(".")[2] for xmlid in xmlids})))
    found = {f"{row[0]}.{row[1]}": (row[2], row[3]) for row in rows}
    targets = {xmlid: found[xmlid] for xmlid in xmlids if xmlid in found}
    gone = absent(env, model, {record for _, record in targets.values()})
    for xmlid, (owner, record) in targets.items():
        if owner != model.name and record not in gone:
            raise ValueError(f"Invalid external ID {xmlid}: expected model {model.name!r}, found {owner!r}")
    return {xmlid: record for xmlid, (_, record) in targets.items() if record not in gone}


def _possible_values(target: Field, how: str) -> dict[str, Any]:
    """The window that Odoo's own client opens from the message."""
    action = {
        "name": "Possible Values",
        "type": "ir.actions.act_window",
        "target": "new",
        "view_mode": "list,form",
        "views": [[False, "list"], [False, "form"]],
        "context": {"create": False},
        "help": "See all possible values",
    }
    if how:
        return {**action, "res_model": "ir.model.data", "domain": [["model", "=", target.relation]]}
    return {**action, "res_model": target.relation}
