"""What importing the package costs, and what it offers."""

from __future__ import annotations

import dataclasses
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import odoo_etl
from odoo_etl.runs.retried import AskNewKeys

ALIASES = {"AskNewKeys": AskNewKeys}  # a function


def test_importing_the_package_loads_nothing_heavy():
    """Neither HTTP nor pandas nor SQLAlchemy is loaded before it is needed."""
    heavy = {"urllib3", "tenacity", "pandas", "sqlalchemy", "pydantic"}
    program = f"import sys, odoo_etl; sys.exit(', '.join({heavy!r} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_page_for_programs_has_every_name():
    """docs/api.md is where they are looked up."""
    words = set(re.findall(r"\w+", (Path(odoo_etl.__file__).parents[1] / "docs/api.md").read_text("utf-8")))
    assert set(odoo_etl.__all__) - words == set()


def test_what_examples_call_is_handed_out():
    """On every page that shows a program."""
    pages = (Path(__file__).parents[2] / "docs").rglob("*.md")
    blocks = [
        text for page in pages for text in re.findall(r"```python.*?\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    ]
    called = {name for text in blocks for name in re.findall(r"\bodoo_etl\.(\w+)(?=\()", text)}
    assert {"schedules", "scheduler_files", "approve"} <= called
    assert called - set(odoo_etl.__all__) == set()


@pytest.mark.parametrize("name", odoo_etl.__all__)
def test_public_names_are_there(name):
    """Everything in `__all__` can be had."""
    assert getattr(odoo_etl, name).__name__ == name


@pytest.mark.parametrize("name", odoo_etl.__all__)
def test_what_public_names_take_and_return_is_public(name):
    """Whoever writes the type of an argument, or of a part of a result, needs nothing else."""
    public = {each: getattr(odoo_etl, each) for each in odoo_etl.__all__}
    told = getattr(odoo_etl, name)
    takes = inspect.isfunction(told) or dataclasses.is_dataclass(told)
    types = get_type_hints(told, localns=ALIASES | public).values() if takes else ()
    own = {each for kind in types for each in classes(kind) if each.__module__.startswith("odoo_etl.")}
    assert own - set(public.values()) == set()


def classes(kind):
    """The classes that a type is made of."""
    if isinstance(kind, type) and not get_args(kind):
        return {kind}
    parts = kind if isinstance(kind, list) else get_args(kind)  # a list: what a callable takes
    return {each for part in parts for each in classes(part)}


def test_every_function_has_its_row():
    """docs/api.md says what each does, and which verb does the same."""
    page = (Path(__file__).parents[2] / "docs/api.md").read_text("utf-8")
    rows = "\n".join(line for line in page.splitlines() if line.startswith("| `"))
    functions = {name for name in odoo_etl.__all__ if inspect.isfunction(getattr(odoo_etl, name))}
    assert {name for name in functions if f"`{name}(" not in rows} == set()


def test_other_names_are_not():
    """A typo is an AttributeError as in any module."""
    with pytest.raises(AttributeError, match="no attribute 'OdooKlient'"):
        odoo_etl.OdooKlient  # noqa: B018 - the access is what is tested
