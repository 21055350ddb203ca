"""`email`: the one address that a text holds."""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import Final

from odoo_etl.spec.transforms.base import Unreadable

_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_ADDRESS: Final = re.compile(
    rf"(?P<local>[\w!#$%&'*+/=?^`{{|}}~-]+(?:\.[\w!#$%&'*+/=?^`{{|}}~-]+)*)@(?P<domain>(?:{_LABEL}\.)+{_LABEL})"
)
LONGEST: Final = 254  # characters (RFC 3696, erratum 1690)
_AROUND: Final = re.compile(r"(?i:mailto:)")


def email(text: str) -> str:
    """The address, its domain in small letters, without `mailto:` or a name before it (`Ann <ann@example.com>`)."""
    bare = _AROUND.sub("", text.strip(), count=1).strip()
    if not bare:
        return ""
    if bare.endswith(">") and len(bare) <= 4 * LONGEST:
        bare = parseaddr(bare)[1]
    found = _ADDRESS.fullmatch(bare) if len(bare) <= LONGEST else None
    if found is None:
        what = "holds several addresses" if bare.count("@") > 1 else "is no email address"
        raise Unreadable("bad_email", f"{what}; one like ann@example.com is wanted")
    return f"{found['local']}@{found['domain'].lower()}"
