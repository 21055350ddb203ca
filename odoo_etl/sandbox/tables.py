"""Records that are given as tables: the world in which the tests of a job run.

They are put there as they are: no default is given, nothing is required, computed or checked against other records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import orjson
import sqlalchemy as sa

from odoo_etl.sandbox.env import DEFAULT_LANG, utc_now
from odoo_etl.sandbox.field_values import to_column

if TYPE_CHECKING:
    from pathlib import Path

    from odoo_etl.sandbox.database import Database
    from odoo_etl.sandbox.schema import Catalog, Field, Model

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]

# Models of which the bundled records stay, unless the tables have them: every call asks for user, company, language.
NEEDED: Final = frozenset({"res.company", "res.currency", "res.lang", "res.users"})
DB: Final = "sandbox"
PROTOCOLS: Final = frozenset({"xmlrpc", "jsonrpc", "json2"})
EXTERNAL_ID: Final = "external_id"
_USER: Final = 2


class BadRow(ValueError):
    """A record that cannot be one.

    Attributes:
        model, number, name: where it stands; the name of the field at fault, or "".
    """

    def __init__(self, message: str, model: str, number: int = 0, name: str = "") -> None:
        super().__init__(message)
        self.model, self.number, self.name = model, number, name


@dataclass(frozen=True, slots=True)
class World:
    """The models, records and protocols of a sandbox, where these are not those of every one.

    Attributes:
        schema: the folder with the models that `odoo-etl schema pull` has described: they are plain tables.
        tables: given, the records by model: there are no others, but those that no call does without.
        snapshot: the folder with `models.json` and `records.json` of another server, in place of the bundled ones.
        protocols: those that it speaks, as far as its version does.
        name: that of its database.
        clock: the time in UTC, as Odoo writes it, by which API keys expire.
    """

    schema: Path | None = None
    tables: Tables | None = None
    snapshot: Path | None = None
    protocols: frozenset[str] = PROTOCOLS
    name: str = DB
    clock: Callable[[], str] = utc_now


def plain(catalog: Catalog) -> Catalog:
    """The models with fields that repeat another record's as fields of their own: a row is all that is said of it."""
    return {name: replace(model, fields=dict(_own_fields(model))) for name, model in catalog.items()}


def _own_fields(model: Model) -> Iterator[tuple[str, Field]]:
    for name, field in model.fields.items():
        yield name, replace(field, path="", column=True) if field.path else field


def put_tables(db: Database, connection: sa.Connection, tables: Tables) -> None:
    """Put the records there; all languages are active, and the user may use all companies.

    Raises:
        BadRow: one cannot be a record of its model.
    """
    connection.execute(db.tables["res.lang"].update().values(active=1))
    for name, rows in tables.items():
        if name not in db.catalog:
            raise BadRow(f"the sandbox has no model {name}", name)
        _put(db, connection, db.catalog[name], rows)
    if "res.company" in tables:
        _allow_companies(db, connection)


def _put(db: Database, connection: sa.Connection, model: Model, rows: Sequence[Row]) -> None:
    table = db.tables[model.name]
    connection.execute(table.delete())
    for number, row in enumerate(rows):
        record = int(row["id"])
        values = dict(_columns(model, number, row))
        if "active" in table.c:
            values.setdefault("active", 1)
        try:
            connection.execute(table.insert(), {**values, "id": record})
        except sa.exc.DatabaseError as error:
            raise BadRow(f"two records have the id {record}", model.name, number, "id") from error
        _put_links(db, connection, model, record, row)
        if row.get(EXTERNAL_ID):
            _put_external_id(db, connection, model, record, str(row[EXTERNAL_ID]))


def _columns(model: Model, number: int, row: Row) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        field = model.fields.get(name)
        if name in {"id", EXTERNAL_ID}:
            continue
        if field is None or not (field.column or field.link):
            raise BadRow(f"the sandbox keeps no `{name}` of {model.name}", model.name, number, name)
        if field.column:
            try:
                yield name, _stored(field, to_column(field, value))
            except (ValueError, TypeError, AttributeError) as error:
                raise BadRow(f"{value!r} is no value of `{name}`", model.name, number, name) from error


def _stored(field: Field, value: Any) -> Any:
    """A value in its column; a text is the same in every language, and one of a company in every company."""
    if value is None or not (field.translate or field.by_company):
        return value
    keys = (DEFAULT_LANG,) if field.translate else tuple(map(str, range(1, 1 + _COMPANIES)))
    return orjson.dumps(dict.fromkeys(keys, value)).decode()


_COMPANIES: Final = 20  # more than a test has


def _put_links(db: Database, connection: sa.Connection, model: Model, record: int, row: Row) -> None:
    for name, others in row.items():
        field = model.fields.get(name)
        if field is not None and field.link:
            table, own, other = field.link
            pairs = [{own: record, other: each} for each in others or ()]
            if pairs:
                connection.execute(db.links[table].insert().prefix_with("OR IGNORE"), pairs)


def _put_external_id(db: Database, connection: sa.Connection, model: Model, record: int, whole: str) -> None:
    module, _, name = whole.partition(".")
    values = {"module": module, "name": name, "model": model.name, "res_id": record}
    connection.execute(db.tables["ir.model.data"].insert(), values)


def _allow_companies(db: Database, connection: sa.Connection) -> None:
    """The user of every call is of the first company, and may use all of them."""
    ids = list(connection.execute(sa.select(db.tables["res.company"].c.id)).scalars())
    users, link = db.tables["res.users"], db.links["res_company_users_rel"]
    connection.execute(link.delete())
    if ids:
        connection.execute(users.update().values(company_id=min(ids)))
        connection.execute(link.insert(), [{"cid": each, "user_id": _USER} for each in ids])
