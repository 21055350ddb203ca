"""Jobs and fields: what fits together, and what a person is told when it does not."""

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import CsvSource, FieldSpec, JobSpec, LookupSpec, SqlSource, load_project
from odoo_etl.spec.job import TargetSpec
from tests.builders import job_spec
from tests.unit.spec.conftest import job_text


@pytest.mark.parametrize(
    ("field", "path", "words"),
    [
        ("{}", "", "not where its value comes from"),
        ("{column: null}", "", "not where its value comes from"),
        ("{column: a, value: 1}", ".value", "one origin"),
        ("{column: a, colum: b}", ".colum", "unknown key"),
        ("{column: 5}", ".column", "must be text, not 5"),
        ("{columns: [a, b]}", ".columns", "only makes sense with `lookup`"),
        ("{columns: [a], lookup: {model: m, by: [x, y]}}", ".columns", "1 columns for 2 fields"),
        ("{column: a, lookup: {model: m, by: [x, y]}}", ".lookup.by", "names 2 fields"),
        ("{column: a, lookup: {model: m}}", ".lookup", "`by` is missing"),
        ("{column: a, lookup: {by: code}}", ".lookup", "`model` is missing"),
        ("{columns: [a, b], lookup: {by: [id, code]}}", ".lookup", "`model` is missing"),
        ("{column: a, lookup: {model: m, by: x-y}}", ".lookup.by", "fields joined by dots"),
        ("{column: a, lookup: {model: Res Partner, by: x}}", ".lookup.model", "name of a model"),
        (
            "{column: a, lookup: {model: m, by: x, on_missing: guess}}",
            ".lookup.on_missing",
            "reject, empty, skip_row, create, defer, not 'guess'",
        ),
        ("{column: a, split: x}", ".split", "only makes sense with `lookup`"),
        ("{column: a, command: add}", ".command", "only makes sense with `lookup`"),
        ("{columns: [a], split: x, lookup: {model: m, by: x}}", ".split", "is a list beside `columns`"),
        ("{column: a, format: '%d.%m.%Y'}", ".format", "`type: date` or `type: datetime`"),
        ("{column: a, type: char, decimal: ','}", ".decimal", "`type: decimal` or `type: integer`"),
        ("{column: a, type: char, timezone: UTC}", ".timezone", "`type: date` or `type: datetime`"),
        ("{column: a, type: datetime, timezone: Europe/Berln}", ".timezone", "no such time zone, not 'Europe/Berln'"),
        ("{column: a, type: date, format: '%d.%m'}", ".format", "lacks its day, month or year"),
        ("{column: a, type: date, format: 'dd.mm.yyyy'}", ".format", "lacks"),
        ("{column: a, type: datetime, format: '%d.%m.%Y %Z'}", ".format", "%Z reads the name of a zone and drops it"),
        ("{column: a, type: date, format: '%d.%m.%Y %Z'}", ".format", "%Z"),
        ("{column: a, type: datetime, format: '%d.%m.%Y %I:%M'}", ".format", "%I without %p"),
        ("{column: a, type: date, format: '%d.%m.%Y %I%z'}", ".format", "%I without %p"),
        ("{column: a, type: datetime, format: '%d.%m.%Y %H:%M %p'}", ".format", "%p counts only with %I"),
        ("{column: a, type: datetime, format: '%d.%m.%Y %p'}", ".format", "%p counts only with %I"),
        ("{column: a, type: datetime, format: '%d.%m.%Y %M'}", ".format", "without an hour"),
        ("{column: a, type: date, format: '%d.%m.%Y W%W'}", ".format", "a week is dropped"),
        ("{column: a, type: date, format: '%Y-W%W'}", ".format", "lacks its day"),
        ("{column: a, type: date, format: '%G-W%V'}", ".format", "not a usable date format"),
        ("{column: a, type: date, format: '%d.%m.%Y %d'}", ".format", "%d twice"),
        ("{column: a, type: datetime, format: '%c %H'}", ".format", "twice"),
        ("{column: a, type: date, format: '%d.%Q'}", ".format", "not a usable date format"),
        ("{column: a, write: once}", ".write", "always, create, if_empty, not 'once'"),
        ("{column: a, labels: German}", ".labels", "as Odoo writes it, such as de_DE, not 'German'"),
        ("{column: a, labels: de_DE, map: {a: b}}", ".labels", "`labels` beside `map`"),
        ("{value: a, labels: de_DE}", ".labels", "`labels` beside `value`"),
        ("{value: a, transform: lower}", ".transform", "`value` stands in the job"),
        ("{value: a, default: b}", ".default", "`value` stands in the job"),
        ("{value: a, map: {a: b}}", ".map", "`value` stands in the job"),
        ("{value: 1, type: decimal, decimal: ','}", ".decimal", "`value` stands in the job"),
        ("{column: a, type: char, currency: EUR}", ".currency", "`type: decimal` or `type: integer`"),
        ("{column: a, type: decimal, currency: []}", ".currency", "at least 1"),
        ("{column: a, type: decimal, percent: yes}", ".percent", "points, share, not 'yes'"),
        ("{column: a, type: date, format: '%d.%m.%Y', language: de}", ".language", "names of months"),
        ("{column: a, type: date, language: de}", ".language", "names of months"),
        (
            "{column: a, type: date, format: '%d %B %Y', language: xx}",
            ".language",
            "no language that babel knows, not 'xx'",
        ),
        ("{column: a, type: date, format: '%d %m %B %Y', language: de}", ".format", "%m twice"),
        ("{column: a, type: date, serial: 1899}", ".serial", "1900 or 1904, not 1899"),
        ("{column: a, serial: 1900}", ".serial", "`type: date` or `type: datetime`"),
        ("{column: a, type: decimal, thousands: ','  , decimal: ','}", ".thousands", "same mark"),
        ("{column: a, type: decimal, thousands: '.'}", ".thousands", "same mark"),
        ("{column: a, type: decimal, decimal: ',,'}", ".decimal", "at most 1"),
        (
            "{column: a, type: float}",
            ".type",
            "char, text, html, integer, decimal, boolean, date, datetime, base64, file, url, not 'float'",
        ),
        ("{column: a, transform: [strip, uper]}", ".transform[1]", "not 'uper'"),
        ("{column: a, transform: [strip, replace]}", ".transform[1]", "`replace` needs arguments"),
        ("{column: a, transform: {replce: {from: a, to: b}}}", ".transform.replce", "unknown key"),
        ("{column: a, transform: [{replace: {from: a}}]}", ".transform[0].replace", "`to` is missing"),
        ("{column: a, transform: [{replace: {from: a, to: b, too: c}}]}", ".transform[0].replace.too", "unknown key"),
        ("{column: a, transform: [{replace: {from: '', to: b}}]}", ".transform[0].replace.from", "at least 1"),
        ("{column: a, transform: [{replace: null}]}", ".transform[0].replace", "no arguments here"),
        ("{column: a, transform: [{strip: {}}]}", ".transform[0]", "takes no arguments"),
        ("{column: a, transform: [{pad: 5, slice: [1]}]}", ".transform[0]", "one transform"),
        ("{column: a, transform: [{}]}", ".transform[0]", "one transform"),
        ("{column: a, transform: [5]}", ".transform[0]", "must be one of strip"),
        ("{column: a, transform: [{slice: [1, 2, 3]}]}", ".transform[0].slice", "one place or two"),
        (
            "{column: a, transform: [{slice: [a]}]}",
            ".transform[0].slice[0]",
            "whole number, or null for the end, not 'a'",
        ),
        ("{column: a, transform: [{slice: [5, 2]}]}", ".transform[0].slice", "nothing is left"),
        ("{column: a, transform: {pad: x}}", ".transform.pad", "whole number, not 'x'"),
        ("{column: a, transform: {pad: {width: 5, with: ab}}}", ".transform.pad.with", "one character, not 'ab'"),
        ("{column: a, transform: {pad: {width: 5, side: up}}}", ".transform.pad.side", "left, right, not 'up'"),
        ("{column: a, transform: {regex: {pattern: '(', to: ''}}}", ".transform.regex.pattern", "missing )"),
        (
            "{column: a, transform: {regex: {pattern: 'a(?=b)', to: ''}}}",
            ".transform.regex.pattern",
            "regular expression",
        ),
        ("{column: a, transform: {regex: {pattern: a}}}", ".transform.regex", "either `to` or `take`"),
        ("{column: a, transform: {regex: {pattern: (a), take: 2}}}", ".transform.regex.take", "no group 2"),
        ("{column: a, transform: {regex: {pattern: (a), to: '\\2'}}}", ".transform.regex.to", "no group \\2"),
        ("{column: a, transform: {phone: XX}}", ".transform.phone", "no country with phone numbers, not 'XX'"),
        (
            "{column: a, transform: {phone: {country: DE, format: x}}}",
            ".transform.phone.format",
            "e164, national, not 'x'",
        ),
        ("{column: a, transform: {vat: {country: US}}}", ".transform.vat.country", "tax numbers are known, not 'US'"),
        ("{column: a, transform: {hash: {algorithm: crc}}}", ".transform.hash.algorithm", "sha1, md5, not 'crc'"),
        ("{column: a, map: {x: [1]}}", ".map.x", "must be a text, a number"),
        ("{column: a, map: [x]}", ".map", "must be a mapping"),
        ("{column: a, required: yes}", ".required", "true or false, not 'yes'"),
        ("{column: a, required: true, empty: skip}", ".empty", "contradicts"),
        ("{column: a, empty: none}", ".empty", "skip, clear, reject, not 'none'"),
        ("{value: {a: 1}}", ".value", "must be a text, a number"),
        ("{expr: 'a ~'}", ".expr", "not a valid expression"),
        ("{expr: '{{ a }}'}", ".expr", "not a valid expression"),
        ("{expr: a | nofilter}", ".expr", "nofilter"),
        ("[a]", "", "must be a mapping"),
        ("5", "", "must be a mapping"),
    ],
)
def test_field_that_is_wrong(problems, field, path, words):
    """Each mistake in a field is one problem at the key at fault."""
    ((found, message, _),) = problems(job_text(fields=f"{{ref: no, x: {field}}}"))
    assert found == f"fields.x{path}"
    assert words in message


@pytest.mark.parametrize(
    "field",
    [
        "{column: a, transform: strip, map: {B: true, N: null, 1: 2.5}, default: null, required: true}",
        "{column: a, type: datetime, format: '%d/%m/%y %H:%M', timezone: Europe/Berlin}",
        "{column: a, type: date, format: '%Y%m%d'}",
        "{column: a, type: date, format: '%Y W%W %a', timezone: Asia/Tokyo}",
        "{column: a, type: date, format: '%G-W%V-%u'}",
        "{column: a, type: date, format: '%m/%d/%Y %I:%M'}",
        "{column: a, type: datetime, format: '%m/%d/%Y %I:%M %p'}",
        "{column: a, type: datetime, format: '100%%Z %Y-%m-%d %H:%M:%S.%f%z'}",
        "{column: a, timezone: Asia/Tokyo}",
        "{column: a, type: html}",
        "{column: a, type: decimal, decimal: ',', thousands: '.'}",
        "{column: a, split: '|', command: add, lookup: {model: res.partner.category, by: name, on_missing: empty}}",
        "{columns: [a, b], lookup: {model: res.country.state, by: [code, country_id.code]}}",
        "{column: a, lookup: {by: id}}",
        "{column: a, split: ',', lookup: {by: [id]}}",
        "{value: null}",
        "{value: [1, 2]}",
        "{expr: '(a or b) | upper'}",
    ],
)
def test_fields_that_fit(make_project, field):
    """What the design shows is valid."""
    root = make_project(partners=job_text(fields=f"{{ref: no, x: {field}}}"))
    assert "x" in load_project(root, {}).jobs["partners"].spec.fields


@pytest.mark.parametrize(
    ("parts", "path", "words"),
    [
        ({"version": "2"}, "version", "must be one of 1, not 2"),
        ({"job": "a/b"}, "job", "may have letters"),
        ({"job": ".."}, "job", "may have letters"),
        ({"tags": "nightly"}, "tags", "must be a list, not 'nightly'"),
        ({"depends_on": "[partners]"}, "depends_on[0]", "depend on itself"),
        ({"source": "{path: x}"}, "source", "`type` is missing"),
        (
            {"source": "{type: cvs, path: x}"},
            "source.type",
            "json, jsonl, odoo, parquet, sql, xml, not 'cvs'",
        ),
        ({"source": "{type: csv}"}, "source", "`path` is missing"),
        ({"source": "{type: csv, path: x, encoding: utf-9}"}, "source.encoding", "unknown encoding"),
        ({"source": "{type: csv, path: x, delimiter: ';\"'}"}, "source.delimiter", "already means a quote"),
        ({"source": "{type: csv, path: x, delimiter: [a]}"}, "source.delimiter", "must be"),
        ({"source": "{type: csv, path: x, escape: '//'}"}, "source.escape", "one character"),
        ({"source": "{type: csv, path: x, escape: é}"}, "source.escape", "not an ASCII character"),
        ({"source": "{type: csv, path: x, escape: '\"'}"}, "source.escape", "already means something else"),
        ({"source": "{type: csv, path: x, escape: ';', delimiter: ';'}"}, "source.escape", "already means"),
        ({"source": "{type: csv, path: x, escape: '\\', quote: ''}"}, "source.escape", "needs a `quote`"),
        ({"source": "{type: csv, path: x, quoting: loose}"}, "source.quoting", "strict, lenient, not 'loose'"),
        ({"source": "{type: csv, path: x, min_rows: -1}"}, "source.min_rows", "at least 0"),
        ({"source": "{type: sql, url: 'sqlite://', query: {fil: x, file: y}}"}, "source.query.fil", "unknown key"),
        ({"source": "{type: sql, url: 'sqlite://', query: [x]}"}, "source.query", "must be text"),
        ({"target": "{model: res.partner, key: [ref, ref]}"}, "target.key[1]", "twice"),
        ({"target": "{model: res.partner, key: []}"}, "target.key", "at least 1"),
        ({"target": "{model: res.partner, key: reff}"}, "target.key", "`reff` is not in `fields`"),
        ({"target": "{model: res.partner}"}, "target", "`key` or `external_id`"),
        ({"target": "{model: res.partner, external_id: plain}"}, "target.external_id", "module.name_{column}"),
        (
            {"target": "{model: res.partner, external_id: {template: 'a.b_{c}', empty: a b}}"},
            "target.external_id.empty",
            "must match",
        ),
        ({"target": "{model: res.partner, external_id: {template: 'a.b'}}"}, "target.external_id.template", "column"),
        ({"target": "{model: res.partner, external_id: {empty: '-'}}"}, "target.external_id", "`template` is missing"),
        ({"target": "{model: res.partner, key: ref, vanish: {policy: report}}"}, "target.vanish", "mode: mirror"),
        (
            {"target": "{model: res.partner, key: ref, on_absent: reject}"},
            "target.on_absent",
            "only for `mode: update`",
        ),
        (
            {"target": "{model: res.partner, key: ref, mode: update, on_absent: create}"},
            "target.on_absent",
            "skip, reject, not 'create'",
        ),
        ({"target": "{model: res.partner, external_id: 'a.b_{c}', ignore_case: true}"}, "target.ignore_case", "is for"),
        ({"target": "{model: res.partner, key: ref, mode: sync}"}, "target.mode", "create, update, upsert, mirror"),
        ({"target": "{model: res.partner, key: ref, key_domain: [[a, is, 1]]}"}, "target.key_domain", "operator 'is'"),
        ({"target": "{model: res.partner, key: ref, key_domain: ['|', [a, '=', 1]]}"}, "target.key_domain", "lacks 1"),
        (
            {"target": "{model: res.partner, key: ref, key_domain: [[a, '=']]}"},
            "target.key_domain",
            "[field, operator, value]",
        ),
        ({"target": "{model: res.partner, key: ref, connection: man}"}, "target.connection", "no connection `man`"),
        ({"fields": "{}"}, "fields", "at least 1"),
        ({"fields": "{ref: a, 'a b': c}"}, "fields.a b", "technical name of a field"),
        ({"fields": "{ref: {column: a, split: x, lookup: {model: m, by: x}}}"}, "fields.ref.split", "key field"),
        ({"load": "{chunk_size: 0}"}, "load.chunk_size", "at least 1"),
        ({"load": "{retry: {max_wait: long}}"}, "load.retry.max_wait", "must be a duration"),
    ],
)
def test_job_that_is_wrong(problems, parts, path, words):
    """Each mistake in a job is one problem at the key at fault."""
    found = [item for item in problems(job_text(**parts)) if item[0] == path]
    assert len(found) == 1
    assert words in found[0][1] + found[0][2]


@pytest.mark.parametrize(
    ("parts", "hint"),
    [
        ({"fields": "{ref: {colum: x}}"}, "did you mean `column`?"),
        ({"source": "{type: csv, path: x, delimitr: ';'}"}, "did you mean `delimiter`?"),
        ({"load": "{retry: {attempt: 3}}"}, "did you mean `attempts`?"),
        ({"target": "{model: m, key: ref, mode: upsrt}"}, "did you mean `upsert`?"),
        ({"target": "{model: m, key: reff}"}, "did you mean `ref`?"),
        ({"source": "{type: csv, path: 2024}"}, 'put it in quotes: "2024"'),
        (
            {"load": "{zzz: 3}"},
            "allowed: chunk_size, call_time, concurrency, compare, max_rejects, settle, together, breaker, retry",
        ),
    ],
)
def test_hints(problems, parts, hint):
    """The nearest valid key or value, or the list of them."""
    assert hint in [found for _, _, found in problems(job_text(**parts))]


def test_all_problems_of_a_file_come_at_once(problems):
    """Types, unknown keys, and keys that do not fit together are reported in one go, in the order of the file."""
    text = job_text(
        source="{type: csv, pth: x}",
        target="{model: res.partner, key: nam, mode: sync}",
        fields="{name: {column: 5, required: maybe}, x: {column: a, split: x, zzz: 1}}",
    )
    assert [path for path, _, _ in problems(text)] == [
        "source",
        "source.pth",
        "target.key",
        "target.mode",
        "fields.name.column",
        "fields.name.required",
        "fields.x.split",
        "fields.x.zzz",
    ]


def test_places(make_project):
    """A problem names file, line and column of the key or of the value."""
    text = job_text("p", target="{model: m, key: ref, mode: up}", fields="\n  ref: {colum: x}")
    with pytest.raises(SpecError) as caught:
        load_project(make_project(p=text), {})
    places = [(p.line, p.column) for p in caught.value.problems if p.file.endswith("pipelines/p.yaml")]
    assert places == [(4, 36), (6, 3), (6, 9)]


def test_models_can_be_built_in_python():
    """The same rules hold for models that do not come from a file; short forms work too."""
    job = JobSpec(
        version=1,
        job="p",
        source=CsvSource(type="csv", path="p.csv"),
        target=TargetSpec(model="res.partner", key="ref"),
        fields={"ref": "no", "c": FieldSpec(column="c", lookup=LookupSpec(model="res.country", by="code"))},
    )
    assert (job.target.key, job.fields["ref"].column, job.fields["c"].lookup[0].by) == (("ref",), "no", ("code",))
    with pytest.raises(ValueError, match="one origin"):
        FieldSpec(column="a", value=1)


def test_null_is_a_value():
    """`value: null` and `default: null` are given, not absent."""
    given, absent = FieldSpec(value=None), FieldSpec(column="a")
    assert (given.has_value, absent.has_value, absent.has_default) == (True, False, False)
    assert FieldSpec(column="a", default=None).has_default


def test_source_url_hides_its_password():
    """A job can be printed and dumped without giving a password away."""
    source = SqlSource(type="sql", url="postgresql://u:geheim@h/d", query="SELECT 1")
    assert "geheim" not in repr(source) + str(source) + str(source.model_dump()) + source.model_dump_json()


@pytest.mark.parametrize(
    ("fields", "how", "shared"),
    [
        ({"email": "mail"}, {}, True),
        ({"email": "mail"}, {"model": "res.users"}, False),
        ({"ref": "ref", "phone": "phone"}, {}, False),
        ({"phone": "phone"}, {"key": "phone"}, False),
    ],
)
def test_jobs_share_fields_that_both_write(fields, how, shared):
    """Of one model; what records are found by is the same in both."""
    one = job_spec({"ref": "ref", "email": "email"})
    other = job_spec({"ref": "ref", **fields}, **how)
    assert (one.shares_fields(other), other.shares_fields(one)) == (shared, shared)


@pytest.mark.parametrize(
    ("parts", "path", "words"),
    [
        ({"fields": "{ref: {column: no, write: create}}"}, "fields.ref.write", "found by `ref`"),
        (
            {"target": "{model: m, key: [ref, b]}", "fields": "{ref: no, b: {column: b, write: if_empty}}"},
            "fields.b.write",
            "found by `b`",
        ),
        (
            {"target": "{model: m, key: ref, mode: create}", "fields": "{ref: no, b: {column: b, write: if_empty}}"},
            "fields.b.write",
            "writes to new records alone",
        ),
        (
            {"target": "{model: m, key: ref, mode: update}", "fields": "{ref: no, b: {column: b, write: create}}"},
            "fields.b.write",
            "makes no new records",
        ),
    ],
)
def test_write_that_makes_no_sense(problems, parts, path, words):
    """Keys are always compared, and a job without new records writes them nothing."""
    ((found, message, _),) = problems(job_text(**parts))
    assert found == path
    assert words in message
