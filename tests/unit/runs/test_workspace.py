"""A project as its caller names it, and how a run of it is divided."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.runs.workspace import Workers, Workspace


@pytest.mark.parametrize("named", ["pipelines", Path("pipelines")])
def test_a_path_stands_for_a_workspace(named):
    """With the variables of the process; the project is there, not above."""
    workspace = Workspace.of(named)
    assert (workspace.start, workspace.upwards, workspace.environ) == (Path("pipelines"), False, os.environ)


def test_without_a_folder_the_nearest_project_is_meant():
    """From the current folder upwards."""
    workspace = Workspace.of(None)
    assert (workspace.start, workspace.upwards) == (Path.cwd(), True)


def test_a_workspace_is_taken_as_it_is():
    """Nothing of it is copied."""
    workspace = Workspace("shop", environ={"KEY": "x"})
    assert Workspace.of(workspace) is workspace


def test_each_workspace_ends_by_itself():
    """A request to stop is no other project's."""
    assert Workspace().stop is not Workspace().stop


@pytest.mark.parametrize(
    ("workers", "executor"),
    [
        (Workers(), {}),
        (Workers(4), {"workers": 4}),
        (Workers(0, "tls://dask:8786"), {"type": "dask", "scheduler": "tls://dask:8786"}),
        (Workers(2, "tls://dask:8786"), {"workers": 2, "type": "dask", "scheduler": "tls://dask:8786"}),
    ],
)
def test_what_workers_change_of_the_executor(workers, executor):
    """Only what was said."""
    assert workers.executor == executor


@pytest.mark.parametrize("number", [-1, 1001])
def test_a_number_of_workers_that_cannot_be_meant(number):
    """It names the allowed ones."""
    with pytest.raises(UsageError, match="from 1 to 1000"):
        Workers(number)


def test_variables_where_the_name_of_an_environment_belongs():
    """It says where they go."""
    with pytest.raises(UsageError, match="variables go to `environ`"):
        _ = Workspace("shop", {"KEY": "x"}).choice
