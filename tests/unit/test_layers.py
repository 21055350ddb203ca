"""The table of folders in the design: who may import whom, no cycles, and nothing heavy before it is needed."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import odoo_etl

ROOT = Path(odoo_etl.__file__).parent

# Folder (or module) of the package to what it may import besides itself; a module with a line of its own is no longer
# part of its folder. What is allowed is allowed whole, inner folders left out.
ALLOWED = {
    "errors": set(),
    "codes": set(),
    "text": {"codes"},
    "explaining": {"errors"},
    "gc_pauses": set(),
    "loopback": set(),
    "private_files": set(),
    "sql_urls": set(),
    "results": set(),
    "events": set(),
    "inspections": set(),
    "previews": set(),
    "so_far": {"errors", "results"},
    "stop": {"errors"},
    "observers": {"events", "results", "text"},
    "spec.base": {"spec.tree", "spec.value_kinds"},
    "spec.transforms": {"codes", "spec.base", "spec.value_kinds"},
    "spec.tree": set(),
    "spec.value_kinds": set(),
    "spec": {"errors", "loopback", "spec.base", "spec.transforms", "spec.tree", "spec.value_kinds", "text"},
    "sources.model": {"codes"},
    "sources.rows": {"errors", "sources.model", "spec", "text"},
    "sources.joined": {"codes", "errors", "private_files", "sources.model", "sources.rows", "spec", "text"},
    "sources": {"errors", "sources.joined", "sources.model", "sources.rows", "spec", "sql_urls", "text"},
    "fieldtypes": {"codes", "spec", "text"},
    "mapping": {"codes", "errors", "fieldtypes", "spec", "spec.transforms", "text"},
    "planning": {"errors", "fieldtypes", "mapping", "spec"},
    "rejects": {"codes", "errors", "private_files", "results", "sources", "sources.rows", "spec", "text"},
    "odoo.methods": set(),
    "odoo.call": {"errors", "odoo.methods"},
    "odoo.faults": {"errors"},
    "odoo.wire_values": {"errors"},
    "odoo.transports": {"errors", "odoo.call", "odoo.faults", "odoo.wire_values", "text"},
    "odoo": {
        *("errors", "loopback"),
        *("odoo.call", "odoo.faults", "odoo.methods", "odoo.transports", "odoo.wire_values"),
    },
    "state": {"errors", "private_files", "sql_urls", "text"},
    "sandbox": set(),
    "sandbox.snapshot": set(),
    "watching": {"events", "observers", "odoo"},
    "connections": {"odoo", "private_files", "results", "sandbox", "spec"},
    "sync.ports": {"odoo"},
    "sync.outcome": {"codes", "errors", "mapping", "planning"},
    "sync.line_counts": {"mapping", "planning", "results", "sync.outcome"},
    "sync.reported_rows": {"mapping", "planning", "results", "spec", "sync.file_names", "sync.outcome"},
    "sync.reject_groups": {"results"},
    "sync.ahead": {"results", "so_far", "sync.outcome"},
    "sync.described": {"fieldtypes", "mapping", "planning", "results", "spec"},
    "sync.planned_changes": {"mapping", "planning", "private_files", "results", "sync.described"},
    "sync.counts": {
        *("errors", "mapping", "planning", "results", "so_far", "spec"),
        *("sync.ahead", "sync.line_counts", "sync.outcome", "sync.planned_changes", "sync.reject_groups"),
        "sync.reported_rows",
    },
    "sync.file_names": set(),
    "sync.lanes": set(),
    "sync.misfits": {"errors", "fieldtypes", "mapping", "planning", "spec"},
    "sync.staging": {"errors", "mapping", "private_files", "sources", "spec"},
    "sync.contents": {"codes", "errors", "fieldtypes", "mapping", "private_files", "spec"},
    "sync.existing": {
        *("codes", "errors", "fieldtypes", "mapping", "planning", "spec", "state"),
        *("sync.contents", "sync.outcome", "sync.ports"),
    },
    "sync.writing": {
        "errors",
        "events",
        "fieldtypes",
        "mapping",
        "odoo",
        "planning",
        "sync.contents",
        "sync.existing",
        "sync.outcome",
        "sync.ports",
    },
    "sync.session": {
        *("errors", "events", "mapping", "results", "sources", "spec", "state"),
        *("sync.existing", "sync.line_counts", "sync.ports", "sync.staging", "sync.writing"),
    },
    "sync.mirror": {
        *("errors", "fieldtypes", "mapping", "planning", "results", "spec"),
        *("sync.existing", "sync.ports", "sync.session", "sync.staging", "sync.writing"),
    },
    "sync.expectations": {
        *("errors", "fieldtypes", "mapping", "planning", "results", "so_far", "sources", "spec"),
        *("sync.existing", "sync.ports", "sync.reported_rows", "sync.session", "sync.staging"),
    },
    "sync.read_back": {
        *("errors", "fieldtypes", "mapping", "planning", "results", "state"),
        *("sync.existing", "sync.outcome", "sync.ports"),
    },
    "sync.refused": {"errors", "fieldtypes", "mapping", "planning", "sync.counts", "sync.outcome"},
    "sync.after": {
        *("codes", "errors", "fieldtypes", "mapping", "odoo", "planning", "results", "spec", "state"),
        *("sync.counts", "sync.existing", "sync.lanes", "sync.line_counts", "sync.outcome", "sync.ports"),
        *("sync.read_back", "sync.session", "sync.staging", "sync.writing"),
    },
    "sync": {
        *("errors", "events", "fieldtypes", "mapping", "observers", "planning", "results", "so_far", "sources"),
        *("spec", "state", "sync.line_counts"),
        *(
            "sync.after",
            "sync.contents",
            "sync.counts",
            "sync.described",
            "sync.existing",
            "sync.expectations",
            "sync.lanes",
            "sync.mirror",
        ),
        *("sync.misfits", "sync.outcome", "sync.planned_changes", "sync.ports"),
        *("sync.read_back", "sync.refused", "sync.reported_rows", "sync.session", "sync.staging", "sync.writing"),
    },
    "checks": {
        *("previewing", "previews"),
        *("connections", "errors", "fieldtypes", "inspections", "mapping", "odoo", "planning", "snapshots", "sources"),
        *(
            "spec",
            "sync",
            "sync.after",
            "sync.existing",
            "sync.expectations",
            "sync.misfits",
            "sync.ports",
            "sync.staging",
        ),
    },
    "guessing": {"errors", "fieldtypes", "sources", "spec", "text"},
    "snapshots": {"errors", "fieldtypes", "odoo", "planning", "spec"},
    "jobtests": {
        *("errors", "fieldtypes", "mapping", "observers", "odoo", "planning", "results", "sandbox", "snapshots"),
        *("so_far", "sources", "sources.joined", "sources.rows", "spec", "sync", "sync.counts", "sync.outcome"),
    },
    "undoing": {
        *("errors", "events", "fieldtypes", "mapping", "observers", "planning", "results", "so_far", "state"),
        *("sync", "sync.counts", "sync.existing", "sync.outcome", "sync.ports", "sync.read_back", "sync.refused"),
        *("sync.line_counts", "sync.session", "sync.writing"),
    },
    "partitions": {
        *("connections", "errors", "events", "gc_pauses", "observers", "odoo", "results", "so_far", "sources", "spec"),
        *("state", "stop", "watching"),
        *(
            "sync",
            "sync.counts",
            "sync.reject_groups",
            "sync.line_counts",
            "sync.planned_changes",
            "sync.mirror",
            "sync.ports",
            "sync.read_back",
            "sync.session",
        ),
        *("sync.staging", "sync.writing"),
    },
    "executors": {"errors", "loopback", "partitions", "sources", "spec", "stop", "sync.staging"},
    "previewing": {
        *("errors", "fieldtypes", "mapping", "observers", "planning", "previews", "results", "snapshots", "so_far"),
        *("sources", "sources.rows", "spec", "sync", "sync.described", "sync.existing", "sync.misfits", "text"),
        *("sync.outcome", "sync.planned_changes", "sync.ports", "sync.reported_rows", "sync.session", "sync.staging"),
    },
    "reporting.events": {"events", "observers", "private_files", "results", "text"},
    "planfile": {"errors", "fieldtypes", "mapping", "planning", "private_files", "spec"},
    "purging": {"errors", "private_files", "rejects", "state", "sync.existing", "sync.session"},
    "reporting.changes_file": {"private_files", "results"},
    "scaffold": {"errors", "private_files", "spec"},
    "reporting.run_folder": {"private_files", "rejects", "reporting.changes_file", "results"},
    "runs.hooks": {"errors", "results", "spec", "sql_urls", "stop", "text"},
    "runs": {
        *("checks", "connections", "errors", "executors", "inspections", "mapping", "observers", "odoo", "partitions"),
        *("previewing", "previews", "rejects", "scaffold"),
        *("guessing", "reporting.changes_file", "reporting.run_folder", "snapshots"),
        *("private_files", "purging"),
        *("events", "planfile", "reporting.events", "reporting.report", "reporting.stored", "reporting.verdicts"),
        *("results", "runs.hooks", "so_far", "sources", "spec", "state", "stop", "text", "undoing", "watching"),
        *("sync", "sync.ports", "sync.read_back", "sync.session", "sync.staging", "sync.writing"),
    },
    "reporting.live": {"events", "observers", "rejects", "reporting", "results", "text"},
    "reporting.pages": {"text"},
    "reporting.past": {
        "reporting",
        "reporting.events",
        "reporting.pages",
        "reporting.report",
        "reporting.next_steps",
        "reporting.verdicts",
        "results",
    },
    "reporting.next_steps": {"errors", "reporting", "results"},
    "reporting.stored": {"reporting.run_folder", "results"},
    "reporting.verdicts": {"results"},
    "reporting.report": {
        "rejects",
        "reporting",
        "reporting.next_steps",
        "reporting.verdicts",
        "reporting.events",
        "reporting.pages",
        "results",
    },
    "reporting.plans": {
        *("rejects", "reporting", "reporting.changes_file", "reporting.pages", "reporting.run_folder", "results"),
    },
    "reporting": {
        "guessing",
        "inspections",
        "previews",
        "private_files",
        "rejects",
        "reporting.events",
        "results",
        "text",
    },
    "cli": {
        *(
            "checks",
            "connections",
            "errors",
            "explaining",
            "gc_pauses",
            "guessing",
            "inspections",
            "jobtests",
            "previews",
            "odoo",
            "planning",
            "rejects",
            "reporting",
            "reporting.live",
            "reporting.past",
            "reporting.next_steps",
            "reporting.verdicts",
            "reporting.plans",
            "scaffold",
            "reporting.run_folder",
        ),
        *("results", "runs", "sandbox", "snapshots", "spec", "stop", "text"),
    },
    "__init__": {
        *(
            "errors",
            "events",
            "explaining",
            "guessing",
            "inspections",
            "observers",
            "odoo",
            "reporting.plans",
            "results",
            "runs",
        ),
        *("previews", "scaffold", "stop"),
    },
    "__main__": {"cli"},
}


def line_of(module):
    """The line of the table that a module belongs to."""
    parts = module.split(".")
    names = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
    return next((name for name in names if name in ALLOWED), names[-1])


@cache
def modules():
    """Every module by its dotted name, with its import statements, also those inside functions and for types."""
    paths = {path.relative_to(ROOT).with_suffix(""): path for path in sorted(ROOT.rglob("*.py"))}
    return {".".join(name.parts): list(statements(path)) for name, path in paths.items()}


def statements(path):
    """The import statements of a file; expressions, which have none and are most of the tree, are not looked into."""
    inside = [ast.parse(path.read_text(encoding="utf-8"))]
    while inside:
        node = inside.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            found = getattr(node, part, ())
            inside += found if isinstance(found, list) else ()


@cache
def imported():
    """What each module imports from this package."""
    return {name: set(imports(nodes)) for name, nodes in modules().items()}


def imports(nodes):
    """Names that statements import from this package, without the package's own name."""
    for node in nodes:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            assert node.level == 0, "imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name.removeprefix("odoo_etl.") for name in names if name.startswith("odoo_etl."))


@pytest.mark.parametrize("folder", sorted(ALLOWED))
def test_a_folder_imports_only_what_the_design_allows(folder):
    """Also inside functions and for types."""
    found = {
        (name, other)
        for name, others in imported().items()
        if line_of(name) == folder
        for other in others
        if line_of(other) not in {folder, *ALLOWED[folder]}
    }
    assert found == set()


def test_every_folder_has_its_line_in_the_table():
    """A new one must say what it may import; inner folders, too."""
    folders = {".".join(path.parent.relative_to(ROOT).parts) for path in ROOT.rglob("*.py")} - {""}
    alone = {path.stem for path in ROOT.glob("*.py")}
    assert folders | alone <= ALLOWED.keys()


# Taken from their own modules, only when they are needed: they load what is heavy, or print.
BY_THEIR_MODULE = {
    *(
        "checks.nearest",
        "checks.surroundings",
        "cli.start",
        "odoo.diagnose",
        "rejects.folder",
        "rejects.form",
        "rejects.source",
        "rejects.workbook",
        "rejects.writer",
        "reporting.compared",
    ),
    *("reporting.guessed", "reporting.inspected", "runs.guessed"),
    "reporting.previewed",
    "reporting.progress",
    "reporting.schemas",
    *(
        "rejects.cells",
        "reporting.changed_fields",
        "reporting.changes_file",
        "reporting.expectations",
        "reporting.next_steps",
        "reporting.rejected",
        "reporting.run_folder",
        "reporting.text",
        "reporting.undone",
        "reporting.verdicts",
        "reporting.words",
        "sources.text",
        "spec.expressions",
        "spec.graph",
        "spec.json_schema",
        "spec.project",
    ),
}


def test_a_folder_gives_its_names_through_its_face():
    """What others take of a folder stands in its `__init__.py`; modules with a line of their own are below it."""
    folders = {".".join(path.parent.relative_to(ROOT).parts) for path in ROOT.rglob("*.py")} - {""}
    taken = set()
    for name, nodes in modules().items():
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module.startswith("odoo_etl."):
                other = node.module.removeprefix("odoo_etl.")
                folder = other.rpartition(".")[0]
                is_inside = folder and other not in folders and line_of(other) in folders
                if is_inside and folder not in {name.rpartition(".")[0], "odoo.transports"}:
                    taken.add(other)
    assert taken - BY_THEIR_MODULE == set()


def test_folders_import_each_other_in_no_cycle():
    """What the table allows goes one way."""
    list(TopologicalSorter(ALLOWED).static_order())


def test_modules_import_each_other_in_no_cycle():
    """At import time; imports inside functions come later."""
    known = modules()
    graph = {name: _direct(nodes, known) for name, nodes in known.items()}
    list(TopologicalSorter(graph).static_order())


def _direct(nodes, known):
    """The modules that a module imports when it is itself imported: by statements that stand in no other."""
    found = set()
    for name in imports([node for node in nodes if not node.col_offset]):
        found |= {name, name.rpartition(".")[0]} & known.keys()
    return found
