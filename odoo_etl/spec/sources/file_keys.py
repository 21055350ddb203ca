"""The keys of every kind of source that is read from files."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr, field_validator

from odoo_etl.spec.base import Issue
from odoo_etl.spec.sources.done import DoneSpec, done_issues
from odoo_etl.spec.sources.keys import SourceKeys
from odoo_etl.spec.sources.places import (
    STDIN,
    TIMEOUT_S,
    StorageOptions,
    is_on_the_web,
    place_issues,
    protocol_of,
    secrets_of_options,
    secrets_of_place,
    shown_place,
    without_file_url,
)
from odoo_etl.spec.value_kinds import ByteSize, Duration, Flag


class FileKeys(SourceKeys):
    """Where the files lie."""

    path: str = Field(
        min_length=1,
        description="A file or a glob (`*`, `?`, `[...]`, `**`), read in sorted order; a URL (https:, sftp:, s3:, ...);"
        " - for the standard input.",
    )
    member: str | None = Field(
        default=None, min_length=1, description="The file in a zip archive, or a glob of several; `*` also matches `/`."
    )
    storage_options: StorageOptions = Field(
        default={},
        repr=False,
        description="Credentials and options of the place that a URL names, as fsspec and pandas call them; of https:"
        " only headers.",
    )
    max_size: ByteSize = Field(
        default=4 * 2**30, ge=1, description="Larger files are not fetched, nor taken out of an archive."
    )
    timeout: Duration = Field(default=TIMEOUT_S, gt=0, description="A file of a URL that takes longer is an error.")
    done: DoneSpec | None = Field(
        default=None, description="Where a file goes once each of its rows has its outcome; without it, it stays."
    )
    only_new: Flag = Field(default=False, description="Leave out files that an earlier run has read as they are.")
    _copies: Path | None = PrivateAttr(default=None)

    @field_validator("path")
    @classmethod
    def _of_this_machine(cls, path: str) -> str:
        """The path that a `file:` URL stands for."""
        return without_file_url(path)

    @property
    def is_stdin(self) -> bool:
        """Whether the rows come over the standard input."""
        return self.path == STDIN

    @property
    def is_here(self) -> bool:
        """Whether the files lie on this machine."""
        return not self.is_stdin and not protocol_of(self.path)

    @property
    def is_on_the_web(self) -> bool:
        """Whether the file is asked for over HTTP."""
        return is_on_the_web(self.path)

    @property
    def place(self) -> str:
        """The path without what is secret."""
        return shown_place(self.path)

    @property
    def pattern(self) -> str:
        """A pattern of the names of its files; those of several members begin with that of their archive."""
        place = self.place.partition("?")[0] if self.is_on_the_web else self.place
        if self.member and glob.has_magic(self.member):
            return f"{place.rpartition('/')[0]}/*/{self.member}"
        return place

    @property
    def copies(self) -> Path | None:
        """The folder that keeps copies of what lies elsewhere; None for a temporary one."""
        return self._copies

    def keep_copies(self, folder: Path) -> None:
        """Keep copies in this folder, which the spec of a project says."""
        self._copies = folder

    @property
    def secrets(self) -> set[str]:
        """The texts of its path and its options that must never be shown."""
        return super().secrets | secrets_of_place(self.path) | set(secrets_of_options(self.storage_options))

    @classmethod
    def issues(cls, data: Mapping[str, Any]) -> Iterator[Issue]:
        """The place is said in one way."""
        yield from super().issues(data)
        yield from place_issues(data)
        yield from done_issues(data.get("done"), data.get("path"))
