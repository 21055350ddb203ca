"""Values by functions of the project: what they are given, what they may give, and what goes wrong."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from odoo_etl.mapping import Row
from odoo_etl.spec import PythonError
from odoo_etl.spec.strict_yaml import parse_yaml
from odoo_etl.spec.tree import plain
from odoo_etl.text.cells import OutOfRange
from tests.builders import ListSource, World, job_spec, mapper

PAGE = (Path(__file__).parents[3] / "docs/python.md").read_text("utf-8")
HERE = f"{__name__}:"


def refuse(row):
    """Refuses some rows."""
    return int(row["cell"])


def fail(row):
    """Has a mistake."""
    return row["no such column"]


def doubled(row):
    """See its name."""
    return row["cell"] * 2


def none(_row):
    """An empty cell."""


def number(_row):
    """Of numpy."""
    return np.int64(7)


def moment(_row):
    """Of pandas."""
    return pd.Timestamp("2024-02-29")


def kind(row):
    """The type of the cell."""
    return type(row["cell"]).__name__


def lengths(frame):
    """Of the texts, as a Series."""
    return frame["cell"].map(len)


def backwards(frame):
    """The same, under the frame's index, in another order."""
    return frame["cell"].map(len)[::-1]


def odd(frame):
    """An error, and what lacks a value."""
    return [ValueError("odd"), None, float("nan"), pd.NA, pd.NaT][: len(frame)]


def array(frame):
    """Of numpy."""
    return np.arange(len(frame))


def few(frame):
    """One too few."""
    return list(frame["cell"])[1:]


def filtered(frame):
    """Another index."""
    return pd.Series(list(frame["cell"]), index=range(1, len(frame) + 1))


def scalar(_frame):
    """No list."""
    return "text"


def broken(_frame):
    """Refuses as a whole, which is a mistake: no row is named."""
    raise ValueError("all")


def values(function, *cells, field="name", per="row", **keys):
    """The field's values, or the codes of the rejects."""
    python = {"function": HERE + function, "per": per}
    spec = job_spec({"ref": {"value": "key"}, field: {"python": python, **keys}})
    found = mapper(spec).records(
        {"cell": list(cells)}, [Row(line, "", (cell,), line) for line, cell in enumerate(cells)]
    )
    codes = {one.row.number: one.flaws[0].code for one in found.rejects}
    given = {one.number: one.values.get(field, "absent") for one in found.records}
    return [codes.get(line, given.get(line)) for line in range(len(cells))]


@pytest.mark.parametrize(
    ("function", "cell", "keys", "wanted"),
    [
        ("doubled", "a", {}, "aa"),
        ("doubled", "a", {"transform": "upper"}, "AA"),
        ("doubled", "a", {"map": {"aa": "b"}}, "b"),
        ("doubled", 2, {"field": "color"}, 4),
        ("doubled", Decimal("1.5"), {"field": "weight"}, 3.0),
        ("none", "a", {}, "absent"),
        ("none", "a", {"default": "x"}, "x"),
        ("number", "a", {"field": "color"}, 7),
        ("moment", "a", {"field": "date"}, "2024-02-29"),
        ("kind", None, {}, "NoneType"),
        ("kind", date(2024, 1, 2), {}, "date"),
        ("kind", datetime(2024, 1, 2, tzinfo=UTC), {}, "datetime"),
        ("kind", OutOfRange("infinity"), {}, "str"),
    ],
)
def test_a_function_of_a_row(function, cell, keys, wanted):
    """Its cells keep their types; what it gives takes the steps of any field."""
    assert values(function, cell, **keys) == [wanted]


def test_a_value_error_rejects_its_row():
    """With its text; the other rows land."""
    assert values("refuse", "1", "x", "3", field="color") == [1, "python_refused", 3]
    spec = job_spec({"ref": {"value": "key"}, "color": {"python": HERE + "refuse"}})
    (reject,) = mapper(spec).records({"cell": ["x"]}, [Row(2, "", ("x",))]).rejects
    assert reject.flaws[0].reason == "invalid literal for int() with base 10: 'x'"


def test_any_other_exception_stops_the_job():
    """The message names the function, the field, the exception and the line."""
    with pytest.raises(PythonError, match=r"fail`, which .* the field name .*: KeyError: 'no such column' \(.*:\d+\)"):
        values("fail", "a")


@pytest.mark.parametrize(
    ("function", "cells", "wanted"),
    [
        ("lengths", ["a", "bb", "ccc"], [1, 2, 3]),
        ("backwards", ["a", "bb", "ccc"], [1, 2, 3]),
        ("array", ["a", "b"], [0, 1]),
        ("odd", ["a", "b", "c", "d", "e"], ["python_refused", "absent", "absent", "absent", "absent"]),
        ("lengths", [], []),
    ],
)
def test_a_function_of_a_frame(function, cells, wanted):
    """One value for each row; what lacks one is an empty cell, and an error rejects its row alone."""
    assert values(function, *cells, field="color", per="frame") == wanted


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("few", "gave 1 values for the 2 rows"),
        ("filtered", "in their order or under their index"),
        ("scalar", "gave a str; per frame it must give a Series, list or array"),
        ("broken", "failed .*: ValueError: all"),
    ],
)
def test_a_frame_that_is_not_answered_stops_the_job(function, words):
    """Which row a value belongs to would be a guess."""
    with pytest.raises(PythonError, match=words):
        values(function, "a", "b", per="frame")


def test_a_list_is_several_records():
    """As an expression's is."""
    lookup = {"model": "res.partner.category", "by": "name"}
    spec = job_spec({"ref": {"value": "key"}, "category_id": {"python": HERE + "two", "lookup": lookup}})
    (record,) = mapper(spec).records({"cell": ["a"]}, [Row(2, "", ("a",))]).records
    assert [ref.key for ref in record.values["category_id"].refs] == [("a",), ("b",)]


def two(_row):
    """Names of tags."""
    return ["a", "b"]


def test_transforms_may_read_columns_beside():
    """The country of a number that a function made."""
    spec = job_spec(
        {"ref": {"value": "key"}, "name": {"python": HERE + "called", "transform": {"phone": {"country": "land"}}}}
    )
    (record,) = mapper(spec).records({"no": ["030 123456"], "land": ["DE"]}, [Row(2, "", ())]).records
    assert record.values["name"] == "+49 30 123456"


def called(row):
    """The number."""
    return row["no"]


def test_the_example_of_the_page(tmp_path, monkeypatch):
    """Its module, its fields, its rejects; a second run writes nothing."""
    monkeypatch.syspath_prepend(str(tmp_path))
    for text in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        path = tmp_path / re.match(r"# (\S+\.py)", text)[1]
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    spec = job_spec(plain(parse_yaml(block.encode(), "x").root)["fields"])
    rows = [
        ("1", "Dr.", "Ada", "King", "5500"),
        ("2", "", "Bob", "", "1"),
        ("3", "", "", "Cy", None),
        ("4", "", "", "D", "-1"),
    ]
    world, source = World(), ListSource(["no", "title", "first", "last", "turnover"], rows)
    ran = world.run(spec, source)
    assert (ran.counts, ran.codes) == ({"created": 2, "rejected": 2}, ["python_refused"] * 2)
    assert world.partners("ref", "name", "color") == [("1", "Dr. Ada King", 5), ("3", "Cy", 0)]
    assert world.run(spec, source).writes == 0
