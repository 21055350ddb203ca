"""Planned changes as a page: one file, to be read, searched, printed and sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from odoo_etl.rejects.writer import CannotReport
from odoo_etl.reporting.changes_file import changes_of
from odoo_etl.reporting.pages import page_parts
from odoo_etl.reporting.plans.jobs import job_lines, summary
from odoo_etl.reporting.plans.lines import MARKS, Fields, title_of
from odoo_etl.reporting.plans.rows import value_rows
from odoo_etl.reporting.text import header_lines
from odoo_etl.reporting.undone import told_left
from odoo_etl.results import Change, JobResult, RunResult

MOST_CHANGES: Final = 5_000  # of a job
MOST_TEXT: Final = 2_000  # characters of a value
_KINDS: Final = {"+": "come", "~": "change", "-": "go", " ": "quiet"}


class Row(NamedTuple):
    """A value: its field, how it is coloured, and what it is and is to be."""

    name: str
    kind: str
    old: str
    new: str


class Shown(NamedTuple):
    """A change: its mark, its colour, what is done with which record, and its values."""

    mark: str
    kind: str
    action: str
    title: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class JobPart:
    """A job on the page; its changes are read while the page is written."""

    job: JobResult

    @property
    def name(self) -> str:
        """The name that people know it by."""
        return self.job.job

    @property
    def lines(self) -> list[str]:
        """All that there is to say of it."""
        return [line.strip() for line in job_lines(self.job)]

    @property
    def left_alone(self) -> list[str]:
        """The records that an undo leaves alone, and why."""
        return list(map(told_left, self.job.undone.left)) if self.job.undone is not None else []

    @property
    def has_changes(self) -> bool:
        """Whether there is any."""
        return bool(self.job.planned)

    def changes(self) -> Iterator[Shown]:
        """As many changes as a browser holds."""
        for change in islice(changes_of(self.job), MOST_CHANGES):
            yield shown_change(change, self.job.fields)

    def left(self) -> int:
        """How many are left out."""
        return max(sum(self.job.planned.values()) - MOST_CHANGES, 0)


def shown_change(change: Change, fields: Fields) -> Shown:
    """A change as pages show it.

    Args:
        fields: path without the marks of lines to what the field is.
    """
    mark = MARKS[change.action]
    rows = [_row(change, *row) for row in value_rows(change, fields)]
    return Shown(mark, _KINDS[mark], change.action, title_of(change), rows)


def write_changes_page(result: RunResult, path: Path) -> None:
    """Write a plan as a page that needs no network.

    Raises:
        CannotReport: the file cannot be written.
    """
    is_undo = result.command == "undo"
    parts = page_parts(
        "plan.html",
        title=f"Undo of run {result.parent}" if is_undo else "Plan",
        about=f"{result.run_id}, {result.started_at}",
        header=list(header_lines(result)),
        summary=summary(result),
        jobs=map(JobPart, result.jobs),
        old="now",
        new="before the run" if is_undo else "planned",
    )
    try:
        with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(parts)
    except OSError as error:
        raise CannotReport(f"{path}: the page cannot be written: {error.strerror or error}") from error


def _row(change: Change, name: str, old: str, new: str) -> Row:
    is_new = any(name.startswith(f"{line}.") for line in change.new_lines)
    kind = "go" if new == "(removed)" else "come" if is_new else ""
    return Row(name, kind, *(text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}…" for text in (old, new)))
