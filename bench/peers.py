"""fluvo and odoo-import-export-client, in environments of their own, at their best settings.

Both work by external ids and send CSV text through Odoo's `load`. Their settings come from their own sources and from
`python -m bench --steps tune`:

- fluvo: JSON-RPC (JSON-2 is no quicker at loading, and far slower once a row is refused: there it asks for the
  description of all methods with every record), as many connections as Odoo has workers, its own checks, checkpoints
  and throttle off. Countries by external id: then neither Odoo nor fluvo searches names. Booleans as `True` and
  nothing: the only spelling that its `--skip-unchanged`, which compares texts, finds equal to what Odoo returns.
- odoo-import-export-client: the same over XML-RPC, because over JSON-RPC it gives a batch up after five seconds, counts
  it as failed, and leaves it running in Odoo. It cannot skip what is unchanged. A batch with one bad row is refused as
  a whole; its own remedy is a second run with `--fail`, row by row, which is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.data import COLUMNS, write_csv
from bench.environments import environment, output_of
from bench.process import Figures, WrongResult, run
from tests.servers import Server

FLUVO, CLASSIC = "fluvo", "odoo-import-export-client"
MODULE = "bench"
PARTNER_COLUMNS = ("id", *COLUMNS[:-1], "country_id/id")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a peer lets its user choose."""

    protocol: str = "jsonrpc"
    connections: int = 3
    batch_rows: int = 500


FLUVO_BEST = Settings()
EXPORT_ROWS = 1_000  # a batch of an export
CLASSIC_BEST = Settings(protocol="xmlrpc")
# What `--steps tune` compares.
CANDIDATES = (
    FLUVO_BEST,
    replace(FLUVO_BEST, protocol="json2"),
    replace(FLUVO_BEST, batch_rows=250),
    replace(FLUVO_BEST, batch_rows=1000),
    replace(FLUVO_BEST, connections=4),
    replace(FLUVO_BEST, connections=6),
)


def install(package: str) -> Path:
    """The folder of the package's programs; installed by pip, the newest there is, unless the cache has it.

    Raises:
        parts.Unavailable: pip could not.
    """
    return environment(f"peer-{package}", [package])


def version(package: str) -> str:
    """The installed version."""
    ask = f"import importlib.metadata; print(importlib.metadata.version({package!r}))"
    return output_of(str(install(package) / "python"), "-c", ask).strip()


def partners(rows: Iterable[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """The rows as both peers take them: with external ids of their own and of the countries."""
    for *cells, is_company, country in rows:
        xmlid = "base.uk" if country == "GB" else f"base.{country.lower()}"
        yield f"{MODULE}.p{cells[0]}", *cells, "True" if is_company == "1" else "", xmlid


def fluvo(  # noqa: PLR0913 - what is loaded, where, and how
    folder: Path,
    server: Server,
    model: str,
    *,
    skip_unchanged: bool = False,
    ignore: str = "",
    settings: Settings = FLUVO_BEST,
) -> Figures:
    """Load `rows.csv` of the folder.

    Args:
        skip_unchanged: as for a run that is repeated.
        ignore: columns that are not compared. `country_id/.id` hides that column from the comparison only.

    Raises:
        WrongResult: it says that the import failed.
    """
    connection = _connection(folder, server, settings.protocol)
    command = [str(install(FLUVO) / "fluvo"), "import", "--connection-file", connection, "--file", "rows.csv"]
    command += ["--model", model, "-s", ";", "--headless", "--no-preflight-checks", "--no-checkpoint"]
    command += ["--no-adaptive-throttle", "--worker", str(settings.connections), "--size", str(settings.batch_rows)]
    command += ["--skip-unchanged"] if skip_unchanged else []
    command += ["--ignore", ignore] if ignore else []
    # Its id cache lies in the working folder; a home of its own keeps it from the user's.
    ended = run(command, folder, env={"HOME": str(folder)})
    if ended.code:
        raise WrongResult(f"fluvo ended with {ended.code}: {ended.tail()}")
    return ended.figures


def fluvo_export(folder: Path, server: Server, path: Path, fields: Sequence[str], domain: str) -> Figures:
    """Export partners to a CSV file.

    Raises:
        WrongResult: it says that the export failed.
    """
    connection = _connection(folder, server, FLUVO_BEST.protocol)
    command = [str(install(FLUVO) / "fluvo"), "export", "--connection-file", connection, "--output", str(path)]
    command += ["--model", "res.partner", "--fields", ",".join(fields), "--domain", domain, "-s", ","]
    command += ["--worker", str(FLUVO_BEST.connections), "--size", str(EXPORT_ROWS)]
    ended = run(command, folder, env={"HOME": str(folder)})
    if ended.code:
        raise WrongResult(f"fluvo ended with {ended.code}: {ended.tail()}")
    return ended.figures


def classic(folder: Path, server: Server, model: str, *, again: bool = False) -> Figures:
    """Load `rows.csv` of the folder; with `again` once more what was refused, row by row."""
    connection = _connection(folder, server, CLASSIC_BEST.protocol)
    program = install(CLASSIC)
    command = [str(program / "python"), str(program / "odoo_import_thread.py"), "-c", connection, "--model", model]
    command += ["--file", "rows.csv", "--worker", str(CLASSIC_BEST.connections), "--size", str(CLASSIC_BEST.batch_rows)]
    ended = run(command, folder)
    if ended.code:
        raise WrongResult(f"{CLASSIC} ended with {ended.code}: {ended.tail()}")
    return ended.figures + run([*command, "--fail"], folder).figures if again else ended.figures


def write_partners(folder: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write `rows.csv` for the peers."""
    write_csv(folder / "rows.csv", PARTNER_COLUMNS, partners(rows))


def _connection(folder: Path, server: Server, protocol: str) -> str:
    path = folder / "connection.conf"
    host, port = server.url.removeprefix("http://").split(":")
    lines = {
        "hostname": host,
        "port": port,
        "database": server.db,
        "login": server.user,
        "password": server.api_key,
        "uid": 2,
        "protocol": protocol,
    }
    path.write_text("[Connection]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items()))
    return str(path)
