"""Any values, written to the models that people load most: a second run writes nothing, and the report is true.

Each field holds what its cell says, or the report names it: Odoo keeps it in another form, or not at all.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from odoo_etl import OdooClient
from tests.contract.roundtrip.cells import columns, kept
from tests.contract.roundtrip.models import MODELS, Model, furnish
from tests.e2e.project import Done, Project, clean_environment
from tests.examples import examples

pytestmark = pytest.mark.odoo

ROWS = 6
ALL = {"active_test": False}
# An example is dear. To make a found one smaller would take long, and what is wrong is said by record and field.
FEW = examples(
    1,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def odoo(business_odoo) -> Iterator[OdooClient]:
    """A client on an Odoo that has what the records link to."""
    with OdooClient(business_odoo.url, business_odoo.db, user=business_odoo.user, api_key=business_odoo.api_key) as one:
        furnish(one)
        yield one


Rows = list[dict[str, str]]


class Desk:
    """One model: writes rows with the program, and looks at what Odoo holds then."""

    def __init__(self, odoo: OdooClient, project: Project, model: Model) -> None:
        self.odoo, self.project, self.model = odoo, project, model
        self.attributes = self.odoo.fields_get(self.model.name, list(self.model.fields), ["type", "digits"])
        key = self.model.settings.get("key")
        target = {"model": self.model.name, **(self.model.settings or {"external_id": "rt.{key}"})}
        fields = {name: one.as_job(name) for name, one in self.model.fields.items()}
        self.project.write(
            "job.yaml",
            {
                "version": 1,
                "job": "job",
                "source": {"type": "csv", "path": "../rows.csv"},
                "target": target,
                "fields": {**({key: "key"} if key else {}), **self.model.constant, **fields},
            },
        )

    def __repr__(self) -> str:
        return f"<{self.model.name}>"

    def run(self, rows: Rows) -> Done:
        """Run the job; its exit code says what became of the rows, and its report what Odoo holds of them."""
        self.project.rows(rows)
        done = self.project.run("run", "--json")
        assert done.code in {0, 3}, done.out + done.err
        job = done.job("job")
        assert (done.code == 3) == bool(done.counts("job").get("rejected") or job["not_kept_values"]), done.out
        self._compare(done, [row for row in rows if row["key"] not in self.rejected(done)])
        return done

    def comes_back(self, rows: Rows, form: str, relations: str) -> None:
        """The records are exported, with a job that finds nothing to do when it loads the file back."""
        ids = sorted(self._ids([row["key"] for row in rows]).values())
        file, job = self.project.root / f"back.{form}", self.project.root / "pipelines/back.yaml"
        files = ["--files", str(self.project.root / "contents"), "--fields", ",".join(["id", *self.model.fields])]
        which = [*files, "--domain", str([["id", "in", ids]]), "--archived", "--relations", relations]
        done = self.project.run("export", self.model.name, *which, "--out", str(file), "--job", str(job), "--json")
        assert done.code == 0, (done.out, done.err)
        assert json.loads(done.out)["records"] == len(ids)
        planned = self.project.run("plan", "back", "--json")
        told = self.project.run("plan", "back", "--show", "all").out, job.read_text()
        assert planned.code == 0, told
        assert planned.counts("back") == {"read": len(ids), "unchanged": len(ids)}, told
        for path in (file, job):
            path.unlink()

    def rejected(self, done: Done) -> set[str]:
        """The keys of the rows that the last run rejected."""
        return {row["key"] for row in self.project.rejects("job")} if done.counts("job").get("rejected") else set()

    def _compare(self, done: Done, rows: Rows) -> None:
        """What is not as the rows say is in the report, and nothing else is said not to be kept."""
        job = done.job("job")
        differing = self._differing(rows)
        told = {(one["id"], one["field"]) for one in job["not_kept"]}
        rewritten = {name: one["records"] for name, one in job["rewritten"].items()}
        unsaid = Counter(name for _, name in differing.keys() - told)
        silent = {name for name, records in unsaid.items() if records > rewritten.get(name, 0)}
        assert not silent, {where: both for where, both in differing.items() if where[1] in silent}
        if not done.writes():  # else what is told may have been true until the run wrote to a relative
            assert told <= differing.keys(), told - differing.keys()

    def _differing(self, rows: Rows) -> dict[tuple[int, str], tuple[str, Any]]:
        """Record and field to the cell and what Odoo holds, where that is something else."""
        ids = self._ids([row["key"] for row in rows])
        records = self._read(ids.values())
        return {
            (ids[row["key"]], name): (row[name], records[ids[row["key"]]][name])
            for row in rows
            for name, mapped in self.model.fields.items()
            if not kept(row[name], records[ids[row["key"]]][name], self.attributes[name], mapped.spec, self._linked)
        }

    def _ids(self, keys: list[str]) -> dict[str, int]:
        if key := self.model.settings.get("key"):
            found = self.odoo.search_read(self.model.name, [[key, "in", keys]], [key], context=ALL)
            return {row[key]: row["id"] for row in found}
        domain = [["module", "=", "rt"], ["model", "=", self.model.name], ["name", "in", keys]]
        return {
            row["name"]: row["res_id"] for row in self.odoo.search_read("ir.model.data", domain, ["name", "res_id"])
        }

    def _read(self, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        names = list(self.model.fields)
        rows = self.odoo.read(self.model.name, list(ids), names, load="_classic_write", context=ALL)
        return {row["id"]: row for row in rows}

    def _linked(self, lookup: Mapping[str, str], cells: list[str]) -> list[tuple[str, int]]:
        domain = [[lookup["by"], "in", cells]]
        return [(lookup["model"], one) for one in sorted(self.odoo.search(lookup["model"], domain, context=ALL))]


@pytest.fixture(params=MODELS, ids=lambda model: model.name)
def desk(request, odoo, business_odoo, zygote, tmp_path) -> Desk:
    """The desk of each model in turn."""
    project = Project(tmp_path, clean_environment(), zygote)
    project.connect(business_odoo)
    return Desk(odoo, project, request.param)


@FEW
@given(data=st.data())
def test_any_values(desk: Desk, data: DataObject) -> None:
    """Created, left alone, exported, changed in part, left alone."""
    assume(data.draw(st.booleans(), label="more than the simplest example"))
    keys = [f"{uuid.uuid4().hex[:12]}_{n}" for n in range(ROWS)]
    rows = data.draw(_tables(desk.model, keys), label="rows")
    first = desk.run(rows)
    rejected = desk.rejected(first)
    rows = [row for row in rows if row["key"] not in rejected]
    assert rows, first.job("job")["reasons"]
    assert desk.run(rows).writes() == {}
    form = data.draw(st.sampled_from(["csv", "xlsx", "parquet", "jsonl"]), label="format of an export")
    desk.comes_back(rows, form, data.draw(st.sampled_from(["keys", "external-ids", "ids"]), label="relations"))

    others = data.draw(_tables(desk.model, [row["key"] for row in rows]), label="other rows")
    names = data.draw(st.sets(st.sampled_from(sorted(desk.model.fields)), min_size=1), label="changed fields")
    some = data.draw(st.sets(st.sampled_from([row["key"] for row in rows]), min_size=1), label="changed rows")
    changed = [
        {**row, **{name: other[name] for name in names if row["key"] in some}}
        for row, other in zip(rows, others, strict=True)
    ]
    rejected = desk.rejected(desk.run(changed))
    assert desk.run([row for row in changed if row["key"] not in rejected]).writes() == {}


@st.composite
def _tables(draw: st.DrawFn, model: Model, keys: list[str]) -> Rows:
    made = {name: draw(columns(mapped, len(keys))) for name, mapped in model.fields.items()}
    return [{"key": key, **{name: cells[n] for name, cells in made.items()}} for n, key in enumerate(keys)]
