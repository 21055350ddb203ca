"""What one process of the limit does. Its text runs inside Odoo's shell, so it imports nothing of this project."""

import csv
import time
from pathlib import Path


def work(env, share, options):
    """Create this process's share of the rows twice (as superuser, as the admin), then write one field of each."""
    folder, changed_column = Path(options["folder"]), options["changed_column"]
    model = env["res.partner"].with_context(**options["context"])
    as_user = model.with_user(env.ref("base.user_admin"))
    chunks = _chunks(_mine(env, share, options), options["chunk_rows"])
    for each in (model, as_user):
        each.create([{**chunks[0][0], "ref": "warm"}])  # fill the caches, as the server's are
    env.cr.rollback()

    def create():
        for chunk in chunks:
            records.append(model.create(chunk))
            env.cr.commit()

    def create_as_user():
        for chunk in chunks:
            as_user.create([{**values, "ref": "U" + values["ref"]} for values in chunk])
            env.cr.commit()

    def write():
        for created, chunk in zip(records, chunks):  # noqa: B905 - equally long
            for record, values in zip(created, chunk):  # noqa: B905
                record.write({changed_column: "New " + values[changed_column]})
            env.cr.commit()

    records = []
    for step in (create, create_as_user, write):
        _timed(step, folder, share)


def _timed(step, folder, share):
    """Wait for the other processes, do a step, and print from when to when it was done."""
    _wait(folder, step.__name__, share)
    started = time.time()
    step()
    print("TIMES", step.__name__, started, time.time())


def _mine(env, share, options):
    """The values of this share, as `create` takes them."""
    country_ids = {country.code: country.id for country in env["res.country"].search([])}
    with Path(options["folder"], "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, options["columns"], delimiter=";"))[1:]
    mine = rows[share :: options["shares"]]
    for values in mine:
        values["country_id"] = country_ids[values.pop("country")]
        values["is_company"] = values["is_company"] == "1"
    return mine


def _chunks(items, size):
    return [items[start : start + size] for start in range(0, len(items), size)]


def _wait(folder, step, share):
    """Tell that this process is ready for a step, and wait until all are."""
    (folder / f"{step}-ready-{share}").touch()
    while not (folder / f"{step}-go").exists():
        time.sleep(0.002)
