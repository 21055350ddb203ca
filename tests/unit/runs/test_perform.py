"""A run from its folder to its report, whatever its work does."""

from __future__ import annotations

import json

import pytest

from odoo_etl.errors import Interrupted, SourceError, UsageError
from odoo_etl.observers import NoObserver
from odoo_etl.reporting.run_folder import RunFolder
from odoo_etl.results import Counts, JobResult
from odoo_etl.runs.opening import open_state
from odoo_etl.runs.perform import Openings, perform
from odoo_etl.runs.work import Request, Work


def raising(error):
    """Work that fails."""

    def begin():
        raise error

    return begin


def known(shop):
    """The runs in the ledger: command, exit code."""
    with open_state(shop.project) as ledger:
        return [(one.command, one.exit_code, one.parent) for one in ledger.runs(9)]


def report(shop):
    """The one report there is."""
    (path,) = (shop.root / ".odoo_etl/runs").glob("*/run_results.json")
    return json.loads(path.read_text())


@pytest.mark.parametrize(
    ("begin", "code", "error"),
    [
        (lambda: 0, 0, ""),
        (lambda: 3, 3, ""),
        (raising(SourceError("no such file")), 1, "no such file"),
        (raising(UsageError("no such job")), 2, "no such job"),
        (raising(Interrupted(15)), 143, str(Interrupted(15))),
    ],
)
def test_each_way_out_is_reported(shop, begin, code, error):
    """In what is returned, in the folder, and in the ledger."""
    result = perform(Request("run", shop.use()), lambda _: Work(begin, parent="r0"))
    assert (result.exit_code, result.error, result.parent) == (code, error, "r0")
    assert (report(shop)["exit_code"], report(shop)["error"]) == (code, error)
    assert known(shop) == [("run", code, "r0")]


@pytest.mark.parametrize("error", [ZeroDivisionError("by 0"), KeyboardInterrupt(), SystemExit(7)])
def test_what_nobody_foresaw_is_raised(shop, error):
    """When the report is written; the exception says where."""
    with pytest.raises(type(error)) as caught:
        perform(Request("run", shop.use()), lambda _: Work(raising(error)))
    assert "run_results.json" in "".join(caught.value.__notes__)
    assert (report(shop)["exit_code"], report(shop)["error"]) == (1, "ended by an unexpected error")
    assert known(shop) == [("run", 1, "")]


@pytest.mark.parametrize("when", ["chosen", "done"])
def test_what_a_library_makes_of_a_signal_is_the_signal(shop, when):
    """It came while pydantic built a model, say, which then said SchemaError; nobody is asked to report that."""
    workspace = shop.use()

    def building():
        workspace.stop.request(2)
        raise ZeroDivisionError("Error building a validator: Interrupted")

    def choose(_):
        return Work(building) if when == "done" else building()

    result = perform(Request("run", workspace), choose)
    assert (result.exit_code, result.error) == (130, str(Interrupted(2)))
    assert "ZeroDivisionError('Error building a validator: Interrupted')" in result.notes[0]
    assert (report(shop)["exit_code"], known(shop)) == (130, [("run", 130, "")] if when == "done" else [])


def test_a_signal_that_comes_after_the_work_does_not_end_the_report(shop):
    """The next run of the same workspace can be ended again."""
    workspace, heard = shop.use(), []

    class Signalled(RunFolder):
        def write_results(self, result):
            heard.append(workspace.stop.request())
            super().write_results(result)

    def working():
        heard.append(workspace.stop.request())
        return 3

    for _ in range(2):
        result = perform(Request("run", workspace), lambda _: Work(working), Openings(folder=Signalled))
        assert (result.exit_code, result.error) == (3, "")
    assert heard == [True, False] * 2


def test_a_plan_is_not_in_the_ledger(shop):
    """It has a report as any run."""
    assert perform(Request("plan", shop.use(), 0), lambda _: Work(lambda: 0)).exit_code == 0
    assert (known(shop), report(shop)["command"]) == ([], "plan")


@pytest.mark.parametrize(("counts", "code"), [(Counts(created=1), 8), (Counts(unchanged=1), 0)])
def test_pending_changes_have_a_code_where_it_was_asked_for(shop, counts, code):
    """Nothing else went wrong."""

    def choose(opened):
        opened.jobs.add(JobResult("firms", "res.partner", counts=counts))
        return Work(lambda: 0)

    assert perform(Request("plan", shop.use(), 0, 8), choose).exit_code == code


def test_jobs_and_notes_are_in_the_result_of_a_run_that_failed(shop):
    """As far as it came."""

    def choose(opened):
        opened.notes.append("by the way")
        opened.jobs.add(JobResult("firms", "res.partner"))
        return Work(raising(SourceError("gone")))

    result = perform(Request("run", shop.use()), choose)
    assert ([one.job for one in result.jobs], result.notes) == (["firms"], ("by the way",))


def test_files_that_are_wrong_are_a_result(shop):
    """There is a project, so there is a run to speak of."""
    shop.write("pipelines/firms.yaml", "job: [")
    result = perform(Request("run", shop.use()), lambda _: Work(lambda: 0))
    assert (result.exit_code, "firms.yaml" in result.error) == (2, True)


def test_without_a_project_there_is_no_run(tmp_path, shop):
    """Nor a folder."""
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    with pytest.raises(UsageError):
        perform(Request("run", type(shop.use())(nowhere)), lambda _: Work(lambda: 0))
    assert list(nowhere.iterdir()) == []


def test_an_observer_that_fails_at_once_costs_a_note(shop):
    """Who does the work has an observer that raises nothing."""

    class Lost(NoObserver):
        def run_started(self, run_id, folder):
            raise OSError("broken pipe")

    def choose(opened):
        opened.request.workspace.observer.note("firms", "goes on")
        return Work(lambda: 0)

    result = perform(Request("run", shop.use(Lost())), choose)
    assert result.exit_code == 0
    assert result.notes == (
        "the observer of the run failed at run_started and heard nothing more: OSError: broken pipe",
    )
