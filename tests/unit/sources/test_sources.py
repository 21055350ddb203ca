"""The plug-in point of sources."""

from __future__ import annotations

from typing import get_args

import pytest

from odoo_etl.sources import SOURCES, Chunk
from odoo_etl.spec.source import SourceSpec


def test_every_kind_of_spec_can_be_opened():
    """SOURCES has an entry for each type that a job may name, and no other."""
    union = get_args(SourceSpec)[0]
    assert set(SOURCES) == {get_args(spec.model_fields["type"].annotation)[0] for spec in get_args(union)}


def test_a_chunk_refuses_columns_of_other_lengths():
    """Values can never shift between rows."""
    with pytest.raises(ValueError, match=r"column 'b' has 1 values for 2 rows"):
        Chunk({"a": [1, 2], "b": [1]}, [2, 3])
