"""`report.html` of real runs, in a real browser: what it says, in which light, on which paper, and for whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.project import Project, clean_environment, partners_job
from tests.page_faults import complaints_of, violations
from tests.servers import Server
from tests.zygote import Zygote


@dataclass
class Seen:
    """A page, and what the browser complained of and asked for while it was shown."""

    page: Page
    complaints: list[str]
    asked: list[str] = field(default_factory=list)

    def text(self, selector: str) -> str:
        """The text of one part, in one line."""
        return " ".join(self.page.inner_text(selector).split())


@pytest.fixture
def look(browser: Browser) -> Iterator[object]:
    """A function that opens a page in a window of its own."""
    windows: list[BrowserContext] = []

    def opened(path: Path, **options: object) -> Seen:
        windows.append(browser.new_context(**options))
        page = windows[-1].new_page()
        seen = Seen(page, complaints_of(page))
        seen.page.on("request", lambda request: seen.asked.append(request.url))
        seen.page.goto(path.as_uri())
        return seen

    yield opened
    for window in windows:
        window.close()


def newest(project: Project) -> Path:
    """The page of the newest run."""
    return max((project.root / ".odoo_etl/runs").iterdir()) / "report.html"


@dataclass(frozen=True)
class Troubled:
    """A run of four jobs: one with rejects, two that fill a field otherwise, one that fails."""

    prefix: str
    run_id: str
    page: Path


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory, sandbox_server: Server, zygote: Zygote) -> Troubled:
    """Such a run."""
    project, prefix = Project(tmp_path_factory.mktemp("troubled"), clean_environment(), zygote), "PAGE"
    project.connect(sandbox_server)
    rows = [{"ref": f"{prefix}-{n}", "name": f"<b>Partner {n}</b>", "email": "", "country": "DE"} for n in range(40)]
    rows += [{"ref": f"{prefix}-x{n}", "name": "", "email": "<i>none</i>", "country": "DE"} for n in range(3)]
    project.write("partners.yaml", partners_job())
    project.rows([*rows, {"ref": f"{prefix}-y", "name": "Y", "email": "", "country": "XX"}])
    for name, street in (("first", "Main 1"), ("second", "Side 2")):
        fields = {"ref": "ref", "street": "street"} | ({"name": "ref"} if name == "first" else {})
        job = partners_job(job=name, source={"type": "csv", "path": f"../{name}.csv"}, fields=fields)
        project.write(f"{name}.yaml", {**job, "depends_on": ["first"] if name == "second" else []})
        project.rows([{"ref": f"{prefix}-z", "street": street}], f"{name}.csv")
    project.write("orders.yaml", partners_job(job="orders", source={"type": "csv", "path": "../orders.csv"}))
    done = project.run("run", "--json")
    assert done.code == 1, done.err
    return Troubled(prefix, done.result["run_id"], newest(project))


def test_the_page_says_what_an_operator_asks(troubled: Troubled, look) -> None:
    """What went wrong, what to do, what became of how many rows, which are bad and why, what Odoo did not keep."""
    seen, run = look(troubled.page), troubled.run_id
    known = {
        "header": [
            "1 of 4 jobs did not end well",
            *("orders: ", "no such file", "database sandbox", "user admin"),
            *(f"odoo-etl retry {run}", f"odoo-etl resume {run}"),
        ],
        ".tiles": ["rows read 46 created 41 updated 1 unchanged 0 rejected 4"],
        "tbody tr:has-text('partners')": ["partners res.partner rejects 44 40 0 0 4 "],
        "section.card:has-text('Rejected rows')": [
            "3 rows: name, required",
            "no res.country has code = 'XX'",
            f"ref {troubled.prefix}-y",
        ],
        "section.card:has-text('did not keep')": ["Main 1 Side 2"],
        "section:has(#time)": ["res.partner.create"],
        "section:has(#made-of)": ["pipelines/partners.yaml", "rows.csv"],
    }
    assert [(where, what) for where, told in known.items() for what in told if what not in seen.text(where)] == []


def test_nothing_is_fetched_and_nothing_goes_wrong(troubled: Troubled, look) -> None:
    """One file, whoever opens it, wherever; what rows hold is text there."""
    seen = look(troubled.page, offline=True)
    assert (seen.complaints, seen.asked) == ([], [troubled.page.as_uri()])
    assert (seen.page.locator("main b").count(), seen.page.locator("main i").count()) == (0, 0)
    assert (
        re.findall(
            r"(?:href|src|srcset|action|data)=.(?![#\"']|data:)[^ >]*|url\(|@import|<script", seen.page.content()
        )
        == []
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(troubled: Troubled, look, scheme: str) -> None:
    """Contrast, headings, tables, landmarks, names: axe finds nothing, with all details open."""
    seen = look(troubled.page, color_scheme=scheme)
    seen.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert violations(seen.page) == []
    shown = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (shown == "rgb(247, 247, 245)") == (scheme == "light")


def test_a_phone_shows_it_without_scrolling_aside(troubled: Troubled, look) -> None:
    """Tables scroll by themselves."""
    seen = look(troubled.page, viewport={"width": 360, "height": 740})
    seen.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(seen.page) == []


def test_it_can_be_printed(troubled: Troubled, look) -> None:
    """Without what is of use on a screen only, and with what stands in closed details."""
    seen = look(troubled.page, color_scheme="dark", viewport={"width": 794, "height": 1100})
    seen.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = false)")
    seen.page.emulate_media(media="print", color_scheme="dark")
    assert not seen.page.locator("nav").is_visible()
    assert seen.page.locator("details td").first.is_visible()
    assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert seen.page.pdf().startswith(b"%PDF")


def test_each_command_leaves_a_page(sandbox_project: Project, prefix: str, look) -> None:
    """A plan, a run without trouble, a retry without rows, an undo, and one that did not begin."""
    project = sandbox_project
    project.write("partners.yaml", partners_job())
    project.rows([{"ref": f"{prefix}-1", "name": "One", "email": "", "country": "DE"}])
    told = {}
    for command in ("plan", "run", "plan --show 0", "undo last --yes", "retry", "run nothing"):
        project.run(*command.split())
        told[command] = look(newest(project)).text("header h1")
    assert told == {
        "plan": "A run would write 1 row",
        "run": "Done: every row is accounted for, and none was rejected",
        "plan --show 0": "Nothing is to be changed",
        "undo last --yes": "Done: what the run wrote is taken back",
        "retry": "There was nothing to do",
        "run nothing": "Not begun: the command, or a file of the project, is not right",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_plan_as_a_page_has_the_same_style(sandbox_project: Project, prefix: str, look, scheme: str) -> None:
    """And is as readable, also on a phone."""
    project = sandbox_project
    project.write("partners.yaml", partners_job())
    project.rows([{"ref": f"{prefix}-1", "name": "One", "email": "", "country": "DE"}])
    assert project.run("plan", "--html", "plan.html").code == 0
    seen = look(project.root / "plan.html", color_scheme=scheme, viewport={"width": 360, "height": 740})
    assert (seen.complaints, violations(seen.page)) == ([], [])
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
