"""The records that a run leaves in its folder besides its rows: `events.jsonl`, `run_results.json`, `report.html`."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib.metadata import version

from odoo_etl.kept_errors import KeptError
from odoo_etl.observers import Observer
from odoo_etl.reporting.events import EventLog, FirstRejects
from odoo_etl.reporting.run_folder import RunFolder
from odoo_etl.results import RunResult


class Records:
    """The records of one run.

    Args:
        folder: of the run.
        note: is given one sentence where one of them could not be made; the run is none the worse for it.

    Attributes:
        observers: hear of the run, so that there is something to record.
    """

    def __init__(self, folder: RunFolder, command: str, note: Callable[[str], object]) -> None:
        self._folder, self._note = folder, note
        self._events, self._rejected = EventLog(folder.path, command, note), FirstRejects()
        self.observers: tuple[Observer, ...] = (self._events, self._rejected)

    def written(self, result: Callable[[], RunResult]) -> RunResult:
        """Write all of them.

        Args:
            result: of the run by now, with all that was noted until then.

        Returns:
            The result as it stands in the folder.

        Raises:
            CannotReport: `run_results.json` cannot be written.
        """
        self._events.close(result())
        whole = self.noted(result)
        return whole if self._page(whole) else self.noted(result)  # with the reason why it has no page

    def noted(self, result: Callable[[], RunResult]) -> RunResult:
        """Write `run_results.json` once more: something was noted since. Raises CannotReport."""
        whole = self._whole(result())
        self._folder.write_results(whole)
        return whole

    def _whole(self, result: RunResult) -> RunResult:
        return replace(result, versions=versions())

    def _page(self, result: RunResult) -> bool:
        """Write `report.html`; whether that went well."""
        with KeptError() as kept:
            from odoo_etl.reporting.report import write_report

            columns = {job: self._folder.rejects.columns(job) for job in self._rejected.rows}
            write_report(result, self._rejected.rows, columns)
        if kept.why:
            self._note(f"the page of the run, report.html, could not be made: {kept.why}")
        return not kept.why


@cache
def versions() -> Mapping[str, str]:
    """Name to version of what does the work."""
    return {"odoo-etl": version("odoo-etl"), "python": platform.python_version(), "system": platform.platform()}
