"""Ids under which Odoo has other records than the job wrote: it was restored from a backup, or keys were changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from odoo_etl.sync.existing import Finder, Named

SHOWN = 10


def tell_strangers(finder: Finder, keys: Mapping[int, Named], note: Callable[[str], object]) -> set[int]:
    """Those among the records that are others by now; a note says that they are left alone.

    Args:
        keys: id to what the job knows the record by.
    """
    found = finder.strangers(keys)
    if found:
        some = ", ".join(f"{each} was {_shown(keys[each])}" for each in sorted(found)[:SHOWN])
        note(
            f"{len(found)} records are left alone, since they have not the key any more by which this job wrote them"
            f" (id {some}{', …' if len(found) > SHOWN else ''}): Odoo was restored from a backup, or somebody changed"
            " them"
        )
    return found


def _shown(key: Named) -> str:
    return " ".join(str(value) for value in key.values())
