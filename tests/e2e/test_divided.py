"""Jobs done by several processes: in every way they are divided, the outcome is that of one."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from pydantic import TypeAdapter

from odoo_etl import OdooClient
from odoo_etl.partitions.director import RANGES_A_WORKER
from odoo_etl.sandbox import Sandbox
from odoo_etl.sources import Divisible, open_source
from odoo_etl.spec import ConnectionSpec
from odoo_etl.spec import Server as ConnectedServer
from odoo_etl.spec.sources import OdooSource, SourceSpec
from tests.e2e.divided import DASK, WAYS, Way
from tests.e2e.divided_sources import DIVISIBLE, of_odoo
from tests.e2e.project import Project, partner_rows, partners_job
from tests.servers import Server
from tests.zygote import Zygote

PARENT = {"column": "parent", "lookup": {"model": "res.partner", "by": "ref", "on_missing": "defer"}}
LOAD = {"chunk_size": 5, "settle": "5s"}


def way_of(project: Project, server: Server, name: str, zygotes: Sequence[Zygote]) -> Way:
    """A way to divide runs of a project on a server."""
    executor = {"executor": DASK} if name == "dask" else {}
    project.connect(server)
    path = project.root / "pipelines/project.yaml"
    path.write_text(path.read_text() + ("executor: {type: dask, workers: 2}\n" if executor else ""))
    return Way(project, name, zygotes)


@pytest.fixture(scope="module")
def zygotes(zygote: Zygote) -> Iterator[Sequence[Zygote]]:
    """One for each partition."""
    with Zygote() as second:
        yield zygote, second


@pytest.fixture(params=WAYS)
def way(
    request: pytest.FixtureRequest, empty_project: Project, sandbox_server: Server, zygotes: Sequence[Zygote]
) -> Way:
    """Each way on the sandbox."""
    return way_of(empty_project, sandbox_server, request.param, zygotes)


@pytest.fixture
def parts(empty_project: Project, sandbox_server: Server, zygotes: Sequence[Zygote]) -> Way:
    """Partitions on the sandbox."""
    return way_of(empty_project, sandbox_server, "partitions", zygotes)


@pytest.fixture
def workers(empty_project: Project, sandbox_server: Server, zygotes: Sequence[Zygote]) -> Way:
    """Processes on the sandbox."""
    return way_of(empty_project, sandbox_server, "processes", zygotes)


def family(prefix: str, count: int = 24) -> list[dict[str, str]]:
    """Partners whose parents come later, in whichever part; one parent is nowhere, one row has no name."""
    rows = partner_rows(prefix, count)
    for n, row in enumerate(rows):
        row["country"] = ""  # else a child takes its parent's
        row["parent"] = rows[n + 1]["ref"] if n % 2 == 0 else ""
    rows[0]["parent"] = "nowhere"
    rows[1]["name"] = ""
    return rows


def with_parents(**changes: Any) -> dict[str, Any]:
    """The partners' job with a parent that may come later."""
    job = partners_job(**{"load": LOAD, **changes})
    job["fields"]["parent_id"] = PARENT
    return job


def names(odoo: OdooClient, prefix: str) -> list[str]:
    """The names of all partners of a test."""
    found = odoo.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], ["name"], order="ref")
    return [row["name"] for row in found]


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def rejects(project: Project) -> list[dict[str, str]]:
    """The rejected rows of all runs so far."""
    files = sorted((project.root / ".odoo_etl/runs").glob("*/rejects/partners.csv"))
    return [row for path in files for row in rows_of(path)]


def told(job: dict[str, Any]) -> int:
    """How many rows the rejects file of a result has."""
    path = job["rejects_file"]
    return len(rows_of(Path(path))) if path else 0


def test_all_rows_once(way: Way, sandbox_client: OdooClient, prefix: str) -> None:
    """The first run creates all, keys that come again far apart included; the second writes nothing; undo takes all."""
    rows = partner_rows(prefix, 40)
    again = [{**row, "name": f"{row['name']} again"} for row in rows[:6]]
    way.project.rows([*rows, *again])
    way.project.write("partners.yaml", partners_job(load=LOAD))
    first = way.run()
    assert (first.code, first.counts()) == (0, {"read": 46, "created": 40, "updated": 6}), first
    assert names(sandbox_client, prefix) == [(again[n] if n < 6 else rows[n])["name"] for n in range(40)]
    second = way.run()
    assert (second.code, second.counts(), second.writes()) == (0, {"read": 46, "unchanged": 46}, 0), second
    assert rejects(way.project) == []


@pytest.mark.parametrize("way", ["processes", "partitions"], indirect=True)
def test_parents_in_other_parts(way: Way, sandbox_client: OdooClient, prefix: str) -> None:
    """They are set when all parts are done; rows that cannot land are rejected once, and can be retried."""
    rows = family(prefix)
    way.project.rows(rows)
    way.project.write("partners.yaml", with_parents())
    first = way.run()
    assert (first.code, first.closing()["status"]) == (3, "done"), first
    existing = {
        row["ref"]: row
        for row in sandbox_client.search_read(
            "res.partner", [["ref", "=like", f"{prefix}%"]], ["ref", "parent_id"], load="_classic_write"
        )
    }
    refs = {row["id"]: ref for ref, row in existing.items()}
    wanted = {row["ref"]: row["parent"] for row in rows if row["name"]} | {rows[0]["ref"]: ""}
    assert {ref: refs.get(row["parent_id"], "") for ref, row in existing.items()} == wanted
    assert {row["_code"] for row in rejects(way.project)} == {"lookup_missing", "required"}
    again = way.run()
    assert (again.code, again.writes()) == (3, 0), again
    assert max(told(job) for job in again.jobs()) == 2  # whoever closed tells all of them, each once


@pytest.mark.odoo
def test_parents_on_a_real_odoo(
    empty_project: Project, real_odoo: Server, prefix: str, zygotes: Sequence[Zygote]
) -> None:
    """The same."""
    with OdooClient(real_odoo.url, real_odoo.db, user=real_odoo.user, api_key=real_odoo.api_key) as odoo:
        test_parents_in_other_parts(way_of(empty_project, real_odoo, "partitions", zygotes), odoo, prefix)


def test_retry_of_a_divided_run(workers: Way, sandbox_client: OdooClient, prefix: str) -> None:
    """Rows that were rejected, by parts and by what followed, land once they are mended."""
    rows = family(prefix)
    workers.project.rows(rows)
    workers.project.write("partners.yaml", with_parents())
    workers.run()
    (path,) = (workers.project.root / ".odoo_etl/runs").glob("*/rejects/partners.csv")
    path.write_text(path.read_text().replace("nowhere", "").replace(f"{rows[1]['ref']},,", f"{rows[1]['ref']},There,"))
    retried = workers.project.run("retry", "--json")
    assert (retried.code, retried.counts()) == (0, {"read": 2, "created": 1, "unchanged": 1}), retried
    assert len(names(sandbox_client, prefix)) == len(rows)


def test_mirror(workers: Way, sandbox_client: OdooClient, prefix: str) -> None:
    """What vanished goes when all parts are done, nothing else does; limits stop every write."""
    rows, project = partner_rows(prefix, 30), workers.project
    job = partners_job(target={"model": "res.partner", "key": "ref", "mode": "mirror"}, load=LOAD)
    project.write("partners.yaml", job)
    project.rows(rows)
    first = workers.run()
    assert (first.code, first.counts()["created"], first.closing()["vanished"]["found"]) == (0, 30, 0), first
    project.rows([*rows[2:], *partner_rows(f"{prefix}-new", 3)])
    second = workers.run()
    assert (second.code, second.counts()) == (0, {"read": 31, "created": 3, "unchanged": 28}), second
    assert second.closing()["vanished"]["archived"] == 2
    assert len(names(sandbox_client, prefix)) == 31
    project.rows([{**row, "name": "short"} for row in rows[:10]])
    short = workers.run()
    assert (short.code, "max_shrink" in str(short.jobs()[0]["error"]), short.writes()) == (4, True, 0), short
    project.write("partners.yaml", job | {"source": {**job["source"], "min_rows": 11}})
    few = workers.run()
    assert (few.code, "min_rows" in str(few.jobs()[0]["error"]), few.writes()) == (4, True, 0), few
    assert "short" not in names(sandbox_client, prefix)


FIELDS = {"ref": "ref", "name": {"column": "name", "required": True}}
SQLITE = "sqlite:///../shop.db"


def query_job(url: str, **more: Any) -> dict[str, Any]:
    """A job on a table of partners."""
    source = {"type": "sql", "url": url, "query": "SELECT id, ref, name FROM partners", **more}
    return partners_job(source=source, fields=FIELDS, load=LOAD)


def fill(engine: sa.Engine, prefix: str) -> None:
    """Make the table; the name of row 15 is missing."""
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE partners (id integer, ref text, name text)"))
        for n in range(1, 21):
            row = {"id": n, "ref": f"{prefix}-{n:02}", "name": "" if n == 15 else f"Name {n}"}
            connection.execute(sa.text("INSERT INTO partners VALUES (:id, :ref, :name)"), row)


def mend(engine: sa.Engine) -> None:
    """Row 15 gets a name."""
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE partners SET name = 'mended' WHERE id = 15"))
    engine.dispose()


def check_watermark(way: Way, url: str, engine: sa.Engine, prefix: str) -> None:
    """It moves when all parts are done, and only over rows that landed."""
    way.project.write("partners.yaml", query_job(url, incremental={"cursor": "id"}))
    fill(engine, prefix)
    first = way.run()
    assert (first.code, first.counts()) == (3, {"read": 20, "created": 19, "rejected": 1}), first
    again = way.run()
    assert (again.counts(), again.writes()) == ({"read": 7, "unchanged": 6, "rejected": 1}, 0), again
    mend(engine)
    assert way.run().counts() == {"read": 7, "created": 1, "unchanged": 6}
    assert way.project.run("plan", "--json").counts() == {"read": 1, "unchanged": 1}


@pytest.mark.parametrize("way", ["processes", "partitions"], indirect=True)
def test_rejected_rows_of_one_line(way: Way, prefix: str) -> None:
    """As `explode` makes them: each is in the rejects file, equal ones and those that wait for another part, too."""
    rows = [{"ref": f"{prefix}-{n}a|{prefix}-{n}b|{prefix}-{n}a", "name": f"N{n}", "parent": "nowhere"} for n in (1, 2)]
    way.project.rows([*rows, {"ref": f"{prefix}-d", "name": "D", "parent": f"{prefix}-e"}])
    source = {"type": "csv", "path": "../rows.csv", "explode": {"column": "ref", "split": "|"}}
    fields = {"ref": "ref", "name": "name", "parent_id": PARENT}
    way.project.write("partners.yaml", partners_job(load=LOAD, source=source, fields=fields))
    first = way.run()
    assert first.code == 3, first
    assert sorted(row["ref"] for row in rejects(way.project)) == [
        *(f"{prefix}-{n}{letter}" for n in (1, 2) for letter in "aab"),
        f"{prefix}-d",
    ]


def test_watermark_on_sqlite(workers: Way, prefix: str) -> None:
    """The source and the state are files."""
    check_watermark(workers, SQLITE, sa.create_engine(f"sqlite:///{workers.project.root}/shop.db"), prefix)


@pytest.mark.postgres
def test_watermark_on_postgresql(parts: Way, postgres_url: str, prefix: str) -> None:
    """One database holds the source and the state."""
    path = parts.project.root / "pipelines/project.yaml"
    path.write_text(f"{path.read_text()}state: {{url: '{postgres_url}'}}\n")
    engine = sa.create_engine(postgres_url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)
    check_watermark(parts, postgres_url, engine, prefix)


def pieces(root: Path, source: dict[str, Any], server: Server) -> int:
    """Into how many pieces two workers divide a source."""
    spec = TypeAdapter(SourceSpec).validate_python(json.loads(json.dumps(source).replace("../", f"{root}/")))
    if isinstance(spec, OdooSource):
        login = {"url": server.url, "db": server.db, "api_key": server.api_key}
        spec = spec.on(ConnectedServer(ConnectionSpec.model_validate(login), root))
    found = open_source(spec)
    return len(found.ranges(2 * RANGES_A_WORKER)) if isinstance(found, Divisible) else 1


@pytest.mark.parametrize("kind", [*DIVISIBLE, "odoo"])
def test_every_kind_of_source_is_divided(
    workers: Way, sandbox_server: Server, sandbox_client: OdooClient, prefix: str, kind: str
) -> None:
    """Records, counts and rejects are those of one process, also where a key comes again and rows are flawed."""
    project = workers.project
    login = {"url": sandbox_server.url, "db": sandbox_server.db, "api_key": sandbox_server.api_key}
    project.write("project.yaml", {"connections": {"main": login, "old": login}})
    outcomes = []
    for of in ("a", "b"):
        rows = [{"ref": f"{prefix}-{of}{n:02}", "name": "" if n in {3, 18} else f"Name {n}"} for n in range(20)]
        rows += [{**rows[1], "name": "again"}, {**rows[12], "name": "again"}]
        source = of_odoo(sandbox_client, rows) if kind == "odoo" else DIVISIBLE[kind](project.root, rows)
        project.write("partners.yaml", partners_job(source=source, fields=FIELDS, load=LOAD))
        assert pieces(project.root, source, sandbox_server) > 1
        done = project.run("run", "--json") if of == "a" else workers.run()
        flawed = [(row["_line"], row["_code"], row["ref"][-2:]) for row in project.rejects()]
        outcomes.append((done.code, done.counts(), names(sandbox_client, f"{prefix}-{of}"), flawed))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][:2] == (3, {"read": 22, "created": 18, "updated": 2, "rejected": 2})
    again = workers.run()
    assert (again.code, again.counts(), again.writes()) == (3, {"read": 22, "unchanged": 20, "rejected": 2}, 0), again


def test_only_new_files(workers: Way, prefix: str) -> None:
    """Files are read once; a run without any is done."""
    for number in range(3):
        workers.project.rows(partner_rows(f"{prefix}-{number}", 4), f"part-{number}.csv")
    source = {"type": "csv", "path": "../part-*.csv", "only_new": True}
    workers.project.write("partners.yaml", partners_job(source=source, load=LOAD))
    assert workers.project.run("run", "--json").counts() == {"read": 12, "created": 12}
    none = workers.run()
    assert (none.code, none.counts(), none.writes()) == (0, {}, 0), none
    workers.project.rows(partner_rows(f"{prefix}-9", 2), "part-1.csv")
    assert workers.run().counts() == {"read": 2, "created": 2}


def test_external_ids(workers: Way, sandbox_client: OdooClient, prefix: str) -> None:
    """Each record has one; the second run writes nothing."""
    module = prefix.lower().replace("-", "_")
    target = {"model": "res.partner", "external_id": f"{module}.partner_{{ref}}"}
    workers.project.rows(partner_rows(prefix, 30))
    workers.project.write("partners.yaml", partners_job(target=target, load=LOAD))
    assert workers.run().counts() == {"read": 30, "created": 30}
    assert workers.run().writes() == 0
    assert sandbox_client.search_count("ir.model.data", [["module", "=", module]]) == 30


def two_jobs(project: Project, prefix: str) -> None:
    """Companies, and people whose companies another part may create."""
    rows = partner_rows(prefix, 12)
    project.rows(rows, "companies.csv")
    project.rows([{**row, "ref": f"{row['ref']}-p", "company": row["ref"]} for row in rows], "people.csv")
    load = {**LOAD, "retry": {"deadline": "8s"}}
    project.write("companies.yaml", partners_job(job="companies", source=csv_source("companies"), load=load))
    people = partners_job(job="people", source=csv_source("people"), load=load, depends_on=["companies"])
    people["fields"]["parent_id"] = {"column": "company", "lookup": {"model": "res.partner", "by": "ref"}}
    project.write("people.yaml", people)


def csv_source(name: str) -> dict[str, str]:
    """A file beside `pipelines/`."""
    return {"type": "csv", "path": f"../{name}.csv"}


@pytest.mark.parametrize("way", ["processes", "partitions"], indirect=True)
def test_jobs_wait_for_all_parts_of_others(way: Way, prefix: str) -> None:
    """No person is looked at before all companies are there."""
    two_jobs(way.project, prefix)
    done = way.run()
    assert (done.code, done.counts("companies"), done.counts("people")) == (0, *[{"read": 12, "created": 12}] * 2), done


def test_a_part_that_nobody_starts(parts: Way, prefix: str) -> None:
    """The next job says whom it waited for; the part goes on with it once the other one has come."""
    two_jobs(parts.project, prefix)
    alone = Way(parts.project, "partitions", started=[parts.part(1)]).run()
    assert alone.code == 1, alone
    assert "job people waits for part 2/2 of companies" in alone.jobs("people")[0]["error"]
    assert "not in the ledger that this part uses: part 2/2 of companies" in alone.jobs("companies")[0]["notes"][-1]
    run = alone.done[0].result["run_id"]
    parts.started = [parts.project.start("resume", run, "--json"), parts.part(2)]
    both = parts.run()
    assert (both.code, both.counts("people")) == (0, {"read": 12, "created": 12}), both


def test_a_part_started_again_after_a_later_job_failed(parts: Way, prefix: str) -> None:
    """What it had done belongs to what the others did; the next run begins anew."""
    two_jobs(parts.project, prefix)
    people = parts.project.root / "people.csv"
    people.rename(people.with_suffix(".later"))
    parts.started = [parts.part(1), parts.part(2, "companies")]
    first = parts.run()
    assert (first.code, first.counts("companies")) == (1, {"read": 12, "created": 12}), first
    people.with_suffix(".later").rename(people)
    again = Way(parts.project, "partitions", started=[parts.part(1)]).run()
    assert (again.code, again.writes("companies")) == (0, 0), again
    last = parts.run()
    if last.code == 6:  # one of them came while the other one closed what they had done before: it is started again
        last = parts.run()
    assert last.code == 0, last


def test_jobs_of_several_connections(parts: Way, prefix: str) -> None:
    """A job waits for parts of one that writes to another database."""
    two_jobs(parts.project, prefix)
    people = partners_job(job="people", source=csv_source("people"), load=LOAD, depends_on=["companies"])
    people["target"]["connection"] = "second"
    people["load"] = {**LOAD, "retry": {"deadline": "10s"}}
    parts.project.write("people.yaml", people)
    with Sandbox() as other:
        path = parts.project.root / "pipelines/project.yaml"
        project = yaml.safe_load(path.read_text())
        login = {"url": other.url, "db": other.db, "user": other.user, "api_key": other.api_key}
        project["connections"]["second"] = login
        parts.project.write("project.yaml", project)
        done = parts.run()
    assert (done.code, done.counts("people")) == (0, {"read": 12, "created": 12}), done


@pytest.mark.parametrize(
    ("way", "limit", "code"),
    [("partitions", "10%", 3), ("processes", 3, 3), ("partitions", 3, 3), ("processes", 2, 4), ("partitions", 2, 4)],
    indirect=["way"],
)
def test_a_limit_of_rejects_is_the_jobs(way: Way, prefix: str, limit: Any, code: int) -> None:
    """Not that of a part: all lines that are no rows belong to the first."""
    way.project.write("partners.yaml", partners_job(load={**LOAD, "max_rejects": limit}))
    way.project.rows(partner_rows(prefix, 40))
    with (way.project.root / "rows.csv").open("a") as file:
        file.write("ragged\n" * 3)
    done = way.run()
    assert done.code == code, done
    if code == 3:
        assert done.counts() == {"read": 43, "created": 40, "rejected": 3}


def test_rejects_of_all_partitions_count_together(parts: Way, prefix: str) -> None:
    """Whichever part is the last one says so."""
    rows = partner_rows(prefix, 40)
    for row in rows[:8]:
        row["name"] = ""
    parts.project.rows(rows)
    parts.project.write("partners.yaml", partners_job(load={**LOAD, "max_rejects": 7}))
    done = parts.run()
    assert (done.code, done.counts()) == (4, {"read": 40, "created": 32, "rejected": 8}), done
    said = "8 of 40 rows are rejected, more than max_rejects 7 allows; nothing was done that follows"
    assert any(said in (job["error"] or "") for job in done.jobs())


def test_what_one_process_does(workers: Way, prefix: str) -> None:
    """`mode: create` with parents that come later; a partition says so before any write."""
    workers.project.rows(family(prefix)[2:])
    workers.project.write(
        "partners.yaml", with_parents(target={"model": "res.partner", "key": "ref", "mode": "create"})
    )
    alone = Way(workers.project, "partitions", started=[workers.part(1)]).run()
    assert (alone.code, "run it without --partition" in alone.jobs()[0]["error"], alone.writes()) == (1, True, 0)
    whole = workers.run()
    assert (whole.code, whole.counts()) == (0, {"read": 22, "created": 22}), whole
    assert "done by one process" in whole.jobs()[0]["notes"][0]


def test_undo(workers: Way, sandbox_client: OdooClient, prefix: str) -> None:
    """Every part is taken back, and what followed from them."""
    rows = family(prefix)[2:]
    workers.project.write("partners.yaml", with_parents())
    workers.project.rows(rows[:8])
    workers.run()
    before = sandbox_client.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], ["name", "parent_id"])
    workers.project.rows([{**row, "name": f"Other {n}"} for n, row in enumerate(rows)])
    workers.run()
    newest = max(path.name for path in (workers.project.root / ".odoo_etl/runs").iterdir())
    undone = workers.project.run("undo", newest, "--yes", "--json")
    assert undone.code == 0, undone
    after = sandbox_client.search_read("res.partner", [["ref", "=like", f"{prefix}%"]], ["name", "parent_id"])
    assert after == before


def test_the_embedded_sandbox(empty_project: Project) -> None:
    """The workers reach the one that the run has started."""
    empty_project.write("project.yaml", {"connections": {"main": {"url": "sandbox"}}})
    empty_project.write("partners.yaml", partners_job(load=LOAD))
    empty_project.rows(partner_rows("own", 20))
    assert Way(empty_project, "processes").run().counts() == {"read": 20, "created": 20}


@pytest.mark.parametrize("source", ["missing.csv", "rows.csv"])
def test_a_source_that_cannot_be_read(workers: Way, prefix: str, source: str) -> None:
    """The run fails before any write, and says where."""
    (workers.project.root / "rows.csv").write_bytes(b"ref,name,email,country\n" + b"a,b,c,DE\n" * 20 + b"a,\xff,c,DE\n")
    workers.project.write("partners.yaml", partners_job(source={"type": "csv", "path": f"../{source}"}))
    done = workers.run()
    assert (done.code, source in done.jobs()[0]["error"], done.writes()) == (1, True, 0), done
