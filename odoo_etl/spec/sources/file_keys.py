"""The keys of every kind of source that is read from files."""

from __future__ import annotations

from pydantic import Field

from odoo_etl.spec.sources.keys import SourceKeys


class FileKeys(SourceKeys):
    """Where the files lie."""

    path: str = Field(min_length=1, description="A file or a glob (`*`, `?`, `[...]`, `**`), read in sorted order.")
