"""Reading the source once: what it knows afterwards, and the batches it gives."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import replace

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_etl.errors import SafetyLimit, SourceError
from odoo_etl.sources import open_source
from odoo_etl.spec import CsvSource
from odoo_etl.sync.staging.gather import Gathered, batch_rows, check_size
from tests.builders import ListSource, job_spec, mapper

FIELDS = {"ref": "ref", "name": "name"}


@pytest.fixture
def gathered():
    """Reads rows once, in chunks; the temporary files go with the test."""
    with ExitStack() as stack:

        def make(rows, chunk=2, spec=None):
            spec = spec or job_spec(FIELDS, load={"chunk_size": chunk})
            return stack.enter_context(closing(Gathered(spec, ListSource(["ref", "name"], rows), mapper(spec))))

        yield make


def keys(found):
    """The keys of each batch."""
    return [[record.key[0] for record in batch.records] for batch in found.batches()]


def test_a_repeated_key_comes_once_and_last(gathered):
    """Its record holds every row, oldest first, each as a part of its own."""
    found = gathered([("a", "1"), ("b", "1"), ("c", "1"), ("a", "2"), ("d", "1")])
    assert (found.rows, found.duplicates, keys(found)) == (5, 1, [["b", "c"], ["a", "d"]])
    (folded,) = (record for batch in found.batches() for record in batch.records if record.key == ("a",))
    assert [row.line for row in folded.rows] == [2, 5]
    assert [part.values["name"] for part in folded.parts] == ["1", "2"]


def test_what_looks_odd_is_told_once(gathered):
    """However often the rows are read."""
    fields = {**FIELDS, "comment": {"column": "name", "type": "text"}}
    found = gathered([("a", "<p>x</p>"), ("b", "y")], spec=job_spec(fields))
    for _ in range(3):
        list(found.batches())
    (warning,) = found.warnings()
    assert warning.startswith("comment: 1 cell looks like HTML")


@pytest.mark.parametrize("chunk", [1, 2, 3, 4, 5, 100])
def test_no_row_is_lost_or_doubled_at_any_chunk_size(gathered, chunk):
    """Every row is in exactly one record or reject."""
    rows = [("a", "1"), "bad", ("", "x"), ("b", "1"), ("a", "2"), ("c", "1"), ("b", "2"), (None, "y"), ("a", "3")]
    found = gathered(rows, chunk)
    lines = [row.line for batch in found.batches() for record in batch.records for row in record.rows]
    rejected = [reject.row.line for batch in found.batches() for reject in batch.rejects]
    assert sorted([*lines, *rejected]) == list(range(2, 11))
    assert sorted(rejected) == [3, 4, 9]


@pytest.mark.parametrize(("rows", "chunk"), [(0, 2), (1, 2), (5, 2), (6, 2), (301, 200)])
def test_the_number_of_batches_is_known_before(gathered, rows, chunk):
    """Where keys do not repeat."""
    found = gathered([(str(number), "") for number in range(rows)], chunk)
    assert found.batch_count == len(list(found.batches()))


def test_it_can_be_read_again(gathered):
    """Every call of `batches` starts from the first row."""
    found = gathered([("a", "1"), ("b", "1"), ("a", "2")])
    assert keys(found) == keys(found)


def test_keys_with_equal_hashes_stay_apart(gathered):
    """Python gives -1 and -2 the same hash."""
    spec = job_spec({"color": "ref", "name": "name"}, key="color")
    found = gathered([("-1", "A"), ("-2", "B"), ("-1", "C")], spec=spec)
    records = {record.key: len(record.rows) for batch in found.batches() for record in batch.records}
    assert records == {(-1,): 2, (-2,): 1}


def test_a_missing_column_is_found_before_the_first_chunk():
    """Nothing is read when it would be in vain."""
    spec = job_spec({**FIELDS, "email": "mail"})
    source = ListSource(["ref", "name"], [("a", "A")])
    with pytest.raises(SourceError, match="'mail' \\(for email\\); it has ref, name"):
        Gathered(spec, source, mapper(spec))
    assert source.read == 0


def test_a_source_that_breaks_leaves_no_file_open():
    """The temporary file goes with the error."""

    class Broken(ListSource):
        def chunks(self, chunk_rows):
            yield from super().chunks(chunk_rows)
            raise SourceError("gone")

    spec = job_spec(FIELDS)
    before = psutil.Process().num_fds()
    with pytest.raises(SourceError, match="gone") as caught:
        Gathered(spec, Broken(["ref", "name"], [("a", "A")]), mapper(spec))
    assert psutil.Process().num_fds() == before
    assert caught.traceback  # the frames are alive, so nothing but `close` can have closed it


@pytest.mark.parametrize(("least", "short"), [(0, False), (2, False), (3, True)])
def test_a_short_source_is_a_safety_limit(gathered, least, short):
    """Bad lines count, for they are rows that came."""
    spec = job_spec(FIELDS, min_rows=least)
    rows = gathered([("a", "A"), "bad"]).rows
    if short:
        with pytest.raises(SafetyLimit, match="2 rows, fewer than its min_rows of 3"):
            check_size(spec, rows)
    else:
        check_size(spec, rows)


@given(rows=st.integers(0, 10**6), chunk=st.integers(1, 10**5), lanes=st.integers(1, 64))
def test_batches_are_never_larger_than_a_chunk(rows, chunk, lanes):
    """And never empty, so that every source comes to its end."""
    assert 1 <= batch_rows(rows, chunk, lanes) <= chunk


@pytest.mark.parametrize(("rows", "repeated"), [("aab", 1), ("aaa", 2), ("abab", 2), ("abc", 0), ("baa", 1)])
def test_repeated_keys_wherever_they_stand(gathered, rows, repeated):
    """A record comes where the last of its rows stands, with all of them."""
    found = gathered([(key, str(number)) for number, key in enumerate(rows)], chunk=1)
    records = [record for batch in found.batches() for record in batch.records]
    assert found.duplicates == repeated
    assert [record.key[0] for record in records] == sorted(set(rows), key=rows.rindex)
    assert [[row.line - 2 for row in record.rows] for record in records] == [
        [number for number, key in enumerate(rows) if key == record.key[0]] for record in records
    ]


def test_rows_whose_columns_would_share_an_external_id_are_rejects(gathered):
    """All of them; rows that agree are one record, and others are records."""
    spec = job_spec({"name": "name"}, external_id="m.partner_{ref}")
    rows = [("a b", "1"), ("c", "2"), ("a_b", "3"), ("c", "4"), ("d", "5"), ("a b", "6")]
    found = gathered(rows, spec=spec)
    rejects = [reject for batch in found.batches() for reject in batch.rejects]
    assert sorted((one.row.line, one.flaws[0].code) for one in rejects) == [
        (line, "external_id_collision") for line in (2, 4, 7)
    ]
    records = [record for batch in found.batches() for record in batch.records]
    assert {record.key[0]: [row.line for row in record.rows] for record in records} == {
        "m.partner_c": [3, 5],
        "m.partner_d": [6],
    }


class FilteredSource(ListSource):
    """A source of which the job leaves out a row behind each chunk."""

    def chunks(self, chunk_rows):
        """As the list has them."""
        for chunk in super().chunks(chunk_rows):
            yield replace(chunk, filtered=(chunk.lines[-1] + 1,))


def test_rows_that_are_left_out_are_counted_and_not_kept(gathered):
    """They are none of the job's rows."""
    spec = job_spec(FIELDS, load={"chunk_size": 2})
    rows = [("a", "1"), ("b", "1"), ("c", "1")]
    with closing(Gathered(spec, FilteredSource(["ref", "name"], rows), mapper(spec))) as found:
        assert (found.rows, found.filtered) == (3, 2)
        assert [chunk.filtered for chunk in found.chunks()] == [(), ()]
    with closing(Gathered(spec, FilteredSource(["ref", "name"], rows), mapper(spec), limit=1)) as found:
        assert (found.rows, found.filtered) == (1, 0)


def test_batches_of_rows_of_one_line_have_numbers_of_their_own(tmp_path):
    """Else a run that goes on would take one for the other."""
    path = tmp_path / "rows.csv"
    path.write_text("ref,name\na|b|c,x\na|b|c,y\n", "utf-8")
    plain = job_spec(FIELDS, load={"chunk_size": 1})
    source = CsvSource(type="csv", path=str(path), explode={"column": "ref", "split": "|"})
    spec = plain.model_copy(update={"source": source})
    with closing(Gathered(spec, open_source(spec.source), mapper(spec))) as found:
        batches = list(found.batches())
        again = [batch.number for batch in found.batches()]
    assert [record.key for batch in batches for record in batch.records] == [("a",), ("b",), ("c",)]
    assert len(set(again)) == 3
    assert again == [batch.number for batch in batches]
