"""Lines from a source of their own, and undo of lines: by the program, on the sandbox and on a real Odoo."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from odoo_etl import OdooClient
from tests.e2e.project import Done, Project

JOB: dict[str, Any] = {
    "version": 1,
    "job": "firms",
    "source": {"type": "csv", "path": "../firms.csv"},
    "target": {"model": "res.partner", "key": "ref"},
    "fields": {"ref": "firm", "name": "name"},
    "lines": {
        "child_ids": {
            "source": {"type": "csv", "path": "../people.csv"},
            "match": {"employer": "firm"},
            "key": "ref",
            "rest": "remove",
            "fields": {"ref": "contact", "name": "person", "color": {"column": "colour", "type": "integer"}},
        }
    },
}
SPREAD = {**JOB, "load": {"chunk_size": 3}}


class Firms:
    """Four firms in one file and two people of each, far apart, in another."""

    def __init__(self, project: Project, odoo: OdooClient, prefix: str) -> None:
        self.project, self.odoo, self.prefix = project, odoo, prefix
        self.people = [
            {"employer": f"{prefix}-{n}", "contact": f"{prefix}-{n}{k}", "person": f"P{k}", "colour": "1"}
            for k in "ab"
            for n in range(4)
        ]
        project.write("firms.yaml", SPREAD)
        project.rows([{"firm": f"{prefix}-{n}", "name": f"Firm {n}"} for n in range(4)], "firms.csv")

    def run(self, *arguments: str) -> Done:
        """A run over these people."""
        self.project.rows(self.people, "people.csv")
        return self.project.run(*(arguments or ("run",)), "--json")

    def contacts(self, firm: int) -> list[tuple[str, str, int]]:
        """The contacts of a firm: their references, names and colours."""
        domain = [["parent_id.ref", "=", f"{self.prefix}-{firm}"]]
        rows = self.odoo.search_read("res.partner", domain, ["ref", "name", "color"])
        return sorted((row["ref"].removeprefix(self.prefix), row["name"], row["color"]) for row in rows)


@pytest.fixture
def firms(project: Project, odoo: OdooClient, prefix: str) -> Firms:
    return Firms(project, odoo, prefix)


@pytest.mark.parametrize("how", [(), ("--workers", "2")])
def test_firms_with_their_people_from_another_file(firms: Firms, how: tuple[str, ...]) -> None:
    """Created together; of a changed person that one is written; undo puts it back, and takes all of them away."""
    first = firms.run("run", *how)
    assert (first.code, first.counts("firms")) == (0, {"read": 12, "created": 12}), first.err
    assert first.job("firms")["lines"]["created"] == 8
    assert firms.contacts(1) == [("-1a", "Pa", 1), ("-1b", "Pb", 1)]
    again = firms.run("run", *how)
    assert (again.counts("firms"), again.writes()) == ({"read": 12, "unchanged": 12}, {})
    firms.people[5]["colour"] = "3"
    changed = firms.run("run", *how)
    assert changed.counts("firms") == {"read": 12, "updated": 3, "unchanged": 9}
    assert firms.contacts(1) == [("-1a", "Pa", 1), ("-1b", "Pb", 3)]
    assert firms.project.run("undo", changed.result["run_id"], "--yes").code == 0
    assert firms.contacts(1) == [("-1a", "Pa", 1), ("-1b", "Pb", 1)]
    assert firms.project.run("undo", first.result["run_id"], "--yes", "--delete").code == 0
    assert firms.odoo.search("res.partner", [["ref", "=like", f"{firms.prefix}%"]]) == []


def test_parts_by_a_scheduler_have_whole_records(firms: Firms) -> None:
    """Each process reads both files and keeps what is its own."""
    done = [firms.run("run", "--partition", f"{number}/3") for number in (1, 2, 3)]
    assert [one.code for one in done] == [0, 0, 0], done[0].err
    assert sum(one.counts("firms").get("created", 0) for one in done) == 12
    assert [len(firms.contacts(n)) for n in range(4)] == [2] * 4
    assert firms.run().counts("firms") == {"read": 12, "unchanged": 12}


def test_a_retry_brings_the_whole_record(firms: Firms) -> None:
    """Rejects name the file of each row; a person of no firm is told, and stays a reject."""
    firms.people[5]["colour"] = "red"
    firms.people.append({**firms.people[0], "employer": "nobody"})
    done = firms.run()
    assert (done.code, done.counts("firms")) == (3, {"read": 13, "created": 9, "rejected": 4})
    assert done.job("firms")["reject_codes"] == {"bad_number": 1, "line_rejected": 2, "no_header": 1}
    file = firms.project.root / ".odoo_etl" / "runs" / done.result["run_id"] / "rejects" / "firms.csv"
    with file.open(newline="", encoding="utf-8-sig") as text:
        rows = list(csv.DictReader(text))
    assert sorted(row["_line"] for row in rows) == ["firms.csv:3", "people.csv:10", "people.csv:3", "people.csv:7"]
    file.write_text(file.read_text("utf-8").replace(",red,", ",7,"), "utf-8")
    again = firms.run("retry")
    assert (again.code, again.counts("firms")) == (3, {"read": 4, "created": 3, "rejected": 1}), again.out
    assert firms.contacts(1) == [("-1a", "Pa", 1), ("-1b", "Pb", 7)]


def test_people_who_went_come_back_whole(firms: Firms) -> None:
    """With what the job does not map; what somebody changed since is told."""
    assert firms.run().code == 0
    (tag,) = firms.odoo.create("res.partner.category", [{"name": firms.prefix}])
    (person,) = firms.odoo.search("res.partner", [["ref", "=", f"{firms.prefix}-1b"]])
    firms.odoo.write("res.partner", [person], {"function": "Boss", "category_id": [[6, 0, [tag]]], "city": "Gent"})
    taken = firms.people.pop(5)
    done = firms.run()
    assert done.job("firms")["lines"]["removed"] == 1
    assert firms.contacts(1) == [("-1a", "Pa", 1)]
    assert firms.project.run("undo", done.result["run_id"], "--yes").code == 0
    domain = [["ref", "=", taken["contact"]]]
    (back,) = firms.odoo.search_read("res.partner", domain, ["function", "category_id", "city", "parent_id"])
    assert (back["function"], back["category_id"], back["city"]) == ("Boss", [tag], "Gent")
    (firm,) = firms.odoo.search("res.partner", [["ref", "=", f"{firms.prefix}-1"]])
    assert (back["parent_id"] or [0])[0] == firm
    second = firms.project.run("undo", done.result["run_id"], "--yes", "--json")
    assert (second.code, second.writes()) == (0, {}), second.out
    assert len(firms.contacts(1)) == 2


def test_a_mirror_takes_records_away_that_have_gone_with_their_lines(firms: Firms) -> None:
    """As long as no line is left that may be one of them."""
    target = {**JOB["target"], "mode": "mirror", "key_domain": [["ref", "=like", f"{firms.prefix}%"]]}
    firms.project.write("firms.yaml", {**SPREAD, "target": {**target, "vanish": {"max_shrink": "90%"}}})
    assert firms.run().code == 0
    firms.project.rows([{"firm": f"{firms.prefix}-{n}", "name": f"Firm {n}"} for n in range(3)], "firms.csv")
    of_firm = [["ref", "=", f"{firms.prefix}-3"]]
    left = firms.run()
    assert (left.code, left.job("firms")["reject_codes"]) == (3, {"no_header": 2}), left.out
    assert len(firms.odoo.search("res.partner", of_firm)) == 1
    firms.people = [one for one in firms.people if not one["employer"].endswith("-3")]
    assert firms.run().code == 0
    assert firms.odoo.search("res.partner", of_firm) == []


def test_columns_of_match_are_looked_for(firms: Firms) -> None:
    """By `validate --online`, and before any write; the field that holds the record is Odoo's."""
    firms.project.rows(firms.people, "people.csv")
    lines = {**SPREAD["lines"]["child_ids"], "match": {"emploier": "firm"}}
    firms.project.write("firms.yaml", {**SPREAD, "lines": {"child_ids": lines}})
    validated = firms.project.run("validate", "--online")
    assert "'child_ids.emploier' (for lines.child_ids.match; did you mean 'child_ids.employer'?)" in validated.out
    assert firms.run().code == 1
    parent = {"column": "employer", "lookup": {"model": "res.partner", "by": "ref"}}
    lines = {**SPREAD["lines"]["child_ids"], "fields": {"ref": "contact", "parent_id": parent}}
    firms.project.write("firms.yaml", {**SPREAD, "lines": {"child_ids": lines}})
    validated = firms.project.run("validate", "--online")
    assert (validated.code, "`parent_id` holds the record of a line" in validated.out) == (2, True)
    assert firms.run().code == 2
