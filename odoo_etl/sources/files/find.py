"""The files that a source means: those of a glob on this machine, and copies of what lies elsewhere."""

from __future__ import annotations

import glob
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from odoo_etl.errors import SourceError
from odoo_etl.sources.copies import files_elsewhere, members_of
from odoo_etl.sources.files.text import fingerprint
from odoo_etl.sources.model import SourceMemory
from odoo_etl.sources.source_file import AT_PATH, SourceFile
from odoo_etl.spec import FileKeys

_OPEN_ELSEWHERE = "~$"  # what Excel leaves beside a workbook that somebody has open


class FoundFiles:
    """The files of one source, which reads them several times: what lies elsewhere is asked for once."""

    def __init__(self, spec: FileKeys, memory: SourceMemory) -> None:
        self._spec, self._memory = spec, memory
        self._copies: dict[str, SourceFile] = {}
        self._elsewhere: list[SourceFile] | None = None

    def __call__(self) -> list[SourceFile]:
        """The files, in sorted order. Raises SourceError: none, or an archive that is another one by now."""
        if self._elsewhere is not None:
            return self._elsewhere
        found = find_files(self._spec)
        if not self._spec.is_here:
            self._elsewhere = found
        for file in found:
            if file.copy and self._copies.setdefault(file.name, file) != file:
                raise SourceError(f"{file}: its archive has changed while it was read (run the job again)")
        return found

    @cached_property
    def new(self) -> Mapping[SourceFile, str]:
        """The SHA-256 of the files that no earlier run has read as they are; for `only_new`.

        Taken once: what changes afterwards is a SourceError at the end of the file.
        """
        found = {file: fingerprint(file) for file in self()}
        return {file: mark for file, mark in found.items() if self._memory.files.get(file.name) != mark}

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Name to SHA-256 of the files that are read, in their order; empty unless `only_new`."""
        return {file.name: mark for file, mark in self.new.items()} if self._spec.only_new else {}


_last: dict[tuple[object, ...], list[SourceFile]] = {}


def find_files(spec: FileKeys) -> list[SourceFile]:
    """The files that a source means now, sorted by path.

    Raises SourceError when there is none, or one cannot be fetched.
    """
    found = files_here(spec.path) if spec.is_here else files_elsewhere(spec)
    files = [member for file in found for member in members_of(file, spec)]
    if not all(file.is_own for file in files):
        _last[_place(spec)] = files
    return files


def found_before(spec: FileKeys) -> list[SourceFile]:
    """The files as this process has found them last; it looks for them only where they are on this machine.

    Raises SourceError as `find_files` does.
    """
    return _last.get(_place(spec)) or find_files(spec)


def fetched_copies(spec: FileKeys) -> list[SourceFile]:
    """The copies that this process has made last for a source; nothing is asked for."""
    return _last.get(_place(spec), [])


def _place(spec: FileKeys) -> tuple[object, ...]:
    return spec.path, spec.member, repr(spec.storage_options), spec.copies


def files_here(pattern: str) -> list[SourceFile]:
    """The files of this machine that a pattern names, sorted; a path that exists is never taken as a glob.

    Raises SourceError when there is none.
    """
    if Path(pattern).is_file():
        return [SourceFile.at(Path(pattern))]
    names = glob.glob(pattern, recursive=True)  # noqa: PTH207 (the pattern is absolute, which Path.glob refuses)
    found = sorted(path for path in map(Path, names) if path.is_file() and not path.name.startswith(_OPEN_ELSEWHERE))
    if found:
        return list(map(SourceFile.at, found))
    if Path(pattern).is_dir():
        raise SourceError(f"{pattern}: is a folder; name a file in it, or a pattern such as {pattern}/*", AT_PATH)
    what = "no file matches this pattern" if glob.has_magic(pattern) else "no such file"
    raise SourceError(f"{pattern}: {what} (a relative source path starts at the folder of the job file)", AT_PATH)
