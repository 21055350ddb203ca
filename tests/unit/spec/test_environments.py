"""Environments of project.yaml: what each says lies over the rest, and what is wrong in one is told with its place."""

from __future__ import annotations

import pytest

from odoo_etl.errors import SpecError, UsageError
from odoo_etl.spec import Choice, load_project
from odoo_etl.spec.connection import EnvironmentSpec
from odoo_etl.spec.environments import OVERLAID
from tests.unit.spec.conftest import job_text

PROJECT = """
connections:
  main: {url: "https://dev.example.com", db: dev, user: etl, api_key: "${KEY}", rate: 20/s}
defaults: {load: {concurrency: 4, chunk_size: 50}}
variables: {region: north, folder: data}
before:
  - {command: [echo, base]}
environments:
  production:
    production: true
    connections: {main: {url: "https://erp.example.com", db: erp}}
    defaults: {load: {concurrency: 8}}
    variables: {region: south}
    state: {url: "sqlite:///production.db"}
    before: []
  staging:
    connections:
      main: {url: "${STAGING_URL}"}
      extra: {url: sandbox}
"""
ENV = {"KEY": "k" * 8}


@pytest.fixture
def loaded(make_project):
    """A function that reads the project in an environment."""

    def load(environment=None, text=PROJECT, env=None, **choice):
        root = make_project(project=text, partners=job_text(source="{type: csv, path: '${folder}/${region}.csv'}"))
        return load_project(root, ENV if env is None else env, choice=Choice(environment, **choice))

    return load


def found(load, **how):
    """The problems of a project, as text."""
    with pytest.raises(SpecError) as caught:
        load(**how)
    return [str(problem).rpartition("pipelines/")[2] for problem in caught.value.problems]


def test_without_one_the_file_stands_as_it_is(loaded):
    """Variables that only other environments need may be unset."""
    project = loaded()
    assert (project.environment, project.is_production) == ("", False)
    assert project.connection().url == "https://dev.example.com"
    assert set(project.project.environments) == {"production", "staging"}


def test_an_environment_lies_over_the_file_key_by_key(loaded):
    """Mappings are merged at any depth, lists and values are replaced."""
    project = loaded("production")
    main, load = project.connection(), project.project.defaults.load
    assert (main.url, main.db, main.user, main.rate) == ("https://erp.example.com", "erp", "etl", 20.0)
    assert (load.concurrency, load.chunk_size, project.project.before) == (8, 50, ())
    assert project.jobs["partners"].spec.source.path.endswith("data/south.csv")
    assert project.project.state.url.get_secret_value() == f"sqlite:///{project.root}/production.db"
    assert (project.environment, project.is_production) == ("production", True)


def test_a_connection_that_only_another_environment_has(loaded):
    """It is no problem until a job uses it; then it says where it is."""
    project = loaded("staging", env={**ENV, "STAGING_URL": "https://staging.example.com"})
    assert project.connection("extra").is_sandbox
    with pytest.raises(SpecError, match=r"does not say where the connection `extra` is \(--env staging does\)"):
        loaded("production").connection("extra")


def test_urls_may_stand_in_environments_alone(loaded):
    """Without one, the connection says which to choose."""
    text = PROJECT.replace('url: "https://dev.example.com", ', "")
    assert loaded("production", text=text).connection().db == "erp"
    with pytest.raises(SpecError, match=r"`main` is \(--env production or --env staging does\)"):
        loaded(text=text).connection()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("    conections: {}\n", "project.yaml:18:5: environments.production.conections: unknown key (did you mean"),
        ("    state: {way: 2}\n", "project.yaml:18:13: {}state.way: unknown key"),
        ("    connections: {main: {rate: often}}\n", "project.yaml:18:32: {}connections.main.rate: must be"),
        ("    environments: {}\n", "project.yaml:18:5: environments.production.environments: unknown key"),
        ("    production: perhaps\n", "project.yaml:18:17: environments.production.production: must be"),
    ],
)
@pytest.mark.parametrize("environment", [None, "production", "staging"])
def test_what_is_wrong_in_an_environment_is_told_whichever_is_meant(loaded, wrong, told, environment):
    """Once, with its own place."""
    head, _, tail = PROJECT.partition("    production: true\n")
    start = tail.index("  staging:")
    text = f"{head}    variables: {{region: south}}\n" + "    # a line\n" * 7 + wrong + tail[start:]
    where = "" if environment == "production" else "environments.production."
    problems = found(loaded, environment=environment, text=text, env={**ENV, "STAGING_URL": "https://s"})
    assert [one for one in problems if one.startswith(told.format(where))] == problems


def test_a_name_that_is_misspelt(loaded):
    """The nearest one is named, or what there is."""
    assert found(loaded, environment="prodction") == [
        "project.yaml:9:3: environments: there is no environment `prodction` (did you mean `production`?)"
    ]
    assert found(loaded, environment="x")[0].endswith("(allowed: production, staging)")
    none = found(loaded, environment="x", text="connections: {main: {url: sandbox}}\n")
    assert none[0].endswith("there is no environment `x` (give project.yaml `environments: {x: ...}`)")


def test_names_that_could_be_none(loaded):
    """They name files (`.env.NAME`), too."""
    assert "may have letters, digits, _ -" in found(loaded, text=PROJECT.replace("  staging:", "  ../staging:"))[0]


def test_the_environment_that_is_meant_where_nobody_names_one(loaded):
    """That of the process comes before that of the file; an empty name is the file itself."""
    text = f"default_environment: production\n{PROJECT}"
    assert loaded(text=text).environment == "production"
    assert loaded(text=text, env={**ENV, "ODOO_ETL_ENV": "staging", "STAGING_URL": "sandbox"}).environment == "staging"
    assert loaded("production", env={**ENV, "ODOO_ETL_ENV": "staging"}).environment == "production"
    assert loaded("", text=text).environment == ""
    wrong = found(loaded, text=f"default_environment: prod\n{PROJECT}")
    assert wrong == [
        "project.yaml:1:22: default_environment: there is no environment `prod` (did you mean `production`?)"
    ]


def test_files_may_use_the_name_of_the_environment(make_project):
    """As a variable."""
    root = make_project(
        project="connections: {main: {url: sandbox}}\nenvironments: {dev: {}}\n",
        partners=job_text(source="{type: csv, path: '${ODOO_ETL_ENV:-none}.csv'}"),
    )
    paths = [load_project(root, {}, choice=Choice(name)).jobs["partners"].spec.source.path for name in ("dev", None)]
    assert [path.rpartition("/")[2] for path in paths] == ["dev.csv", "none.csv"]


def test_variables_that_are_given_win_over_all_others(loaded):
    """Over the process, the environment, and the file."""
    assert (
        loaded("production", variables={"region": "x"}, env={**ENV, "region": "y"})
        .jobs["partners"]
        .spec.source.path.endswith("data/x.csv")
    )


def test_a_variable_that_nothing_uses(loaded):
    """Its name is misspelt."""
    with pytest.raises(UsageError, match="nothing in the project uses the variable 'regoin'; did you mean `region`"):
        loaded(variables={"regoin": "x"})


def test_all_jobs_write_through_the_connection_that_is_asked_for(loaded):
    """It has to be one."""
    chosen = loaded("staging", env={**ENV, "STAGING_URL": "https://s"}, connection="extra")
    assert chosen.jobs["partners"].spec.target.connection == "extra"
    assert "there is no connection `xtra` (did you mean `extra`?)" in found(loaded, connection="xtra")[0]


def test_a_job_whose_connection_is_nowhere_does_not_matter_where_another_is_asked_for(make_project):
    """It is a problem without."""
    root = make_project(partners=job_text(target="{model: res.partner, key: ref, connection: gone}"))
    assert load_project(root, {}, choice=Choice(connection="main")).jobs["partners"].spec.target.connection == "main"
    with pytest.raises(SpecError, match="no connection `gone`"):
        load_project(root, {})


def test_each_key_of_an_environment_lies_over_that_of_the_project_but_for_what_says_how_to_treat_it():
    assert set(EnvironmentSpec.model_fields) - {"production"} == OVERLAID


def test_an_environment_keeps_what_runs_leave_as_long_as_it_says(loaded):
    text = (
        PROJECT.replace("    before: []", "    before: []\n    retention: {runs: 30d}")
        + "retention: {before_images: 7d}\n"
    )
    retention = loaded("production", text).project.retention
    assert (retention.runs, retention.before_images) == (30 * 86_400, 7 * 86_400)
    assert loaded("staging", text).project.retention.runs is None
