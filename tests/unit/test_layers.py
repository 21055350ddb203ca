"""The table of folders in the design: who may import whom, no cycles, and nothing heavy before it is needed."""

from __future__ import annotations

import ast
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import odoo_etl

ROOT = Path(odoo_etl.__file__).parent
MAP = ROOT.parent / "docs/develop/index.md"

# Folder (or module) of the package to what it may import besides itself; a module with a line of its own is no longer
# part of its folder. What is allowed is allowed whole, inner folders left out.
ALLOWED = {
    "errors": set(),
    "codes": set(),
    "text": {"codes"},
    "kept_errors": {"text"},
    "versions": set(),
    "explaining": {"errors"},
    "gc_pauses": set(),
    "loopback": set(),
    "private_files": set(),
    "spool_folders": set(),
    "web": {"errors", "private_files"},
    "sql_urls": set(),
    "results": set(),
    "events": set(),
    "exports": set(),
    "inspections": set(),
    "previews": set(),
    "schedule_states": set(),
    "so_far": {"errors", "results"},
    "stop": {"errors"},
    "observers": {"events", "results", "text"},
    "spec.base": {"spec.tree", "spec.value_kinds"},
    "spec.transforms": {"codes", "spec.base", "spec.value_kinds"},
    "spec.bounded": {"spec.texts"},
    "spec.texts": {"text"},
    "spec.expressions": {"errors", "spec.bounded", "spec.texts", "text"},
    "spec.python_function": {"errors", "spec.base", "spec.value_kinds"},
    "spec.origins": {"spec.base", "spec.expressions", "spec.python_function", "spec.value_kinds"},
    "spec.tree": set(),
    "spec.value_kinds": set(),
    "spec.domain": {"spec.value_kinds"},
    "spec.retry": {"spec.base", "spec.value_kinds"},
    "spec.server": {"errors", "loopback", "spec.base", "spec.value_kinds"},
    "spec.sources": {
        *("loopback", "spec.base", "spec.domain", "spec.origins", "spec.retry", "spec.server", "spec.tree"),
        "spec.value_kinds",
    },
    "spec": {
        *("errors", "private_files", "spec.base", "spec.domain", "spec.origins", "spec.python_function", "spec.retry"),
        *("spec.server", "spec.sources", "spec.transforms", "spec.tree", "spec.value_kinds", "text"),
    },
    "sources.model": {"codes"},
    "sources.watermarks": {"errors", "spec", "text"},
    "sources.rows": {"errors", "sources.model", "spec", "spec.expressions", "text"},
    "sources.joined": {"codes", "errors", "private_files", "sources.model", "sources.rows", "spec", "text"},
    "sources.source_file": set(),
    "sources.copies": {"errors", "sources.source_file", "spec", "text", "web"},
    "sources.files": {"errors", "private_files", "sources.copies", "sources.model", "sources.source_file", "spec"},
    "sources.nested": {"errors", "sources.files", "sources.model", "spec", "text"},
    "sources.json_text": {"codes", "errors", "sources.files", "sources.model", "sources.nested", "spec", "text"},
    "sources.xml_records": {"errors", "sources.files", "sources.model", "sources.nested", "spec"},
    "sources.http": {
        *("errors", "private_files", "sources.model", "sources.nested", "sources.watermarks", "spec", "spec.sources"),
        *("spool_folders", "text", "web"),
    },
    "sources.delimited": {"errors", "sources.files", "sources.model", "spec"},
    "sources.odoo": {
        *("connections", "errors", "fieldtypes", "odoo", "sources.model", "sources.nested", "sources.watermarks"),
        *("spec", "text", "versions"),
    },
    "sources.excel": {"errors", "sources.files", "sources.model", "spec", "text"},
    "sources.sql": {"errors", "sources.model", "sources.watermarks", "spec", "sql_urls", "text"},
    "sources": {
        *("errors", "odoo", "sources.delimited", "sources.excel", "sources.files", "sources.http", "sources.joined"),
        *(
            "sources.copies",
            "sources.json_text",
            "sources.model",
            "sources.nested",
            "sources.odoo",
            "sources.rows",
            "sources.sql",
            "sources.xml_records",
        ),
        *("spec", "text"),
    },
    "fieldtypes": {"codes", "spec", "text", "versions"},
    "mapping": {"codes", "errors", "fieldtypes", "spec", "spec.expressions", "spec.transforms", "text"},
    "planning": {"errors", "fieldtypes", "mapping", "spec", "versions"},
    "rejects": {
        *("codes", "errors", "private_files", "results", "sources", "sources.joined", "sources.rows", "spec", "text"),
    },
    "rejects.mending": {"errors", "private_files", "rejects", "sources"},
    "odoo.call": {"errors"},
    "odoo.faults": {"errors"},
    "odoo.wire_values": {"errors"},
    "odoo.transports": {"errors", "odoo.call", "odoo.faults", "odoo.wire_values", "text", "web"},
    "odoo": {"errors", "loopback", "odoo.call", "odoo.faults", "odoo.transports", "odoo.wire_values", "web"},
    "state": {"errors", "private_files", "sql_urls", "text"},
    "sandbox": set(),
    "sandbox.snapshot": set(),
    "watching": {"events", "observers", "odoo"},
    "connections": {"odoo", "private_files", "results", "sandbox", "spec"},
    "sync.ports": {"odoo", "text"},
    "sync.outcome": {"codes", "errors", "mapping", "planning"},
    "sync.line_counts": {"mapping", "planning", "results", "sync.outcome"},
    "sync.reported_rows": {"mapping", "planning", "results", "spec", "sync.outcome"},
    "sync.reject_groups": {"results", "text"},
    "sync.ahead": {"results", "so_far", "sync.outcome"},
    "sync.described": {"fieldtypes", "mapping", "planning", "results", "spec"},
    "sync.planned_changes": {"mapping", "planning", "private_files", "results", "sync.described"},
    "sync.counts": {
        *("errors", "mapping", "planning", "results", "so_far", "spec", "sync.ahead", "sync.line_counts"),
        *("sync.outcome", "sync.planned_changes", "sync.reject_groups", "sync.reported_rows"),
    },
    "sync.lanes": set(),
    "sync.misfits": {"errors", "fieldtypes", "mapping", "planning", "spec"},
    "sync.staging": {"errors", "mapping", "private_files", "sources", "spec"},
    "sync.contents": {"codes", "errors", "fieldtypes", "mapping", "sources", "spec", "text", "web"},
    "sync.existing": {
        *("codes", "errors", "fieldtypes", "mapping", "planning", "spec", "state", "sync.contents", "sync.outcome"),
        *("sync.ports",),
    },
    "sync.writing": {
        *("errors", "events", "fieldtypes", "mapping", "odoo", "planning", "sync.contents", "sync.existing"),
        *("sync.outcome", "sync.ports"),
    },
    "sync.session": {
        *("errors", "events", "mapping", "results", "sources", "spec", "state", "sync.existing", "sync.line_counts"),
        *("sync.ports", "sync.staging", "sync.writing"),
    },
    "sync.mirror": {
        *("errors", "fieldtypes", "mapping", "planning", "results", "spec", "sync.existing", "sync.ports"),
        *("sync.session", "sync.staging", "sync.writing"),
    },
    "sync.expectations": {
        *("errors", "fieldtypes", "mapping", "planning", "results", "so_far", "sources", "spec", "sync.existing"),
        *("sync.ports", "sync.reported_rows", "sync.session", "sync.staging", "versions"),
    },
    "sync.read_back": {
        *("errors", "fieldtypes", "mapping", "planning", "results", "state", "sync.existing", "sync.outcome"),
        *("sync.ports",),
    },
    "sync.refused": {"errors", "fieldtypes", "mapping", "planning", "sync.counts", "sync.outcome"},
    "sync.after": {
        *("codes", "errors", "fieldtypes", "mapping", "odoo", "planning", "results", "spec", "state", "sync.counts"),
        *("sync.existing", "sync.lanes", "sync.line_counts", "sync.outcome", "sync.ports", "sync.read_back"),
        *("sync.session", "sync.staging", "sync.writing"),
    },
    "sync": {
        *("errors", "events", "fieldtypes", "mapping", "observers", "planning", "results", "so_far", "sources", "spec"),
        *("state", "sync.after", "sync.contents", "sync.counts", "sync.described", "sync.existing"),
        *("sync.expectations", "sync.lanes", "sync.line_counts", "sync.mirror", "sync.misfits", "sync.outcome"),
        *("sync.planned_changes", "sync.ports", "sync.read_back", "sync.refused", "sync.reported_rows", "sync.session"),
        *("sync.staging", "sync.writing"),
    },
    "checks": {
        *("connections", "errors", "fieldtypes", "inspections", "mapping", "odoo", "planning", "previewing"),
        *("previews", "snapshots", "sources", "spec", "sync", "sync.after", "sync.existing", "sync.expectations"),
        *("sync.misfits", "sync.ports"),
    },
    "guessing": {"errors", "fieldtypes", "sources", "spec", "text"},
    "exporting": {
        *(
            "errors",
            "fieldtypes",
            "guessing",
            "private_files",
            "sources",
            "spec",
            "spec.domain",
            "spec.transforms",
            "sql_urls",
            "text",
        ),
    },
    "snapshots": {"errors", "fieldtypes", "odoo", "planning", "spec"},
    "jobtests": {
        *("errors", "fieldtypes", "mapping", "observers", "odoo", "planning", "results", "sandbox", "snapshots"),
        *("so_far", "sources", "sources.joined", "sources.rows", "spec", "sync", "sync.outcome"),
    },
    "scheduling": {"spec"},
    "undoing": {
        *("errors", "events", "fieldtypes", "mapping", "observers", "planning", "results", "so_far", "state", "sync"),
        *("sync.counts", "sync.existing", "sync.line_counts", "sync.outcome", "sync.ports", "sync.read_back"),
        *("sync.refused", "sync.session", "sync.writing"),
    },
    "partitions": {
        *("connections", "errors", "events", "gc_pauses", "observers", "odoo", "results", "so_far", "sources", "spec"),
        *("state", "stop", "sync", "sync.counts", "sync.line_counts", "sync.mirror", "sync.ports", "sync.read_back"),
        *("sync.planned_changes", "sync.reject_groups", "sync.session", "sync.staging", "sync.writing", "tracing"),
        *("tracing.wanted", "watching"),
    },
    "executors": {"errors", "loopback", "partitions", "sources", "spec", "spool_folders", "stop", "sync.staging"},
    "previewing": {
        *("errors", "fieldtypes", "mapping", "observers", "planning", "previews", "results", "snapshots", "so_far"),
        *(
            "sources",
            "sources.rows",
            "spec",
            "spec.expressions",
            "sync",
            "sync.described",
            "sync.existing",
            "sync.misfits",
            "sync.outcome",
        ),
        *("sync.planned_changes", "sync.ports", "sync.reported_rows", "sync.session", "sync.staging", "text"),
    },
    "alerting": {
        *("connections", "errors", "explaining", "kept_errors", "odoo", "reporting.next_steps", "reporting.words"),
        *("results", "scheduling", "spec", "state", "text", "web"),
    },
    "reporting.events": {"events", "observers", "private_files", "results", "text"},
    "planfile": {"errors", "fieldtypes", "mapping", "planning", "private_files", "spec"},
    "purging": {"errors", "private_files", "rejects", "state", "sync.existing", "sync.session"},
    "reporting.changes_file": {"private_files", "results"},
    "reporting.changes_index": {"reporting.changes_file", "results"},
    "reporting.success_file": {"private_files", "rejects", "results"},
    "scaffold": {"errors", "private_files", "spec"},
    "reporting.run_folder": {
        *("private_files", "rejects", "reporting.changes_file", "reporting.success_file", "results"),
    },
    "runs.exit_codes": {"results"},
    "runs.jobs": {
        *("connections", "errors", "events", "observers", "odoo", "partitions", "rejects", "results"),
        *("runs.exit_codes", "runs.hooks", "so_far", "sources", "sources.files", "spec", "state", "stop", "sync"),
        *("sync.ports", "sync.read_back", "sync.session", "sync.staging", "sync.writing", "text", "watching"),
    },
    "runs.hooks": {"errors", "results", "spec", "sql_urls", "stop", "text"},
    "runs": {
        *("alerting", "kept_errors", "schedule_files", "spool_folders"),
        *("checks", "connections", "errors", "events", "executors", "exporting", "exports", "guessing", "inspections"),
        *(
            "launching",
            "mapping",
            "measuring",
            "observers",
            "odoo",
            "partitions",
            "planfile",
            "previewing",
            "previews",
            "private_files",
            "purging",
            "rejects",
            "rejects.mending",
        ),
        *("schedule_states", "scheduling"),
        *("reporting.changes_file", "reporting.changes_index", "reporting.events", "reporting.report"),
        *("reporting.run_folder", "reporting.stored"),
        *(
            "results",
            "runs.exit_codes",
            "runs.hooks",
            "runs.jobs",
            "scaffold",
            "snapshots",
            "so_far",
            "sources",
            "spec",
        ),
        *("state", "stop", "sync", "sync.session", "sync.staging", "sync.writing"),
        *("text", "tracing", "tracing.wanted", "undoing", "versions", "watching"),
    },
    "tracing.wanted": set(),
    "tracing.slot_names": {"tracing.wanted"},
    "tracing": {"events", "observers", "results", "tracing.slot_names", "tracing.wanted"},
    "launching": {"private_files", "stop"},
    "schedule_files": set(),
    "mcp_server": {
        *("errors", "explaining", "launching", "manual", "previews", "rejects.mending", "reporting.run_folder", "runs"),
        *("spec", "text"),
    },
    "measuring": {
        *("errors", "loopback", "private_files", "reporting.events", "reporting.run_folder", "reporting.stored"),
        *("results", "state"),
    },
    "dashboard.frame": {"errors", "launching", "private_files", "reporting.pages", "runs", "spec", "text"},
    "dashboard.security": {"dashboard.frame", "loopback", "spec"},
    "dashboard.rejects": {"dashboard.frame", "errors", "explaining", "rejects.mending", "runs"},
    "dashboard.overview": {
        *("dashboard.frame", "errors", "explaining", "reporting.events", "reporting.live", "reporting.next_steps"),
        *("reporting.pages", "reporting.past", "reporting.report", "reporting.run_folder", "reporting.verdicts"),
        *("reporting.words", "runs", "schedule_states"),
    },
    "dashboard.discrepancies": {"dashboard.frame", "errors", "explaining", "reporting.plans", "results", "runs"},
    "dashboard.logs": {"dashboard.frame", "errors", "runs"},
    "dashboard.schedule": {"dashboard.frame", "runs", "scheduling"},
    "dashboard.plans": {"dashboard.frame", "errors", "reporting.plans", "results", "runs"},
    "dashboard": {
        *(
            "dashboard.discrepancies",
            "dashboard.frame",
            "dashboard.logs",
            "dashboard.overview",
            "dashboard.plans",
            "dashboard.rejects",
            "dashboard.schedule",
            "dashboard.security",
            "errors",
            "loopback",
            "private_files",
        ),
        *("runs", "spec", "text"),
    },
    "demo": {"errors", "sandbox"},
    "manual": {"errors"},
    "upgrading": {"errors", "private_files", "spec", "spec.tree"},
    "serving": {
        *("alerting", "dashboard", "errors", "launching", "measuring", "private_files", "reporting.events"),
        *("reporting.live", "reporting.run_folder", "reporting.stored", "runs", "scheduling", "sources.files", "spec"),
        *("state", "stop", "text", "tracing", "tracing.slot_names", "tracing.wanted"),
    },
    "reporting.live": {
        *("events", "observers", "rejects", "reporting", "reporting.events", "reporting.words", "results", "text"),
    },
    "reporting.words": set(),
    "reporting.pages": {"reporting.words", "text"},
    "reporting.past": {
        "reporting.next_steps",
        *("reporting", "reporting.events", "reporting.pages", "reporting.report", "reporting.verdicts"),
        *("reporting.words", "results"),
    },
    "reporting.next_steps": {"errors", "reporting.words", "results"},
    "reporting.stored": {"reporting.run_folder", "results"},
    "reporting.verdicts": {"results"},
    "reporting.report": {
        "reporting.next_steps",
        *(
            "private_files",
            "reporting",
            "reporting.events",
            "reporting.pages",
            "reporting.run_folder",
            "reporting.verdicts",
        ),
        *("reporting.words", "results"),
    },
    "reporting.plans": {
        *("rejects", "reporting", "reporting.changes_file", "reporting.pages", "reporting.run_folder"),
        *("reporting.words", "results"),
    },
    "reporting": {
        *("alerting", "exports", "guessing", "inspections", "previews", "reporting.events", "reporting.run_folder"),
        *("reporting.words", "results", "schedule_states", "text"),
    },
    "cli": {
        *("alerting", "reporting.next_steps"),
        *("checks", "connections", "demo", "errors", "explaining", "exporting", "exports", "gc_pauses", "jobtests"),
        *("manual", "mcp_server", "odoo", "schedule_files", "upgrading"),
        *(
            "measuring",
            "planning",
            "previews",
            "rejects",
            "reporting",
            "reporting.live",
            "reporting.past",
            "reporting.plans",
            "reporting.run_folder",
        ),
        *("reporting.verdicts", "reporting.words", "results", "runs", "sandbox", "scaffold", "snapshots", "spec"),
        *("serving", "stop", "text"),
    },
    "__init__": {
        "alerting",
        *("errors", "events", "explaining", "exporting", "exports", "guessing", "inspections", "measuring"),
        *(
            "observers",
            "odoo",
            "previews",
            "rejects.mending",
            "reporting.events",
            "reporting.plans",
            "results",
            "schedule_files",
            "state",
            "runs",
            "scaffold",
            "schedule_states",
            "stop",
        ),
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
    *("checks.nearest", "checks.surroundings"),
    "cli.start",
    "exporting.sql_table",
    "mcp_server.server",
    "serving.page",
    "measuring.routes",
    "odoo.diagnose",
    "odoo.new_keys",
    *("rejects.beside", "rejects.cells", "rejects.folder", "rejects.form", "rejects.originals", "rejects.reading"),
    *("rejects.source", "rejects.workbook", "rejects.writer"),
    *(
        "reporting.alerted",
        "reporting.changed_fields",
        "reporting.next_steps",
        "reporting.changes_file",
        "reporting.compared",
        "reporting.expectations",
        "reporting.exported",
        "reporting.guessed",
    ),
    *("reporting.inspected", "reporting.previewed", "reporting.rejected", "reporting.run_folder", "reporting.schemas"),
    *("reporting.scheduled", "reporting.success_file"),
    *("reporting.text", "reporting.undone", "reporting.verdicts", "reporting.words"),
    *("runs.alerts", "runs.exported", "runs.measured", "runs.guessed", "runs.kept_plans", "runs.scheduler_files"),
    *("runs.log_lines", "runs.logs", "runs.validated"),
    *("runs.rotated", "spec.secret_homes"),
    *("spec.expressions", "spec.graph", "spec.json_schema", "spec.project"),
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


def test_the_table_has_no_line_and_no_word_too_many():
    """What is gone leaves the table as well; what nobody imports is not allowed."""
    used = {folder: set() for folder in ALLOWED}
    for name, others in imported().items():
        used[line_of(name)] |= {line_of(other) for other in others}
    unused = {folder: allowed - used[folder] for folder, allowed in ALLOWED.items() if allowed - used[folder]}
    assert unused == {}
    folders = {".".join(path.parent.relative_to(ROOT).parts) for path in ROOT.rglob("*.py")}
    assert (ALLOWED.keys() | BY_THEIR_MODULE) - (modules().keys() | folders) == set()


def test_the_map_of_the_code_has_every_folder_and_module_of_the_top():
    """docs/develop/index.md says what each is for; what is gone is not on it."""
    text = MAP.read_text("utf-8")
    named = {
        name.rstrip("/").removesuffix(".py").replace("/", ".")
        for name in re.findall(r"/odoo_etl/([\w/]*\w(?:\.py)?/?)", text)
    }
    folders = {".".join(path.parent.relative_to(ROOT).parts) for path in ROOT.rglob("*.py")} - {""}
    alone = {path.stem for path in ROOT.glob("*.py")} - {"__init__", "__main__"}
    assert (folders | alone) - named == set()
    assert named - (modules().keys() | folders) == set()


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
