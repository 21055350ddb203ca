"""A project on disk: what is found, what is merged, and which problems matter to whom."""

from itertools import pairwise

import pytest

from odoo_etl.errors import SpecError, UsageError
from odoo_etl.spec import MaxRejects, load_project, select_jobs
from odoo_etl.spec.project import find_project
from tests.unit.spec.conftest import job_text

LOGIN = 'connections: {main: {url: "https://h", db: "${DB}", user: u, api_key: "${KEY}"}, other: {url: sandbox}}\n'


def messages(root, env=None):
    with pytest.raises(SpecError) as caught:
        load_project(root, env or {})
    return [str(problem) for problem in caught.value.problems]


def test_project_is_found_from_below(make_project):
    """Commands work in every folder of the project."""
    root = make_project()
    below = root / "a" / "b"
    below.mkdir(parents=True)
    assert find_project(below) == find_project(root, upwards=False) == root / "pipelines" / "project.yaml"
    assert find_project(root / "pipelines", upwards=False) == root / "pipelines" / "project.yaml"
    with pytest.raises(UsageError, match="--project"):
        find_project(below, upwards=False)


def test_root_is_the_folder_of_pipelines(make_project, tmp_path):
    """State lies beside pipelines, or beside project.yaml where there is no such folder."""
    root = make_project()
    assert load_project(root, {}).root == root
    flat = tmp_path / "flat"
    flat.mkdir()
    (flat / "project.yaml").write_text("connections: {}")
    assert load_project(flat, {}).state_dir == flat / ".odoo_etl"


def test_every_other_yaml_file_is_a_job(make_project):
    """Hidden files and other suffixes are none."""
    root = make_project(b=job_text("b"), a=job_text("a"))
    (root / "pipelines" / "c.yml").write_text(job_text("c"))
    (root / "pipelines" / ".hidden.yaml").write_text("nonsense")
    (root / "pipelines" / "notes.txt").write_text("nonsense")
    assert list(load_project(root, {}).jobs) == ["a", "b", "c"]


def test_paths_start_at_the_file(make_project):
    """Globs, SQLite URLs, query files and the state become absolute; URLs and other databases stay."""
    root = make_project(
        project='connections: {main: {url: sandbox, ca_file: ca.pem}}\nstate: {url: "sqlite:///s.db"}\n',
        a=job_text("a", source="{type: csv, path: '../in/*.csv'}"),
        b=job_text("b", source="{type: sql, url: 'sqlite:///../s.db?mode=ro', query: {file: q.sql}}"),
        c=job_text("c", source="{type: sql, url: 'postgresql://h/d', query: SELECT 1}"),
        d=job_text("d", source="{type: csv, path: 's3://bucket/x.csv'}"),
    )
    project = load_project(root, {})
    sources = {name: job.spec.source for name, job in project.jobs.items()}
    assert sources["a"].path == str(root / "in" / "*.csv")
    assert sources["b"].url.get_secret_value() == f"sqlite:///{root}/s.db?mode=ro"
    assert sources["b"].query.file == root / "pipelines" / "q.sql"
    assert sources["c"].url.get_secret_value() == "postgresql://h/d"
    assert sources["d"].path == "s3://bucket/x.csv"
    assert project.project.state.url.get_secret_value() == f"sqlite:///{root}/s.db"
    assert project.connection().ca_file == root / "pipelines" / "ca.pem"


def test_state_lies_in_the_project_by_default(make_project):
    """Without a setting, the state is a file in the state folder."""
    root = make_project()
    assert load_project(root, {}).project.state.url.get_secret_value() == f"sqlite:///{root}/.odoo_etl/state.db"


def test_defaults_lie_under_each_job(make_project):
    """A job's own `load` wins key by key, also within `retry`."""
    root = make_project(
        project="connections: {main: {url: sandbox}}\n"
        "defaults: {load: {concurrency: 4, max_rejects: 5%, retry: {attempts: 9, max_wait: 5s}}}\n",
        a=job_text("a", "load: {concurrency: 2, retry: {max_wait: 1m}}\n"),
        b=job_text("b"),
    )
    jobs = load_project(root, {}).jobs
    own, default = jobs["a"].spec.load, jobs["b"].spec.load
    assert (own.concurrency, own.max_rejects, own.chunk_size) == (2, MaxRejects(percent=5), 1000)
    assert (own.retry.attempts, own.retry.max_wait, own.retry.deadline) == (9, 60, 900)
    assert (default.concurrency, default.retry.max_wait) == (4, 5)


def test_all_problems_of_all_files_come_at_once(make_project):
    """Each file is checked even when another cannot be parsed."""
    root = make_project(
        project="connection: {}\n", a=job_text("a", tags="x"), b="a: [", c=job_text("c", job="c d"), e=job_text("e")
    )
    assert [line.split(":")[0].rpartition("/")[2] for line in messages(root)] == [
        "a.yaml", "b.yaml", "c.yaml", "project.yaml"
    ]  # fmt: skip


def test_references_between_files(make_project):
    """Unknown connections and jobs get the nearest name; a name is taken once, whatever its case."""
    root = make_project(
        a=job_text("orders", target="{model: m, key: ref, connection: mian}"),
        b=job_text("lines", depends_on="[oders]"),
        c=job_text("Orders"),
        d=job_text("broken", depends_on="[orders]", tags="x"),
        e=job_text("fine", depends_on="[broken]"),
    )
    found = "\n".join(messages(root))
    assert "no connection `mian` (did you mean `main`?)" in found
    assert "depends_on[0]: there is no job `oders` (did you mean `orders`?)" in found
    assert "another job is called `orders`" in found
    assert "no job `broken`" not in found


def test_a_cycle_shows_its_way(make_project):
    """The problem names the jobs in the order in which they wait for each other."""
    root = make_project(
        a=job_text("a", depends_on="[b]"), b=job_text("b", depends_on="[c]"), c=job_text("c", depends_on="[a]")
    )
    (found,) = messages(root)
    way = found.split("each other: ")[1].split(" (")[0].split(" → ")
    assert way[0] == way[-1]
    steps = list(pairwise(way))
    assert sorted(steps) == [("a", "b"), ("b", "c"), ("c", "a")]
    assert "depends_on[0]" in found


def test_variables_of_the_project_reach_its_jobs(make_project):
    """They are usable in every file; the environment wins."""
    root = make_project(
        project="connections: {main: {url: sandbox}}\nvariables: {folder: in, size: '50'}\n",
        a=job_text("a", "load: {chunk_size: '${size}'}\n", source="{type: csv, path: '${folder}/x.csv'}"),
    )
    assert load_project(root, {}).jobs["a"].spec.load.chunk_size == 50
    assert load_project(root, {"folder": "out"}).jobs["a"].spec.source.path.endswith("/out/x.csv")


def test_an_unset_variable_of_a_job_is_a_problem(make_project):
    """It is one problem at its place, and nothing that follows from it."""
    root = make_project(a=job_text("a", target="{model: '${MODEL}', key: ref}"))
    (found,) = messages(root)
    assert "a.yaml:4:17: target.model: the variable MODEL is not set" in found


def test_an_unset_variable_of_a_connection_matters_to_those_who_use_it(make_project):
    """A job on another connection runs without the secrets of this one."""
    root = make_project(
        project=LOGIN, a=job_text("a"), b=job_text("b", target="{model: m, key: ref, connection: other}")
    )
    project = load_project(root, {"DB": "d"})
    assert [job.name for job in select_jobs(project, ["b"])] == ["b"]
    for use in (lambda: select_jobs(project, ["a"]), lambda: project.connection("main")):
        with pytest.raises(
            SpecError, match=r"project.yaml:1:\d+: connections.main.api_key: the variable KEY is not set"
        ):
            use()


@pytest.mark.parametrize(
    "project", ['{url: "${U:-sandbox}", db: "${DB}", api_key: "${KEY}", protocol: "${P}"}', "{url: sandbox}"]
)
def test_the_sandbox_needs_no_login(make_project, project):
    """Where the url means the sandbox, the other variables may be unset."""
    root = make_project(project=f"connections: {{main: {project}}}\n", a=job_text("a"))
    assert select_jobs(load_project(root, {}), []) != []
    assert load_project(root, {}).connection().is_sandbox


def test_a_url_without_its_variable_is_never_the_sandbox(make_project):
    """The error says that it exists."""
    root = make_project(project="connections: {main: {url: '${U}', api_key: k}}\n", a=job_text("a"))
    with pytest.raises(SpecError, match=r"the variable U is not set .*`sandbox` is the embedded server"):
        load_project(root, {}).connection()
    with pytest.raises(SpecError, match="must be http://"):
        load_project(root, {"U": ""})
    root = make_project(project="connections: {main: {api_key: k}}\n", a=job_text("a"))
    with pytest.raises(SpecError, match="the key `url` is missing"):
        load_project(root, {})


def test_a_server_needs_a_login(make_project):
    """Empty secrets are found before anybody is called."""
    root = make_project(project=LOGIN, a=job_text("a"))
    with pytest.raises(SpecError, match="no way to log in"):
        select_jobs(load_project(root, {"DB": "d", "KEY": ""}), [])


def test_unknown_connection(make_project):
    """Asked for by name, it gets the nearest one."""
    with pytest.raises(SpecError, match=r"no connection `mian`.*did you mean `main`"):
        load_project(make_project(), {}).connection("mian")


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://odoo.example.com/", True),
        ("http://localhost:8069", True),
        ("odoo.example.com", False),
        ("ftp://h", False),
        ("https://u:p@h", False),
        ("https://h?db=x", False),
        ("https://h:99999", False),
    ],
)
def test_urls_of_servers(make_project, url, fits):
    """A scheme and a host, no login in it; a trailing slash goes."""
    root = make_project(project=f'connections: {{main: {{url: "{url}", api_key: k}}}}\n')
    if fits:
        assert load_project(root, {}).connection().url == url.rstrip("/")
    else:
        assert "connections.main.url" in messages(root)[0]


def test_secrets_never_show(make_project):
    """Not in what is printed, not in what is reported when another key is wrong."""
    env = {"KEY": "geheim", "DB": "d"}
    project = load_project(make_project(project=LOGIN), env)
    connection = project.connection()
    shown = repr(project) + str(connection) + str(connection.model_dump()) + connection.model_dump_json()
    assert "geheim" not in shown
    assert connection.api_key.get_secret_value() == "geheim"
    bad = 'connections: {main: {url: "geheim", password: 4711, api_key: ["geheim"], user: "${KEY}", zzz: 1}}\n'
    found = "\n".join(messages(make_project(project=bad), env))
    assert "connections.main.password: must be text" in found
    assert "geheim" not in found
    assert "4711" not in found


@pytest.mark.parametrize("secret", ["api_key: geheim", "password: geheim", "api_key: '${KEY}'"])
@pytest.mark.parametrize("url", ["http://odoo:8069", "http://192.168.1.5", "http://erp.example.com"])
def test_a_secret_over_plain_http_is_refused_with_its_place(make_project, url, secret):
    """The connection may say that it knows."""
    project = f"connections: {{main: {{url: '{url}', user: u, {secret}%s}}}}\n"
    found = messages(make_project(project=project % ""), {"KEY": "geheim"})
    assert len(found) == 1
    assert "project.yaml:1:" in found[0]
    assert f"{url} would send the {secret.partition(':')[0]} unencrypted" in found[0]
    assert "insecure_http: true" in found[0]
    assert "geheim" not in found[0]
    allowed = load_project(make_project(project=project % ", insecure_http: true"), {"KEY": "geheim"})
    assert allowed.connection().insecure_http
