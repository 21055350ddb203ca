"""A web API into the sandbox: the job of docs/rest.md, run after run; what it never shows; divided among workers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.web import as_json, serving

PAGE = (Path(__file__).parents[2] / "docs/rest.md").read_text("utf-8")
TOKEN = "tok-4711-sesame"


class Shop:
    """Customers that know when they changed, three to a page.

    Attributes:
        since: what each first request of a reading asked for; "" for everything.
    """

    def __init__(self, web, prefix):
        self.web, self.prefix, self.rows, self.since, self.is_closed = web, prefix, {}, [], False
        web.page("/api/v1/customers", self.answer)

    def put(self, number, name, minute, email=None):
        """A customer changes."""
        at = f"2024-05-01T10:{minute:02}:00Z"
        row = {"id": number, "number": f"{self.prefix}-{number}", "name": name, "updated_at": at}
        self.rows[number] = {**row, "contact": {"email": email}}

    def answer(self, asked):
        """A page; a token is needed."""
        if self.is_closed or asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {}, f"who is {asked.headers.get('Authorization')}?".encode()
        since, at = asked.params.get("updated_since", ""), int(asked.params.get("cursor", 0))
        if not at:
            self.since.append(since)
        found = [row for row in self.rows.values() if row["updated_at"] >= since]
        more = str(at + 3) if found[at + 3 :] else None
        return as_json({"data": found[at : at + 3], "meta": {"next": more}})


@pytest.fixture
def shop(prefix):
    """The API."""
    with serving() as web:
        yield Shop(web, prefix)


@pytest.fixture
def customers(sandbox_project, shop):
    """The project with the job of the page."""
    (job,) = re.findall(r"^```yaml\n(version: 1.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    text = job.replace("https://shop.example.com", shop.web.url("")).replace("rate: 5/s", "rate: 500/s")
    sandbox_project.write("customers.yaml", yaml.safe_load(text))
    sandbox_project.environment["SHOP_TOKEN"] = TOKEN
    return sandbox_project


def test_what_changed_arrives_with_the_next_run(customers, shop):
    """Run after run: all, nothing, one; a rejected row holds the watermark; a full refresh asks for everything."""
    for number in range(1, 8):
        shop.put(number, f"Customer {number}", number * 5, f"c{number}@example.com")
    assert customers.run("run", "--json").counts("customers") == {"read": 7, "created": 7}
    assert customers.run("run", "--json").counts("customers") == {"read": 3, "unchanged": 3}
    shop.put(2, "Customer two", 50)
    shop.put(8, "", 52)
    shop.put(9, "Customer 9", 54)
    assert customers.run("plan", "--json").counts("customers")["updated"] == 1
    done = customers.run("run", "--json")
    assert (done.code, done.counts("customers")) == (
        3,
        {"read": 6, "created": 1, "updated": 1, "unchanged": 3, "rejected": 1},
    )
    shop.put(8, "Customer 8", 52)
    assert customers.run("run", "--json").counts("customers")["created"] == 1
    assert customers.run("run", "--json", "--full-refresh").counts("customers") == {"read": 9, "unchanged": 9}
    assert [since[11:16] for since in shop.since] == ["", "10:25", "10:25", "10:25", "10:40", ""]


def test_a_token_is_shown_nowhere(customers, shop):
    """Not by a server that repeats it, and not in what a run leaves."""
    shop.put(1, "Customer 1", 1)
    customers.environment["SHOP_TOKEN"] = "wrong-token-0815"
    done = customers.run("run")
    assert done.code == 1
    assert "the server answers 401: who is Bearer ***? (check auth: of the source" in done.err
    customers.environment["SHOP_TOKEN"] = TOKEN
    assert customers.run("run", "--log-level", "debug").code == 0
    left = "".join(path.read_text("utf-8", "replace") for path in customers.root.rglob("*") if path.is_file())
    assert [one for one in (TOKEN, "wrong-token-0815") if one in left + done.out + done.err] == []


def test_several_workers_share_the_rows(customers, shop):
    """One asks for the pages, and the watermark, which follows from all rows, asks once more."""
    for number in range(1, 8):
        shop.put(number, f"Customer {number}", number * 5)
    done = customers.run("run", "--workers", "2", "--json")
    assert (done.counts("customers"), len(shop.web.requests)) == ({"read": 7, "created": 7}, 6)
    assert customers.run("run", "--workers", "2", "--json").counts("customers") == {"read": 3, "unchanged": 3}


def test_validate_asks_nobody(customers, shop):
    """Before somebody says `--online`."""
    assert customers.run("validate").code == 0
    assert shop.web.requests == []
    shop.put(1, "Customer 1", 1)
    done = customers.run("validate", "--online")
    assert (done.code, "has no 'contact.email'" in done.out) == (0, False)
    assert len(shop.since) == 1


def test_columns_that_are_named_are_known_without_a_page(customers, shop):
    """So that a large API is asked once, by the run."""
    path = customers.root / "pipelines/customers.yaml"
    job = yaml.safe_load(path.read_text())
    job["source"]["columns"] = ["number", "name", "updated_at"]
    customers.write("customers.yaml", job)
    done = customers.run("validate", "--online")
    assert (done.code, "lacks the column 'contact.email' (for email)" in done.out + done.err) == (2, True)
    job["source"]["columns"].append("contact.email")
    customers.write("customers.yaml", job)
    assert customers.run("validate", "--online").code == 0
    assert shop.web.requests == []
    shop.put(1, "Customer 1", 1)
    assert customers.run("run", "--json").counts("customers") == {"read": 1, "created": 1}
    assert len(shop.web.requests) == 1
