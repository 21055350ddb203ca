"""odoo-etl as a process: a project in a folder, and its runs."""

from __future__ import annotations

import compileall
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import odoo_etl
from bench.environments import environment
from bench.process import Ended, Figures, WrongResult, run
from tests.servers import Server

LANES = 3
ROOT = Path(__file__).parents[1]

PROJECT = """\
connections:
  main: {url: "${ODOO_URL}", db: "${ODOO_DB}", user: "${ODOO_USER}", api_key: "${ODOO_API_KEY}", protocol: auto}
"""
PARTNERS = f"""\
version: 1
job: partners
source: {{type: csv, path: ../rows.csv, delimiter: ";"}}
target: {{model: res.partner, IDENTITY}}
fields:
  ref: ref
  name: name
  email: email
  phone: phone
  street: street
  city: city
  zip: zip
  function: function
  is_company: is_company
  country_id: {{column: country, lookup: {{model: res.country, by: code}}}}
load: {{concurrency: {LANES}}}
"""
BY_KEY = PARTNERS.replace("IDENTITY", "key: ref")
BY_EXTERNAL_ID = PARTNERS.replace("IDENTITY", 'external_id: "bench.partner_{ref}"')
FROM_EXCEL = BY_KEY.replace('{type: csv, path: ../rows.csv, delimiter: ";"}', "{type: excel, path: ../rows.xlsx}")
PRODUCTS = f"""\
version: 1
job: products
source: {{type: csv, path: ../rows.csv, delimiter: ";"}}
target: {{model: product.product, key: default_code}}
fields:
  default_code: default_code
  name: name
  list_price: list_price
  categ_id: {{column: category, lookup: {{model: product.category, by: name}}}}
  uom_id: {{column: unit, lookup: {{model: uom.uom, by: name}}}}
  product_tag_ids: {{column: tags, split: "|", lookup: {{model: product.tag, by: name}}}}
load: {{concurrency: {LANES}}}
"""
CATALOGUE = PRODUCTS.replace(
    "  name: name\n",
    "  name: {column: name, translations: {fr_FR: name_fr, de_DE: name_de}}\n"
    "  image_variant_1920: {column: image, type: file, root: ../images}\n",
).replace("{model: product.tag, by: name}", "{model: product.tag, by: name, on_missing: create}")


@dataclass(frozen=True, slots=True)
class Done:
    """A run of the tool: its figures, the requests it sent, the rows it rejected."""

    figures: Figures
    calls: int
    rejected: int


def make_project(folder: Path, job: str, settings: str = "") -> None:
    """A project with one job, which reads `rows.csv` of the folder; `settings` are further lines of project.yaml."""
    (folder / "pipelines").mkdir(exist_ok=True)
    (folder / "pipelines/project.yaml").write_text(PROJECT + settings)
    (folder / "pipelines/job.yaml").write_text(job)


@cache
def installed() -> Path:
    """The tool with just what a user installs: pyarrow alone, which tests need, makes pandas a third larger."""
    lock = ROOT / "requirements.lock"
    name = hashlib.sha256(lock.read_bytes() + str(ROOT).encode()).hexdigest()[:8]
    locked = ["--require-hashes", "-r", str(lock)]
    return environment(f"tool-{name}", locked, ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]) / "odoo-etl"


def compile_package() -> None:
    """Compile the package, as an installer does: the first start would otherwise pay for all."""
    compileall.compile_dir(Path(odoo_etl.__file__).parent, quiet=1)


def variables(server: Server) -> dict[str, str]:
    """What the project's variables stand for."""
    return {"ODOO_URL": server.url, "ODOO_DB": server.db, "ODOO_USER": server.user, "ODOO_API_KEY": server.api_key}


def run_project(  # noqa: PLR0913 - how to run it, all by name
    folder: Path,
    server: Server,
    *,
    program: Path | None = None,
    options: Sequence[str] = (),
    cpus: set[int] | None = None,
    rejects: bool = False,
) -> Done:
    """Run the project's job once, by default with the `installed` tool.

    Raises:
        WrongResult: it did not end with code 0 (with `rejects`: 3).
    """
    command = [str(program or installed()), "run", "--json", "--project", str(folder), *options]
    ended = run(command, folder, env=variables(server), cpus=cpus)
    if ended.code != (3 if rejects else 0):
        raise WrongResult(f"odoo-etl run ended with {ended.code}: {ended.tail()}")
    return _done(ended)


def _done(ended: Ended) -> Done:
    job = json.loads(ended.out.read_text())["jobs"][0]
    return Done(ended.figures, sum(job["calls"].values()), job["counts"]["rejected"])
