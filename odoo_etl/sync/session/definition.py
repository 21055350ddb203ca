"""How a job reads its rows, piece by piece: what has changed since rows were read that will not be read again. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from odoo_etl.spec import JobSpec, QueryFile, SqlSource
from odoo_etl.sync.session.identity import spec_identity

# What says only which rows come, or how many: each run reads those anew.
_OF_RUNS: dict[str, Any] = {
    "path": True,
    "min_rows": True,
    "only_new": True,
    "split_by": True,
    "query": True,
    "incremental": {"lag", "upper"},
}
_FIELD = "field "


def definition_of(spec: JobSpec) -> dict[str, str]:
    """Hash each thing that decides how a row becomes a record; settings that later releases bring do not count."""
    source, target = spec.source, spec.target
    pieces: dict[str, Any] = {
        "source": source.model_dump(mode="json", exclude_defaults=True, exclude=_OF_RUNS),
        "target": target.model_dump(mode="json", exclude_defaults=True, exclude={"connection", "vanish"}),
    }
    if isinstance(source, SqlSource):
        pieces["query"] = _query(source)
    for name, one in spec.fields.items():
        pieces[_FIELD + name] = one.model_dump(mode="json", exclude_defaults=True)
    return {name: spec_identity(json.dumps(piece, sort_keys=True, default=str)) for name, piece in pieces.items()}


def changes(covered: Mapping[str, str], today: Mapping[str, str]) -> str:
    """The parts of today's definition that not all rows were read under: `the query, field phone (new)`; "" for none.

    Args:
        covered: empty when nobody knows.
    """
    if not covered:
        return ""
    return ", ".join(
        f"{name} (new)" if name not in covered and name.startswith(_FIELD) else _worded(name)
        for name, value in today.items()
        if covered.get(name) != value
    )


def common(covered: Mapping[str, str], today: Mapping[str, str]) -> dict[str, str]:
    """The parts that rows of before and rows of today were read alike under."""
    if not covered:
        return dict(today)
    return {name: value for name, value in covered.items() if today.get(name) == value}


def _worded(name: str) -> str:
    return name if name.startswith(_FIELD) else f"the {name}"


def _query(source: SqlSource) -> str:
    """Its text, which may stand in a file."""
    if not isinstance(source.query, QueryFile):
        return source.query
    return source.query.text() if source.query.file.is_file() else ""
