"""Every planned change of a job, in a file of the run's folder: JSON, a line a change, in the order of the source."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from odoo_etl.private_files import opener, own_folder
from odoo_etl.results import Change, JobResult

FOLDER = "changes"
_NAMES = tuple([one.name for one in fields(Change)])


def write_changes(folder: Path, job: str, changes: Iterable[Change]) -> Path:
    """Write the changes of a job into the folder of its run; where they are.

    Raises OSError.
    """
    own_folder(folder / FOLDER)
    path = folder / FOLDER / f"{job}.jsonl"
    with open(path, "w", encoding="utf-8", newline="\n", opener=opener) as file:
        file.writelines(change_json(change) + "\n" for change in changes)
    return path


def change_json(change: Change) -> str:
    """A change as JSON, in one line; half a character (a lone surrogate) becomes JSON's own escape."""
    known = {name: getattr(change, name) for name in _NAMES}
    text = json.dumps(known, ensure_ascii=False, default=str)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(known, default=str)
    return text


def changes_of(job: JobResult) -> Iterator[Change]:
    """The planned changes of a job in the order of its source: every one where the plan kept them, else the first.

    Raises:
        OSError: their file is gone.
    """
    if not job.changes_file:
        yield from job.changes
        return
    with Path(job.changes_file).open(encoding="utf-8") as file:
        for line in file:
            yield change_of(line)


def change_of(line: str | bytes) -> Change:
    """The change of one line of the file."""
    kept: Mapping[str, Any] = json.loads(line)
    pairs = {name: {path: (old, new) for path, (old, new) in kept[name].items()} for name in ("changes", "names")}
    return Change(**{**kept, **pairs, "new_lines": tuple(kept["new_lines"])})
