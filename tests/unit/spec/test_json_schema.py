"""The JSON Schema says what the loader says, as far as a schema can."""

import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import load_project
from odoo_etl.spec.json_schema import json_schema
from odoo_etl.spec.strict_yaml import parse_yaml
from odoo_etl.spec.tree import plain
from tests.unit.spec.conftest import job_text

PIPELINES = Path(__file__).parents[3] / "pipelines"
FILES = sorted(PIPELINES.rglob("*.yaml"))


@cache
def validator(kind: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema(kind))


def fits(kind: str, text: str) -> bool:
    return not list(validator(kind).iter_errors(plain(parse_yaml(text.encode(), "x.yaml").root)))


@pytest.mark.parametrize("kind", ["job", "project", "tests"])
def test_schemas_are_valid_and_up_to_date(kind):
    """The files beside the jobs are what `odoo-etl schema` prints; `make golden` rewrites them."""
    schema = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads((PIPELINES / f"{kind}.schema.json").read_text("utf-8")) == schema


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_file_in_pipelines_fits(file):
    """Our own jobs and project validate."""
    kind = "project" if file.name == "project.yaml" else "job" if file.parent == PIPELINES else "tests"
    assert fits(kind, file.read_text("utf-8"))


@pytest.mark.parametrize(
    "parts",
    [
        {"target": "{model: m, key: [ref]}", "fields": "{ref: {column: a}}"},
        {"source": "{type: sql, url: 'sqlite:///x', query: {file: q.sql}}"},
        {"load": "{chunk_size: '${SIZE:-500}', max_rejects: 2%, retry: {attempts: 3, max_wait: 60s, deadline: 900}}"},
        {"load": "{max_rejects: 20, settle: 5s, breaker: 2}"},
        {"target": "{model: m, external_id: 'legacy.m_{no}'}"},
        {"target": "{model: m, key: ref, mode: mirror, vanish: {policy: unlink, max: {count: 5, percent: 10%}}}"},
        {"target": "{model: m, key: ref, mode: mirror, vanish: {policy: {set: {active: false}}, max_shrink: 90}}"},
        {"fields": "{ref: no, x: {transform: strip, lookup: {model: m, by: [a, b.c]}, columns: [a, b]}}"},
        {"fields": "{ref: no, x: {column: a, map: {B: true, x: null, y: 1.5}, default: false}}"},
        {"fields": "{ref: no, x: {value: null}, y: {value: [1, 2]}}"},
        {"fields": "{ref: no, x: {column: a, transform: [strip, {slice: [0, 5]}, {slice: [2, null]}, {pad: 5}]}}"},
        {"fields": "{ref: no, x: {column: a, transform: {replace: {from: x, to: y}}}}"},
        {"fields": "{ref: no, x: {column: a, type: decimal, currency: [EUR, '€'], percent: share}}"},
        {"fields": "{ref: no, x: {column: a, type: date, format: '%d. %B %Y', language: de, serial: 1900}}"},
        {"fields": "{ref: no, x: {column: a, transform: [{remove: [a, b]}, {remove: a}, {phone: DE}, {hash: {}}]}}"},
        {"target": "{model: m, key: ref, mode: '${MODE:-create}', key_domain: ['|', [a, '=', 1], [b, '=', 2]]}"},
    ],
)
def test_short_forms_fit(parts):
    """Everything that the loader takes may be written in an editor without a red line."""
    assert fits("job", job_text(**parts))


BAD_JOBS = [
    {"version": "2"},
    {"job": "a b"},
    {"tags": "nightly"},
    {"zzz": "1"},
    {"source": "{type: csv}"},
    {"source": "{type: cvs, path: x}"},
    {"source": "{type: csv, path: x, zzz: 1}"},
    {"source": "{type: sql, url: 'sqlite://', query: {fil: x}}"},
    {"target": "{model: m}"},
    {"target": "{model: m, key: []}"},
    {"target": "{model: m, key: ref, external_id: 'a.b'}"},
    {"target": "{model: m, external_id: 'no_column'}"},
    {"target": "{model: m, key: ref, mode: mirror, vanish: {policy: delete}}"},
    {"target": "{model: m, key: ref, mode: mirror, vanish: {max: {percent: 120}}}"},
    {"target": "{model: M, key: ref}"},
    {"target": "{model: m, key: ref, mode: sync}"},
    {"fields": "{}"},
    {"fields": "{ref: 5}"},
    {"fields": "{ref: no, 'a b': c}"},
    {"fields": "{ref: no, x: {}}"},
    {"fields": "{ref: no, x: {column: a, value: 1}}"},
    {"fields": "{ref: no, x: {column: a, colum: 1}}"},
    {"fields": "{ref: no, x: {column: a, type: float}}"},
    {"fields": "{ref: no, x: {column: a, format: '%d.%m.%Y'}}"},
    {"fields": "{ref: no, x: {column: a, type: date, decimal: ','}}"},
    {"fields": "{ref: no, x: {column: a, split: ','}}"},
    {"fields": "{ref: no, x: {columns: [a]}}"},
    {"fields": "{ref: no, x: {column: a, map: {b: [1]}}}"},
    {"fields": "{ref: no, x: {column: a, transform: [uper]}}"},
    {"fields": "{ref: no, x: {column: a, currency: EUR}}"},
    {"fields": "{ref: no, x: {column: a, write: once}}"},
    {"fields": "{ref: no, x: {column: a, type: date, serial: 2000}}"},
    {"fields": "{ref: no, x: {column: a, transform: replace}}"},
    {"fields": "{ref: no, x: {column: a, transform: {replace: {from: x}}}}"},
    {"fields": "{ref: no, x: {column: a, transform: {replace: {from: x, to: y, count: 1}}}}"},
    {"fields": "{ref: no, x: {column: a, transform: [{pad: 5, slice: [1]}]}}"},
    {"fields": "{ref: no, x: {column: a, transform: [{pad: {width: 0}}]}}"},
    {"fields": "{ref: no, x: {column: a, transform: [{slice: []}]}}"},
    {"fields": "{ref: no, x: {column: a, lookup: {model: m, by: x, on_missing: guess}}}"},
    {"fields": "{ref: no, x: {column: a, required: yes}}"},
    {"load": "{chunk_size: 0}"},
    {"load": "{chunk_size: many}"},
    {"load": "{max_rejects: few}"},
    {"load": "{retry: {max_wait: long}}"},
]


@pytest.mark.parametrize("parts", BAD_JOBS, ids=str)
def test_bad_jobs_fail_in_both(make_project, parts):
    """What the schema refuses, the loader refuses, and the other way round."""
    assert not fits("job", job_text(**parts))
    with pytest.raises(SpecError):
        load_project(make_project(a=job_text(**parts)), {})


@pytest.mark.parametrize(
    "text",
    [
        "connection: {}",
        "connections: {main: {}}",
        "connections: {main: {url: sandbox, protocol: soap}}",
        "connections: {main: {url: sandbox, read_timeout: soon}}",
        "connections: {main: {url: sandbox, apikey: x}}",
        "defaults: {load: {concurrency: 0}}",
        "variables: {a: [1]}",
        "state: {path: x}",
    ],
)
def test_bad_projects_fail_in_both(make_project, text):
    """The same holds for project.yaml."""
    assert not fits("project", text)
    with pytest.raises(SpecError):
        load_project(make_project(project=text), {})


def test_editors_get_descriptions_and_defaults():
    """Every key of a job says what it is for."""
    schema = json_schema("job")
    definitions = [schema, *(item for item in schema["$defs"].values() if "properties" in item)]
    definitions.append(schema["$defs"]["FieldSpec"]["anyOf"][1])
    for definition in definitions:
        for name, item in definition["properties"].items():
            assert name in {"type", "file"} or item.get("description"), name
    load = schema["$defs"]["LoadSpec"]["properties"]
    assert (load["chunk_size"]["default"], schema["additionalProperties"]) == (1000, False)
