"""Records and their contents copied from one database to another: a content is read once, and only if it is wanted."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from odoo_etl import OdooClient
from odoo_etl.sandbox import Sandbox
from tests.e2e.project import Done, Project
from tests.e2e.test_contents import LARGE, OTHER, SMALL
from tests.fault_proxy import FaultProxy, meanwhile, status
from tests.servers import Server

TEXT = base64.b64encode(b"a contract\n" * 1000).decode()
SOURCE: dict[str, Any] = {"type": "odoo", "connection": "old"}


def jobs(prefix: str) -> dict[str, dict[str, Any]]:
    """Tags, partners with images, and the files that are attached to them."""
    ours, named = [["ref", "=like", f"{prefix}%"]], [["name", "=like", f"{prefix}%"]]
    by_source = {"by": "source_id", "model": "res.partner"}
    tags = {
        "source": {**SOURCE, "model": "res.partner.category", "domain": named, "fields": ["id", "name"]},
        "target": {"model": "res.partner.category", "key": "name"},
        "fields": {"name": "name"},
    }
    partners = {
        "source": {
            **SOURCE,
            "model": "res.partner",
            "domain": ours,
            "fields": ["id", "ref", "name", "parent_id", "category_id", "image_1920"],
        },
        "target": {"model": "res.partner", "key": "ref"},
        "fields": {
            "ref": "ref",
            "name": "name",
            "parent_id": {"column": "parent_id", "lookup": {**by_source, "on_missing": "defer"}},
            "category_id": {"column": "category_id", "lookup": {**by_source, "model": "res.partner.category"}},
            "image_1920": {"column": "image_1920", "empty": "clear"},
        },
    }
    files = {
        "depends_on": ["partners"],
        "source": {
            **SOURCE,
            "model": "ir.attachment",
            "domain": named,
            "fields": ["id", "name", "res_model", "res_id", "datas"],
        },
        "target": {"model": "ir.attachment", "key": "name"},
        "fields": {
            "name": "name",
            "res_model": "res_model",
            "res_id": {"column": "res_id", "model_column": "res_model", "lookup": {"by": "source_id"}},
            "datas": "datas",
        },
    }
    every = {"tags": tags, "partners": partners, "files": files}
    return {name: {"version": 1, "job": name, **one} for name, one in every.items()}


@dataclass(frozen=True)
class Copy:
    """Two databases and a project that copies from one to the other.

    Attributes:
        way: in front of the old one.
    """

    prefix: str
    project: Project
    old: OdooClient
    new: OdooClient
    way: FaultProxy

    def run(self, *arguments: str) -> tuple[Done, Counter[str]]:
        """Run all jobs; and the calls of the old database, by their method."""
        self.way.seen.clear()
        done = self.project.run(*(arguments or ("run",)), "--json")
        return done, Counter(method for method, _ in self.way.seen)

    def shape(self, client: OdooClient) -> dict[str, Any]:
        """By reference, all that relates a partner to others, its image, and its files."""
        tags = {row["id"]: row["name"] for row in client.search_read("res.partner.category", [], ["name"])}
        names = ["ref", "name", "parent_id", "category_id", "image_1920"]
        domain = [["ref", "=like", f"{self.prefix}%"]]
        rows = client.search_read("res.partner", domain, names, load="_classic_write")
        refs = {row["id"]: row["ref"] for row in rows}
        files = client.search_read(
            "ir.attachment", [["name", "=like", f"{self.prefix}%"]], ["name", "res_id", "datas"], load="_classic_write"
        )
        return {
            **{
                row["ref"]: (
                    row["name"],
                    refs.get(row["parent_id"]),
                    sorted(tags[each] for each in row["category_id"]),
                    row["image_1920"],
                )
                for row in rows
            },
            **{row["name"]: (refs.get(row["res_id"]), row["datas"]) for row in files},
        }


def fill(client: OdooClient, prefix: str) -> None:
    """A child before its parent, tags, images, of which Odoo shrinks one, and files."""
    tags = client.create("res.partner.category", [{"name": f"{prefix}{n}"} for n in range(3)])
    images = [SMALL, LARGE, False, OTHER, SMALL]
    ids = client.create(
        "res.partner",
        [
            {"ref": f"{prefix}{n}", "name": f"Partner {n}", "category_id": [[6, 0, tags[n % 3 :]]], "image_1920": image}
            for n, image in enumerate(images)
        ],
    )
    client.write("res.partner", [ids[0]], {"parent_id": ids[4]})
    files = [(0, TEXT), (1, TEXT), (4, base64.b64encode(b"\0" * 50_000).decode())]
    client.create(
        "ir.attachment",
        [
            {"name": f"{prefix}{n}.bin", "res_model": "res.partner", "res_id": ids[at], "datas": datas}
            for n, (at, datas) in enumerate(files)
        ],
    )


def pair_of_sandboxes(stack: ExitStack) -> tuple[Server, Server]:
    """Two that hold nothing but what every database has."""
    both = [stack.enter_context(Sandbox()) for _ in range(2)]
    old, new = [Server("sandbox", one.url, one.db, one.user, one.password, one.api_key) for one in both]
    return old, new


@pytest.fixture(params=["sandbox", pytest.param("odoo", marks=pytest.mark.odoo)])
def servers(request: pytest.FixtureRequest) -> Iterator[tuple[Server, Server]]:
    """The database that is copied, and the one that gets the copy."""
    with ExitStack() as stack:
        if request.param == "sandbox":
            yield pair_of_sandboxes(stack)
        else:
            yield request.getfixturevalue("another_odoo"), request.getfixturevalue("real_odoo")


@pytest.fixture(scope="module")
def another_odoo(serve: Callable[..., Server]) -> Server:
    """A real Odoo 19 beside the one of all tests."""
    return serve("plain")


@pytest.fixture
def copy(servers: tuple[Server, Server], empty_project: Project, prefix: str) -> Iterator[Copy]:
    """The project; in the new database, ids are other ones."""
    old, new = servers
    with ExitStack() as stack:
        first, second = [
            stack.enter_context(OdooClient(one.url, one.db, user=one.user, api_key=one.api_key)) for one in servers
        ]
        fill(first, prefix)
        second.create("res.partner.category", [{"name": f"other {prefix} {n}"} for n in range(7)])
        second.create("res.partner", [{"name": f"other {n}"} for n in range(11)])
        way = stack.enter_context(FaultProxy(old.url))
        urls = {"old": way.url, "main": new.url}
        logins = {"old": old, "main": new}
        known = {
            name: {"url": urls[name], "db": one.db, "user": one.user, "api_key": one.api_key}
            for name, one in logins.items()
        }
        empty_project.write("project.yaml", {"connections": known})
        for name, job in jobs(prefix).items():
            job["target"]["connection"] = "main"
            empty_project.write(f"{name}.yaml", job)
        yield Copy(prefix, empty_project, first, second, way)


def counted(done: Done) -> dict[str, dict[str, int]]:
    """What became of the rows of each job."""
    return {
        job["job"]: {kind: count for kind, count in done.counts(job["job"]).items() if kind != "read"}
        for job in done.result["jobs"]
    }


UNCHANGED = {"tags": {"unchanged": 3}, "partners": {"unchanged": 5}, "files": {"unchanged": 3}}


def test_a_copy_is_like_the_original(copy: Copy) -> None:
    """The second run writes nothing and reads no content, a content that changed is the only one that is read."""
    _, planned = copy.run("plan")
    done, first = copy.run()
    assert (done.code, counted(done)) == (
        0,
        {"tags": {"created": 3}, "partners": {"created": 5}, "files": {"created": 3}},
    )
    assert copy.shape(copy.new) == copy.shape(copy.old)
    again, second = copy.run()
    assert (again.code, counted(again), again.writes()) == (0, UNCHANGED, {})
    assert second["read"] < first["read"]
    assert second["read"] == planned["read"]
    [one] = copy.old.search_read("res.partner", [["ref", "=", f"{copy.prefix}3"]], ["id"])
    copy.old.write("res.partner", [one["id"]], {"image_1920": SMALL})
    changed, third = copy.run()
    assert counted(changed) == {**UNCHANGED, "partners": {"updated": 1, "unchanged": 4}}
    assert third["read"] == second["read"] + 1
    assert copy.shape(copy.new) == copy.shape(copy.old)
    assert copy.run("undo", "last", "--yes")[0].code == 0
    assert copy.shape(copy.new)[f"{copy.prefix}3"][-1] == OTHER


@pytest.fixture
def partners(copy: Copy) -> Copy:
    """The same without files; all but the images is there already."""
    (copy.project.root / "pipelines/files.yaml").unlink()
    return copy


def of_partner(copy: Copy, number: int) -> int:
    """The id of a partner in the old database."""
    [one] = copy.old.search_read("res.partner", [["ref", "=", f"{copy.prefix}{number}"]], ["id"])
    return int(one["id"])


def test_a_content_that_is_changed_meanwhile(partners: Copy) -> None:
    """Its row alone is a reject, which says so; the next run has what it is by then."""
    _, planned = partners.run("plan")
    changing = meanwhile(
        lambda: partners.old.write("res.partner", [of_partner(partners, 3)], {"image_1920": LARGE}), forwarded=True
    )
    partners.way.script(changing, "read", skip=planned["read"])
    done, _ = partners.run()
    assert (done.code, counted(done)["partners"]) == (3, {"created": 4, "rejected": 1})
    [group] = done.job()["reject_groups"]
    assert (group["code"], "was changed while the job was running" in group["reason"]) == ("file_changed", True)
    assert counted(partners.run()[0])["partners"] == {"created": 1, "unchanged": 4}
    assert partners.shape(partners.new) == {
        name: one for name, one in partners.shape(partners.old).items() if not name.endswith(".bin")
    }


def test_a_source_that_goes_away_before_its_contents_are_read(partners: Copy) -> None:
    """The job fails, and says whose connection it was; `resume` goes on."""
    _, planned = partners.run("plan")
    partners.way.script(status(500), "read", skip=planned["read"], times=1000)
    done, _ = partners.run()
    assert (done.code, counted(done)["tags"]) == (1, {"created": 3})
    assert "the source's connection `old`" in str(done.job()["error"])
    partners.way.calm()
    resumed, _ = partners.run("resume")
    assert (resumed.code, counted(resumed)["partners"]) == (0, {"created": 5})


@pytest.mark.parametrize("commands", [["plan --out p.etlplan", "apply p.etlplan"], ["run --workers 2"]])
def test_contents_come_on_every_way(copy: Copy, commands: list[str]) -> None:
    """A plan that is kept names them by checksum; each worker reads those of its rows."""
    for command in commands:
        done, _ = copy.run(*command.split())
        assert done.code == 0, done.err
    assert counted(done) == {"tags": {"created": 3}, "partners": {"created": 5}, "files": {"created": 3}}
    assert copy.shape(copy.new) == copy.shape(copy.old)


def test_rows_with_contents_that_were_rejected(copy: Copy) -> None:
    """The rejects file keeps where their contents are; `retry` reads them from there."""
    assert counted(copy.run("run", "partners")[0]) == {"partners": {"rejected": 5}}
    text = next((copy.project.root / ".odoo_etl/runs").rglob("rejects/partners.csv")).read_text("utf-8-sig")
    assert text.count("odoo://old/res.partner/") == 4
    assert copy.run("run", "tags")[0].code == 0
    again, _ = copy.run("retry")
    assert (again.code, counted(again)) == (0, {"partners": {"created": 5}})
    images = [one[-1] for name, one in copy.shape(copy.old).items() if not name.endswith(".bin")]
    assert [one[-1] for one in copy.shape(copy.new).values()] == images
