"""The display of a terminal: what is said goes above, the jobs at work are below, and move.

Only one thread draws. Those that work leave it notes, so that none of them waits for a terminal.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from rich.console import Console
from rich.live import Live
from rich.text import Text

from odoo_etl.reporting.live.picture import picture
from odoo_etl.reporting.live.ticker import Ticker
from odoo_etl.reporting.live.told import Teller
from odoo_etl.text import printable

TICK_S = 0.2


class ScreenDisplay(Teller):
    """Draws the jobs at work, some times a second.

    Args:
        console: of the terminal; by default that of stderr.
    """

    def __init__(
        self,
        *,
        planned: bool = False,
        clock: Callable[[], float] = time.monotonic,
        console: Console | None = None,
        ticks: bool = True,
    ) -> None:
        super().__init__(clock, planned=planned)
        self._console = console or Console(stderr=True)
        self._said: SimpleQueue[tuple[str, str]] = SimpleQueue()
        self._live: Live | None = None
        self._width = 0
        self._ticker = Ticker(TICK_S, self.draw)
        if ticks:
            self._ticker.start()

    def say(self, text: str, style: str = "", /) -> None:
        """Have it printed above the jobs."""
        self._said.put((text, style))

    def draw(self) -> None:
        """Print what was said, and draw the jobs as they are now."""
        width = self._console.width
        if width != self._width:
            self._begin_anew(width)
        self._print_said()
        if self._live is None:
            self._live = Live(console=self._console, auto_refresh=False, transient=True, redirect_stdout=False)
            self._live.start()
        if self.stopping:
            self._console.show_cursor(True)  # a second signal ends the program before it could
        self._live.update(picture(self, width, planned=self._planned), refresh=True)

    def close(self) -> None:
        """Give the terminal back, without the jobs: the result follows."""
        self._ticker.stop()
        self._print_said()
        self._end_live()

    def _begin_anew(self, width: int) -> None:
        """A terminal of another width has broken the lines elsewhere: what was drawn cannot be drawn over."""
        self._width = width
        self._end_live()

    def _end_live(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _print_said(self) -> None:
        while True:
            try:
                text, style = self._said.get_nowait()
            except Empty:
                return
            self._console.print(Text(printable(text), style))
