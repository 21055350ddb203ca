"""The GitHub Action (action.yml), as a runner would carry it out."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.e2e.project import clean_environment

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step.get("id"): step for step in ACTION["runs"]["steps"]}
PROJECT = "connections: {main: {url: sandbox}}\nenvironments: {dev: {}, production: {production: true}}\n"
JOB = """
version: 1
job: partners
source: {type: csv, path: ../partners.csv}
target: {model: res.partner, key: ref}
fields: {ref: no, name: {column: name, required: true}}
"""


@dataclass
class Runner:
    """What a runner sets, and what a step left.

    Attributes:
        work: the checkout of somebody's repository, with a project.
        temp: of the runner.
    """

    work: Path
    temp: Path

    def step(self, **inputs: str) -> tuple[int, Mapping[str, str], str, str]:
        """Exit code, outputs, summary and log of the step that runs odoo-etl."""
        given = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()} | inputs
        step = STEPS["run"]
        expressions = {f"${{{{ inputs.{name} }}}}": value for name, value in given.items()}
        expressions["${{ steps.python.outputs.python-path }}"] = sys.executable
        outputs, summary = self.temp / "outputs", self.temp / "summary.md"
        outputs.write_bytes(b"")
        summary.write_bytes(b"")
        environment = clean_environment() | {name: expressions[value] for name, value in step["env"].items()}
        environment |= {"GITHUB_ACTION_PATH": str(ROOT), "RUNNER_TEMP": str(self.temp), "PIP_NO_INDEX": "1"}
        environment |= {"GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(summary)}
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(shell, cwd=self.work, env=environment, capture_output=True, text=True, check=False)
        told = dict(line.split("=", 1) for line in outputs.read_text("utf-8").splitlines())
        return done.returncode, told, summary.read_text("utf-8"), done.stdout + done.stderr


@pytest.fixture(scope="module")
def action() -> ModuleType:
    """The module that the step runs."""
    spec = importlib.util.spec_from_file_location("action_main", ROOT / "action/main.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def runner(tmp_path: Path, action: ModuleType) -> Runner:
    """A runner that has installed odoo-etl for an earlier step: the environment of these tests."""
    (tmp_path / "work/pipelines").mkdir(parents=True)
    (tmp_path / "work/pipelines/project.yaml").write_text(PROJECT, "utf-8")
    (tmp_path / "work/pipelines/partners.yaml").write_text(JOB, "utf-8")
    (tmp_path / "work/partners.csv").write_text("no,name\nA-1,Anna\nA-2,\n", "utf-8")
    temp = tmp_path / "temp"
    there = temp / action.folder_of(action.requirement(">=1,<2", ""))
    there.mkdir(parents=True)
    for name in ("bin", "lib", "pyvenv.cfg"):
        (there / name).symlink_to(Path(sys.prefix) / name)
    (there / "installed").touch()
    return Runner(tmp_path / "work", temp)


def test_rejected_rows_are_a_warning(runner: Runner) -> None:
    """The step succeeds; its outputs, its summary and an annotation say what became of the rows."""
    code, outputs, summary, log = runner.step(command="run partners", env="dev")
    assert code == 0, log
    assert outputs.keys() == ACTION["outputs"].keys()
    assert outputs["exit-code"] == "3"
    assert re.fullmatch(r"\d{8}T\d{6}-[0-9a-f]+", outputs["run-id"])
    assert Path(outputs["report"]).is_file()
    assert outputs["run-id"] in outputs["report"]
    assert "### `odoo-etl --env=dev run partners`" in summary
    assert "| partners | res.partner | done | 2 | 1 | 0 | 0 | 0 | 1 | 0 |" in summary
    assert "| partners | name | required | 1 | name needs a value and the cell is empty |" in summary
    assert "::warning title=odoo-etl::1 rows were rejected (partners): see the summary" in log


def test_other_commands_have_no_run(runner: Runner) -> None:
    """Their output is the log's."""
    code, outputs, summary, log = runner.step(command="validate")
    assert (code, outputs) == (0, {"run-id": "", "exit-code": "0", "report": ""})
    assert "1 job is valid" in log
    assert "Exit code 0" in summary


def test_what_fails_fails_the_step(runner: Runner) -> None:
    """With the exit code of odoo-etl, and an annotation."""
    (runner.work / "pipelines/partners.yaml").write_text("version: 1\n", "utf-8")
    code, outputs, _, log = runner.step(command="run")
    assert (code, outputs["exit-code"]) == (2, "2")
    assert "::error title=odoo-etl::odoo-etl run ended with exit code 2" in log


def test_a_command_is_no_script(runner: Runner) -> None:
    """Its words reach odoo-etl as they are, through no shell."""
    code, _, _, log = runner.step(command="run; touch /tmp/nobody")
    assert code == 2
    assert "run; touch" in log or "No such command" in log
    code, _, _, log = runner.step(command="--help")
    assert code == 2
    assert "::error::the input `command` begins with a verb" in log


def test_inputs_that_cannot_be_are_told(runner: Runner) -> None:
    """By their name, before anything is installed; help is no result."""
    for inputs, said in (
        ({"command": "run 'x"}, "the input `command` cannot be split into words: No closing quotation"),
        ({"command": "run", "project": "nowhere"}, "the input `project` names no folder of the checkout: 'nowhere'"),
    ):
        code, _, _, log = runner.step(**inputs)
        assert (code, log.strip()) == (2, f"::error::{said}")
    code, _, _, log = runner.step(command="run --help")
    assert (code, "Usage:" in log, "Traceback" in log) == (0, True, False), log


def test_what_cannot_be_installed_is_told(runner: Runner) -> None:
    """Nothing is run then."""
    code, outputs, _, log = runner.step(version="0.0.1")
    assert (code, outputs) == (1, {})
    assert "::error::odoo-etl cannot be installed" in log


def test_which_version_is_meant(action: ModuleType, tmp_path: Path) -> None:
    """A version, a range, a file; with extras."""
    assert action.requirement("1.2.3", "") == "odoo-etl==1.2.3"
    assert action.requirement(">=1,<2", "postgres,s3") == "odoo-etl[postgres,s3]>=1,<2"
    assert action.requirement("", "") == "odoo-etl"
    assert action.requirement(str(tmp_path), "all") == f"odoo-etl[all] @ {tmp_path.as_uri()}"


def test_cells_of_others_are_no_markup(action: ModuleType) -> None:
    """Neither of Markdown nor of the runner."""
    assert action.cell("a|b<script>\n::error::x") == "a\\|b&lt;script> : :error: :x"


def test_every_input_is_used() -> None:
    """None is there for nothing."""
    used = set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", (ROOT / "action.yml").read_text("utf-8")))
    assert used == ACTION["inputs"].keys()
