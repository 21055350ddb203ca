"""How long a project keeps what runs leave."""

from __future__ import annotations

from pydantic import Field

from odoo_etl.spec.base import SpecModel
from odoo_etl.spec.value_kinds import Duration

IMAGES_KEPT_S = 90 * 86_400.0


class RetentionSpec(SpecModel):
    """The key `retention` of project.yaml."""

    runs: Duration | None = Field(
        default=None,
        ge=86_400,
        description="Runs that ended longer ago are purged: folders, rejects, results, before-images; looked at once a"
        " day, when a run ends. 90d; without it they stay until `odoo-etl purge`.",
    )
    before_images: Duration = Field(
        default=IMAGES_KEPT_S,
        ge=0,
        description="How long a run can be undone: then what its updates replaced goes; default 90d.",
    )
