"""The files that a source means: globs of this machine."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Final

from odoo_etl.errors import SourceError
from odoo_etl.sources.files.source_file import SourceFile
from odoo_etl.spec import FileKeys

AT_PATH: Final = ("source", "path")  # of a job: what names the files
_OPEN_ELSEWHERE = "~$"  # what Excel leaves beside a workbook that somebody has open


def find_files(spec: FileKeys) -> list[SourceFile]:
    """The files that a source means, sorted by path; a path that exists is never taken as a glob.

    Raises SourceError when there is none.
    """
    pattern = spec.path
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
