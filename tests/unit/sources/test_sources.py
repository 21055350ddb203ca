"""The plug-in point of sources."""

from __future__ import annotations

from typing import get_args

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import SOURCES, Chunk
from odoo_etl.sources.files import SourceFile, find_files
from odoo_etl.spec.project_file import absolute_pattern
from odoo_etl.spec.sources import ParquetSource, SourceSpec


def found(path):
    """The files that a path names."""
    return find_files(ParquetSource(type="parquet", path=path))


def test_every_kind_of_spec_can_be_opened():
    """SOURCES has an entry for each type that a job may name, and no other."""
    union = get_args(SourceSpec)[0]
    assert set(SOURCES) == {get_args(spec.model_fields["type"].annotation)[0] for spec in get_args(union)}


def test_a_chunk_refuses_columns_of_other_lengths():
    """Values can never shift between rows."""
    with pytest.raises(ValueError, match=r"column 'b' has 1 values for 2 rows"):
        Chunk({"a": [1, 2], "b": [1]}, [2, 3])


def test_only_what_the_job_says_is_a_pattern(tmp_path):
    """Not the name of the project's folder."""
    files = tmp_path / "etl [prod]" / "in"
    files.mkdir(parents=True)
    (tmp_path / "etl p" / "in").mkdir(parents=True)
    for folder in (files, tmp_path / "etl p" / "in"):
        (folder / "rows-1.csv").write_text("a\n1\n")
    pipelines = tmp_path / "etl [prod]" / "pipelines"
    for written in ("../in/*.csv", "../in/rows-1.csv", str(files / "rows-1.csv")):
        assert found(absolute_pattern(written, pipelines)) == [SourceFile.at(files / "rows-1.csv")], written
    with pytest.raises(SourceError, match="no file matches"):
        found(absolute_pattern("../in/none.csv", pipelines))
