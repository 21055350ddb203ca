"""Whole groups from a source in any order: in the order of the source where that has them, in bounded memory."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.errors import SourceError
from odoo_etl.mapping import unbound
from odoo_etl.sources import Chunk
from odoo_etl.sync.staging.bound import GatheredGroups
from tests.builders import ListSource, job_spec, mapper
from tests.examples import examples


class FewAtOnce(GatheredGroups):
    """Puts three rows in order at a time."""

    part_rows = 3


def spec(together="name", key="ref", chunk_size=4):
    """A job by these groups."""
    fields = {"ref": "ref", "name": "name"}
    return job_spec(fields, load={"together": together, "chunk_size": chunk_size}, key=key)


def gathered(rows, cls=FewAtOnce, **of_job):
    """The source, read."""
    job = spec(**of_job)
    return closing(cls(job, ListSource(["ref", "name"], rows), mapper(job)))


def groups(found):
    """For each batch, the lines of each of its groups."""
    return [[[row.line for row in record.rows] for record in batch.records] for batch in found.batches()]


def test_a_source_that_has_its_groups_side_by_side_keeps_its_order():
    """Nothing is moved; batches end where groups end."""
    with gathered([(str(n), f"g{n // 3}") for n in range(10)]) as found:
        assert groups(found) == [[[2, 3, 4]], [[5, 6, 7]], [[8, 9, 10], [11]]]


ROWS = st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from(["x", "y", "z", ""])), max_size=20)


@examples(60)
@given(rows=ROWS, chunk=st.integers(1, 5))
def test_every_group_comes_once_and_whole(rows, chunk):
    """Whatever the order, and whatever is in memory at a time; each row is in one record or one reject."""
    with gathered(rows, chunk_size=chunk) as found:
        batches = list(found.batches())
        again = list(found.batches())
    records = [record for batch in batches for record in batch.records]
    rejects = [reject for batch in batches for reject in batch.rejects]
    lines = sorted([row.line for record in records for row in record.rows] + [one.row.line for one in rejects])
    assert lines == list(range(2, len(rows) + 2))
    bonds = [record.bond for record in records]
    assert len(bonds) == len(set(bonds))
    names = {bond: {rows[row.line - 2][1] for row in record.rows} for bond, record in zip(bonds, records, strict=True)}
    assert all(len(some) == 1 for some in names.values())
    keys = [record.key for record in unbound(records)]
    assert len(keys) == len(set(keys))
    assert [batch.number for batch in batches] == [batch.number for batch in again]


def test_lines_that_are_no_rows_are_told_once_and_bind_nobody():
    """Also where the rows are put in another order."""
    with gathered([("a", "x"), "no row", ("b", "y"), ("c", "x"), "none either"]) as found:
        batches = list(found.batches())
    assert [reject.row.line for batch in batches for reject in batch.rejects] == [3, 6]
    assert sorted(len(record.rows) for batch in batches for record in batch.records) == [1, 2]


def test_rows_of_several_files_are_one_group():
    """Each row keeps its file."""

    class TwoFiles(ListSource):
        def chunks(self, chunk_rows):
            for number, chunk in enumerate(super().chunks(2)):
                yield replace(chunk, file=f"{number}.csv")

    job = spec()
    source = TwoFiles(["ref", "name"], [("a", "x"), ("b", "y"), ("c", "x"), ("d", "y")])
    with closing(FewAtOnce(job, source, mapper(job))) as found:
        rows = [[(row.file, row.line) for row in record.rows] for one in found.batches() for record in one.records]
    assert sorted(rows) == [[("0.csv", 2), ("1.csv", 4)], [("0.csv", 3), ("1.csv", 5)]]


def test_a_source_that_breaks_leaves_no_file_open():
    """The error is the source's."""

    class Broken(ListSource):
        def chunks(self, chunk_rows):
            yield Chunk({"ref": ["a"], "name": ["x"]}, [2])
            raise SourceError("broken")

    job = spec()
    with pytest.raises(SourceError, match="broken"):
        FewAtOnce(job, Broken(["ref", "name"], []), mapper(job))


@pytest.mark.parametrize(("limit", "lines"), [(0, []), (1, [2, 5]), (2, [2, 3, 5]), (9, [2, 3, 4, 5])])
def test_a_limit_takes_the_rest_of_the_groups_that_begin_before_it(limit, lines):
    """In chunks of one row as well as at once."""
    for chunk in (1, 10):
        job = spec(chunk_size=chunk)
        source = ListSource(["ref", "name"], [("a", "x"), ("b", "y"), ("c", "z"), ("d", "x")])
        with closing(GatheredGroups(job, source, mapper(job), limit)) as found:
            assert sorted(line for batch in groups(found) for group in batch for line in group) == lines
            assert found.rows == len(lines)
