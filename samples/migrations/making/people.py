"""11-people: departments, jobs, users with their groups, employees whose managers go round in a cycle."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from making import names
from making.files import write_csv, write_workbook

# department with those above it, its jobs
DEPARTMENTS = (
    ("Head office", ("Managing director", "Assistant")),
    ("Head office / Finance", ("Controller", "Bookkeeper")),
    ("Head office / People", ("HR officer",)),
    ("Works", ("Production manager",)),
    ("Works / Joinery", ("Joiner", "Apprentice")),
    ("Works / Assembly", ("Fitter",)),
    ("Sales", ("Head of sales", "Account manager")),
    ("Sales / Showroom Aachen", ("Shop assistant",)),
    ("Sales / Showroom Gent", ("Shop assistant",)),
)
GROUPS = {
    "Sales": "sales_team.group_sale_salesman",
    "Works": "mrp.group_mrp_user|stock.group_stock_user",
    "Head office": "account.group_account_invoice|purchase.group_purchase_user",
}
STAFF = 40


def make(folder: Path) -> None:
    """Write the files."""
    chance = random.Random(11)
    staff = _staff(chance)
    numbers = {name: f"D{place:02}" for place, (name, _) in enumerate(DEPARTMENTS, 1)}
    heads = {name: next(person["no"] for person in staff if person["department"] == name) for name, _ in DEPARTMENTS}
    departments = [
        {
            "department_no": numbers[name],
            "department": name.rpartition(" / ")[2],
            "part_of": numbers.get(name.rpartition(" / ")[0], ""),
            "head": heads[name],
        }
        for name, _ in chance.sample(DEPARTMENTS, len(DEPARTMENTS))
    ]
    jobs = [{"department_no": numbers[name], "job": job} for name, some in DEPARTMENTS for job in some]
    write_workbook(folder / "organisation.xlsx", {"Departments": departments, "Jobs": jobs})
    write_csv(folder / "users.csv", [_user(person) for person in staff if person["login"]])
    for person in staff:
        above = person["department"].rpartition(" / ")[0]
        own = heads[person["department"]]
        person["manager"] = own if own != person["no"] else heads[above] if above else staff[0]["no"]
    staff[0]["manager"] = staff[1]["manager"] = ""
    staff[0]["manager"], staff[1]["manager"] = staff[1]["no"], staff[0]["no"]  # two directors: each is over the other
    for person in staff:
        person["department_name"] = person["department"].rpartition(" / ")[2]
        person["department"] = numbers[person["department"]]
    write_csv(folder / "employees.csv", chance.sample(staff, len(staff)))


def _staff(chance: random.Random) -> list[dict[str, Any]]:
    called = names.distinct(lambda: names.person(chance), STAFF)
    rows = []
    for number, name in enumerate(called):
        department, jobs = DEPARTMENTS[0 if number < 2 else number % len(DEPARTMENTS)]
        job = jobs[0] if number < len(DEPARTMENTS) else jobs[-1]
        email = f"{names.plain(name)}@meubelwerk.example"
        login = email if number % 2 == 0 else ""
        born = f"{chance.randrange(1, 29):02}.{chance.randrange(1, 13):02}.{chance.randrange(1962, 2005)}"
        who = {"no": f"{3001 + number}", "name": name, "department": department, "job": job, "manager": ""}
        rows.append({**who, "login": login, "email": email, "phone": names.phone(chance, "BE"), "born": born})
    return rows


def _user(person: dict[str, Any]) -> dict[str, Any]:
    groups = GROUPS[person["department"].partition(" / ")[0]]
    language = "FR" if int(person["no"]) % 3 == 0 else "DE"
    return {"login": person["login"], "name": person["name"], "language": language, "groups": groups}
