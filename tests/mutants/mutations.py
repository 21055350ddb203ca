"""The small faults that a file could have: each replaces one expression or statement."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from itertools import accumulate

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
WITHOUT_EFFECT = frozenset(
    {"strict", "frozen", "slots", "exc_info", "nullable"}
)  # keywords: checks and speed, not behaviour


@dataclass(frozen=True, slots=True)
class Mutation:
    """A fault of one file: the bytes from `start` to `end` become `text`.

    Attributes:
        function: the lines of the function or method that it is in; none where it stands outside of all.
    """

    start: int
    end: int
    text: str
    function: range

    def of(self, source: bytes) -> bytes:
        """The source with the fault."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def line(self, source: bytes) -> int:
        """The line that the fault begins in, from 1."""
        return source.count(b"\n", 0, self.start) + 1

    def diff(self, source: bytes, name: str) -> str:
        """The fault as a patch of the file with this name."""
        before, after = (text.decode().splitlines(keepends=True) for text in (source, self.of(source)))
        return "".join(unified_diff(before, after, name, name, n=2))


def mutations(source: bytes) -> list[Mutation]:
    """Every fault that this file could have, from its first line to its last."""
    starts = [0, *accumulate(map(len, source.splitlines(keepends=True)))]
    found = {
        Mutation(
            starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset, text, function
        )
        for node, text, function in _faults(ast.parse(source), source, range(0))
    }
    return sorted(found, key=lambda one: (one.start, one.end, one.text))


def _faults(node: ast.AST, source: bytes, function: range) -> Iterator[tuple[ast.AST, str, range]]:
    """Nodes with what to put in their place, here and below; with the lines of the outermost function round them."""
    if _has_no_effect(node):
        return
    yield from ((one, text, function) for one, text in _here(node, source))
    for child in _children(node):
        is_outermost = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not function
        yield from _faults(child, source, _lines(child) if is_outermost else function)


def _lines(node: ast.AST) -> range:
    """The lines of a function; it begins with its first decorator."""
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    return range(first, node.end_lineno + 1)


def _has_no_effect(node: ast.AST) -> bool:
    """Whether nothing below can change what the program does, or nothing below knows where it stands."""
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.keyword):
        return node.arg in WITHOUT_EFFECT
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return True
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="_log")))):
            return True
    return False


def _children(node: ast.AST) -> Iterable[ast.AST]:
    """What stands below a node, without types and decorators."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child


def _here(node: ast.AST, source: bytes) -> Iterator[tuple[ast.AST, str]]:
    """The faults of one node."""
    match node:
        case ast.Compare() | ast.BoolOp() | ast.BinOp() | ast.AugAssign():
            yield from ((node, text) for text in _operators(node))
        case ast.UnaryOp(op=ast.Not()):
            yield node, f"({_text(node.operand, source)})"
        case ast.If() | ast.While() | ast.IfExp():
            yield node.test, f"(not ({_text(node.test, source)}))"
        case ast.comprehension():
            yield from ((test, f"(not ({_text(test, source)}))") for test in node.ifs)
        case ast.Name() if node.id in NAMES:
            yield node, NAMES[node.id]
        case ast.Constant():
            yield from ((node, text) for text in _constants(node.value))
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield value, "None"
    if _can_go(node):
        yield node, "pass"


def _text(node: ast.expr, source: bytes) -> str:
    return ast.get_source_segment(source.decode(), node) or ast.unparse(node)


def _operators(node: ast.Compare | ast.BoolOp | ast.BinOp | ast.AugAssign) -> Iterator[str]:
    """An expression with another operator."""
    match node:
        case ast.BoolOp():
            yield ast.unparse(ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values))
        case ast.BinOp() if type(node.op) in ARITHMETIC:
            yield ast.unparse(ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right))
        case ast.AugAssign() if type(node.op) in ARITHMETIC:
            yield ast.unparse(ast.AugAssign(node.target, ARITHMETIC[type(node.op)](), node.value))
        case ast.Compare():
            for place, op in enumerate(node.ops):
                for other in COMPARISONS[type(op)]:
                    ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
                    yield ast.unparse(ast.Compare(node.left, ops, node.comparators))


def _constants(value: object) -> Iterator[str]:
    """Constants beside this one."""
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, (int, float)):
        yield from (repr(value + 1), repr(value - 1))


def _can_go(node: ast.AST) -> bool:
    """Whether a statement can be left out so that only a test notices: names stay assigned."""
    match node:
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.Raise() | ast.Continue() | ast.Break() | ast.AugAssign():
            return True
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            return True
    return False
