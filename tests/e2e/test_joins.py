"""Joins of sources, by the program, on the sandbox: rejects and their retry, workers, lines, watermarks."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Done, Project

JOB: dict[str, Any] = {
    "version": 1,
    "job": "firms",
    "source": {
        "type": "csv",
        "path": "../firms.csv",
        "join": {"source": {"type": "csv", "path": "../towns.csv"}, "on": "zip", "several": "reject"},
        "where": "town != 'Nowhere'",
    },
    "target": {"model": "res.partner", "key": "ref"},
    "fields": {"ref": "firm", "name": "name", "city": "town", "color": {"column": "colour", "type": "integer"}},
}


class Firms:
    """Six firms, and the towns of their zip codes."""

    def __init__(self, project: Project, odoo: OdooClient, prefix: str) -> None:
        self.project, self.odoo, self.prefix = project, odoo, prefix
        self.firms = [{"firm": f"{prefix}-{n}", "name": f"Firm {n}", "zip": f"900{n}", "colour": "1"} for n in range(6)]
        self.towns = [{"zip": f"900{n}", "town": f"Town {n}"} for n in range(5)]
        project.write("firms.yaml", JOB)

    def run(self, *arguments: str) -> Done:
        """A run over these rows."""
        self.project.rows(self.firms, "firms.csv")
        self.project.rows(self.towns, "towns.csv")
        return self.project.run(*(arguments or ("run",)), "--json")

    def cities(self) -> dict[str, Any]:
        """City of each firm, by its number."""
        rows = self.odoo.search_read("res.partner", [["ref", "=like", f"{self.prefix}-%"]], ["ref", "city"])
        return {row["ref"].removeprefix(f"{self.prefix}-"): row["city"] for row in rows}


@pytest.fixture
def firms(project: Project, odoo: OdooClient, prefix: str) -> Firms:
    return Firms(project, odoo, prefix)


TOWNS = {str(n): f"Town {n}" for n in range(5)}


@pytest.mark.parametrize("how", [(), ("--workers", "2")])
def test_firms_with_the_town_of_their_zip(firms: Firms, how: tuple[str, ...]) -> None:
    """Those without a town keep none; what was joined is told, a second run writes nothing, a new town arrives."""
    done = firms.run("run", *how)
    assert (done.code, done.counts("firms")) == (0, {"read": 6, "created": 6}), done.err
    assert firms.cities() == {**TOWNS, "5": False}
    said = "join towns.csv: rows without a row there: 1 of 6, for example zip = '9005' (line 7)"
    assert done.job("firms")["notes"].count(said) == 1
    again = firms.run("run", *how)
    assert (again.counts("firms"), again.writes()) == ({"read": 6, "unchanged": 6}, {})
    firms.towns.append({"zip": "9005", "town": "Town 5"})
    assert firms.run("run", *how).counts("firms") == {"read": 6, "updated": 1, "unchanged": 5}
    assert firms.cities()["5"] == "Town 5"


def test_rejects_of_every_kind_and_their_retry(firms: Firms) -> None:
    """Each names its own file and line and has all columns; a retry joins what was not joined."""
    firms.firms[0]["colour"] = "red"
    firms.firms[2]["zip"] = "9001,surplus"
    firms.towns.append({"zip": "9003", "town": "Town 3, too"})
    firms.project.rows(firms.firms, "firms.csv")
    firms.project.rows(firms.towns, "towns.csv")
    for name, old, new in (("firms.csv", '"9001,surplus"', "9001,surplus"), ("towns.csv", "9004,", "9004,x,")):
        path = firms.project.root / name
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    done = firms.project.run("run", "--json")
    assert (done.code, done.counts("firms")) == (3, {"read": 7, "created": 3, "rejected": 4}), done.err
    codes = {"bad_number": 1, "ragged_line": 1, "several_joined": 1, "bad_joined": 1}
    assert done.job("firms")["reject_codes"] == codes
    file = firms.project.root / ".odoo_etl" / "runs" / done.result["run_id"] / "rejects" / "firms.csv"
    with file.open(newline="", encoding="utf-8-sig") as text:
        rows = list(csv.DictReader(text))
    assert sorted(row["_line"] for row in rows) == ["firms.csv:2", "firms.csv:4", "firms.csv:5", "towns.csv:6"]
    assert {row["_line"]: row["town"] for row in rows}["firms.csv:2"] == "Town 0"
    (several,) = (row for row in rows if row["_code"] == "several_joined")
    assert several["_reason"].startswith("towns.csv has 2 rows for zip = '9003'")
    for row in rows:
        if row["_line"] == "firms.csv:2":
            row["colour"] = "7"
        if row["_line"] == "firms.csv:4":
            row |= {"zip": "9001", "colour": "1", "_code": ""}
            row.pop(None, None)
    with file.open("w", newline="", encoding="utf-8-sig") as text:
        names = list(rows[0])
        writer = csv.DictWriter(text, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    firms.project.rows([one for one in firms.towns if one["town"] != "Town 3, too"], "towns.csv")
    again = firms.project.run("retry", "--json")
    assert (again.code, again.counts("firms")) == (3, {"read": 4, "created": 3, "rejected": 1}), again.out
    assert again.job("firms")["reject_codes"] == {"bad_joined": 1}
    assert firms.cities() == {"0": "Town 0", "1": "Town 1", "2": "Town 1", "3": "Town 3", "4": False, "5": False}


def test_rows_of_an_inner_join_are_filtered(firms: Firms) -> None:
    """As those that `where` leaves out, which sees what was joined."""
    join = {**JOB["source"]["join"], "how": "inner"}
    firms.project.write("firms.yaml", {**JOB, "source": {**JOB["source"], "join": join}})
    firms.towns[2]["town"] = "Nowhere"
    assert firms.run().counts("firms") == {"read": 6, "created": 4, "filtered": 2}
    assert firms.cities().keys() == {"0", "1", "3", "4"}


def test_a_query_joined_to_a_file_and_the_other_way_round(firms: Firms) -> None:
    """Numbers of the database match texts of the file; a watermark moves over joined rows."""
    database = firms.project.root / "towns.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE town (zip INTEGER, town TEXT)")
        connection.executemany("INSERT INTO town VALUES (?, ?)", [(9000 + n, f"Town {n}") for n in range(5)])
    connection.close()
    query = {"type": "sql", "url": "sqlite:///../towns.db", "query": "SELECT zip, town FROM town ORDER BY zip"}
    source = {**JOB["source"], "join": {"source": query, "on": "zip"}}
    firms.project.write("firms.yaml", {**JOB, "source": source})
    assert firms.run().counts("firms") == {"read": 6, "created": 6}
    assert firms.cities() == {**TOWNS, "5": False}
    source = {
        **query,
        "rename": {"postcode": "zip"},
        "incremental": {"cursor": "zip"},
        "join": {"source": {"type": "csv", "path": "../firms.csv"}, "on": {"postcode": "zip"}, "how": "inner"},
    }
    firms.project.write("firms.yaml", {**JOB, "source": source})
    assert firms.run().counts("firms") == {"read": 5, "unchanged": 5}
    assert firms.run().counts("firms") == {"read": 1, "unchanged": 1}


def test_columns_that_do_not_fit_are_problems_of_the_job(firms: Firms) -> None:
    """With their place, before anything is read or written."""
    join = {"source": {"type": "csv", "path": "../towns.csv"}, "on": {"zipp": "zip"}}
    firms.project.write("firms.yaml", {**JOB, "source": {**JOB["source"], "join": join}})
    done = firms.run("validate")
    assert done.code == 2
    assert "join: the source has no column 'zipp'" in done.out
    assert "(did you mean 'zip'?)" in done.out
    assert "source.join.on" in done.out
    join = {"source": {"type": "csv", "path": "../towms.csv"}, "on": "zip"}
    firms.project.write("firms.yaml", {**JOB, "source": {**JOB["source"], "join": join}})
    done = firms.run("validate")
    assert (done.code, "source.join.source.path" in done.out, "towms.csv" in done.out) == (2, True, True), done.out
