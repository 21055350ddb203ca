"""Which display a run has: a picture on a terminal, lines elsewhere, objects for machines, or little when quiet."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import IO, Protocol

from odoo_etl.observers import Observer
from odoo_etl.reporting.live.objects import ObjectsDisplay
from odoo_etl.reporting.live.plain import PlainDisplay
from odoo_etl.reporting.live.quiet import QuietDisplay

DUMB = {"dumb", "unknown"}  # values of TERM: a terminal that only prints


class Display(Observer, Protocol):
    """Tells a person, or a machine, how a run goes on."""

    def stop(self) -> None:
        """A signal has come: say so soon. Takes no lock."""

    def close(self) -> None:
        """Give stderr back."""


def display(
    *,
    objects: bool = False,
    quiet: bool = False,
    planned: bool = False,
    stream: IO[str] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Display:
    """The display for stderr as it is.

    Args:
        objects: JSON in place of text.
        quiet: only what went wrong.
        planned: nothing will be written.
        stream: in place of stderr, to tell whether it is a terminal.
        environment: says which terminal it is.
    """
    if objects:
        return ObjectsDisplay(quiet=quiet)
    if quiet:
        return QuietDisplay()
    if not (stream or sys.stderr).isatty() or environment.get("TERM", "").lower() in DUMB:
        return PlainDisplay(planned=planned)
    from odoo_etl.reporting.live.screen import ScreenDisplay  # noqa: PLC0415 - only terminals pay for rich

    return ScreenDisplay(planned=planned)
