"""What a job expects of its source and of Odoo, seen from outside."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from odoo_etl import OdooClient
from tests.e2e.project import Done, Project, partners_job

AMOUNT = "partner_latitude"  # a number that every Odoo has


def job(prefix: str, *, mode: str = "upsert", **expect: Any) -> dict[str, Any]:
    """Partners with an amount, as people in Belgium write it."""
    fields = {
        "ref": "ref",
        "name": "name",
        AMOUNT: {"column": "total", "type": "decimal", "decimal": ",", "thousands": "."},
    }
    target = {"model": "res.partner", "key": "ref", "mode": mode, "key_domain": [["ref", "=like", f"{prefix}%"]]}
    return partners_job(fields=fields, target=target, load={"chunk_size": 5}, expect=expect)


def rows(prefix: str, count: int = 12) -> list[dict[str, str]]:
    """Partners 0, 1, 2 ... with the amounts 0,25, 1,25, 2,25 ..."""
    return [{"ref": f"{prefix}-{n:02}", "name": f"P {n}", "total": f"{n},25"} for n in range(count)]


def ran(project: Project, spec: dict[str, Any], source: list[dict[str, str]], *arguments: str) -> Done:
    """Run, or whatever the arguments say."""
    project.write("partners.yaml", spec)
    project.rows(source)
    return project.run(*(arguments or ("run",)), "--json")


def outcomes(done: Done) -> dict[str, str]:
    """Place to outcome."""
    return {one["place"]: one["outcome"] for one in done.job()["expectations"]}


OF_SOURCE = [{"unique": "ref"}, {"rows": {"min": 12}}, {"sum": {"column": "total", "equals": 69}}]
CONTROL_SUM = {"sum": AMOUNT, "equals": {"sum": "total"}, "tolerance": 0.001}
COUNT = {"count": "records", "equals": {"count": "records"}}


def test_all_is_as_expected(project: Project, odoo: OdooClient, prefix: str) -> None:
    """A plan judges the source and leaves Odoo open; a run judges both, and so does one that finds nothing to do."""
    inside = {"count": "records", "domain": [["ref", "=like", f"{prefix}%"]], "equals": 12}
    same = {"model": "res.partner", "domain": [["ref", "=like", f"{prefix}%"]], "sum": AMOUNT}
    spec = job(prefix, source=OF_SOURCE, odoo=[CONTROL_SUM, COUNT, inside, {"sum": AMOUNT, "equals": same}])
    planned = ran(project, spec, rows(prefix), "plan")
    assert (planned.code, set(outcomes(planned).values())) == (0, {"met", "open"})
    first, second = ran(project, spec, rows(prefix)), project.run("run", "--json")
    assert (first.code, second.code, second.writes()) == (0, 0, {})
    assert set(outcomes(first).values()) == set(outcomes(second).values()) == {"met"}
    found = {one["place"]: one["found"] for one in first.job()["expectations"] if one["place"].startswith("odoo")}
    assert found == {"odoo[0]": "69", "odoo[1]": "12", "odoo[2]": "12", "odoo[3]": "69"}


@pytest.mark.parametrize("verb", ["run", "plan"])
def test_a_source_that_is_not_as_expected_ends_before_any_write(project: Project, prefix: str, verb: str) -> None:
    """With exit code 4, and the first rows at fault."""
    source = [*rows(prefix), {"ref": f"{prefix}-03", "name": "Twice", "total": "1"}]
    done = ran(project, job(prefix, source=OF_SOURCE), source, verb)
    assert (done.code, done.writes()) == (4, {})
    assert outcomes(done) == {"source[0]": "failed", "source[1]": "met", "source[2]": "failed"}
    assert done.job()["expectations"][0]["rows"] == [f"line 14: '{prefix}-03', as line 5"]
    assert "Nothing was written" in done.job()["error"]


def test_an_odoo_that_is_not_as_expected_ends_with_code_4(project: Project, odoo: OdooClient, prefix: str) -> None:
    """All counts are kept, the sums of both sides are told, and which record differs."""
    project.write("partners.yaml", job(prefix))
    project.rows(rows(prefix))
    assert project.run("run").code == 0
    [record] = odoo.search("res.partner", [["ref", "=", f"{prefix}-07"]])
    odoo.write("res.partner", [record], {AMOUNT: 99.5})
    spec = job(prefix, mode="create", odoo=[CONTROL_SUM, {"count": "records", "min": 13, "severity": "warn"}])
    done = ran(project, spec, rows(prefix))
    assert (done.code, done.counts()) == (4, {"read": 12, "skipped": 12})
    one = done.job()["expectations"][0]
    assert (one["found"], one["expected"], one["difference"], one["differing"]) == ("161.25", "69", "92.25", 1)
    [differing] = one["records"]
    assert (differing["key"], differing["id"], differing["line"]) == (f"{prefix}-07", record, 9)
    assert (differing["expected"], differing["found"]) == ("7.25", "99.5")
    assert any("odoo[1]" in note and "at least 13" in note for note in done.job()["notes"])
    text = project.run("run").out
    assert f"{prefix}-07 (id {record}), line 9: expected 7.25, found 99.5" in text


def test_a_warning_changes_no_exit_code(project: Project, prefix: str) -> None:
    """It is a note, before and after the writes."""
    wrong = {"unique": "name", "severity": "warn"}
    after = {"sum": AMOUNT, "equals": 1, "severity": "warn"}
    source = [{**row, "name": "Same"} for row in rows(prefix)]
    done = ran(project, job(prefix, source=[wrong], odoo=[after]), source)
    assert (done.code, outcomes(done)) == (0, {"source[0]": "failed", "odoo[0]": "failed"})
    assert [note.partition(" (")[0] for note in done.job()["notes"]] == [
        "not as expected, source[0]",
        "not as expected, odoo[0]",
    ]


def test_a_run_that_takes_some_rows_says_what_it_cannot_judge(project: Project, prefix: str) -> None:
    """What each row says by itself is judged; sums, and Odoo, are not."""
    source = [{"accepted": {"column": "name", "values": ["P 0", "P 1"]}}, *OF_SOURCE]
    done = ran(project, job(prefix, source=source, odoo=[CONTROL_SUM]), rows(prefix), "run", "--limit", "2")
    wanted = {"source[0]": "met", "source[1]": "met", "source[2]": "open", "source[3]": "open", "odoo[0]": "open"}
    assert (done.code, done.counts()["created"], outcomes(done)) == (0, 2, wanted)
    assert sum("takes only some rows" in note for note in done.job()["notes"]) == 3


def test_rejected_rows_explain_a_difference(project: Project, prefix: str) -> None:
    """Their records are missing, and the report says so."""
    spec = job(prefix, odoo=[CONTROL_SUM, COUNT])
    spec["fields"]["country_id"] = {"column": "country", "lookup": {"model": "res.country", "by": "code"}}
    source = [{**row, "country": "??" if n == 3 else "BE"} for n, row in enumerate(rows(prefix))]
    done = ran(project, spec, source)
    assert (done.code, done.counts()) == (4, {"read": 12, "created": 11, "rejected": 1})
    one = done.job()["expectations"][0]
    assert (one["difference"], [record["found"] for record in one["records"]]) == (
        "-3.25",
        ["missing in Odoo: its row was rejected"],
    )
    assert "1 row was rejected" in one["told"]


def test_a_mistake_in_an_expectation_is_found_before_any_write(project: Project, odoo: OdooClient, prefix: str) -> None:
    """A field, a model, a domain that Odoo does not have; a column that the source lacks."""
    odd = [
        {"sum": "partner_lattitude", "equals": 1},
        {"sum": "name", "equals": 1},
        {"count": "records", "model": "res.nothing", "equals": 1},
        {"count": "records", "domain": [["no_such_field", "=", 1]], "equals": 1},
    ]
    done = ran(project, job(prefix, odoo=odd), rows(prefix))
    assert done.code == 2
    said = done.result["jobs"][0]["error"]
    assert "did you mean `partner_latitude`?" in said
    assert [f"expect.odoo[{n}]" in said for n in range(4)] == [True] * 4
    online = project.run("validate", "--online")
    assert (online.code, online.out.count("expect.odoo[")) == (2, 4)
    lacking = ran(project, job(prefix, source=[{"unique": "reff"}]), rows(prefix))
    assert (lacking.code, "did you mean 'ref'?" in lacking.job()["error"]) == (1, True)
    offline = project.run("validate")
    assert (offline.code, "'reff'" in offline.out) == (2, True)
    assert odoo.search_count("res.partner", [["ref", "=like", f"{prefix}%"]]) == 0


@pytest.mark.parametrize("workers", ["--workers=2", ""])
def test_a_divided_job_is_judged_as_a_whole(project: Project, prefix: str, workers: str) -> None:
    """Its source before the first part writes, Odoo when the last one has ended."""
    divided = ("run", *([workers] if workers else []))
    spec = job(prefix, source=OF_SOURCE, odoo=[CONTROL_SUM])
    done = ran(project, spec, rows(prefix), *divided)
    assert done.code == 0
    found = [one for each in done.result["jobs"] for one in each["expectations"]]
    assert {one["outcome"] for one in found} == {"met"}
    assert {one["place"] for one in found} == {"source[0]", "source[1]", "source[2]", "odoo[0]"}
    short = ran(project, spec, rows(prefix)[1:], *divided)
    assert (short.code, short.writes()) == (4, {})
    wrong = ran(project, job(prefix, odoo=[{**CONTROL_SUM, "equals": 1}]), rows(prefix), *divided)
    assert wrong.code == 4


def test_parts_of_a_scheduler_are_judged_when_the_last_one_has_ended(project: Project, prefix: str) -> None:
    """What is said of all rows; each part judges what its own rows say by themselves."""
    source = [{"accepted": {"column": "name", "values": [f"P {n}" for n in range(12)]}}, {"rows": {"max": 3}}]
    project.write("partners.yaml", job(prefix, source=source, odoo=[CONTROL_SUM]))
    project.rows(rows(prefix))
    first = project.run("run", "--partition", "1/2", "--json")
    assert (first.code, outcomes(first)["source[0]"], outcomes(first)["source[1]"]) == (0, "met", "open")
    second = project.run("run", "--partition", "2/2", "--json")
    assert second.code == 4
    assert "Other parts of the job have written" in second.result["jobs"][-1]["error"]


def test_the_page_shows_what_happens(sandbox_project: Project, sandbox_client: OdooClient) -> None:
    """docs/expectations.md: its source, its expectations, and what a run and `reconcile` say of them."""
    page = (Path(__file__).parents[2] / "docs/expectations.md").read_text("utf-8")
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    [source] = [text for kind, text in blocks if kind == "csv"]
    after_run, after_changes = [text for kind, text in blocks if kind == "text"]
    spec = partners_job(
        job="products",
        target={"model": "product.template", "key": "default_code"},
        fields={"default_code": "code", "name": "name", "list_price": "price"},
        **yaml.safe_load(next(text for kind, text in blocks if kind == "yaml")),
    )
    sandbox_project.write("products.yaml", spec)
    (sandbox_project.root / "rows.csv").write_text(source)
    ran = sandbox_project.run("run")
    assert (ran.code, after_run in ran.out) == (0, True), ran.out
    products = sandbox_client.search("product.template", [["default_code", "in", ["C-1", "C-3"]]], order="default_code")
    sandbox_client.write("product.template", [products[0]], {"list_price": 59.9})
    sandbox_client.unlink("product.template", [products[1]])
    compared = sandbox_project.run("reconcile", "products")
    told = [re.sub(r"\(id \d+\)", "(id 7)", line) for line in compared.out.splitlines()]
    assert compared.code == 4
    assert [line for line in after_changes.splitlines() if line not in told] == [], compared.out


def test_records_are_found_by_external_id_too(project: Project, prefix: str) -> None:
    """Also those that a run adopts."""
    module = prefix.replace("-", "_").lower()
    spec = job(prefix, odoo=[CONTROL_SUM, COUNT])
    project.write("partners.yaml", spec)
    project.rows(rows(prefix, 3))
    assert project.run("run").code == 0
    spec["target"]["external_id"] = f"{module}.p_{{ref}}"
    done = ran(project, spec, rows(prefix, 6))
    assert (done.code, set(outcomes(done).values())) == (0, {"met"})
    del spec["target"]["key"], spec["target"]["key_domain"]
    compared = ran(project, spec, rows(prefix, 7), "reconcile")
    assert (compared.code, outcomes(compared)) == (4, {"odoo[0]": "failed", "odoo[1]": "failed"})
    assert [one["key"] for one in compared.job()["expectations"][1]["records"]] == [f"{module}.p_{prefix}-06"]


def test_resume_judges_again(project: Project, odoo: OdooClient, prefix: str) -> None:
    """Nothing is sent again; what was mended in Odoo is as expected now."""
    inside = [["ref", "=like", f"{prefix}%"]]
    spec = job(prefix, odoo=[{"count": "records", "domain": inside, "equals": 13}])
    failed = ran(project, spec, rows(prefix))
    assert (failed.code, failed.counts()) == (4, {"read": 12, "created": 12})
    odoo.create("res.partner", {"ref": f"{prefix}-by-hand", "name": "By hand"})
    resumed = project.run("resume", "--json")
    assert (resumed.code, resumed.writes(), outcomes(resumed)) == (0, {}, {"odoo[0]": "met"})
    assert resumed.counts() == {"read": 12, "created": 12}


def test_retry_judges_what_its_rows_say(project: Project, prefix: str) -> None:
    """By themselves; of all rows it knows nothing."""
    named = {"accepted": {"column": "name", "values": [f"P {n}" for n in range(12)]}}
    spec = job(prefix, source=[named, {"rows": {"min": 12}}], odoo=[{**COUNT, "severity": "warn"}])
    spec["fields"]["country_id"] = {"column": "country", "lookup": {"model": "res.country", "by": "code"}}
    bad = [{**row, "country": "??" if n == 3 else "BE"} for n, row in enumerate(rows(prefix))]
    assert ran(project, spec, bad).code == 3
    retried = project.run("retry", "--json")
    assert outcomes(retried) == {"source[0]": "met", "source[1]": "open", "odoo[0]": "open"}


def test_rows_that_are_not_read_again_are_not_judged(project: Project, prefix: str) -> None:
    """With `only_new` the first run sees all; a later one says what it cannot judge, and a full refresh can."""
    spec = job(prefix, source=[{"rows": {"min": 2}}], odoo=[COUNT])
    spec["source"] = {"type": "csv", "path": "../part-*.csv", "only_new": True}
    project.rows(rows(prefix, 3), "part-1.csv")
    first = ran(project, spec, rows(prefix))
    assert (first.code, set(outcomes(first).values())) == (0, {"met"})
    project.rows(rows(prefix, 4)[3:], "part-2.csv")
    later = project.run("run", "--json")
    assert (later.code, later.counts()["created"], set(outcomes(later).values())) == (0, 1, {"open"})
    assert any("--full-refresh" in note for note in later.job()["notes"])
    full = project.run("run", "--full-refresh", "--json")
    assert (full.code, set(outcomes(full).values())) == (0, {"met"})
    assert project.run("reconcile", "--json").counts() == {"read": 4, "unchanged": 4}


def test_a_mirror_is_judged_when_what_vanished_is_gone(project: Project, prefix: str) -> None:
    """Odoo's own list then has what the source has."""
    inside = [["ref", "=like", f"{prefix}%"]]
    spec = job(prefix, mode="mirror", odoo=[{"count": "records", "domain": inside, "equals": {"count": "records"}}])
    assert ran(project, spec, rows(prefix)).code == 0
    done = ran(project, spec, rows(prefix)[2:])
    assert (done.code, done.job()["vanished"]["archived"], outcomes(done)) == (0, 2, {"odoo[0]": "met"})


def test_rows_of_several_files_are_named_with_their_file(sandbox_project: Project, prefix: str) -> None:
    """As rejects are."""
    spec = job(prefix, source=[{"unique": "ref"}])
    spec["source"]["path"] = "../part-*.csv"
    sandbox_project.rows(rows(prefix, 2), "part-1.csv")
    sandbox_project.rows(rows(prefix, 3)[1:], "part-2.csv")
    done = ran(sandbox_project, spec, rows(prefix))
    assert done.job()["expectations"][0]["rows"] == [f"line 2 of part-2.csv: '{prefix}-01', as line 3 of part-1.csv"]


def test_a_run_that_is_not_as_expected_can_be_undone(project: Project, odoo: OdooClient, prefix: str) -> None:
    """It knows when it wrote: nothing looks changed since."""
    failed = ran(project, job(prefix, odoo=[{"count": "records", "equals": 1}]), rows(prefix))
    assert (failed.code, failed.counts()) == (4, {"read": 12, "created": 12})
    undone = project.run("undo", "last", "--yes", "--delete", "--json")
    assert (undone.code, undone.job()["undone"]["deleted"], undone.job()["undone"]["left"]) == (0, 12, [])
