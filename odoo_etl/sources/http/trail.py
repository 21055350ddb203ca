"""The pages that were asked for: none twice, none the same as the one before, and not too many."""

from __future__ import annotations

from odoo_etl.errors import SourceError
from odoo_etl.sources.http.requests import PageRequest

_AT = ("source", "pages")


class Trail:
    """Pages as they are asked for.

    Args:
        most: so many at most.

    Attributes:
        number: how many there were.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._asked = set[bytes]()
        self._before = b""
        self.number = 0

    def enter(self, request: PageRequest) -> None:
        """A page is going to be asked for.

        Raises:
            SourceError: it was asked for before, or there are too many.
        """
        if request.identity in self._asked:
            raise SourceError(
                f"{request.shown}: page {self.number} leads back to a page that was read: check pages:", _AT
            )
        if self.number == self._most:
            message = f"{request.shown}: more pages than max_pages, {self._most:,}; nothing was written"
            raise SourceError(message, ("source", "max_pages"))
        self._asked.add(request.identity)
        self.number += 1

    def leave(self, request: PageRequest, content: bytes) -> None:
        """A page was read.

        Args:
            content: equal for equal records; empty for none.

        Raises:
            SourceError: the page before had the same records: the server does not heed what it is asked.
        """
        if content and content == self._before:
            message = f"{request.shown}: pages {self.number - 1} and {self.number} have the same records: check pages:"
            raise SourceError(message, _AT)
        self._before = content
