"""The samples of docs/scaling: they parse, have every part once, and call the program as it can be called."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest
import typer.main
import yaml

from odoo_etl.cli.main import app
from odoo_etl.spec import ProjectSpec
from odoo_etl.sync.staging.partition import Part

DOCS = Path(__file__).parents[2] / "docs"
SAMPLES = DOCS / "scaling"
SCHEDULERS = ["airflow_dag.py", "prefect_flow.py"]
DONE, REJECTS = 0, 3
CALLS = ("odoo-etl ", " OWNER/odoo_etl")
NOT_AGAIN = {2, 4}  # as docs/scaling.md says
SECRETS = {"ODOO_URL", "ODOO_DB", "ODOO_USER", "ODOO_API_KEY", "STATE_URL"}


def parsed(line):
    """The options of a command line, once the program takes it. Raises click's UsageError."""
    program, *arguments = shlex.split(line)
    assert program == "odoo-etl"
    group = typer.main.get_command(app)
    with group.make_context(program, arguments) as context:
        _, command, rest = group.resolve_command(context, arguments)
        return command.make_context(command.name, rest, parent=context).params


def parts_of(lines):
    """The parts that command lines do."""
    return [Part.parse(parsed(line)["partition"]) for line in lines]


def all_of(count):
    """Every part of so many, in order."""
    return [Part(number, count) for number in range(1, count + 1)]


def manifest(name):
    """A YAML file as it stands there: `on` stays text."""
    return yaml.load((SAMPLES / name).read_text("utf-8"), yaml.BaseLoader)


def pod(spec):
    """The one container of a Job's pods, once the pods are what a Job takes."""
    assert spec["template"]["spec"]["restartPolicy"] == "Never"  # which a podFailurePolicy needs
    (container,) = spec["template"]["spec"]["containers"]
    volumes = {volume["name"] for volume in spec["template"]["spec"]["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes
    assert container["envFrom"] == [{"secretRef": {"name": "odoo-etl"}}]
    assert container["image"]
    return container


def codes(spec, action):
    """The exit codes for which a Job does something else than try again."""
    for rule in spec["podFailurePolicy"]["rules"]:
        if rule["action"] == action:
            assert rule["onExitCodes"]["containerName"] == pod(spec)["name"]
            assert rule["onExitCodes"]["operator"] == "In"
            return {int(code) for code in rule["onExitCodes"]["values"]}
    return set()


def test_kubernetes_indexed_job():
    """One pod a part, all at once, the index from 0 made a part from 1."""
    job = manifest("kubernetes-indexed-job.yaml")
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
    spec = job["spec"]
    completions = int(spec["completions"])
    assert (spec["completionMode"], int(spec["parallelism"])) == ("Indexed", completions)
    assert "backoffLimitPerIndex" in spec
    assert codes(spec, "FailIndex") == {REJECTS, *NOT_AGAIN}
    container = pod(spec)
    assert container["command"] == ["sh", "-c"]
    (script,) = container["args"]
    index = "$((JOB_COMPLETION_INDEX + 1))"
    assert script.count(index) == 1
    lines = [script.removeprefix("exec ").replace(index, str(number + 1)) for number in range(completions)]
    assert parts_of(lines) == all_of(completions)


def test_github_actions():
    """One runner a part; all of them run, whichever fails."""
    workflow = manifest("github-actions.yaml")
    assert workflow["on"].keys() == {"schedule", "workflow_dispatch"}
    (job,) = workflow["jobs"].values()
    assert job["strategy"]["fail-fast"] == "false"
    assert "max-parallel" not in job["strategy"]
    numbers = job["strategy"]["matrix"]["part"]
    (step,) = [step for step in job["steps"] if "odoo-etl run" in step.get("run", "")]
    assert step["env"].keys() == SECRETS
    assert {name for name, value in step["env"].items() if "secrets." in value} == {"ODOO_API_KEY", "STATE_URL"}
    (line,) = re.findall(r"odoo-etl .*?(?= \|\|)", step["run"])
    known = {"${{ strategy.job-total }}": str(len(numbers))}
    lines = [_filled(line, {**known, "${{ matrix.part }}": number}) for number in numbers]
    assert parts_of(lines) == all_of(len(numbers))
    assert '"$code" -eq 3' in step["run"]


@pytest.mark.parametrize("page", ["install.md", "how-to/ci.md"])
def test_each_step_that_calls_us_has_its_variables(page):
    """What one step is given, the next one does not have; `validate` wants them as well."""
    (block,) = re.findall(
        r"```yaml\n((?:(?!```).)*secrets\.ODOO_API_KEY.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL
    )
    found = yaml.safe_load(block)
    job = found.get("jobs", {}).get("run", found)
    calls = [step for step in job["steps"] if f"{step.get('run', '')} {step.get('uses', '')}".startswith(CALLS)]
    assert len(calls) > 1
    assert all("ODOO_API_KEY" in {**job.get("env", {}), **step.get("env", {})} for step in calls)


def _filled(line, values):
    for name, value in values.items():
        line = line.replace(name, value)
    return line


class Script:
    """What a Python sample says, without what it imports."""

    def __init__(self, name):
        self.tree = ast.parse((SAMPLES / name).read_text("utf-8"), name)
        compile(self.tree, name, "exec")
        assigned = [node for node in self.tree.body if isinstance(node, ast.Assign)]
        self.constants = {node.targets[0].id: ast.literal_eval(node.value) for node in assigned}

    def command_line(self, **names):
        """The one list that begins with our program, with values for its names."""
        lists = [node for node in ast.walk(self.tree) if isinstance(node, ast.List) and node.elts]
        (ours,) = [one for one in lists if isinstance(one.elts[0], ast.Constant) and one.elts[0].value == "odoo-etl"]
        found = eval(compile(ast.Expression(ours), "sample", "eval"), {**self.constants, **names})
        return shlex.join(found)

    def calls(self, name):
        """The keywords of all calls of a function or method."""
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        called = [node for node in nodes if ast.unparse(node.func).split(".")[-1] == name]
        return [{keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords} for node in called]


@pytest.mark.parametrize("name", SCHEDULERS)
def test_python_schedulers(name):
    """Every part once; attempts again for what may pass, not for rejected rows nor for what would end the same way."""
    script = Script(name)
    parts = script.constants["PARTS"]
    assert parts_of(script.command_line(number=number) for number in range(1, parts + 1)) == all_of(parts)
    assert "range(1, PARTS + 1)" in ast.unparse(script.tree)
    assert (script.constants["REJECTS"], script.constants["NOT_AGAIN"]) == (REJECTS, NOT_AGAIN)
    assert set(script.constants["SETTINGS"]) == SECRETS
    assert [call["retries"] for call in script.calls("task")] == ["3"]


def test_airflow_starts_all_parts_at_once():
    """And never two runs."""
    script = Script("airflow_dag.py")
    assert [call["max_active_tis_per_dagrun"] for call in script.calls("task")] == ["PARTS"]
    assert [call["max_active_runs"] for call in script.calls("dag")] == ["1"]


def test_prefect_starts_all_parts_at_once():
    """And never two runs."""
    script = Script("prefect_flow.py")
    assert [call["max_workers"] for call in script.calls("ThreadPoolTaskRunner")] == ["PARTS"]
    assert [call["limit"] for call in script.calls("serve")] == ["1"]


PAGE = (DOCS / "scaling.md").read_text("utf-8")


@pytest.mark.parametrize("line", sorted(set(re.findall(r"`(odoo-etl [^`]+)`", PAGE))))
def test_command_lines_of_the_page(line):
    """The program takes them."""
    options = parsed(line)
    assert Part.parse(options.get("partition") or "1/1")


def test_settings_of_the_page():
    """The project files that it shows are valid, and their variables are those of the samples; one is Dask's own."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    shown = [yaml.safe_load(block.replace("${ODOO_URL}", "https://odoo.example.com")) for block in blocks]
    assert set(re.findall(r"\$\{(\w+)\}", "".join(blocks))) == SECRETS
    projects = [ProjectSpec.model_validate(one) for one in shown if "distributed" not in one]
    assert [one.connections["main"].concurrency for one in projects if one.connections] == [8]
    assert [one.executor.insecure for one in projects] == [True, False]


def test_the_page_names_every_sample():
    """None is forgotten, none is gone."""
    named = set(re.findall(r"\(scaling/([\w.-]+)\)", PAGE))
    assert named == {path.name for path in SAMPLES.iterdir() if path.is_file()}
