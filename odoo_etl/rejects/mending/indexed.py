"""The places of a rejects file, of its index and of what else belongs to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_etl.rejects.beside import Beside
from odoo_etl.rejects.form import RejectsForm
from odoo_etl.rejects.mending.splice import mark_of
from odoo_etl.rejects.originals import originals_file

if TYPE_CHECKING:
    from odoo_etl.rejects.mending.index import Index


@dataclass(frozen=True, slots=True)
class Indexed:
    """A rejects file and the places of what belongs to it.

    Attributes:
        path: the file.
        originals: the rejects file whose rows as they were are meant: the same, unless this one was uploaded.
        form: how its job writes and reads it.
        index, copy: the places of its index, and of its rows as we write them.
    """

    path: Path
    originals: Path
    form: RejectsForm
    index: Path
    copy: Path

    @classmethod
    def of(cls, path: Path, form: RejectsForm) -> Indexed:
        """A rejects file where it belongs."""
        beside = Beside(path)
        return cls(path, path, form, beside.index, beside.copy)

    @property
    def marks(self) -> Mapping[str, str]:
        """By what an index is known to be that of the file as it is now. Raises OSError."""
        beside = originals_file(self.originals)
        return {
            "file": mark_of(self.path),
            "originals": mark_of(beside) if beside.exists() else "",
            "form": json.dumps([sorted(self.form.columns.items()), self.form.key]),
        }

    def is_that_of(self, index: Index) -> bool:
        """Whether the index is that of the file as it is now. Raises OSError."""
        return all(index.known(name) == mark for name, mark in self.marks.items())
