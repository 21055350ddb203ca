"""Runs whose rows come from elsewhere: the web, a server, an archive, the standard input; no secret shows."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.divided import SERVERS_AND_WORKERS
from tests.e2e.project import Project, partner_rows, partners_job
from tests.sftp import serving as serving_sftp
from tests.web import serving

TOKEN = "tok3n-Sesame-0123456789"


@pytest.fixture
def web():
    """A web server."""
    with serving() as server:
        yield server


def csv_of(rows) -> bytes:
    """The rows as a CSV file."""
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def downloads(project: Project) -> list[Path]:
    """The copies that are kept."""
    folder = project.root / ".odoo_etl/downloads"
    return sorted(folder.iterdir()) if folder.is_dir() else []


@SERVERS_AND_WORKERS
def test_a_file_on_the_web(project: Project, prefix: str, workers: tuple[str, ...], web) -> None:
    """The second run is told that nothing has changed; validate asks for nothing."""
    web.page("/partners.csv", csv_of(partner_rows(prefix, 20)), ETag='"1"')
    headers = {"headers": {"Authorization": f"Bearer {TOKEN}"}}
    source = {"type": "csv", "path": web.url("/partners.csv"), "storage_options": headers}
    project.write("partners.yaml", partners_job(source=source))
    assert project.run("validate").code == 0
    assert not web.requests
    assert project.run("run", "--json", *workers).counts() == {"read": 20, "created": 20}
    asked = len(web.requests)
    again = project.run("run", "--json", *workers)
    assert (again.counts(), again.writes()) == ({"read": 20, "unchanged": 20}, {})
    assert {one.headers["Authorization"] for one in web.requests} == {f"Bearer {TOKEN}"}
    assert {one.headers.get("If-None-Match") for one in web.requests[asked:]} == {'"1"'}
    used = [one["path"] for one in again.result["files"] if one["kind"] == "source"]
    assert used == [web.url("/partners.csv")]


def test_new_files_over_sftp(sandbox_project: Project, prefix: str, tmp_path: Path) -> None:
    """Those that a run has read are left out, a rejected row names its file, and retry lands it."""
    rows = partner_rows(prefix, 6)
    rows[4]["name"] = ""
    served = tmp_path / "served"
    served.mkdir()
    (served / "1.csv").write_bytes(csv_of(rows[:3]))
    (served / "2.csv").write_bytes(csv_of(rows[3:]))
    with serving_sftp(served) as server:
        source = {"type": "csv", "path": server.url("/*.csv"), "storage_options": server.options, "only_new": True}
        sandbox_project.write("partners.yaml", partners_job(source=source))
        first = sandbox_project.run("run", "--json")
        assert (first.code, first.counts()) == (3, {"read": 6, "created": 5, "rejected": 1})
        assert [row["_line"] for row in sandbox_project.rejects()] == ["2.csv:3"]
        assert f"rejected {server.url('/2.csv')}:3: name" in first.err
        rows[4]["name"] = "mended"
        (served / "2.csv").write_bytes(csv_of(rows[3:]))
        assert sandbox_project.run("run", "--json").counts() == {"read": 3, "created": 1, "unchanged": 2}
        assert sandbox_project.run("run", "--json").counts() == {}
        assert server.opened == ["/1.csv", "/2.csv", "/2.csv"]


@pytest.mark.parametrize("verbosity", [(), ("--log-level", "debug")])
def test_no_secret_shows(sandbox_project: Project, prefix: str, web, verbosity: tuple[str, ...]) -> None:
    """Of headers, addresses and logins, whatever goes wrong, in what is printed and in what is left."""
    rows = partner_rows(prefix, 2)
    rows[1]["name"] = ""
    web.page("/partners.csv", csv_of(rows))
    signed = web.url(f"/partners.csv?X-Amz-Signature={TOKEN}").replace("://", f"://anna:{TOKEN}@")
    headers = {"headers": {"X-Api-Key": TOKEN}}
    web.page("/refused.csv", TOKEN.encode(), status=403)
    places = {
        "fine": {"path": signed, "storage_options": headers},
        "refused": {"path": web.url("/refused.csv"), "storage_options": headers},
        "nobody": {"path": f"sftp://anna:{TOKEN}@127.0.0.1:9/a.csv"},
        "odd": {"path": "s3://bucket/a.csv", "storage_options": {"secret": TOKEN, "odd_option": TOKEN}},
    }
    for name, place in places.items():
        sandbox_project.write(f"{name}.yaml", partners_job(job=name, source={"type": "csv", **place}))
    said = ""
    for arguments in (("validate",), ("plan",), ("preview", "fine"), ("run", "--json"), ("history",), ("show", "last")):
        done = sandbox_project.run(*verbosity, *arguments)
        said += done.out + done.err
    assert "the server answers 403" in said
    assert TOKEN not in said
    for path in (sandbox_project.root / ".odoo_etl").rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


def test_a_member_of_an_archive(sandbox_project: Project, prefix: str) -> None:
    """Its rows are those of the archive's file, by name."""
    rows = partner_rows(prefix, 4)
    rows[3]["name"] = ""
    path = sandbox_project.root / "orders.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2026/partners.csv", csv_of(rows))
        archive.writestr("readme.txt", "no table")
    job = partners_job(source={"type": "csv", "path": "../orders.zip"})
    sandbox_project.write("partners.yaml", job)
    refused = sandbox_project.run("validate")
    assert refused.code == 2
    assert "holds 2 files: 2026/partners.csv, readme.txt" in refused.out + refused.err
    job["source"]["member"] = "2026/*.csv"
    sandbox_project.write("partners.yaml", job)
    done = sandbox_project.run("run", "--json")
    assert done.counts() == {"read": 4, "created": 3, "rejected": 1}
    assert f"rejected {path}/2026/partners.csv:5: name" in done.err
    assert [row["_line"] for row in sandbox_project.rejects()] == ["orders.zip/2026/partners.csv:5"]


@pytest.mark.parametrize("workers", [(), ("--workers", "2")], ids=["one process", "two processes"])
def test_rows_that_are_piped_in(sandbox_project: Project, prefix: str, workers: tuple[str, ...]) -> None:
    """They go with the process; a second run of the same rows writes nothing."""
    sandbox_project.write("partners.yaml", partners_job(source={"type": "csv", "path": "-"}))
    rows = csv_of(partner_rows(prefix, 20))
    first = sandbox_project.feed(rows, "run", "--json", *workers)
    assert (first.code, first.counts()) == (0, {"read": 20, "created": 20}), first
    assert sandbox_project.feed(rows, "run", "--json", *workers).counts() == {"read": 20, "unchanged": 20}
    assert [one["path"] for one in first.result["files"] if one["kind"] == "source"] == ["stdin"]


def test_nothing_is_left_of_what_was_piped_in(sandbox_project: Project, prefix: str) -> None:
    """It goes when the process ends."""
    sandbox_project.write("partners.yaml", partners_job(source={"type": "csv", "path": "-"}))
    alone = replace(sandbox_project, zygote=None)
    assert alone.feed(csv_of(partner_rows(prefix, 2)), "run", "--json").counts() == {"read": 2, "created": 2}
    assert not downloads(sandbox_project)


def test_a_plan_of_rows_that_are_piped_in(sandbox_project: Project, prefix: str) -> None:
    """It is applied to the same rows, and to no others."""
    sandbox_project.write("partners.yaml", partners_job(source={"type": "csv", "path": "-"}))
    rows = partner_rows(prefix, 3)
    assert sandbox_project.feed(csv_of(rows), "plan", "--out", "p.plan").code == 0
    others = sandbox_project.feed(csv_of(partner_rows(f"{prefix}-x", 3)), "apply", "p.plan", "--json")
    assert others.code == 7
    done = sandbox_project.feed(csv_of(rows), "apply", "p.plan", "--json")
    assert (done.code, done.counts()) == (0, {"read": 3, "created": 3}), done


def test_nothing_is_piped_in(sandbox_project: Project, prefix: str) -> None:
    """An empty input is an empty file; validate reads none of it; one job alone has it, and no part of a scheduler."""
    job = partners_job(source={"type": "csv", "path": "-"})
    sandbox_project.write("partners.yaml", job)
    empty = sandbox_project.feed(b"", "run", "--json")
    assert empty.code == 1
    assert "stdin: the file is empty" in empty.job()["error"]
    assert sandbox_project.feed(b"no table", "validate", "--online").code == 0
    part = sandbox_project.feed(csv_of(partner_rows(prefix, 2)), "run", "--json", "--partition", "1/2")
    assert "reads the standard input, which comes to one process" in part.out + part.err
    sandbox_project.write("others.yaml", {**job, "job": "others"})
    twice = sandbox_project.feed(b"", "validate")
    assert twice.code == 2
    assert "the standard input comes once, and job `others` reads it as well" in twice.out + twice.err
