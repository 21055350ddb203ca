"""What a project does not use is not loaded by its runs: it costs them nothing, and its extra may be missing."""

from __future__ import annotations

import subprocess
import sys

FEATURES = (
    *("odoo_etl.alerting", "odoo_etl.dashboard", "odoo_etl.mcp_server", "odoo_etl.measuring", "odoo_etl.planfile"),
    *("odoo_etl.rejects.mending", "odoo_etl.schedule_files", "odoo_etl.serving", "odoo_etl.tracing.spans"),
    *("apprise", "cronsim", "mcp", "opentelemetry", "prometheus_client", "starlette", "uvicorn"),
)


def test_a_run_loads_only_what_its_project_uses(shop):
    """Neither the server nor what it tells, nor what follows runs."""
    program = (
        "import sys, odoo_etl\n"
        f"print(odoo_etl.run({str(shop.root)!r}).exit_code)\n"
        f"print([name for name in sys.modules if name.startswith({FEATURES!r})])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["3", "[]"]  # it has rejected rows
