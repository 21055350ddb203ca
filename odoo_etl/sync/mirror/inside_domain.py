"""A mirror that only tells: of a job that names its records by `key_domain`, each of them counts, whoever wrote it."""

from __future__ import annotations

from typing import Final

from odoo_etl.sync.mirror.vanished import Mirror

PAGE: Final = 10_000  # ids asked for at once


class MirrorOfDomain(Mirror):
    """Finds all records inside the job's key_domain that its source lacks."""

    def _find_candidates(self) -> set[int]:
        """Every record inside the domain, as Odoo's own lists show them, and all that the job ever wrote."""
        target, found = self._target, self._past.touched()
        last = 0 if self._spec.target.key_domain else None
        while last is not None:
            domain = [["id", ">", last], *self._spec.target.key_domain]
            page = target.client.search_read(
                target.model, domain, ["id"], order="id", limit=PAGE, context=target.writing
            )
            found.update(row["id"] for row in page)
            last = page[-1]["id"] if page else None
        return found
