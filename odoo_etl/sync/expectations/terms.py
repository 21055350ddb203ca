"""On which terms a run judges what its job expects, and how it ends when that is not so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from odoo_etl.errors import SafetyLimit
from odoo_etl.results import Expectation
from odoo_etl.spec import OdooExpected, SourceExpected

TOLD: Final = 3  # so many are named in an error


class NotAsExpected(SafetyLimit):
    """The source, or Odoo, is not as the job expects."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a run judges what its job expects.

    Attributes:
        partial: why the run does not see the whole source, or "".
        plans: nothing is written, so that nothing can be said of Odoo yet.
        compares: all is looked at, and nothing that is found ends the run.
        wrote: other parts of the job have written by now.
        now: seconds since 1970.
    """

    now: float
    partial: str = ""
    plans: bool = False
    compares: bool = False
    wrote: bool = False


def left_open(place: str, about: str, expected: SourceExpected | OdooExpected, why: str) -> Expectation:
    """An expectation at which nobody looks."""
    return Expectation(place, about, expected.severity, "open", f"{why}")


def end_if_any(found: Sequence[Expectation], what: str, beside: str) -> None:
    """End the job where any of the expectations is an error.

    Args:
        what: is not as expected, with its verb.
        beside: what to know of the writes.

    Raises:
        NotAsExpected: with the first of them.
    """
    errors = [f"{one.place} ({one.about}): {one.told}" for one in found if one.is_error]
    if errors:
        more = f"; and {len(errors) - TOLD} more" if len(errors) > TOLD else ""
        raise NotAsExpected(f"{what} not as the job expects: {'; '.join(errors[:TOLD])}{more}. {beside}")
