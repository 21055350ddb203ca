"""The rows that somebody wants to see."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.previewing import picked
from odoo_etl.previews import Pick
from tests.builders import job_spec

TEXT = 'ref,name,kind\na,A,B\nb,B,P\na,A again,B\n"c\nd",C,B\ntoo,many,cells,here\ne, E ,P\n'


@pytest.fixture
def picking(tmp_path):
    """A function that picks rows of a file."""
    (tmp_path / "rows.csv").write_text(TEXT)

    def pick(**wanted):
        spec = job_spec({"ref": "ref", "name": "name"}, path=tmp_path / "rows.csv")
        source = picked(spec, Pick(**wanted))
        chunks = list(source.chunks(2))
        return [line for one in chunks for line in one.lines], [bad.line for one in chunks for bad in one.bad]

    return pick


@pytest.mark.parametrize(
    ("wanted", "lines", "bad"),
    [
        ({"line": 3}, [3], []),
        ({"line": 5}, [5], []),
        ({"line": 7}, [], [7]),
        ({"line": 99}, [], []),
        ({"key": "a"}, [2, 4], []),
        ({"key": " b "}, [3], []),
        ({"key": "nobody"}, [], []),
        ({"where": "kind == 'P'"}, [3, 8], []),
        ({"where": "kind == 'B'", "key": "a"}, [2, 4], []),
        ({"where": "name.startswith('A')", "line": 4}, [4], []),
    ],
)
def test_rows_are_picked(picking, wanted, lines, bad):
    """By the line in which they begin, their key, or an expression; or by several of these."""
    assert picking(**wanted) == (lines, bad)


def test_without_a_wish_the_source_is_the_jobs_own():
    """From its beginning, or behind its watermark."""
    assert picked(job_spec({"ref": "ref"}), Pick()) is None


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"where": "kind =="}, "--where: "),
        ({"where": "color == 'red'"}, "no column color; it has ref, name, kind"),
        ({"where": "kind == 'P'", "key": "a,b"}, ""),
    ],
)
def test_what_picks_nothing_is_told(picking, wanted, why):
    """Before any row is read."""
    if not why:
        assert picking(**wanted) == ([], [])
        return
    with pytest.raises(UsageError, match=why):
        picking(**wanted)


def test_a_key_of_several_columns_is_said_whole(tmp_path):
    """With commas between; one that comes from no column cannot be picked by."""
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n1,3\n")
    path = tmp_path / "rows.csv"
    spec = job_spec({"ref": "a", "name": "b"}, path=path, key=["ref", "name"])
    (chunk,) = picked(spec, Pick(key="1, 3")).chunks(10)
    assert chunk.lines == [3]
    with pytest.raises(UsageError, match=r"of 2 columns \(a, b\)"):
        picked(spec, Pick(key="1"))
    with pytest.raises(UsageError, match="from no column"):
        picked(job_spec({"ref": {"value": "x"}, "name": "b"}, path=path), Pick(key="x"))
    external = job_spec({"name": "b"}, path=path, external_id="legacy.p_{a}")
    assert [one.lines for one in picked(external, Pick(key="1")).chunks(10)] == [[2, 3]]
