"""The address of a Dask scheduler: where it is, and whether what is said to it can be read on the way."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from odoo_etl.errors import UsageError
from odoo_etl.loopback import is_loopback

_ENCRYPTED = frozenset({"tls", "wss"})


def is_here(address: str) -> bool:
    """Whether the scheduler is on this machine, and listens to nobody else."""
    return is_loopback(_parts(address).hostname or "")


def check_scheduler(address: str, *, insecure: bool) -> None:
    """Refuse to tell keys and rows to another machine in the clear, and to run what anybody between sends back.

    Raises:
        UsageError: no address; or one of another machine that is not encrypted, which nobody has allowed.
    """
    parts = _parts(address)
    if not (parts.hostname or "").strip():
        raise UsageError(f"{address!r} is no address of a Dask scheduler; write tls://host:8786")
    if not (insecure or parts.scheme in _ENCRYPTED or is_loopback(parts.hostname or "")):
        raise UsageError(
            f"the Dask scheduler {address} is on another machine, and what is sent there is not encrypted: whoever is"
            " between reads the key and all rows, and may run code; write tls://host:8786 (see docs/scaling.md), or"
            " insecure: true in executor: of project.yaml where you trust every machine between"
        )


def _parts(address: str) -> SplitResult:
    """Scheme and host; Dask takes tcp where there is no scheme."""
    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts
