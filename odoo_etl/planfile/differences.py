"""The differences between a plan file and what a run would do now, in words."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any, Final

from odoo_etl.errors import StalePlan
from odoo_etl.planfile.kept import Image, shown_value
from odoo_etl.planfile.store import SourceRows
from odoo_etl.spec import JobSpec

SHOWN: Final = 20  # differences that an error names
FIELDS: Final = 5  # of one record
Matches = Callable[[Any, Any], bool]  # a planned value, and the one that is about to be sent


def differing_paths(planned: Image, now: Image, matches: Matches) -> list[str]:
    """The paths at which two writes of a record differ."""
    every = dict.fromkeys([*planned, *now])
    return [path for path in every if path not in planned or path not in now or not _same(planned, now, path, matches)]


def told(planned: Image, now: Image, paths: Sequence[str]) -> str:
    """The values at some paths, as planned and as they are now."""
    some = "; ".join(_told(path, planned.get(path), now.get(path)) for path in paths[:FIELDS])
    return some + (f"; … ({len(paths)} fields)" if len(paths) > FIELDS else "")


def told_write(image: Image) -> str:
    """The values of a write that nobody planned."""
    some = "; ".join(f"{path}: {_pair(pair)}" for path, pair in list(image.items())[:FIELDS])
    return some + (f"; … ({len(image)} fields)" if len(image) > FIELDS else "")


def _same(planned: Image, now: Image, path: str, matches: Matches) -> bool:
    (old, new), (old_now, new_now) = planned[path], now[path]
    return bool(old == old_now and matches(new, new_now))


def _told(path: str, planned: Sequence[Any] | None, now: Sequence[Any] | None) -> str:
    if planned is None:
        return f"{path} is not in the plan, now {_pair(now)}"
    if now is None:
        return f"{path} planned {_pair(planned)}, now it needs no write"
    return f"{path} planned {_pair(planned)}, now {_pair(now)}"


def _pair(pair: Sequence[Any] | None) -> str:
    old, new = pair or (None, None)
    return shown_value(new) if old is None else f"{shown_value(old)} → {shown_value(new)}"


def source_of(spec: JobSpec) -> str:
    """The rows of a job as messages name them."""
    path = getattr(spec.source, "path", "")
    return PurePath(path).name if path else "its query"


def changed_rows(planned: Sequence[SourceRows], now: SourceRows, source: str) -> list[str]:
    """The differences between the rows of a job and those that were planned; none where nothing was.

    Args:
        planned: of each of its sources.
    """
    if not planned or now in planned:
        return []
    then = next((one for one in planned if one.fingerprint == now.fingerprint), planned[0])
    if then.fingerprint != now.fingerprint:
        count = f"{now.rows} rows" if then.rows == now.rows else f"{then.rows} rows then, {now.rows} now"
        return [f"the rows of its source have changed ({source}: {count})"]
    return [f"{then.mark or 'nothing'} was left out as read before when it was planned, {now.mark or 'nothing'} now"]


def stale(path: Path, differences: Iterable[str], count: int) -> StalePlan:
    """The error of a plan file that is out of date; nothing was written."""
    lines = list(_lines(differences, count))
    last = f"plan again with `odoo-etl plan --out {shlex.quote(str(path))}`, look at it, and apply that"
    return StalePlan("\n  ".join([f"the plan file {path} is stale, nothing was written:", *lines]) + f"\n{last}")


def _lines(differences: Iterable[str], count: int) -> Iterator[str]:
    shown = list(differences)[:SHOWN]
    yield from shown
    if count > len(shown):
        yield f"… and {count - len(shown)} more"
