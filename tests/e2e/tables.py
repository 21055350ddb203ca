"""What a database holds, told by its tables: whether anything is otherwise than before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.real_odoo.postgres import Cluster

# What Odoo keeps for itself: models, views, caches, what it tells browsers.
NO_DATA = ("ir_", "bus_", "base_registry", "orm_signaling", "res_users_log", "res_device", "mail_", "discuss_")
BUT = {"ir_attachment", "ir_model_data", "mail_followers", "mail_mail", "mail_message"}
WHICH = {"ir_model_data": "WHERE module NOT IN (SELECT name FROM ir_module_module)"}  # those of modules are Odoo's
STAMPS = ("write_date", "write_uid", "in_date")  # the last one is of stock

ABSENT = "(absent)"  # where there is no such row

Differences = Mapping[str, tuple[Any, Any]]  # column to what it was and what it is
Rows = Mapping[str, str]
Tables = Mapping[str, Rows]


def tables(cluster: Cluster, database: str) -> Tables:
    """All rows of all tables with data, as texts by their id, without who wrote them and when."""
    with cluster.connect(database) as connection:
        every = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        names = [name for (name,) in every if not name.startswith(NO_DATA) or name in BUT]
        found: dict[str, dict[str, str]] = {name: {} for name in names}
        for name, key, row in connection.execute(" UNION ALL ".join(map(_rows, names))):
            found[name][key or row] = row
        return found


def _rows(table: str) -> str:
    """A query for the rows of a table: its name, their ids, and what they hold. PostgreSQL does that quickest."""
    values = f"(to_jsonb(t) - '{{{','.join(STAMPS)}}}'::text[])::text"
    return f"SELECT '{table}', (to_jsonb(t) -> 'id')::text, {values} FROM \"{table}\" t {WHICH.get(table, '')}"


def changes(before: Tables, after: Tables) -> dict[str, dict[str, Differences]]:
    """Table to its rows that differ, and in what; a row that is there on one side only differs in all it has."""
    found = {table: dict(_differing(rows, after[table])) for table, rows in before.items()}
    return {table: rows for table, rows in found.items() if rows}


def _differing(before: Rows, after: Rows) -> Iterator[tuple[str, Differences]]:
    for key in before.keys() | after.keys():
        if before.get(key) != after.get(key):
            was, now = (json.loads(rows.get(key, "{}")) for rows in (before, after))
            names = [name for name in was.keys() | now.keys() if was.get(name) != now.get(name) or not (was and now)]
            yield key, {name: (was.get(name, ABSENT), now.get(name, ABSENT)) for name in sorted(names)}


def is_new(differences: Differences) -> bool:
    """Whether there was no such row before."""
    return all(was == ABSENT for was, _ in differences.values())
