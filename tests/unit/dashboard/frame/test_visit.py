"""What pages make of requests: addresses, texts of others, forms, faults, prefixes."""

from __future__ import annotations

import logging

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from odoo_etl.dashboard import Action, Page, Section, application
from odoo_etl.dashboard.forms import MOST_FIELDS
from odoo_etl.errors import StateError
from tests.dashboard import HOST, OPERATOR_TOKEN, Window, site_of, window

TRICKS = "<b>\u202etxt.exe\u202c\x1b[31m\x00\u200b&\"'"


def broken(_):
    """A page with a fault of its own."""
    raise ZeroDivisionError("with s3cret-value in it")


def away(_):
    """A page whose store is away."""
    raise StateError("the store is away")


def told(visit):
    """A page that shows a text of others."""
    return visit.render("fault.html", title="T", text=TRICKS, problems=(TRICKS,))


def sent(visit):
    """A page that takes a form."""
    return visit.render("fault.html", title="T", text=str(sorted(visit.form)), problems=())


OWN = Section(
    "own",
    (
        Page("/own/broken", "broken", broken),
        Page("/own/away", "away", away),
        Page("/own/{name}/told", "told", told),
        Action("/own/sent", "sent", sent, largest=4000),
    ),
    "Own",
    "broken",
)


@pytest.fixture
def seen(shop) -> Window:
    """A browser of an operator, who sees a section of these tests."""
    from odoo_etl.dashboard.sections import SECTIONS

    return window(site_of(shop), "operator", (*SECTIONS, OWN))


def test_a_fault_of_a_page_tells_nothing_and_is_in_the_log(seen, caplog):
    """The rest goes on."""
    with caplog.at_level(logging.ERROR):
        answer = seen.get("/own/broken")
    assert answer.status_code == 500
    assert "s3cret" not in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert seen.get("/").status_code == 200
    assert (seen.get("/own/away").status_code, "the store is away" in seen.get("/own/away").text) == (503, True)


def test_texts_of_others_do_nothing(seen):
    """Markup is text, and what hides or turns text is seen."""
    page = seen.get("/own/x/told").text
    for bad in ("<b>", "\u202e", "\x1b", "\x00", "\u200b"):
        assert bad not in page
    assert "&lt;b&gt;\\u202etxt.exe\\u202c\\x1b[31m\\x00\\u200b&amp;&#34;&#39;" in page


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"a": "1"}, 200),
        ({"a": "x" * 5000}, 413),
        ({f"f{n}": "" for n in range(MOST_FIELDS + 1)}, 413),
    ],
)
def test_forms_are_bounded(seen, data, status):
    """Their bytes are counted while they come."""
    assert seen.post("/own/sent", **data).status_code == status
    chunks = (b"csrf=", b"x" * 5000)
    known = {"origin": HOST, "content-type": "application/x-www-form-urlencoded"}
    assert seen.client.post("/own/sent", content=iter(chunks), headers=known).status_code == 413


def test_a_part_of_a_page_is_told_its_faults_in_a_part(seen):
    """Htmx puts it where faults are; where nobody is logged in any more, it goes to the login."""
    part = seen.get("/own/away", headers={"hx-request": "true"})
    assert (part.status_code, "<html" in part.text) == (503, False)
    seen.client.cookies.clear()
    lost = seen.get("/runs?job=a", headers={"hx-request": "true"})
    assert (lost.status_code, lost.headers["hx-redirect"]) == (401, "/login?next=%2Fruns%3Fjob%3Da")


def test_files_are_kept_for_good_under_the_digest_of_their_content(seen):
    """And under no other name."""
    page = seen.get("/").text
    for name in ("page", "report"):
        path = page.split(f'href="/static/{name}.')[1].partition('"')[0]
        answer = seen.get(f"/static/{name}.{path}")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"].startswith("text/css")
    for name in ("page.css", "..%2fpage.html", "README.md", "page.000000000000.css"):
        assert seen.get(f"/static/{name}").status_code == 404
    assert "<script>" not in page
    assert " style=" not in page
    assert " onclick=" not in page


def test_it_can_be_mounted_by_others(shop):
    """Below a prefix, with all its addresses."""
    outer = Starlette(routes=[Mount("/etl", application(site_of(shop)))])
    from starlette.testclient import TestClient

    seen = Window(TestClient(outer, base_url=HOST))
    assert seen.client.get("/etl/", follow_redirects=False).headers["location"] == "/etl/login?next=%2Fetl%2F"
    data = {"csrf": seen.token("/etl/login"), "token": OPERATOR_TOKEN, "next": "/etl/runs"}
    done = seen.client.post("/etl/login", data=data, headers={"origin": HOST}, follow_redirects=False)
    assert done.headers["location"] == "/etl/runs"
    page = seen.client.get("/etl/runs").text
    assert 'href="/etl/static/page.' in page
    assert 'href="/etl/codes"' in page
