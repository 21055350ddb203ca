"""Small projects on disk."""

from pathlib import Path

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import load_project

PROJECT = "connections: {main: {url: sandbox}}\n"


def job_text(name: str = "partners", extra: str = "", **parts: str) -> str:
    """A valid job; `extra` is added at the end, the named parts replace those of the same name."""
    lines = {
        "version": "1",
        "job": name,
        "source": "{type: csv, path: partners.csv}",
        "target": "{model: res.partner, key: ref}",
        "fields": "{ref: customer_no}",
        **parts,
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items()) + extra


@pytest.fixture
def make_project(tmp_path):
    """Writes files into `pipelines` and gives the folder above; project.yaml unless told otherwise."""

    def make(**files: str) -> Path:
        folder = tmp_path / "pipelines"
        folder.mkdir(exist_ok=True)
        for name, text in {"project": PROJECT, **files}.items():
            (folder / f"{name}.yaml").write_text(text, "utf-8")
        return tmp_path

    return make


@pytest.fixture
def problems(make_project):
    """The problems of one job, as (path, message, hint), in the order of the file."""

    def found(text: str) -> list[tuple[str, str, str]]:
        with pytest.raises(SpecError) as caught:
            load_project(make_project(partners=text), {})
        return [(problem.path, problem.message, problem.hint) for problem in caught.value.problems]

    return found
