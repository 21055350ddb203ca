"""Counts of rows and of lines, by what became of them."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by what became of them; `read` is the sum of the others once a job has ended.

    Attributes:
        filtered: rows that the job leaves out: for them nothing is looked up or written.
        failed: rows without an outcome, because the job ended before.
        not_attempted: failed rows whose turn had not come: no call of theirs is open, and nothing of them half done.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    filtered: int = 0
    rejected: int = 0
    failed: int = 0
    not_attempted: int = 0

    @property
    def attempted(self) -> int:
        """Failed rows whose turn had come."""
        return self.failed - self.not_attempted

    @property
    def of_job(self) -> int:
        """Rows that the job is about."""
        return self.read - self.filtered

    @property
    def accounted(self) -> int:
        """Rows whose outcome is known."""
        landed = self.created + self.updated + self.unchanged + self.skipped
        return landed + self.filtered + self.rejected + self.failed

    def plus(self, **more: int) -> Counts:
        """The counts with so many more rows."""
        return replace(self, **{kind: getattr(self, kind) + rows for kind, rows in more.items()})


@dataclass(frozen=True, slots=True)
class LineCounts:
    """Lines of records by what became of them, those of lines included; they are counted beside the rows.

    Attributes:
        removed: lines that the source lacks, and that were deleted or archived therefore.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
