"""The first rows of a source, cut off between records."""

from __future__ import annotations

import json

import pytest

from odoo_etl.sources import BadLine, Chunk, first_chunks, open_rows
from odoo_etl.sources.rows import FirstRows
from odoo_etl.spec import JobSpec, JsonLinesSource
from tests.builders import job_spec


def chunk(*lines: int, bad: int = 0, file: str = "") -> Chunk:
    """Rows of some lines."""
    wrong = (BadLine(bad, "ragged_line", "no row", ()),) if bad else ()
    return Chunk({"n": list(range(len(lines)))}, list(lines), file, wrong)


def taken(rows: FirstRows, *chunks: Chunk) -> list[list[int]]:
    """The lines of the rows that are taken, chunk by chunk."""
    found = []
    for one in chunks:
        if (some := rows.of(one)) is None:
            break
        found.append(some.lines)
    return found


def test_rows_are_counted():
    """And nothing is asked for behind the last one."""
    rows = FirstRows(3)
    assert taken(rows, chunk(1, 2)) == [[1, 2]]
    assert not rows.is_full
    assert taken(rows, chunk(2, 4, bad=5)) == [[2]]
    assert rows.is_full
    assert taken(rows, chunk(5)) == []


def test_lines_are_counted_with_all_of_their_rows():
    """Also where these are in several chunks, and files have lines of the same number."""
    rows = FirstRows(2, by_line=True)
    assert taken(rows, chunk(1, 1), chunk(1, 2), chunk(2, 2), chunk(2, 3, 3), chunk(4)) == [[1, 1], [1, 2], [2, 2], [2]]
    rows = FirstRows(2, by_line=True)
    assert taken(rows, chunk(1, file="a"), chunk(1, 2, file="b"), chunk(3)) == [[1], [1]]


def test_what_stands_between_the_rows_comes_with_them():
    """And what stands behind them does not."""
    for by_line in (False, True):
        assert FirstRows(2, by_line=by_line).of(chunk(1, 3, 5, bad=2)).bad
        assert not FirstRows(2, by_line=by_line).of(chunk(1, 3, 5, bad=4)).bad


ORDERS = [{"no": f"S{n}", "lines": [{"name": f"{n}-{m}"} for m in range(3)]} for n in range(4)]


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 100])
@pytest.mark.parametrize("shape", [{}, {"where": "no != 'S0'"}, {"rename": {"number": "no"}}])
@pytest.mark.parametrize("beside", [False, True])
def test_records_of_nested_sources_are_not_cut(tmp_path, chunk_rows, shape, beside):
    """Whatever is done with their rows on the way."""
    (tmp_path / "orders.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in ORDERS), "utf-8")
    (tmp_path / "banks.csv").write_text("order,iban\nS9,X\n", "utf-8")
    banks = {"source": {"type": "csv", "path": str(tmp_path / "banks.csv"), "delimiter": ","}}
    number = "number" if "rename" in shape else "no"
    bank_ids = {**banks, "match": {"order": number}, "fields": {"acc_number": "iban"}}
    spec = JobSpec.model_validate(
        {
            "version": 1,
            "job": "orders",
            "source": {"type": "jsonl", "path": str(tmp_path / "orders.jsonl"), **shape},
            "target": {"model": "res.partner", "key": "ref"},
            "fields": {"ref": number},
            "lines": {
                "child_ids": {"key": "name", "fields": {"name": "lines.name"}},
                **({"bank_ids": bank_ids} if beside else {}),
            },
            "load": {"chunk_size": chunk_rows},
        }
    )
    source = open_rows(spec, [number], [number, "lines.name"])
    chunks = list(first_chunks(source, chunk_rows, 2, by_line=spec.rows_of_line_are_one))
    numbers = [cell for one in chunks for cell in one.columns[number]]
    first = 1 if "where" in shape else 0
    assert numbers == [f"S{first}"] * 4 + [f"S{first + 1}"] * 4


def test_exploded_rows_are_counted_one_by_one(tmp_path):
    """Each is a record."""
    (tmp_path / "orders.jsonl").write_text(json.dumps(ORDERS[0]), "utf-8")
    source = {"type": "jsonl", "path": str(tmp_path / "orders.jsonl"), "explode": {"column": "lines"}}
    spec = job_spec({"ref": "lines.name"}).model_copy(update={"source": JsonLinesSource.model_validate(source)})
    opened = open_rows(spec, [], ["lines.name"])
    (chunk,) = first_chunks(opened, 100, 2, by_line=spec.rows_of_line_are_one)
    assert chunk.columns["lines.name"] == ["0-0", "0-1"]
