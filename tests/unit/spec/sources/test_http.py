"""Web APIs as a person describes them: what is refused with its place, and what is secret."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from odoo_etl.errors import SpecError
from odoo_etl.spec import load_project
from odoo_etl.spec.sources import HttpSource
from tests.unit.spec.conftest import job_text

URL = "https://api.example.com/v1/orders"


def source(rest: str, url: str = URL) -> str:
    """A job of a web API with these keys."""
    return job_text(source=f"{{type: http, url: '{url}'{rest}}}")


@pytest.mark.parametrize(
    ("rest", "path", "words"),
    [
        (", pages: {}", "source.pages", "`type` is missing one of link, url, cursor, page, offset"),
        (", pages: {type: lnk}", "source.pages.type", "must be one of link, url, cursor, page, offset"),
        (", pages: {type: url}", "source.pages", "`at` is missing"),
        (", pages: {type: page}", "source.pages", "either in `param` or in `body`"),
        (", method: POST, pages: {type: page, param: p, body: q}", "source.pages", "either in `param` or in `body`"),
        (", pages: {type: page, body: q}", "source.pages.body", "a GET request has no body"),
        (", pages: {type: page, param: p, first: -1}", "source.pages.first", "at least 0"),
        (", pages: {type: cursor, param: p}", "source.pages", "either `at` or `of_last`"),
        (", pages: {type: link, at: x}", "source.pages.at", "unknown key"),
        (", json: {a: 1}", "source.json", "a GET request has no body `method: POST`"),
        (", method: POST, json: a", "source.json", "must be a mapping or a list"),
        (", method: PUT", "source.method", "GET, POST, not 'PUT'"),
        (", params: {a: {b: c}}", "source.params.a", "must be text, a number"),
        (", headers: {'a b': c}", "source.headers.a b", "must be the name of a header"),
        (', headers: {a: "b\\nc"}', "source.headers.a", "holds a line break"),
        (", auth: {}", "source.auth", "`bearer` is missing"),
        (", auth: {bearer: ''}", "source.auth.bearer", "is empty is the variable set?"),
        (", auth: {bearer: x, user: y}", "source.auth.user", "unknown key"),
        (", auth: {user: x}", "source.auth", "`password` is missing"),
        (", auth: {oauth2: {client_id: x, client_secret: y}}", "source.auth.oauth2", "`token_url` is missing"),
        (", incremental: {cursor: at}", "source.incremental", "either in `param` or in `body`"),
        (", incremental: {cursor: at, param: s, upper: run_start}", "source.incremental.upper", "unknown key"),
        (", incremental: {cursor: at, param: s, value: now}", "source.incremental.value", "lacks {since}"),
        (", incremental: {cursor: at, body: s}", "source.incremental.body", "a GET request has no body"),
        (", incremental: {cursor: at, param: s}, columns: [id]", "source.columns", "lacks the cursor of `incremental`"),
        (", incremental: {cursor: at, param: s}, min_rows: 2", "source.min_rows", "only changed ones are read"),
        (", format: jsonl, records: data", "source.records", "has a record in each line"),
        (", format: jsonl, pages: {type: url, at: x}", "source.pages.at", "and nothing beside them"),
        (", rate: fast", "source.rate", "must be a number of calls in a time"),
        (", max_pages: 0", "source.max_pages", "at least 1"),
        (", timeout: 0", "source.timeout", "greater than 0"),
    ],
)
def test_what_a_job_cannot_say(problems, rest, path, words):
    """One problem, at its key, with what may stand there."""
    ((at, message, hint),) = problems(source(rest))
    assert (at, words in f"{message} {hint}") == (path, True), f"{message} {hint}"


@pytest.mark.parametrize("url", ["ftp://a/b", "api.example.com", "http://", "http://a:0/", "https://[", ""])
def test_addresses_that_are_none(problems, url):
    """The address itself is not repeated: it may hold a secret."""
    ((path, message, _),) = problems(source("", url))
    assert (path, message) == ("source.url", "must be http://... or https://...")


def test_an_address_holds_no_login(problems):
    """Who asks is said in auth."""
    ((path, message, hint),) = problems(source("", "https://ada:sesame@api.example.com/"))
    assert (path, message, hint) == (
        "source.url",
        "holds a user name or password",
        "`auth: {user: ..., password: ...}`",
    )


@pytest.mark.parametrize(
    ("keys", "refused"),
    [
        ({}, False),
        ({"auth": {"bearer": "x"}}, True),
        ({"headers": {"X-Key": "x"}}, True),
        ({"auth": {"bearer": "x"}, "insecure_http": True}, False),
    ],
)
def test_a_secret_goes_over_an_encrypted_line(keys, refused):
    """To other machines, unless the job says otherwise."""
    for host in ("api.example.com", "192.168.1.2"):
        data = {"type": "http", "url": f"http://{host}/x", **keys}
        if refused:
            with pytest.raises(ValidationError, match="unencrypted on another machine"):
                HttpSource.model_validate(data)
        else:
            HttpSource.model_validate(data)
    for url in ("https://api.example.com/x", "http://127.0.0.1:8080/x", "http://localhost/x"):
        HttpSource.model_validate({"type": "http", "url": url, **keys})


def test_so_does_the_secret_of_a_client():
    """The address that gives tokens counts, too."""
    client = {"token_url": "http://login.example.com/token", "client_id": "a", "client_secret": "b"}
    with pytest.raises(ValidationError, match=r"http://login\.example\.com would get"):
        HttpSource.model_validate({"type": "http", "url": URL, "auth": {"oauth2": client}})


@pytest.mark.parametrize(
    ("auth", "secret"),
    [
        ("{bearer: '${SECRET}'}", "bearer-1"),
        ("{user: ada, password: '${SECRET}'}", "sesame-2"),
        ("{header: X-Key, value: '${SECRET}'}", "header-3"),
        ("{param: key, value: '${SECRET}'}", "param-4"),
        ("{oauth2: {token_url: 'https://a.b/c', client_id: x, client_secret: '${SECRET}'}}", "client-5"),
    ],
)
def test_secrets_are_known_and_not_shown(make_project, auth, secret):
    """So that they are redacted wherever somebody repeats them; also those of sources of lines."""
    rest = f", auth: {auth}, headers: {{X-Tenant: tenant-6}}"
    own = f"{{type: http, url: '{URL}?k=k-7', auth: {auth}}}"
    lines = f"lines: {{child_ids: {{match: {{a: b}}, key: ref, fields: {{ref: c}}, source: {own}}}}}\n"
    for text in (source(rest, f"{URL}?k=k-7"), job_text(extra=lines)):
        project = load_project(make_project(partners=text), {"SECRET": secret})
        assert {secret, "k=k-7"} <= project.secrets()
        shown = repr(project.jobs["partners"].spec) + project.jobs["partners"].spec.model_dump_json()
        assert [one for one in (secret, "tenant-6", "k-7") if one in shown] == []
    with pytest.raises(SpecError) as caught:
        load_project(make_project(partners=source(f", auth: {auth[:-1]}, x: y}}")), {"SECRET": secret})
    assert secret not in str(caught.value)


def test_files_are_found_beside_the_job(make_project):
    """`ca_file` is relative to the file of the job."""
    root = make_project(partners=source(", ca_file: certs/ca.pem"))
    spec = load_project(root, {}).jobs["partners"].spec.source
    assert spec.ca_file == root / "pipelines/certs/ca.pem"


def test_parameters_are_texts():
    """As the server gets them."""
    spec = HttpSource.model_validate({"type": "http", "url": URL, "params": {"a": True, "b": [1, "x"], "c": 1.5}})
    assert spec.params == {"a": ("true",), "b": ("1", "x"), "c": ("1.5",)}
