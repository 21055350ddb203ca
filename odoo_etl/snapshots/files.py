"""Snapshots as files: one a model, a line for each field, in the order of their names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from odoo_etl.errors import Problem, SpecError
from odoo_etl.snapshots.snapshot import Snapshot

_HINT: Final = "`odoo-etl schema pull` makes it anew"


def read_snapshots(folder: Path) -> dict[str, Snapshot]:
    """The snapshots of a folder by model; none where there is no such folder.

    Raises:
        SpecError: with each file that is no snapshot.
    """
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    found: dict[str, Snapshot] = {}
    problems: list[Problem] = []
    for path in files:
        try:
            snapshot = _snapshot(json.loads(path.read_bytes()))
        except OSError as error:
            problems.append(Problem(f"cannot be read: {error.strerror}", str(path)))
        except (ValueError, TypeError, KeyError, AttributeError):
            problems.append(Problem("is no snapshot of a model", str(path), hint=_HINT))
        else:
            if path.stem != snapshot.model:
                problems.append(
                    Problem(f"is the snapshot of {snapshot.model}", str(path), hint=f"rename it: {snapshot.model}.json")
                )
            found[snapshot.model] = snapshot
    if problems:
        raise SpecError(problems)
    return found


def _snapshot(document: Any) -> Snapshot:
    fields = {str(name): {**raw, "type": str(raw["type"])} for name, raw in document["fields"].items()}
    return Snapshot(
        model=str(document["model"]),
        server=str(document["server"]),
        fields=fields,
        description=str(document.get("description", "")),
        order=str(document.get("order", "")),
        defaults=dict(document.get("defaults", {})),
        filled=tuple(document.get("filled", ())),
    )


def write_snapshot(folder: Path, snapshot: Snapshot) -> Path:
    """Write the file of a model, in place of an older one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{snapshot.model}.json"
    path.write_text("\n".join(_lines(snapshot)) + "\n", encoding="utf-8", newline="\n")
    return path


def _lines(snapshot: Snapshot) -> Iterator[str]:
    """The lines of the file: an Odoo with another module shows as a few changed ones."""
    yield "{"
    for name in ("model", "server", "description", "order", "defaults", "filled"):
        yield f'"{name}": {_text(getattr(snapshot, name))},'
    yield '"fields": {'
    fields = sorted(snapshot.fields.items())
    for number, (name, raw) in enumerate(fields, start=1):
        yield f"{_text(name)}: {_text(raw)}{',' if number < len(fields) else ''}"
    yield "}}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
