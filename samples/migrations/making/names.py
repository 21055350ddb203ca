"""Names of companies, people, streets and towns in Belgium, Germany and the Netherlands."""

from __future__ import annotations

import random
import unicodedata

# town, postal code
TOWNS = {
    "BE": (
        ("Gent", "9000"), ("Brugge", "8000"), ("Kortrijk", "8500"), ("Mechelen", "2800"), ("Leuven", "3000"),
        ("Liège", "4000"), ("Namur", "5000"), ("Hasselt", "3500"), ("Oostende", "8400"), ("Eupen", "4700"),
    ),
    "DE": (
        ("Aachen", "52062"), ("Köln", "50667"), ("Düsseldorf", "40213"), ("Münster", "48143"), ("Görlitz", "02826"),
        ("Würzburg", "97070"), ("Lübeck", "23552"), ("Erfurt", "99084"),
    ),
    "NL": (
        ("Eindhoven", "5611 AB"), ("Maastricht", "6211 CD"), ("Breda", "4811 XC"), ("Utrecht", "3511 LN"),
        ("Zwolle", "8011 PK"), ("Den Haag", "2511 BT"), ("'s-Hertogenbosch", "5211 JX"),
    ),
}  # fmt: skip
STREETS = {
    "BE": ("Kerkstraat", "Stationsstraat", "Korte Nieuwstraat", "Rue de l'Église", "Chaussée de Tournai", "Havenlaan"),
    "DE": ("Hauptstraße", "Bahnhofstraße", "An der Mühle", "Gartenweg", "Industriestraße", "Schillerplatz"),
    "NL": ("Dorpsstraat", "Molenweg", "Prins Hendrikkade", "Industrieweg", "Nieuwe Gracht", "Kanaaldijk"),
}
FIRST = (
    "Anke", "Björn", "Céline", "Dries", "Élise", "Femke", "Günther", "Hanne", "Ilse", "Joris", "Katrijn", "Loïc",
    "Maarten", "Noémie", "Olaf", "Pieter", "Renée", "Sören", "Tine", "Ulrike", "Veerle", "Wout", "Xavier", "Yasmine",
    "Zoë",
)  # fmt: skip
LAST = (
    "Claes", "De Smet", "Dubois", "Fischer", "Goossens", "Hoffmann", "Jansen", "Krüger", "Lambrecht", "Maes", "Müller",
    "Peeters", "Renard", "Schröder", "Van den Berg", "Van der Meulen", "Vermeersch", "Weiß", "Willems", "Ysebaert",
)  # fmt: skip
TRADES = {
    "BE": ("Meubelen", "Bakkerij", "Drukkerij", "Schrijnwerken", "Brasserie", "Menuiserie", "Interieur", "Boekhandel"),
    "DE": ("Möbelhaus", "Tischlerei", "Bürobedarf", "Innenausbau", "Bäckerei", "Druckerei", "Planungsbüro"),
    "NL": ("Kantoorinrichting", "Meubelmakerij", "Bakkerij", "Drukkerij", "Projectinrichting", "Boekhandel"),
}
FORMS = {"BE": ("NV", "BV", "SRL", "CVBA"), "DE": ("GmbH", "GmbH & Co. KG", "OHG", "e. K."), "NL": ("B.V.", "VOF")}
DIALS = {"BE": "+32 9 2", "DE": "+49 241 5", "NL": "+31 40 3"}


def company(chance: random.Random, country: str) -> str:
    """A company of a family, with its trade and its legal form."""
    trade, name, form = (chance.choice(some) for some in (TRADES[country], LAST, FORMS[country]))
    return f"{trade} {name} {form}"


def person(chance: random.Random) -> str:
    """First and last name."""
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def address(chance: random.Random, country: str) -> tuple[str, str, str]:
    """Street, postal code and town."""
    town, code = chance.choice(TOWNS[country])
    return f"{chance.choice(STREETS[country])} {chance.randrange(1, 199)}", code, town


def phone(chance: random.Random, country: str) -> str:
    """A number as people write it, with the code of its country."""
    return f"{DIALS[country]}{chance.randrange(10, 99)} {chance.randrange(10, 99)} {chance.randrange(10, 99)}"


def plain(text: str) -> str:
    """A text in lower case without accents, blanks and marks, as it stands in an address of mail."""
    letters = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return "".join(letter if letter.isalnum() else "-" for letter in letters).strip("-").replace("--", "-")


def distinct(make: object, count: int) -> list[str]:
    """So many different texts from a function that makes them."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[make()] = None  # type: ignore[operator]
    return list(found)
