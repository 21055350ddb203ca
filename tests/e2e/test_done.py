"""Files that leave their folder when they are done, by the program, on the sandbox."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from odoo_etl import OdooClient
from tests import s3, sftp
from tests.e2e.project import Done, Project

PAGE = (Path(__file__).parents[2] / "docs/done.md").read_text("utf-8")
JOB: dict[str, Any] = {
    "version": 1,
    "job": "firms",
    "source": {"type": "csv", "path": "../in/*.csv", "done": {"move": "../done", "failed": "../failed"}},
    "target": {"model": "res.partner", "key": "ref"},
    "fields": {"ref": "firm", "name": "name", "color": {"column": "colour", "type": "integer"}},
}


class Deliveries:
    """Files of firms in a folder `in`."""

    def __init__(self, project: Project, prefix: str) -> None:
        self.project, self.root, self.prefix = project, project.root, prefix
        (self.root / "in").mkdir()
        self.write(JOB)

    def write(self, job: dict[str, Any]) -> None:
        """Write a job."""
        self.project.write(f"{job['job']}.yaml", job)

    def deliver(self, name: str, *colours: str) -> None:
        """A file with a firm of each colour comes."""
        stem = name.partition(".")[0]
        rows = [{"firm": f"{self.prefix}-{stem}{n}", "name": "Firm", "colour": one} for n, one in enumerate(colours)]
        self.project.rows(rows, f"in/{name}")

    def run(self, *arguments: str) -> Done:
        """Run the program."""
        return self.project.run(*(arguments or ("run",)), "--json")

    def files(self) -> dict[str, list[str]]:
        """The files of each folder that has any; ids of runs left out."""
        found: dict[str, list[str]] = {}
        for folder in ("in", "done", "failed"):
            names = sorted(one.name for one in (self.root / folder).glob("*"))
            if names:
                found[folder] = names
        return found

    def rejects(self, done: Done) -> Path:
        """The rejects file of a run."""
        return self.root / ".odoo_etl" / "runs" / done.result["run_id"] / "rejects" / "firms.csv"


@pytest.fixture
def deliveries(project: Project, odoo: OdooClient, prefix: str) -> Deliveries:
    assert odoo
    return Deliveries(project, prefix)


@pytest.mark.parametrize("how", [(), ("--workers", "2")])
def test_files_go_where_their_rows_say(deliveries: Deliveries, how: tuple[str, ...]) -> None:
    """Those with a rejected row apart; what is told names them; the next run has nothing to do, and says so."""
    deliveries.deliver("a.csv", "1", "2")
    deliveries.deliver("b.csv", "1", "red")
    deliveries.deliver("c.csv", "3")
    done = deliveries.run("run", *how)
    assert (done.code, done.counts("firms")) == (3, {"read": 5, "created": 4, "rejected": 1}), done.err
    assert deliveries.files() == {"done": ["a.csv", "c.csv"], "failed": ["b.csv"]}
    notes = done.result["notes"]
    assert any("2 files, for example a.csv, moved to" in one for one in notes), notes
    again = deliveries.run("run", *how)
    assert (again.code, again.counts("firms")) == (0, {})
    assert again.job("firms")["notes"] == ["no file is there (*.csv), and nothing was to be done"]


def test_a_retry_of_the_last_row_moves_the_file(deliveries: Deliveries) -> None:
    """From where the run with the reject has put it; with a row left it stays there."""
    deliveries.deliver("a.csv", "red", "blue")
    first = deliveries.run()
    assert deliveries.files() == {"failed": ["a.csv"]}
    file = deliveries.rejects(first)
    file.write_text(file.read_text("utf-8").replace(",red,", ",1,"), "utf-8")
    assert deliveries.run("retry").counts("firms") == {"read": 2, "created": 1, "rejected": 1}
    assert deliveries.files() == {"failed": ["a.csv"]}
    file.write_text(file.read_text("utf-8").replace(",blue,", ",2,"), "utf-8")
    done = deliveries.run("retry", first.result["run_id"])
    assert (done.code, deliveries.files()) == (0, {"done": ["a.csv"]}), done.result["notes"]


def test_without_a_folder_for_them_files_with_rejects_stay(deliveries: Deliveries) -> None:
    """And are read again."""
    deliveries.write({**JOB, "source": {**JOB["source"], "done": {"move": "../done"}}})
    deliveries.deliver("a.csv", "red", "1")
    deliveries.deliver("b.csv", "1")
    assert deliveries.run().code == 3
    assert deliveries.files() == {"in": ["a.csv"], "done": ["b.csv"]}
    deliveries.deliver("a.csv", "4", "1")
    assert deliveries.run().counts("firms") == {"read": 2, "created": 1, "unchanged": 1}
    assert deliveries.files() == {"done": ["a.csv", "b.csv"]}


def test_names_that_are_taken_get_the_id_of_the_run(deliveries: Deliveries) -> None:
    """No file is ever written over."""
    for colour in "123":
        deliveries.deliver("a.tar.csv", colour)
        done = deliveries.run()
        assert done.code == 0
    names = deliveries.files()["done"]
    assert ("a.tar.csv" in names, f"a.{done.result['run_id']}.tar.csv" in names, len(names)) == (True, True, 3)
    assert {(deliveries.root / "done" / one).read_text("utf-8")[-2] for one in names} == {"1", "2", "3"}


@pytest.mark.parametrize(
    "arguments", [("plan",), ("run", "--limit", "1"), ("preview", "firms"), ("run", "--partition", "1/1")]
)
def test_nothing_moves_where_not_all_rows_are_written(deliveries: Deliveries, arguments: tuple[str, ...]) -> None:
    """Plans, previews, limits and parts leave files where they are."""
    deliveries.deliver("a.csv", "1", "2")
    assert deliveries.run(*arguments).code == 0
    assert deliveries.files() == {"in": ["a.csv"]}


def test_a_job_that_fails_moves_nothing(deliveries: Deliveries) -> None:
    """Resuming it does, once it is done."""
    deliveries.write({**JOB, "load": {"max_rejects": 0}})
    deliveries.deliver("a.csv", "1", "red")
    first = deliveries.run()
    assert (first.code, deliveries.files()) == (4, {"in": ["a.csv"]}), first.err
    deliveries.write({**JOB, "load": {"max_rejects": 1}})
    assert deliveries.run("resume", first.result["run_id"]).code == 3
    assert deliveries.files() == {"failed": ["a.csv"]}


def test_a_file_of_two_jobs_waits_for_both(deliveries: Deliveries) -> None:
    """As long as one of them has failed it stays."""
    deliveries.write({**JOB, "fields": {"ref": "firm", "name": "name"}})
    source = {key: value for key, value in JOB["source"].items() if key != "done"}
    other = {**JOB, "job": "others", "source": source}
    deliveries.write({**other, "load": {"max_rejects": 0}})
    deliveries.deliver("a.csv", "1", "red")
    first = deliveries.run()
    assert (first.code, deliveries.files()) == (4, {"in": ["a.csv"]})
    deliveries.write({**other, "load": {"max_rejects": 1}})
    assert deliveries.run("resume", first.result["run_id"]).code == 3
    assert deliveries.files() == {"done": ["a.csv"]}


class Remote:
    """Deliveries to an SFTP server or to S3.

    Attributes:
        secret: the password, or the key, that shows nowhere.
    """

    def __init__(self, project: Project, prefix: str, server: sftp.Sftp | s3.S3) -> None:
        self.project, self.prefix, self.server = project, prefix, server
        self.is_s3 = isinstance(server, s3.S3)
        self.secret = s3.SECRET if self.is_s3 else sftp.PASSWORD
        url = server.url("in/*" if self.is_s3 else "/in/*")
        done = {"move": "../done", "failed": "../failed"}
        self.source = {"type": "csv", "path": url, "storage_options": server.options, "done": done}
        self.write()

    def write(self, **changes: Any) -> None:
        """Write the job."""
        self.project.write("firms.yaml", {**JOB, "source": self.source, **changes})

    def put(self, name: str, content: bytes) -> None:
        """A file comes."""
        if isinstance(self.server, s3.S3):
            self.server.put(name, content)
        else:
            (self.server.folder / name).parent.mkdir(exist_ok=True)
            (self.server.folder / name).write_bytes(content)

    def rows(self, name: str, *colours: str) -> bytes:
        """The rows of a file."""
        lines = [f"{self.prefix}-{name}{n},Firm,{one}" for n, one in enumerate(colours)]
        return "\n".join(["firm,name,colour", *lines, ""]).encode()

    def names(self) -> list[str]:
        """All files."""
        if isinstance(self.server, s3.S3):
            self.server.files.invalidate_cache()
            return [one.removeprefix(f"{s3.BUCKET}/") for one in self.server.files.find(s3.BUCKET)]
        folder = self.server.folder
        return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())

    def run(self, *arguments: str) -> Done:
        """Run the program; no secret is told or kept."""
        done = self.project.run(*(arguments or ("run",)), "--json")
        assert self.secret not in done.out + done.err
        for path in (self.project.root / ".odoo_etl").rglob("*"):
            assert not path.is_file() or self.secret.encode() not in path.read_bytes(), path
        return done


@pytest.fixture(params=["sftp", "s3"])
def remote(request: pytest.FixtureRequest, sandbox_project: Project, prefix: str, tmp_path: Path) -> Iterator[Remote]:
    if request.param == "s3":
        with s3.serving() as store:
            yield Remote(sandbox_project, prefix, store)
    else:
        (tmp_path / "served").mkdir()
        with sftp.serving(tmp_path / "served") as server:
            yield Remote(sandbox_project, prefix, server)


@pytest.mark.parametrize("how", [(), ("--workers", "2")])
def test_remote_files_go_where_their_rows_say(remote: Remote, how: tuple[str, ...]) -> None:
    """Within their store, archives as a whole; a retry moves them on, and the next run has nothing to do."""
    remote.put("in/a.csv", remote.rows("a", "1", "2"))
    remote.put("in/b.csv", remote.rows("b", "1", "red"))
    assert remote.run("plan").code in {0, 3}
    assert remote.names() == ["in/a.csv", "in/b.csv"]
    done = remote.run("run", *how)
    assert (done.code, done.counts("firms")) == (3, {"read": 4, "created": 3, "rejected": 1}), done.err
    assert remote.names() == ["done/a.csv", "failed/b.csv"], done.result["notes"]
    again = remote.run("run", *how)
    assert (again.code, again.counts("firms")) == (0, {})
    assert again.job("firms")["notes"] == ["no file is there (*), and nothing was to be done"]
    remote.put("in/a.csv", remote.rows("a", "1", "3"))
    assert remote.run("run", *how).counts("firms") == {"read": 2, "updated": 1, "unchanged": 1}
    names = remote.names()
    assert (names[0].startswith("done/a."), names[1], names[2:]) == (True, "done/a.csv", ["failed/b.csv"])
    file = remote.project.root / ".odoo_etl" / "runs" / done.result["run_id"] / "rejects" / "firms.csv"
    file.write_text(file.read_text("utf-8").replace(",red,", ",1,"), "utf-8")
    assert remote.run("retry", done.result["run_id"]).code == 0
    assert remote.names()[2:] == ["done/b.csv"]


def test_a_remote_job_that_fails_moves_nothing(remote: Remote) -> None:
    """Resuming it does; a file that came meanwhile under the name of one that was read stays."""
    remote.write(load={"max_rejects": 0})
    remote.put("in/a.csv", remote.rows("a", "1", "red"))
    first = remote.run()
    assert (first.code, remote.names()) == (4, ["in/a.csv"])
    remote.write(load={"max_rejects": 1})
    assert remote.run("resume", first.result["run_id"]).code == 3
    assert remote.names() == ["failed/a.csv"]


def test_a_remote_file_that_came_meanwhile_stays(remote: Remote) -> None:
    """It was not read; a note tells of it, and the next run reads it."""
    remote.put("in/a.csv", remote.rows("a", "1"))
    later = remote.project.root / "later.csv"
    later.write_bytes(remote.rows("a", "1", "2"))
    hook = remote.project.root / "late.py"
    options, url = remote.server.options, remote.source["path"].replace("*", "a.csv")
    if remote.is_s3:
        text = f"import fsspec\nfsspec.filesystem('s3', **{options!r}).put_file({str(later)!r}, {url[5:]!r})\n"
    else:
        served = remote.server.folder / "in/a.csv"
        text = f"import shutil\nshutil.copy({str(later)!r}, {str(served)!r})\n"
    hook.write_text(text, "utf-8")
    remote.write(after=[{"command": [sys.executable, str(hook)]}])
    done = remote.run()
    assert (done.code, remote.names()) == (0, ["in/a.csv"]), done.err
    assert "done: a.csv was not moved: it has changed since it was read" in done.result["notes"]
    remote.write()
    assert remote.run().counts("firms") == {"read": 2, "created": 1, "unchanged": 1}
    assert remote.names() == ["done/a.csv"]


@pytest.mark.parametrize("where", ["here", "there"])
@pytest.mark.parametrize("colour", ["2", "red"])
def test_an_archive_moves_as_a_whole(remote: Remote, where: str, colour: str) -> None:
    """Once the rows of all of its members are done; with a rejected row in any of them to `failed`."""
    path = remote.project.root / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/1.csv", remote.rows("x", "1"))
        archive.writestr("x/2.csv", remote.rows("y", colour))
    if where == "there":
        remote.put("in/a.zip", path.read_bytes())
        remote.write(source={**remote.source, "member": "x/*.csv"})
    else:
        source = {key: value for key, value in remote.source.items() if key != "storage_options"}
        remote.write(source={**source, "path": "../a*.zip", "member": "x/*.csv"})
    done = remote.run()
    assert done.counts("firms")["read"] == 2, done.err
    folder = "done" if colour == "2" else "failed"
    if where == "there":
        assert remote.names() == [f"{folder}/a.zip"], done.result["notes"]
    else:
        assert ((remote.project.root / folder / "a.zip").is_file(), path.exists()) == (True, False), done.result[
            "notes"
        ]


def test_the_example_of_the_docs(sandbox_project: Project, prefix: str) -> None:
    """The bucket and the folders are those of the page; the login is that of the store."""
    (text,) = re.findall(r"^```yaml\n(source:.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    source = yaml.safe_load(text)["source"]
    with s3.serving() as store:
        assert source["storage_options"].keys() <= store.options.keys()
        remote = Remote(sandbox_project, prefix, store)
        remote.write(source={**source, "storage_options": store.options})
        remote.put("in/monday.csv", remote.rows("a", "1"))
        remote.put("in/tuesday.csv", remote.rows("b", "red"))
        assert remote.run().counts("firms") == {"read": 2, "created": 1, "rejected": 1}
        assert remote.names() == ["done/monday.csv", "failed/tuesday.csv"]
        url = "s3://deliveries/done"
        assert f"`move: {url}`" in PAGE
        remote.write(source={**source, "storage_options": store.options, "done": {"move": url}})
        remote.put("in/friday.csv", remote.rows("c", "1"))
        assert remote.run().counts("firms") == {"read": 1, "created": 1}
        assert "done/friday.csv" in remote.names()
