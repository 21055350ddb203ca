"""Selectors and order."""

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec import load_project, select_jobs
from odoo_etl.spec.graph import dropped
from tests.unit.spec.conftest import job_text


def on(model: str, *lookups: str) -> dict[str, str]:
    """The target of a job, and fields that look other models up."""
    fields = ", ".join(f"l{n}: {{column: c, lookup: {{model: {name}, by: name}}}}" for n, name in enumerate(lookups))
    return {"target": f"{{model: {model}, key: ref}}", "fields": f"{{ref: no{', ' + fields if fields else ''}}}"}


@pytest.fixture
def project(make_project):
    """Countries <- partners (by lookup) <- orders (written) <- lines (written); tags stands alone."""
    return load_project(
        make_project(
            a=job_text("lines", depends_on="[orders]", **on("sale.line")),
            b=job_text("orders", depends_on="[partners]", tags="[nightly]", **on("sale.order")),
            c=job_text("partners", tags="[nightly, master]", **on("res.partner", "res.country", "res.partner")),
            d=job_text("countries", **on("res.country")),
            e=job_text("tags", tags="[master]", **on("res.partner.category")),
        ),
        {},
    )


@pytest.mark.parametrize(
    ("selectors", "names"),
    [
        ("", "countries tags partners orders lines"),
        ("orders partners", "partners orders"),
        ("lines countries", "countries lines"),
        ("part*", "partners"),
        ("tag:nightly", "partners orders"),
        ("tag:m*", "partners tags"),
        ("partners+", "partners orders lines"),
        ("+partners", "countries partners"),
        ("+orders+", "countries partners orders lines"),
        ("+tag:nightly tags", "countries tags partners orders"),
    ],
)
def test_selectors(project, selectors, names):
    """What is picked, in dependency order, whatever the order of the selectors."""
    assert [job.name for job in select_jobs(project, selectors.split())] == names.split()


@pytest.mark.parametrize(
    ("selector", "hint"),
    [("partner", "partners"), ("tag:nightl", "tag:nightly"), ("+oders+", "orders"), ("x?", "allowed")],
)
def test_a_selector_that_picks_nothing(project, selector, hint):
    """It is a mistake, and the nearest name is offered."""
    with pytest.raises(SpecError, match=hint):
        select_jobs(project, ["tags", selector])


def test_lookups_imply_order_unless_they_go_round(make_project):
    """Jobs that look each other up have no order; one that looks its own model up does not wait for itself."""
    jobs = load_project(
        make_project(
            a=job_text("a", **on("m.a", "m.b", "m.a")),
            b=job_text("b", **on("m.b", "m.a", "m.c")),
            c=job_text("c", **on("m.c")),
        ),
        {},
    ).depends_on
    assert jobs == {"a": frozenset(), "b": {"c"}, "c": frozenset()}


def test_records_that_a_lookup_creates_are_there_for_others(make_project):
    """Jobs whose own lookups create them wait for nobody."""
    supplies = "{ref: no, t: {column: c, lookup: {model: res.partner.category, by: name, on_missing: create}}}"
    loaded = load_project(
        make_project(
            a=job_text("asks", **on("sale.order", "res.partner.category")),
            b=job_text("supplies", target="{model: res.partner, key: ref}", fields=supplies),
            c=job_text("supplies_too", target="{model: res.users, key: ref}", fields=supplies),
        ),
        {},
    )
    assert {name: set(before) for name, before in loaded.depends_on.items()} == {
        "asks": {"supplies", "supplies_too"},
        "supplies": set(),
        "supplies_too": set(),
    }


def test_what_is_written_wins_over_lookups(make_project):
    """A lookup against the written order adds nothing."""
    root = make_project(a=job_text("a", depends_on="[b]", **on("m.a")), b=job_text("b", **on("m.b", "m.a")))
    assert load_project(root, {}).depends_on == {"a": {"b"}, "b": frozenset()}


def test_an_update_job_is_no_producer(make_project):
    """It makes no record that a lookup could find."""
    only = {"target": "{model: m.b, key: ref, mode: update}"}
    root = make_project(a=job_text("a", **on("m.a", "m.b")), b=job_text("b", **{**on("m.b"), **only}))
    project = load_project(root, {})
    assert project.depends_on == {"a": frozenset(), "b": frozenset()}
    assert dropped(project.jobs, project.depends_on) == []


def test_lookups_that_give_no_order_are_told(make_project):
    """Round a cycle each of them; against what is written the one; nothing of jobs that do not run."""
    project = load_project(
        make_project(
            a=job_text("a", depends_on="[d]", **on("m.a", "m.b")),
            b=job_text("b", **on("m.b", "m.c")),
            c=job_text("c", **on("m.c", "m.a")),
            d=job_text("d", **on("m.d", "m.a")),
        ),
        {},
    )
    told = dropped(project.jobs, project.depends_on)
    assert [" ".join(line.split()[:2]) for line in told] == ["job a", "job b", "job c", "job d"]
    assert "which job b creates, but does not wait for it" in told[0]
    assert "which job a creates, but runs before it, as depends_on says" in told[3]
    assert dropped({name: project.jobs[name] for name in "bd"}, project.depends_on) == []
