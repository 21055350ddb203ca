"""Files beside rejects that were mended in the page: where a key may be in one, it goes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from odoo_etl.errors import StateError
from odoo_etl.purging.forgotten import Forgotten
from odoo_etl.purging.wanted import WantedKeys
from odoo_etl.rejects.beside import FOLDER, Beside, job_of


def forget_mended(run: Path, wanted: WantedKeys, only: Sequence[str] = ()) -> None:
    """Take away, of each job, what the page keeps beside its rejects, if a key stands in it.

    What is made anew, and workbooks, whose texts cannot be looked through here, go in any case: who changed what stays
    known where no key is in it.

    Args:
        only: names of jobs; none for all.

    Raises:
        StateError: a file cannot be read or taken away.
    """
    folder = run / "rejects" / FOLDER
    known = sorted(folder.iterdir()) if folder.is_dir() else []
    try:
        for job in only or sorted({job_of(file) for file in known}):
            _forget(Beside(run / "rejects" / f"{job}.csv"), [one for one in known if job_of(one) == job], wanted)
    except OSError as error:
        raise StateError(f"{folder}: cannot be purged: {error.strerror or error}") from error


def _forget(beside: Beside, files: Sequence[Path], wanted: WantedKeys) -> None:
    forgotten, journal = Forgotten(wanted.texts), [beside.edits, beside.cells]  # one of them says nothing alone
    is_noted = any(_says(file, forgotten) for file in journal if file in files)
    for file in files:
        is_kept = not is_noted if file in journal else file.suffix == ".csv" and not _says(file, forgotten)
        if not is_kept or file == beside.copy:
            file.unlink()


def _says(file: Path, forgotten: Forgotten) -> bool:
    data = file.read_bytes()
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return forgotten.says(data.decode(encoding, "replace"))
