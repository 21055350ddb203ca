"""The first step of the program: whoever ends it while its parts are loaded sees a line, no traceback."""

from __future__ import annotations

import os
import signal
from types import FrameType

from odoo_etl.cli._signals import ENDINGS, meant


def main() -> None:
    """Load the program, then run it (`cli.main`)."""
    before = {number: signal.getsignal(number) for number in ENDINGS}
    for number in ENDINGS:
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, _leave)
    from odoo_etl.cli.main import main as program

    for number, handler in before.items():
        signal.signal(number, handler)
    program()


def _leave(number: int, _: FrameType | None) -> None:
    """End at once: nothing has begun that would need an end."""
    os.write(2, f"error: interrupted by signal {number}; nothing was read or written\n".encode())
    os._exit(128 + meant(number))
