"""All keys together, in their order, on any source."""

from __future__ import annotations

import pickle

import pytest

from odoo_etl.errors import SourceError
from odoo_etl.sources import Divisible, open_source
from odoo_etl.spec.sources import CsvSource, ParquetSource, SqlSource
from tests.contract.sources.conftest import fill_table, table_of_text, write_parquet

ROWS = [("item", "a|b"), ("total", "c"), ("item", "b| "), ("item", None), ("odd", "d|b")]
KEYS = {
    "rename": {"kind": "Kind", "tag": "Tags"},
    "where": "kind != 'total'",
    "explode": {"column": "tag", "split": "|"},
    "distinct": "tag",
}


@pytest.fixture(params=[CsvSource, ParquetSource, SqlSource])
def spec(request, tmp_path):
    """A source of each kind with the rows, and these keys."""

    def make(**keys):
        if request.param is SqlSource:
            plain = fill_table(f"sqlite:///{tmp_path}/rows.db", ["Kind", "Tags"], ROWS)
        elif request.param is ParquetSource:
            plain = write_parquet(tmp_path / "rows.parquet", table_of_text(["Kind", "Tags"], ROWS))
        else:
            lines = "".join(f"{kind};{tags or ''}\n" for kind, tags in ROWS)
            (tmp_path / "rows.csv").write_text("Kind;Tags\n" + lines, "utf-8")
            plain = CsvSource(type="csv", path=str(tmp_path / "rows.csv"))
        return request.param.model_validate({**plain.model_dump(exclude_defaults=True), **keys})

    return make


@pytest.mark.parametrize("chunk_rows", [1, 2, 100])
def test_renamed_then_chosen_then_exploded_then_distinct(spec, chunk_rows):
    """The same on every kind of source, in whatever chunks; what is left out is counted."""
    source = open_source(spec(**KEYS))
    chunks = list(source.chunks(chunk_rows))
    assert source.columns() == ["kind", "tag"]
    tags = [tag for chunk in chunks for tag in chunk.columns["tag"]]
    assert tags == ["a", "b", "d"]
    lines = [line for chunk in chunks for line in chunk.lines]
    left_out = [line for chunk in chunks for line in chunk.filtered]
    first = min(*lines, *left_out)  # a file has a header
    assert [line - first for line in lines] == [0, 0, 4]
    assert sorted(line - first for line in left_out) == [1, 2, 3, 4]
    assert all(len(chunk.lines) <= chunk_rows for chunk in chunks)


def test_a_source_without_these_keys_is_opened_as_it_is(spec):
    """So that nobody pays for them."""
    assert type(open_source(spec())).__name__ in {"CsvFiles", "ParquetFiles", "SqlQuery"}


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"where": "kind == 'x'"}, "where: the source has no column 'kind'; it has 'Kind', 'Tags'"),
        ({"distinct": ["Kind", "no"]}, "distinct: the source has no column 'no'"),
        (
            {"explode": {"column": "tags", "split": "|"}},
            "explode: the source has no column 'tags'; it .* .did you mean 'Tags'",
        ),
        (
            {"rename": {"kind": "Kind"}, "where": "Kind"},
            "where: the source has no column 'Kind'; it has 'kind', 'Tags'",
        ),
    ],
)
def test_columns_that_are_not_there(spec, keys, message):
    """The key is named, whether somebody asks for the columns first or not."""
    source = open_source(spec(**keys))
    with pytest.raises(SourceError, match=message):
        source.columns()
    with pytest.raises(SourceError, match=message):
        list(source.chunks(10))


def test_ranges(spec):
    """Together they give the same rows; where rows are compared with all others, one reads them all."""
    choosing = open_source(spec(where="Kind == 'item'"))
    assert isinstance(choosing, Divisible)
    parts = [pickle.loads(pickle.dumps(part)) for part in choosing.ranges(3)]
    assert [tags for part in parts for chunk in part.chunks(2) for tags in chunk.columns["Tags"]] == [
        "a|b",
        "b| ",
        None,
    ]


def test_one_range_where_rows_are_compared_with_all_others(spec):
    """Else each process would have its own first one."""
    whole = open_source(spec(distinct=True))
    assert whole.ranges(3) == [whole]


def test_the_cursor_has_its_new_name(tmp_path):
    """Whoever moves the watermark finds it."""
    plain = fill_table(f"sqlite:///{tmp_path}/rows.db", ["Kind", "Tags"], ROWS)
    keys = {"incremental": {"cursor": "Kind"}, "rename": {"kind": "Kind"}}
    source = open_source(SqlSource.model_validate({**plain.model_dump(exclude_defaults=True), **keys}))
    assert (source.cursor, source.columns(), dict(source.fingerprints)) == ("kind", ["kind", "Tags"], {})
