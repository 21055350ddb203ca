"""Which row stands for which record: two external ids may belong to one, as the merge wizard of Odoo leaves them."""

from __future__ import annotations

import threading
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping

from odoo_etl.mapping import Key

BLOCK = 4096  # ids whose marks lie together; two bytes each


class Claims:
    """The records that rows of a run stand for; may be used from several lanes.

    A mark of 16 bits stands for a key, so that a million records take 2 MB. Of 65,535 keys one has the mark of
    another.
    """

    def __init__(self) -> None:
        self._blocks: dict[int, array[int]] = {}
        self._lock = threading.Lock()

    def shared(self, keys: Mapping[Key, int]) -> dict[int, list[Key]]:
        """Records that several keys stand for, to those among the given ones.

        Args:
            keys: to the id of the record that has it.
        """
        by_record: dict[int, list[Key]] = defaultdict(list)
        for key, number in keys.items():
            by_record[number].append(key)
        taken = self._taken((number, some[0]) for number, some in by_record.items())
        return {number: some for number, some in by_record.items() if len(some) > 1 or number in taken}

    def _taken(self, claims: Iterable[tuple[int, Key]]) -> set[int]:
        """Records that another key stands for already; the others are marked."""
        taken: set[int] = set()
        with self._lock:
            for number, key in claims:
                block = self._blocks.setdefault(number // BLOCK, array("H", bytes(2 * BLOCK)))
                mark = hash(key) % 0xFFFF + 1
                if block[number % BLOCK] == 0:
                    block[number % BLOCK] = mark
                elif block[number % BLOCK] != mark:
                    taken.add(number)
        return taken
