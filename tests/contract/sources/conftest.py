"""Every kind of source, each able to hold a table of text that a test gives it."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from odoo_etl.odoo import OdooClient
from odoo_etl.spec import ConnectionSpec
from odoo_etl.spec import Server as ConnectedServer
from odoo_etl.spec.sources import CsvSource, ExcelSource, HttpSource, OdooSource, ParquetSource, SourceSpec, SqlSource
from odoo_etl.sql_urls import parse_url
from tests.contract.sources.elsewhere import PLACES, moving
from tests.contract.sources.record_files import RECORD_FILES
from tests.contract.sources.served import SERVED
from tests.servers import Server
from tests.web import Asked, Web, as_json, serving
from tests.workbooks import write_xlsx

Rows = Sequence[Sequence[str | None]]
DATABASES = {"postgresql": "postgres_url", "mariadb": "mariadb_url"}  # kind to the fixture of its URL
KINDS = [
    *("csv", "joined", "parquet", "sqlite", *RECORD_FILES),
    pytest.param("postgresql", marks=pytest.mark.postgres),
    pytest.param("mariadb", marks=pytest.mark.mariadb),
]
STREAMS = [*KINDS, "odoo"]  # their first rows come before the last one is read
WHOLE = ("excel", "http")  # no row comes before all are read: a sheet is unpacked as a whole, all pages of an API wait
MakeSource = Callable[[Sequence[str], Rows], SourceSpec]


def write_csv(path: Path, columns: Sequence[str], rows: Rows) -> CsvSource:
    """Store the rows as a CSV file in which the empty cell is null."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, delimiter=";").writerows([columns, *rows])
    return CsvSource(type="csv", path=str(path), delimiter=";")


def write_excel(path: Path, columns: Sequence[str], rows: Rows) -> ExcelSource:
    """Store the rows as the only sheet of a workbook."""
    write_xlsx(path, {"rows": [columns, *rows]})
    return ExcelSource(type="excel", path=str(path))


def broken_excel(path: Path, last: int) -> ExcelSource:
    """Store rows of n and v as a workbook whose sheet ends within the last one."""
    spec = write_excel(path, ["n", "v"], [(str(n), "1") for n in range(1, last + 1)])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = members[sheet][: members[sheet].rindex(b"</row>")]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return spec


def write_joined(path: Path, columns: Sequence[str], rows: Rows) -> CsvSource:
    """Store the rows as a CSV file, and the values of their first column as a workbook that is joined to it."""
    beside = write_excel(path.with_suffix(".xlsx"), columns[:1], [row[:1] for row in rows])
    join = {"source": beside, "on": columns[0], "several": "first"}
    return CsvSource(**write_csv(path, columns, rows).model_dump(exclude={"join"}), join=join)


def joined_numbers(path: Path, numbers: bytes, rows: int) -> CsvSource:
    """A file with numbers, to which so many texts are joined, 200 characters each."""
    beside = path.with_name("texts.csv")
    with beside.open("w", encoding="ascii") as stream:
        stream.writelines(["n;v\n", *(f"{n};{'x' * 194}{n:06}\n" for n in range(rows))])
    path.write_bytes(numbers)
    return CsvSource(type="csv", path=str(path), join={"source": {"type": "csv", "path": str(beside)}, "on": "n"})


def write_parquet(path: Path, table: pa.Table) -> ParquetSource:
    """Store a table as one row group, whose cells stand there one by one and as they are."""
    rows = max(table.num_rows, 1)
    pq.write_table(table, path, row_group_size=rows, use_dictionary=False, compression="none")
    return ParquetSource(type="parquet", path=str(path))


def table_of_text(columns: Sequence[str], rows: Rows) -> pa.Table:
    """The rows as a table."""
    return pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(columns)})


def with_a_bad_end(rows: int) -> pa.Table:
    """Rows of n, counted from 1, and v, whose last one is no UTF-8."""
    texts = pa.array([b"1"] * (rows - 1) + [b"\xff"], pa.binary())
    return pa.table({"n": range(1, rows + 1), "v": pa.Array.from_buffers(pa.string(), rows, texts.buffers())})


def fill_table(url: str, columns: Sequence[str], rows: Rows) -> SqlSource:
    """Store the rows as a table that keeps their order."""
    engine = sa.create_engine(parse_url(url))
    table = sa.Table(
        "rows",
        sa.MetaData(),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text) for name in columns),
    )
    table.create(engine)
    with engine.begin() as connection:
        for position, row in enumerate(rows):
            connection.execute(table.insert().values([position, *row]))
    engine.dispose()
    quote = engine.dialect.identifier_preparer.quote_identifier
    names = ", ".join(map(quote, columns))
    return SqlSource(type="sql", url=url, query=f"SELECT {names} FROM {quote('rows')} ORDER BY position")


ODOO_FIELDS = ("street", "street2", "city")


def fill_odoo(server: Server, columns: Sequence[str], rows: Rows, unique: str) -> OdooSource:
    """Store the rows as partners of a sandbox, whose addresses hold the cells."""
    fields = ODOO_FIELDS[: len(columns)]
    with OdooClient(server.url, server.db, api_key=server.api_key) as client:
        client.create("res.partner", [{"name": unique, **dict(zip(fields, row, strict=True))} for row in rows])
    login = ConnectionSpec.model_validate({"url": server.url, "db": server.db, "api_key": server.api_key})
    named = dict(zip(columns, fields, strict=True))
    spec = {"connection": "old", "model": "res.partner", "domain": [["name", "=", unique]], "fields": named}
    return OdooSource.model_validate({"type": "odoo", **spec}).on(ConnectedServer(login, Path()))


def serve_rows(web: Web, columns: Sequence[str], rows: Rows) -> HttpSource:
    """Serve the rows as pages of two records."""
    records = [dict(zip(columns, row, strict=True)) for row in rows]

    def page(request: Asked) -> tuple[int, dict[str, str], bytes]:
        first = int(request.params["first"])
        return as_json({"rows": records[first : first + 2]})

    web.page("/rows", page)
    pages = {"type": "offset", "param": "first"}
    return HttpSource.model_validate({"type": "http", "url": web.url("/rows"), "columns": columns, "pages": pages})


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server of this machine."""
    with serving() as server:
        yield server


WRITERS = {
    "csv": write_csv,
    "excel": write_excel,
    "joined": write_joined,
    "parquet": lambda path, columns, rows: write_parquet(path, table_of_text(columns, rows)),
    **{name: kind.write for name, kind in RECORD_FILES.items()},
}


BROKEN = {"excel": broken_excel, **{name: kind.broken for name, kind in RECORD_FILES.items()}}


@pytest.fixture(params=["excel", "http", "odoo", *(f"csv over {place}" for place in PLACES), *KINDS])
def make_source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeSource]:
    """A function that stores a table and describes it as a source of each kind."""
    kind, _, place = request.param.partition(" over ")
    make = _maker(kind, request, tmp_path)
    with moving(place) if place else nullcontext(lambda spec: spec) as moved:
        yield lambda columns, rows: moved(make(columns, rows))


def _maker(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> MakeSource:
    if write := WRITERS.get(kind):
        return lambda columns, rows: write(tmp_path / f"rows.{'xlsx' if kind == 'excel' else kind}", columns, rows)
    if kind == "http":
        return lambda columns, rows: serve_rows(request.getfixturevalue("web"), columns, rows)
    if kind == "odoo":
        return lambda *table: fill_odoo(request.getfixturevalue("sandbox_server"), *table, tmp_path.name)
    fixture = DATABASES.get(kind)
    url = request.getfixturevalue(fixture) if fixture else f"sqlite:///{tmp_path}/rows.db"
    return lambda columns, rows: fill_table(url, columns, rows)


def counted(url: str, rows: int, value: str) -> SqlSource:
    """Rows of n, counted from 1, and v, an SQL expression over n."""
    series = f"SELECT n, {value} AS v FROM generate_series(1, {rows}) AS s(n)"
    if url.startswith("sqlite"):
        count = f"SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows}"
        series = f"WITH RECURSIVE s(n) AS ({count}) SELECT n, {value} AS v FROM s"
    if url.startswith("mysql"):
        series = f"SELECT n, {value} AS v FROM (SELECT seq AS n FROM seq_1_to_{rows}) s"
    return SqlSource(type="sql", url=url, query=series)


@pytest.fixture(params=[*STREAMS, *WHOLE])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a generated source of each kind is: a file to write, the URL of a database, or the name of a server."""
    if request.param in SERVED:
        return request.param
    if request.param in WRITERS:
        return str(tmp_path / f"rows.{request.param}")
    if fixture := DATABASES.get(request.param):
        return request.getfixturevalue(fixture)
    (tmp_path / "rows.db").touch()
    return f"sqlite:///{tmp_path}/rows.db"


@pytest.fixture
def breaks_at_row(request: pytest.FixtureRequest, place: str) -> Callable[[int], SourceSpec]:
    """A function that describes a source of n and v whose last row, of the given number, cannot be read."""
    if place in SERVED:
        return partial(SERVED[place].broken, request.getfixturevalue("web"))
    if write := BROKEN.get(place.rpartition(".")[2]):
        return partial(write, Path(place))

    def spec(last: int) -> SourceSpec:
        if place.startswith("sqlite"):
            return counted(place, last, f"CASE n WHEN {last} THEN abs(-9223372036854775807 - 1) ELSE 1 END")
        if place.startswith("postgresql"):
            return counted(place, last, f"1 / ({last} - n)")
        if place.startswith("mysql"):
            return counted(place, last, f"exp(700 + 100 * (n = {last}))")
        if place.endswith(".parquet"):
            return write_parquet(Path(place), with_a_bad_end(last))
        if place.endswith(".joined"):
            return joined_numbers(Path(place), b"n\n" + b"".join(b"%d\n" % n for n in range(1, last)) + b"\xff\n", 9)
        Path(place).write_bytes(b"n;v\n" + b"".join(b"%d;1\n" % n for n in range(1, last)) + b"%d;\xff\n" % last)
        return CsvSource(type="csv", path=place)

    return spec


@pytest.fixture
def wide_rows(request: pytest.FixtureRequest, place: str) -> Callable[[int], SourceSpec]:
    """A function that describes a source of as many rows as it is given, 200 characters each."""
    if place in SERVED:
        return partial(SERVED[place].wide, request.getfixturevalue("web"))
    if place.rpartition(".")[2] in RECORD_FILES:
        return partial(RECORD_FILES[place.rpartition(".")[2]].wide, Path(place))

    def spec(rows: int) -> SourceSpec:
        if place.startswith("sqlite"):
            return counted(place, rows, "hex(zeroblob(100))")
        if place.startswith(("postgresql", "mysql")):
            return counted(place, rows, "repeat('x', 200)")
        if place.endswith(".parquet"):
            return write_parquet(
                Path(place), pa.table({"n": range(rows), "v": [f"{'x' * 194}{n:06}" for n in range(rows)]})
            )
        if place.endswith(".joined"):
            return joined_numbers(Path(place), b"n;w\n" + b"".join(b"%d;%200d\n" % (n, n) for n in range(rows)), rows)
        with Path(place).open("w", encoding="ascii") as stream:
            stream.writelines(["n;v\n", *(f"{n};{'x' * 200}\n" for n in range(rows))])
        return CsvSource(type="csv", path=place)

    return spec
