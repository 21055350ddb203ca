"""YAML as people mean it: nothing is guessed, everything has a place."""

import pytest

from odoo_etl.errors import SpecError
from odoo_etl.spec.strict_yaml import MAX_BYTES, MAX_DEPTH, MAX_PROBLEMS, parse_yaml
from odoo_etl.spec.tree import find, plain, shown


def read(text):
    return plain(parse_yaml(text.encode(), "a.yaml").root)


def fatal(content):
    with pytest.raises(SpecError) as caught:
        parse_yaml(content if isinstance(content, bytes) else content.encode(), "a.yaml")
    return caught.value.problems[-1]


WORDS = ["NO", "no", "yes", "on", "Off", "True", "FALSE", "Null", "12:30", "0123", "1_000", "1e5", "+5", ".5", "1."]
WORDS += ["0x1F", ".inf", "2024-01-31", "-01", "<<", "1234567890123456789"]


@pytest.mark.parametrize("text", WORDS)
def test_words_of_yaml_1_1_stay_text(text):
    """Only what is plainly a number, boolean or null is not text."""
    assert read(f"[{text}]") == [text]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("0.50", 0.5),
        ("-1.25", -1.25),
        ('"5"', "5"),
        ("'true'", "true"),
    ],
)
def test_plain_scalars(text, value):
    """Booleans, nulls and decimal numbers are what they look like; quotes make text."""
    found = read(f"a: {text}")["a"]
    assert (found, type(found)) == (value, type(value))


def test_keys_are_text_as_written():
    """A key of a map is compared with text, so it stays text."""
    assert list(read("{1: a, true: b, NO: c, 01: d, ~: e}")) == ["1", "true", "NO", "01", "~"]


def test_an_anchor_may_be_used_again():
    """An alias means the value of its anchor."""
    assert read("{a: &x [1, 2], b: *x}") == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1), "second time; first in line 1"),
        ("a: {b: 1, c: 2, b: 3}\n", (1, 17), "`b`"),
        ("a: !!python/object:os.system x\n", (1, 4), "tags are not allowed"),
        ("a: !!str 5\n", (1, 4), "tags are not allowed"),
        ("!x a: 5\n", (1, 1), "tags are not allowed"),
        ("a: &x {b: 1}\nc: {<<: *x}\n", (2, 5), "merge keys"),
        ("a: 1\n---\nb: 2\n", (2, 1), "second document"),
        ('a: "\\ud800"\n', (1, 4), "half a character"),
        ('a: 1\n"x\\udc00": 2\n', (2, 1), "half a character"),
    ],
)
def test_small_problems_do_not_stop_the_reading(text, place, words):
    """What is not allowed is reported with its place, and the rest of the file is still checked."""
    document = parse_yaml(text.encode(), "a.yaml")
    assert [(p.file, p.line, p.column) for p in document.problems] == [("a.yaml", *place)]
    assert words in document.problems[0].message


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", (1, 1), "empty"),
        ("# only a comment\n", (1, 1), "empty"),
        ("a:\n\tb: 1\n", (2, 1), "not valid YAML"),
        ("a: [1, 2\nb: 3\n", (2, 2), "starts in line 1"),
        ("a: 1\n  b: 2\n", (2, 4), "not valid YAML"),
        ('a: "x\n', (2, 1), "not valid YAML"),
        ("a: *x\n", (1, 4), "*x has no anchor"),
        ("a: &x [*x]\n", (1, 8), "*x has no anchor"),
        ("? [a, b]\n: 1\n", (1, 3), "a key must be a single word"),
        ("a: \x07\n", (1, 4), "not allowed in YAML"),
        (b"a: 1\nb: M\xfcller\n", (2, 5), "not UTF-8"),
        ("[" * (MAX_DEPTH + 1), (1, MAX_DEPTH + 1), "nested deeper"),
    ],
)
def test_unreadable_files(text, place, words):
    """A file that is no tree is refused with the place and the reason."""
    problem = fatal(text)
    assert words in problem.message
    assert (problem.line, problem.column) == place


def test_tabs_get_a_hint():
    """Tabs are the usual reason why an indented line is refused."""
    assert fatal("a:\n\tb: 1\n").hint == "indent with spaces, not tabs"


def test_aliases_cannot_explode():
    """Ten lines of aliases of aliases are refused before they are spelled out."""
    levels = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "aliases are spelled out" in fatal("\n".join(levels)).message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\n" * (MAX_BYTES // 5), "more problems than are worth telling"),
        ("- !!python/object:os.system x\n" * (MAX_BYTES // 30), "more problems than are worth telling"),
        ("[" * (MAX_BYTES - 1), "nested deeper"),
        ("- " * (MAX_BYTES // 2), "nested deeper"),
        ("{a: " * (MAX_BYTES // 4), "nested deeper"),
        ("? - " * (MAX_BYTES // 4), "a key must be a single word"),
        ("%YAML 1.1\n" * 1000, "duplicate YAML directive"),
    ],
    ids=range(7),
)
def test_files_made_to_exhaust_the_reader(text, words):
    """Width, depth and numbers of problems are bounded, not only the size of the file."""
    problem = fatal(text)
    assert words in problem.message


def test_values_without_end(monkeypatch):
    """The number of values is bounded; `tests/contract/processes` has a file that reaches the real bound."""
    monkeypatch.setattr("odoo_etl.spec.strict_yaml.MAX_NODES", 2000)
    assert "more than 2,000 values" in fatal("[" + "a," * 2000 + "a]").message
    assert read("[" + "a," * 1998 + "a]") == ["a"] * 1999


def test_no_more_problems_than_anybody_reads():
    """The first problems are told, and that there are more."""
    with pytest.raises(SpecError) as caught:
        parse_yaml(b"a: 1\n" * 1000, "a.yaml")
    assert len(caught.value.problems) == MAX_PROBLEMS + 1


def test_characters_in_two_halves_are_put_together():
    """JSON writes characters beyond the first 65,536 in two halves, and JSON is YAML."""
    assert read('{"a\\ud83d\\ude00": "\\ud83d\\ude00"}') == {"a😀": "😀"}


def test_large_files_are_refused():
    """A file that is no specification is not even parsed."""
    assert "bytes" in fatal(b"#" * (MAX_BYTES + 1)).message


def test_a_byte_order_mark_is_no_content():
    """Editors on Windows write one."""
    assert plain(parse_yaml(b"\xef\xbb\xbfa: 1\n", "a.yaml").root) == {"a": 1}


def test_find_follows_a_path_as_far_as_it_goes():
    """Steps that the file does not have are skipped: short forms and unions have others than the model."""
    root = parse_yaml(b"fields:\n  ref: customer_no\n  x: {by: [a, b]}\n", "a.yaml").root
    assert find(root, ("fields", "ref", "column")).path == ("fields", "ref")
    found = find(root, ("fields", "x", "by", 1))
    assert (shown(found.path), found.node.mark.line, found.node.mark.column) == ("fields.x.by[1]", 3, 15)
