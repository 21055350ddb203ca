"""One client for each connection of a run, opened when first needed, closed with the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime

from odoo_etl.connections import destination, open_client, retry_policy, served
from odoo_etl.observers import Observer
from odoo_etl.odoo import OdooClient, key_expiry
from odoo_etl.results import Destination
from odoo_etl.spec import ConnectionSpec, Job, Project
from odoo_etl.stop import Stop
from odoo_etl.watching import CallsOf


class Clients:
    """The clients of some jobs.

    Args:
        stack: closes them.
        share: the part of each connection's limits that this process may use.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a run
        self,
        project: Project,
        jobs: Sequence[Job],
        observer: Observer,
        stack: ExitStack,
        stop: Stop,
        share: float = 1.0,
    ) -> None:
        self._project, self._observer, self._stack, self._stop = project, observer, stack, stop
        self._share = share
        self._lanes = {
            name: max(job.spec.load.concurrency for job in jobs if job.spec.target.connection == name)
            for name in {job.spec.target.connection for job in jobs}
        }
        self._open: dict[str, OdooClient] = {}
        self._calls = CallsOf(observer, "")
        self._addresses: dict[str, ConnectionSpec] = {}
        self._destinations: dict[str, Destination] = {}

    def of(self, job: Job) -> OdooClient:
        """The client that the job's target names, with the job's patience; its calls are told as the job's."""
        name, self._calls.job = job.spec.target.connection, job.name
        if name not in self._open:
            client = open_client(
                self.address_of(job),
                self._project.state_dir,
                pool_size=self._lanes[name],
                on_retry=self._calls.retried,
                sleep=self._stop.pause,
                share=self._share,
                watch=self._calls,
            )
            self._open[name] = self._stack.enter_context(client)
        return self._open[name].with_retry(retry_policy(job.spec.load.retry))

    def destination_of(self, job: Job) -> Destination:
        """Where the client writes; told once, as soon as it is known."""
        name = job.spec.target.connection
        if name not in self._destinations:
            found = destination(name, self._project, self.of(job))
            self._destinations[name] = found
            self._observer.connected(found)
        return self._destinations[name]

    def address_of(self, job: Job) -> ConnectionSpec:
        """Where the client connects, also from other processes."""
        name = job.spec.target.connection
        if name not in self._addresses:
            address = served(self._project.connection(name), self._project.state_dir)
            self._addresses[name] = self._stack.enter_context(address)
        return self._addresses[name]

    def expiring_keys(self, now: datetime) -> Iterator[str]:
        """Warnings of API keys that are about to expire: one call for each connection that has been used with one."""
        for name, client in self._open.items():
            connection = self._project.connection(name)
            if connection.is_sandbox or not connection.api_key.get_secret_value():
                continue
            if (found := key_expiry(client, now)) and (warning := found.warning(now)):
                yield f"connection {name}: {warning}"
