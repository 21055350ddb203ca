"""How right guesses are: the share of columns that are proposed as a person mapped them, over files with known jobs.

python -m tests.guesses     prints the share of each file, without a server
"""

from __future__ import annotations

import json
import lzma
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

from odoo_etl.guessing import Guess, Models, Proposal, guess, read_table
from odoo_etl.snapshots import Snapshot, SnapshotModels
from tests.e2e.migrations import FOLDER

# The files of samples/migrations, each with the sheet or table, and the model that its job writes to.
SAMPLES = (
    ("01-partners/data/bank.db", "banks", "res.bank"),
    ("01-partners/data/bank.db", "accounts", "res.partner.bank"),
    ("01-partners/data/contacts.xlsx", "People", "res.partner"),
    ("01-partners/data/contacts.xlsx", "Delivery", "res.partner"),
    ("01-partners/data/customers.csv", "", "res.partner"),
    ("01-partners/data/price_lists.csv", "", "product.pricelist"),
    ("02-products/data/articles.db", "products", "product.product"),
    ("02-products/data/taxes.csv", "", "account.tax"),
    ("02-products/data/units.csv", "", "uom.uom"),
    ("03-variants/data/articles.csv", "", "product.template"),
    ("03-variants/data/attributes.xlsx", "Attributes", "product.attribute"),
    ("03-variants/data/attributes.xlsx", "Values", "product.attribute.value"),
    ("03-variants/data/variants.csv", "", "product.product"),
    ("04-prices/data/articles.csv", "", "product.product"),
    ("04-prices/data/price_lists.xlsx", "Prices", "product.pricelist"),
    ("04-prices/data/purchase.db", "vendor_prices", "product.supplierinfo"),
    ("05-stock/data/articles.xlsx", "Articles", "product.product"),
    ("05-stock/data/count.csv", "", "stock.quant"),
    ("05-stock/data/count.csv", "", "stock.lot"),
    ("06-boms/data/master_data.xlsx", "Articles", "product.product"),
    ("06-boms/data/master_data.xlsx", "Work centres", "mrp.workcenter"),
    ("06-boms/data/boms.csv", "", "mrp.bom"),
    ("07-sales/data/shop.db", "articles", "product.product"),
    ("07-sales/data/shop.db", "customers", "res.partner"),
    ("07-sales/data/shop.db", "orders", "sale.order"),
    ("07-sales/data/shop.db", "order_lines", "sale.order.line"),
    ("08-purchases/data/articles.csv", "", "product.product"),
    ("08-purchases/data/purchase.xlsx", "Vendors", "res.partner"),
    ("08-purchases/data/purchase.xlsx", "Orders", "purchase.order"),
    ("08-purchases/data/lines.csv", "", "purchase.order.line"),
    ("09-invoices/data/partners.xlsx", "Partners", "res.partner"),
    ("09-invoices/data/open_items.csv", "", "account.move"),
    ("10-opening/data/trial_balance.csv", "", "account.account"),
    ("11-people/data/organisation.xlsx", "Departments", "hr.department"),
    ("11-people/data/organisation.xlsx", "Jobs", "hr.job"),
    ("11-people/data/users.csv", "", "res.users"),
    ("11-people/data/employees.csv", "", "hr.employee"),
    ("12-history/data/stages.csv", "", "crm.stage"),
    ("12-history/data/leads.csv", "", "crm.lead"),
    ("12-history/data/crm.db", "letters", "mail.message"),
    ("12-history/data/crm.db", "files", "ir.attachment"),
)
LINES_OF = {"sale.order.line": ("sale.order", "order_line"), "purchase.order.line": ("purchase.order", "order_line")}
JOINS = {"order_no", "order"}  # columns that only join lines to their order


@dataclass(frozen=True)
class Meant:
    """What a person made of a column: a field, and how its records are found."""

    path: str
    lookups: Sequence[Mapping[str, Any]] = ()

    @property
    def by(self) -> set[tuple[str, ...]]:
        """The fields by which its lookups find records."""
        found = set()
        for one in self.lookups:
            by = one.get("by", "external_id")
            found.add(tuple(by) if isinstance(by, list) else (by,))
        return found


@dataclass
class Tally:
    """The columns of one file.

    Attributes:
        active: how many right ones the job maps; `wrong_active` are those that it maps wrongly, as text.
        comments: how many stand in the job as comments.
    """

    name: str
    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    active: int = 0
    wrong_active: list[str] = field(default_factory=list)
    comments: int = 0

    @property
    def share(self) -> float:
        """The share of columns that are right."""
        return len(self.right) / max(1, len(self.right) + len(self.wrong))


def tally(name: str, guess: Guess, meant: Mapping[str, Sequence[Meant]]) -> Tally:
    """Which columns of a guess are as a person has them; one that nobody maps is right where it is not mapped."""
    found = Tally(name)
    for one in guess.proposals:
        wanted = meant.get(one.column, ())
        good = is_right(one, wanted, guess)
        (found.right if good else found.wrong).append(one.column if good else _told_wrong(one, wanted, guess))
        is_mapped = one.active or f"{{{one.column}}}" in guess.external_id
        found.active += bool(good and wanted and is_mapped)
        found.comments += bool(one.path and not one.active)
        if is_mapped and not good:
            found.wrong_active.append(found.wrong[-1])
    return found


def _told_wrong(one: Proposal, wanted: Sequence[Meant], guess: Guess) -> str:
    shown = one.path or ("external id" if f"{{{one.column}}}" in guess.external_id else "nothing")
    by = f" by {one.keys['lookup']['by']}" if "lookup" in one.keys else ""
    meant = " or ".join(sorted({f"{one.path} {sorted(one.by) or ''}".strip() for one in wanted})) or "nothing"
    return f"{one.column}: {shown}{by}, not {meant}"


def is_right(one: Proposal, wanted: Sequence[Meant], guess: Guess) -> bool:
    """Whether it is what one of the jobs makes of the column."""
    if not wanted:
        return not one.active
    if any(meant.path == "external id" for meant in wanted) and f"{{{one.column}}}" in guess.external_id:
        return True
    same = [meant for meant in wanted if meant.path == one.path]
    if not same:
        return False
    lookup = one.keys.get("lookup")
    if lookup is None or not any(meant.lookups for meant in same):
        return lookup is None and not any(meant.lookups for meant in same)
    by = lookup["by"]
    mine = tuple(by) if isinstance(by, (list, tuple)) else (by,)
    return any(set(mine) <= set(theirs) or set(theirs) <= set(mine) for meant in same for theirs in meant.by)


def sample_meanings(path: str, table: str, model: str) -> dict[str, list[Meant]]:
    """What the jobs of a sample make of the columns of one of its files."""
    found: dict[str, list[Meant]] = {}
    owner, line_field = LINES_OF.get(model, (model, ""))
    for job in _jobs(path.split("/", maxsplit=1)[0]):
        if job["target"]["model"] != owner:
            continue
        for field_path, spec, source in _fields(job):
            if not _reads(source, path, table):
                continue
            if line_field and not field_path.startswith(f"{line_field}."):
                continue
            own = field_path.removeprefix(f"{line_field}.") if line_field else field_path
            for column, meant in _columns(own, spec):
                found.setdefault(column, []).append(meant)
    for column in JOINS if line_field else ():
        found.setdefault(column, []).append(Meant("order_id", [{"by": "name"}]))
    return found


def samples_of(folder: str) -> list[tuple[str, str, str]]:
    """The files of one migration."""
    return [one for one in SAMPLES if one[0].startswith(f"{folder}/")]


def job_of(names: Iterable[str], path: str, table: str, model: str) -> str:
    """The first of the jobs of a migration that brings a file to a model."""
    owner, _ = LINES_OF.get(model, (model, ""))
    jobs = {job["job"]: job for job in _jobs(path.split("/", maxsplit=1)[0])}
    return next(
        name
        for name in names
        if jobs[name]["target"]["model"] == owner
        and any(_reads(source, path, table) for _, _, source in _fields(jobs[name]))
    )


def _jobs(folder: str) -> Iterator[Mapping[str, Any]]:
    for file in sorted((FOLDER / folder / "pipelines").glob("*.yaml")):
        if file.name != "project.yaml":
            yield yaml.safe_load(file.read_text(encoding="utf-8"))


def _fields(job: Mapping[str, Any]) -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    for name, spec in job["fields"].items():
        yield name, spec, job["source"]
    for name, lines in job.get("lines", {}).items():
        for inner, spec in lines["fields"].items():
            yield f"{name}.{inner}", spec, lines.get("source", job["source"])
    template = job["target"].get("external_id")
    if template:
        yield "external id", {"columns": re.findall(r"\{(\w+)\}", template)}, job["source"]


def _reads(source: Mapping[str, Any], path: str, table: str) -> bool:
    name = Path(path).name
    if source["type"] == "sql":
        return source["url"].endswith(name) and re.search(rf"\b(FROM|JOIN) {table}\b", source["query"]) is not None
    return Path(source["path"]).name == name and source.get("sheet", table) == table


def _columns(path: str, spec: Any) -> Iterator[tuple[str, Meant]]:
    if isinstance(spec, str):
        yield spec, Meant(path)
        return
    lookups = spec.get("lookup", ())
    lookups = [lookups] if isinstance(lookups, dict) else list(lookups)
    meant = Meant(path, lookups)
    for column in [*([spec["column"]] if "column" in spec else []), *spec.get("columns", ())]:
        yield column, meant
    for text in [spec.get("expr", "")]:
        for word in re.findall(r"[a-z_]+", re.sub(r"'[^']*'", "", text)):
            if word not in {"if", "else", "none"}:
                yield word, meant
    for kind in ("translations", "companies"):
        for one in spec.get(kind, {}).values():
            yield from _columns(path, one)


def told(tallies: Sequence[Tally]) -> str:
    """The share of each file, and that of all, as text."""
    lines = [f"{one.share:6.0%}  {one.name}" + "".join(f"\n          {text}" for text in one.wrong) for one in tallies]
    right, of = sum(len(one.right) for one in tallies), sum(len(one.right) + len(one.wrong) for one in tallies)
    active, wrong = sum(one.active for one in tallies), sum(len(one.wrong_active) for one in tallies)
    mapped = f"mapped: {active} rightly, {wrong} wrongly; {sum(one.comments for one in tallies)} stand as comments"
    return "\n".join([*lines, f"{right} of {of} columns are right: {right / of:.1%}", mapped])


FOREIGN = Path(__file__).parent / "foreign"
# A workbook as people make them: a title and a date above the table, a total below it.
PRICE_LIST = (
    ("Preisliste 2025, Musterfirma GmbH", None, None, None, None, None),
    ("Stand: 31.01.2025", None, None, None, None, None),
    (None, None, None, None, None, None),
    ("Art.-Nr.", "Bezeichnung", "Warengruppe", "VK netto (EUR)", "ME", "EAN"),
    ("4711-01", "Schraubendreher PH2", "Werkzeug", 6.9, "Stk", "4006381333931"),
    ("4711-02", "Schraubendreher PH1", "Werkzeug", 6.5, "Stk", "4006381333948"),
    ("0815-10", "Holzleim 750 g", "Chemie", 11.25, "Fl", "4006381333955"),
    ("0815-11", "Montagekleber", "Chemie", 8.4, "Kart", "4006381333962"),
    ("Summe", None, None, 33.05, None, None),
)


def foreign_meanings() -> Mapping[str, tuple[str, dict[str, list[Meant]]]]:
    """By file: the model, and what a person makes of its columns."""
    known = yaml.safe_load((FOREIGN / "meanings.yaml").read_text(encoding="utf-8"))
    return {
        name: (one["model"], {column: _written(meant) for column, meant in one["columns"].items()})
        for name, one in known.items()
    }


def _written(meant: str | list[str]) -> list[Meant]:
    found = []
    for text in [meant] if isinstance(meant, str) else meant:
        path, _, by = text.partition(" by ")
        found.append(Meant(path, [{"by": by}] if by else []))
    return found


def write_price_list(folder: Path) -> Path:
    """Make the workbook."""
    path = folder / "preisliste.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Preise")
        for at, row in enumerate(PRICE_LIST):
            sheet.write_row(at, 0, row)
    return path


@cache
def kept_models() -> Models:
    """The models of the migrations' Odoo, as a server with German and French described them; without any records."""
    known = json.loads(lzma.decompress((FOREIGN / "models.json.xz").read_bytes()))
    snapshots = {
        name: Snapshot(
            model=name,
            server=one["server"],
            fields={
                field: {**raw, "depends": ["x"] if raw.get("depends") else []} for field, raw in one["fields"].items()
            },
            description=one["description"],
            defaults=one["defaults"],
            filled=tuple(one["filled"]),
        )
        for name, one in known.items()
    }
    return Models(SnapshotModels(snapshots), ["de_DE", "fr_FR"])


class KnownRecords:
    """Records of a server: `search_read` of what is given, by `in` and by nothing else."""

    def __init__(self, records: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self.records = records
        self.calls: list[str] = []

    def search_read(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], *, limit: Any, context: Any
    ) -> list[dict[str, Any]]:
        """The records whose field is one of the values."""
        self.calls.append(model)
        found = [dict(one) for one in self.records.get(model, ())]
        for name, _, values in domain:
            found = [one for one in found if one.get(name) in (values if isinstance(values, list) else [values])]
        return found[:limit]


def guessed(
    text: str, model: str, folder: Path, records: KnownRecords | None = None, *, encoding: str = "utf-8"
) -> Guess:
    """The guess for a CSV file with this text."""
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return guess(read_table(path), model, kept_models(), records)


def sample_tallies() -> list[Tally]:
    """The columns of each file of samples/migrations, guessed without a server."""
    return [
        tally(
            " ".join(filter(None, one)),
            guess(read_table(FOLDER / one[0], one[1]), one[2], kept_models(), None),
            sample_meanings(*one),
        )
        for one in SAMPLES
    ]


def foreign_tallies(folder: Path) -> list[Tally]:
    """The columns of each file of another system; the workbook among them is made in a folder."""
    made = write_price_list(folder)
    return [
        tally(
            name,
            guess(read_table(made if name == made.name else FOREIGN / name), model, kept_models(), None),
            meant,
        )
        for name, (model, meant) in foreign_meanings().items()
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder_name:
        sys.stdout.write(f"{told(sample_tallies())}\n\n{told(foreign_tallies(Path(folder_name)))}\n")
