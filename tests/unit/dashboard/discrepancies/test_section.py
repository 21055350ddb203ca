"""Values that Odoo keeps otherwise, in the page."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from odoo_etl.dashboard.discrepancies.section import PAGE
from odoo_etl.reporting.run_folder import RunFolder
from odoo_etl.results import Counts, Discrepancies, Discrepancy, JobResult, Rewritten, RunResult
from odoo_etl.runs import Workspace, kept_otherwise, run
from tests.dashboard import project_with_page, site_of, window

JOB = {
    "version": 1,
    "job": "tags",
    "source": {"type": "csv", "path": "../tags.csv"},
    "target": {"model": "res.partner.category", "key": "name"},
    "fields": {"name": "name"},
}
FOUND = Discrepancies(
    {"website": Rewritten(312, Discrepancy("C-1", 41, "website", "shop.example", "http://shop.example"))},
    1200,
    tuple(Discrepancy(f"C-{n}", n, "street", f"Side <i>{n}</i>", None) for n in range(PAGE + 3)),
)


def text_of(answer):
    """The words of a page, as a person reads them."""
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose job has run."""
    made = project_with_page(tmp_path, {"tags": JOB})
    (made / "tags.csv").write_text("name\nGold\n")
    return made


def ran(root: Path, found: Discrepancies) -> str:
    """A run of its job after which Odoo keeps that; its id."""
    done = run(Workspace(root))
    jobs = (JobResult("tags", "res.partner.category", counts=Counts(1, created=1), discrepancies=found),)
    RunFolder(root / ".odoo_etl", done.run_id).write_results(RunResult(done.run_id, "run", done.started_at, jobs=jobs))
    return done.run_id


def test_sent_stands_beside_kept(root):
    """With how many there are, which are listed, why that may be, and what can be done."""
    run_id = ran(root, FOUND)
    seen = window(site_of(root), "viewer")
    page = seen.get(f"/runs/{run_id}/kept")
    text = text_of(page)
    assert f"1,200 values, of which the first {PAGE + 3} are listed" in text
    assert "C-0 id 0, tags street Side <i>0</i> (empty)" in text
    assert "An automation of Odoo changes it." in text
    assert "website tags, id 41 312 shop.example http:// shop.example" in text
    assert "<i>0" not in page.text
    assert f"C-{PAGE} " not in text
    assert f"C-{PAGE} id" in text_of(seen.get(f"/runs/{run_id}/kept?page=2"))
    assert f"C-{PAGE} id" in text_of(seen.get(f"/runs/{run_id}/kept?page=99"))


def test_the_last_runs_of_a_job(root):
    """Each value with its run; runs without any are left out."""
    first, _, third = ran(root, FOUND), ran(root, Discrepancies()), ran(root, FOUND)
    text = text_of(window(site_of(root), "viewer").get("/jobs/tags/kept"))
    assert "2,400 values" in text
    assert text.index(third) < text.index(first)
    assert [one.run_id for one in kept_otherwise(root, job="tags")] == [third, first]


def test_where_all_is_kept(root):
    """It says so; a job that never ran has none, and one that is none has no page."""
    seen = window(site_of(root), "viewer")
    assert "Odoo kept every value that was looked at." in text_of(seen.get("/jobs/tags/kept"))
    run_id = ran(root, Discrepancies())
    assert "No field is kept in another form" in text_of(seen.get(f"/runs/{run_id}/kept"))
    assert seen.get("/jobs/none/kept").status_code == 404
    assert seen.get("/runs/20990101T000000-00000abcd/kept").status_code == 400
