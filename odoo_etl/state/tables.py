"""The tables of the store, and how an older one becomes a new one.

A call is one write to Odoo: its intent is stored before it is sent, its outcome afterwards. Images (what records held
before and after) stand apart from calls: they are long, seldom read, and dropped when they are old.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from odoo_etl.errors import StateError

VERSION = 11
# Version to the statements that lead to the next one. Locks live no longer than a run, so their table is made anew.
UPGRADES: Mapping[int, Sequence[str]] = {
    1: (
        "ALTER TABLE etl_jobs ADD COLUMN part TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE etl_jobs ADD COLUMN group_id TEXT NOT NULL DEFAULT ''",
        "DROP TABLE etl_locks",
    ),
    2: (),  # etl_known is new
    3: (),  # etl_kept is new
    4: (),  # etl_definitions and etl_moves are new
    5: (),  # etl_results is new
    6: (),  # etl_step_marks and etl_step_records are new
    7: (),  # etl_purged is new
    8: (),  # etl_source_models and etl_source_ids are new
    9: (),  # etl_deliveries is new
    10: (),  # etl_schedules, etl_slots, etl_alerts and etl_approvals are new
}
_ADVISORY_LOCK = 0x0D00E71  # any number that others are unlikely to take

metadata = sa.MetaData()
# SQLite counts by itself only what it calls INTEGER.
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

meta = sa.Table(
    "etl_meta",
    metadata,
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("opened_at", sa.Double),  # epoch seconds, as everywhere
)
runs = sa.Table(
    "etl_runs",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("parent", sa.Text, nullable=False),
    sa.Column("arguments", sa.Text, nullable=False),
    sa.Column("started_at", sa.Double, nullable=False),
    sa.Column("finished_at", sa.Double),
    sa.Column("exit_code", sa.Integer),
)
jobs = sa.Table(
    "etl_jobs",
    metadata,
    sa.Column("id", _Number, primary_key=True),
    sa.Column("run_id", sa.Text, nullable=False, index=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("database", sa.Text, nullable=False),
    sa.Column("spec_hash", sa.Text, nullable=False),
    sa.Column("source_hash", sa.Text, nullable=False, default=""),
    sa.Column("rows", _Number, nullable=False, default=0),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("partial", sa.Boolean, nullable=False),
    sa.Column("counts", sa.Text, nullable=False, default="{}"),
    sa.Column("details", sa.Text, nullable=False, default="{}"),
    sa.Column("part", sa.Text, nullable=False, default="", server_default=""),
    sa.Column("group_id", sa.Text, nullable=False, default="", server_default=""),
    sa.Index("etl_jobs_by_job", "job", "database"),
)
calls = sa.Table(
    "etl_calls",
    metadata,
    sa.Column("id", _Number, primary_key=True),
    sa.Column("job_id", _Number, nullable=False),
    sa.Column("chunk", _Number, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("sent_at", sa.Double, nullable=False),
    sa.Column("stamp", sa.Text, nullable=False, default=""),
    sa.Column("ids", sa.LargeBinary, nullable=False),
    sa.Column("keys", sa.LargeBinary, nullable=False),
    sa.Index("etl_calls_by_job", "job_id", "id"),
)
images = sa.Table(
    "etl_images",
    metadata,
    sa.Column("call_id", _Number, primary_key=True, autoincrement=False),
    sa.Column("before", sa.LargeBinary),
    sa.Column("after", sa.LargeBinary),
)
chunks = sa.Table(
    "etl_chunks",
    metadata,
    sa.Column("job_id", _Number, primary_key=True, autoincrement=False),
    sa.Column("number", _Number, primary_key=True, autoincrement=False),
    sa.Column("counts", sa.Text, nullable=False),
    sa.Column("rejects", sa.LargeBinary, nullable=False),
)
results = sa.Table(  # of jobs that were done, besides their counts
    "etl_results",
    metadata,
    sa.Column("job_id", _Number, primary_key=True, autoincrement=False),
    sa.Column("result", sa.LargeBinary, nullable=False),
)
watermarks = sa.Table(
    "etl_watermarks",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("database", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
)
files = sa.Table(
    "etl_files",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("database", sa.Text, primary_key=True),
    sa.Column("fingerprints", sa.LargeBinary, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
)
definitions = sa.Table(  # of jobs, under which all was read that watermarks and files stand for
    "etl_definitions",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("database", sa.Text, primary_key=True),
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
)
moves = sa.Table(  # of watermarks and files, until they can no longer be undone
    "etl_moves",
    metadata,
    sa.Column("id", _Number, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("database", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False, index=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("before", sa.LargeBinary),
    sa.Column("after", sa.LargeBinary),
)
deliveries = sa.Table(  # files that are done, on their way to another folder
    "etl_deliveries",
    metadata,
    sa.Column("id", _Number, primary_key=True),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("mark", sa.Text, nullable=False),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("later", sa.Text, nullable=False),
)
purged = sa.Table(  # runs of which only calls, keys and ids are left
    "etl_purged",
    metadata,
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("purged_at", sa.Double, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),
)
locks = sa.Table(
    "etl_locks",
    metadata,
    sa.Column("resource", sa.Text, primary_key=True),
    sa.Column("database", sa.Text, primary_key=True),
    sa.Column("part", sa.Text, primary_key=True),
    sa.Column("group_id", sa.Text, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", _Number, nullable=False),
    sa.Column("alive", sa.Text, nullable=False),
    sa.Column("since", sa.Double, nullable=False),
    sa.Column("beat", sa.Double, nullable=False),
)
known = sa.Table(
    "etl_known",
    metadata,
    sa.Column("scope", _Number, primary_key=True, autoincrement=False),
    sa.Column("place", _Number, primary_key=True, autoincrement=False),
    sa.Column("record_id", _Number, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("write_date", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
kept = sa.Table(
    "etl_kept",
    metadata,
    sa.Column("scope", _Number, primary_key=True, autoincrement=False),
    sa.Column("record_id", _Number, primary_key=True, autoincrement=False),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("sent", sa.LargeBinary, nullable=False),
    sa.Column("kept", sa.LargeBinary, nullable=False),
    sa.Column("same", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)

source_models = sa.Table(  # whose records rows of a job stood for, by a number made of all that
    "etl_source_models",
    metadata,
    sa.Column("number", _Number, primary_key=True, autoincrement=False),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("database", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("source_model", sa.Text, nullable=False),
)
source_ids = sa.Table(
    "etl_source_ids",
    metadata,
    sa.Column("scope", _Number, primary_key=True, autoincrement=False),
    sa.Column("source_id", _Number, primary_key=True, autoincrement=False),
    sa.Column("record_id", _Number, nullable=False),
    sqlite_with_rowid=False,
)
step_marks = sa.Table(  # up to which call of a job each step of it is through, but for the records that wait
    "etl_step_marks",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("database", sa.Text, primary_key=True),
    sa.Column("step", _Number, primary_key=True, autoincrement=False),
    sa.Column("call_id", _Number, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
)
step_records = sa.Table(
    "etl_step_records",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("database", sa.Text, primary_key=True),
    sa.Column("step", _Number, primary_key=True, autoincrement=False),
    sa.Column("record_id", _Number, primary_key=True, autoincrement=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

schedules = sa.Table(  # as servers have met them
    "etl_schedules",
    metadata,
    sa.Column("environment", sa.Text, primary_key=True),
    sa.Column("schedule", sa.Text, primary_key=True),
    sa.Column("definition", sa.Text, nullable=False),
    sa.Column("since", sa.Double, nullable=False),
    sa.Column("seen", sa.LargeBinary),
    sa.Column("paused_at", sa.Double),
    sa.Column("paused_by", sa.Text, nullable=False),
)
slots = sa.Table(
    "etl_slots",
    metadata,
    sa.Column("environment", sa.Text, primary_key=True),
    sa.Column("schedule", sa.Text, primary_key=True),
    sa.Column("due", sa.Double, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("first_due", sa.Double, nullable=False),
    sa.Column("times", _Number, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("claim", sa.Text, nullable=False),
    sa.Column("attempts", sa.LargeBinary, nullable=False),
    sa.Column("started_at", sa.Double),
    sa.Column("retry_at", sa.Double),
    sa.Column("finished_at", sa.Double),
    sa.Column("exit_code", sa.Integer),
    sa.Column("note", sa.Text, nullable=False),
    sa.Index("etl_slots_by_state", "environment", "state"),
)
approvals = sa.Table(  # plan files that a person approved
    "etl_approvals",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("approved_by", sa.Text, nullable=False),
    sa.Column("approved_at", sa.Double, nullable=False),
    sa.Column("expires_at", sa.Double, nullable=False),
)

alerts = sa.Table(  # of a job, a connection or the project: whether something is wrong with it, and since when
    "etl_alerts",
    metadata,
    sa.Column("environment", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("firing", sa.Boolean, nullable=False),
    sa.Column("change", _Number, nullable=False),
    sa.Column("since", sa.Double, nullable=False),
    sa.Column("well_at", sa.Double, nullable=False),
    sa.Column("facts", sa.LargeBinary, nullable=False),
    sa.Column("memory", sa.LargeBinary, nullable=False),
)
alert_sends = sa.Table(  # what each channel was told of it last
    "etl_alert_sends",
    metadata,
    sa.Column("environment", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("firing", sa.Boolean, nullable=False),
    sa.Column("change", _Number, nullable=False),
    sa.Column("told_at", sa.Double, nullable=False),
    sa.Column("repeats", _Number, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("claimed_at", sa.Double, nullable=False),
    sa.Column("tries", _Number, nullable=False),
    sa.Column("next_at", sa.Double, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
)


def prepare(connection: sa.Connection, clock: sa.ColumnElement[float], upgrades: Mapping[int, Sequence[str]]) -> None:
    """Make the tables, or bring older ones up to date; all in the transaction of the caller.

    It writes in any case, so that a store which cannot be written is found before anything depends on it.
    Raises StateError: made by a newer version.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    if not sa.inspect(connection).has_table(meta.name):
        metadata.create_all(connection, checkfirst=False)
        connection.execute(meta.insert().values(version=VERSION))
    found = connection.execute(sa.select(meta.c.version)).scalar_one()
    if found > VERSION:
        raise StateError(
            f"the state store was made by a newer odoo-etl (its version is {found}, this one knows {VERSION}):"
            " install that release, or name another store in state: of project.yaml"
        )
    for step in range(found, VERSION):
        for statement in upgrades[step]:
            connection.exec_driver_sql(statement)
    metadata.create_all(connection)  # tables that are new, or made anew
    connection.execute(meta.update().values(version=VERSION, opened_at=clock))
