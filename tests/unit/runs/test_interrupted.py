"""A person ends a run of this machine in order; the exit code says that it was a person."""

from __future__ import annotations

import pytest

from odoo_etl.errors import UsageError
from odoo_etl.launching import Order, launch
from odoo_etl.runs import Workspace, interrupt_run

JOB = """\
version: 1
job: partners
source: {type: csv, path: ../rows.csv}
target: {model: res.partner, key: ref}
fields: {ref: ref, name: name}
before: [{command: [sleep, '60']}]
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/project.yaml").write_text("connections: {main: {url: sandbox}}\n")
    (tmp_path / "pipelines/partners.yaml").write_text(JOB)
    (tmp_path / "rows.csv").write_text("ref,name\nA,Ada\n")
    return tmp_path


def test_it_ends_as_if_ctrl_c_were_pressed_so_that_no_server_starts_it_again(project):
    launched = launch(Order("run", (), project), project / "one.log")
    run_id = launched.run_id(60)
    interrupt_run(Workspace(project), run_id)
    assert launched.ended(60) == 130, launched.log.read_text("utf-8")
    with pytest.raises(UsageError, match="not alive"):
        interrupt_run(Workspace(project), run_id)


@pytest.mark.parametrize("name", ["20260101T000000-0", "..", ""])
def test_a_run_that_is_none_of_this_project(project, name):
    (project / ".odoo_etl/runs").mkdir(parents=True)
    with pytest.raises(UsageError, match="there is no run"):
        interrupt_run(Workspace(project), name)
