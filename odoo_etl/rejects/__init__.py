"""The form of a rejects file: written by `writer`, read again by `source`, mended in a spreadsheet in between."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

# What follows the columns of the source, by role.
ROLES = ("line", "field", "stage", "code", "reason", "attempts")


def own_columns(source: Iterable[str]) -> list[str]:
    """The names of our columns: the role after `_`, or after more of them where the source has that name itself."""
    taken = set(source)
    names = []
    for role in ROLES:
        name = f"_{role}"
        while name in taken:
            name = f"_{name}"
        names.append(name)
    return names


def found_own_columns(columns: Sequence[str]) -> dict[str, str]:
    """Role to the name of our column, for those that are still there; of several names the longest is ours."""
    found: dict[str, str] = {}
    for name in columns:
        role = name.lstrip("_")
        if name.startswith("_") and role in ROLES and len(name) > len(found.get(role, "")):
            found[role] = name
    return found


def rejects_file(run: Path, job: str) -> Path:
    """The rejects file of a job in the folder of its run."""
    return run / "rejects" / f"{job}.csv"


def skipped_file(run: Path, job: str) -> Path:
    """The file of a job's skipped rows, in the form of a rejects file."""
    return run / "skipped" / f"{job}.csv"


def kinds_file(rejects: Path) -> Path:
    """The file beside a rejects file that keeps the types of its cells (see `cells`)."""
    return rejects.with_suffix(".types.json")


def csv_records(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The records of delimited text, whose cells may be of any length. Raises csv.Error."""
    csv.field_size_limit((1 << 31) - 1)
    return csv.reader(lines, delimiter=delimiter)
