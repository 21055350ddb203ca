"""The news of servers in a file: JSON objects a line, of which the last few megabytes are kept."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from odoo_etl.private_files import opener
from odoo_etl.reporting.live import as_object
from odoo_etl.serving.parts import News

NEWS_FILE: Final = "server.jsonl"
OLDER: Final = "server.1.jsonl"
MOST_BYTES: Final = 5_000_000


class NewsFile:
    """Writes what a server tells. A full disk ends the file, not the server.

    Args:
        folder: of the files.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._path, self._older, self._most_bytes = folder / NEWS_FILE, folder / OLDER, most_bytes
        self._lock = threading.Lock()

    def write(self, news: News) -> None:
        """Add one line, secrets redacted."""
        line = as_object(news.level, news.event, text=news.text, **news.known)
        with self._lock, suppress(OSError):
            with suppress(FileNotFoundError):
                if self._path.stat().st_size > self._most_bytes:
                    self._path.replace(self._older)
            file = opener(str(self._path), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            try:
                os.write(file, f"{line}\n".encode())
            finally:
                os.close(file)
