"""The keys of every kind of source that is read from files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from odoo_etl.spec.base import Issue
from odoo_etl.spec.sources.done import DoneSpec, done_issues
from odoo_etl.spec.sources.keys import SourceKeys


class FileKeys(SourceKeys):
    """Where the files lie."""

    path: str = Field(min_length=1, description="A file or a glob (`*`, `?`, `[...]`, `**`), read in sorted order.")
    done: DoneSpec | None = Field(
        default=None, description="Where a file goes once each of its rows has its outcome; without it, it stays."
    )

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """No file is read again where it went."""
        yield from super().issues(data)
        yield from done_issues(data.get("done"), data.get("path"))
