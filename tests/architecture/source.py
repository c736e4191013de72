"""The product's own Python files, parsed once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "kernel", "mall", "supply", "livestream", "grading", "admin")
EVERYTHING = (*PACKAGES, "migrations", "tests", "tools", "loadtests")


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Returns the Python files below these folders, relative to the checkout."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(sorted(path.relative_to(ROOT) for path in found if "node_modules" not in path.parts))


@cache
def tree_of(path: Path) -> ast.Module:
    """Returns the syntax tree of a file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def functions_of(path: Path) -> Iterator[tuple[str, int]]:
    """Yields the name and the number of lines of every function, decorators and docstring left out."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1 - _prose(node)


def _prose(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Returns how many lines its docstring takes."""
    if ast.get_docstring(node) is None:
        return 0
    first = node.body[0]
    return (first.end_lineno or first.lineno) - first.lineno + 1
