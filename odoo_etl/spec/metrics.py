"""The measures of a project: where they are written, and who may read them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from odoo_etl.spec.base import SpecModel
from odoo_etl.spec.value_kinds import Secret, invalid

ENDING = ".prom"  # the node exporter reads files of this name only
LEAST_TOKEN = 16


def _text_file(path: Path) -> Path:
    if path.suffix != ENDING:
        raise invalid(f"must end in {ENDING}", "the node exporter reads no other file of its folder")
    return path


def _token(token: SecretStr) -> SecretStr:
    if 0 < len(token.get_secret_value()) < LEAST_TOKEN:
        raise invalid(f"must have at least {LEAST_TOKEN} characters", "for example what `openssl rand -hex 24` prints")
    return token


class MetricsSpec(SpecModel):
    """The key `metrics` of project.yaml."""

    file: Annotated[Path, AfterValidator(_text_file)] | None = Field(
        default=None,
        description="A file that gets the measures at the end of each run, for the node exporter's textfile collector:"
        " /var/lib/node_exporter/odoo_etl.prom. A relative path starts at the project's root.",
    )
    token: Annotated[Secret, AfterValidator(_token)] = Field(
        default=SecretStr(""),
        description="Who asks for /metrics from another machine shows it: `Authorization: Bearer TOKEN`.",
    )
