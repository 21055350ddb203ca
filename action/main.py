"""The GitHub Action: odoo-etl in an environment of its own, a command, and its result for the runner.

It reads `ETL_*` (the inputs of action.yml) and what a runner sets: `RUNNER_TEMP`, `GITHUB_OUTPUT`,
`GITHUB_STEP_SUMMARY`. It needs nothing but Python. With rejected rows the step ends well, with a warning; otherwise it
ends as odoo-etl does.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REJECTS = 3
BAD_USAGE = 2
RUNS_JOBS = ("plan", "run", "apply", "resume", "retry")
COLUMNS = ("read", "created", "updated", "unchanged", "skipped", "rejected", "failed")


def main(environ: Mapping[str, str] = os.environ) -> int:
    """The exit code of the step."""
    try:
        words = command_of(environ)
    except ValueError as error:
        print(f"::error::{one_line(str(error))}")
        return BAD_USAGE
    python = install(environ)
    if python is None:
        print("::error::odoo-etl cannot be installed: see the lines above, and the inputs `version` and `extras`")
        return 1
    env = [f"--env={environ['ETL_ENV']}"] if environ["ETL_ENV"] else []
    command = [str(python), "-m", "odoo_etl", *env, *words]
    has_result = words[0] in RUNS_JOBS and not {"--json", "--help", "-h"} & set(words)
    done = subprocess.run(
        [*command, "--json"] if has_result else command,
        cwd=environ["ETL_PROJECT"],
        stdout=subprocess.PIPE if has_result else None,
        check=False,
    )
    result = _result(done.stdout) if has_result else {}
    tell(environ, shlex.join(["odoo-etl", *env, *words]), done.returncode, result)
    return 0 if done.returncode == REJECTS else done.returncode


def command_of(environ: Mapping[str, str]) -> list[str]:
    """The verb and its arguments. Raises ValueError: the inputs `command` or `project` are not as they must be."""
    try:
        words = shlex.split(environ["ETL_COMMAND"])
    except ValueError as error:
        raise ValueError(f"the input `command` cannot be split into words: {error}") from error
    if not words or words[0].startswith("-"):
        raise ValueError(f"the input `command` begins with a verb, such as run, not {environ['ETL_COMMAND']!r}")
    if not Path(environ["ETL_PROJECT"]).is_dir():
        raise ValueError(f"the input `project` names no folder of the checkout: {environ['ETL_PROJECT']!r}")
    return words


def install(environ: Mapping[str, str]) -> Path | None:
    """The Python of an environment that has odoo-etl; made once for each version. None: it cannot be installed."""
    wanted = requirement(environ["ETL_VERSION"].strip(), environ["ETL_EXTRAS"].replace(" ", ""))
    folder = Path(environ["RUNNER_TEMP"]) / folder_of(wanted)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if (folder / "installed").exists():
        return python
    venv.create(folder, with_pip=True, clear=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted]
    if subprocess.run(pip, check=False).returncode:
        return None
    (folder / "installed").touch()
    return python


def requirement(version: str, extras: str) -> str:
    """The requirement that pip is given."""
    named = f"odoo-etl[{extras}]" if extras else "odoo-etl"
    if version and Path(version).exists():
        return f"{named} @ {Path(version).resolve().as_uri()}"
    return named + (f"=={version}" if version[:1].isdigit() else version)


def folder_of(wanted: str) -> str:
    """The name of the folder of a requirement's environment."""
    return f"odoo-etl-{hashlib.sha256(f'{wanted} {sys.version}'.encode()).hexdigest()[:12]}"


def _result(printed: bytes) -> dict[str, Any]:
    """The result of a run; empty where it was refused before it began."""
    return dict(json.loads(printed)) if printed.strip() else {}


def tell(environ: Mapping[str, str], command: str, code: int, result: Mapping[str, Any]) -> None:
    """Outputs, the summary, and a warning where rows were rejected."""
    run_id = str(result.get("run_id", ""))
    report = Path(environ["ETL_PROJECT"]).resolve() / ".odoo_etl/runs" / run_id / "report.html"
    shown = str(report) if run_id and report.is_file() else ""
    with Path(environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8", newline="\n") as outputs:
        outputs.write(f"run-id={run_id}\nexit-code={code}\nreport={shown}\n")
    with Path(environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8", newline="\n") as summary:
        summary.write("\n".join(lines(command, code, result)) + "\n\n")
    jobs = result.get("jobs", ())
    if code == REJECTS:
        rejected = sum(job["counts"]["rejected"] for job in jobs)
        names = ", ".join(job["job"] for job in jobs if job["counts"]["rejected"])
        what = f"{rejected:,} rows were rejected ({names})" if rejected else "Odoo did not keep some values"
        print(f"::warning title=odoo-etl::{one_line(what)}: see the summary")
    elif code:
        print(f"::error title=odoo-etl::{one_line(command)} ended with exit code {code}")


def lines(command: str, code: int, result: Mapping[str, Any]) -> list[str]:
    """The summary in Markdown: a line a job, then why rows were rejected."""
    said = [f"### `{command.replace('`', '')}`", "", f"Exit code {code}{_run(result)}", ""]
    jobs = result.get("jobs", ())
    if jobs:
        said += ["| job | model | status | " + " | ".join(COLUMNS) + " |", "|---|---|---|" + "---:|" * len(COLUMNS)]
    for job in jobs:
        counts = " | ".join(f"{job['counts'][name]:,}" for name in COLUMNS)
        said.append(f"| {cell(job['job'])} | {cell(job['model'])} | {cell(job['status'])} | {counts} |")
    groups = [(job["job"], group) for job in jobs for group in job["reject_groups"]]
    if groups:
        said += ["", "| rejected in | field | code | rows | for example |", "|---|---|---|---:|---|"]
    for name, group in groups:
        about = [cell(str(group[key])) for key in ("field", "code")]
        said.append(f"| {cell(name)} | {' | '.join(about)} | {group['rows']:,} | {cell(str(group['reason']))} |")
    said += [f"- {cell(job['job'])}: {cell(job['error'])}" for job in jobs if job["error"]]
    return [*said, *([cell(str(result["error"]))] if result.get("error") else [])]


def _run(result: Mapping[str, Any]) -> str:
    return f", run {result['run_id']}" if result.get("run_id") else ""


def cell(text: str) -> str:
    """Somebody else's text, in a cell of Markdown: no markup of its own."""
    plain = one_line(text).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{char}" if char in "\\`*_[]|~#!" else char for char in plain)


def one_line(text: str) -> str:
    """Text without anything that ends a line or a command of the runner."""
    return "".join(char if char.isprintable() else " " for char in text).replace("::", ": :")


if __name__ == "__main__":
    sys.exit(main())
