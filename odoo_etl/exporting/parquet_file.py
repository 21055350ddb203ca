"""The rows of an export as a Parquet file, each column with its type."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from odoo_etl.errors import UsageError
from odoo_etl.exporting.kept_rows import kept_rows
from odoo_etl.exporting.layout import Kind, OutColumn

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise UsageError("--format parquet needs the extra: pip install 'odoo-etl[parquet]'") from error

_TYPES: Final[dict[str, Any]] = {
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.DATETIME: pa.timestamp("us"),
}


def to_parquet(part: Path, made: Path, columns: Sequence[OutColumn]) -> None:
    """Write the rows of a part file as a Parquet file. Raises OSError."""
    schema = pa.schema([(one.name, _TYPES.get(one.kind, pa.string())) for one in columns])
    with pq.ParquetWriter(str(made), schema) as writer:
        for rows in kept_rows(part, columns):
            cells = zip(*rows, strict=True)
            arrays = [pa.array(each, one.type) for each, one in zip(cells, schema, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
