"""`odoo-etl validate` through the command line."""

import json

import pytest

from tests.e2e.project import Project, clean_environment

JOB = (
    "version: 1\njob: {name}\nsource: {{type: csv, path: x}}\ntarget: {{model: {model}, key: ref}}\nfields: {fields}\n"
)


@pytest.fixture
def project(tmp_path):
    """Two valid jobs on the embedded sandbox."""
    folder = tmp_path / "pipelines"
    folder.mkdir()
    (folder / "project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    (folder / "x").write_text("r,n\n")
    for name in ("one", "two"):
        (folder / f"{name}.yaml").write_text(JOB.format(name=name, model="res.partner", fields="{ref: r, name: n}"))
    return tmp_path


@pytest.fixture
def validate(zygote):
    """A function that runs the verb in a folder."""
    return lambda folder, *arguments: Project(folder, clean_environment(), zygote).run("validate", *arguments)


@pytest.mark.parametrize(
    ("args", "line"), [([], "2 jobs are valid"), (["one"], "1 job is valid"), (["t*", "one"], "2 jobs are")]
)
def test_valid_jobs_are_counted(validate, project, args, line):
    """Exit code 0 and one line."""
    done = validate(project, *args)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(line)


def test_problems_are_lines_with_places(validate, project):
    """One problem a line, of every file, also of jobs that were not selected; exit code 2."""
    for name in ("bad", "worse"):
        (project / "pipelines" / f"{name}.yaml").write_text(
            JOB.format(name=name, model="M", fields="{ref: {colum: r}}")
        )
    done = validate(project, "one")
    lines = done.out.splitlines()
    assert done.code == 2
    assert [line.split(": ")[0] for line in lines] == [
        f"pipelines/{name}.yaml:{place}" for name in ("bad", "worse") for place in ("4:17", "5:10", "5:16")
    ]
    assert lines[2].endswith("fields.ref.colum: unknown key (did you mean `column`?)")


def test_json_is_one_document(validate, project):
    """What CI reads: valid or not, the jobs, the problems with their places."""
    found = json.loads(validate(project, "--json").out)
    assert found == {"valid": True, "jobs": ["one", "two"], "notes": [], "problems": [], "warnings": []}
    (project / "pipelines" / "bad.yaml").write_text("a: [\n")
    done = validate(project, "--json")
    found = json.loads(done.out)
    assert (done.code, found["valid"], found["problems"][0]["line"]) == (2, False, 2)


def test_an_unknown_selector_is_a_problem(validate, project):
    """The nearest name is offered."""
    done = validate(project, "tow")
    assert (done.code, done.out) == (2, "the selector `tow` picks no job (did you mean `two`?)\n")


def test_without_a_project(validate, tmp_path):
    """Bad usage, and what to do."""
    done = validate(tmp_path, "--project", str(tmp_path))
    assert (done.code, done.out) == (2, "")
    assert "--project DIR" in done.err


def test_online_asks_the_server(validate, project):
    """Fields that the model lacks are found with their place, and nothing is written."""
    good = validate(project, "--online")
    assert (good.code, good.out) == (0, "2 jobs are valid, here and on the server\n")
    (project / "pipelines" / "bad.yaml").write_text(
        JOB.format(name="bad", model="res.partner", fields="{ref: r, nam: n}")
    )
    (project / "pipelines" / "no.yaml").write_text(JOB.format(name="no", model="res.partne", fields="{ref: r}"))
    done = validate(project, "--online", "bad", "no")
    assert done.code == 2
    assert "pipelines/bad.yaml:5:18: fields.nam: res.partner has no field `nam` (did you mean `name`?)" in done.out
    assert "pipelines/no.yaml:4:10: target.model: the server has no model res.partne" in done.out


def test_online_without_a_server_cannot_start(validate, project):
    """A connection that cannot be made is no spec problem."""
    (project / "pipelines" / "project.yaml").write_text(
        "connections: {main: {url: 'http://127.0.0.1:9', api_key: k}}\n"
    )
    done = validate(project, "--online")
    assert done.code == 5
    assert "127.0.0.1" in done.err


def test_online_looks_at_the_steps(validate, project):
    """Whether Odoo takes their domains and values; exit code 2, with their places."""
    job = JOB.format(name="bad", model="res.partner", fields="{ref: r, name: n}")
    job += "after:\n- {call: action_archive, where: [[colour, '=', 1]]}\n- {write: {color: red}}\n"
    (project / "pipelines/bad.yaml").write_text(job)
    assert validate(project, "bad").code == 0
    done = validate(project, "bad", "--online")
    assert done.code == 2
    assert "bad.yaml:7:26: after[0].where: Odoo does not take this domain" in done.out
    assert "bad.yaml:8:12: after[1].write.color: the value does not fit `color`" in done.out
