"""The source code of the product, for tests that read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = ("helpdesk", "tickets", "contacts", "privacy")


@cache
def modules() -> dict[str, Path]:
    """Every module of ours by its path below the root; migrations are written by Django."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                found[str(path.relative_to(ROOT))] = path
    return found


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_text())


def imports_in_functions(name: str) -> Iterator[tuple[str, str]]:
    """Function and module of each import that stands inside a function."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.ImportFrom):
                    yield node.name, inner.module or ""
                elif isinstance(inner, ast.Import):
                    yield from ((node.name, alias.name) for alias in inner.names)
