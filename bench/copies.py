"""Partners copied from one Odoo to another: the job, and what a person changes in the first one meanwhile."""

from __future__ import annotations

from pathlib import Path

from bench.data import Rows, row
from bench.tool import BY_KEY, PROJECT, make_project
from odoo_etl import OdooClient
from tests.servers import Server

SOURCE = """\
source:
  type: odoo
  connection: old
  model: res.partner
  domain: [[ref, "=like", "B%"]]
  fields:
    {ref: ref, name: name, email: email, phone: phone, street: street, city: city, zip: zip, function: function,
     is_company: is_company, country: country_id.code}
  incremental: {cursor: write_date}
"""
COPY = BY_KEY.replace('source: {type: csv, path: ../rows.csv, delimiter: ";"}\n', SOURCE)


def make_copying_project(folder: Path, old: Server) -> None:
    """A project whose job reads from the old server."""
    make_project(folder, COPY)
    login = f'{{url: "{old.url}", db: {old.db}, user: {old.user}, api_key: "{old.api_key}", protocol: auto}}'
    (folder / "pipelines/project.yaml").write_text(f"{PROJECT}  old: {login}\n")


def change(server: Server, rows: Rows) -> None:
    """Write the changed ones of the rows into their partners, as a person would: one after the other."""
    with OdooClient(server.url, server.db, api_key=server.api_key) as client:
        for number in range(0, rows.count, rows.changed_every) if rows.changed_every else ():
            changed = row(number, changed=True)
            found = client.search("res.partner", [["ref", "=", changed[0]]])
            client.write("res.partner", found, {"street": changed[4]})
