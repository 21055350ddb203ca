"""The server that is exported from, and the records that are wanted of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from odoo_etl.exporting import BackJob, ContentFiles, ExportOptions, FileTarget, Layout, Reading
from odoo_etl.odoo import OdooClient
from odoo_etl.runs.workspace import Workspace
from odoo_etl.sources import Source, open_source, reach_contents
from odoo_etl.spec import ConnectionSpec, OdooSource, Project, Server


@dataclass(frozen=True, slots=True)
class Opened:
    """The server that is exported from.

    Attributes:
        name: of the connection.
        address: where it is, also for other clients.
        origin: for people.
    """

    project: Project
    workspace: Workspace
    name: str
    address: ConnectionSpec
    client: OdooClient
    origin: str

    @property
    def server(self) -> Server:
        """For a source."""
        return Server(self.address, self.project.state_dir)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The records that are exported.

    Attributes:
        what: the job or model that was named.
        layout: their columns.
        domain: which of the model.
        archived: archived ones, too.
        file: where to; None for a table.
        company: that every call means, or "".
        context: of every call.
        back: the job that loads the file back.
    """

    what: str
    model: str
    layout: Layout
    domain: Sequence[Any]
    archived: bool
    file: FileTarget | None
    company: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    back: BackJob | None = None

    def spec(self, opened: Opened, last_id: int = 0) -> OdooSource:
        """The records that come after one, as a source of a job."""
        after = [["id", ">", last_id]] if last_id else []
        spec = OdooSource.model_validate(
            {
                "type": "odoo",
                "connection": opened.name,
                "model": self.model,
                "domain": [*self.domain, *after],
                "archived": self.archived,
                "company": self.company or None,
                "context": dict(self.context),
                "fields": dict(self.layout.reads),
                "lines": dict(self.layout.lines),
            }
        )
        return spec.on(opened.server)

    @contextmanager
    def reading(self, opened: Opened, options: ExportOptions) -> Iterator[Reading]:
        """All that is read for it."""

        def source(last_id: int) -> Source:
            return open_source(self.spec(opened, last_id))

        if not self.layout.contents or options.files is None:
            yield Reading(self.layout, source, options.limit)
            return
        with reach_contents(self.spec(opened)) as contents:
            files = ContentFiles(Path(options.files).absolute(), contents.read, self.layout.contents)
            files.make_ready()
            yield Reading(self.layout, source, options.limit, files.named)

    @property
    def request(self) -> dict[str, Any]:
        """All that a resumed export must have alike."""
        return {
            "model": self.model,
            "fields": dict(self.layout.reads),
            "lines": dict(self.layout.lines),
            "columns": self.layout.names,
            "domain": list(self.domain),
            "archived": self.archived,
            "company": self.company,
        }
