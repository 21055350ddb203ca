"""The keys of a field whose cells are paths or addresses of files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from pydantic import Field

from odoo_etl.spec.base import Issue, SpecModel
from odoo_etl.spec.value_kinds import ByteSize, Duration, Texts

MIB: Final = 1024 * 1024
DEFAULT_BYTES: Final = 25 * MIB
MOST_BYTES: Final = 90 * MIB  # in base64 and with what stands around it: Odoo refuses requests of more than 128 MiB
CONTENT_TYPES: Final = ("base64", "file", "url")  # declared types that only binary fields have

# key -> the declared types with which it means something
OF_CONTENTS: Final[dict[str, tuple[str, ...]]] = {
    "root": ("file",),
    "max_size": ("file", "url"),
    "on_missing": ("file", "url"),
    "hosts": ("url",),
    "timeout": ("url",),
}


class ContentKeys(SpecModel):
    """The keys that say which files the cells of a field name."""

    root: str | None = Field(
        default=None,
        min_length=1,
        description="Of `type: file`: the folder that cells are relative to, and that no cell leads out of; relative to"
        " the job's file.",
    )
    max_size: ByteSize = Field(
        default=DEFAULT_BYTES,
        gt=0,
        le=MOST_BYTES,
        description="Of `type: file` and `url`: a larger content is a reject, 25 MiB by default, 90 MiB at most.",
    )
    on_missing: Literal["reject", "empty"] = Field(
        default="reject",
        description="Of `type: file` and `url`: no such file: reject the row, or leave the field empty.",
    )
    hosts: Texts = Field(
        default=(),
        description="Of `type: url`: hosts that may be asked though their addresses are private or of this machine.",
    )
    timeout: Duration = Field(
        default=30.0, gt=0, le=600, description="Of `type: url`: how long one download may take, 30s by default."
    )


def content_issues(data: Mapping[str, Any]) -> Iterator[Issue]:
    """How the keys of a field's contents fit together."""
    if data.get("type") == "file" and data.get("root") is None:
        yield Issue(
            "`type: file` needs `root`: the folder that the paths are relative to", ("root",), "root: ../images"
        )
    for key in ("lookup", "columns", "split", "labels") if data.get("type") in CONTENT_TYPES else ():
        if data.get(key) is not None:
            yield Issue(f"`{key}` beside `type: {data['type']}`, which is for the content of one file", (key,))
