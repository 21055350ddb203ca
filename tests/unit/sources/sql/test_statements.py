"""Queries as people write them, for each dialect."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite

from odoo_etl.errors import SourceError
from odoo_etl.sources.sql.statements import Query

DIALECTS = {
    "mysql": mysql.dialect(),
    "mssql": mssql.dialect(),
    "oracle": oracle.dialect(),
    "postgresql": postgresql.dialect(),
    "sqlite": sqlite.dialect(),
}


def compiled(text, dialect="sqlite", **params):
    """What the database is sent, its values in their places, and which parameters are left."""
    query = Query(text, params, dialect)
    statement = query.statement(query.text)
    sent = statement.compile(dialect=DIALECTS[dialect], compile_kwargs={"render_postcompile": True})
    return str(sent), dict(sent.params)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("text", "value", "condition"),
    [
        ("a WHERE :p IS NULL", None, "a WHERE 1 = 1"),
        ("a WHERE :p is null", "x", "a WHERE 1 = 0"),
        ("a WHERE :p  is\nNot null", None, "a WHERE 1 = 0"),
        ("a WHERE (:p IS NOT NULL)", 5, "a WHERE (1 = 1)"),
    ],
)
def test_whether_a_parameter_is_null_is_said_by_us(dialect, text, value, condition):
    """No database has to know its type."""
    assert compiled(text, dialect, p=value) == (condition, {})


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", ["a IN :p", "a in (:p)", "a IN ( :p )", "a in\n:p"])
@pytest.mark.parametrize(("value", "values"), [([1, 2], [1, 2]), (7, [7]), (["x"], ["x"]), (None, [None])])
def test_lists(dialect, text, value, values):
    """With brackets or without; one value is a list of one."""
    _, params = compiled(text, dialect, p=value)
    assert list(params.values()) == values


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mysql", "mssql", "oracle"])
def test_a_list_of_none(dialect):
    """Is a query that finds nothing."""
    text, params = compiled("a IN :p", dialect, p=[])
    assert params == {}
    assert "SELECT" in text


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("mysql", r"'it\'s :x'"),
        ("mysql", '"a "" :x \\" :y"'),
        ("mysql", "`a:x :y`"),
        ("mysql", "1 # :x\n"),
        ("mysql", "1 -- :x\n"),
        ("mysql", "@n := 1"),
        ("mssql", "[a :x ]] :y]"),
        ("mssql", "'a'' :x'"),
        ("mssql", "1 --:x\n"),
        ("oracle", "q'[it's :x]'"),
        ("oracle", "Q'!it's :x!'"),
        ("oracle", "nq'{:x}'"),
        ("postgresql", "$a$ :x $$ :y $a$"),
        ("postgresql", "1 /* :x */"),
        ("postgresql", "'a'::text"),
        ("sqlite", "'a' || \"b :x\""),
        ("sqlite", "':x is null' || ' in (:y)'"),
    ],
)
def test_what_is_no_parameter(dialect, text):
    """Literals, quoted names and comments, as each dialect has them, are sent as they are."""
    sent, params = compiled(f"SELECT {text}", dialect)
    assert (sent.replace("%%", "%"), params) == (f"SELECT {text}", {})


@pytest.mark.parametrize(
    ("dialect", "text", "bare"),
    [
        ("mysql", "SELECT 1; # all;\n", "SELECT 1"),
        ("mysql", "SELECT '\\'; --'", "SELECT '\\'; --'"),
        ("mssql", "SELECT [a;] ;\n-- x", "SELECT [a;]"),
        ("oracle", "SELECT q'[;]' FROM dual;/* x */", "SELECT q'[;]' FROM dual"),
        ("postgresql", "SELECT a # b;", "SELECT a # b"),
    ],
)
def test_what_may_stand_in_brackets(dialect, text, bare):
    """The query without what ends it."""
    assert Query(text, {}, dialect).bare == bare


def test_parameters_are_those_of_the_job():
    """Also where all that is asked of one is whether it is null."""
    with pytest.raises(SourceError, match=r"the query needs :sku, which params does not give .did you mean skus"):
        compiled("a WHERE :sku IS NULL", skus=1)
    with pytest.raises(SourceError, match="does not use the parameter p"):
        compiled("':p is null'", p=1)


def test_a_null_beside_a_value_is_sent_without_a_type():
    """The column that it is compared with says which it is."""
    query = Query("a = :p", {"p": None}, "sqlite")
    (parameter,) = query.statement(query.text)._bindparams.values()
    assert isinstance(parameter.type, sa.types.NullType)
