"""A source read by a process of its own (`tests.forked`), whose memory is measured."""

from __future__ import annotations

import resource

from pydantic import TypeAdapter

from odoo_etl.sources import open_source
from odoo_etl.spec.sources import SourceSpec


def read_measured(spec: str) -> tuple[int, int]:
    """How many rows a source has, given as JSON, and the peak of memory in MiB."""
    source = open_source(TypeAdapter(SourceSpec).validate_json(spec))
    rows = sum(len(chunk.lines) for chunk in source.chunks(1000))
    return rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
