"""A file that is asked for over HTTP: only where it has changed, a few times where the server does not answer."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from odoo_etl.errors import SourceError
from odoo_etl.sources.copies.keeping import as_file, kept_for, kept_in, key_of, temporary_folder
from odoo_etl.sources.copies.sheets import export_url, is_sheet
from odoo_etl.sources.source_file import AT_PATH, SourceFile
from odoo_etl.spec import FileKeys
from odoo_etl.text import redacted
from odoo_etl.web import (
    Fetching,
    Gone,
    Kept,
    KeptDownloads,
    NoPageWanted,
    NotAvailable,
    NotToBeHad,
    Wanted,
    pools,
)

ATTEMPTS: Final = 3
_LOGIN_NEEDED = frozenset({401, 403, 407})
_GIVE_LOGIN = 'give one: storage_options: {headers: {Authorization: "Bearer ${TOKEN}"}}'
_SHARE = "share it with everyone who has the link, or give a token in storage_options: {headers: ...}"


def file_on_web(spec: FileKeys) -> SourceFile:
    """A copy of the file at the address. Raises SourceError: it cannot be had."""
    kept = fetched(spec, kept_for(spec))
    return as_file(kept, spec.place, partial(_again, spec))


def _again(spec: FileKeys) -> Kept:
    return fetched(spec, kept_in(temporary_folder()))


def fetched(spec: FileKeys, kept: KeptDownloads, sleep: Callable[[float], None] = time.sleep) -> Kept:
    """The file as it is now. Raises SourceError."""
    wanted, name = _wanted(spec), spec.place
    retrying = Retrying(
        retry=retry_if_exception_type(NotAvailable),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(multiplier=1, max=30),
        sleep=sleep,
        reraise=True,
    )
    try:
        with closing(_Pool()) as pool:
            return retrying(Fetching(kept, pool.manager).fetched, wanted)
    except NotAvailable as error:
        raise SourceError(
            f"{name}: {error}; it was asked {ATTEMPTS} times (run the job again later)", AT_PATH
        ) from error
    except NoPageWanted as error:
        raise SourceError(f"{name}: is not shared: a page comes in place of the sheet ({_SHARE})", AT_PATH) from error
    except Gone as error:
        raise SourceError(f"{name}: no such file (so the server says)", AT_PATH) from error
    except NotToBeHad as error:
        raise SourceError(_told(error, spec), AT_PATH) from error
    except OSError as error:
        raise SourceError(f"{name}: cannot be kept: {error.strerror or error}") from error


class _Pool:
    """Connections for one file."""

    def __init__(self) -> None:
        self.manager = pools(None, 1)

    def close(self) -> None:
        """Close them."""
        self.manager.clear()


def _told(error: NotToBeHad, spec: FileKeys) -> str:
    told = redacted(error.of(spec.place), spec.secrets)
    if error.status not in _LOGIN_NEEDED:
        return told
    return f"{told}: it is not for everyone ({_SHARE if is_sheet(spec.path) else _GIVE_LOGIN})"


def _wanted(spec: FileKeys) -> Wanted:
    parts = urlsplit(spec.path)
    plain = urlunsplit(parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.rpartition("@")[2]))
    url = export_url(plain, "xlsx" if getattr(spec, "type", "") == "excel" else "csv")
    headers = dict(spec.storage_options.get("headers", {}))
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}", **headers}
    return Wanted(
        urlunsplit(urlsplit(url)._replace(fragment="")),
        key_of(url, sorted(headers.items())),
        spec.max_size,
        spec.timeout,
        headers,
        encodings="gzip",
        no_page=is_sheet(url),
    )
