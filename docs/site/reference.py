"""The pages that come from the code, by their path in the site."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from docs.site.commands import commands_page
from docs.site.keys import keys_page
from docs.site.renames import renames_page
from odoo_etl.cli.main import app
from odoo_etl.reporting.schemas import events_schema, results_schema
from odoo_etl.spec.json_schema import json_schema

RESULTS = (
    "`odoo-etl schema results` and `odoo-etl schema events` print the schemas. Later versions may add keys; readers"
    " pass over what they do not know. [The morning after](../reports.md) has examples."
)
ROOT = Path(__file__).parents[2]
STRICT = (
    "Unknown keys are errors. `${NAME}`, `${NAME:-default}` and `${file:path}` may stand in place of any value:"
    " they are read from the environment, or from a file."
)


def decisions_page() -> str:
    """All decisions, by their titles."""
    pages = sorted((ROOT / "docs/decisions").glob("0*.md"))
    titles = [(page.name, page.read_text("utf-8").partition("\n")[0].removeprefix("# ")) for page in pages]
    entries = "".join(f"- [{title}]({name})\n" for name, title in titles)
    return f"# Decisions\n\nWhy things are as they are.\n\n{entries}"


PAGES: dict[str, Callable[[], str]] = {
    "reference/commands.md": lambda: commands_page(app),
    "reference/job-keys.md": lambda: keys_page(
        json_schema("job"), "Keys of a job", f"[A job and its project](../job.md) explains them. {STRICT}"
    ),
    "reference/project-keys.md": lambda: keys_page(
        json_schema("project"), "Keys of project.yaml", f"[A job and its project](../job.md) explains them. {STRICT}"
    ),
    "reference/tests-keys.md": lambda: keys_page(
        json_schema("tests"), "Keys of tests", f"[Tests of jobs](../testing-jobs.md) explains them. {STRICT}"
    ),
    "reference/results-keys.md": lambda: keys_page(
        results_schema(), "Keys of run_results.json", f"Each run leaves it in its folder. {RESULTS}"
    ),
    "reference/events-keys.md": lambda: keys_page(
        events_schema(), "Keys of events.jsonl", f"Each run writes it as it goes on, an object a line. {RESULTS}"
    ),
    "reference/renames.md": renames_page,
    "decisions/index.md": decisions_page,
}


def first_page() -> str:
    """The README, whose links lead on from the folder of the documentation."""
    text = (ROOT / "README.md").read_text("utf-8")
    text = re.sub(r"\]\((?![a-z]+:|#|docs/)", "](../", text)
    return text.replace("](docs/", "](").replace("](decisions)", "](decisions/index.md)")
