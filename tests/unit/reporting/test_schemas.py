"""The published schemas: what is written fits them, and what they say comes from the docstrings of the types."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from odoo_etl.reporting.run_folder import as_json
from odoo_etl.reporting.schemas import alerts_schema, described, events_schema, results_schema
from odoo_etl.results import (
    Change,
    Counts,
    Destination,
    Discrepancies,
    Discrepancy,
    Expectation,
    JobResult,
    RefusedRecord,
    Rewritten,
    RunResult,
    StepResult,
    UndoneRecords,
    VanishedRecords,
)
from tests.published import check_event, check_results

REFERENCE = Path(__file__).parents[3] / "docs/reference"
ONE = Discrepancy("k", 7, "name", "sent", None)
JOB = JobResult(
    "partners",
    "res.partner",
    counts=Counts(2, created=2),
    reasons=((2, "why"),),
    discrepancies=Discrepancies({"name": Rewritten(1, ONE)}, 1, (ONE,)),
    steps=(StepResult("confirm", 2),),
    expectations=(Expectation("odoo[0]", "sum", "error", "failed", "told"),),
    changes=(Change("update", "k", 7, 2, {"name": ("a", "b")}),),
    destination=Destination("main", "https://x", "db", "me", "Odoo 19.0"),
)


@pytest.mark.parametrize(
    ("kind", "schema"), [("run_results", results_schema), ("events", events_schema), ("alerts", alerts_schema)]
)
def test_the_published_file_is_up_to_date(kind, schema):
    """`make golden` writes it anew; the schema itself is valid."""
    Draft202012Validator.check_schema(schema())
    published = json.loads((REFERENCE / f"{kind}.schema.json").read_text("utf-8"))
    assert published == schema(), "a result has changed: `make golden` writes its schema anew"


@pytest.mark.parametrize(
    "job",
    [
        JOB,
        JobResult("j", "m", undone=UndoneRecords(1)),
        *(
            JobResult("j", "m", vanished=VanishedRecords(policy, 3, (RefusedRecord(1, "no"),), removed=removed))
            for policy in ("archive", "unlink", "set", "report", "")
            for removed in (None, 2)
        ),
    ],
)
def test_what_is_written_fits(job):
    """Whatever a job has to say."""
    check_results(json.loads(json.dumps(as_json(RunResult("r", "run", "now", jobs=(job,))))))


def test_what_does_not_fit_is_found():
    """A property that nobody described, one that is missing, one of another type."""
    document = json.loads(json.dumps(as_json(RunResult("r", "run", "now", jobs=(JOB,)))))
    for wrong in (
        {**document, "more": 1},
        {**document, "jobs": [{**document["jobs"][0], "counts": {"read": "1"}}]},
        {name: value for name, value in document.items() if name != "exit_code"},
    ):
        with pytest.raises(ValidationError):
            check_results(wrong)
    with pytest.raises(ValidationError):
        check_event({"time": "now", "at_s": 1, "event": "note", "job": "j"})


def test_every_field_of_a_result_is_published():
    """Also one that is added later."""
    known = results_schema()
    assert {one.name for one in fields(RunResult)} - {"folder"} == known["properties"].keys() - {"schema_version"}
    ours = {one.name for one in fields(JobResult)} - {"discrepancies"} | {one.name for one in fields(Discrepancies)}
    assert ours == known["$defs"]["JobResult"]["properties"].keys()


def test_docstrings_describe_properties():
    """The first lines of a class, and each of its attributes; one line may stand for several."""
    told, attributes = described(
        "Rows by what\n    became of them.\n\n    Attributes:\n        a, b: both of\n            them.\n"
    )
    assert (told, attributes) == ("Rows by what became of them.", {"a": "Both of them.", "b": "Both of them."})
    assert results_schema()["properties"]["parent"]["description"].startswith("The run that was resumed")
