"""Lines of a job: what fits together, and what a person is told when it does not."""

from __future__ import annotations

import pytest

from odoo_etl.spec import load_project
from tests.unit.spec.conftest import job_text

CREATES = "{model: res.partner, by: y, on_missing: create}"


def lines(text, **parts):
    """A job with these lines."""
    return job_text(extra=f"lines: {text}\n", **parts)


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("{l: {key: x, fields: {y: b}}}", "l.key", "`x` is not in `fields`"),
        ("{l: {key: [y, x], fields: {y: b}}}", "l.key[1]", "`x` is not in `fields`"),
        ("{l: {fields: {}}}", "l.fields", "at least 1"),
        ("{l: {key: y}}", "l", "`fields` is missing"),
        ("{l: {rest: drop, fields: {y: b}}}", "l.rest", "keep, remove, archive"),
        ("{l: {key: y, fields: {y: {column: b, write: create}}}}", "l.fields.y.write", "records are found by `y`"),
        ("{l: {fields: {y: {column: b, translations: {en_US: c}}}}}", "l.fields.y.translations.en_US", "own language"),
        (
            "{l: {fields: {y: b}, lines: {k: {fields: {z: {column: c, lookup: [" + CREATES + "]}}}}}}",
            "l.lines.k.fields.z.lookup[0].on_missing",
            "the job itself creates records of res.partner",
        ),
        ("{l: {fields: {y: b}, lines: {y: {fields: {z: c}}}}}", "l.lines.y", "is in `fields`, too"),
        ("{l: {fields: {y: b}, lines: {k: {fields: {z: {colum: c}}}}}}", "l.lines.k.fields.z", ""),
        ("{ref: {fields: {y: b}}}", "ref", "is in `fields`, too"),
        ("{l: {match: {a: b}, fields: {y: b}}}", "l.match", "for lines with a `source` of their own"),
        ("{l: {source: {type: csv, path: x}, fields: {y: b}}}", "l.source", "need `match`"),
        ("{l: {source: {type: csv}, match: {a: b}, fields: {y: b}}}", "l.source", "`path` is missing"),
        ("{l: {source: {type: csv, path: x, only_new: true}, match: {a: b}, fields: {y: b}}}", "l.source.only_new", ""),
        (
            "{l: {fields: {y: b}, lines: {k: {source: {type: csv, path: x}, match: {a: b}, fields: {z: c}}}}}",
            "l.lines.k.source",
            "lines of lines have no `source`",
        ),
    ],
)
def test_lines_that_are_wrong(problems, text, path, words):
    """Each mistake is told at the key at fault."""
    told = [(found, message) for found, message, _ in problems(lines(text))]
    assert any(found.startswith(f"lines.{path}") and words in message for found, message in told), told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{key: y, fields: {y: b}}", []),
        ("{fields: {y: b}}", ["lines.l"]),
        ("{key: y, rest: remove, fields: {y: b}}", ["lines.l.rest"]),
        ("{key: y, fields: {y: b}, lines: {k: {fields: {z: c}}}}", ["lines.l.lines.k"]),
    ],
)
def test_a_source_of_what_is_new_gives_some_of_the_lines(make_project, problems, text, told):
    """So that those that it lacks say nothing."""
    job = lines(f"{{l: {text}}}", source="{type: csv, path: 'a*.csv', only_new: true}")
    if told:
        assert [path for path, *_ in problems(job)] == told
    else:
        assert load_project(make_project(partners=job), {}).jobs["partners"].spec.lines


@pytest.mark.parametrize("text", ["{key: y, rest: remove, fields: {y: b}}", "{fields: {y: b}}"])
def test_records_of_another_odoo_bring_all_of_their_lines(make_project, text):
    """Also where only those that changed are read."""
    source = "{type: odoo, connection: main, model: m, fields: [a], incremental: {cursor: write_date}}"
    project = load_project(make_project(partners=lines(f"{{l: {text}}}", source=source)), {})
    assert project.jobs["partners"].spec.lines


def test_external_ids_have_no_lines(problems):
    """`load` gives them, and takes no lines."""
    [(path, message, _)] = problems(lines("{l: {fields: {y: b}}}", target="{model: m, external_id: 'x.{a}'}"))
    assert (path, message.startswith("`external_id` has no place beside `lines`")) == ("target.external_id", True)


JOINED = "{l: {source: {type: csv, path: '../lines.csv'}, match: {a: b}, fields: {y: b}}}"


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("{type: csv, path: 'a*.csv', only_new: true}", "source.only_new"),
        ("{type: sql, url: 'sqlite:///x.db', query: SELECT 1, incremental: {cursor: a}}", "source.incremental"),
        ("{type: sql, url: 'sqlite:///x.db', query: SELECT 1, split_by: a}", "source.split_by"),
    ],
)
def test_sources_of_records_and_lines_are_read_as_a_whole(problems, source, path):
    """What leaves rows out, or parts them, has no place in either."""
    [(at, message, _)] = problems(lines(JOINED, source=source))
    assert (at, "two sources" in message) == (path, True)


def test_paths_of_every_source_are_those_of_the_job_file(make_project):
    """Relative to its folder."""
    project = load_project(make_project(partners=lines(JOINED)), {})
    spec = project.jobs["partners"].spec
    assert spec.lines["l"].source.path == str(project.folder.parent / "lines.csv")
    assert [one.type for one in spec.every_source] == ["csv", "csv"]
