"""Files as people have them, through the command line: what is read, what is a reject, what a second run writes."""

from __future__ import annotations

import csv
from datetime import date

from odoo_etl import OdooClient
from tests.e2e.divided import SERVERS_AND_WORKERS
from tests.e2e.project import Project
from tests.workbooks import Error, write_xlsx

JOB = {
    "version": 1,
    "job": "goods",
    "target": {"model": "product.template", "key": "default_code"},
    "fields": {
        "default_code": {"expr": "family ~ '-' ~ sku"},
        "name": "Name",
        "list_price": {"column": "Price", "type": "decimal"},
        "description_sale": "Since",
    },
}


def found(odoo: OdooClient, prefix: str) -> list[tuple[object, ...]]:
    """The products of a test, by code."""
    fields = ["default_code", "name", "list_price", "description_sale"]
    rows = odoo.search_read("product.template", [["default_code", "=like", f"{prefix}%"]], fields, order="default_code")
    return [tuple(str(row[name]).removeprefix("<p>").removesuffix("</p>") for name in fields) for row in rows]


def mend(project: Project, column: str, text: str) -> str:
    """Put a text into a column of the rejected rows of the newest run; the id of the run."""
    newest = max((project.root / ".odoo_etl/runs").iterdir())
    path = newest / "rejects" / "goods.csv"
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [{**row, column: text, "_code": ""} for row in csv.DictReader(file)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return newest.name


@SERVERS_AND_WORKERS
def test_a_csv_file_of_a_shop(project: Project, odoo: OdooClient, prefix: str, workers: tuple[str, ...]) -> None:
    """A title, a comment, a family that is named once, short rows, a trailing delimiter, a shifted row."""
    (project.root / "goods.csv").write_text(
        f'Goods of "the shop"; 2024\n\nfamily|| sku\xa0||Name||Price||Since||x||x||\n'
        f"{prefix}||1||Chair||19.90||2024||\n"
        f'# a comment\n||2||"a || b"\n||3||Lamp||1||2||3||4||5||6\n{prefix}||4||Desk||12.50||||||||\n',
        encoding="utf-8",
    )
    options = {"header_row": 3, "comment": "#", "ragged": "pad", "fill_down": "family", "delimiter": "||"}
    project.write("goods.yaml", {**JOB, "source": {"type": "csv", "path": "../goods.csv", **options}})
    first = project.run("run", "--json", *workers)
    assert (first.code, first.counts("goods")) == (3, {"read": 4, "created": 3, "rejected": 1})
    (reject,) = project.rejects("goods")
    assert (reject["_line"], reject["_code"]) == ("7", "ragged_line")
    second = project.run("run", "--json", *workers)
    assert (second.counts("goods"), second.writes()) == ({"read": 4, "unchanged": 3, "rejected": 1}, {})
    mend(project, "family", prefix)
    assert project.run("retry", "--json").counts("goods") == {"read": 1, "created": 1}
    assert found(odoo, prefix) == [
        (f"{prefix}-1", "Chair", "19.9", "2024"),
        (f"{prefix}-2", "a || b", "1.0", "False"),
        (f"{prefix}-3", "Lamp", "1.0", "2"),
        (f"{prefix}-4", "Desk", "12.5", "False"),
    ]


@SERVERS_AND_WORKERS
def test_a_workbook_of_a_shop(project: Project, odoo: OdooClient, prefix: str, workers: tuple[str, ...]) -> None:
    """Numbers, dates, a merged header, and a cell that holds an error; text keeps its zeros."""
    rows = [
        ["Goods", None, None, "as of", date(2024, 2, 29)],
        ["family", "sku", "Name", "of today"],
        [None, None, None, "Price", "Since"],
        [prefix, 1, "Chair", 19.9, date(2024, 2, 29)],
        [None, "002", "Table", 100, None],
        [],
        [None, 3.0, "Lamp", Error("#N/A"), "x"],
    ]
    merged = [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4)]
    write_xlsx(project.root / "goods.xlsx", {"List": rows, "Notes": []}, merged=merged)
    source = {"type": "excel", "path": "../*.xlsx", "sheet": "list", "header_row": 3, "fill_down": ["family"]}
    project.write("goods.yaml", {**JOB, "source": source})
    first = project.run("run", "--json", *workers)
    assert (first.code, first.counts("goods")) == (3, {"read": 3, "created": 2, "rejected": 1})
    (reject,) = project.rejects("goods")
    assert (reject["_line"], reject["_code"], reject["_field"]) == ("goods.xlsx#List:7", "error_cell", "list_price")
    assert reject["_reason"] == "'#N/A' is an error of the sheet, in its cell List!D7"
    second = project.run("run", "--json", *workers)
    assert (second.counts("goods"), second.writes()) == ({"read": 3, "unchanged": 2, "rejected": 1}, {})
    assert project.run("retry", "--json").counts("goods") == {"read": 1, "rejected": 1}
    mend(project, "Price", "7.25")
    run = max((project.root / ".odoo_etl/runs").iterdir()).name
    assert project.run("retry", run, "--json").counts("goods") == {"read": 1, "created": 1}
    assert found(odoo, prefix) == [
        (f"{prefix}-002", "Table", "100.0", "False"),
        (f"{prefix}-1", "Chair", "19.9", "2024-02-29"),
        (f"{prefix}-3", "Lamp", "7.25", "x"),
    ]


def test_workbooks_that_were_read(sandbox_project: Project, prefix: str) -> None:
    """With only_new, one with a rejected row is read again, the others are not."""
    project = sandbox_project
    for name, price in (("a", 1), ("b", Error("#REF!"))):
        rows = [["family", "sku", "Name", "Price", "Since"], [prefix, name, name, price, None]]
        write_xlsx(project.root / f"{name}.xlsx", {"S": rows})
    project.write("goods.yaml", {**JOB, "source": {"type": "excel", "path": "../*.xlsx", "only_new": True}})
    assert project.run("run", "--json").counts("goods") == {"read": 2, "created": 1, "rejected": 1}
    assert project.run("run", "--json").counts("goods") == {"read": 1, "rejected": 1}


def test_columns_of_one_name(sandbox_project: Project) -> None:
    """Are an error of the job that uses one of them, before anything is written."""
    (sandbox_project.root / "goods.csv").write_text("family;sku;Name;Price;Since;Name\n1;2;3;4;5;6\n")
    sandbox_project.write("goods.yaml", {**JOB, "source": {"type": "csv", "path": "../goods.csv"}})
    done = sandbox_project.run("run", "--json")
    assert done.code != 0
    assert "has more than one column 'Name' (columns 3 and 6, for name): give each a name of its own" in done.err
