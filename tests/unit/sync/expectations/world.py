"""Sources that were read once, and jobs that expect something of them."""

from __future__ import annotations

from contextlib import contextmanager

from odoo_etl.spec import ExpectSpec
from odoo_etl.sync.expectations import Homes, RowReader
from odoo_etl.sync.expectations.source_judge import SourceJudge
from odoo_etl.sync.reported_rows import FileNames
from odoo_etl.sync.staging import Gathered
from tests.builders import ListSource, job_spec, mapper

NOON = 1_709_208_000.0  # 2024-02-29 12:00 UTC


def expecting(expect, fields=None, **target):
    """A job on partners by `ref` that expects this."""
    spec = job_spec({"ref": "ref", **(fields or {})}, load={"chunk_size": 2}, **target)
    return spec.model_copy(update={"expect": ExpectSpec.model_validate(expect)})


@contextmanager
def gathered(spec, source):
    """The source, read once, and what reads its rows."""
    made = mapper(spec)
    rows = Gathered(spec, source, made)
    try:
        yield rows, RowReader(made, FileNames("rows.csv"), Homes(spec))
    finally:
        rows.close()


def judged(item, names, rows, fields=None, *, partial="", now=NOON):
    """What is found of one expectation of a source with these rows; the first column is `ref`."""
    spec = expecting({"source": [item]}, fields)
    with gathered(spec, ListSource(names, rows)) as (source, reader):
        [found] = SourceJudge(spec, reader, partial, now).judge(source)
    return found
