"""Nothing is kept alive by its tests alone: what the package defines has a caller outside of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import arbitration

PACKAGE = Path(arbitration.__file__).parent
ROOT = PACKAGE.parent
BY_NAME = {"media": "examine", "policy_checks": "problems"}
"""Folders whose modules are called one after the other, each by a function of this name."""
BY_SERVERS = {"arbitration.gunicorn_settings", "arbitration.gunicorn_worker"}
FOR_TESTS = {("arbitration.web.fragments", "forget")}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}
OTHERS = [ast.parse(path.read_text("utf-8")) for name in ("benchmarks", "tools") for path in (ROOT / name).glob("*.py")]


def uses_of(tree: ast.Module, module: str) -> Iterator[tuple[str, str]]:
    """Module and name of each thing that a file imports, takes from a module that it imports, or calls of its own."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield node.module, alias.name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield known.get(node.value.id, ""), node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield module, node.id


def defined() -> Iterator[tuple[str, str]]:
    """Functions and classes of the package; what a decorator hands to somebody has its caller there."""
    for module, tree in MODULES.items():
        folder = module.split(".")[-2] if "." in module else ""
        for node in tree.body:
            plain = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list
            if plain and "migrations" not in module and BY_NAME.get(folder) != node.name:
                yield module, node.name


@pytest.fixture(scope="module")
def used() -> set[tuple[str, str]]:
    found = {use for module, tree in MODULES.items() for use in uses_of(tree, module)}
    return found | {use for tree in OTHERS for use in uses_of(tree, "")}


def test_everything_has_a_caller_outside_of_the_tests(used: set[tuple[str, str]]) -> None:
    left_over = set(defined()) - used - FOR_TESTS
    assert {each for each in left_over if each[0] not in BY_SERVERS} == set()
