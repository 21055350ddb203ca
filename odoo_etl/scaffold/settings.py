"""The settings of a new project: its two servers, its first job, where its tests run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pydantic import SecretStr, ValidationError

from odoo_etl.errors import UsageError
from odoo_etl.spec import ConnectionSpec

KEY: Final = "ODOO_API_KEY"
SANDBOX: Final = "sandbox"
CI_SERVICES: Final = ("none", "github", "gitlab")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Server:
    """An Odoo database and who logs in.

    Attributes:
        url: https://..., `sandbox`, or "" where it is not known yet.
        api_key: goes into `.env` of the environment; "" leaves that to the user.
    """

    url: str = ""
    db: str = ""
    user: str = ""
    api_key: str = field(default="", repr=False)

    @property
    def is_sandbox(self) -> bool:
        """Whether the embedded server is meant."""
        return self.url == SANDBOX


@dataclass(frozen=True, slots=True)
class NewProject:
    """The settings of a new project.

    Attributes:
        dev: to try things on.
        production: the real one; its URL may come later.
        job: the name of the first job.
        ci: the service whose file is written: one of `CI_SERVICES`.
        has_sample: the first job is our sample, with rows and a test; else somebody else writes it.

    Raises:
        UsageError: a URL, the name of the job or the service is none.
    """

    dev: Server = Server(SANDBOX)
    production: Server = Server()
    job: str = "partners"
    ci: str = "none"
    has_sample: bool = True

    def __post_init__(self) -> None:
        _check_server("dev", self.dev if self.dev.url else Server("?"))
        _check_server("production", self.production)
        if not _NAME.fullmatch(self.job) or self.job in {"project", ".", ".."}:
            raise UsageError(f"{self.job!r} is no name for a job: letters, digits, _ . - (but not `project`)")
        if self.ci not in CI_SERVICES:
            raise UsageError(f"{self.ci!r} is no service for CI: one of {', '.join(CI_SERVICES)}")


def _check_server(environment: str, server: Server) -> None:
    """Refuse what project.yaml could not say: the same rules as there, for a key as it will be used."""
    if not server.url or server.is_sandbox:
        return
    try:
        ConnectionSpec(url=server.url, db=server.db, user=server.user, api_key=SecretStr("to come"))
    except ValidationError as error:
        found = error.errors()[0]
        context = found.get("ctx", {})
        what = f"{context.get('message', found['msg'])} ({context.get('hint', '')})"
        raise UsageError(f"the URL of {environment}, {server.url!r}: {what}") from None
