"""Numbers that pass the checks: tax numbers, bank accounts, barcodes. They are made up, and belong to nobody."""

from __future__ import annotations

import random


def tax_number(chance: random.Random, country: str) -> str:
    """A tax number of Belgium, Germany or the Netherlands, with its country."""
    return country + {"BE": _belgian, "DE": _german, "NL": _dutch}[country](chance)


def _belgian(chance: random.Random) -> str:
    body = chance.randrange(4_000_000, 8_000_000)
    return f"0{body}{97 - body % 97:02}"


def _german(chance: random.Random) -> str:
    body = str(chance.randrange(12_000_000, 33_000_000))
    check = 10
    for digit in body:
        total = (check + int(digit)) % 10 or 10
        check = total * 2 % 11
    return f"{body}{(11 - check) % 10}"


def _dutch(chance: random.Random) -> str:
    while True:
        body = str(chance.randrange(10_000_000, 86_000_000))
        check = sum(int(digit) * weight for digit, weight in zip(body, range(9, 1, -1), strict=True)) % 11
        if check < 10:
            return f"{body}{check}B01"


def iban(chance: random.Random, bank: str) -> str:
    """An account with a bank, whose number begins with its country: `BE735`, `DE37040044`, `NLRABO`."""
    country, code = bank[:2], bank[2:]
    account = {"BE": 7, "DE": 10, "NL": 10}[country]
    basis = code + f"{chance.randrange(10 ** (account - 1), 10**account)}"
    if country == "BE":
        basis += f"{int(basis) % 97 or 97:02}"
    digits = "".join(str(int(character, 36)) for character in f"{basis}{country}00")
    number = f"{country}{98 - int(digits) % 97:02}{basis}"
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def barcode(number: int) -> str:
    """An EAN-13 of Belgium (54) or of nobody's (20), by its first twelve digits."""
    digits = f"{number:012}"
    total = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
