"""A small mutation tester: changes one thing in a rule and asks whether a test would notice.

A mutant is one module with one node of its syntax tree changed: a comparison flipped or moved by
its boundary, `and` for `or`, a `not` or a filter dropped, a number a little larger or smaller, a
member of a set or a tuple left out, `min` for `max`, a function that gives nothing. The modules of
the verdict are loaded afresh around it, as objects of their own: `sys.modules` is left alone.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any

DOMAIN = "service.domain"
ROOM = "service.domain.verdict"
ORDER = (
    "ordering",
    "once",
    "marks",
    "dates",
    "speeds",
    "paths",
    "reachability",
    "contradictions",
    "brackets",
    "coverage",
    "reports",
    "approaches",
    "dossier",
    "seen",
    "case",
    "phrases",
    "reasons",
    "rules",
    "wording",
    "exhibits",
    "judge",
)
"""The modules of the verdict, each after those that it imports."""
OUTSIDE = frozenset({"ordering", "dates"})
"""Those of them that other rooms of the domain use too."""


@dataclass(frozen=True)
class Mutant:
    """One module with one thing changed."""

    module: str
    function: str
    line: str
    """The source line, stripped."""
    change: str
    code: CodeType

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is, whatever its line number."""
        return self.module, self.function, self.line, self.change

    @property
    def kind(self) -> tuple[str, str, str]:
        """What it is, wherever in its function."""
        return self.module, self.function, self.change


class Lab:
    """Loads the verdict with one module replaced."""

    def __init__(self) -> None:
        self.sources = {name: _source(name) for name in ORDER}
        self.trees = {name: ast.parse(text) for name, text in self.sources.items()}
        self.codes = {
            name: compile(tree, f"{name}.py", "exec") for name, tree in self.trees.items()
        }
        self.uses = {name: _imports(tree) for name, tree in self.trees.items()}
        self.suites: dict[str, CodeType] = {}
        self.plain: dict[str, ModuleType] = {}
        self.plain = self._load({}, ORDER)

    def with_mutant(self, mutant: Mutant) -> dict[str, ModuleType]:
        """All modules, those that stand on the mutant anew."""
        touched = {mutant.module}
        for name in ORDER:
            if self.uses[name] & touched:
                touched.add(name)
        return self._load({mutant.module: mutant.code}, [n for n in ORDER if n in touched])

    def tests(self, modules: Mapping[str, ModuleType], name: str) -> list[Callable[[], None]]:
        """The plain tests of a test file (no parameters, no Hypothesis), bound to `modules`."""
        if name not in self.suites:
            path = Path(__file__).with_name(f"{name}.py")
            self.suites[name] = compile(path.read_text(encoding="utf-8"), str(path), "exec")
        found = _run(f"tests.domain.{name}", self.suites[name], modules)
        return [
            test
            for key, test in vars(found).items()
            if key.startswith("test_")
            if not hasattr(test, "hypothesis") and not hasattr(test, "pytestmark")
        ]

    def _load(self, replaced: dict[str, CodeType], names: Sequence[str]) -> dict[str, ModuleType]:
        modules = dict(self.plain)
        for name in names:
            code = replaced.get(name, self.codes[name])
            modules[name] = _run(_dotted(name), code, modules)
        return modules

    def mutants(self, module: str) -> Iterator[Mutant]:
        """Every mutant of a module, in the order of its source."""
        lines = self.sources[module].splitlines()
        tree = self.trees[module]
        for site in _sites(tree):
            site.do()
            try:
                code = compile(ast.fix_missing_locations(tree), f"{module}.py", "exec")
            finally:
                site.undo()
            line = lines[site.lineno - 1].strip()
            yield Mutant(module, site.function, line, site.change, code)


def _run(name: str, code: CodeType, modules: Mapping[str, ModuleType]) -> ModuleType:
    """A fresh module that finds those of the verdict in `modules`."""

    def import_(wanted: str, *args: Any) -> Any:
        if wanted in {DOMAIN, ROOM}:
            return SimpleNamespace(**{**vars(builtins.__import__(wanted, *args)), **modules})
        found = modules.get(_stem(wanted))
        return builtins.__import__(wanted, *args) if found is None else found

    module = ModuleType(name)
    module.__dict__["__builtins__"] = {**vars(builtins), "__import__": import_}
    exec(code, module.__dict__)
    return module


@dataclass(frozen=True)
class Site:
    """One place where the tree can be changed, and how."""

    function: str
    lineno: int
    change: str
    do: Callable[[], object]
    undo: Callable[[], object]


_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,  # not a division: what counts samples would never end
    ast.Div: ast.Sub,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
_SHARE = 0.15
"""By so much a number is made larger and smaller."""


def _sites(tree: ast.Module) -> Iterator[Site]:
    for function, node in _walk(tree, ""):
        yield from _sites_of(function, node)


def _walk(node: ast.AST, function: str) -> Iterator[tuple[str, ast.AST]]:
    """Every node with the function or class it stands in; annotations and docstrings left out."""
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            inside = function
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                inside = f"{function}.{child.name}".strip(".")
            yield inside, child
            yield from _walk(child, inside)


def _sites_of(function: str, node: ast.AST) -> Iterator[Site]:
    if isinstance(node, ast.Compare):
        for index, op in enumerate(node.ops):
            for other in _COMPARISONS[type(op)]:
                change = f"{type(op).__name__} → {other.__name__}"
                yield _item(function, node, node.ops, index, other(), change)
    elif isinstance(node, ast.BoolOp):
        both = isinstance(node.op, ast.And)
        yield _attribute(function, node, "op", ast.Or() if both else ast.And(), "and ↔ or")
        for index, value in enumerate(node.values):
            neutral, change = ast.Constant(both), f"drop {ast.unparse(value)}"
            yield _item(function, value, node.values, index, neutral, change)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _attribute(function, node, "op", ast.UAdd(), "drop not", truth=True)
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        other_op = _OPERATORS[type(node.op)]
        change = f"{type(node.op).__name__} → {other_op.__name__}"
        yield _attribute(function, node, "op", other_op(), change)
    elif isinstance(node, ast.Constant):
        yield from _constant(function, node)
    elif isinstance(node, ast.Name) and node.id in _NAMES:
        yield _attribute(function, node, "id", _NAMES[node.id], f"{node.id} → {_NAMES[node.id]}")
    elif isinstance(node, ast.Set | ast.Tuple) and len(node.elts) > 1 and _is_plain(node):
        for index, value in enumerate(node.elts):
            yield _without(function, node, node.elts, index, f"drop {ast.unparse(value)}")
    elif isinstance(node, ast.comprehension):
        for index, value in enumerate(node.ifs):
            yield _without(function, value, node.ifs, index, f"drop if {ast.unparse(value)}")
    elif isinstance(node, ast.If | ast.IfExp):
        for truth in (True, False):
            yield _attribute(function, node, "test", ast.Constant(truth), f"if {truth}")
    elif isinstance(node, ast.FunctionDef) and not _is_trivial(node):
        nothing = ast.Return(value=ast.Constant(None))
        yield _without_body(function, node, nothing)


def _constant(function: str, node: ast.Constant) -> Iterator[Site]:
    value = node.value
    if isinstance(value, bool):
        yield _attribute(function, node, "value", not value, f"{value} → {not value}")
    elif isinstance(value, int):
        for other in (value + 1, value - 1):
            yield _attribute(function, node, "value", other, f"{value} → {other}")
    elif isinstance(value, float):
        for larger in (1.0 + _SHARE, 1.0 - _SHARE):
            other_value = value * larger or larger
            yield _attribute(function, node, "value", other_value, f"{value} → {other_value:g}")


def _is_plain(node: ast.Set | ast.Tuple) -> bool:
    """Members that are names or strings: marks, outcomes, rules. Not what is unpacked or stored."""
    return not isinstance(getattr(node, "ctx", None), ast.Store) and all(
        isinstance(item, ast.Name | ast.Constant) for item in node.elts
    )


def _is_trivial(node: ast.FunctionDef) -> bool:
    last = node.body[-1]
    return len(node.body) == 1 and isinstance(last, ast.Expr | ast.Pass)


def _item(
    function: str, node: ast.expr, items: list[Any], index: int, new: object, change: str
) -> Site:
    old = items[index]

    def put(value: object) -> None:
        items[index] = value

    return Site(function, node.lineno, change, lambda: put(new), lambda: put(old))


def _without(function: str, node: ast.expr, items: list[Any], index: int, change: str) -> Site:
    old = items[index]
    return Site(
        function,
        old.lineno if hasattr(old, "lineno") else node.lineno,
        change,
        lambda: items.pop(index),
        lambda: items.insert(index, old),
    )


def _attribute(
    function: str, node: Any, name: str, new: object, change: str, *, truth: bool = False
) -> Site:
    old = getattr(node, name)
    if truth:  # `not x` becomes `+bool(x)`, which is as true as x
        operand = node.operand
        called = ast.Call(func=ast.Name("bool", ast.Load()), args=[operand], keywords=[])

        def do() -> None:
            node.op, node.operand = new, called

        def undo() -> None:
            node.op, node.operand = old, operand

        return Site(function, node.lineno, change, do, undo)
    return Site(
        function,
        node.lineno,
        change,
        lambda: setattr(node, name, new),
        lambda: setattr(node, name, old),
    )


def _without_body(function: str, node: ast.FunctionDef, nothing: ast.Return) -> Site:
    return Site(
        function,
        node.lineno,
        "gives nothing",
        lambda: node.body.insert(0, nothing),
        lambda: node.body.remove(nothing),
    )


def _dotted(name: str) -> str:
    return f"{DOMAIN if name in OUTSIDE else ROOM}.{name}"


def _stem(dotted: str) -> str:
    """The name in `ORDER` of a module; empty for every other module."""
    package, _, name = dotted.rpartition(".")
    return name if package == (DOMAIN if name in OUTSIDE else ROOM) else ""


def _source(name: str) -> str:
    spec = importlib.util.find_spec(_dotted(name))
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).read_text(encoding="utf-8")


def _imports(tree: ast.Module) -> set[str]:
    """Names of the verdict's modules that it imports."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module in {DOMAIN, ROOM}:
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(_stem(node.module))
    return found & set(ORDER)
