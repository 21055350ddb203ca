"""Moves delivered files that are due, as the ledger has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from odoo_etl.errors import SourceError
from odoo_etl.sources.files import HasChanged, Move, Place, free_names

if TYPE_CHECKING:
    from odoo_etl.state import Deliveries, Delivery


class Mover:
    """Moves files, each once, and keeps what people should know of that.

    Args:
        place_of: the place where a file lies; may raise SourceError.
    """

    def __init__(self, deliveries: Deliveries, place_of: Callable[[Delivery], Place]) -> None:
        self._deliveries, self._place_of = deliveries, place_of
        self._moved: defaultdict[str, list[str]] = defaultdict(list)
        self._left: list[str] = []

    def move(self, one: Delivery) -> None:
        """Move a file, if it is the one that was read; what cannot be moved is tried again by the next run."""
        try:
            place = self._place_of(one)
            if one.target and place.has_arrived(_move_of(one)):
                self._end(one, place)  # a run was killed in between
            elif not place.exists(one.path):
                self._leave(one, "it is no longer there")
            elif not place.is_known(one.path, one.mark):
                self._leave(one, "it has changed since it was read")
            else:
                self._move(one, place)
        except HasChanged as error:
            self._leave(one, str(error))
        except (OSError, SourceError) as error:
            why = getattr(error, "strerror", None) or error
            self._left.append(f"{_name(one.path)} could not be moved to {one.folder}: {why}")

    def notes(self) -> Iterator[str]:
        """The files that moved, by folder, and those that did not."""
        for folder, names in self._moved.items():
            some = names[0] if len(names) == 1 else f"{len(names):,} files, for example {names[0]},"
            yield f"done: {some} moved to {folder}"
        yield from (f"done: {text}" for text in self._left)

    def _move(self, one: Delivery, place: Place) -> None:
        place.make_folder(one.folder)
        for name in free_names(_name(one.path), one.run_id):
            target = f"{one.folder}/{name}"
            if not place.is_free(Move(one.path, target, one.mark)):
                continue
            if not self._deliveries.claim(one, target):
                return  # another run moves it
            one = replace(one, target=target)
            try:
                place.move(_move_of(one))
            except FileExistsError:
                continue
            self._moved_to(one)
            return

    def _end(self, one: Delivery, place: Place) -> None:
        if place.is_known(one.path, one.mark):
            place.remove(one.path)
        self._moved_to(one)

    def _moved_to(self, one: Delivery) -> None:
        self._deliveries.moved(one, one.target)
        self._moved[one.target.rpartition("/")[0]].append(_name(one.target))

    def _leave(self, one: Delivery, why: str) -> None:
        self._deliveries.forget(one)
        self._left.append(f"{_name(one.path)} was not moved: {why}")


def _move_of(one: Delivery) -> Move:
    return Move(one.path, one.target, one.mark)


def _name(path: str) -> str:
    return path.rpartition("/")[2]
