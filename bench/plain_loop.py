"""`search_read` in a plain loop, one call at a time: `python plain_loop.py URL DATABASE KEY FILE`."""

from __future__ import annotations

import csv
import json
import sys

import urllib3

PAGE = 1_000
FIELDS = ["ref", "name", "email", "phone", "street", "city", "zip", "function", "is_company", "country_id"]


def main(url: str, database: str, key: str, path: str) -> None:
    """Write all partners with a reference of the benchmark into a CSV file."""
    headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": database, "Content-Type": "application/json"}
    pool = urllib3.PoolManager(headers=headers)
    with open(path, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        offset = 0
        while True:
            asked = {
                "domain": [["ref", "=like", "B%"]],
                "fields": FIELDS,
                "offset": offset,
                "limit": PAGE,
                "order": "id",
            }
            answer = pool.request("POST", f"{url}/json/2/res.partner/search_read", body=json.dumps(asked))
            records = answer.json()
            for record in records:
                country = record["country_id"]
                cells = [record[name] or "" for name in FIELDS[:-1]]
                writer.writerow([*cells, country[1] if country else ""])
            if len(records) < PAGE:
                return
            offset += PAGE


if __name__ == "__main__":
    main(*sys.argv[1:])
