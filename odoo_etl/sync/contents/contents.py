"""References in records to the contents that they stand for: looked at, not read into memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from odoo_etl.errors import SourceError
from odoo_etl.fieldtypes import BadValue, Content, ContentRef, refers_to_content, shown
from odoo_etl.mapping import CLEAR, Flaw
from odoo_etl.spec import FieldSpec
from odoo_etl.sync.contents.files import Files, NoSuchFile

Found = Content | Flaw | bool


class Contents:
    """Finds what the references of one job stand for; may be used from several lanes."""

    def __init__(self, files: Files | None = None) -> None:
        self._files = files or Files()

    def found(self, refs: Iterable[ContentRef]) -> dict[ContentRef, Found]:
        """Each reference to its content, to `CLEAR` where there is none and need not be, or to what is wrong."""
        return {ref: self._one(ref) for ref in dict.fromkeys(refs)}

    def _one(self, ref: ContentRef) -> Found:
        try:
            return self._files.content(ref)
        except NoSuchFile:
            return self._missing(ref)
        except BadValue as error:
            return Flaw("map", error.code, error.reason)

    def _missing(self, ref: ContentRef) -> Found:
        if ref.rules.on_missing == "empty":
            return CLEAR
        return Flaw("map", "file_missing", f"there is no file {shown(ref.name)} below {ref.rules.root}")


def check_roots(job: str, fields: Mapping[str, FieldSpec]) -> None:
    """Make sure that the folders of a job are there: else each file of it would be missing.

    Raises:
        SourceError: one is not.
    """
    for name, one in fields.items():
        if refers_to_content(one) and one.root is not None and not Path(one.root).is_dir():
            raise SourceError(
                f"job {job}: field {name}: there is no folder {one.root} (root); nothing was written: mount it, or mend"
                " the path, which is relative to the job's file"
            )
