"""What is measured beside the peers: each contender in turn, on a fresh database, its data compared afterwards.

A step yields the measurements of one round of one size. A run that failed or left wrong data is a measurement with a
fault; the benchmark goes on.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import catalogue, orders, products
from bench.book import Measurement
from bench.copies import change, make_copying_project
from bench.data import CHECKSUM_SQL, COLUMNS, Rows, write_csv, write_xlsx
from bench.databases import served, verify, verify_external_ids
from bench.limit import measure_documents, measure_limit
from bench.peers import CANDIDATES, CLASSIC, FLUVO, classic, fluvo, write_partners
from bench.process import Figures, WrongResult
from bench.tool import BY_EXTERNAL_ID, BY_KEY, CATALOGUE, FROM_EXCEL, PRODUCTS, Done, make_project, run_project
from tests.real_odoo.server import OdooHost
from tests.real_odoo.templates import BUSINESS, PLAIN, Template
from tests.servers import Server

TOOL = "odoo-etl"
EXTERNAL_ID = "odoo-etl, external ids"
EXCEL = "odoo-etl, xlsx"
COPIED = "odoo-etl, from another Odoo"
LAX = "fluvo, many2one left out"  # of what it compares and writes: the only way in which it finds unchanged rows
LIMIT = "limit"
USER_LIMIT = "limit as user"
CLASSIC_MAX_ROWS = 10_000  # the classic takes minutes where the others take seconds: one round of the smaller size

FIRST, UNCHANGED, ONE_PERCENT, ALL, REFUSED = "first load", "unchanged", "1 % changed", "all changed", "1 % refused"
HUNDRED = "100 changed"
LOAD_PRODUCTS = "products"
LOAD_CATALOGUE, CATALOGUE_UNCHANGED = "catalogue", "catalogue unchanged"
LOAD_ORDERS, ORDERS_UNCHANGED = "orders with 5 lines", "orders unchanged"
LOAD_INVOICES, INVOICES_UNCHANGED = "posted invoices with 3 lines", "invoices unchanged"
RERUNS = {UNCHANGED: 0, ONE_PERCENT: 100, ALL: 1}  # which rows differ from the first load: none, every 100th, each


@dataclass(frozen=True, slots=True)
class Contender:
    """Who loads, from which folder, into which server's database."""

    who: str
    folder: Path
    server: Server

    @property
    def is_ours(self) -> bool:
        """True for odoo-etl, however it identifies records."""
        return self.who in (TOOL, EXTERNAL_ID)

    def write(self, rows: Rows) -> None:
        """Write the source as this contender reads it."""
        if not self.is_ours:
            write_partners(self.folder, rows)
            return
        write_csv(self.folder / "rows.csv", COLUMNS, rows)
        make_project(self.folder, BY_EXTERNAL_ID if self.who == EXTERNAL_ID else BY_KEY)

    def run(self, *, again: bool = False, rejects: bool = False) -> Figures | Done:
        """Load the source: for the first time or `again`, with `rejects` when Odoo will refuse some rows.

        Raises:
            WrongResult: it failed.
        """
        if self.is_ours:
            return run_project(self.folder, self.server, rejects=rejects)
        if self.who == CLASSIC:
            return classic(self.folder, self.server, "res.partner", again=rejects)
        left_out = "country_id/id" if self.who == LAX and again else ""
        return fluvo(self.folder, self.server, "res.partner", skip_unchanged=again, ignore=left_out)


@dataclass
class Round:
    """One round of one step in the making.

    Attributes:
        stages: seconds by stage of the tool, by work; only some steps look.
    """

    host: OdooHost
    step: str
    rows: int
    number: int
    measured: list[Measurement] = field(default_factory=list)
    stages: dict[str, dict[str, float]] = field(default_factory=dict)

    @contextmanager
    def contender(self, who: str, template: Template = PLAIN) -> Iterator[Contender]:
        """One contender, with a folder and a warm server on a fresh database of its own."""
        with tempfile.TemporaryDirectory(prefix="odoo-etl-bench-") as name, served(self.host, template) as server:
            yield Contender(who, Path(name), server)

    def load(self, what: str, contender: Contender, rows: Rows, *, again: bool = False) -> None:
        """Measure a load of partners."""
        contender.write(rows)

        def work() -> Figures | Done:
            done = contender.run(again=again, rejects=rows.refused)
            if isinstance(done, Done) and done.rejected != rows.refusals():
                raise WrongResult(f"{done.rejected} rows rejected, not {rows.refusals()}")
            return done

        def check() -> None:
            verify(self.host, contender.server, CHECKSUM_SQL, rows.checksum())
            if contender.who != TOOL:
                verify_external_ids(self.host, contender.server, "res.partner", rows.count - rows.refusals())

        self.measure(what, contender.who, work, check)

    def measure(self, what: str, who: str, work: Callable[[], Figures | Done], check: Callable[[], None]) -> bool:
        """Do the work, compare the data; False when either failed."""
        got: Figures | Done = Figures(0.0, 0.0, 0.0)
        fault = None
        try:
            got = work()
            check()
        except WrongResult as error:
            fault = str(error)[:300]
        figures, calls = (got.figures, got.calls) if isinstance(got, Done) else (got, None)
        self.add(what, who, figures.seconds, figures.cpu_s, figures.peak_mib, calls, fault)
        return fault is None

    def add(self, what: str, who: str, seconds: float, *rest: float | str | None) -> None:
        """Keep a measurement and say it."""
        one = Measurement(self.step, self.rows, self.number, what, who, seconds, *rest)
        self.measured.append(one)
        print(f"    {what}: {who} {seconds:.2f} s{'  WRONG: ' + one.fault if one.fault else ''}", flush=True)


def first(this: Round) -> None:
    """First loads: Odoo's own limit, by natural key, by external id, and the peers'."""
    rows = Rows(this.rows)
    with tempfile.TemporaryDirectory(prefix="odoo-etl-bench-") as name:
        write_csv(Path(name, "rows.csv"), COLUMNS, rows)
        limit = measure_limit(this.host, Path(name))
    this.add(FIRST, LIMIT, limit.create_s)
    this.add(FIRST, USER_LIMIT, limit.create_as_user_s)
    this.add(ALL, LIMIT, limit.write_s)
    for who in (TOOL, EXTERNAL_ID, FLUVO, *_classic(this)):
        with this.contender(who) as contender:
            this.load(FIRST, contender, rows)


def rerun(this: Round) -> None:
    """Once loaded: nothing, 1 % and everything changed."""
    for who in (TOOL, FLUVO, *((LAX,) if this.number == 1 else ()), *_classic(this)):
        with this.contender(who) as contender:
            contender.write(Rows(this.rows))
            contender.run()
            for what, changed_every in RERUNS.items():
                this.load(what, contender, Rows(this.rows, changed_every=changed_every), again=True)


def workbook(this: Round) -> None:
    """Once loaded: an unchanged CSV file and the same rows as a workbook, which of them first by turns."""
    rows = Rows(this.rows)
    sources = {TOOL: BY_KEY, EXCEL: FROM_EXCEL}
    with this.contender(TOOL) as contender:
        folder, server = contender.folder, contender.server
        write_csv(folder / "rows.csv", COLUMNS, rows)
        write_xlsx(folder / "rows.xlsx", COLUMNS, rows)
        make_project(folder, BY_KEY)
        run_project(folder, server)
        for who in sorted(sources, reverse=this.number % 2 == 0):
            make_project(folder, sources[who])
            check = partial(verify, this.host, server, CHECKSUM_SQL, rows.checksum())
            this.measure(UNCHANGED, who, partial(run_project, folder, server), check)


def copies(this: Round) -> None:
    """A first load from a file, the same partners copied on into another Odoo, then the few that changed there."""
    rows, few = Rows(this.rows), Rows(this.rows, changed_every=this.rows // 100)
    with this.contender(TOOL) as old, this.contender(COPIED) as new:
        this.load(FIRST, old, rows)
        make_copying_project(new.folder, old.server)
        for what, wanted in ((FIRST, rows), (UNCHANGED, rows), (HUNDRED, few)):
            change(old.server, wanted)
            check = partial(verify, this.host, new.server, CHECKSUM_SQL, wanted.checksum())
            this.measure(what, COPIED, partial(run_project, new.folder, new.server), check)


def refused(this: Round) -> None:
    """A first load of which Odoo refuses 1 % of the rows."""
    for who in (TOOL, FLUVO, *_classic(this)):
        with this.contender(who) as contender:
            this.load(REFUSED, contender, Rows(this.rows, refused=True))


def load_products(this: Round) -> None:
    """Products with two lookups and five tags; the peer gets them with names resolved to external ids."""
    rows = products.Products(this.rows)
    for who in (TOOL, FLUVO):
        with this.contender(who) as contender:
            folder, server = contender.folder, contender.server
            products.prepare(server)
            if contender.is_ours:
                make_project(folder, PRODUCTS)
                write_csv(folder / "rows.csv", products.COLUMNS, rows)
                work: Callable[[], Figures | Done] = partial(run_project, folder, server)
            else:
                write_csv(folder / "rows.csv", products.RESOLVED_COLUMNS, rows.resolved())
                work = partial(fluvo, folder, server, "product.product")
            check = partial(verify, this.host, server, products.CHECKSUM_SQL, rows.checksum())
            this.measure(LOAD_PRODUCTS, who, work, check)


def load_catalogue(this: Round) -> None:
    """Products with images, tags created on the fly and names in two languages; then the same run again."""
    rows = catalogue.Catalogue(this.rows)
    with this.contender(TOOL) as contender:
        folder, server = contender.folder, contender.server
        catalogue.prepare(server, tags=False)
        make_project(folder, CATALOGUE)
        write_csv(folder / "rows.csv", catalogue.COLUMNS, rows)
        catalogue.write_images(folder / "images")
        work: Callable[[], Figures | Done] = partial(run_project, folder, server)
        check = partial(verify, this.host, server, catalogue.CHECKSUM_SQL, rows.checksum())
        this.measure(LOAD_CATALOGUE, TOOL, work, check)
        this.measure(CATALOGUE_UNCHANGED, TOOL, work, check)
    with this.contender(FLUVO) as contender:
        folder, server, bare = contender.folder, contender.server, products.Products(this.rows)
        catalogue.prepare(server, tags=True)
        write_csv(folder / "rows.csv", products.RESOLVED_COLUMNS, bare.resolved())
        work = partial(fluvo, folder, server, "product.product")
        this.measure(
            LOAD_CATALOGUE, FLUVO, work, partial(verify, this.host, server, products.CHECKSUM_SQL, bare.checksum())
        )


def load_orders(this: Round) -> None:
    """Sales orders with five lines, first load and once more; the peer loads two files."""
    rows = orders.Documents(this.rows, lines=5)
    _limit_of(this, "sale.order", rows, LOAD_ORDERS)
    _ours(this, orders.ORDERS, rows, orders.ORDERS_SQL, (LOAD_ORDERS, ORDERS_UNCHANGED))
    with this.contender(FLUVO, BUSINESS) as contender:
        folder, server = contender.folder, contender.server
        orders.prepare(server)

        def both_files() -> Figures:
            write_csv(folder / "rows.csv", orders.ORDER_COLUMNS, rows.orders())
            of_orders = fluvo(folder, server, "sale.order")
            write_csv(folder / "rows.csv", orders.LINE_COLUMNS, rows.order_lines())
            return of_orders + fluvo(folder, server, "sale.order.line")

        check = partial(verify, this.host, server, orders.ORDERS_SQL, rows.checksum())
        this.measure(LOAD_ORDERS, FLUVO, both_files, check)


def load_invoices(this: Round) -> None:
    """Invoices with three lines, posted by a step of the job."""
    rows = orders.Documents(this.rows, lines=3)
    _limit_of(this, "account.move", rows, LOAD_INVOICES)
    _ours(this, orders.INVOICES, rows, orders.INVOICES_SQL, (LOAD_INVOICES, INVOICES_UNCHANGED))


def _limit_of(this: Round, model: str, rows: orders.Documents, what: str) -> None:
    """Odoo's own shells create the documents, on a database as the others have it."""
    with this.contender(LIMIT, BUSINESS) as contender:
        orders.prepare(contender.server)
        write_csv(contender.folder / "rows.csv", orders.COLUMNS, rows)
        this.add(what, LIMIT, measure_documents(this.host, contender.server.db, contender.folder, model))


def _ours(this: Round, job: str, rows: orders.Documents, query: str, works: Sequence[str]) -> None:
    """The same job as often as there are works, on one database."""
    with this.contender(TOOL, BUSINESS) as contender:
        folder, server = contender.folder, contender.server
        orders.prepare(server)
        make_project(folder, job)
        write_csv(folder / "rows.csv", orders.COLUMNS, rows)
        check = partial(verify, this.host, server, query, rows.checksum())
        for what in works:
            this.measure(what, TOOL, partial(run_project, folder, server), check)


def tune(this: Round) -> None:
    """First loads of fluvo with each of its candidate settings, to choose the best of them."""
    rows = Rows(this.rows)
    for settings in CANDIDATES:
        who = f"fluvo, {settings.protocol}, {settings.connections} connections, {settings.batch_rows} rows"
        with this.contender(who) as contender:
            contender.write(rows)
            work = partial(fluvo, contender.folder, contender.server, "res.partner", settings=settings)
            this.measure(FIRST, who, work, partial(verify, this.host, contender.server, CHECKSUM_SQL, rows.checksum()))


def _classic(this: Round) -> tuple[str, ...]:
    return (CLASSIC,) if this.number == 1 and this.rows <= CLASSIC_MAX_ROWS else ()
