"""Moves delivered files that are due, as the ledger has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_etl.errors import SourceError
from odoo_etl.private_files import make_folder
from odoo_etl.sources.files import HasChanged, SourceFile, fingerprint, free_names, move_file

if TYPE_CHECKING:
    from odoo_etl.state import Deliveries, Delivery


class Mover:
    """Moves files, each once, and keeps what people should know of that."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries
        self._moved: defaultdict[str, list[str]] = defaultdict(list)
        self._left: list[str] = []

    def move(self, one: Delivery) -> None:
        """Move a file, if it is the one that was read; what cannot be moved is tried again by the next run."""
        path = Path(one.path)
        try:
            if not path.exists():
                self._gone(one)
            elif _content(path) != one.mark:
                self._leave(one, "it has changed since it was read")
            elif one.target and _content(Path(one.target)) == one.mark:
                path.unlink(missing_ok=True)  # a run was killed between the two
                self._moved_to(one, one.target)
            else:
                self._move(one, path)
        except HasChanged as error:
            self._leave(one, str(error))
        except OSError as error:
            self._left.append(f"{path.name} could not be moved to {one.folder}: {error.strerror or error}")

    def notes(self) -> Iterator[str]:
        """The files that moved, by folder, and those that did not."""
        for folder, names in self._moved.items():
            some = names[0] if len(names) == 1 else f"{len(names):,} files, for example {names[0]},"
            yield f"done: {some} moved to {folder}"
        yield from (f"done: {text}" for text in self._left)

    def _move(self, one: Delivery, path: Path) -> None:
        make_folder(Path(one.folder))
        known = path.stat()
        if _content(path) != one.mark:
            raise HasChanged("it has changed since it was read")
        for target in free_names(Path(one.folder), path.name, one.run_id):
            if target.exists():
                continue
            if not self._deliveries.claim(one, str(target)):
                return  # another run moves it
            try:
                move_file(path, target, known)
            except FileExistsError:
                one = replace(one, target=str(target))
                continue
            self._moved_to(one, str(target))
            return

    def _moved_to(self, one: Delivery, target: str) -> None:
        self._deliveries.moved(one, target)
        self._moved[str(Path(target).parent)].append(Path(target).name)

    def _gone(self, one: Delivery) -> None:
        """The file moved before a run was killed, or somebody took it."""
        if one.target and _content(Path(one.target)) == one.mark:
            self._moved_to(one, one.target)
        else:
            self._leave(one, "it is no longer there")

    def _leave(self, one: Delivery, why: str) -> None:
        self._deliveries.forget(one)
        self._left.append(f"{Path(one.path).name} was not moved: {why}")


def _content(path: Path) -> str:
    """SHA-256 of what a file holds; "" where none can be read."""
    try:
        return fingerprint(SourceFile.at(path))
    except SourceError:
        return ""
