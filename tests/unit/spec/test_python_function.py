"""Functions of a project: found in its folder, and told apart from what is none."""

from __future__ import annotations

import pickle
import sys

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import PythonError, PythonSpec, load_project
from tests.unit.spec.conftest import job_text

_COUNT = iter(range(1_000_000))


@pytest.fixture
def package(tmp_path):
    """Writes a package of its own name into the project's folder; gives that name."""
    name = f"pkg_{tmp_path.name.replace('-', '_')}_{next(_COUNT)}"

    def make(source, module="mod"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
        (folder / f"{module}.py").write_text(source, "utf-8")
        return name

    yield make
    for known in [one for one in sys.modules if one.split(".")[0] == name]:
        del sys.modules[known]
    sys.path[:] = [one for one in sys.path if one != str(tmp_path)]


def loaded(make_project, python):
    """The field of a job with this Python."""
    project = load_project(make_project(partners=job_text(fields=f"{{ref: no, name: {{python: {python}}}}}")), {})
    return project.jobs["partners"].spec.fields["name"].python


def test_a_function_of_the_projects_folder(make_project, package):
    """In its short form, and with a folder relative to the job's file; a copy in another process finds it, too."""
    name = package("def give(row):\n    return 1\n")
    for python in (f"'{name}.mod:give'", f"{{function: '{name}.mod:give', per: frame, folder: ..}}"):
        assert loaded(make_project, python).imported()({}) == 1
    found = pickle.loads(pickle.dumps(loaded(make_project, f"'{name}.mod:give'")))
    assert found.imported()({}) == 1


@pytest.mark.parametrize(
    ("source", "function", "words"),
    [
        ("def give(row): ...", "mod:giv", r"has no `giv`; did you mean `give`\?"),
        ("give = 1", "mod:give", "is no function"),
        (
            "import nothing_that_is_there",
            "mod:give",
            "cannot be imported: ModuleNotFoundError: No module named 'nothing_",
        ),
        ("def give(row)\n", "mod:give", r"cannot be imported: SyntaxError: .*mod.py, line 1"),
        ("1 / 0", "mod:give", r"cannot be imported: ZeroDivisionError: division by zero \(.*mod.py:1\)"),
        ("", "other:give", "cannot be imported: ModuleNotFoundError"),
    ],
)
def test_what_cannot_be_imported_is_a_problem_of_the_job(make_project, package, source, function, words):
    """With its place in the file, and where it was looked for."""
    name = package(source)
    with pytest.raises(SpecError, match=words) as caught:
        loaded(make_project, f"'{name}.{function}'")
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == ("fields.name.python", 5)
    assert "looked for in" in problem.hint


@pytest.mark.parametrize("function", ["mod", "mod.give", ":give", "mod:", "mod:a.b", "../mod:give", "mod give"])
def test_other_forms_are_refused(make_project, function):
    """A module, a colon, a name."""
    with pytest.raises(SpecError) as caught:
        loaded(make_project, f"'{function}'")
    assert [problem.path for problem in caught.value.problems] == ["fields.name.python"]
    assert "package.module:function" in caught.value.problems[0].message


def test_a_module_of_another_name_is_told(tmp_path):
    """A library, or another project in the same process, has the name already."""
    (tmp_path / "json.py").write_text("def loads(row): ...")
    with pytest.raises(PythonError, match="give that another name"):
        PythonSpec.model_construct(function="json:loads", per="row", folder=tmp_path).imported()
    sys.path.remove(str(tmp_path))


def test_an_installed_function_will_do():
    """Where the project has none of that name."""
    assert PythonSpec(function="json:dumps").imported()({}) == "{}"
