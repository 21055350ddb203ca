"""The files of a new project, by their paths below its folder; no secret is in any but the `.env` files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from odoo_etl.scaffold.ci import ci_file
from odoo_etl.scaffold.settings import KEY, NewProject, Server
from odoo_etl.spec.json_schema import SCHEMAS, json_schema

SECRET: Final = frozenset({".env", ".env.production"})  # files that only their owner may read


def files_of(new: NewProject) -> dict[str, str]:
    """Path to text of each file, in the order in which people read them."""
    return {
        "pipelines/project.yaml": _project(new),
        **(_sample(new.job) if new.has_sample else {}),
        ".env.example": _example(new),
        **dict(_secrets({".env": new.dev, ".env.production": new.production})),
        ".gitignore": _IGNORED,
        **ci_file(new),
        **{f"pipelines/{kind}.schema.json": _schema(kind) for kind in SCHEMAS},
    }


def _sample(job: str) -> dict[str, str]:
    return {f"pipelines/{job}.yaml": _JOB.replace("JOB", job), f"data/{job}.csv": _ROWS}


def _schema(kind: str) -> str:
    return json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n"


def _project(new: NewProject) -> str:
    return _PROJECT.replace("DEV", _connection(new.dev)).replace("PRODUCTION", _connection(new.production))


_TO_COME: Final = '{url: "${ODOO_URL}", db: "${ODOO_DB:-}", user: "${ODOO_USER:-}"}'


def _connection(server: Server) -> str:
    """Its address, on one line of YAML: JSON is YAML."""
    if server.is_sandbox or not server.url:
        return f"{{url: {server.url}}}" if server.url else _TO_COME
    known = {"url": server.url, "db": server.db, "user": server.user}
    parts = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in known.items() if value]
    return f"{{{', '.join(parts).replace('${', '$${')}}}"


def _example(new: NewProject) -> str:
    where = "" if new.production.url else "\n# Only in .env.production:\nODOO_URL=\nODOO_DB=\nODOO_USER=\n"
    return _EXAMPLE + where


def _secrets(servers: Mapping[str, Server]) -> Iterator[tuple[str, str]]:
    """The files with the keys that are known."""
    for name, server in servers.items():
        if server.api_key:
            escaped = server.api_key.replace("\\", "\\\\").replace("'", "\\'")
            yield name, f"{KEY}='{escaped}'\n"


_PROJECT: Final = """\
# yaml-language-server: $schema=project.schema.json
# Which Odoo the jobs of this folder write to. No secret stands here: ${NAME} comes from the environment of the process,
# from .env.<environment> or from .env in the folder above (see .env.example).
connections:
  main: {api_key: "${ODOO_API_KEY}"}
environments:
  dev: # to try things on
    connections: {main: DEV}
  production: # asks before it writes, or takes --yes
    production: true
    connections: {main: PRODUCTION}
default_environment: dev # `--env production` chooses the other one
defaults:
  load: {concurrency: 2} # calls side by side; as many as Odoo has workers
"""

_JOB: Final = """\
# yaml-language-server: $schema=job.schema.json
# One job: which rows become which records. Here: partners, known again by their reference.
version: 1
job: JOB
source: {type: csv, path: ../data/JOB.csv}
target: {model: res.partner, key: ref} # no two records with one ref; `odoo-etl inspect res.partner` lists fields
fields:
  ref: {column: customer_no, required: true}
  name: {column: name, required: true}
  is_company: {column: kind, map: {company: true, person: false}}
  email: {column: email, transform: [strip, lower]}
  city: city
  country_id: {column: country, lookup: {model: res.country, by: code}}
unit_tests: # `odoo-etl test` runs them without a server
  - name: an e-mail is written in small letters
    given: [{customer_no: C-1, name: Acme, kind: company, email: " Info@Example.COM ", city: "", country: ""}]
    expect:
      records: [{ref: C-1, name: Acme, is_company: true, email: info@example.com}]
"""

_ROWS: Final = """\
customer_no,name,kind,email,city,country
C-0001,Acme Ltd,company,info@acme.example,London,GB
C-0002,Müller & Söhne,company,Kontakt@mueller.example,Köln,DE
C-0003,Ada Lovelace,person,,London,GB
"""

_EXAMPLE: Final = """\
# Copy it to .env (for dev) and .env.production (for production), and fill it in. Keep both to yourself: chmod 600 .env*
# A variable of the process wins over these files.
ODOO_API_KEY=
"""

_IGNORED: Final = """\
# secrets
.env
.env.*
!.env.example
# what runs leave behind: reports, rejected rows, the ledger
.odoo_etl/
"""
