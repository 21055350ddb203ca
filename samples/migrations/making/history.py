"""12-history: leads with their stages, the letters and notes about them, and the files that came along."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from making import names
from making.files import write_csv, write_database

STAGES = ("First contact", "Visit planned", "Offer sent", "Ordered")
WISHES = ("New office for 40 people", "Reception desk", "Canteen", "Meeting rooms", "Shop fittings", "Library shelves")
# kind, and what such letters and notes say
TEXTS = {
    "received": (
        "<p>Good morning,</p><p>could you send us your catalogue?</p>",
        "<p>Attached is the plan of the ground floor.</p><ul><li>{n} workplaces</li><li>2 meeting rooms</li></ul>",
    ),
    "sent": (
        "<p>Dear Ms Claes,</p><p>thank you for your visit. Our offer for <b>{n} desks</b> is attached.</p>",
        "<p>Guten Tag,</p><p>anbei unser Angebot über {n} Stühle.</p>",
    ),
    "note": ("<p>Called them: they decide next week.</p>", "<p>They want to see the <i>oak</i> in our showroom.</p>"),
}
SELLERS = (("anke.claes@meubelwerk.example", "Anke Claes"), ("joris.maes@meubelwerk.example", "Joris Maes"))
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
LEADS = 28
START = dt.datetime(2021, 3, 1, 8, 30)  # noqa: DTZ001 - the old program wrote the time of Brussels
SCHEMA = """
CREATE TABLE letters (
    letter_id TEXT PRIMARY KEY, lead_no TEXT NOT NULL, kind TEXT NOT NULL, written_by TEXT NOT NULL,
    author TEXT NOT NULL, written_at TEXT NOT NULL, subject TEXT, html TEXT NOT NULL
);
CREATE TABLE files (file_name TEXT PRIMARY KEY, lead_no TEXT NOT NULL);
"""


def make(folder: Path) -> None:
    """Write the files."""
    chance = random.Random(12)
    leads = [_lead(chance, number) for number in range(LEADS)]
    write_csv(folder / "leads.csv", leads, delimiter=",")
    write_csv(folder / "stages.csv", [{"stage": stage, "place": 10 + place} for place, stage in enumerate(STAGES)])
    letters = [tuple(letter.values()) for lead in leads for letter in _letters(chance, lead)]
    (folder / "files").mkdir(exist_ok=True)
    files = []
    for lead in leads[::2]:
        name = f"offer-{lead['lead_no']}.pdf"
        (folder / "files" / name).write_bytes(_pdf(f"Offer {lead['lead_no']}: {lead['wish']}"))
        files.append((name, lead["lead_no"]))
    write_database(folder / "crm.db", SCHEMA, {"letters": letters, "files": files})


def _lead(chance: random.Random, number: int) -> dict[str, Any]:
    country = chance.choice(("BE", "DE", "NL"))
    company, contact = names.company(chance, country), names.person(chance)
    return {
        "lead_no": f"{501 + number}",
        "wish": chance.choice(WISHES),
        "stage": chance.choice(STAGES),
        "company": company,
        "contact": contact,
        "email": f"{names.plain(contact)}@{names.plain(company)}.example",
        "revenue": chance.randrange(1_500, 60_000, 500),
        "chance_percent": chance.choice((10, 25, 50, 75)),
    }


def _letters(chance: random.Random, lead: dict[str, Any]) -> Iterator[dict[str, Any]]:
    when = START + dt.timedelta(days=chance.randrange(900), minutes=chance.randrange(500))
    for number in range(chance.randrange(2, 5)):
        kind = chance.choice(("received", "sent", "note"))
        address, author = (lead["email"], lead["contact"]) if kind == "received" else chance.choice(SELLERS)
        yield {
            "letter_id": f"<{lead['lead_no']}.{number}@crm.meubelwerk.example>",
            "lead_no": lead["lead_no"],
            "kind": kind,
            "written_by": address,
            "author": author,
            "written_at": when.isoformat(sep=" "),
            "subject": None if kind == "note" else f"{'Re: ' if number else ''}{lead['wish']}",
            "html": chance.choice(TEXTS[kind]).format(n=chance.randrange(4, 60)),
        }
        when += dt.timedelta(hours=chance.randrange(5, 200))


def _pdf(text: str) -> bytes:
    """A page with a line of text."""
    drawn = f"BT /F1 18 Tf 60 760 Td ({text}) Tj ET".encode("cp1252", "replace")
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 %s >> >> >>"
        % FONT,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
    )
    written, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(written))
    return written + head + table + tail
