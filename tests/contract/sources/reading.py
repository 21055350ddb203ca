"""A source read by a process of its own (`tests.forked`), whose memory is measured."""

from __future__ import annotations

import resource

from odoo_etl.sources import open_source
from odoo_etl.spec.sources import SourceSpec


def read_measured(spec: SourceSpec) -> tuple[int, int]:
    """How many rows a source has, and the peak of memory in MiB."""
    rows = sum(len(chunk.lines) for chunk in open_source(spec).chunks(1000))
    return rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
