"""Links of the site: pages lead to pages, all else to the repository."""

from types import SimpleNamespace

import pytest

from docs.site.links import on_page_markdown


@pytest.mark.parametrize(
    ("page", "link", "target"),
    [
        ("job.md", "lines.md#keys", "lines.md#keys"),
        ("how-to/index.md", "../job.md", "../job.md"),
        ("job.md", "#keys", "#keys"),
        ("job.md", "https://example.org", "https://example.org"),
        ("develop/verbs.md", "../../odoo_etl/cli/main.py", "https://repo/odoo_etl/cli/main.py"),
        ("how-to/index.md", "../../samples/migrations", "https://repo/samples/migrations"),
        ("scaling.md", "scaling/airflow_dag.py", "https://repo/docs/scaling/airflow_dag.py"),
    ],
)
def test_a_link(page, link, target):
    config = SimpleNamespace(repo_url="https://repo")
    shown = on_page_markdown(
        f"a [link]({link}) b", page=SimpleNamespace(file=SimpleNamespace(src_uri=page)), config=config
    )
    assert shown == f"a [link]({target}) b"
