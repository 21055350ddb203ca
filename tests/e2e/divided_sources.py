"""Each kind of source that workers can divide, holding the same rows: in several pieces."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pyarrow as pa
import pyarrow.parquet as pq

from odoo_etl import OdooClient
from tests.workbooks import write_xlsx

Rows = Sequence[Mapping[str, str]]
PIECES = 5
LONG = "x" * 120_000  # beside each row of a text: a file is cut into stretches of a mebibyte


def _text(name: str, line: Callable[[Mapping[str, str]], str], head: str = "", **keys: Any) -> Any:
    """One file with a row a line."""

    def make(folder: Path, rows: Rows) -> dict[str, Any]:
        (folder / f"rows.{name}").write_text(head + "".join(f"{line(row)}\n" for row in rows))
        return {"type": name, "path": f"../rows.{name}", **keys}

    return make


def _files(name: str, write: Callable[[Path, Rows], object], **keys: Any) -> Any:
    """Several files."""

    def make(folder: Path, rows: Rows) -> dict[str, Any]:
        size = -(-len(rows) // PIECES)
        for at in range(0, len(rows), size):
            write(folder / f"rows-{at:03}.{name}", rows[at : at + size])
        kind = "excel" if name == "xlsx" else name
        return {"type": kind, "path": f"../rows-*.{name}", **keys}

    return make


def _xml(path: Path, rows: Rows) -> None:
    records = "".join(f"<row ref={quoteattr(row['ref'])} name={quoteattr(row['name'])}/>\n" for row in rows)
    path.write_text(f"<rows>\n{records}</rows>\n")


def _parquet(folder: Path, rows: Rows) -> dict[str, Any]:
    table = pa.table({name: [row[name] for row in rows] for name in ("ref", "name")})
    pq.write_table(table, folder / "rows.parquet", row_group_size=-(-len(rows) // PIECES))
    return {"type": "parquet", "path": "../rows.parquet"}


def _sql(folder: Path, rows: Rows) -> dict[str, Any]:
    with closing(sqlite3.connect(folder / "rows.db")) as connection, connection:
        connection.execute("DROP TABLE IF EXISTS partners")
        connection.execute("CREATE TABLE partners (id integer PRIMARY KEY, ref text, name text)")
        connection.executemany("INSERT INTO partners (ref, name) VALUES (?, ?)", [tuple(row.values()) for row in rows])
    connection.close()
    query = "SELECT id, ref, name FROM partners ORDER BY id"
    return {"type": "sql", "url": "sqlite:///../rows.db", "query": query, "split_by": "id"}


DIVISIBLE: Mapping[str, Callable[[Path, Rows], dict[str, Any]]] = {
    "csv": _text("csv", lambda row: f"{row['ref']},{row['name']},{LONG}", "ref,name,long\n"),
    "fixed": _text(
        "fixed",
        lambda row: f"{row['ref']:40}{row['name']:40}{LONG}",
        columns={"ref": 40, "name": 40, "long": len(LONG)},
    ),
    "jsonl": _text("jsonl", lambda row: json.dumps({**row, "long": LONG})),
    "json": _files("json", lambda path, rows: path.write_text(json.dumps(rows))),
    "xml": _files("xml", _xml, records="rows/row", rename={"ref": "@ref", "name": "@name"}),
    "excel": _files(
        "xlsx", lambda path, rows: write_xlsx(path, {"S": [["ref", "name"], *[list(row.values()) for row in rows]]})
    ),
    "parquet": _parquet,
    "sql": _sql,
}


def of_odoo(client: OdooClient, rows: Rows) -> dict[str, Any]:
    """The rows as records of the connection `old`, in fields that the job does not write."""
    ids = client.create(
        "res.partner", [{"name": "-", "street": row["ref"], "street2": row["name"] or False} for row in rows]
    )
    domain = [["id", ">=", ids[0]], ["id", "<=", ids[-1]]]
    fields = {"ref": "street", "name": "street2"}
    return {"type": "odoo", "connection": "old", "model": "res.partner", "domain": domain, "fields": fields}
