"""What a release is made of: its version, its extras, the files of containers, workflows and the action."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import typer.main
import yaml

import odoo_etl
from odoo_etl.cli.main import app
from odoo_etl.serving.opened import ENDING_S
from tests.unit.test_layers import statements
from tests.unit.test_manifests import parsed

ROOT = Path(__file__).parents[2]
PACKAGE = Path(odoo_etl.__file__).parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
TOOLS = Path(sys.executable).parent
# Drivers that a library loads by the name of a URL: nothing of ours imports them.
BY_URL = {"adlfs", "gcsfs", "oracledb", "psycopg", "pymssql", "pymysql", "s3fs"}
PROTOCOLS = {"azure", "gcs", "s3", "sftp"}  # of one message of sources/copies/file_systems.py
WITH_ANOTHER = {"cryptography"}  # of dask: TLS of a cluster that we start


def version_in(folder, **environ):
    """The version that the build finds in a folder."""
    command = [sys.executable, "-m", "hatchling", "version"]
    env = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent), **environ}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def git(folder, *words):
    """Run git there, as nobody in particular."""
    settings = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *settings, *words], cwd=folder, capture_output=True, check=True)


@pytest.fixture
def tree(tmp_path):
    """A tree with what the version is made from."""
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    for name in ("README.md", "LICENSE", ".git_archival.txt", ".gitattributes"):
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"), "utf-8")
    return tmp_path


def test_the_version_is_the_tags(tree):
    """Commits after it are on the way to the next one; without any tag they are on the way to the changelog's."""
    (aim,) = re.findall(r"^## ([\d.]+) \(", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)[:1]
    assert version_in(tree) == f"{aim}.dev0"
    git(tree, "init")
    git(tree, "add", ".")
    git(tree, "commit", "-m", "first")
    assert version_in(tree).startswith(f"{aim}.dev1+g")
    git(tree, "tag", "v7.8.9")
    git(tree, "tag", "v7")  # which is moved from release to release
    assert version_in(tree) == "7.8.9"
    git(tree, "commit", "--allow-empty", "-m", "second")
    assert version_in(tree).startswith("7.8.10.dev1+g")


def test_an_archive_of_git_knows_its_tag(tree, tmp_path_factory):
    """Such as those that are offered for download beside a release."""
    git(tree, "init")
    git(tree, "add", ".")
    git(tree, "commit", "-m", "first")
    for tag in ("", "v7.8.9"):
        if tag:
            git(tree, "tag", "v7")
            git(tree, "tag", tag)
        there = tmp_path_factory.mktemp("archive")
        git(tree, "archive", "--output", str(there / "a.tar"), "HEAD")
        subprocess.run(["tar", "xf", "a.tar"], cwd=there, check=True)
        assert version_in(there) == (tag.removeprefix("v") or PYPROJECT["tool"]["hatch"]["version"]["fallback-version"])


def test_the_image_has_the_version_that_it_is_given(tree):
    """`--build-arg VERSION=...`: git is not there when it is built."""
    (variable,) = re.findall(r'(\w+)="\$VERSION" \\\n +/opt/odoo-etl/bin/pip', (ROOT / "Dockerfile").read_text("utf-8"))
    assert version_in(tree, **{variable: "7.8.9"}) == "7.8.9"


def test_all_extras_are_in_all():
    """Whoever takes `all` need not know the others."""
    (named,) = EXTRAS["all"]
    assert named == f"odoo-etl[{','.join(sorted(EXTRAS.keys() - {'all'}))}]"


@cache
def imports():
    """Name of a distribution to the modules of ours that import something of it, and whether always at once."""
    known, found = packages_distributions(), {}
    for path in PACKAGE.rglob("*.py"):
        for node in statements(path):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            else:
                continue
            for name in names:
                for each in known.get(name.split(".")[0], ()):
                    found.setdefault(normal(each), []).append((path.relative_to(PACKAGE).as_posix(), node.col_offset))
    return found


def normal(name):
    """The name of a distribution as all write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required(lines):
    """The distributions that requirements name."""
    return {normal(re.match(r"[\w.-]+", line)[0]) for line in lines}


CORE = required(PYPROJECT["project"]["dependencies"])
OPTIONAL = {name: extra for extra, lines in EXTRAS.items() if extra != "all" for name in required(lines)}


def test_everything_that_is_imported_is_asked_for():
    """By the core or by an extra; what is in no extra would be missing in an empty environment."""
    beyond = {name: places for name, places in imports().items() if name not in CORE | OPTIONAL.keys() | {"odoo-etl"}}
    allowed = {"click", "numpy", "pydantic-core"}  # which typer, pandas and pydantic are made of
    allowed |= {name for name in beyond if name.startswith("opentelemetry-")}  # which share one package
    assert {
        name: sorted({place for place, _ in places}) for name, places in beyond.items() if name not in allowed
    } == {}
    unused = CORE - imports().keys() - {"tzdata", "python-multipart", "uvicorn"}
    assert unused == set()


def test_what_is_optional_is_imported_by_who_needs_it():
    """Inside a function, or in a module that is imported there; the extra is named where it is missing."""
    texts = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    used = {extra for name, extra in OPTIONAL.items() if name in imports() or name in BY_URL}
    assert EXTRAS.keys() - {"all"} == used
    for extra in used:
        by_url = {name for name, its in OPTIONAL.items() if its == extra} <= BY_URL | WITH_ANOTHER
        assert by_url or f"odoo-etl[{extra}]" in texts or extra in PROTOCOLS, extra
    loaded = "import sys, odoo_etl.cli.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    known = packages_distributions()
    at_start = {normal(each) for name in done.stdout.split() for each in known.get(name.split(".")[0], ())}
    assert at_start & OPTIONAL.keys() == set()


WITHOUT_EXTRAS = """
import pkgutil, sys, odoo_etl
class Hidden:
    def find_spec(self, name, *_):
        if name.split(".")[0] in set(sys.argv[1].split(",")):
            raise ModuleNotFoundError(f"no {name}", name=name)
sys.meta_path.insert(0, Hidden())
names = [each.name for each in pkgutil.iter_modules(odoo_etl.__path__, "odoo_etl.")]
names += [each.name for each in pkgutil.iter_modules([odoo_etl.__path__[0] + "/cli"], "odoo_etl.cli.")]
for name in names:
    if name not in {"odoo_etl.__main__", "odoo_etl.mcp_server"}:
        __import__(name)
"""


def test_the_program_loads_without_any_extra():
    """Every folder gives its names where no extra is installed; what needs one is loaded when it is asked for."""
    tops = {
        top for top, names in packages_distributions().items() if {normal(name) for name in names} & OPTIONAL.keys()
    }
    assert {"apprise", "opentelemetry", "mcp", "distributed", "pyarrow", "paramiko"} <= tops
    command = [sys.executable, "-c", WITHOUT_EXTRAS, ",".join(sorted(tops))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_readme_is_what_an_index_shows():
    """In Markdown, with a licence that indexes know, and for systems that the workflow tries."""
    project = PYPROJECT["project"]
    assert (project["readme"], project["license"]) == ("README.md", "Apache-2.0")
    systems = {line.split(" :: ")[1] for line in project["classifiers"] if line.startswith("Operating System")}
    assert systems == {"MacOS", "Microsoft", "POSIX"}


def notes(*version):
    """What the release workflow calls for the words of a release."""
    command = [sys.executable, str(ROOT / ".github/notes.py"), *version]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_release_has_a_dated_section():
    """Without a date, or without a section, there is none."""
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    (version, when), *_ = re.findall(r"^## ([\d.]+) \((.*)\)$", changelog, re.MULTILINE)
    told = notes(version)
    assert (told.returncode == 0) == (when != "unreleased")
    assert "give the section its date" in told.stderr or told.stdout.startswith("###")
    assert "no section `## 99.0.0 (YYYY-MM-DD)`" in notes("99.0.0").stderr


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("vendor.github-actions", ["action.yml"]),
        ("vendor.github-workflows", sorted(path.name for path in (ROOT / ".github/workflows").iterdir())),
        ("vendor.dependabot", ["dependabot.yml"]),
        ("vendor.compose-spec", ["compose.yaml"]),
    ],
)
def test_files_for_others_fit_their_schemas(kind, files):
    """As those who read them publish them."""
    paths = [
        next(
            path for path in (ROOT / name, ROOT / ".github" / name, ROOT / ".github/workflows" / name) if path.exists()
        )
        for name in files
    ]
    command = [str(TOOLS / "check-jsonschema"), "--builtin-schema", kind, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_workflows_and_the_action_give_nothing_away():
    """No rights too many, no version that another may change, no text of others in a script."""
    command = [str(TOOLS / "zizmor"), "--offline", "--quiet", str(ROOT / ".github"), str(ROOT / "action.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_dockerfile_is_as_hadolint_wants_it():
    """And its versions are said."""
    done = subprocess.run(
        [str(TOOLS / "hadolint"), str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    images = re.findall(r"^ARG PYTHON=(.*)$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert [re.fullmatch(r"3\.\d+\.\d+-slim-\w+", image) is not None for image in images] == [True]


def assert_serves_in_a_container(words):
    """Its page is reached from outside; its runs are interrupted in order, since nothing outlives it there."""
    options = parsed(shlex.join(["odoo-etl", *words]))
    assert (options["host"], options["stop_runs"]) == ("0.0.0.0", True)


def test_the_image_starts_the_program_itself():
    """In exec form, so that SIGTERM reaches it; nobody is root; its extras are ours."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    (entry,), (command,) = (re.findall(rf"^{word} (\[.*\])$", text, re.MULTILINE) for word in ("ENTRYPOINT", "CMD"))
    assert ast.literal_eval(entry) == ["odoo-etl"]
    assert_serves_in_a_container(ast.literal_eval(command))
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["1000:1000"]
    (extras,) = re.findall(r"^ARG EXTRAS=(.*)$", text, re.MULTILINE)
    assert set(extras.split(",")) <= EXTRAS.keys()
    (fallback,) = set(re.findall(r"^ARG VERSION=(.*)$", text, re.MULTILINE))
    assert fallback == PYPROJECT["tool"]["hatch"]["version"]["fallback-version"]


def test_what_the_image_is_built_from_is_in_its_context():
    """What pyproject.toml puts into a wheel is not left out by .dockerignore."""
    wheel = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    wanted = [*wheel["only-include"], *wheel["force-include"], "README.md", "LICENSE", "pyproject.toml"]
    assert [path for path in wanted if not any(Path(path).match(one) for one in allowed)] == []


def test_the_compose_file_calls_us_as_we_can_be_called():
    """And names every variable that its project wants."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    etl = services["etl"]
    assert_serves_in_a_container(etl["command"])
    assert int(etl["stop_grace_period"].removesuffix("s")) > ENDING_S
    settings = (ROOT / "docker/pipelines/project.yaml").read_text("utf-8")
    assert set(re.findall(r"\$\{(\w+)\}", settings)) == etl["environment"].keys()
    assert etl["read_only"] is True
    assert all(port.startswith("127.0.0.1:") for service in services.values() for port in service.get("ports", ()))
    assert all(":" in service["image"] for name, service in services.items() if name != "etl")


def rows(head):
    """The names in the first cells of a table of docs/install.md, and what stands in the second ones."""
    page = (ROOT / "docs/install.md").read_text("utf-8")
    lines = page.partition(f"\n| {head} |")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [line.split("|")[1:3] for line in lines]
    return [(re.findall(r"`([^`]+)`", first), second.strip().strip("`")) for first, second in cells]


def test_the_page_on_installing_has_every_extra():
    """And none that is gone."""
    assert sorted(name for names, _ in rows("extra") for name in names) == sorted(EXTRAS)


def test_the_page_on_installing_has_the_inputs_of_the_action():
    """With their defaults."""
    inputs = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    told = {name: default for (name,), default in rows("input")}
    assert told == {name: one["default"] for name, one in inputs.items()}


def test_steps_of_workflows_that_call_us_call_what_there_is():
    """Files that they run are there, too."""
    text = "".join(path.read_text("utf-8") for path in (ROOT / ".github/workflows").iterdir())
    files = set(re.findall(r"(?:python |-q | )((?:tests|\.github)/[\w/]+\.py)", text))
    assert {name for name in files if not (ROOT / name).exists()} == set()
    assert files
    verbs = typer.main.get_command(app).commands
    assert yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]["command"]["default"] in verbs
